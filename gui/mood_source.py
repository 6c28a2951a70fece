"""Where moods of words come from, for every room that measures them."""

from collections.abc import Callable
from dataclasses import dataclass

from engine.paths import AppPaths
from engine.settings import Settings
from engine.tagging.language import LanguageDetector
from engine.tagging.tagger import Tagger
from engine.tagging.vocabulary import Vocabulary


@dataclass(frozen=True, slots=True)
class MoodSource:
    """`tagger` opens the one the settings mean: ask for it on a work queue only, where it may be
    the same one for all threads. EngineError where there is none."""

    paths: AppPaths
    vocabulary: Vocabulary
    detector: LanguageDetector
    tagger: Callable[[], Tagger]
    settings: Callable[[], Settings]
