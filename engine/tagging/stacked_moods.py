"""The moods of a whole library at once, from stored scores: what a list of songs shows.

The same arithmetic as for one song, over all of them; knows no database.
"""

from engine.settings import CollationSettings
from engine.tagging.collation import collate
from engine.tagging.results import ExcerptMoods, Tag
from engine.tagging.song_scores import StackedScores, TaggerNote

Shown = tuple[tuple[Tag, ...], float, float]


def collate_stacked(note: TaggerNote, stacked: StackedScores,
                    settings: CollationSettings) -> dict[int, Shown]:
    """Tagging id -> ranked tags, valence and arousal, for every song in `stacked`."""
    ends = [*stacked.starts[1:].tolist(), len(stacked.weights)]
    shown: dict[int, Shown] = {}
    for tagging, first, end in zip(stacked.taggings.tolist(), stacked.starts.tolist(), ends,
                                   strict=True):
        excerpts = [ExcerptMoods(
            int(stacked.first_lines[row]), int(stacked.last_lines[row]),
            float(stacked.weights[row]), stacked.scores[row],
            float(stacked.affect[row, 0]), float(stacked.affect[row, 1]))
            for row in range(first, end)]
        moods = collate(note.id, note.moods, note.thresholds, excerpts, settings)
        shown[tagging] = moods.tags, moods.valence, moods.arousal
    return shown
