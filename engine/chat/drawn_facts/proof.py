"""Whether a fact says what was said, no more and not the contrary.

Compares the fact, as its own subject would say it, with the sentence it was drawn from: by words,
and by meaning where there is an encoder. Knows no store and no model that writes.
"""

from engine.chat.memory.sentence_vectors import RememberingEncoder, SentenceEncoder
from engine.chat.memory.words import words_of
from engine.chat.persona import Persona
from engine.chat.truth.answers import names_in, numbers_in
from engine.chat.truth.first_person import FirstPerson
from engine.chat.truth.lexicon import listed
from engine.chat.truth.wording import EMPTY, content, is_denied, stem, stems_of, words

LEAST_ALIKE = 0.8
"""The cosine a fact must have with what was said; chosen by hand on some 130 sentences of three
dialogue sets. Of 60 others the small model that is fetched at set-up made 51 facts so; 44 say what
was said, the others are mostly no English."""
LEAST_COVERED = 0.6
"""The share of what was said that a fact must hold, in words that say something."""
LEAST_KEPT = 0.5
"""The same where meanings can be compared: part of what was said may be left out."""
_NO_NAME = EMPTY | listed("yeah hello hi wow anyway honestly sometimes besides")


class Proof:
    """Serves many sentences. `encoder` without width leaves words alone to compare."""

    def __init__(self, encoder: SentenceEncoder) -> None:
        self._encoder = RememberingEncoder(encoder)

    def supports(self, text: str, fact: str, about: Persona) -> bool:
        """Whether `text`, said of the life of `about`, says the `fact`."""
        own = {stem(word) for word in words_of(about.called)}
        told = [word for word in content(fact) if stem(word) not in own]
        if not told or _differs(text, fact, own) or _stammers(text, fact):
            return False
        said = stems_of(text)
        if any(stem(word) not in said for word in told):
            return False
        covered = self._covered(text, fact, own)
        if not self._encoder.width:
            return covered >= LEAST_COVERED
        return covered >= LEAST_KEPT and self.likeness(text, fact, about) >= LEAST_ALIKE

    def likeness(self, text: str, fact: str, about: Persona) -> float:
        """The cosine of what was said and the fact, both as their subject says them."""
        said = FirstPerson(about)
        one, other = self._encoder.vectors([said(text), said(fact)])
        return float(one @ other)

    def _covered(self, text: str, fact: str, own: set[str]) -> float:
        said = [stem(word) for word in content(text) if stem(word) not in own]
        held = stems_of(fact)
        return sum(word in held for word in said) / max(len(said), 1)


def _differs(text: str, fact: str, own: set[str]) -> bool:
    """Whether one denies what the other says, names or numbers come from nowhere, or a name that
    was said is missing: what is said then may be said of somebody else."""
    if _denials(text) != _denials(fact):
        return True
    said = {word.lower() for word in numbers_in(text)}
    if any(number.lower() not in said for number in numbers_in(fact)):
        return True
    known = own | stems_of(text)
    held = stems_of(fact)
    return (any(stem(name) not in known for name in _names(fact))
            or any(stem(name) not in held for name in _names(text)))


def _denials(text: str) -> int:
    return sum(is_denied(word) for word in words(text))


def _names(text: str) -> list[str]:
    """Without what only looks like a name: "I've", or a word of greeting at the beginning."""
    return [name for name in names_in(text)
            if name.lower() not in _NO_NAME and not name.startswith("I'")]


def _stammers(text: str, fact: str) -> bool:
    """Whether a word that says something comes more often than it was said, as small models have
    it."""
    said, told = ([stem(word) for word in words(one)] for one in (text, fact))
    return any(told.count(word) > max(said.count(word), 1) for word in map(stem, content(fact)))
