"""Turns held to what their speaker knows: guided before, looked through after."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from engine.chat.cast_store import CastStore
from engine.chat.chatbot import Chatbot
from engine.chat.conversation import MessageState, ReplySettings
from engine.chat.conversation_store import ConversationStore
from engine.chat.direction.director import Director
from engine.chat.direction.honesty import Conscience, Honesty
from engine.chat.direction.known_facts import KnownFacts
from engine.chat.direction.study import Study
from engine.chat.fact import Fact
from engine.chat.persona import Persona
from engine.chat.persona_store import PersonaStore
from engine.chat.preparation import Fault
from engine.chat.prompts.format_shelf import FormatShelf
from engine.chat.replies import ReplyAnew, ReplyEnded, ReplyEvent, ReplyStarted
from engine.chat.scene import SpokenLine
from engine.chat.talk import CastMember, TalkSetup
from engine.chat.truth.phrases import TruthPhrases, read_truth_phrases
from engine.chat.truth.reply_mark import MarkKind, ReplyMark
from engine.chat.truth.support import Known
from engine.chat.truth.truth_keeper import PLAIN, Guidance, GuidanceKind
from engine.errors import EngineError
from engine.inference.sampling import SamplingSettings
from engine.library.database import Database
from engine.paths import find_paths
from tests.fakes import FakeSentenceEncoder, FakeTextModel

ANN = Persona("Ann", facts=("Ann owns a red boat.", "Ann fears geese."))
PHRASES = TruthPhrases(("{fact}",), ("No. {fact}",), ("Hm. {fact}",), ("I could not say.",))
BOAT = "boat"


class Scripted:
    """Stands for keeper and check: guides what asks about a boat, marks what is green."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, Sequence[Any], Sequence[str]]] = []

    def guidance(self, question: str, speaker: Persona, facts: Sequence[Fact],
                 said: Sequence[str] = ()) -> Guidance:
        self.asked.append((question, facts, said))
        if BOAT not in question:
            return PLAIN
        known = tuple(Known(fact.text, "I own it.", str(fact.id)) for fact in facts
                      if BOAT in fact.text)
        return Guidance(GuidanceKind.ANSWER, known, ("It is red.", "Red it is."), 0.9)

    def marks(self, reply: str, known: Sequence[Known], talk: Sequence[str] = (),
              speaker: str = "They") -> tuple[ReplyMark, ...]:
        at = reply.find("green")
        mark = ReplyMark(MarkKind.CONTRADICTION, at, at + 5, "green", f"{speaker} knows better.")
        return (mark,) if at >= 0 else ()


class Stage:
    """A talk with one character, guided by `scripted` or by the real thing."""

    def __init__(self, folder: Path, phrases: TruthPhrases, scripted: Scripted | None) -> None:
        self.database = Database.in_memory()
        self.store = ConversationStore(self.database)
        shelf = FormatShelf(folder, find_paths().dialogue_formats)
        encoder = FakeSentenceEncoder()
        study = Study(shelf, lambda: encoder, phrases)
        if scripted is not None:
            conscience = study.conscience
            assert conscience is not None
            conscience.keeper = conscience.check = scripted  # type: ignore[assignment]
        self.model = FakeTextModel("Aye.", window=4096)
        director = Director(self.database, study)
        self.bot = Chatbot(self.store, lambda _: self.model, director=director)
        member = CastMember(PersonaStore(self.database).add(ANN).id, ANN)
        settings = ReplySettings(60, SamplingSettings(seed=1))
        self.talk = director.begin(TalkSetup((member,), person="Sam"), settings).id

    def say(self, text: str) -> tuple[str, list[ReplyEvent]]:
        events = list(self.bot.send(self.talk, text))
        return self.store.conversation(self.talk).path[-1].text, events


@pytest.fixture
def scripted() -> Scripted:
    return Scripted()


@pytest.fixture
def stage(tmp_path: Path, scripted: Scripted) -> Iterator[Stage]:
    made = Stage(tmp_path, PHRASES, scripted)
    yield made
    made.database.close()


def marks_of(events: list[ReplyEvent]) -> tuple[ReplyMark, ...]:
    ended = events[-1]
    assert isinstance(ended, ReplyEnded)
    return ended.marks


def test_what_is_asked_about_their_life_is_answered_by_what_they_know(
        stage: Stage, scripted: Scripted) -> None:
    said, events = stage.say("What colour is your boat?")
    assert said in ("It is red.", "Red it is.")
    # AND the fact it rests on comes first among those given
    started = next(e for e in events if isinstance(e, ReplyStarted))
    assert started.grounds.facts[0].text == "Ann owns a red boat."
    assert [fact.text for fact in scripted.asked[0][1]] == list(ANN.facts)


