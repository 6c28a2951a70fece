"""One turn held to what its speaker knows of their own life: before it is said, and after.

Joins what `truth` decides to a turn. A reply that is gone on with is not guided any more, only
looked at.
"""

from collections.abc import Sequence

from engine.chat.fact import Fact
from engine.chat.memory.sentence_vectors import RememberingEncoder, SentenceEncoder
from engine.chat.persona import Persona
from engine.chat.scene import SpokenLine
from engine.chat.truth.knowledge import knowledge_of
from engine.chat.truth.phrases import TruthPhrases
from engine.chat.truth.reply_check import ReplyCheck
from engine.chat.truth.reply_mark import MarkKind, ReplyMark
from engine.chat.truth.truth_keeper import PLAIN, Guidance, TruthKeeper
from engine.inference.constraint import Constraint
from engine.inference.text_model import TextModel

_LAST_LINES = 12
_MOST_KNOWN = 32_768  # sentences; more than a speaker knows, or each turn would read them all


class Conscience:
    """Guides and looks through the turns of many talks. `sentences` reads what is known, as the
    encoder would: one that keeps what it read. One thread at a time."""

    def __init__(self, encoder: SentenceEncoder, phrases: TruthPhrases,
                 sentences: SentenceEncoder | None = None) -> None:
        known = RememberingEncoder(sentences or encoder, _MOST_KNOWN)
        self.keeper = TruthKeeper(encoder, phrases, known)
        self.check = ReplyCheck(encoder, known)


class Honesty:
    """Of one turn: `speaker` knows `facts` and speaks after `lines`; `beside` are what they said
    there otherwise."""

    def __init__(self, conscience: Conscience | None, speaker: Persona, facts: Sequence[Fact],
                 lines: Sequence[SpokenLine], begun: bool = False,
                 beside: Sequence[str] = ()) -> None:
        self._conscience = conscience
        self._speaker = speaker
        self._facts = facts
        self._lines = lines
        self._beside = beside
        self.guidance = PLAIN if conscience is None or begun else self._guided(conscience)
        self._seen: tuple[str, tuple[ReplyMark, ...]] = ("", ())

    @property
    def fact_ids(self) -> tuple[int, ...]:
        """The stored facts that answer what was asked, the surest first."""
        return tuple(int(fact.id) for fact in self.guidance.facts if fact.id)

    @property
    def is_guided(self) -> bool:
        """Whether only certain replies may be given."""
        return bool(self.guidance.replies)

    def let_go(self) -> None:
        """Lets the rest be said freely, and only looked at: what would be guided to was said
        before."""
        self.guidance = PLAIN

    def constraint(self, model: TextModel, prompt: str) -> Constraint | None:
        """A new constraint to what may be said after `prompt`."""
        return self.guidance.constraint(model.tokenize, " " if prompt.endswith(":") else "")

    def contradicts(self, reply: str) -> bool:
        """Whether a reply goes against what its speaker knows."""
        return not self.is_guided and any(
            mark.kind is MarkKind.CONTRADICTION for mark in self.marks(reply))

    def marks(self, reply: str) -> tuple[ReplyMark, ...]:
        """What in a reply does not agree with what is known."""
        if self._conscience is None:
            return ()
        if self._seen[0] != reply:
            talk = [line.text for line in self._lines[-_LAST_LINES:]]
            self._seen = (reply, self._conscience.check.marks(
                reply, knowledge_of(self._speaker, self._facts), talk, self._speaker.called))
        return self._seen[1]

    def _guided(self, conscience: Conscience) -> Guidance:
        """Of what was said last, where somebody else said it."""
        last = self._lines[-1] if self._lines else SpokenLine("", "")
        if last.speaker in ("", self._speaker.called):
            return PLAIN
        said = [line.text for line in self._lines if line.speaker == self._speaker.called]
        return conscience.keeper.guidance(last.text, self._speaker, self._facts,
                                          [*said[-_LAST_LINES:], *self._beside])
