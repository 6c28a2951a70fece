"""Songs with labels, as found in files of every shape."""

import gzip
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from engine.errors import EngineError
from engine.evaluation.judged_song import JudgedSong, read_judged_songs, songs_of_split
from engine.evaluation.label_sets import LabelSpace
from engine.events import Event, Note
from tests.engine.evaluation.songs_to_judge import judged

SPACE = LabelSpace({"gems9": ("sadness", "power"), "nju4": ("happiness", "sadness"),
                    "lastfm27": ("sadness",), "guessed": ("sadness",)},
                   ("sadness", "power", "happiness"), {"happy": "happiness", "sad": "sadness"},
                   {"guessed": "weak"})
Read = Callable[..., tuple[JudgedSong, ...]]


@pytest.fixture
def read(tmp_path: Path) -> Read:
    def read(*rows: dict[str, Any] | str, counts: str = "", zipped: bool = False,
             report: Callable[[Event], None] | None = None) -> tuple[JudgedSong, ...]:
        text = "\n".join(row if isinstance(row, str) else json.dumps(row) for row in rows)
        file = tmp_path / ("songs.jsonl.gz" if zipped else "songs.jsonl")
        file.write_bytes(gzip.compress(text.encode()) if zipped else text.encode())
        counted = None
        if counts:
            counted = tmp_path / "counts.jsonl"
            counted.write_text(counts, "utf-8")
        return read_judged_songs(file, SPACE, counted, report)

    return read


def row(name: str | int = "a", **more: Any) -> dict[str, Any]:
    return {"id": name, "lyrics": "Rain on the wall", "labels": {"nju4": "sad"}} | more


@pytest.mark.parametrize("zipped", [False, True])
def test_words_lists_and_counts_all_become_counts_of_canonical_tags(read: Read,
                                                                    zipped: bool) -> None:
    song, = read(row(labels={"nju4": "happy", "gems9": ["power", "sad"], "mirex_cluster": 3,
                             "lastfm27": {"sadness": 4, "sad": 2}}), zipped=zipped)
    assert song.given == {"nju4": {"happiness": 1}, "gems9": {"power": 1, "sadness": 1},
                          "lastfm27": {"sadness": 4}}


def test_everything_else_about_a_song_is_kept(read: Read) -> None:
    song, = read(row(7, artist="Ann", title="Rain", split="train", valence=-0.5, arousal=1.5,
                     dup_group="d1", unheard_of={"x": 1}))
    assert (song.id, song.artist, song.title, song.split) == ("7", "Ann", "Rain", "train")
    assert (song.affect, song.dup_group, song.lyrics) == ((-0.5, 1.5), "d1", "Rain on the wall")
    assert read(row(valence=0.5))[0].affect is None, "half a place is none"


def test_annotators_counts_strengthen_what_was_given_and_add_nothing(read: Read) -> None:
    counts = ('{"id": "a", "counts": {"sad": 3, "power": 2}}\n\n'
              '{"id": "b", "counts": {"power": 0}}\n')
    one, other = read(row(labels={"gems9": ["sadness"], "nju4": "sad"}),
                      row("b", labels={"gems9": ["power"]}), counts=counts)
    assert one.given == {"gems9": {"sadness": 3}, "nju4": {"sadness": 1}}
    assert other.given == {"gems9": {"power": 1}}


def test_songs_without_words_or_without_judgement_are_left_out_and_counted(read: Read) -> None:
    told: list[Event] = []
    songs = read(row("kept"), row("silent", labels={}),
                 row("weak", labels={"guessed": ["sadness"]}),
                 row("wordless", lyrics="  "), row("none", lyrics=None),
                 row("nobody", labels={"unknown": "x"}),
                 row("placed", labels=None, valence=0.1, arousal=0.2),
                 row("empty", labels={"gems9": []}), report=told.append)
    assert [song.id for song in songs] == ["kept", "placed", "empty"]
    note, = told
    assert isinstance(note, Note)
    assert "3 songs to measure with; 2 without words and 3 that nobody judged" in note.message


