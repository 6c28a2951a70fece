"""Facts that are found again when a talk comes near them: by meaning and by words, fused.

Exact search over all facts, which is quick enough for tens of thousands. Knows who may know what;
where facts are kept and how they enter a prompt is for others. One thread at a time.
"""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from engine.chat.memory.fusion import CONTEXT, LINES, fused, mixed, pooled, with_context
from engine.chat.memory.sentence_vectors import Floats, RememberingEncoder, SentenceEncoder
from engine.chat.memory.words import WordIndex, words_of

_Reading = tuple[str, str]
"""A line, and the line with those before it."""

SAME = 0.9
"""The cosine from which two facts say the same."""


@dataclass(frozen=True, slots=True)
class Fact:
    """A sentence that is so. `owner` is whose life it is of, "" of nobody's (a scene's): such a
    fact is known to all. Others know one of an owner only if they are among `heard_by`."""

    id: str
    text: str
    owner: str = ""
    heard_by: tuple[str, ...] = ()

    def is_known_to(self, name: str) -> bool:
        """Whether that character may speak of it."""
        return self.owner in ("", name) or name in self.heard_by


@dataclass(frozen=True, slots=True)
class FoundFact:
    """A fact that lines called. `line` called it most clearly; `by_meaning` is how near the two
    are, 1 for the same, `by_words` what their words added. `score` is of all lines together."""

    id: str
    text: str
    score: float
    by_words: float
    by_meaning: float
    line: str


