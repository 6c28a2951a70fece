"""Short texts with feelings become tokens and targets; what one file cannot say is not known."""

from pathlib import Path

import numpy as np
import pytest

from engine.errors import EngineError
from engine.inference.tokenizer import Tokenizer
from engine.training.feeling_texts import EMOTIONS_FILE, PLACES_FILE, read_feeling_texts
from tests.engine.training.feelings_by_hand import fill_feelings, write_feelings

NAMED = [{"id": 1, "text": "tears and rain", "labels": ["grief", "fear"]},
         {"id": 2, "text": "the sun", "labels": ["joy"], "split": "train"},
         {"id": 3, "text": "a stone", "labels": []}]
PLACED = [{"id": 4, "text": "the harbour", "V": 2.0, "A": 1.0, "D": 3.0},
          {"id": 5, "text": "", "V": 4.0, "A": 3.0, "D": 3.0}]


def test_emotions_and_places_stand_side_by_side(tmp_path: Path, tokenizer: Tokenizer) -> None:
    write_feelings(tmp_path, NAMED, PLACED)
    read = read_feeling_texts(tmp_path, tokenizer)
    assert len(read.ids) == 5
    # THEN emotions are columns by name, in the order of the alphabet
    assert read.emotions[:3].tolist() == [[1, 1, 0], [0, 0, 1], [0, 0, 0]]
    # AND places are standardised axis by axis; one that never changes says nothing
    assert read.places[3:].tolist() == [[-1, -1, 0], [1, 1, 0]]
    # AND neither is known of the other's texts
    assert np.isnan(read.emotions[3:]).all() and np.isnan(read.places[:3]).all()
    assert read.emotions.dtype == read.places.dtype == np.float32


def test_texts_are_wrapped_and_cut_like_songs(tmp_path: Path, tokenizer: Tokenizer) -> None:
    long = {"id": 9, "text": "river " * 300, "labels": ["joy"]}
    write_feelings(tmp_path, [*NAMED, long], PLACED)
    read = read_feeling_texts(tmp_path, tokenizer, longest=20)
    assert [len(ids) for ids in read.ids] == [5, 4, 4, 20, 4, 2]
    # Each begins and ends as any text does, the one that was cut too.
    plain = tokenizer.wrap(tokenizer.encode("the sun").ids)
    assert read.ids[1].tolist() == plain.tolist()
    assert {(int(ids[0]), int(ids[-1])) for ids in read.ids} == {(int(plain[0]), int(plain[-1]))}


def test_only_the_training_part_is_learned_from(tmp_path: Path, tokenizer: Tokenizer) -> None:
    held_out = [{"id": 7, "text": "x", "labels": ["awe"], "split": "test"}]
    far = [{"id": 8, "text": "x", "V": 900.0, "A": 0.0, "D": 0.0, "split": "dev"}]
    write_feelings(tmp_path, [*NAMED, *held_out], [*PLACED, *far])
    read = read_feeling_texts(tmp_path, tokenizer)
    assert len(read.ids) == 5 and read.emotions.shape[1] == 3
    assert np.nanmax(read.places) == 1


@pytest.mark.parametrize("name", [EMOTIONS_FILE, PLACES_FILE])
def test_a_file_that_is_missing_is_named(tmp_path: Path, tokenizer: Tokenizer, name: str) -> None:
    fill_feelings(tmp_path, 10)
    (tmp_path / name).unlink()
    with pytest.raises(EngineError, match=name) as caught:
        read_feeling_texts(tmp_path, tokenizer)
    assert "feelings" in caught.value.hint


@pytest.mark.parametrize("named, placed, said", [
    ([], PLACED, "nothing to learn from"), (NAMED, [], "nothing to learn from"),
    ([row | {"split": "test"} for row in NAMED], PLACED, "nothing to learn from"),
    ([{"id": "e7", "text": "x"}], PLACED, '"e7" has no labels'),
    (NAMED, [{"id": "p7", "text": "x", "V": 1.0, "A": 1.0}], '"p7" has no D'),
    (NAMED, [{"id": "p7", "V": 1.0, "A": 1.0, "D": 1.0}], '"p7" has no text'),
    ([*NAMED, 3], PLACED, "line 4"),
])
def test_what_cannot_be_learned_from_is_a_sentence(
        tmp_path: Path, tokenizer: Tokenizer, named: list[object], placed: list[object],
        said: str) -> None:
    write_feelings(tmp_path, named, placed)
    with pytest.raises(EngineError, match=said):
        read_feeling_texts(tmp_path, tokenizer)


def test_a_broken_file_is_a_sentence(tmp_path: Path, tokenizer: Tokenizer) -> None:
    fill_feelings(tmp_path, 10)
    (tmp_path / PLACES_FILE).write_bytes((tmp_path / PLACES_FILE).read_bytes()[:-12])
    with pytest.raises(EngineError, match=PLACES_FILE):
        read_feeling_texts(tmp_path, tokenizer)
