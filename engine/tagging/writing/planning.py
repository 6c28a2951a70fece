"""What would be written into which file: reads the files' tags and the library, touches neither.

Knows whose moods are whose. Every file that cannot be written carries the sentence why.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from engine.errors import EngineError
from engine.library.database import Database
from engine.settings import Settings
from engine.tagging.labels import tags_as_said
from engine.tagging.lyric_store import LyricStore
from engine.tagging.playlists.song_documents import sidecar_of
from engine.tagging.readers.text_file import unreadable
from engine.tagging.reading import AUDIO_SUFFIXES
from engine.tagging.vocabulary import Vocabulary, fold
from engine.tagging.writing.file_guard import check_writable, mark_of, real_file
from engine.tagging.writing.formats import mood_splices, tag_holder
from engine.tagging.writing.sidecar import SidecarHolder, open_sidecar, scores_text
from engine.tagging.writing.tag_bytes import JOINT, TagHolder, parts
from engine.tagging.writing.values import (
    FileMark,
    FileMoods,
    ForeignMoods,
    PlannedWrite,
    WriteKind,
    WriteOptions,
)
from engine.tagging.writing.write_record import WriteRecord


@dataclass(frozen=True, slots=True)
class _Wanted:
    """What a song's files are to hold: ids and names of moods with scores, and who said so."""

    ids: tuple[tuple[str, float], ...]
    moods: tuple[tuple[str, float], ...]
    tagger: str
    refusal: tuple[str, str] = ("", "")


@dataclass(frozen=True, slots=True)
class _Place:
    path: Path
    is_file: bool
    title: str
    artist: str


