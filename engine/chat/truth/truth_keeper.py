"""What a character is to say when asked about their own life: what is known, or that it is not.

Decides before the model writes, by what is known and how well it answers: small models cannot be
trusted to. What is no such question is left alone. Knows no store and no prompt format.
"""

import enum
import re
from collections.abc import Sequence
from dataclasses import dataclass

from engine.chat.fact import Fact
from engine.chat.memory.sentence_vectors import SentenceEncoder
from engine.chat.persona import Persona
from engine.chat.truth.answers import names_in
from engine.chat.truth.asked import Asked
from engine.chat.truth.first_person import own_names
from engine.chat.truth.knowledge import knowledge_of
from engine.chat.truth.lexicon import listed
from engine.chat.truth.phrases import TruthPhrases, worded
from engine.chat.truth.questions import OwnQuestion, own_question
from engine.chat.truth.support import Known, Support, Supported
from engine.chat.truth.wording import content, is_denied, stem, words
from engine.inference.constraint import Constraint, PhraseChoice, Tokenize

_BESIDE = 1.0
"""A second fact is told with the first where it is surer by no more than so much."""
_SURE_COVER = 0.6


class GuidanceKind(enum.StrEnum):
    """What kind of answer a turn asks for."""

    PLAIN = "plain"  # no question about the speaker's own life: left alone
    ANSWER = "answer"
    UNSURE = "unsure"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Guidance:
    """How a turn is to be answered.

    `facts` bear on it, the surest first. `replies` are the whole replies that may be given; () for
    every one. `certainty`, 0 to 1, is how surely the first fact answers.
    """

    kind: GuidanceKind
    facts: tuple[Known, ...] = ()
    replies: tuple[str, ...] = ()
    certainty: float = 0.0

    def constraint(self, tokenize: Tokenize, lead: str = "") -> Constraint | None:
        """A new constraint to one of the replies, None where all are free. `lead` as of
        PhraseChoice."""
        return PhraseChoice(tokenize, self.replies, lead) if self.replies else None


PLAIN = Guidance(GuidanceKind.PLAIN)


class TruthKeeper:
    """Serves many talks. `encoder` may be NoEncoder: words alone decide then, less surely.
    `known` reads what is known, as the encoder would, and remembers."""

    def __init__(self, encoder: SentenceEncoder, phrases: TruthPhrases,
                 known: SentenceEncoder | None = None) -> None:
        self._support = Support(encoder, known)
        self._phrases = phrases

    def guidance(self, question: str, speaker: Persona, facts: Sequence[Fact] | Sequence[str],
                 said: Sequence[str] = ()) -> Guidance:
        """What `speaker` may answer to `question`. `facts` are all they know; `said` are their
        last lines, whose wordings are not used again.

        EngineError where the encoder cannot be run.
        """
        asked = own_question(question, own_names(speaker))
        if asked is None:
            return PLAIN
        known = knowledge_of(speaker, facts, asked.text)
        found = self._support.weigh(asked, known)
        if not (asked.sure or found.surely or _is_acquainted(asked, known, found.is_near)):
            return PLAIN
        return self._guided(asked, found, frozenset(said))

    def _guided(self, asked: OwnQuestion, found: Supported, said: frozenset[str]) -> Guidance:
        first = found.ranked[0] if found.ranked else None
        if first is None or not (found.answers or found.bears):
            return Guidance(GuidanceKind.UNKNOWN, (), _unused(self._phrases.unknown, said))
        if not found.answers:
            replies = [worded(phrase, first.spoken) for phrase in self._phrases.unsure]
            return Guidance(GuidanceKind.UNSURE, (first,), _unused(replies, said), found.certainty)
        facts = found.near(_BESIDE)
        told = " ".join(worded("{fact}", fact.spoken) for fact in facts)
        phrases = self._worded_for(asked, first, found)
        replies = [worded(phrase, told) for phrase in phrases]
        return Guidance(GuidanceKind.ANSWER, facts, _unused(replies, said), found.certainty)

    def _worded_for(self, asked: OwnQuestion, fact: Known, found: Supported) -> tuple[str, ...]:
        """With yes or no where the fact says so beyond doubt."""
        kinds = {kind for kind, _ in asked.asks}
        if kinds != {Asked.WHETHER} or found.covered < _SURE_COVER:
            return self._phrases.answers
        told, question = is_denied(fact.spoken), is_denied(asked.text)
        joins = {"but", "or", "and"}.intersection(word.lower() for word in words(fact.spoken))
        if told and not question and not joins:
            return self._phrases.no
        return self._phrases.answers


def _unused(replies: Sequence[str], said: frozenset[str]) -> tuple[str, ...]:
    """Those not said before, or all where all were."""
    return tuple(dict.fromkeys(reply for reply in replies if reply not in said)) or tuple(
        dict.fromkeys(replies))


def _is_acquainted(asked: OwnQuestion, known: Sequence[Known], is_near: bool) -> bool:
    """Whether the question names somebody or something of the speaker's life: by a name, or, where
    a fact is near, as "the" one of which facts tell."""
    if asked.is_view:
        return False
    names = {stem(name) for fact in known for name in names_in(fact.told)}
    if any(stem(word) in names for word in words(asked.text) if word[:1].isupper()
           and word.lower() not in _ASKING):
        return True
    things = {stem(word) for fact in known for word in content(fact.told)}
    meant = _DEFINITE.findall(asked.text)
    return is_near and bool(meant) and all(stem(word) in things for word in meant)


_DEFINITE = re.compile(
    r"\b(?:the|that|those) (?:\w+ )?(\w+)"
    r"(?='s|[?.,!]| (?:of|do|does|did|is|was|at|in|on|from|with|who|when|last)\b|$)", re.IGNORECASE)
_ASKING = listed("""
what who where when why how which whose does do did is are was were has have in at the my
""")
