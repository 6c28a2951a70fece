"""From paths to stored answers, with real files, a real library and the fake tagger."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from engine.errors import EngineError
from engine.library import database as database_module
from engine.library.database import Database
from engine.settings import CollationSettings, Settings
from engine.tagging.language import LanguageDetector
from engine.tagging.lyric import Lyric
from engine.tagging.lyric_store import LyricStore
from engine.tagging.reading import read_lyric
from engine.tagging.requests import Answered, Found, NamedLyric, TagEvent, TagRequest
from engine.tagging.service import TaggingService
from engine.tagging.song import SongRow, SongState
from tests.fakes import FakeTagger, lyric

RAIN = "The rain came down on the harbour wall\nand I cry goodbye to you all\n"
SUN = "The sun is a bright brass band\nso dance with the dust in your hand\n"
GERMAN = ("Der Regen fällt auf den alten Hafen\nund niemand will in dieser Stunde schlafen\n"
          "die Lichter brennen bis zum Morgen\nund tragen unsre kleinen Sorgen\n")


class Desk:
    """A library, a tagger, and a folder of songs."""

    def __init__(self, folder: Path, detector: LanguageDetector) -> None:
        self.folder = folder
        self.database = Database.open(folder.parent / "home" / "library.sqlite3")
        self.store = LyricStore(self.database)
        self.tagger = FakeTagger()
        self.detector = detector
        self.settings = Settings()
        self.read: list[str] = []

    def write(self, name: str, text: str) -> Path:
        file = self.folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, "utf-8")
        return file

    def run(self, request: TagRequest) -> Iterator[TagEvent]:
        service = TaggingService(self.store, self.detector, lambda: self.tagger,
                                 lambda: self.settings, self._read)
        return service.run(request)

    def tag(self, *paths: Path, again: bool = False) -> list[SongRow]:
        request = TagRequest(paths=paths or (self.folder,), again=again)
        return [event.row for event in self.run(request) if isinstance(event, Answered)]

    def names(self, rows: list[SongRow]) -> dict[str, SongState]:
        return {os.path.relpath(row.place, self.folder): row.state for row in rows}

    def _read(self, file: Path) -> Lyric:
        self.read.append(file.name)
        return read_lyric(file)


@pytest.fixture(scope="module")
def detector() -> LanguageDetector:
    return LanguageDetector()


@pytest.fixture
def desk(tmp_path: Path, detector: LanguageDetector) -> Iterator[Desk]:
    (tmp_path / "songs").mkdir()
    desk = Desk(tmp_path / "songs", detector)
    yield desk
    desk.database.close()


def test_every_file_is_answered_in_reading_order(desk: Desk) -> None:
    # GIVEN a folder with songs, a wordless one, a foreign one, a broken one and other files
    desk.write("a.txt", RAIN)
    desk.write("b.txt", "la la la\nla la la\n")
    desk.write("c.txt", GERMAN)
    desk.write("d.lrc", "[ti:Silence]\n[00:01.00]\n")
    (desk.folder / "e.txt").write_bytes(bytes(range(256)) * 4)
    desk.write("notes.pdf", "no lyric")
    desk.write("deep/er/e.lrc", "[00:01.00]The sun is bright\n[00:03.00]and we dance and laugh\n")
    # WHEN it is tagged
    events = list(desk.run(TagRequest(paths=(desk.folder,))))
    # THEN all places were found, then answered in that order, each as it deserves
    found = [place for event in events if isinstance(event, Found) for place in event.places]
    rows = [event.row for event in events if isinstance(event, Answered)]
    assert [row.place for row in rows] == found
    assert desk.names(rows) == {
        "a.txt": SongState.TAGGED, "b.txt": SongState.NO_WORDS,
        "c.txt": SongState.UNKNOWN_LANGUAGE, "d.lrc": SongState.NO_WORDS,
        "e.txt": SongState.FAILED,
        "deep/er/e.lrc": SongState.TAGGED}
    assert all(row.message for row in rows if row.state is not SongState.TAGGED)
    # AND what was answered is what is stored
    assert {row.place: row for row in rows} == {
        row.place: row for row in desk.store.rows(desk.settings)}


def test_the_first_song_is_answered_before_the_second_is_scored(desk: Desk) -> None:
    for number in range(30):
        desk.write(f"{number:02}.txt", f"{RAIN} verse number {number}\n")
    events = desk.run(TagRequest(paths=(desk.folder,)))
    first = next(event for event in events if isinstance(event, Answered))
    assert first.row.state is SongState.TAGGED
    assert len(desk.tagger.read) == 1
    # AND the others go to the tagger many at once
    assert len([event for event in events if isinstance(event, Answered)]) == 29
    assert desk.tagger.runs <= 5


def test_what_is_answered_is_already_stored(desk: Desk) -> None:
    for number in range(10):
        desk.write(f"{number}.txt", f"{RAIN} verse number {number}\n")
    other = Database.open(desk.folder.parent / "home" / "library.sqlite3")
    seen_from_outside = LyricStore(other)
    for event in desk.run(TagRequest(paths=(desk.folder,))):
        if isinstance(event, Answered):
            assert seen_from_outside.row(event.row.place, Settings()) == event.row
    other.close()


def test_an_unchanged_file_is_neither_read_nor_scored(desk: Desk) -> None:
    desk.write("a.txt", RAIN)
    desk.write("b.txt", "la la la")
    before = desk.tag()
    desk.read.clear()
    runs = desk.tagger.runs
    assert desk.tag() == before
    assert (desk.read, desk.tagger.runs) == ([], runs)


def test_a_failed_file_is_tried_again(desk: Desk) -> None:
    (desk.folder / "a.txt").write_bytes(bytes(range(256)) * 4)
    assert desk.tag()[0].state is SongState.FAILED
    desk.write("a.txt", RAIN)
    assert desk.tag()[0].state is SongState.TAGGED


def test_again_scores_again_but_a_double_only_once(desk: Desk) -> None:
    for name in ("a.txt", "b.txt", "c.txt"):
        desk.write(name, RAIN)
    assert {row.state for row in desk.tag()} == {SongState.TAGGED}
    assert len(desk.tagger.read) == 1
    desk.tag(again=True)
    assert len(desk.tagger.read) == 2


def test_one_text_in_many_files_is_scored_once(desk: Desk) -> None:
    for number in range(40):
        desk.write(f"{number}.txt", SUN if number % 2 else RAIN)
    rows = desk.tag()
    assert len(rows) == 40 and len({row.song_id for row in rows}) == 2
    assert len(desk.tagger.read) == 2


def test_another_tagger_has_to_read_for_itself(desk: Desk) -> None:
    desk.write("a.txt", RAIN)
    desk.tag()
    desk.tagger = FakeTagger("other", languages=frozenset())
    row = desk.tag()[0]
    assert row.state is SongState.TAGGED and desk.tagger.runs == 1


def test_a_tagger_for_any_language_tags_what_another_abstained_from(desk: Desk) -> None:
    desk.write("a.txt", GERMAN)
    assert desk.tag()[0].state is SongState.UNKNOWN_LANGUAGE
    desk.tagger = FakeTagger("any", languages=frozenset())
    assert desk.tag()[0].state is SongState.TAGGED


def test_a_lyric_the_tagger_fails_on_does_not_take_others_with_it(desk: Desk) -> None:
    desk.tagger = FakeTagger(refuses="poison")
    for number in range(9):
        desk.write(f"{number}.txt", f"{RAIN} {'poison' if number == 4 else 'line'} {number}\n")
    rows = desk.tag()
    assert [row.state for row in rows] == [
        SongState.FAILED if number == 4 else SongState.TAGGED for number in range(9)]
    assert rows[4].message == "This lyric is more than the tagger can take."


def test_a_mistake_of_ours_in_a_reader_is_said_beside_that_file(desk: Desk) -> None:
    def read(file: Path) -> Lyric:
        if file.name == "b.txt":
            raise IndexError("list index out of range")
        return read_lyric(file)

    for name in ("a.txt", "b.txt", "c.txt"):
        desk.write(name, f"{RAIN}\n{name} is the name\n")
    service = TaggingService(desk.store, desk.detector, lambda: desk.tagger, Settings, read)
    rows = [event.row for event in service.run(TagRequest(paths=(desk.folder,)))
            if isinstance(event, Answered)]
    assert [row.state for row in rows] == [SongState.TAGGED, SongState.FAILED, SongState.TAGGED]
    assert "mistake in Undertone (IndexError)" in rows[1].message


def test_stopping_keeps_what_was_answered_and_loses_nothing_later(desk: Desk) -> None:
    for number in range(40):
        desk.write(f"{number:02}.txt", f"{RAIN} verse number {number}\n")
    # WHEN the run is closed after the third answer
    events = desk.run(TagRequest(paths=(desk.folder,)))
    answered = 0
    while answered < 3:
        answered += isinstance(next(events), Answered)
    events.close()
    stored = [row for row in desk.store.rows(Settings()) if row.state is SongState.TAGGED]
    assert 3 <= len(stored) < 40
    # THEN another run has only the rest to score
    desk.tagger = FakeTagger()
    assert {row.state for row in desk.tag()} == {SongState.TAGGED}
    assert len(desk.tagger.read) == 40 - len(stored)


def test_a_folder_scanned_again_shows_what_has_gone(desk: Desk) -> None:
    desk.write("a.txt", RAIN)
    gone = desk.write("b.txt", SUN)
    desk.tag()
    gone.unlink()
    desk.tag()
    assert {row.title: row.missing for row in desk.store.rows(Settings())} == {
        "a": False, "b": True}


def test_a_stopped_scan_calls_nothing_missing(desk: Desk) -> None:
    desk.write("a.txt", RAIN)
    desk.write("b.txt", SUN).with_name("c.txt")
    desk.tag()
    (desk.folder / "b.txt").unlink()
    events = desk.run(TagRequest(paths=(desk.folder,)))
    next(events)
    events.close()
    assert not any(row.missing for row in desk.store.rows(Settings()))


def test_a_renamed_file_is_known_on_disk_too(desk: Desk) -> None:
    old = desk.write("a.txt", RAIN)
    song = desk.tag()[0].song_id
    old.rename(desk.folder / "z.txt")
    rows = desk.tag()
    assert [(Path(row.place).name, row.song_id, row.missing) for row in rows] == [
        ("z.txt", song, False)]
    assert len(desk.store.rows(Settings())) == 1
    assert desk.tagger.runs == 1


def test_an_edited_file_is_tagged_anew(desk: Desk) -> None:
    file = desk.write("a.txt", RAIN)
    before = desk.tag()[0]
    file.write_text(RAIN.replace("cry goodbye", "laugh and dance") + "a line more of this\n")
    after = desk.tag()[0]
    assert after.song_id == before.song_id
    assert [tag.tag for tag in before.tags] != [tag.tag for tag in after.tags]


def test_words_without_a_file_are_tagged_too(desk: Desk) -> None:
    lyrics = (NamedLyric("paste:1", lyric("I cry in the rain", title="Wet")),
              NamedLyric("songs.jsonl#7", lyric("oh oh oh")))
    rows = [event.row for event in desk.run(TagRequest(lyrics=lyrics))
            if isinstance(event, Answered)]
    assert [(row.place, row.state) for row in rows] == [
        ("paste:1", SongState.TAGGED), ("songs.jsonl#7", SongState.NO_WORDS)]
    assert rows[0].title == "Wet"


def test_two_texts_under_one_place_are_answered_each(desk: Desk) -> None:
    lyrics = (NamedLyric("x", lyric("I cry in the rain")), NamedLyric("x", lyric("we dance, sun")))
    rows = [event.row for event in desk.run(TagRequest(lyrics=lyrics))
            if isinstance(event, Answered)]
    assert [[tag.tag for tag in row.tags] for row in rows] == [["sadness"], ["happiness"]]


def test_a_very_long_song_leaves_moments_to_stop(desk: Desk) -> None:
    desk.tagger = FakeTagger(lines=1)
    desk.write("a.txt", "".join(f"the rain of day {number}\n" for number in range(300)))
    events = list(desk.run(TagRequest(paths=(desk.folder,))))
    assert events.count(Found(())) == 4
    assert isinstance(events[-1], Answered)


def test_settings_of_the_moment_are_used(desk: Desk) -> None:
    desk.settings = Settings(tagger="fake", collation=CollationSettings(strictness=-1, most_tags=1))
    desk.write("a.txt", f"{RAIN}{SUN}")
    assert len(desk.tag()[0].tags) == 1


def test_a_request_for_another_tagger_is_refused(desk: Desk) -> None:
    desk.tagger = FakeTagger("minilm@2")
    assert list(desk.run(TagRequest(tagger="minilm"))) == []
    assert list(desk.run(TagRequest(tagger="minilm@2"))) == []
    with pytest.raises(EngineError, match="not the tagger in use"):
        list(desk.run(TagRequest(tagger="bert")))


def test_a_library_that_cannot_be_written_stops_the_run_with_a_sentence(
        desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    desk.write("a.txt", RAIN)
    monkeypatch.setattr(database_module, "BUSY_SECONDS", 0.05)
    impatient = Database.open(desk.folder.parent / "home" / "library.sqlite3")
    service = TaggingService(LyricStore(impatient), desk.detector, lambda: desk.tagger, Settings)
    with desk.database.transaction(), pytest.raises(EngineError, match="in use"):
        list(service.run(TagRequest(paths=(desk.folder,))))
    impatient.close()


def test_asking_for_nothing_answers_nothing(desk: Desk) -> None:
    assert list(desk.run(TagRequest())) == []


@pytest.mark.parametrize("make", [
    lambda folder: folder / "nowhere",
    lambda folder: folder / "song.xyz",
], ids=["a path that is not there", "a kind that is not read"])
def test_a_path_that_leads_to_no_lyric_is_answered(desk: Desk,
                                                   make: Callable[[Path], Path]) -> None:
    (desk.folder / "song.xyz").write_text("x")
    rows = desk.tag(make(desk.folder))
    assert [row.state for row in rows] == [SongState.FAILED]
    assert rows[0].message and rows[0].song_id is None