class Planner:
    """Plans for one set of settings and options."""

    def __init__(self, database: Database, store: LyricStore, vocabulary: Vocabulary,
                 settings: Settings, options: WriteOptions) -> None:
        self._database = database
        self._record = WriteRecord(database)
        self._store = store
        self._vocabulary = vocabulary
        self._settings = settings
        self._options = options
        self._beside_taken: set[Path] = set()

    def plan(self, songs: Iterable[int]) -> Iterator[PlannedWrite]:
        """One for every file of these songs, each song once."""
        for song in dict.fromkeys(songs):
            wanted = self._wanted(song)
            for place in self._places(song):
                yield self._planned(song, place, wanted)

    def _planned(self, song: int, place: _Place, wanted: _Wanted) -> PlannedWrite:
        bare = PlannedWrite(place.path, song, place.title, place.artist, "", FileMoods(),
                            FileMoods(), wanted.tagger)
        if any(wanted.refusal):
            return replace(bare, message=wanted.refusal[0], hint=wanted.refusal[1])
        try:
            return self._into_tag(bare, place, wanted)
        except EngineError as refusal:
            if self._options.sidecars and place.is_file and place.path.is_file():
                return self._beside(bare, wanted)
            return _refused(bare, refusal)

    def _into_tag(self, bare: PlannedWrite, place: _Place, wanted: _Wanted) -> PlannedWrite:
        if not place.is_file:
            raise EngineError("These words have no file of their own to write into.",
                              "Moods can be written into recordings.")
        if place.path.suffix.lower() not in AUDIO_SUFFIXES:
            raise EngineError("This is a text, which has no place for moods.",
                              "Write a file beside it instead.")
        real = real_file(place.path)
        mark = mark_of(real)
        try:
            with real.open("rb") as file:
                holder = tag_holder(file, real)
                planned = self._compared(bare, holder, wanted, mark)
                mood_splices(holder, planned.after)
        except OSError as failure:
            raise unreadable(failure) from failure
        return _if_writable(planned, real)

    def _beside(self, bare: PlannedWrite, wanted: _Wanted) -> PlannedWrite:
        """The plan for a file beside one that cannot hold moods."""
        path = sidecar_of(bare.path)
        moods = tuple(mood for mood, _ in wanted.ids)
        bare = replace(bare, path=path, kind=WriteKind.SIDECAR, format=SidecarHolder.label,
                       after=FileMoods(moods, wanted.tagger, scores_text(wanted.ids)), own=moods)
        try:
            if path in self._beside_taken:
                raise EngineError("Another recording of this name has the file beside it.",
                                  "Rename one of the two.")
            self._beside_taken.add(path)
            if not path.exists():
                return bare
            real = real_file(path)
            with real.open("rb") as file:
                before = open_sidecar(file).read()
            return _if_writable(replace(bare, before=before, mark=mark_of(real)), real)
        except EngineError as refusal:
            return _refused(bare, refusal)
        except OSError as failure:
            return _refused(bare, unreadable(failure))

    def _compared(self, bare: PlannedWrite, holder: TagHolder, wanted: _Wanted,
                  mark: FileMark) -> PlannedWrite:
        before = holder.read()
        foreign = self._foreign(bare, before)
        planned = replace(bare, format=holder.label, before=before, after=before, foreign=foreign,
                          mark=mark)
        if foreign and self._options.foreign is ForeignMoods.KEEP:
            return replace(planned, message="This file already has moods, and they are kept.",
                           hint="Choose to add to them or to replace them.")
        own = self._own(foreign, wanted)
        added = foreign if self._options.foreign is ForeignMoods.ADD or not own else ()
        after = FileMoods(
            (*added, *own),
            wanted.tagger if own and self._options.tagger else "",
            scores_text(wanted.moods) if own and self._options.scores else "")
        return replace(planned, after=holder.normal(after), own=own)

    def _own(self, foreign: tuple[str, ...], wanted: _Wanted) -> tuple[str, ...]:
        """Our moods; where they are added, without those that are there already."""
        names = tuple(name for name, _ in wanted.moods)
        if self._options.foreign is not ForeignMoods.ADD:
            return names
        there = {fold(part) for value in foreign for part in parts(value)}
        return tuple(name for name in names if fold(name) not in there)

    def _foreign(self, bare: PlannedWrite, before: FileMoods) -> tuple[str, ...]:
        """The values in a file that are not ours, as they are; only a value that holds both is
        taken apart."""
        own = self._record.own_moods(bare.path)
        if own is None:
            own = self._ours_by_its_own_word(before)
        ours = {fold(name) for name in own}
        kept: list[str] = []
        for value in before.moods:
            joined = value.split(JOINT.strip())
            others = [piece for each in joined for piece in _others(each.strip(), ours)]
            kept += [value] if others == [each.strip() for each in joined] else others
        return tuple(kept)

    def _ours_by_its_own_word(self, before: FileMoods) -> tuple[str, ...]:
        """Moods of ours in a file that this library did not write: its other fields name them."""
        if not before.tagger:
            return ()
        named = tuple(part.rpartition("=")[0].strip() for part in before.scores.split(";"))
        return named if any(named) else before.moods

    def _wanted(self, song_id: int) -> _Wanted:
        """The moods a song shows: the tagger's, with the person's word over them."""
        song = self._store.song(song_id, self._settings)
        if song is None:
            return _Wanted((), (), "", ("This song is no longer in the library.", ""))
        labels = self._store.labels(song_id)
        tags = tags_as_said(song.moods.tags if song.moods else (), labels)
        if not tags and not labels and (song.moods is None or song.row.message):
            said = song.row.message or "This song was not tagged yet."
            return _Wanted((), (), "", (said, song.row.hint or "Tag it, then write."))
        tagger = song.moods.tagger if song.moods else ""
        return _Wanted(tuple((tag.tag, tag.score) for tag in tags),
                       tuple((self._name(tag.tag), tag.score) for tag in tags), tagger)

    def _name(self, mood_id: str) -> str:
        mood = self._vocabulary.get(mood_id)
        return mood.name if mood else mood_id

    def _places(self, song_id: int) -> list[_Place]:
        rows: list[Any] = self._database.all(
            "SELECT path, is_file, coalesce(nullif(place.title, ''), song.title),"
            " coalesce(nullif(place.artist, ''), song.artist)"
            " FROM place JOIN song ON song.id = song_id WHERE song_id = ? ORDER BY place.id",
            (song_id,))
        return [_Place(Path(path), bool(is_file), title, artist)
                for path, is_file, title, artist in rows]


def _if_writable(planned: PlannedWrite, real: Path) -> PlannedWrite:
    """The plan, refused at once where the file may not be written at all."""
    if not planned.changes:
        return planned
    try:
        check_writable(real)
    except EngineError as refusal:
        return _refused(planned, refusal)
    return planned


def _others(value: str, ours: set[str]) -> tuple[str, ...]:
    """What of one value is not ours; a mood of ours may have a stroke in its own name."""
    if fold(value) in ours:
        return ()
    pieces = parts(value)
    others = tuple(piece for piece in pieces if fold(piece) not in ours)
    return (value,) if len(others) == len(pieces) else others


def _refused(planned: PlannedWrite, refusal: EngineError) -> PlannedWrite:
    return replace(planned, after=planned.before, message=refusal.message, hint=refusal.hint)
