"""The person's words on moods as rows: songs, stretches of lines; and files with moods in tags."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import mutagen
import pytest
from mutagen.id3 import ID3, TMOO, USLT
from mutagen.mp4 import MP4FreeForm

from engine.errors import EngineError
from engine.library.database import Database
from engine.paths import AppPaths
from engine.tagging.corrections.line_words import Saying
from engine.tagging.labels import Verdict
from engine.tagging.lyric_store import LyricStore
from engine.tagging.reading import lyric_from_text
from engine.tagging.vocabulary import Vocabulary
from engine.tagging.writing.sidecar import rendered
from engine.tagging.writing.values import FileMoods
from engine.training.rows.folder_rows import read_folder
from engine.training.rows.own_counts import count_own
from engine.training.rows.own_moods import read_own_moods
from engine.training.rows.reading import read_rows
from engine.training.rows.row import BadRow, TextRow
from engine.training.rows.sources import OwnMoods
from tests.engine.tagging.tiny_audio import write_tiny

WORDS = "[Verse]\nthe rain is falling\nupon the stone\n\nthe sun comes up\nand all is well"


@pytest.fixture
def database() -> Iterator[Database]:
    database = Database.in_memory()
    yield database
    database.close()


def song(store: LyricStore, title: str, words: str = WORDS) -> int:
    return store.record_song(f"/{title}", None, lyric_from_text(words, title, "Ann"), "en")


def test_a_song_is_learned_as_it_was_judged_and_nothing_else_asked(database: Database) -> None:
    store = LyricStore(database)
    number = song(store, "Rain")
    song(store, "Unspoken", "nobody said a thing")
    store.set_labels(number, {"calmness": Verdict.ACCEPTED, "hope": Verdict.ADDED,
                              "anger": Verdict.REJECTED})
    [row] = read_own_moods(database)
    assert isinstance(row, TextRow)
    assert set(row.labels) == {"calmness", "hope"}
    assert set(row.asked or ()) == {"calmness", "hope", "anger"}
    # AND headings are kept from the model, as they are when it is asked
    assert row.text.startswith("the rain") and row.artist == "Ann"


def test_stretches_of_lines_are_excerpts_of_their_song(database: Database) -> None:
    store = LyricStore(database)
    number = song(store, "Rain")
    store.say_of_lines(number, [Saying("sadness", 1, 2, Verdict.ADDED),
                                Saying("hope", 2, 5, Verdict.ADDED),
                                Saying("anger", 4, 5, Verdict.REJECTED)])
    rows = [row for row in read_own_moods(database) if isinstance(row, TextRow)]
    told = [(row.text, row.labels, row.asked, row.place.line) for row in rows]
    assert [text for text, *_ in told] == ["the rain is falling", "upon the stone",
                                           "the sun comes up\nand all is well"]
    assert [set(labels) for _, labels, *_ in told] == [{"sadness"}, {"sadness", "hope"}, {"hope"}]
    assert set(told[2][2] or ()) == {"hope", "anger"} and [at for *_, at in told] == [2, 3, 5]
    assert len({row.song for row in rows}) == 1


def test_what_there_is_is_counted(database: Database) -> None:
    store = LyricStore(database)
    one, two = song(store, "Rain"), song(store, "Sun", "the sun is up today")
    store.set_labels(one, {"calmness": Verdict.ACCEPTED, "anger": Verdict.REJECTED})
    store.set_labels(two, {"calmness": Verdict.ADDED})
    store.say_of_lines(two, [Saying("hope", 0, 0, Verdict.ADDED)])
    counts = count_own(database).moods
    assert (counts.songs, counts.words, counts.spans) == (2, 3, 1)
    assert counts.moods == (("calmness", 2, 0), ("anger", 0, 1))


def test_a_library_that_is_not_there_holds_nothing(isolated_home: AppPaths) -> None:
    assert list(read_rows(OwnMoods(), isolated_home)) == []
    assert not isolated_home.library_file.exists()


def test_a_folder_whose_files_have_moods_beside_them(tmp_path: Path,
                                                     isolated_home: AppPaths) -> None:
    # GIVEN lyrics with moods in some spelling, with none, with words that are no moods
    for name, moods in (("a", ("Joyful activation; sad",)), ("b", ()), ("c", ("Chillwave",))):
        file = tmp_path / f"{name}.txt"
        file.write_text(f"the rain is falling on {name}")
        if moods:
            file.with_name(f"{name}.moods.json").write_bytes(rendered(FileMoods(moods)))
    vocabulary = Vocabulary.load(isolated_home.moods_file)
    one, two, three = read_folder(tmp_path, vocabulary)
    # THEN the program's own spelling is learned, and every other file told
    assert isinstance(one, TextRow) and one.labels == ("joyful_activation", "sadness")
    assert isinstance(two, BadRow) and "no moods" in two.why
    assert isinstance(three, BadRow) and "Chillwave" in three.why
    with pytest.raises(EngineError, match="no folder"):
        list(read_folder(tmp_path / "gone", vocabulary))


@pytest.mark.parametrize("name", ["song.mp3", "song.flac", "song.ogg", "song.m4a"])
def test_recordings_whose_tags_hold_words_and_moods(tmp_path: Path, isolated_home: AppPaths,
                                                     name: str) -> None:
    audio: Any = mutagen.File(write_tiny(tmp_path / name))
    if audio.tags is None:
        audio.add_tags()
    words = "down by the water\nnobody came"
    if isinstance(audio.tags, ID3):
        audio.tags.add(USLT(encoding=3, lang="XXX", text=words))
        audio.tags.add(TMOO(encoding=3, text=["Sadness", "Nostalgia"]))
    elif name.endswith("m4a"):
        audio["\xa9lyr"] = [words]
        audio["----:com.apple.iTunes:MOOD"] = [MP4FreeForm(b"Sadness"), MP4FreeForm(b"Nostalgia")]
    else:
        audio["lyrics"], audio["mood"] = [words], ["Sadness", "Nostalgia"]
    audio.save()
    [row] = read_folder(tmp_path, Vocabulary.load(isolated_home.moods_file))
    assert isinstance(row, TextRow), row
    assert row.labels == ("sadness", "nostalgia") and row.text == words
    assert row.place.source == name
