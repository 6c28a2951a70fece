"""The writer without a model keeps the contract of the real one."""

import pytest

from engine.errors import EngineError
from engine.inference.constraint import PhraseChoice
from engine.inference.text_model import TextRequest
from tests.contracts import TextModelContract
from tests.fakes import FakeTextModel


class TestFakeTextModel(TextModelContract):
    @pytest.fixture
    def model(self) -> FakeTextModel:
        return FakeTextModel("harbour wall, and you were gone by the evening call.")


def test_answers_are_told_by_prompt_or_made() -> None:
    known = FakeTextModel({"a": "one", "b": "two"})
    made = FakeTextModel(lambda prompt: prompt.upper())
    assert [say(known, "b"), say(known, "c"), say(made, "hey")] == ["two", "", "HEY"]
    assert known.prompts == ["b", "c"] and known.tokens == 3


def test_a_wish_within_a_constraint_is_kept() -> None:
    model = FakeTextModel("negative")
    choice = PhraseChoice(model.tokenize, ["positive", "negative"])
    assert say(model, "x", constraint=choice) == "negative"


def test_it_fails_where_it_is_told_to() -> None:
    with pytest.raises(EngineError):
        say(FakeTextModel(fails="bad"), "a bad prompt")


def test_scores_can_be_told() -> None:
    model = FakeTextModel(log_chance=lambda prompt, text: -1.0 if text == " sad" else -8.0)
    sad, glad = model.logprobs("It rains.", [" sad", " glad"])
    assert sad.sum() == pytest.approx(-1) and glad.sum() == pytest.approx(-8)


def say(model: FakeTextModel, prompt: str, **how: object) -> str:
    return "".join(piece.text for piece in model.stream(prompt, TextRequest(**how)))
