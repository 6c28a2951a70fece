"""What people said becomes masks: a mood a label set could not give is neither there nor absent."""

import gzip
import json
from collections.abc import Callable
from math import erf, sqrt
from pathlib import Path

import numpy as np
import pytest

from engine.errors import EngineError
from engine.evaluation.label_sets import LabelSpace, read_label_space
from engine.inference.tokenizer import Tokenizer
from engine.training.dataset import LabelledSong, base_rates, read_songs, songs_of
from tests.benchmarks.word_mill import WORDS
from tests.engine.training.songs_to_learn import MOODS, SPACES, WEIGHTS

Read = Callable[..., list[LabelledSong]]


@pytest.fixture
def space(tmp_path: Path) -> LabelSpace:
    file = tmp_path / "spaces.json"
    file.write_text(json.dumps(SPACES), "utf-8")
    return read_label_space(file, MOODS)


@pytest.fixture
def read(tmp_path: Path, space: LabelSpace, tokenizer: Tokenizer) -> Read:
    """Writes rows as a data file, each with an id, words and a split of its own, and reads it."""
    def read_rows(*rows: dict[str, object]) -> list[LabelledSong]:
        file = tmp_path / "songs.jsonl.gz"
        whole = [{"id": f"s{n}", "lyrics": "river stone", "split": "train", **row}
                 for n, row in enumerate(rows)]
        with gzip.open(file, "wt", encoding="utf-8") as out:
            out.writelines(json.dumps(row) + "\n" for row in whole)
        return list(read_songs(file, space, WEIGHTS, tokenizer, 64))
    return read_rows


def test_label_sets_are_cut_down_to_the_moods_learned(space: LabelSpace) -> None:
    assert space.set_names == ("gems9", "lastfm27", "nju4")
    assert space.sets["gems9"] == ("sadness", "calmness", "power")
    assert space.moods == MOODS


def test_only_what_could_be_said_is_asked(read: Read) -> None:
    # GIVEN one song judged by three label sets, each in its own way
    [song] = read({"labels": {"gems9": ["sadness", "wonder"], "lastfm27": {"happiness": 4},
                              "nju4": "sad"}})
    gems, lastfm, nju = song.judgements
    # THEN each asks only about its own moods, by its weight
    assert gems.asked.tolist() == [2, 0, 2, 2] and gems.present.tolist() == [1, 0, 0, 0]
    assert lastfm.asked.tolist() == [1, 1, 0, 0] and lastfm.present.tolist() == [0, 1, 0, 0]
    # AND a label set's own spelling is understood
    assert nju.asked.tolist() == [0.5, 0.5, 0.5, 0] and nju.present.tolist() == [1, 0, 0, 0]
    assert [j.label_set for j in song.judgements] == [0, 1, 2]


def test_a_label_set_left_out_or_without_weight_teaches_nothing(tmp_path: Path, space: LabelSpace,
                                                                tokenizer: Tokenizer) -> None:
    file = tmp_path / "songs.jsonl"
    file.write_text(json.dumps({"id": 1, "lyrics": "river", "labels": {
        "gems9": [], "lastfm27": {}, "unheard": "x"}}) + "\n", "utf-8")
    weights = {"gems9": 1.0, "lastfm27": 0.0}
    [song] = read_songs(file, space, weights, tokenizer, 64)
    assert [j.label_set for j in song.judgements] == [0]
    assert song.judgements[0].asked.max() == 1 and song.judgements[0].present.max() == 0


@pytest.mark.parametrize("words", [None, "", "  \n ", "[Instrumental]"])
def test_songs_without_words_are_left_out(read: Read, words: str | None) -> None:
    songs = read({"lyrics": words, "labels": {"nju4": "sad"}}, {"labels": {"nju4": "sad"}})
    assert [song.id for song in songs] == ["s1"]


def test_songs_nobody_judged_are_left_out(read: Read) -> None:
    assert read({"labels": {}}, {}, {"labels": {"unheard": "x"}}) == []


def test_affect_is_a_place_in_the_population(read: Read) -> None:
    low, high, half, none = read(
        {"valence": -9.0, "arousal": -0.5}, {"valence": 9.0, "arousal": 1.0},
        {"valence": 0.0, "arousal": 0.0}, {"valence": None, "arousal": 1.0,
                                           "labels": {"nju4": "sad"}})
    assert low.affect == pytest.approx((-1.0, erf(-0.5 / sqrt(2))))
    assert high.affect == pytest.approx((1.0, 0.6827), abs=1e-4)  # one sigma, twice one side
    assert half.affect == (0.0, 0.0)
    assert none.affect is None and half.judgements == ()


def test_a_song_is_cut_as_at_run_time(read: Read) -> None:
    lines = [f"river stone {word} light" for word in WORDS[20:45]]
    [song] = read({"lyrics": "\n".join(lines), "valence": 0.0, "arousal": 0.0})
    assert [len(excerpt.token_ids) for excerpt in song.excerpts] == [62, 42]


@pytest.mark.parametrize("line, said", [("no json", "line 2"), ("[1]", "an object with an id"),
                                        ("{}", "an object with an id")])
def test_a_bad_line_is_named(tmp_path: Path, space: LabelSpace, tokenizer: Tokenizer, line: str,
                             said: str) -> None:
    file = tmp_path / "songs.jsonl"
    file.write_text('{"id": 1, "lyrics": "river", "labels": {"nju4": "sad"}}\n' + line + "\n")
    with pytest.raises(EngineError, match=said) as caught:
        list(read_songs(file, space, WEIGHTS, tokenizer, 64))
    assert "line 2" in caught.value.message


def test_a_cut_or_missing_file_is_said_in_a_sentence(tmp_path: Path, space: LabelSpace,
                                                     tokenizer: Tokenizer) -> None:
    file = tmp_path / "songs.jsonl.gz"
    file.write_bytes(gzip.compress(b'{"id": 1}\n' * 5_000)[:-20])
    for bad in (file, tmp_path / "missing.jsonl.gz"):
        with pytest.raises(EngineError, match=bad.name):
            list(read_songs(bad, space, WEIGHTS, tokenizer, 64))
    for text in ("{", None):
        if text:
            file.write_text(text)
        else:
            file.unlink()
        with pytest.raises(EngineError, match="label sets"):
            read_label_space(file, MOODS)


def test_base_rates_are_those_of_the_first_set_of_the_frame_that_knows_the_mood(
        read: Read, space: LabelSpace) -> None:
    songs = read(*[{"labels": {"gems9": ["sadness"] if n < 1 else []}} for n in range(4)],
                 *[{"labels": {"lastfm27": {"happiness": 1} if n < 2 else {"sadness": 1}}}
                   for n in range(3)])
    rates = base_rates(songs, space, ("gems9", "lastfm27"))
    assert rates.dtype == np.float32
    assert rates == pytest.approx([1 / 4, 2 / 3, 0, 0])
    assert base_rates(songs, space, ("lastfm27",)) == pytest.approx([1 / 3, 2 / 3, 0, 0])


def test_songs_are_divided_by_their_split(read: Read) -> None:
    songs = read({"split": "valid", "labels": {"nju4": "sad"}}, {"labels": {"nju4": "sad"}})
    assert [s.id for s in songs_of(songs, "train")] == ["s1"]
    assert [s.id for s in songs_of(songs, "valid")] == ["s0"]
