"""A file as records: objects of column and value with the line they begin on.

Knows endings and hands on to the reader of each; CSV stands here. What columns mean is decided
elsewhere. A record that cannot be read is a BadRow in its place.
"""

import csv
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TextIO

from engine.errors import EngineError
from engine.training.rows.json_records import json_array_records, json_line_records
from engine.training.rows.parquet_records import parquet_records
from engine.training.rows.record import Record, bad
from engine.training.rows.row import BadRow
from engine.training.rows.text_streams import BROKEN, open_text, unreadable

__all__ = ["ENDINGS", "Record", "read_records"]

TABLES = (".csv", ".tsv", ".tab")
LINES = (".jsonl", ".ndjson")
ENDINGS = (*TABLES, *LINES, ".json", ".parquet", ".txt")
_MOST_CELL = 1 << 27
_MOST_LINES_A_ROW = 5000
_LONG_NAME = 80
_NUMBER = re.compile(r"[-+]?\d+(?:[.,]\d+)?")
_KINDS = "Undertone reads .csv, .tsv, .json, .jsonl and .parquet, packed as .gz too, and .txt."


def read_records(file: Path) -> Iterator[Record | BadRow]:
    """The records of a file, streamed. EngineError where it cannot be read at all, or is of a kind
    nobody reads."""
    ending = kind_of(file)
    if ending == ".parquet":
        yield from parquet_records(file)
        return
    read = 0
    with open_text(file) as text:
        try:
            for record in _records(text, ending, file.name):
                yield record
                read += 1
        except BROKEN as failure:
            if not read:
                raise unreadable(file, failure) from failure
            yield bad(file.name, 0, f"The file breaks off after row {read:,}: the rest is lost.")


def kind_of(file: Path) -> str:
    """The ending that says how a file is read. EngineError for one nobody reads."""
    ending = Path(file.stem).suffix if file.suffix.casefold() == ".gz" else file.suffix
    if ending.casefold() not in ENDINGS:
        raise EngineError(f"{file.name} is not read as rows to learn from.", _KINDS)
    return ending.casefold()


def _records(text: TextIO, ending: str, source: str) -> Iterator[Record | BadRow]:
    if ending in TABLES:
        return _table(text, source, "\t" if ending != ".csv" else "")
    if ending in LINES:
        return json_line_records(text, source)
    return json_array_records(text, source) if ending == ".json" else _paragraphs(text, source)


def _table(text: TextIO, source: str, delimiter: str) -> Iterator[Record | BadRow]:
    csv.field_size_limit(_MOST_CELL)
    lines = iter(text)
    first = next((line for line in lines if line.strip()), "")
    reader = csv.reader(_chained(first, lines), delimiter=delimiter or _delimiter(first))
    header: list[str] | None = None
    before = 0
    while True:
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as wrong:
            yield bad(source, before + 1, f"The line is no row of a table: {wrong}.")
            before = reader.line_num
            continue
        line, before = before + 1, reader.line_num
        if header is None:
            header = _header(cells)
            if header == cells or _is_header(cells):
                continue
        if cells:
            yield _row(header, cells, source, line, reader.line_num)


def _chained(first: str, lines: Iterator[str]) -> Iterator[str]:
    yield first
    yield from lines


def _row(header: Sequence[str], cells: list[str], source: str, line: int,
         last: int) -> Record | BadRow:
    if last - line > _MOST_LINES_A_ROW:
        return bad(source, line, "A quotation mark that opens here is closed thousands of lines"
                                 " later, or never: what stands between is lost.", cells[0])
    if len(cells) > len(header):
        return bad(source, line, f"This line has {len(cells)} cells and the header {len(header)}:"
                                 " a text that holds the separator needs quotation marks.",
                   cells[0])
    return Record(line, dict(zip(header, [*cells, *[""] * (len(header) - len(cells))],
                                 strict=True)))


def _is_header(cells: Sequence[str]) -> bool:
    """Names are short, each once, and no numbers."""
    named = [cell.strip() for cell in cells]
    return (len(set(named)) == len(named) and all(named[:1])
            and not any(len(name) > _LONG_NAME or _NUMBER.fullmatch(name) for name in named))


def _header(cells: Sequence[str]) -> list[str]:
    """The names of the columns; where the first line is a row already, their numbers."""
    if _is_header(cells):
        return [cell.strip() or f"column {at}" for at, cell in enumerate(cells, 1)]
    return [f"column {at}" for at in range(1, len(cells) + 1)]


def _delimiter(header: str) -> str:
    """The sign that stands most often in the first line, outside quotation marks."""
    plain = re.sub(r'"[^"]*"', "", header)
    return max(",;\t|", key=plain.count)


def _paragraphs(text: TextIO, source: str) -> Iterator[Record | BadRow]:
    """Texts set apart by blank lines."""
    begun = 0
    held: list[str] = []
    for number, line in enumerate(text, 1):
        if line.strip():
            begun = begun or number
            held.append(line.strip())
        elif held:
            yield Record(begun, {"text": "\n".join(held)})
            begun, held = 0, []
    if held:
        yield Record(begun, {"text": "\n".join(held)})


