"""What the scores in an index mean: which moods are tags, and how sure that is.

The arithmetic of collation over many songs at once, with the person's word over it. Knows columns,
and no database.
"""

import numpy as np
import numpy.typing as npt

from engine.settings import CollationSettings
from engine.tagging.browsing.song_columns import NOBODY, STATES, Mask, Slots, SongColumns
from engine.tagging.browsing.song_query import ShelfState
from engine.tagging.collation import shown_thresholds, standing_out, strict_thresholds
from engine.tagging.song_scores import TaggerNote

TAGGED = STATES.index(ShelfState.TAGGED)
_DOUBTFUL = 5
_CERTAIN = 1e-6
_Floats = npt.NDArray[np.floating]


class MoodBars:
    """The bars of every tagger under one set of collation settings."""

    def __init__(self, columns: SongColumns, settings: CollationSettings) -> None:
        self._columns = columns
        self._settings = settings

    def show(self, slots: Slots) -> None:
        """Brings the `tags` of these songs up to date."""
        columns = self._columns
        columns.tags[:, slots] = False
        for number, note in enumerate(columns.taggers):
            said = slots[self._spoken_for(slots, number)]
            if len(said):
                into = rows_of(columns, note)
                columns.tags[np.ix_(into, said)] = self._reached(note, into, said)
        verdicts = columns.verdicts[:, slots]
        columns.tags[:, slots] = np.where(verdicts == 0, columns.tags[:, slots], verdicts > 0)

    def doubts(self) -> npt.NDArray[np.float32]:
        """(S,) how uncertain a song's tags are, 0 to 1, NaN where no tagger's are shown.

        A mood on its bar is 1, one far from it 0, and so is one the person spoke of; a song is the
        mean of its five most doubtful moods. Uncertainty sampling (Lewis and Gale 1994), averaged
        over labels as Esuli and Sebastiani (2009) do for many labels at once.
        """
        columns = self._columns
        found = np.full(columns.room, np.nan, np.float32)
        everything = np.arange(columns.room)
        for number, note in enumerate(columns.taggers):
            slots = everything[self._spoken_for(everything, number)]
            if len(slots):
                into = rows_of(columns, note)
                near = _nearness(columns.scores[into][:, slots], self._bars(note))
                near[columns.verdicts[into][:, slots] != 0] = 0
                most = min(_DOUBTFUL, len(into))
                found[slots] = np.partition(near, -most, axis=0)[-most:].mean(axis=0)
        return found

    def scores(self, mood: int) -> npt.NDArray[np.float32]:
        """(S,) the shown scores of one mood: 1 and 0 where the person spoke, 0 where no tagger's
        scores are shown."""
        columns = self._columns
        said = np.where(columns.state == TAGGED, columns.scores[mood], np.float32(0))
        verdicts = columns.verdicts[mood]
        return np.where(verdicts == 0, said, (verdicts > 0).astype(np.float32))

    def leading(self, slots: Slots) -> npt.NDArray[np.int16]:
        """(n,) the mood of the highest shown score among the tags of these songs, -1 without. Of
        those the person accepted, the one the tagger scores highest."""
        columns = self._columns
        best = np.full(len(slots), -1, np.float32)
        found = np.full(len(slots), NOBODY, np.int16)
        for mood in range(len(columns.moods)):
            scores = columns.scores[mood][slots]
            shown = scores + (columns.verdicts[mood][slots] > 0).astype(np.float32)
            higher = columns.tags[mood][slots] & (shown > best)
            found[higher] = mood
            best[higher] = shown[higher]
        return found

    def on_trial(self, slot: int) -> frozenset[str]:
        """The experimental moods of the tagger that speaks for a song."""
        number = int(self._columns.tagger[slot])
        return frozenset(self._columns.taggers[number].experimental) if number >= 0 else frozenset()

    def _spoken_for(self, slots: Slots, tagger: int) -> Mask:
        columns = self._columns
        return (columns.tagger[slots] == tagger) & (columns.state[slots] == TAGGED)

    def _bars(self, note: TaggerNote) -> npt.NDArray[np.float64]:
        shown = shown_thresholds(note.moods, note.thresholds, self._settings, note.experimental)
        return strict_thresholds(shown, self._settings).astype(np.float64)

    def _reached(self, note: TaggerNote, into: Slots, slots: Slots) -> Mask:
        """(m, n) which of a tagger's moods are tags of these songs."""
        bars = self._bars(note)
        scores = self._columns.scores[into][:, slots]
        reached = scores >= bars[:, None]
        # Only songs with more than may be shown need to be weighed.
        many = np.flatnonzero(reached.sum(axis=0) > self._settings.most_tags)
        if len(many):
            trials = np.array([mood in note.experimental for mood in note.moods], np.bool_)
            chosen, held = standing_out(bars, scores[:, many].T, self._settings.most_tags, trials)
            kept = np.zeros((len(many), len(into)), np.bool_)
            np.put_along_axis(kept, chosen, held, axis=1)
            reached[:, many] = kept.T
        return reached


def rows_of(columns: SongColumns, note: TaggerNote) -> Slots:
    """The rows of a tagger's moods, in the tagger's order."""
    return np.array([columns.mood_at[mood] for mood in note.moods], np.int64)


def _nearness(scores: _Floats, bars: _Floats) -> npt.NDArray[np.float32]:
    """How near scores (m, n) are to their bars (m,): 1 on them, 0 far off."""
    away = np.abs(_logits(scores) - _logits(np.minimum(bars, 1.0).astype(np.float32))[:, None])
    return np.where(np.isfinite(bars)[:, None], 2 / (1 + np.exp(away)), 0).astype(np.float32)


def _logits(scores: _Floats) -> _Floats:
    clear = np.clip(scores, _CERTAIN, 1 - _CERTAIN)
    return np.log(clear / (1 - clear))
