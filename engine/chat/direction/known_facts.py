"""Which facts a reply is given: the pinned, and the few that bear on the last turns.

Only what the speaker may know. Keeps an index a talk, so that what was read is not read again;
where facts are stored is for others. One thread at a time.
"""

from collections import OrderedDict
from collections.abc import Sequence

from engine.chat.fact import Fact
from engine.chat.memory.fact_index import Fact as IndexedFact
from engine.chat.memory.fact_index import FactIndex
from engine.chat.memory.sentence_vectors import SentenceEncoder

MOST_FACTS = 5
"""A reply is given, beside the pinned ones."""
STAY_AMONG = 12
"""A fact of the reply before stays while it is among so many: the prompt then begins as it did,
and need not be read anew."""
_KEPT_TALKS = 4
_NOBODY = "nobody"


class KnownFacts:
    """The indexes of the last talks. `sentences` reads the facts themselves, as the encoder would:
    one that keeps what it read."""

    def __init__(self, encoder: SentenceEncoder, sentences: SentenceEncoder | None = None) -> None:
        self._encoder = encoder
        self._sentences = sentences or encoder
        self._indexes: OrderedDict[int, FactIndex] = OrderedDict()

    def index(self, talk: int, facts: Sequence[Fact]) -> FactIndex:
        """The index of a talk, holding just these of its facts that are approved."""
        index = self._indexes.setdefault(talk, FactIndex(self._encoder))
        self._indexes.move_to_end(talk)
        while len(self._indexes) > _KEPT_TALKS:
            self._indexes.popitem(last=False)
        wanted = {fact.id: fact for fact in map(_indexed, facts)} if facts else {}
        held = {fact.id: fact for fact in index}
        changed = [fact for key, fact in wanted.items() if held.get(key) != fact]
        if gone := held.keys() - wanted.keys():
            index.forget(gone)
        if changed:
            texts = [fact.text for fact in changed]
            index.put(changed, dict(zip(texts, self._sentences.vectors(texts), strict=True)))
        return index

    def chosen(self, talk: int, facts: Sequence[Fact], lines: Sequence[str], persona_id: int,
               before: Sequence[int] = ()) -> tuple[Fact, ...]:
        """The facts for a reply of this persona after `lines`, the weightiest first.

        `before` are the ids of those its last reply was given, in their order.
        """
        approved = [fact for fact in facts if fact.approved]
        known = {fact.id: fact for fact in approved if fact.known_to(persona_id)}
        pinned = [number for number, fact in known.items() if fact.pinned]
        found = [int(hit.id) for hit in self.index(talk, approved).search(
            lines, str(persona_id), STAY_AMONG + len(pinned)) if int(hit.id) not in pinned]
        best = found[:MOST_FACTS]
        stay = [number for number in before if number in found]
        # The best always come in; what stays fills the room they leave.
        room = MOST_FACTS - len([number for number in best if number not in stay])
        kept = _first(stay, best, room)
        new = [number for number in best if number not in kept]
        return tuple(known[number] for number in (*pinned, *kept, *new) if number in known)

    def read_ahead(self, talk: int, facts: Sequence[Fact], lines: Sequence[str]) -> None:
        """Reads what was said by now, so that a search after the next line reads only that."""
        approved = [fact for fact in facts if fact.approved]
        if approved:
            self.index(talk, approved).search(lines, most=1)


def _first(stay: Sequence[int], best: Sequence[int], room: int) -> list[int]:
    """Of what may stay so many as there is room for, the best before the others; in their order."""
    ranked = sorted(stay, key=lambda number: number not in best)[:room]
    return [number for number in stay if number in ranked]


def _indexed(fact: Fact) -> IndexedFact:
    """As the index knows it: there, what has no owner is known to all."""
    if fact.heard_by is None:
        return IndexedFact(str(fact.id), fact.text)
    owner = _NOBODY if fact.persona_id is None else str(fact.persona_id)
    return IndexedFact(str(fact.id), fact.text, owner, tuple(map(str, fact.heard_by)))
