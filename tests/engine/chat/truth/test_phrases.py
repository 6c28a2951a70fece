"""The wordings: read from a file, filled with facts, and always an answer of their kind."""

from pathlib import Path

import pytest

from engine.chat.truth.phrases import TruthPhrases, read_truth_phrases, worded
from engine.errors import EngineError
from engine.paths import find_paths

GOOD = """answers = ["{fact}"]
no = ["No, {clause}."]
unsure = ["I don't know. {fact}"]
unknown = ["I don't know."]
"""


@pytest.fixture
def shipped() -> TruthPhrases:
    return read_truth_phrases(find_paths().own_life_phrases)


@pytest.mark.parametrize(("phrase", "fact", "said"), [
    ("{fact}", "I keep bees.", "I keep bees."),
    ("{fact} So.", "I keep bees", "I keep bees. So."),
    ("Well, {clause}.", "I keep bees.", "Well, I keep bees."),
    ("Well, {clause}.", "My dog bites!", "Well, my dog bites!."),
    ("Well, {clause}.", "The dog bites.", "Well, the dog bites."),
    ("Well, {clause}.", "Emil bakes.", "Well, Emil bakes."),
    ("{fact}", "I wrote {clause} and {fact}.", "I wrote {clause} and {fact}."),
    ("No.", "I keep bees.", "No."),
])
def test_a_fact_in_a_wording(phrase: str, fact: str, said: str) -> None:
    assert worded(phrase, fact) == said


def test_there_are_enough_wordings_for_a_long_talk(shipped: TruthPhrases) -> None:
    assert len(shipped.unknown) >= 20
    assert len(shipped.answers) >= 5


@pytest.mark.parametrize(("old", "new"), [
    ('["{fact}"]', '["Yes."]'), ('["{fact}"]', "[]"), ('["I don\'t know."]', '["I know {fact}"]'),
    ('["I don\'t know."]', '["No.", "No."]'), ('["{fact}"]', '["{fact} {clause}"]'),
    ('["{fact}"]', '["{fact}\\n"]'), ('answers = ["{fact}"]', ""), ('["{fact}"]', "[7]"),
    ("unknown =", "else ="), ("unknown", "unknown [")])
def test_a_file_that_cannot_be_used_is_told(tmp_path: Path, old: str, new: str) -> None:
    file = tmp_path / "own_life.toml"
    file.write_text(GOOD.replace(old, new, 1), "utf-8")
    with pytest.raises(EngineError, match=r"own_life\.toml cannot be used: \S") as told:
        read_truth_phrases(file)
    assert told.value.hint


def test_a_good_file_is_read(tmp_path: Path) -> None:
    file = tmp_path / "own_life.toml"
    file.write_text(GOOD, "utf-8")
    assert read_truth_phrases(file).no == ("No, {clause}.",)
    with pytest.raises(EngineError):
        read_truth_phrases(tmp_path / "none.toml")
