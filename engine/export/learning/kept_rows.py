"""The rows of a training as they were when it began, in its folder: what is resumed tomorrow learns
from the same rows, whatever the person has said since. Reads no source and knows no method.
"""

import gzip
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import msgspec

from engine.errors import EngineError
from engine.training.rows.row import ChoiceRow, PlainRow, Row, TalkRow, TextRow

ROWS_FILE = "rows.jsonl.gz"
_KINDS: Mapping[str, type[Any]] = {
    kind.__name__: kind for kind in (TextRow, TalkRow, ChoiceRow, PlainRow)}


@dataclass(frozen=True, slots=True)
class StageRows:
    """The rows of one stage: to learn from, and to judge by."""

    learning: tuple[Row, ...]
    judging: tuple[Row, ...]


class Told(msgspec.Struct, frozen=True):
    """What is known of all rows together: how many each source gave, how many could not be used,
    and by what they were divided."""

    sources: dict[str, int] = {}
    bad: int = 0
    how: str = ""


@dataclass(frozen=True, slots=True)
class KeptRows:
    """The rows of every stage."""

    stages: tuple[StageRows, ...]
    told: Told = field(default_factory=Told)


class _Line(msgspec.Struct, frozen=True, array_like=True):
    stage: int
    judges: bool
    kind: str
    row: msgspec.Raw


def write_rows(file: Path, rows: KeptRows) -> None:
    """Writes them, whole or not at all."""
    fresh = file.with_suffix(".new")
    with gzip.open(fresh, "wb", compresslevel=1) as packed:
        packed.write(msgspec.json.encode([len(rows.stages), rows.told]) + b"\n")
        for number, stage in enumerate(rows.stages):
            for judges, side in ((False, stage.learning), (True, stage.judging)):
                for row in side:
                    text = msgspec.Raw(msgspec.json.encode(row))
                    line = _Line(number, judges, type(row).__name__, text)
                    packed.write(msgspec.json.encode(line) + b"\n")
    fresh.replace(file)


def read_kept_rows(file: Path) -> KeptRows:
    """What was written. EngineError where the file is broken."""
    try:
        with gzip.open(file, "rb") as packed:
            stages, told = msgspec.json.decode(packed.readline(), type=tuple[int, Told])
            sides: list[tuple[list[Row], list[Row]]] = [([], []) for _ in range(stages)]
            for text in packed:
                line = msgspec.json.decode(text, type=_Line)
                row = msgspec.json.decode(line.row, type=_KINDS[line.kind])
                sides[line.stage][line.judges].append(row)
    except (OSError, EOFError, KeyError, IndexError, msgspec.DecodeError) as broken:
        raise EngineError(f"The rows of this training cannot be read any more: {broken}.",
                          "Start it anew.") from broken
    return KeptRows(tuple(StageRows(tuple(learning), tuple(judging))
                          for learning, judging in sides), told)
