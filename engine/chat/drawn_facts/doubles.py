"""Facts that say what is known already, by their meaning.

On the lines of 972 personas of the training data the pairs from a cosine of 0.9 (SAME) on said the
same, but for those that differ in a number, a colour or a "not"; from 0.85 to 0.9 hardly half did.
"""

from collections.abc import Collection, Sequence

from engine.chat.drawn_facts.told import persona_called
from engine.chat.fact import Fact
from engine.chat.memory.fact_index import Fact as IndexedFact
from engine.chat.memory.fact_index import FactIndex
from engine.chat.memory.sentence_vectors import SentenceEncoder
from engine.chat.persona import Persona
from engine.chat.talk import TalkSetup
from engine.chat.truth.answers import numbers_in
from engine.chat.truth.first_person import FirstPerson
from engine.chat.truth.lexicon import COLOURS
from engine.chat.truth.wording import content, is_denied


class Doubles:
    """What is known of each of a talk. `encoder` should keep what it reads: all facts are read.

    A fact of nobody's life in particular is taken as known of everyone.
    """

    def __init__(self, encoder: SentenceEncoder, setup: TalkSetup, facts: Sequence[Fact]) -> None:
        self._encoder = encoder
        self._setup = setup
        self._facts = facts
        self._indexes: dict[str, FactIndex] = {}

    def is_known(self, fact: Fact, about: str) -> bool:
        """Whether something that is known of `about` says the same as the fact; if not, the fact
        is known from now on."""
        persona = persona_called(self._setup, about)
        index = self._index(fact.persona_id, about, persona)
        told = FirstPerson(persona)(fact.text)
        if index.same_as(told, differs=_differ) is not None:
            return True
        index.put([IndexedFact(f"new {len(index)}", told)])
        return False

    def _index(self, persona_id: int | None, about: str, persona: Persona) -> FactIndex:
        if about not in self._indexes:
            said = FirstPerson(persona)
            index = self._indexes[about] = FactIndex(self._encoder)
            index.put([IndexedFact(str(fact.id), said(fact.text)) for fact in self._facts
                       if fact.persona_id in (None, persona_id)])
        return self._indexes[about]


def _differ(one: str, other: str) -> bool:
    """Whether two sentences that are near in meaning tell different things all the same."""
    return (is_denied(one) != is_denied(other) or _low(numbers_in(one)) != _low(numbers_in(other))
            or COLOURS.intersection(content(one)) != COLOURS.intersection(content(other)))


def _low(words: Collection[str]) -> set[str]:
    return {word.lower() for word in words}
