"""A job is a folder: what was asked, what was told, what was made. It remembers; it starts nothing.

    spec.json  events.jsonl  log.txt  stop  pause  output/  lock  pid.json

Live view and replay are one path, `events_since`. Only the process that holds the lock appends.
"""

import enum
import os
import re
import secrets
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

from engine.errors import EngineError
from engine.events import Ending, Event, Failed, Finished, decode_lines, encode
from engine.jobs.folder_lock import FolderLock
from engine.jobs.spec import JobSpec, spec_from_json

TAIL_BYTES = 4_096
LOG_TAIL_BYTES = 4_096
_ROOM_BYTES = 1 << 16


class JobState(enum.StrEnum):
    """Where a job stands. Interrupted: it began, told no end, and no process runs it."""

    WAITING = "waiting"
    RUNNING = "running"
    FINISHED = "finished"
    FAILED = "failed"
    STOPPED = "stopped"
    INTERRUPTED = "interrupted"


RESUMABLE = frozenset({JobState.WAITING, JobState.FAILED, JobState.STOPPED, JobState.INTERRUPTED})


class JobFolder:
    """One job on disk. Holds no state of its own: every look is a look at the folder."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.lock = FolderLock(path)
        self._events = path / "events.jsonl"
        self._stop = path / "stop"
        self._pause = path / "pause"
        self._room = path / "room"

    @classmethod
    def create(cls, jobs: Path, spec: JobSpec) -> "JobFolder":
        """A new folder under `jobs`. It appears at once and whole, or not at all."""
        made = datetime.fromtimestamp(spec.created_at, UTC).strftime("%Y%m%d-%H%M%S-%f")
        name = f"{made}-{_word(spec.kind)}-{secrets.token_hex(2)}"
        fresh = jobs / f".{name}"
        try:
            (fresh / "output").mkdir(parents=True)
            (fresh / "spec.json").write_bytes(spec.to_json())
            return cls(fresh.replace(jobs / name))
        except OSError as error:
            raise EngineError("The job could not be written down.",
                              f"The system says: {error.strerror}. Check {jobs}.") from error

    @classmethod
    def open(cls, path: Path) -> "JobFolder":
        """The job at `path`. EngineError if there is none."""
        if not (path / "spec.json").is_file():
            raise EngineError(f"There is no job in {path}.", "See \"jobs list\" for what there is.")
        return cls(path)

    @property
    def id(self) -> str:
        """The folder's name: begins with the moment it was made, so that names sort by age."""
        return self.path.name

    @property
    def output(self) -> Path:
        return self.path / "output"

    @property
    def log_file(self) -> Path:
        return self.path / "log.txt"

    def spec(self) -> JobSpec:
        """What was asked. EngineError if spec.json is broken."""
        try:
            return spec_from_json((self.path / "spec.json").read_bytes())
        except OSError as error:
            raise EngineError("The description of this job cannot be read.",
                              f"The system says: {error.strerror}.") from error

    def append(self, event: Event) -> None:
        """Writes one event, at once visible to readers; an ending is on the disk on return."""
        with self._events.open("a+b") as file:
            if file.tell():
                file.seek(-1, os.SEEK_END)
                # A killed process may have left half a line. It must not swallow this one.
                file.write(b"" if file.read(1) == b"\n" else b"\n")
            file.write(encode(event))
            file.flush()
            if isinstance(event, Ending):
                os.fsync(file.fileno())

    def events_since(self, offset: int = 0) -> tuple[tuple[Event, ...], int]:
        """The events after `offset` and the offset to ask from next time.

        A line that is still being written is left for the next call. Cheap enough to be asked
        every 100 ms.
        """
        try:
            with self._events.open("rb") as file:
                file.seek(offset)
                data = file.read()
        except FileNotFoundError:
            return (), offset
        whole = _whole_lines(data)
        return tuple(decode_lines(whole)), offset + len(whole)

    def last_event(self) -> Event | None:
        """The newest event of a whole line; reads only the end of the file."""
        try:
            with self._events.open("rb") as file:
                size, block = file.seek(0, os.SEEK_END), TAIL_BYTES
                while True:
                    start = file.seek(max(0, size - block))
                    events = tuple(decode_lines(_whole_lines(file.read(size - start))))
                    if events or start == 0:
                        return events[-1] if events else None
                    block *= 4
        except FileNotFoundError:
            return None

    def state(self) -> JobState:
        """Where the job stands now."""
        ending = self.ending()
        if ending is None and self.lock.held():
            return JobState.RUNNING
        # It may have ended between the two looks.
        ending = ending or self.ending()
        if ending is None:
            return JobState.INTERRUPTED if self.lock.was_taken() else JobState.WAITING
        if isinstance(ending, Finished):
            return JobState.FINISHED
        return JobState.FAILED if isinstance(ending, Failed) else JobState.STOPPED

    def ending(self) -> Ending | None:
        """The event that ended the job, None if it has not ended or was resumed since."""
        last = self.last_event()
        return last if isinstance(last, Ending) else None

    def keep_room(self) -> None:
        """Holds a little of the disk, so that even where that fills up the ending can be told."""
        with suppress(OSError):
            self._room.write_bytes(bytes(_ROOM_BYTES))

    def give_room(self) -> None:
        """Gives back what `keep_room` held."""
        with suppress(OSError):
            self._room.unlink(missing_ok=True)

    def ask_to_stop(self) -> None:
        """Felt by the job where it reports next."""
        self._stop.touch()

    def stop_asked(self) -> bool:
        return self._stop.exists()

    def forget_stop(self) -> None:
        """Takes the request back: it was answered, or the job begins anew."""
        self._stop.unlink(missing_ok=True)

    def ask_to_pause(self) -> None:
        """Felt by the job where it reports next; it then waits until `forget_pause`."""
        self._pause.touch()

    def pause_asked(self) -> bool:
        return self._pause.exists()

    def forget_pause(self) -> None:
        """Lets the job go on."""
        self._pause.unlink(missing_ok=True)

    def log_tail(self) -> str:
        """The end of what the job printed, for details of a failure."""
        try:
            with self.log_file.open("rb") as file:
                size = file.seek(0, os.SEEK_END)
                file.seek(max(0, size - LOG_TAIL_BYTES))
                return file.read().decode("utf-8", "replace")
        except OSError:
            return ""


def list_jobs(jobs: Path) -> list[JobFolder]:
    """Every job under `jobs`, newest first. A broken one is listed: its `spec()` says why."""
    try:
        found = sorted(jobs.iterdir(), reverse=True)
    except FileNotFoundError:
        return []
    return [JobFolder(path) for path in found if path.is_dir() and not path.name.startswith(".")]


def _whole_lines(data: bytes) -> bytes:
    return data[: data.rfind(b"\n") + 1]


def _word(kind: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", kind.lower()).strip("-") or "job"
