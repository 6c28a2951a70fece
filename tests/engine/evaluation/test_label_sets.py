"""Label sets as the data describes them, and how each is judged."""

import json
from pathlib import Path

import pytest

from engine.errors import EngineError
from engine.evaluation.label_sets import LabelSpace, read_label_space

SPACES = {
    "gems9": {"kind": "hand annotated, complete multi-label", "tags": ["sadness", "power"]},
    "new4": {"kind": "Single label from somewhere", "tags": ["happiness", "sadness"]},
    "guesses": {"kind": "WEAK: from a lexicon", "tags": ["sadness"]},
    "canonical_map": {"sad": "sadness"},
}


@pytest.fixture
def file(tmp_path: Path) -> Path:
    file = tmp_path / "spaces.json"
    file.write_text(json.dumps(SPACES), "utf-8")
    return file


def test_a_space_is_cut_down_to_the_moods_asked_for_in_their_order(file: Path) -> None:
    space = read_label_space(file, ("power", "happiness"))
    assert space.sets == {"gems9": ("power",), "new4": ("happiness",), "guesses": ()}
    assert space.moods == ("power", "happiness")
    assert space.spelling == {"sad": "sadness"}


def test_without_moods_every_tag_of_every_set_is_kept_once(file: Path) -> None:
    space = read_label_space(file)
    assert space.moods == ("sadness", "power", "happiness")
    assert space.sets["new4"] == ("happiness", "sadness")


def test_the_words_of_a_set_say_how_it_is_judged(file: Path) -> None:
    assert read_label_space(file).kinds == {"gems9": "multi", "new4": "single", "guesses": "weak"}


def test_sets_made_in_code_are_known_by_name() -> None:
    space = LabelSpace({"nju4": ("anger",), "mirex_adjective": ("fun",), "lastfm27": ("anger",),
                        "own": ("anger",)}, ("anger",), {}, {"own": "verdicts"})
    assert space.kinds == {"nju4": "single", "mirex_adjective": "single", "lastfm27": "multi",
                           "own": "verdicts"}
    assert space.title("own") == "Your own labels"
    assert space.title("never heard of") == "never heard of"
    assert space.title("two\nlines\u202e\x1b[2J") == "two lines [2J"


@pytest.mark.parametrize("text", [
    "", "[1, 2]", '{"gems9": {"tags": 3}}', '{"gems9": 1}', '{"gems9": {"tags": "sadness"}}',
    '{"gems9": {"tags": [1, 2]}}', '{"gems9": {"tags": [["a"]]}}', '{"gems9": ["sadness"]}',
    '{"gems9": {"tags": ["a"]}, "canonical_map": ["a"]}',
    '{"gems9": {"tags": ["a"]}, "canonical_map": {"a": ["b"]}}', '{"a":' + "[" * 100_000])
def test_a_broken_file_is_said_in_a_sentence(tmp_path: Path, text: str) -> None:
    file = tmp_path / "spaces.json"
    file.write_text(text, "utf-8")
    with pytest.raises(EngineError, match=r"label sets in spaces\.json cannot be read") as caught:
        read_label_space(file)
    assert '"tags": [' in caught.value.hint


@pytest.mark.parametrize("text", ["{}", '{"note": "nothing yet"}', '{"gems9": {"kind": "x"}}'])
def test_a_file_without_a_set_says_how_one_is_written(tmp_path: Path, text: str) -> None:
    file = tmp_path / "spaces.json"
    file.write_text(text, "utf-8")
    with pytest.raises(EngineError, match=r"no label set in spaces\.json") as caught:
        read_label_space(file)
    assert '"tags": [' in caught.value.hint


def test_marks_remarks_and_doubles_do_no_harm(tmp_path: Path) -> None:
    file = tmp_path / "spaces.json"
    told = {"note": "ours", "nju4": {"tags": ["anger", "sadness", "anger"]}, "canonical_map": None}
    file.write_text("\ufeff" + json.dumps(told), "utf-8")
    assert read_label_space(file).sets == {"nju4": ("anger", "sadness")}
