"""The first examples exactly as the model will see them: each token, and whether it is learned."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from engine.training.recipe import Recipe
from engine.training.rows.row import BadRow, Row, RowPlace


@dataclass(frozen=True, slots=True)
class Piece:
    """The text of a token, or of the few that make one letter. `special`: a mark of the model's,
    no text. `learned`: the model is to predict it."""

    text: str
    learned: bool
    special: bool = False
    tokens: int = 1


@dataclass(frozen=True, slots=True)
class Preview:
    """One example. `labels` are those of a labelled text: there they are what is learned. `asked`
    as in TextRow. `tokens` in all, `learned` of them are predicted."""

    pieces: tuple[Piece, ...]
    place: RowPlace
    labels: tuple[str, ...] = ()
    asked: tuple[str, ...] | None = None
    tokens: int = 0
    learned: int = 0


def preview(recipe: Recipe, rows: Iterable[Row | BadRow], model_folder: Path,
            most: int = 8) -> tuple[Preview | BadRow, ...]:
    """The first `most` examples; a BadRow where a row gave none, or lost something."""
    raise NotImplementedError
