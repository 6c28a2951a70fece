"""Small honest stand-ins for what is slow or far away. Each passes the contract of the real one."""

import hashlib
from collections.abc import Callable, Sequence

import numpy as np

from engine.errors import EngineError
from engine.tagging.lyric import LineKind, Lyric, LyricLine
from engine.tagging.results import Excerpt, ExcerptScores, Piece

MOODS = ("sadness", "happiness", "calmness", "anger")
SIGNS = {
    "sadness": {"tears", "cry", "lonely", "rain", "goodbye"},
    "happiness": {"sun", "smile", "dance", "laugh", "bright"},
    "calmness": {"quiet", "sleep", "slow", "sea", "evening"},
    "anger": {"burn", "scream", "fight", "break", "fist"},
}
PLANE = {"sadness": (-0.8, -0.4), "happiness": (0.9, 0.5), "calmness": (0.4, -0.8),
         "anger": (-0.6, 0.8)}


class FakeTagger:
    """Scores from words, no model: a mood is present in an excerpt that holds one of its signs.

    `runs` counts calls of score and `read` keeps every excerpt text that was scored.
    `refuses` makes it fail, with a sentence, on excerpts that hold this word.
    """

    def __init__(self, id: str = "fake", moods: tuple[str, ...] = MOODS, lines: int = 4,  # noqa: A002 - named as in the protocol
                 languages: frozenset[str] = frozenset({"en"}), refuses: str = "",
                 before_score: Callable[[], None] | None = None) -> None:
        self.id = id
        self.moods = moods
        self.thresholds = tuple(0.5 for _ in moods)
        self.languages = languages
        self.runs = 0
        self.read: list[str] = []
        self._lines = lines
        self._refuses = refuses
        self._before_score = before_score

    def cut(self, lyric: Lyric) -> tuple[Excerpt, ...]:
        """Every `lines` lines of words are an excerpt."""
        kept = [number for number, line in enumerate(lyric.lines)
                if line.kind is LineKind.WORDS and line.words.strip()]
        return tuple(_excerpt(lyric.lines, kept[first:first + self._lines])
                     for first in range(0, len(kept), self._lines))

    def score(self, excerpts: Sequence[Excerpt]) -> ExcerptScores:
        self.runs += 1
        if self._before_score:
            self._before_score()
        if self._refuses and any(self._refuses in excerpt.text for excerpt in excerpts):
            raise EngineError("This lyric is more than the tagger can take.", "Shorten it.")
        self.read += [excerpt.text for excerpt in excerpts]
        moods = np.array([[_score(mood, excerpt.text) for mood in self.moods]
                          for excerpt in excerpts], np.float32).reshape(-1, len(self.moods))
        plane = np.array([PLANE.get(mood, (0.0, 0.0)) for mood in self.moods], np.float32)
        affect = moods @ plane / np.maximum(moods.sum(axis=1, keepdims=True), 1e-6)
        vectors = np.stack([_vector(excerpt.text) for excerpt in excerpts])
        return ExcerptScores(moods, affect.astype(np.float32), vectors)


def lyric(*lines: str, title: str = "", artist: str = "", starts: Sequence[int] = ()) -> Lyric:
    """A lyric of these lines; "" is a blank one. `starts` stamps them in milliseconds."""
    stamps: list[int | None] = [*starts, *[None] * (len(lines) - len(starts))]
    return Lyric(tuple(
        LyricLine(text, text, LineKind.WORDS if text.strip() else LineKind.BLANK, start_ms=start)
        for text, start in zip(lines, stamps, strict=True)), title=title, artist=artist,
        source="txt")


def _excerpt(lines: Sequence[LyricLine], numbers: Sequence[int]) -> Excerpt:
    text = "\n".join(lines[number].words for number in numbers)
    words = text.split()
    sung = sum(len(lines[number].words.split()) * lines[number].repeats for number in numbers)
    return Excerpt(
        first_line=numbers[0], last_line=numbers[-1], text=text,
        token_ids=np.array([0, *(_number(word) for word in words), 1], np.int64),
        weight=float(sung), pieces=tuple(Piece(number, 0, len(lines[number].words))
                                         for number in numbers),
        start_ms=lines[numbers[0]].start_ms, end_ms=lines[numbers[-1]].end_ms)


def _score(mood: str, text: str) -> float:
    """0.6 and up with each sign of the mood, below 0.3 without; a little its own for each text."""
    signs = sum(word.strip(".,!?").casefold() in SIGNS.get(mood, {mood}) for word in text.split())
    own = _number(mood + text) % 1000 / 10000
    return min(0.6 + 0.1 * signs, 0.85) + own if signs else 0.1 + own


def _vector(text: str) -> np.ndarray:
    digest = hashlib.sha256(text.encode("utf-8", "replace")).digest()[:8]
    vector = np.frombuffer(digest, np.uint8).astype(np.float32) + 1
    return vector / np.linalg.norm(vector)


def _number(word: str) -> int:
    return 2 + int.from_bytes(hashlib.sha256(word.encode("utf-8", "replace")).digest()[:3], "big")
