"""Labelled texts as an encoder sees them: cut into excerpts that fit its window, as in use.

A song is cut as the taggers cut lyrics, any other text at word ends. Labels stay words here: which
of them are learned is decided once all are known. Knows no torch.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from engine.errors import EngineError
from engine.inference.tokenizer import Ids, Tokenizer
from engine.tagging.excerpts import cut_excerpts
from engine.tagging.reading import lyric_from_text
from engine.tagging.text_windows import cut_windows
from engine.training.classifier_options import (
    ClassifierOptions,
    LabelKind,
    classifier_options,
)
from engine.training.examples.example import Example
from engine.training.recipe import Method, Recipe
from engine.training.rows.row import BadRow, Row, RowPlace, TextRow

Floats = npt.NDArray[np.float32]
_BEGINNING = 60


@dataclass(frozen=True, slots=True, eq=False)
class LabelledText:
    """A text in `parts`, each (T,) int64 tokens with the special ones; `weights` (n,) how much
    each counts in the whole. `asked` None: every label was judged. `group` must not be divided."""

    parts: tuple[Ids, ...]
    weights: Floats
    labels: tuple[str, ...]
    place: RowPlace
    asked: tuple[str, ...] | None = None
    group: str = ""

    @property
    def length(self) -> int:
        return sum(len(part) for part in self.parts)


class LabelledTextMaker:
    """Cuts rows for an encoder; `lyrics`: as lyrics are cut (headings, credits and repeats are
    known), else as plain text."""

    def __init__(self, tokenizer: Tokenizer, window: int, lyrics: bool = True) -> None:
        self._tokenizer = tokenizer
        self._window = window
        self._lyrics = lyrics

    def labelled(self, row: TextRow) -> LabelledText | BadRow:
        """The text in parts; a BadRow where nothing of it can be read."""
        parts, weights = self._lyric(row) if self._lyrics else self._plain(row)
        if not parts:
            return BadRow(row.place, "It has no words.", row.text[:_BEGINNING])
        return LabelledText(parts, np.array(weights, np.float32), row.labels, row.place,
                            row.asked, row.song or row.artist)

    def examples(self, row: Row) -> Iterator[Example | BadRow]:
        """Each part by itself; no token of it is predicted, it is the labels that are learned."""
        if not isinstance(row, TextRow):
            yield BadRow(row.place, "It has no labels, so a classifier cannot learn from it.")
            return
        found = self.labelled(row)
        if isinstance(found, BadRow):
            yield found
            return
        for ids in found.parts:
            yield Example(ids, np.zeros(len(ids), np.bool_), row.place, found.group)

    def _lyric(self, row: TextRow) -> tuple[tuple[Ids, ...], list[float]]:
        try:
            lyric = lyric_from_text(row.text, row.title)
        except EngineError:
            return (), []
        excerpts = cut_excerpts(lyric, self._tokenizer, self._window)
        return tuple(e.token_ids for e in excerpts), [e.weight for e in excerpts]

    def _plain(self, row: TextRow) -> tuple[tuple[Ids, ...], list[float]]:
        pieces = cut_windows(row.text, self._tokenizer, self._window)
        return pieces, [float(len(ids)) for ids in pieces]


def open_maker(recipe: Recipe, folder: Path) -> LabelledTextMaker:
    """The maker for a recipe upon the encoder in `folder`. EngineError where it is none."""
    options = (classifier_options(recipe) if recipe.method is Method.CLASSIFIER
               else ClassifierOptions())
    return LabelledTextMaker(Tokenizer.open(folder / "tokenizer.json"), options.window,
                             options.labels is LabelKind.MOODS)
