"""The moods of a whole library at once, from stored scores: what a list of songs shows.

The same arithmetic as for one song, over all of them; knows no database.
"""

from engine.settings import CollationSettings
from engine.tagging.collation import (
    choose_tags,
    combine,
    shown_thresholds,
    strict_thresholds,
)
from engine.tagging.results import Tag
from engine.tagging.song_scores import StackedScores, TaggerNote

Shown = tuple[tuple[Tag, ...], float, float]


def collate_stacked(note: TaggerNote, stacked: StackedScores,
                    settings: CollationSettings) -> dict[int, Shown]:
    """Song id -> ranked tags, valence and arousal, for every song in `stacked`."""
    shown: dict[int, Shown] = dict.fromkeys(stacked.silent, ((), 0.0, 0.0))
    if not len(stacked.songs):
        return shown
    songs = combine(stacked.scores, stacked.affect, stacked.weights, stacked.starts, settings)
    shown_from = shown_thresholds(note.moods, note.thresholds, settings, note.experimental)
    bars = strict_thresholds(shown_from, settings)
    tags = choose_tags(note.moods, bars, songs.scores, settings.most_tags, note.experimental)
    affect: list[tuple[float, float]] = songs.affect.tolist()
    for song, chosen, (valence, arousal) in zip(stacked.songs.tolist(), tags, affect, strict=True):
        shown[song] = chosen, valence, arousal
    return shown
