"""A binary classifier for each of the most frequent moods, on whatever makes song vectors.

The moods are chosen by all songs it is prepared with, so that every fold learns the same ones:
which moods there are is the task, not something learned.
"""

from collections.abc import Sequence

import numpy as np

from engine.errors import EngineError
from engine.events import Note, Report
from engine.training.dataset import LabelledSong, given_and_asked
from engine.training.heads import SongVectors, VectorModel, affect_of
from engine.training.tasks.binary_heads import fit_binary_heads
from engine.training.way_options import BinaryOptions


class BinaryWay:
    """Learns some of `moods` (M), the columns of the songs' judgements."""

    def __init__(
        self, moods: Sequence[str], options: BinaryOptions, vectors: SongVectors, seed: int
    ) -> None:
        self.moods = tuple(moods)
        self.options = options
        self.vectors = vectors
        self.seed = seed
        self._chosen: tuple[int, ...] = ()

    def prepare(self, songs: Sequence[LabelledSong], report: Report) -> None:
        """Makes the songs' vectors and chooses the moods. EngineError where no song has one."""
        self._chosen = self._frequent(songs)
        names = ", ".join(self.moods[column] for column in self._chosen)
        report(Note(message=f"A classifier for each of: {names}"))
        self.vectors.prepare(songs, report)

    def fit(self, learning: Sequence[LabelledSong], report: Report) -> VectorModel:
        if not self._chosen:
            self.prepare(learning, report)
        columns = list(self._chosen)
        given, asked = (part[:, columns] for part in given_and_asked(learning, len(self.moods)))
        judged = asked.any(1, keepdims=True)
        counts = asked if self.options.masked else np.repeat(judged, len(columns), 1)
        fewest = int((given & counts).sum(0).min())
        report(Note(message=f"{int(judged.sum())} songs judged, {fewest} with the rarest mood"))
        heads = fit_binary_heads(
            self.vectors.of(learning), given, counts, affect_of(learning), self.options, self.seed
        )
        return VectorModel([self.moods[column] for column in columns], heads, self.vectors)

    def _frequent(self, songs: Sequence[LabelledSong]) -> tuple[int, ...]:
        """The columns of the moods that most songs have, most frequent first."""
        times = given_and_asked(songs, len(self.moods))[0].sum(0)
        order = np.argsort(-times, kind="stable")[: self.options.tags]
        chosen = tuple(int(column) for column in order if times[column])
        if not chosen:
            raise EngineError(
                "No song of the data carries a mood that can be learned.", "Check the label sets."
            )
        return chosen
