"""The moods of a whole library at once, from stored scores: what a list of songs shows.

The same arithmetic as for one song, over all of them; knows no database.
"""

import numpy as np

from engine.settings import CollationSettings
from engine.tagging.collation import combine, margins, strict_thresholds
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
    above = margins(songs.scores, strict_thresholds(note.thresholds, settings))
    chosen = np.argsort(-above, axis=1, kind="stable")[:, :settings.most_tags]
    chosen = np.sort(chosen, axis=1)
    reached = np.take_along_axis(above, chosen, axis=1) >= 0
    kept = np.where(reached, np.take_along_axis(songs.scores, chosen, axis=1), -np.inf)
    order = np.argsort(-kept, axis=1, kind="stable")
    ranked = np.take_along_axis(chosen, order, axis=1)
    best = np.take_along_axis(songs.scores, ranked, axis=1)
    counts: list[int] = reached.sum(axis=1).tolist()
    columns: list[list[int]] = ranked.tolist()
    scores: list[list[float]] = best.tolist()
    affect: list[list[float]] = songs.affect.tolist()
    for at, song in enumerate(stacked.songs.tolist()):
        few = slice(counts[at])
        shown[song] = (tuple(Tag(note.moods[column], score) for column, score
                             in zip(columns[at][few], scores[at][few], strict=True)),
                       affect[at][0], affect[at][1])
    return shown
