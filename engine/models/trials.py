"""What happened when a model, or a device, was tried in a child process: one small file each.

Remembers crashes, so that what took a process down is not opened again in the window unasked.
Starts nothing and opens no model; whoever tries something writes down here how it went.
"""

import enum
import hashlib
import re
import time
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

import msgspec

from engine.models.manifest import ModelManifest

_NAME_LENGTH = 40


class Outcome(enum.StrEnum):
    """How a trial went. OPENING stands while it goes on: found later, it was a crash."""

    WORKS = "works"
    FAILS = "fails"
    CRASHED = "crashed"
    OPENING = "opening"


class Trial(msgspec.Struct, frozen=True, kw_only=True):
    """One trial: `message` and `hint` say why it did not go well; seconds, tokens a second and
    bytes of memory as measured, None where they were not. `fallen_back` names what did not run on
    `device`.

    `stamp` says what exactly was tried (the files of a model, the driver of a device).
    """

    outcome: Outcome
    message: str = ""
    hint: str = ""
    device: str = ""
    load_seconds: float | None = None
    tokens_per_second: float | None = None
    memory_bytes: float | None = None
    fallen_back: tuple[str, ...] = ()
    stamp: str = ""
    at: float = msgspec.field(default_factory=time.time)

    @property
    def crashed(self) -> bool:
        """True where a process died of it, or died while it was being opened."""
        return self.outcome in (Outcome.CRASHED, Outcome.OPENING)


class TrialBook:
    """The trials in one folder, each by its name ("model SmolLM2", "device cuda").

    A file of its own for each, written whole, so that threads and processes need no lock. Only
    of one name there must not be two `opening` at once.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._opening: dict[str, Trial | None] = {}

    def find(self, name: str, stamp: str = "") -> Trial | None:
        """The last trial of that name; None if there is none that can be read, or if it was of
        something else than `stamp`. While this book's `opening` lasts, the one before it: whoever
        asks meanwhile must not take what is going on for a crash."""
        try:
            trial = self._opening[name]
        except KeyError:
            trial = self._read(name)
        return trial if trial is not None and stamp in ("", trial.stamp) else None

    def crashed(self, name: str, stamp: str = "") -> bool:
        """Whether this must not be opened unasked."""
        trial = self.find(name, stamp)
        return trial is not None and trial.crashed

    def note(self, name: str, trial: Trial) -> None:
        """Writes down the newest trial; it is on the disk on return. OSError if that fails."""
        file = self._file(name)
        file.parent.mkdir(parents=True, exist_ok=True)
        fresh = file.with_suffix(".new")
        fresh.write_bytes(msgspec.json.encode(trial))
        fresh.replace(file)

    def forget(self, name: str) -> None:
        """As if it had never been tried."""
        self._file(name).unlink(missing_ok=True)

    @contextmanager
    def opening(self, name: str, stamp: str = "") -> Generator[None]:
        """For opening in our own process what may take it down: if it does, that is remembered.

        An exception is no crash: the mark goes, and what was known before stands again.
        """
        before = self._opening[name] = self.find(name)
        try:
            with self._marked(name, stamp, before):
                yield
        finally:
            del self._opening[name]

    @contextmanager
    def _marked(self, name: str, stamp: str, before: Trial | None) -> Generator[None]:
        self.note(name, Trial(outcome=Outcome.OPENING, stamp=stamp,
                              message="The program ended while this was being opened.",
                              hint="Try it again, or go on without it."))
        try:
            yield
        finally:
            if before is None:
                self.forget(name)
            else:
                self.note(name, before)

    def _read(self, name: str) -> Trial | None:
        try:
            return msgspec.json.decode(self._file(name).read_bytes(), type=Trial)
        except (OSError, msgspec.DecodeError, UnicodeDecodeError):
            return None

    def _file(self, name: str) -> Path:
        """Readable, and different for different names also where case or signs are lost."""
        plain = re.sub(r"[^A-Za-z0-9]+", "-", name).strip("-")[:_NAME_LENGTH]
        return self._folder / f"{plain}-{hashlib.sha256(name.encode()).hexdigest()[:12]}.json"


def files_stamp(manifest: ModelManifest) -> str:
    """The stamp of a model as it is installed: one that is installed anew was not tried yet."""
    listed = "".join(file.sha256 for file in manifest.files)
    return hashlib.sha256(listed.encode()).hexdigest()[:16]


def model_trial(model_id: str) -> str:
    """The name under which a model's trial is kept."""
    return f"model {model_id}"


def device_trial(device: str) -> str:
    """The name under which a device's trial is kept."""
    return f"device {device}"
