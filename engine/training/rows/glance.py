"""A first look at a file somebody wants to learn from: its columns, some rows, the best guess.

For the window and the terminal to show and to change before anything is read in whole.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from engine.training.rows.columns import ColumnMap
from engine.training.rows.row import BadRow

SAMPLE = 50


@dataclass(frozen=True, slots=True)
class FileGlance:
    """`sample` are the first records as found, `bad` what could not be read among them."""

    path: Path
    header: tuple[str, ...]
    sample: tuple[Mapping[str, Any], ...]
    guessed: ColumnMap
    bad: tuple[BadRow, ...] = ()


def glance(file: Path) -> FileGlance:
    """Reads only the beginning. EngineError where the file cannot be read at all."""
    raise NotImplementedError
