"""How well what is known answers: by meaning, by words alone, and never by nothing."""

import numpy as np
import pytest

from engine.chat.memory.sentence_vectors import NoEncoder, SentenceEncoder
from engine.chat.truth.questions import OwnQuestion, own_question
from engine.chat.truth.support import ANSWERS, BIAS, FEATURES, WEIGHTS, WORD_WEIGHTS, Known, Support
from tests.fakes import FakeSentenceEncoder

KNOWN = tuple(Known(text, text, str(number)) for number, text in enumerate((
    "I sharpen knives in Osaka.", "I have a dog called Rex.", "I never eat breakfast.",
    "I learned to cook from my uncle.")))


def asked(line: str) -> OwnQuestion:
    found = own_question(line)
    assert found is not None
    return found


@pytest.fixture(params=["meaning", "words"])
def encoder(request: pytest.FixtureRequest) -> SentenceEncoder:
    return FakeSentenceEncoder() if request.param == "meaning" else NoEncoder()


def test_there_is_a_weight_for_every_feature() -> None:
    assert len(WEIGHTS) == len(WORD_WEIGHTS) == len(FEATURES)
    assert BIAS < ANSWERS < 0


@pytest.mark.parametrize(("question", "number"), [
    ("What is your dog called?", "1"), ("Do you eat breakfast?", "2"),
    ("Who did you learn to cook from?", "3"), ("Where do you sharpen your knives?", "0")])
def test_the_fact_that_answers_comes_first(encoder: SentenceEncoder, question: str,
                                           number: str) -> None:
    found = Support(encoder).weigh(asked(question), KNOWN)
    assert found.ranked[0].id == number
    assert found.answers and 0.5 < found.certainty <= 1
    assert list(found.scores) == sorted(found.scores, reverse=True)


@pytest.mark.parametrize("question", [
    "What colour is your boat?", "How old is your son?", "When is your birthday?"])
def test_what_nothing_tells_is_answered_by_nothing(encoder: SentenceEncoder,
                                                   question: str) -> None:
    found = Support(encoder).weigh(asked(question), KNOWN)
    assert not found.answers and found.certainty < 0.5


def test_a_fact_of_the_same_matter_without_what_is_asked_scores_less(
        encoder: SentenceEncoder) -> None:
    support = Support(encoder)
    named = support.weigh(asked("What is your dog called?"), KNOWN).scores[0]
    nameless = support.weigh(asked("What is your dog called?"),
                             (Known("I have a dog.", "I have a dog."),)).scores[0]
    assert named > nameless + 2


def test_a_fact_that_says_no_more_than_the_question_never_answers() -> None:
    fact = Known("My wife Doris died.", "My wife Doris died.")
    found = Support(FakeSentenceEncoder()).weigh(asked("What did your Doris die of?"), (fact,))
    assert not found.answers


def test_of_an_aunt_nothing_is_known_of_a_mother() -> None:
    question = asked("What does your mother do?")
    fact = Known("My aunt bakes.", "My aunt bakes.")
    row = Support(FakeSentenceEncoder("mother aunt")).features(question, (fact,))[0]
    assert row[FEATURES.index("stranger")] == 1


def test_two_facts_are_told_only_where_both_answer() -> None:
    support = Support(FakeSentenceEncoder())
    found = support.weigh(asked("What is your dog called?"), KNOWN)
    assert found.near(1.0) == found.ranked[:1]
    twins = (KNOWN[1], Known("I have a dog called Max.", "I have a dog called Max."))
    assert len(support.weigh(asked("What is your dog called?"), twins).near(9.0)) == 2


def test_who_knows_nothing_answers_nothing(encoder: SentenceEncoder) -> None:
    found = Support(encoder).weigh(asked("Where do you live?"), ())
    assert found.ranked == () and not (found.answers or found.bears or found.surely)
    assert found.certainty == 0
    assert Support(encoder).features(asked("Where do you live?"), ()).shape == (0, len(FEATURES))


def test_texts_are_read_once() -> None:
    encoder = FakeSentenceEncoder()
    support = Support(encoder)
    first = support.features(asked("What is your dog called?"), KNOWN)
    read = len(encoder.read)
    again = support.features(asked("What is your dog called?"), KNOWN)
    assert len(encoder.read) == read
    assert np.array_equal(first, again)


def test_of_many_facts_only_some_are_looked_at_and_the_right_one_is_among_them(
        encoder: SentenceEncoder) -> None:
    # GIVEN hundreds of facts
    many = [Known(f"I saw bird number {n}.", f"I saw bird number {n}.") for n in range(300)]
    # WHEN one of a few others is asked for
    found = Support(encoder).weigh(asked("What is your dog called?"), [*many, *KNOWN])
    # THEN it is found, though not all were weighed
    assert found.ranked[0].id == "1"
    assert len(found.ranked) < 60
