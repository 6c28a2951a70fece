"""A first look at a file somebody wants to learn from: its columns, some rows, the best guess.

For the window and the terminal to show and to change before anything is read in whole.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

from engine.training.rows.columns import ColumnMap, guess
from engine.training.rows.record import Record
from engine.training.rows.records import read_records
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
    return glance_of(file, islice(read_records(file), SAMPLE))


def glance_of(file: Path, records: Iterable[Record | BadRow]) -> FileGlance:
    """The same from records that were read already."""
    read = list(records)
    sample = tuple(record.values for record in read if isinstance(record, Record))
    header = tuple(dict.fromkeys(name for values in sample for name in values))
    bad = tuple(record for record in read if isinstance(record, BadRow))
    return FileGlance(file, header, sample, guess(header, sample), bad)
