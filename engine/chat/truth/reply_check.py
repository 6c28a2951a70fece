"""Compares what a character said of their own life with what they know, after it was said.

Marks what goes against a fact, and what nothing that is known says. It reads words and shapes
(numbers, names, places, a "not"), so it finds the plain cases and lets doubtful ones pass.
"""

from collections.abc import Collection, Iterator, Sequence

import numpy as np

from engine.chat.memory.sentence_vectors import RememberingEncoder, SentenceEncoder
from engine.chat.truth.answers import names_in, numbers_in, pairs_in, places_in
from engine.chat.truth.claims import Claim, claims_in
from engine.chat.truth.lexicon import COLOURS, listed
from engine.chat.truth.reply_mark import MarkKind, ReplyMark
from engine.chat.truth.support import Known
from engine.chat.truth.wording import Likeness, content, few_of, is_denied, stem, stems_of

SAME_MATTER = 0.5
"""The share of a claim's words a fact must hold to speak of the same."""
SAID_SO = 0.72
"""The share from which a fact says it."""
_ALIKE = 0.6
"""Words of so near a meaning stand for each other."""
_NEW_WORDS = 2
_FEW = 24  # facts that are looked at closely
_SINGLE = frozenset(map(stem, listed("live born grow raise work study come assemble make build")))
_OPPOSITES = tuple((frozenset(map(stem, listed(one))), frozenset(map(stem, listed(other))))
                   for one, other in (
    ("love like adore enjoy cherish eat drink", "hate detest dislike loathe despise allergic "
     "afraid terrified scared fear frightened"), ("win first", "lose last fifth second third"),
    ("finish graduate complete", "drop quit leave abandon fail"),
    ("pass succeed", "fail")))


class ReplyCheck:
    """Serves many replies. `encoder` without width leaves words alone to compare. `known` reads
    what is known, as the encoder would, and remembers."""

    def __init__(self, encoder: SentenceEncoder, known: SentenceEncoder | None = None) -> None:
        self._encoder = RememberingEncoder(encoder, most=4096)
        self._known = known or self._encoder
        self._like = Likeness(self._encoder)

    def marks(self, reply: str, known: Sequence[Known], talk: Sequence[str] = (),
              speaker: str = "They") -> tuple[ReplyMark, ...]:
        """The marks of a reply in the order of its text. `known` is all its speaker knows of
        themselves; of what was said in the `talk` names and numbers may be taken up.

        EngineError where the encoder cannot be run.
        """
        claims = list(claims_in(reply))
        if not claims:
            return ()
        heard = {stem(word) for line in talk for word in [*names_in(line), *numbers_in(line)]}
        held = heard.union(*(stems_of(fact.spoken) for fact in known))
        found = (self._mark(claim, self._few(claim.text, known), held, speaker)
                 for claim in claims)
        return tuple(mark for mark in found if mark)

    def _few(self, said: str, known: Sequence[Known]) -> list[Known]:
        """The facts that may have to do with a claim."""
        told = [fact.spoken for fact in known]
        if not told:
            return []
        near = self._known.vectors(told) @ self._encoder.vectors([said])[0]
        few = [known[place] for place in few_of(told, said, near, _FEW)]
        self._like.read([said, *(fact.spoken for fact in few)])
        return few

    def _mark(self, claim: Claim, known: Sequence[Known], held: Collection[str],
              speaker: str) -> ReplyMark | None:
        compared = [_Compared(claim.text, fact, self._like) for fact in known]
        if any(one.says_so for one in compared):
            return None
        against = max((one for one in compared if one.goes_against), default=None,
                      key=lambda one: one.share)
        if against is not None:
            number = int(against.fact.id) if against.fact.id.isdigit() else None
            return ReplyMark(MarkKind.CONTRADICTION, claim.start, claim.end, claim.text,
                             f"{speaker} knows otherwise: {against.fact.told}", number)
        if claim.concrete and self._is_new(claim.text, known, held):
            return ReplyMark(MarkKind.INVENTION, claim.start, claim.end, claim.text,
                             f"Nothing that {speaker} knows says so.")
        return None

    def _is_new(self, said: str, known: Sequence[Known], held: Collection[str]) -> bool:
        """Whether too much of a claim stands in no fact at all; `held` are the stems of all."""
        if any(stem(name) not in held for name in names_in(said)):
            return True
        told = list(dict.fromkeys(word for fact in known for word in content(fact.spoken)))
        asked = content(said)
        best = self._like.between(asked, told).max(axis=1, initial=0.0)
        missing = sum(near < _ALIKE and stem(word) not in held
                      for word, near in zip(asked, best, strict=True))
        return missing >= min(_NEW_WORDS, len(asked))


class _Compared:
    """A claim beside a fact. `share`: of the claim's words, how many the fact holds."""

    def __init__(self, said: str, fact: Known, like: Likeness) -> None:
        self.said = said
        self.fact = fact
        best = like.between(content(said), content(fact.spoken)).max(axis=1, initial=0.0)
        self.share = float(np.where(best >= _ALIKE, best, 0).mean()) if best.size else 0.0

    @property
    def says_so(self) -> bool:
        """Whether the fact says the claim."""
        return self.share >= SAID_SO and not any(self._differences())

    @property
    def goes_against(self) -> bool:
        """Whether the fact speaks of the same matter and says otherwise."""
        return (self.share >= SAME_MATTER and any(self._differences())) or any(self._kin())

    def _differences(self) -> Iterator[bool]:
        said, told = self.said, self.fact.spoken
        yield is_denied(said) != is_denied(told) and self.share >= SAID_SO
        yield _differ(map(str.lower, numbers_in(said)), map(str.lower, numbers_in(told)))
        yield _differ(COLOURS.intersection(content(said)), COLOURS.intersection(content(told)))
        yield self._elsewhere()
        yield self.share >= SAID_SO and self._other_names()
        yield self._opposite()
        yield any(self._kin())

    def _elsewhere(self) -> bool:
        """Whether both say where, of what has one place only, and name others."""
        both = stems_of(self.said) & stems_of(self.fact.spoken)
        here, there = (places_in(text) for text in (self.said, self.fact.spoken))
        return bool(both & _SINGLE) and _differ(map(stem, here), map(stem, there))

    def _other_names(self) -> bool:
        """Whether each names what the other does not."""
        said, told = (set(map(stem, names_in(text))) for text in (self.said, self.fact.spoken))
        return bool(said - told and told - said)

    def _opposite(self) -> bool:
        said, told = stems_of(self.said), stems_of(self.fact.spoken)
        return is_denied(self.said) == is_denied(self.fact.spoken) and any(
            (said & one and told & other) or (said & other and told & one)
            for one, other in _OPPOSITES)

    def _kin(self) -> Iterator[bool]:
        """Whether the same noun has another name."""
        names = dict(pairs_in(self.fact.spoken))
        for noun, name in pairs_in(self.said):
            if noun in names and stem(names[noun]) != stem(name):
                yield name not in self.fact.spoken


def _differ(said: Iterator[str] | Collection[str], told: Iterator[str] | Collection[str]) -> bool:
    """Whether both hold something, and nothing the same."""
    some, others = set(said), set(told)
    return bool(some and others and not some & others)
