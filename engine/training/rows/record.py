"""One record of a file: its values by column, and where it begins. Values only."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from engine.chat.stored_values import storable
from engine.training.rows.row import BadRow, RowPlace

SHOWN = 160
"""So many letters of a bad row are shown."""


@dataclass(frozen=True, slots=True)
class Record:
    """`line` as in RowPlace. `values` are texts in tables, any JSON value else."""

    line: int
    values: Mapping[str, Any]


def bad(source: str, line: int, why: str, text: object = "") -> BadRow:
    """A BadRow with the beginning of what stands there."""
    shown = storable(str(text)[:4 * SHOWN])
    return BadRow(RowPlace(source, line), storable(why), " ".join(shown.split())[:SHOWN])
