"""What a tagger hears in texts that are no songs: each is read once and then remembered.

Remembers by the hash of the words, so that a text costs nothing wherever it stands again. Knows no
conversation; one thread at a time.
"""

import hashlib
from collections import OrderedDict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from engine.tagging.collation import excerpt_moods
from engine.tagging.lyric import LineKind, Lyric, LyricLine
from engine.tagging.readers.draft import text_lines
from engine.tagging.results import Excerpt, ExcerptMoods, Scores
from engine.tagging.tagger import Tagger

AT_ONCE = 32
"""So many excerpts go to the tagger together: who waits for it waits for no more."""


@dataclass(frozen=True, slots=True, eq=False)
class Heard:
    """What a tagger said of one text. Lines of the excerpts count within `text_lines(text)`;
    `vector` (D,) is the sum of theirs by weight. A text without words has neither."""

    excerpts: tuple[ExcerptMoods, ...] = ()
    vector: Scores | None = None

    @property
    def weight(self) -> float:
        """How much was said, in tokens."""
        return sum(excerpt.weight for excerpt in self.excerpts)


class MoodListener:
    """One tagger's ear. The last `most` texts are remembered."""

    def __init__(self, tagger: Tagger, most: int = 8192) -> None:
        self.tagger = tagger
        self._most = most
        self._known: OrderedDict[bytes, Heard] = OrderedDict()

    def heard(self, texts: Sequence[str]) -> list[Heard]:
        """What is heard in each of the texts, in their order. EngineError as of the tagger."""
        found: dict[bytes, Heard] = {}
        for _ in self.reading(texts, found):
            pass
        return [found[_key(text)] for text in texts]

    def reading(self, texts: Sequence[str], found: dict[bytes, Heard]) -> Iterator[tuple[int, int]]:
        """Reads what is new and puts all that is heard into `found`; between two runs of the
        tagger it tells how many of the texts are done, of how many."""
        keys = {_key(text): text for text in texts}
        found |= self._remembered({key: self._known[key] for key in keys if key in self._known})
        waiting: dict[bytes, tuple[Excerpt, ...]] = {}
        for key, text in keys.items():
            if key in found:
                continue
            waiting[key] = self.tagger.cut(lyric_of(text))
            if sum(map(len, waiting.values())) >= AT_ONCE:
                found |= self._read(waiting)
                waiting = {}
                yield len(found), len(keys)
        found |= self._read(waiting)
        yield len(found), len(keys)

    def of(self, found: dict[bytes, Heard], text: str) -> Heard:
        """What `reading` put into `found` for a text."""
        return found[_key(text)]

    def _read(self, waiting: dict[bytes, tuple[Excerpt, ...]]) -> dict[bytes, Heard]:
        excerpts = [excerpt for cut in waiting.values() for excerpt in cut]
        if not excerpts:
            return self._remembered(dict.fromkeys(waiting, Heard()))
        scores = self.tagger.score(excerpts)
        moods = excerpt_moods(excerpts, scores)
        read: dict[bytes, Heard] = {}
        first = 0
        for key, cut in waiting.items():
            end = first + len(cut)
            read[key] = _heard(moods[first:end], scores.vectors[first:end])
            first = end
        return self._remembered(read)

    def _remembered(self, read: dict[bytes, Heard]) -> dict[bytes, Heard]:
        for key, heard in read.items():
            self._known[key] = heard
            self._known.move_to_end(key)
        while len(self._known) > self._most:
            self._known.popitem(last=False)
        return read


def lyric_of(text: str) -> Lyric:
    """A text as a tagger reads it. Nothing in it is taken for a heading or a time, as it would be
    in a song's file: it is what somebody says."""
    return Lyric(tuple(line_of(line) for line in text_lines(text)), source="talk")


def line_of(line: str) -> LyricLine:
    """One line of such a text."""
    return LyricLine(line, line, LineKind.WORDS if line else LineKind.BLANK)


def _heard(moods: Sequence[ExcerptMoods], vectors: Scores) -> Heard:
    if not moods:
        return Heard()
    weights = np.array([excerpt.weight for excerpt in moods], np.float32)
    return Heard(tuple(moods), (vectors * weights[:, None]).sum(axis=0))


def _key(text: str) -> bytes:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()
