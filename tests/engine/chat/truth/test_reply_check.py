"""Replies beside what is known: contradictions, inventions, and all that is fine."""

import pytest

from engine.chat.memory.sentence_vectors import NoEncoder
from engine.chat.truth.reply_check import ReplyCheck
from engine.chat.truth.reply_mark import MarkKind
from engine.chat.truth.support import Known
from tests.fakes import FakeSentenceEncoder

KNOWN = tuple(Known(told, told, str(number)) for number, told in enumerate((
    "I was born in Shiraz.", "My husband Emil builds clocks.", "I have two brothers.",
    "I cannot swim.", "My door is blue.", "I retired three winters ago.", "I hate jazz."), 11))


@pytest.fixture(params=["meaning", "words"])
def check(request: pytest.FixtureRequest) -> ReplyCheck:
    return ReplyCheck(FakeSentenceEncoder("retired stopped") if request.param == "meaning"
                      else NoEncoder())


@pytest.mark.parametrize(("reply", "fact"), [
    ("I was born in Paris.", 11), ("My husband Boris builds clocks.", 12),
    ("I have five brothers.", 13), ("I have no brothers.", 13), ("I can swim.", 14),
    ("My door is green.", 15), ("I retired ten winters ago.", 16), ("I love jazz.", 17)])
def test_what_goes_against_a_fact(check: ReplyCheck, reply: str, fact: int) -> None:
    mark, = check.marks(reply, KNOWN, speaker="Ann")
    assert mark.kind is MarkKind.CONTRADICTION
    assert mark.fact_id == fact
    assert mark.sentence.startswith("Ann knows otherwise: ")


@pytest.mark.parametrize("reply", [
    "I have a castle in Wales.", "My aunt Carla bought me a car.", "I studied in Madrid.",
    "I married Peter in 2010."])
def test_what_nothing_says(check: ReplyCheck, reply: str) -> None:
    mark, = check.marks(reply, KNOWN)
    assert (mark.kind, mark.fact_id) == (MarkKind.INVENTION, None)


@pytest.mark.parametrize("reply", [
    "I was born in Shiraz.", "I have two brothers, you know.", "I cannot swim.", "I don't know.",
    "My husband builds clocks.", "I retired three winters ago. And you?", "It is late.", ""])
def test_what_is_fine(check: ReplyCheck, reply: str) -> None:
    assert check.marks(reply, KNOWN) == ()


def test_names_that_fell_in_the_talk_may_be_taken_up(check: ReplyCheck) -> None:
    assert check.marks("I hate Boris.", KNOWN)
    assert not check.marks("I hate Boris.", KNOWN, ["Do you know Boris?"])


def test_each_sentence_is_marked_where_it_stands(check: ReplyCheck) -> None:
    reply = "Hello. I can swim. I was born in Shiraz. My cousin Ida has nine cats."
    marks = check.marks(reply, KNOWN)
    assert [reply[mark.start:mark.end] for mark in marks] == [
        "I can swim.", "My cousin Ida has nine cats."]


def test_facts_without_a_row_have_no_number(check: ReplyCheck) -> None:
    mark, = check.marks("I can swim.", (Known("I cannot swim.", "I cannot swim."),))
    assert mark.fact_id is None


def test_of_whom_nothing_is_known_all_is_invented(check: ReplyCheck) -> None:
    assert check.marks("I have two brothers.", ())[0].kind is MarkKind.INVENTION
