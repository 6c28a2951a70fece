"""A file of rows, whatever its ending and form: streamed, mapped, every bad row told.

Joins records with the makers of rows. Knows no method.
"""

import random
from collections.abc import Callable, Iterator
from itertools import chain, islice
from pathlib import Path

from engine.errors import EngineError
from engine.training.rows.choice_rows import ChoiceRows
from engine.training.rows.columns import ColumnMap, RowForm, map_of
from engine.training.rows.glance import SAMPLE, glance_of
from engine.training.rows.labelled_rows import LabelledRows, LyricRows, PlainRows
from engine.training.rows.message_rows import AlpacaRows, MessageRows
from engine.training.rows.record import Record
from engine.training.rows.records import read_records
from engine.training.rows.row import BadRow, Row
from engine.training.rows.sources import FileSource
from engine.training.rows.talk_rows import TurnRows, UtteranceRows

Found = Iterator[Row | BadRow]
_MAP_HINT = "Choose what each column holds, or another file."


def read_file(source: FileSource, seed: int = 7) -> Found:
    """The rows of a file. `source.share` of them, the same for the same seed. EngineError where the
    file cannot be read, or no column of it can serve."""
    records = read_records(source.path)
    first = list(islice(records, SAMPLE))
    columns = _mapped(source, first)
    rows = _made(columns, source.path, chain(first, records))
    if source.share >= 1:
        return rows
    chance = random.Random(f"{seed}/{source.path.name}")
    return (row for row in rows if chance.random() < source.share)


def _mapped(source: FileSource, first: list[Record | BadRow]) -> ColumnMap:
    seen = glance_of(source.path, first)
    found = map_of(source.columns, seen.header, seen.sample) if source.columns else seen.guessed
    if not seen.sample:
        why = f" {first[0].why}" if first and isinstance(first[0], BadRow) else ""
        raise EngineError(f"{source.path.name} holds no rows that can be read.{why}",
                          "Choose another file.")
    if found.problem:
        raise EngineError(f"{source.path.name} cannot be learned from: {found.problem}", _MAP_HINT)
    return found


def _made(columns: ColumnMap, file: Path, records: Iterator[Record | BadRow]) -> Found:
    if columns.form is RowForm.UTTERANCES:
        return _gathered(UtteranceRows(columns, file.name), records)
    make = _maker(columns, file)
    return (make(each) if isinstance(each, Record) else each for each in records)


def _gathered(talks: UtteranceRows, records: Iterator[Record | BadRow]) -> Found:
    for each in records:
        if isinstance(each, Record):
            yield from talks.rows(each)
        else:
            yield each
    yield from talks.rest()


def _maker(columns: ColumnMap, file: Path) -> Callable[[Record], Row | BadRow]:
    if columns.form is RowForm.LYRICS:
        return LyricRows(columns, file).row
    makers = {
        RowForm.LABELLED: LabelledRows, RowForm.TURNS: TurnRows, RowForm.SODA: TurnRows,
        RowForm.MESSAGES: MessageRows, RowForm.ALPACA: AlpacaRows, RowForm.CHOICE: ChoiceRows,
        RowForm.PLAIN: PlainRows}
    return makers[columns.form](columns, file.name).row