@pytest.mark.parametrize("broken", ["{", "[]", "3", '{"lyrics": "no id"}', '{"id": null}',
                                    '{"id": "b", "labels": {"nju4": 4}}',
                                    '{"id": "b", "labels": {"lastfm27": {"sadness": "many"}}}',
                                    '{"id": "b", "labels": {"nju4": ' + "[" * 99_999,
                                    '{"id": "b", "lyrics": 5}', '{"id": "b", "valence": "high"}',
                                    '{"id": "b", "labels": {"lastfm27": {"sadness": null}}}'])
def test_a_broken_line_is_named(read: Read, broken: str) -> None:
    with pytest.raises(EngineError, match=r"songs\.jsonl cannot be used at line 3"):
        read(row(), "", broken, row("c"))


def test_a_set_that_is_null_did_not_judge(read: Read) -> None:
    song, = read(row(labels={"nju4": "sad", "gems9": None, "lastfm27": None}))
    assert song.given == {"nju4": {"sadness": 1}}


def test_counts_stay_numbers_that_can_be_reckoned_with(read: Read) -> None:
    one, other = read(row(labels={"lastfm27": {"sadness": 10**30}}),
                      row("b", labels={"lastfm27": {"sadness": -4}, "gems9": {"power": 0}}),
                      counts='{"id": "b", "counts": {"power": 99999999999999999999}}')
    assert one.given["lastfm27"]["sadness"] == 1_000_000
    # AND what nobody gave is not given because others were counted
    assert other.given == {"lastfm27": {"sadness": 0}, "gems9": {"power": 0}}


def test_ids_that_a_table_of_scores_could_not_tell_apart_are_the_same(read: Read) -> None:
    with pytest.raises(EngineError, match="“a” twice"):
        read(row(), row("a\0"))


def test_bytes_that_are_no_text_are_named_too(tmp_path: Path) -> None:
    file = tmp_path / "songs.jsonl"
    file.write_bytes(json.dumps(row()).encode() + b'\n{"id": "\xff\xfe"}\n')
    with pytest.raises(EngineError, match="line 2"):
        read_judged_songs(file, SPACE)


def test_a_song_that_stands_twice_is_refused(read: Read) -> None:
    with pytest.raises(EngineError, match="“a” twice, again at line 3"):
        read(row(), row("b"), row())


def test_cut_and_missing_files_are_said_in_a_sentence(tmp_path: Path) -> None:
    whole = gzip.compress(b"\n".join(json.dumps(row(str(n))).encode() for n in range(4000)))
    cut, false = tmp_path / "cut.jsonl.gz", tmp_path / "false.jsonl.gz"
    cut.write_bytes(whole[:len(whole) // 2])
    false.write_bytes(b"plain words")
    for file in (cut, false, tmp_path / "missing.jsonl"):
        with pytest.raises(EngineError, match="cannot be read after line"):
            read_judged_songs(file, SPACE)


def test_a_byte_order_mark_is_no_mistake(read: Read) -> None:
    assert len(read("\ufeff" + json.dumps(row()))) == 1


def test_broken_counts_name_their_own_file(read: Read) -> None:
    with pytest.raises(EngineError, match=r"counts\.jsonl cannot be used at line 1") as caught:
        read(row(), counts='{"id": "a", "counts": {"sadness": "two"}}')
    assert '"counts"' in caught.value.hint


def test_a_split_is_chosen_by_name() -> None:
    songs = [judged("a", split="train"), judged("b"), judged("c", split="")]
    assert [song.id for song in songs_of_split(songs, "train")] == ["a"]
    assert [song.id for song in songs_of_split(songs, "all")] == ["a", "b", "c"]
    assert songs_of_split(songs, "never") == ()
