"""Draws facts from a talk: sentence by sentence the model writes them, and the text proves them.

What is drawn is stored as offered: nobody is given it before the person approves. Closing the
iterator stops; what was offered stays.
"""

from collections.abc import Generator, Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from typing import cast

from engine.chat.cast_store import CastStore
from engine.chat.conversation import Conversation
from engine.chat.drawn_facts.doubles import Doubles
from engine.chat.drawn_facts.fact_grammar import fact_pattern
from engine.chat.drawn_facts.fact_prompt import FactPrompt
from engine.chat.drawn_facts.proof import Proof
from engine.chat.drawn_facts.told import ToldSentence, persona_called, told_in
from engine.chat.fact import Fact, FactSource
from engine.chat.fact_store import FactStore
from engine.chat.memory.sentence_vectors import SentenceEncoder
from engine.chat.persona import Persona
from engine.chat.talk import TalkSetup
from engine.errors import EngineError
from engine.inference.sampling import GREEDY, SamplingSettings
from engine.inference.text_model import TextModel, TextPiece, TextRequest

MOST_SENTENCES = 200
"""Looked at in one go, the newest of a long talk."""
TRIES = 3
_MOST_TOKENS = 64
_PREFIX = "drawn-facts"  # one cache serves all: the examples are read once
_AGAIN = SamplingSettings(temperature=0.7, repetition_penalty=1.1)


@dataclass(frozen=True, slots=True)
class SentenceRead:
    """So many of the sentences are done."""

    done: int
    total: int


@dataclass(frozen=True, slots=True)
class FactOffered:
    """A fact was drawn, and stored as offered."""

    fact: Fact


@dataclass(frozen=True, slots=True)
class FactsDrawn:
    """The end: of `sentences` came `offered` new facts; `known` were so before, and for `unproved`
    the model wrote nothing that the text supports."""

    sentences: int
    offered: int
    known: int
    unproved: int


DrawEvent = SentenceRead | FactOffered | FactsDrawn


class FactDrawer:
    """Draws with one model. `encoder` compares; one that keeps what it reads spares much."""

    def __init__(self, model: TextModel, encoder: SentenceEncoder, facts: FactStore,
                 casts: CastStore, prompt: FactPrompt) -> None:
        self._model = model
        self._encoder = encoder
        self._facts = facts
        self._casts = casts
        self._prompt = prompt
        self._proof = Proof(encoder)

    def draw(self, conversation: Conversation) -> Iterator[DrawEvent]:
        """Facts of what is shown of a conversation, where none was drawn yet. EngineError where
        nobody tells of themselves, or as of the model."""
        setup = self._casts.setup(conversation.id)
        told = self._told(conversation, setup)
        held = self._facts.facts(conversation.id)
        doubles = Doubles(self._encoder, setup, [*held, *self._facts.forgotten(conversation.id)])
        offered = known = 0
        yield SentenceRead(0, len(told))
        for done, sentence in enumerate(told, 1):
            read = SentenceRead(done - 1, len(told))
            fact = yield from self._fact(conversation.id, sentence, setup, read)
            if fact is not None and doubles.is_known(fact, sentence.about):
                known += 1
            elif fact is not None:
                offered += 1
                yield FactOffered(self._facts.add(fact))
            yield SentenceRead(done, len(told))
        yield FactsDrawn(len(told), offered, known, len(told) - offered - known)

    def _told(self, conversation: Conversation, setup: TalkSetup) -> list[ToldSentence]:
        drawn = {fact.message_id for fact in [*self._facts.facts(conversation.id),
                                              *self._facts.forgotten(conversation.id)]}
        told = told_in(conversation.path, setup, self._casts.since(conversation.id))
        fresh = [sentence for sentence in told if sentence.message_id not in drawn]
        if not fresh:
            raise EngineError(
                "Nobody has told anything new of their life yet.",
                "Facts can be drawn once somebody says who they are, what they have or did.")
        return fresh[-MOST_SENTENCES:]

    def _fact(self, talk: int, told: ToldSentence, setup: TalkSetup,
              read: SentenceRead) -> Generator[DrawEvent, None, Fact | None]:
        """What the model makes of a sentence, as soon as the text supports it. Says between tries
        how far it is, so that it can be stopped there."""
        persona = persona_called(setup, told.about)
        for number in range(TRIES):
            if number:
                yield read
            said = self._written(told, persona, number)
            if said and self._proof.supports(told.text, said, persona):
                return Fact(0, said, FactSource.TALK, talk, told.persona_id, told.message_id,
                            told.present, approved=False)
        return None

    def _written(self, told: ToldSentence, about: Persona, number: int) -> str:
        """A sentence by the model, "" where it found no end."""
        prompt = self._model.render(
            self._prompt.messages(told.about, told.speaker, told.text))
        constraint = self._model.grammars.regex(fact_pattern(about, told.text))
        sampling = replace(_AGAIN, seed=number) if number else GREEDY
        request = TextRequest(_MOST_TOKENS, sampling, constraint=constraint, prefix=_PREFIX)
        stream = cast("Generator[TextPiece]", self._model.stream(prompt, request))
        with closing(stream) as pieces:
            said = "".join(piece.text for piece in pieces).strip()
        return said if said.endswith(".") else ""

