"""Talk is judged by talks nobody learned from, with intervals over them, and by invented lives."""

from typing import cast

import numpy as np
import pytest

from engine.export.learning.life_judging import compared as lives_compared
from engine.export.learning.life_judging import is_right, questions
from engine.export.learning.talk_judging import Surprise, compared, few, surprise, verdict
from engine.inference.language_model import LanguageModel
from engine.paths import find_paths
from engine.training.examples.example import Example
from engine.training.examples.negatives import Answer
from engine.training.examples.negatives_lives import read_life_words
from engine.training.rows.row import RowPlace


class Certain:
    """Holds every token for as likely as the next."""

    def held(self, ids: np.ndarray, places: list[int]) -> np.ndarray:
        return np.full(len(places), -2.0, np.float32)


def example(line: int, group: str = "", length: int = 6) -> Example:
    learned = np.arange(length) >= length - 3
    return Example(np.arange(length), learned, RowPlace("own", line), group)


def test_surprise_is_summed_by_talk_and_by_row_where_talks_have_no_name() -> None:
    found = surprise(cast("LanguageModel", Certain()),
                     [example(1, "a"), example(2, "a"), example(3), example(4)])
    assert found.tokens.tolist() == [6, 3, 3] and found.nats.tolist() == [12, 6, 6]
    assert found.perplexity == pytest.approx(np.exp(2))


def test_a_difference_is_sure_only_where_the_talks_agree() -> None:
    tokens = np.full(12, 10.0)
    before = Surprise(np.full(12, 30.0), tokens)
    better = compared(before, Surprise(np.full(12, 20.0), tokens), "of talks")
    assert better.sure and verdict(better)[0] is True
    assert "perplexity 20.1 before, 7.4 after, of talks" in verdict(better)[1]
    worse = compared(before, Surprise(np.full(12, 35.0), tokens), "of talks")
    assert verdict(worse)[0] is False
    either = compared(before, Surprise(np.where(np.arange(12) % 2, 20.0, 40.0), tokens), "")
    assert not either.sure and verdict(either)[0] is None
    # AND nothing is sure of two talks
    two = compared(*(Surprise(np.full(2, nats), tokens[:2]) for nats in (30.0, 20.0)), "")
    assert two.difference_interval is None and verdict(two)[0] is None


def test_few_examples_are_taken_from_all_over() -> None:
    every = [example(n, length=10) for n in range(100)]
    assert [each.place.line for each in few(every, 50)] == [0, 25, 50, 74, 99]
    assert len(few(every, 5)) == 1 and few(every) == every and few([]) == []


def test_half_of_the_questions_about_lives_can_be_answered() -> None:
    asked = questions(read_life_words(find_paths()), 12)
    assert [each.answer.admits for each in asked].count(True) == 6
    assert all(each.talk.lines[-1].text == each.answer.said for each in asked)


@pytest.mark.parametrize(("answer", "reply", "right"), [
    (Answer("What is your cat called?", "Pepper.", False), "My cat is Pepper.", True),
    (Answer("What is your cat called?", "Pepper.", False), "Her name is Lucy.", False),
    (Answer("What is your cat called?", "Pepper.", False), "I don't know, Pepper?", False),
    (Answer("How old is it?", "I don't know.", True), "I can't say how old it is.", True),
    (Answer("How old is it?", "I don't know.", True), "It is nine years old.", False),
])
def test_a_reply_is_right_where_it_says_what_is_told_or_admits(
        answer: Answer, reply: str, right: bool) -> None:
    assert is_right(answer, reply) is right


def test_answers_before_and_after_are_counted_apart() -> None:
    asked = questions(read_life_words(find_paths()), 12)
    admits = [each.answer.admits for each in asked]
    # GIVEN a model that answered everything, and then one that admitted everything
    answered, made_up = lives_compared(asked, [not each for each in admits], admits)
    assert (answered.before, answered.after, answered.sure) == (1.0, 0.0, True)
    assert (made_up.before, made_up.after, made_up.better_high) == (1.0, 0.0, False)
