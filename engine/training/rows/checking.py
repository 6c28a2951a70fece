"""Looks over rows before anything is learned: doubles, leaks, gaps, lengths, labels, bad rows.

Says what it found and changes nothing. Knows no method; lengths are judged by a tokenizer where
one is given.
"""

from collections.abc import Iterable

from engine.inference.tokenizer import Tokenizer
from engine.training.recipe import DataOptions
from engine.training.rows.data_report import DataReport
from engine.training.rows.row import BadRow, Row


def check_rows(rows: Iterable[Row | BadRow], options: DataOptions | None = None,
               tokenizer: Tokenizer | None = None, seed: int = 7,
               suspects: bool = True) -> DataReport:
    """The report over these rows as they would be split by `options` and `seed`. `suspects` looks
    for labels that are probably wrong too: it takes a second per some thousand rows."""
    raise NotImplementedError
