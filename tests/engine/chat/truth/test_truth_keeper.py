"""What a character may say when asked about their own life."""

import pytest

from engine.chat.fact import Fact
from engine.chat.persona import Persona
from engine.chat.truth.phrases import read_truth_phrases
from engine.chat.truth.truth_keeper import PLAIN, GuidanceKind, TruthKeeper
from engine.inference.text_model import TextRequest
from engine.paths import find_paths
from tests.fakes import FakeSentenceEncoder, FakeTextModel

ANN = Persona("Ann Bell", nickname="Ann", gender="female")
FACTS = [Fact(1, "Ann has a dog called Rex."), Fact(2, "Ann cannot swim."),
         Fact(3, "Ann's brother Tom works on an oil rig."),
         Fact(4, "Ann keeps bees in the garden.")]
PHRASES = read_truth_phrases(find_paths().own_life_phrases)


@pytest.fixture
def keeper() -> TruthKeeper:
    return TruthKeeper(FakeSentenceEncoder("bees insects", "brother sibling"), PHRASES)


def test_what_is_known_is_said_in_her_own_words(keeper: TruthKeeper) -> None:
    found = keeper.guidance("What's your dog called, Ann?", ANN, FACTS)
    assert found.kind is GuidanceKind.ANSWER
    assert [fact.id for fact in found.facts] == ["1"]
    assert all("dog called Rex" in reply for reply in found.replies)
    assert "I have a dog called Rex." in found.replies


def test_a_no_is_said_where_the_fact_says_it(keeper: TruthKeeper) -> None:
    found = keeper.guidance("Can you swim?", ANN, FACTS)
    assert found.replies == ("No, I cannot swim.", "No. I cannot swim.",
                             "I am afraid not: I cannot swim.")


def test_what_is_not_known_is_admitted(keeper: TruthKeeper) -> None:
    found = keeper.guidance("How old is your daughter?", ANN, FACTS)
    assert found.kind is GuidanceKind.UNKNOWN
    assert found.replies == PHRASES.unknown


def test_who_knows_nothing_admits_that(keeper: TruthKeeper) -> None:
    assert keeper.guidance("Where do you live?", ANN, []).kind is GuidanceKind.UNKNOWN


@pytest.mark.parametrize("line", [
    "Good morning!", "Could you pass the salt?", "What is the capital of Portugal?",
    "Tell me a joke about ships.", "*waves*", ""])
def test_plain_talk_is_left_alone(keeper: TruthKeeper, line: str) -> None:
    found = keeper.guidance(line, ANN, FACTS)
    assert found == PLAIN
    assert found.constraint(FakeTextModel().tokenize) is None


def test_who_is_of_her_life_is_known_by_name(keeper: TruthKeeper) -> None:
    assert keeper.guidance("How old is Tom?", ANN, FACTS).kind is not GuidanceKind.PLAIN
    assert keeper.guidance("How old is Peter?", ANN, FACTS) == PLAIN


def test_admissions_do_not_come_twice_while_there_are_others(keeper: TruthKeeper) -> None:
    said = list(PHRASES.unknown[:-1])
    question = "How old is your daughter?"
    assert keeper.guidance(question, ANN, FACTS, said).replies == PHRASES.unknown[-1:]
    assert keeper.guidance(question, ANN, FACTS, PHRASES.unknown).replies == PHRASES.unknown


def test_a_doubtful_fact_is_told_with_the_doubt(keeper: TruthKeeper) -> None:
    # GIVEN a fact about the matter that lacks what is asked
    bees = FACTS
    found = keeper.guidance("How old are the bees in your garden?", ANN, bees)
    # THEN it is told, and that more is not known
    assert found.kind is GuidanceKind.UNSURE
    assert all("bees in the garden" in reply for reply in found.replies)
    assert found.certainty < 0.5


@pytest.mark.parametrize("lead", ["", " "])
def test_the_model_says_one_of_the_replies_whatever_it_would_rather(keeper: TruthKeeper,
                                                                    lead: str) -> None:
    # GIVEN a model that would invent
    model = FakeTextModel("My dog is called Bello, and he is nine.")
    found = keeper.guidance("What's your dog called?", ANN, FACTS)
    # WHEN it is held to the guidance
    request = TextRequest(200, constraint=found.constraint(model.tokenize, lead))
    said = "".join(piece.text for piece in model.stream("Ann:", request))
    # THEN it says what is so, whole
    assert said.removeprefix(lead) in found.replies
