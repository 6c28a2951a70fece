"""Which rows are learned from and which judge: by group, never by row, so that no song, talk or
artist stands on both sides. The data's own split wins where there is one. Knows no model.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from engine.training.recipe import DataOptions
from engine.training.rows.row import Row


@dataclass(frozen=True, slots=True)
class Split:
    """`how` says in a sentence what decided."""

    learning: tuple[Row, ...]
    judging: tuple[Row, ...]
    how: str = ""


def split_rows(rows: Sequence[Row], options: DataOptions, seed: int = 7) -> Split:
    """The same rows and seed give the same split. `options.split_by`: "group" (song, talk, artist
    and near doubles together; the default), "artist", "song", or "own" (only what the data say)."""
    raise NotImplementedError
