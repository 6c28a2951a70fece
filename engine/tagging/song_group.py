"""Songs tagged together: read one by one, scored in few large batches, answered in order.

Works for the tagging service; decides what the tagger must read and what the store answers.
"""

import logging
from collections.abc import Callable, Generator, Iterator, Sequence
from itertools import chain
from pathlib import Path

import numpy as np

from engine.errors import EngineError
from engine.settings import Settings
from engine.tagging.collation import excerpt_moods
from engine.tagging.intake import Fingerprint, Unreadable, fingerprint
from engine.tagging.language import LanguageDetector, has_words
from engine.tagging.lyric import Lyric
from engine.tagging.lyric_store import LyricStore
from engine.tagging.reading import NoWordsError
from engine.tagging.requests import Answered, Found, NamedLyric, TagEvent
from engine.tagging.results import Excerpt, ExcerptScores, Scores
from engine.tagging.song import SongState
from engine.tagging.song_identity import place_of
from engine.tagging.tagger import Tagger

SIZES = (1, 4, 16)  # songs for the tagger in the first, the second and all later groups
MOST_EXCERPTS = 64  # more would keep the person waiting who asks to stop
MOST_PLACES = 64

_log = logging.getLogger(__name__)

Item = Path | Unreadable | NamedLyric


def place_of_item(item: Item) -> str:
    """The place under which an item is found, answered and stored."""
    match item:
        case NamedLyric():
            return item.place
        case Unreadable():
            return place_of(item.path)
        case _:
            return place_of(item)


class SongGroup:
    """The songs in hand. Filled with take(), emptied by answers(), then filled again."""

    def __init__(self, store: LyricStore, detector: LanguageDetector, tagger: Tagger,
                 settings: Settings, again: bool, read: Callable[[Path], Lyric]) -> None:
        self._store = store
        self._detector = detector
        self._tagger = tagger
        self._settings = settings
        self._again = again
        self._read = read
        self._places: dict[str, Fingerprint | None] = {}
        self._waiting: dict[int, tuple[Excerpt, ...]] = {}
        self._holders: dict[int, str] = {}
        self._scored: set[int] = set()
        self._sizes = iter(SIZES)
        self._size = next(self._sizes)

    def has_room_for(self, item: Item) -> bool:
        """Whether the item can join. Its place may be in the group only once: each answer must
        show what this very item held."""
        excerpts = sum(len(cut) for cut in self._waiting.values())
        return (len(self._waiting) < self._size and excerpts < MOST_EXCERPTS
                and len(self._places) < MOST_PLACES and place_of_item(item) not in self._places)

    def take(self, item: Item) -> None:
        """Reads an item and stores its song; what concerns only this item becomes its row."""
        place = place_of_item(item)
        self._places[place] = None
        try:
            match item:
                case Unreadable():
                    raise EngineError(item.message, item.hint)
                case NamedLyric():
                    self._take_lyric(place, None, item.lyric)
                case _:
                    self._take_file(place, item)
        except EngineError as failure:
            self._refuse(place, failure)

    def answers(self) -> Iterator[TagEvent]:
        """Has the waiting songs scored, stores them, answers every place and empties the group."""
        yield from self._score()
        for place in self._places:
            row = self._store.row(place, self._settings)
            if row is not None:
                yield Answered(row)
        if self._waiting:
            self._size = next(self._sizes, self._size)
        self._scored.update(self._waiting)
        self._places.clear()
        self._waiting.clear()
        self._holders.clear()

    def _take_file(self, place: str, file: Path) -> None:
        mark = self._places[place] = fingerprint(file)
        if self._again or not self._store.is_current(place, mark, self._tagger):
            self._take_lyric(place, mark, self._lyric_of(file))

    def _lyric_of(self, file: Path) -> Lyric:
        """What is read, with a mistake of ours kept from stopping the other files."""
        try:
            return self._read(file)
        except EngineError:
            raise
        except Exception as mistake:
            _log.exception("reading %r", str(file))
            raise EngineError(
                "This file could not be read because of a mistake in Undertone "
                f"({type(mistake).__name__}).",
                "The other files are not affected. Please report it with this file's kind.",
            ) from mistake

    def _take_lyric(self, place: str, mark: Fingerprint | None, lyric: Lyric) -> None:
        language = self._detector.detect(lyric)
        song = self._store.record_song(place, mark, lyric, language.code)
        known = self._store.is_answered(song, self._tagger)
        if not has_words(lyric) or (known and (not self._again or song in self._scored)):
            return
        # A copy found elsewhere may break the same words into other lines: the stored one counts.
        self._waiting[song] = self._tagger.cut(self._store.lyric(song) or lyric)
        self._holders[song] = place

    def _refuse(self, place: str, failure: EngineError) -> None:
        wordless = isinstance(failure, NoWordsError)
        self._store.record_refusal(
            place, self._places[place], SongState.NO_WORDS if wordless else SongState.FAILED,
            failure.message, failure.hint)

    def _score(self) -> Iterator[TagEvent]:
        if not self._waiting:
            return
        try:
            scores = yield from self._said([*chain.from_iterable(self._waiting.values())])
        except EngineError:
            yield from self._score_one_by_one()
            return
        first = 0
        for song, excerpts in self._waiting.items():
            self._keep(song, excerpts, _part(scores, first, first + len(excerpts)))
            first += len(excerpts)

    def _score_one_by_one(self) -> Iterator[TagEvent]:
        """After a failure, so that only the song that caused it is refused."""
        for song, excerpts in self._waiting.items():
            try:
                self._keep(song, excerpts, (yield from self._said(excerpts)))
            except EngineError as failure:
                self._refuse(self._holders[song], failure)

    def _said(self, excerpts: Sequence[Excerpt]) -> Generator[TagEvent, None, ExcerptScores]:
        """The tagger's scores; pauses with an empty Found where there is much to read."""
        parts: list[ExcerptScores] = []
        for first in range(0, len(excerpts), MOST_EXCERPTS):
            if first:
                yield Found(())
            parts.append(self._tagger.score(excerpts[first:first + MOST_EXCERPTS]))
        said = parts or [_nothing(len(self._tagger.moods))]
        return ExcerptScores(np.concatenate([part.moods for part in said]),
                             np.concatenate([part.affect for part in said]),
                             np.concatenate([part.vectors for part in said]))

    def _keep(self, song: int, excerpts: Sequence[Excerpt], scores: ExcerptScores) -> None:
        self._store.record_scores(song, self._tagger, excerpt_moods(excerpts, scores),
                                  song_vector(excerpts, scores))


def _nothing(moods: int) -> ExcerptScores:
    return ExcerptScores(np.zeros((0, moods), np.float32), np.zeros((0, 2), np.float32),
                         np.zeros((0, 0), np.float32))


def _part(scores: ExcerptScores, first: int, end: int) -> ExcerptScores:
    return ExcerptScores(scores.moods[first:end], scores.affect[first:end],
                         scores.vectors[first:end])


def song_vector(excerpts: Sequence[Excerpt], scores: ExcerptScores) -> Scores:
    """The mean (D,) of the excerpts' vectors by weight, of length 1 unless there is none."""
    weights = np.array([excerpt.weight for excerpt in excerpts], np.float32)
    whole = (scores.vectors * weights[:, None]).sum(axis=0)
    length = float(np.linalg.norm(whole))
    return whole / length if length else whole
