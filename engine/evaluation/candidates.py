"""What can be measured: the seam, and the taggers that are installed.

A candidate gives its scores of songs; how good they are is not its business.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

import numpy as np

from engine.evaluation.folds import IntArray
from engine.evaluation.judged_song import JudgedSong
from engine.evaluation.score_table import ScoreTable
from engine.evaluation.scoring import score_songs
from engine.events import Report
from engine.inference.device_choice import choose_device, guarded
from engine.models.manifest import ModelManifest
from engine.models.registry import ModelRegistry
from engine.models.trials import TrialBook
from engine.paths import AppPaths
from engine.settings import Settings, load_settings
from engine.tagging import opening
from engine.tagging.tagger import Tagger

OpenTagger = Callable[[AppPaths, str, Settings], Tagger]
_WAYS = {opening.GENERATIVE: "{}, writing a list", opening.FREE: "{}, writing freely",
         opening.ZERO_SHOT: "{}, asked mood by mood"}


@dataclass(frozen=True, slots=True, eq=False)
class LearnedShare:
    """Scores after learning from `songs` songs, which are `share` of all there are."""

    share: float
    songs: int
    table: ScoreTable


class Candidate(Protocol):
    """Something whose scores can be measured."""

    @property
    def key(self) -> str:
        """What it was asked for by; names what is kept of it."""
        ...

    @property
    def note(self) -> str:
        """What has to be said beside its figures; "" for nothing."""
        ...

    def scores(self, songs: Sequence[JudgedSong], folds: IntArray | None,
               report: Report) -> ScoreTable:
        """Its scores of the songs; `folds` (S,) are stored with them. EngineError where it
        cannot be used."""
        ...

    def learning(self, songs: Sequence[JudgedSong], folds: IntArray | None,
                 report: Report) -> Iterator[LearnedShare]:
        """Its scores after learning from more and more songs; nothing where it has learned."""
        ...


def open_tagger(paths: AppPaths, tagger_id: str, settings: Settings) -> Tagger:
    """As in engine.tagging.opening, on the device that is wished for if it proved itself."""
    book = TrialBook(paths.trials)
    device = choose_device(settings.device, book).device
    with guarded(device, book):
        return opening.open_tagger(paths, tagger_id, replace(settings, device=device.name))


class InstalledTagger:
    """A tagger as it is used: opened once it is its turn, with the person's settings."""

    def __init__(self, paths: AppPaths, tagger_id: str,
                 open_one: OpenTagger = open_tagger) -> None:
        self._paths = paths
        self._settings = load_settings(paths.settings_file)
        self._open = open_one
        self.key = tagger_id or self._settings.tagger or _first(paths)

    @property
    def note(self) -> str:
        """A tagger knows the songs it was made from, and is flattered by them."""
        manifest = _manifest(self._paths, self.key)
        if manifest is None or not manifest.data:
            return ""
        return (f"Made from {', '.join(manifest.data)}. If these songs were among them, its "
                "figures are better here than on new ones.")

    def scores(self, songs: Sequence[JudgedSong], folds: IntArray | None,
               report: Report) -> ScoreTable:
        tagger = self._open(self._paths, self.key, self._settings)
        name = called(self._paths, self.key, tagger.id)
        table = score_songs(tagger, songs, self._settings.collation, report, name)
        if folds is None:
            return table
        fold_of = dict(zip((song.id for song in songs), folds, strict=True))
        return replace(table, fold=np.array([fold_of[song] for song in table.ids], np.int8))

    def learning(self, songs: Sequence[JudgedSong], folds: IntArray | None,
                 report: Report) -> Iterator[LearnedShare]:
        return iter(())


def called(paths: AppPaths, asked: str, tagger_id: str) -> str:
    """What a tagger is called for a person: its model's name and the way it is used."""
    way, colon, _ = asked.partition(":")
    manifest = _manifest(paths, asked) or _manifest(paths, tagger_id)
    name = manifest.name if manifest else tagger_id.partition("@")[0].rpartition(":")[2]
    return _WAYS[way].format(name) if colon and way in _WAYS else name


def _manifest(paths: AppPaths, tagger_id: str) -> ModelManifest | None:
    model = tagger_id.partition("@")[0].rpartition(":")[2]
    entries = ModelRegistry(paths.shipped_models, paths.models).entries()
    return next((entry.manifest for entry in entries if entry.manifest and entry.id == model), None)


def _first(paths: AppPaths) -> str:
    """The tagger "" means where the settings name none; "" where none is installed."""
    usable = ModelRegistry(paths.shipped_models, paths.models).usable("mood-tagging")
    return usable[0].id if usable else ""
