"""Choices become pairs with one prompt, in which only the replies are learned."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from engine.training.examples.choice import ChoiceMaker, Pair, open_maker
from engine.training.examples.example import Example
from engine.training.recipe import DataOptions, Method, Recipe
from engine.training.rows.row import BadRow, ChoiceRow, Line, Person, RowPlace, TalkRow
from tests.tiny_decoder import write_tiny_chat_model

PLACE = RowPlace("own", 3)
TALK = TalkRow((Line("user", "What do you keep?", "Sam"),), PLACE, "talk-2",
               people=(Person("Ann", traits=("I keep bees.",)),), listener="Sam")
CHOICE = ChoiceRow(TALK, "I keep bees.", "I am an assistant.", PLACE, "Ann")


@pytest.fixture
def maker(tmp_path: Path) -> ChoiceMaker:
    folder = write_tiny_chat_model(tmp_path / "tiny", window=1024)
    recipe = Recipe(name="R", model_id="r", method=Method.PREFERENCE,
                    data=DataOptions(most_tokens=512))
    return open_maker(recipe, folder)


def test_both_replies_stand_after_one_prompt(maker: ChoiceMaker) -> None:
    pair = maker.pair(CHOICE)
    assert isinstance(pair, Pair)
    starts = [int(np.flatnonzero(each.learned)[0]) for each in (pair.chosen, pair.rejected)]
    assert starts[0] == starts[1]
    assert np.array_equal(pair.chosen.ids[:starts[0]], pair.rejected.ids[:starts[0]])
    assert not np.array_equal(pair.chosen.ids, pair.rejected.ids)
    assert pair.chosen.group == "talk-2"
    assert [each for each in maker.examples(CHOICE) if isinstance(each, Example)]


@pytest.mark.parametrize("rejected", ["", "I keep bees.", " I keep bees. "])
def test_without_two_replies_there_is_no_choice(maker: ChoiceMaker, rejected: str) -> None:
    bad = maker.pair(replace(CHOICE, rejected=rejected))
    assert isinstance(bad, BadRow) and "Two different replies" in bad.why


def test_choices_between_bare_messages_are_pairs_too(maker: ChoiceMaker) -> None:
    talk = TalkRow((Line("system", "Be brief."), Line("user", "Hello!")), PLACE)
    pair = maker.pair(ChoiceRow(talk, "Hi.", "Hello, hello, hello!", PLACE))
    assert isinstance(pair, Pair)


def test_replies_too_long_for_an_example_are_told_of(maker: ChoiceMaker) -> None:
    bad = maker.pair(replace(CHOICE, chosen="word " * 900))
    assert isinstance(bad, BadRow) and "do not fit into 512 tokens" in bad.why
