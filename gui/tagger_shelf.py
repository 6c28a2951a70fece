"""The one tagger all threads use: opened when first asked for, again when settings change it.

Knows which model the settings mean. Opening takes a moment, so ask from a work queue only.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from time import perf_counter
from typing import TYPE_CHECKING

from PySide6.QtCore import QMutex, QMutexLocker

from engine.models.registry import ModelRegistry
from engine.settings import Settings
from engine.tagging.language import LanguageDetector
from engine.tagging.lyric import LineKind, Lyric, LyricLine
from engine.tagging.tagger import Tagger

if TYPE_CHECKING:
    from engine.tagging.own_moods import InstalledMood

MOOD_TAGGING = "mood-tagging"
OpenTagger = Callable[[str, Settings], Tagger]
_BATCH = 8
_TRIALS = 3
_PRACTICE = "the rain keeps on falling and the morning takes its time to find us here"


@dataclass(frozen=True, slots=True)
class SpeedSeen:
    """How fast a model was just now, on this machine."""

    model: str
    excerpts_per_second: float


@dataclass(frozen=True, slots=True)
class _Opened:
    """A tagger with the wish it was opened for and the model it came from, of this stamp."""

    wanted: tuple[str, int, int, int]
    model: str
    tagger: Tagger
    stamp: int


class TaggerShelf:
    """Hands out the tagger the settings mean. Raises EngineError where there is none.

    `open_asking` opens those that ask a chat model ("generative:MODEL", "zero-shot:MODEL"), `own`
    gives the moods of the person's own.
    """

    def __init__(self, registry: ModelRegistry, settings: Callable[[], Settings],
                 open_asking: OpenTagger | None = None,
                 own: Callable[[], Sequence["InstalledMood"]] = tuple) -> None:
        self._registry = registry
        self._settings = settings
        self._open_asking = open_asking
        self._own = own
        self._lock = QMutex()
        self._open: _Opened | None = None
        self._renewals = 0

    def tagger(self) -> Tagger:
        """The same tagger for every caller until model, its version, window or threads change."""
        return self._current().tagger

    def renew(self) -> None:
        """Has the tagger opened anew when it is next asked for: the person's own moods changed.
        Never waits, not even while one is being opened."""
        self._renewals += 1

    def warm_up(self, detector: LanguageDetector) -> Iterator[object]:
        """Loads all that the first song would wait for; the last value is a SpeedSeen."""
        detector.prepare()
        yield None
        current = self._current()
        tagger = current.tagger
        yield None
        excerpts = tagger.cut(_practice())[:_BATCH]
        tagger.score(excerpts)
        best = 0.0
        # The best of some, because whatever else starts now is no fault of the model.
        for _ in range(_TRIALS):
            yield None
            start = perf_counter()
            tagger.score(excerpts)
            best = max(best, len(excerpts) / (perf_counter() - start))
        yield SpeedSeen(current.model, best)

    def _current(self) -> "_Opened":
        now = self._settings()
        wanted = (now.tagger, now.excerpt_tokens, now.threads, self._renewals)
        with QMutexLocker(self._lock):
            before = self._open
            if (before is None or before.wanted != wanted
                    or before.stamp != self._registry.stamp(_model_of(before.model))):
                self._open = before = self._opened(now, wanted)
            return before

    def _opened(self, settings: Settings, wanted: tuple[str, int, int, int]) -> "_Opened":
        # ONNX Runtime takes a tenth of a second to import: not before the window is there.
        from engine.tagging.encoder_tagger import EncoderTagger
        from engine.tagging.own_moods_tagger import with_own_moods

        if ":" in settings.tagger and self._open_asking:
            asking = self._open_asking(settings.tagger, settings)
            model = asking.id.partition("@")[0]
            return _Opened(wanted, model, asking, self._registry.stamp(_model_of(model)))
        entry = self._registry.find(settings.tagger, MOOD_TAGGING)
        tagger = EncoderTagger.open(entry.folder, settings.excerpt_tokens, settings.threads)
        return _Opened(wanted, entry.id, with_own_moods(tagger, self._own()),
                       self._registry.stamp(entry.id))


def _model_of(tagger: str) -> str:
    """The id of the model behind a tagger's id ("generative:smol")."""
    return tagger.rpartition(":")[2]


def _practice() -> Lyric:
    """Enough words to fill the longest window some times, of no song; no line repeats another."""
    lines = tuple(LyricLine(f"{number} {_PRACTICE}", f"{number} {_PRACTICE}", LineKind.WORDS)
                  for number in range(_BATCH * 40))
    return Lyric(lines)