def test_other_talk_is_left_alone(stage: Stage) -> None:
    assert stage.say("Good evening.")[0] == "Aye."


def test_who_asks_again_is_answered_again(stage: Stage, scripted: Scripted) -> None:
    first, _ = stage.say("The boat?")
    _, events = stage.say("The boat?")
    assert not any(isinstance(event, ReplyAnew) for event in events)
    assert scripted.asked[-1][2] == [first]


def test_who_wants_another_answer_gets_one(stage: Stage, scripted: Scripted) -> None:
    first, _ = stage.say("The boat?")
    reply = stage.store.conversation(stage.talk).path[-1]
    list(stage.bot.regenerate(stage.talk, reply.id))
    assert scripted.asked[-1][2] == [first]


def test_a_reply_stays_whole_where_it_cannot_be_read_for_the_next(
        stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise EngineError("The model cannot be run.", "Add it again.")

    monkeypatch.setattr(KnownFacts, "read_ahead", refuse)
    assert stage.say("Good evening.")[0] == "Aye."
    assert stage.store.conversation(stage.talk).path[-1].state is MessageState.WHOLE


def test_to_another_of_the_cast_no_answer_is_given_twice(stage: Stage) -> None:
    # GIVEN Ben, who goes on asking Ann the same
    ben = Persona("Ben")
    casts, personas = CastStore(stage.database), PersonaStore(stage.database)
    casts.join(stage.talk, personas.add(ben).id)
    asked = ("The boat?", "And the boat?")
    # WHEN every wording of what she knows says the same again
    said = [(list(stage.bot.send(stage.talk, text, "Ben", "Ann")),
             stage.store.conversation(stage.talk).path[-1].text)[1] for text in asked]
    # THEN she goes on in words of her own
    assert said[0] in ("It is red.", "Red it is.") and said[1] == "Aye."


def test_a_reply_that_contradicts_is_made_anew(stage: Stage) -> None:
    answers = iter(["It is green.", "It is green, I say.", "Let us see."])
    stage.model = FakeTextModel(lambda _: next(answers), window=4096)
    said, events = stage.say("Hm?")
    assert said == "Let us see." and marks_of(events) == ()
    assert [e.why for e in events if isinstance(e, ReplyAnew)] == [Fault.CONTRADICTS] * 2


def test_one_that_goes_on_contradicting_is_marked(stage: Stage) -> None:
    stage.model = FakeTextModel("It is green.", window=4096)
    said, events = stage.say("Hm?")
    mark, = marks_of(events)
    assert said[mark.start:mark.end] == mark.text == "green"
    assert mark.sentence == "Ann knows better."


def test_what_is_gone_on_with_is_only_looked_at(stage: Stage, scripted: Scripted) -> None:
    stage.say("Your boat?")
    reply = stage.store.conversation(stage.talk).path[-1]
    stage.model = FakeTextModel(" And it is no ship.", window=4096)
    asked = len(scripted.asked)
    list(stage.bot.continue_reply(stage.talk, reply.id))
    assert len(scripted.asked) == asked
    assert stage.store.message(reply.id).text == f"{reply.text} And it is no ship."


def test_the_narrator_and_oneself_ask_nothing(scripted: Scripted) -> None:
    conscience = Conscience(FakeSentenceEncoder(), PHRASES)
    conscience.keeper = scripted  # type: ignore[assignment]
    for speaker in ("", "Ann"):
        honesty = Honesty(conscience, ANN, (), [SpokenLine(speaker, "A boat?")])
        assert honesty.guidance is PLAIN and not honesty.is_guided
    assert Honesty(conscience, ANN, (), []).guidance is PLAIN
    assert Honesty(None, ANN, (), [SpokenLine("Sam", "A boat?")]).marks("It is green.") == ()


def test_a_choice_stands_after_a_name_with_a_space(scripted: Scripted) -> None:
    conscience = Conscience(FakeSentenceEncoder(), PHRASES)
    conscience.keeper = scripted  # type: ignore[assignment]
    honesty = Honesty(conscience, ANN, (), [SpokenLine("Sam", "A boat?")])
    model = FakeTextModel()
    for prompt, first in (("###P###\nAnn:", {" "}), ("assistant\n", {"I", "R"})):
        constraint = honesty.constraint(model, prompt)
        assert constraint is not None
        allowed = constraint.allowed()
        assert allowed is not None
        assert {model.tokenizer.decode([int(i)]) for i in allowed.nonzero()[0]} == first


def test_the_real_thing_admits_what_nobody_told(tmp_path: Path) -> None:
    phrases = read_truth_phrases(find_paths().own_life_phrases)
    stage = Stage(tmp_path, phrases, None)
    assert stage.say("What is your mother's name?")[0] in phrases.unknown
    stage.database.close()
