"""The measured sets are whole and fair, and the command counts rightly."""

import argparse
import re

import pytest

from engine.chat.prompts.format import PromptFormat
from engine.chat.prompts.format_shelf import FormatShelf
from engine.chat.truth.knowledge import knowledge_of
from engine.chat.truth.phrases import read_truth_phrases
from engine.chat.truth.truth_keeper import PLAIN
from engine.paths import find_paths
from tests.benchmarks.own_life.__main__ import Answered, fitted, reply, report, told
from tests.benchmarks.own_life.questions import (
    ADMITTED,
    DOUBTED,
    INVENTED,
    REFUSED,
    RIGHT,
    WRONG,
    Question,
    personas_of,
    plain_lines,
    questions,
    statements,
)
from tests.fakes import FakeSentenceEncoder, FakeTextModel

MEASURED = ("develop", "test")


@pytest.fixture
def form() -> PromptFormat:
    shelf = FormatShelf(find_paths().dialogue_formats, find_paths().dialogue_formats)
    return shelf.read("chat_template")


@pytest.mark.parametrize("part", MEASURED)
def test_a_hundred_questions_half_of_them_answerable(part: str) -> None:
    asked = questions(part)
    assert len(asked) == len({question.text for question in asked}) == 100
    assert sum(question.answerable for question in asked) == 50
    for persona in personas_of(part).values():
        own = [question.answerable for question in asked if question.persona == persona]
        assert (len(own), sum(own)) == (10, 5)


@pytest.mark.parametrize("part", [*MEASURED, "practice"])
def test_what_answers_is_known_and_has_the_accepted_answer(part: str) -> None:
    for question in questions(part):
        known = [fact.told for fact in knowledge_of(question.persona, question.persona.facts)]
        held = [fact for fact in known if question.support and question.support in fact]
        assert bool(held) == question.answerable, question.text
        assert bool(question.missing) != question.answerable
        if question.answers:
            assert question.judged(held[0].replace(" cannot ", " can't ")) == RIGHT, question.text


def test_no_persona_and_no_question_is_in_two_parts() -> None:
    assert not personas_of("develop").keys() & personas_of("test").keys()
    texts = [question.text for part in MEASURED for question in questions(part)]
    assert len(texts) == len(set(texts))


def test_every_wording_of_ours_that_admits_counts_as_that() -> None:
    question = next(each for each in questions("develop") if not each.answerable)
    phrases = read_truth_phrases(find_paths().own_life_phrases)
    assert [said for said in (*phrases.unknown, *phrases.unsure)
            if question.judged(said) != ADMITTED] == []
    assert [said for said in phrases.answers if question.judged(said) == ADMITTED] == []


@pytest.mark.parametrize("part", MEASURED)
def test_plain_lines_and_replies_are_there(part: str) -> None:
    assert len(set(plain_lines(part))) == 40
    kinds = [statement.expect for statement in statements(part)]
    assert len(kinds) == 37
    assert {kind: kinds.count(kind) > 9 for kind in set(kinds)} == {
        "fine": True, "contradiction": True, "invention": True}


@pytest.mark.parametrize(("said", "verdict"), [
    ("At the depot.", RIGHT), ("I don’t know. At the depot, maybe.", DOUBTED),
    ("No idea.", REFUSED), ("In a bank.", WRONG)])
def test_an_answer_is_judged(said: str, verdict: str) -> None:
    assert questions("develop")[0].judged(said) == verdict


def test_denying_is_right_only_where_the_question_takes_too_much_for_granted() -> None:
    premise = next(each for each in questions("develop") if each.missing == "premise")
    topic = next(each for each in questions("develop") if each.missing == "topic")
    assert premise.judged("I was never there.") == ADMITTED
    assert topic.judged("I was never there.") == INVENTED


def test_the_patterns_can_be_read() -> None:
    for part in MEASURED:
        for question in questions(part):
            for pattern in (*question.answers, *question.refusals):
                re.compile(pattern)


def test_the_table_counts_what_was_said(form: PromptFormat) -> None:
    asked: list[Question] = questions("develop")[:6]
    model = FakeTextModel("At the depot.")
    every = [Answered(question, PLAIN, reply(model, form, question, PLAIN)) for question in asked]
    lines = list(told(every))
    assert lines[0] == "Questions with an answer: 5"
    assert [line.split() for line in lines if "rightly" in line or "invented" in line] == [
        ["answered", "rightly", "1"], ["refused", "rightly", "0"], ["invented", "1"]]
    assert "Hartley Road depot" in model.prompts[0]


def test_the_command_guides_and_counts(form: PromptFormat) -> None:
    options = argparse.Namespace(part="practice", bare=False, show=True, limit=3,
                                 format="role_play")
    lines = list(report(FakeTextModel("My name is Nobody."), FakeSentenceEncoder(), options))
    assert len([line for line in lines if " | " in line]) == 3
    assert any(line.startswith("Plain lines left alone: ") for line in lines)


def test_the_rule_can_be_fitted_again() -> None:
    lines = list(fitted(FakeSentenceEncoder()))
    assert lines[0].startswith("meaning")
    assert any(line.startswith("answers from") for line in lines)