class FactIndex:
    """The facts of one talk, or of many."""

    def __init__(self, encoder: SentenceEncoder) -> None:
        self._encoder = encoder
        self._lines = RememberingEncoder(encoder)
        self._rows: dict[str, int] = {}
        self._facts: dict[int, Fact] = {}
        self._free: list[int] = []
        self._used = 0  # rows up to the last that ever stood
        self._matrix: Floats = np.zeros((0, encoder.width), np.float32)
        self._words = WordIndex()
        self._known: dict[str, npt.NDArray[np.int64]] = {}
        self._calls: dict[_Reading, tuple[Floats, Floats]] = {}

    def __len__(self) -> int:
        return len(self._facts)

    def __contains__(self, fact_id: str) -> bool:
        return fact_id in self._rows

    def __iter__(self) -> Iterator[Fact]:
        return iter(self._facts.values())

    def put(self, facts: Sequence[Fact], vectors: Mapping[str, Floats] | None = None) -> None:
        """Adds facts; one whose id is there takes the place of the old one.

        `vectors` (D,) by text, of a former reading with the same encoder, spare reading again.
        """
        newest = {fact.id: fact for fact in facts}
        read = self._read([fact.text for fact in newest.values()], vectors or {})
        for fact, vector in zip(newest.values(), read, strict=True):
            row = self._row_of(fact.id)
            self._facts[row] = fact
            self._matrix[row] = vector
            self._words.put(row, fact.text)
        self._changed()

    def forget(self, ids: Collection[str]) -> None:
        """Takes facts out; ids that are not there are passed over."""
        for fact_id in ids:
            row = self._rows.pop(fact_id, None)
            if row is not None:
                del self._facts[row]
                self._matrix[row] = 0
                self._words.take_out(row)
                self._free.append(row)
        self._changed()

    def vector(self, fact_id: str) -> Floats:
        """(D,) the vector of a fact, to be kept beside its text. KeyError for an unknown id."""
        return self._matrix[self._rows[fact_id]].copy()

    def search(self, lines: Sequence[str], asked_of: str = "",
               most: int = 5) -> tuple[FoundFact, ...]:
        """The facts that the last of `lines` call, the clearest first; `lines` end with the newest.

        Only what `asked_of` knows, "" for all. Lines without words call nothing.
        """
        said = [line for line in lines if line.strip()][-LINES - CONTEXT + 1 :]
        asked = list(zip(said, with_context(said), strict=True))[-LINES:]
        rows = self._known_to(asked_of)
        if not asked or not len(rows) or most < 1:
            return ()
        meaning, calls = self._called(asked)
        scores = pooled(calls)
        return tuple(self._found(row, asked, meaning, calls, scores)
                     for row in _best(rows, scores, most))

    def same_as(self, text: str, least: float = SAME,
                differs: Callable[[str, str], bool] | None = None) -> Fact | None:
        """The fact that says the same as `text`: word for word, or the nearest in meaning of those
        of which `differs` does not say that they tell something else all the same."""
        equal = [fact for fact in self._facts.values() if words_of(fact.text) == words_of(text)]
        if equal or not self._facts:
            return equal[0] if equal else None
        nearness = self._matrix @ self._lines.vectors([text])[0]
        near = sorted((row for row in self._facts if nearness[row] >= least),
                      key=lambda at: -float(nearness[at]))
        return next((self._facts[row] for row in near
                     if differs is None or not differs(text, self._facts[row].text)), None)

    def _called(self, asked: Sequence[_Reading]) -> tuple[Floats, Floats]:
        """(L, N) nearness in meaning, and (L, N) calls. Of a talk that goes on only the newest
        line is compared: what the others called is known from the search before."""
        fresh = [reading for reading in dict.fromkeys(asked) if reading not in self._calls]
        if fresh:
            lines, contexts = zip(*fresh, strict=True)
            alone, together = np.split(self._lines.vectors([*lines, *contexts]), 2)
            meaning = mixed(alone, together) @ self._matrix[: self._used].T
            calls = fused(meaning, self._words.scores(lines, self._used))
            self._calls |= zip(fresh, zip(meaning, calls, strict=True), strict=True)
        self._calls = {reading: self._calls[reading] for reading in asked}
        return (np.stack([self._calls[reading][0] for reading in asked]),
                np.stack([self._calls[reading][1] for reading in asked]))

    def _changed(self) -> None:
        self._known.clear()
        self._calls.clear()

    def _found(self, row: int, asked: Sequence[_Reading], meaning: Floats, calls: Floats,
               scores: Floats) -> FoundFact:
        fact, line = self._facts[row], int(calls[:, row].argmax())
        near, called = float(meaning[line, row]), float(calls[line, row])
        said, _ = asked[line]
        return FoundFact(fact.id, fact.text, float(scores[row]), called - near, near, said)

    def _read(self, texts: Sequence[str], known: Mapping[str, Floats]) -> list[Floats]:
        missing = [text for text in dict.fromkeys(texts) if text not in known]
        fresh = self._encoder.vectors(missing) if missing else ()
        found = {**known, **dict(zip(missing, fresh, strict=True))}
        return [found[text] for text in texts]

    def _row_of(self, fact_id: str) -> int:
        """Where the fact stands, or shall stand."""
        if fact_id not in self._rows:
            if not self._free:
                self._grow()
            row = self._rows[fact_id] = self._free.pop()
            self._used = max(self._used, row + 1)
        return self._rows[fact_id]

    def _grow(self) -> None:
        held = len(self._matrix)
        larger = np.zeros((max(64, 2 * held), self._encoder.width), np.float32)
        larger[:held] = self._matrix
        self._matrix = larger
        self._free = list(range(len(larger) - 1, held - 1, -1))

    def _known_to(self, name: str) -> npt.NDArray[np.int64]:
        """The rows of what that character knows."""
        if name not in self._known:
            rows = [row for row, fact in self._facts.items()
                    if not name or fact.is_known_to(name)]
            self._known[name] = np.array(sorted(rows), np.int64)
        return self._known[name]


def _best(rows: npt.NDArray[np.int64], scores: Floats, most: int) -> list[int]:
    """The `most` of the rows with the highest scores, best first; of equals the lower row."""
    held = scores[rows]
    if len(rows) > most:
        least = np.partition(held, -most)[-most]
        rows, held = rows[held >= least], held[held >= least]
    return [int(row) for row in rows[np.argsort(-held, kind="stable")][:most]]
