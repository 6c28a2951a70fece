"""What a job tells while it works: frozen values, one JSON object a line.

Each event knows its `sentence`, the plain words of it for a person who reads along in a terminal.
Lines of a kind this version does not know and torn lines are skipped, so that a reader never
fails. Knows nothing of folders or processes: engine.jobs stores events, gui and cli read them.
"""

import time
from collections.abc import Callable, Iterator
from typing import Any, cast

import msgspec


class _Told(msgspec.Struct, frozen=True, kw_only=True, tag_field="event", tag=str.lower):
    """`at` is the wall clock in seconds since 1970, taken when the event was made."""

    at: float = msgspec.field(default_factory=time.time)


class Started(_Told, frozen=True):
    """A stretch of work begins: `total` pieces of `unit` ("steps"), 0 if nobody knows."""

    total: int = 0
    unit: str = ""

    def sentence(self) -> str:
        return f"Started: {self.total} {self.unit}".rstrip() if self.total else "Started."


class Resumed(_Told, frozen=True):
    """The job goes on after an end or an interruption that stands earlier in the same file."""

    def sentence(self) -> str:
        return "Resumed."


class Progress(_Told, frozen=True):
    """`done` of `total` pieces of `unit`; a total of 0 is unknown, the unit "bytes" is shown in
    megabytes, an empty one is that of the stretch that was started. `seconds_left` is what the
    work itself expects, where it knows better than whoever watches."""

    done: int
    total: int = 0
    message: str = ""
    unit: str = ""
    seconds_left: float | None = None

    def sentence(self) -> str:
        if self.unit == "bytes":
            done, total = f"{self.done / 1e6:.1f}", f"{self.total / 1e6:.1f} MB"
        else:
            done, total = str(self.done), str(self.total)
        count = f"{done} of {total}" if self.total else done
        return f"{count}  {self.message}".rstrip()


class Metric(_Told, frozen=True):
    """One point of a curve. A value that is not finite arrives as None: draw a gap there."""

    step: int
    name: str
    value: float | None
    split: str = ""

    def sentence(self) -> str:
        number = "not a number" if self.value is None else f"{self.value:.4g}"
        return f"step {self.step}: {self.split} {self.name} {number}".replace(":  ", ": ")


class Sample(_Told, frozen=True):
    """A piece of what the model says at this step, for the person to judge."""

    step: int
    text: str

    def sentence(self) -> str:
        return f"step {self.step} says: {self.text}"


class Note(_Told, frozen=True):
    """A sentence for the person."""

    message: str

    def sentence(self) -> str:
        return self.message


class Paused(_Told, frozen=True):
    """The job waits: `why` is a sentence. It goes on with Continued. `by_hand`: until the person
    lets it, else by itself."""

    why: str = ""
    by_hand: bool = False

    def sentence(self) -> str:
        return self.why or "Paused."


class Continued(_Told, frozen=True):
    """The job goes on after a pause."""

    def sentence(self) -> str:
        return "Goes on."


class Pulse(_Told, frozen=True):
    """Nothing new: reported only to feel whether to stop. Never stored."""

    def sentence(self) -> str:
        return ""


class Finished(_Told, frozen=True):
    """The end that was hoped for. `produced` names what was made: paths or model ids."""

    summary: str
    produced: tuple[str, ...] = ()

    def sentence(self) -> str:
        return "\n  ".join([self.summary, *self.produced])


class Failed(_Told, frozen=True):
    """The job could not go on. `details` is for the one who mends the program; else empty."""

    message: str
    hint: str = ""
    details: str = ""

    def sentence(self) -> str:
        return "\n".join(filter(None, [self.message, self.hint, self.details]))


class Stopped(_Told, frozen=True):
    """The person asked for an end. `resumable` says whether the job can go on from here."""

    message: str
    resumable: bool = True

    def sentence(self) -> str:
        return self.message


Event = (Started | Resumed | Progress | Metric | Sample | Note | Paused | Continued | Pulse
         | Finished | Failed | Stopped)
Ending = Finished | Failed | Stopped

Report = Callable[[Event], None]
"""How work tells what it does. Where you report you may be stopped: it raises Cancelled."""

_ENCODER = msgspec.json.Encoder()
_DECODER = msgspec.json.Decoder(Event)


def encode(event: Event) -> bytes:
    """One line with its line end. Halves of surrogate pairs (odd file names) become "?"."""
    try:
        return _ENCODER.encode(event) + b"\n"
    except UnicodeEncodeError:
        return _ENCODER.encode(_writable(msgspec.to_builtins(event))) + b"\n"


def decode(line: bytes) -> Event | None:
    """The event of one line; None if it is torn or of a kind this version does not know."""
    try:
        return _DECODER.decode(line)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return None


def decode_lines(lines: bytes) -> Iterator[Event]:
    """Every event that can be read, in order."""
    for line in lines.split(b"\n"):
        event = decode(line) if line else None
        if event is not None:
            yield event


def _writable(value: Any) -> Any:
    if isinstance(value, str):
        return value.encode("utf-8", "replace").decode("utf-8")
    if isinstance(value, dict):
        return {key: _writable(part) for key, part in cast("dict[str, Any]", value).items()}
    if isinstance(value, list | tuple):
        return [_writable(part) for part in cast("list[Any]", value)]
    return value
