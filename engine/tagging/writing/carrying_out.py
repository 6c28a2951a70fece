"""One file changed safely, and the record of it: copied, proved, put in place, or left as it was.

The order is what makes it safe: noted, copied, proved, noted with the way back, replaced, noted.
A kill between any two leaves a file that is whole, and a record that `settle` can finish.
"""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from engine.errors import EngineError
from engine.tagging.intake import Fingerprint, fingerprint
from engine.tagging.song_identity import place_of
from engine.tagging.writing.ape_tag import ApeTag
from engine.tagging.writing.chunk_file import ChunkFile
from engine.tagging.writing.file_guard import (
    changed,
    check_closed,
    check_replaceable,
    check_room,
    mark_of,
    real_file,
)
from engine.tagging.writing.formats import mood_splices, tag_holder
from engine.tagging.writing.mpeg_file import FrontTag
from engine.tagging.writing.proof import prove, prove_sound, unlike
from engine.tagging.writing.replacing import (
    is_temporary,
    make_copy,
    put_in_place,
    remove_copy,
    temporary_beside,
    write_new,
)
from engine.tagging.writing.sidecar import open_sidecar
from engine.tagging.writing.splice import (
    Change,
    Copied,
    Splice,
    changes,
    file_hash,
    growth,
)
from engine.tagging.writing.tag_bytes import TagHolder
from engine.tagging.writing.values import FileMark, FileMoods, WriteKind, WriteState
from engine.tagging.writing.write_record import UnderWay, WriteRecord

NO_FILE = b""  # stands for the hash of a file that is not there


@dataclass(frozen=True, slots=True)
class FileChange:
    """A change of one file that is to come: where, how, and what it must come to.

    `mark` the file as it was looked at; `wanted` our fields afterwards; `exact` the whole file's
    hash afterwards, where it is known.
    """

    place: Path
    kind: WriteKind
    mark: FileMark
    splices: tuple[Splice, ...]
    wanted: FileMoods
    goal: WriteState
    exact: bytes | None = None


class CarryingOut:
    """Changes files one at a time. `begin` notes a copy's name and gives the id of the write."""

    def __init__(self, record: WriteRecord) -> None:
        self._record = record

    def change(self, wanted: FileChange, begin: Callable[[Path], int]) -> int:
        """Makes the change; the id of its write. EngineError or OSError: nothing was changed."""
        real = real_file(wanted.place)
        seen = _fingerprint(wanted.place, wanted.kind)
        if mark_of(real) != wanted.mark:
            raise changed()
        check_replaceable(real, growth(wanted.splices))
        temporary = temporary_beside(real)
        write = begin(temporary)
        try:
            copied, difference = self._copied(real, temporary, wanted)
            if mark_of(real) != wanted.mark:
                raise changed()
            check_closed(real)
            if wanted.goal is WriteState.WRITTEN:
                self._record.ready_with(write, copied.hash_before, copied.hash_after, difference)
            else:
                self._record.ready(write, copied.hash_after)
            put_in_place(temporary, real)
        except BaseException:
            self.settle(next(one for one in self._record.under_way() if one.id == write))
            raise
        self._reached(write, wanted.goal, wanted.place, seen)
        return write

    def create(self, path: Path, data: bytes, begin: Callable[[Path], int]) -> int:
        """Makes a file that is not there yet. EngineError or OSError: nothing was made."""
        check_room(path.parent, len(data))
        temporary = temporary_beside(path)
        write = begin(temporary)
        try:
            write_new(temporary, data)
            with temporary.open("rb") as file:
                written = file_hash(file)
            self._record.ready_with(write, NO_FILE, written, (Change(0, b"", data),))
            if path.exists():
                raise changed()
            put_in_place(temporary, path)
        except BaseException:
            self.settle(next(one for one in self._record.under_way() if one.id == write))
            raise
        self._reached(write, WriteState.WRITTEN, path, None)
        return write

    def remove(self, path: Path, write: int) -> None:
        """Takes away a file that `create` made, which nobody changed since."""
        self._record.begin_again(write, Path(), WriteState.UNDONE)
        self._record.ready(write, NO_FILE)
        try:
            path.unlink()
        except BaseException:
            self._record.given_up(write)
            raise
        self._reached(write, WriteState.UNDONE, path, None)

    def settle(self, left: UnderWay) -> None:
        """Brings to its end what was begun: the file says how far it came."""
        if is_temporary(left.temporary):
            remove_copy(left.temporary)
        if left.goal_hash is not None and _came_to_its_end(left):
            self._record.reached(left.id, left.goal)
        else:
            self._record.given_up(left.id)

    def _copied(self, real: Path, temporary: Path, wanted: FileChange
                ) -> tuple[Copied, tuple[Change, ...]]:
        """A proved copy, and what it takes to turn it back."""
        with real.open("rb") as source:
            difference = changes(source, wanted.splices)
        copied = make_copy(real, temporary, wanted.splices)
        if wanted.exact is not None:
            if copied.hash_after != wanted.exact:
                raise unlike()
        else:
            _prove(real, temporary, wanted)
        return copied, difference

    def _reached(self, write: int, goal: WriteState, place: Path,
                 seen: Fingerprint | None) -> None:
        """Notes that it is done. Where even that fails, the file is still what it should be, and
        `settle` notes it later."""
        with suppress(EngineError, OSError):
            self._record.reached(write, goal)
            if seen is not None:
                self._record.follow(place_of(place), seen, fingerprint(place))


def look(place: Path, kind: WriteKind) -> tuple[FileMark, FileMoods, bytes]:
    """A file as it is now: its mark, our fields in it, its hash. EngineError or OSError if not."""
    real = real_file(place)
    mark = mark_of(real)
    with real.open("rb") as file:
        holder = tag_holder(file, real) if kind is WriteKind.TAG else open_sidecar(file)
        return mark, holder.read(), file_hash(file)


def splices_for(place: Path, kind: WriteKind, before: FileMoods, wanted: FileMoods
                ) -> tuple[FileMoods, tuple[Splice, ...]]:
    """How a file's fields become `wanted`, and what they are then called there.

    EngineError if they are not `before` any more.
    """
    real = real_file(place)
    with real.open("rb") as file:
        holder: TagHolder = tag_holder(file, real) if kind is WriteKind.TAG else open_sidecar(file)
        if holder.read() != before:
            raise changed()
        return holder.normal(wanted), mood_splices(holder, wanted)


def _prove(real: Path, temporary: Path, wanted: FileChange) -> None:
    if wanted.kind is WriteKind.SIDECAR:
        with temporary.open("rb") as copy:
            if open_sidecar(copy).read() != wanted.wanted:
                raise unlike()
        return
    with real.open("rb") as source, temporary.open("rb") as copy:
        before, after = tag_holder(source, real), tag_holder(copy, real)
        if after.read() != wanted.wanted:
            raise unlike()
        prove_sound(source, before, copy, after)
    told_anew = isinstance(before, FrontTag | ChunkFile | ApeTag) and before.is_new
    prove(real, temporary, wanted.wanted, told_anew)


def _came_to_its_end(left: UnderWay) -> bool:
    """Whether the file is what it was to become, or at least holds our fields as they were to."""
    try:
        _, moods, found = look(left.path, left.kind)
    except (EngineError, OSError):
        return left.goal_hash == NO_FILE and not left.path.exists()
    target = left.after if left.goal is WriteState.WRITTEN else left.before
    return found == left.goal_hash or (left.before != left.after and moods == target)


def _fingerprint(place: Path, kind: WriteKind) -> Fingerprint | None:
    return fingerprint(place) if kind is WriteKind.TAG else None
