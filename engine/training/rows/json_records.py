"""JSON files as records: one object a line, an array of objects, or an object of columns.

An array is streamed, whatever its size. Knows JSON and no columns.
"""

import json
from collections.abc import Iterator, Mapping
from typing import Any, TextIO, cast

import msgspec

from engine.chat.chat_files.json_values import json_of, list_of, object_of
from engine.errors import EngineError
from engine.training.rows.record import Record, bad
from engine.training.rows.row import BadRow

_STEP = 1 << 20
_MOST_WHOLE = 1 << 29  # letters of an object of columns, which has to be read whole
_SPACE = " \t\r\n"
SPLIT = "split"


def json_line_records(text: TextIO, source: str) -> Iterator[Record | BadRow]:
    """One object a line; blank lines are passed over."""
    decode = msgspec.json.Decoder().decode
    for number, line in enumerate(text, 1):
        if not line.strip():
            continue
        try:
            value = decode(line.encode("utf-8", "surrogatepass"))
        except (msgspec.DecodeError, RecursionError):
            value, wrong = json_of(line)  # Python's own is less strict, and says more
            if wrong:
                yield bad(source, number, f"The line is not JSON: {wrong}.", line)
                continue
        yield _record(value, source, number)


def json_array_records(text: TextIO, source: str) -> Iterator[Record | BadRow]:
    """The objects of an array, or the rows of an object of columns."""
    stream = _Stream(text)
    first = stream.sign()
    if first == "[":
        yield from _from_array(stream, source)
    elif first == "{":
        yield from _from_object(stream.whole(), source)
    else:
        raise EngineError(f"{source} holds no JSON array of rows.",
                          "Save it as a list of objects, or one object a line as .jsonl.")


def _record(value: Any, source: str, line: int) -> Record | BadRow:
    if isinstance(value, dict):
        return Record(line, cast("Mapping[str, Any]", value))
    return bad(source, line, "This is a value, where an object with named columns is needed.",
               str(cast("object", value))[:500])


class _Stream:
    """A JSON text read step by step, and on which line it stands."""

    def __init__(self, text: TextIO) -> None:
        self._text = text
        self._decoder = json.JSONDecoder()
        self._held = ""
        self._at = 0
        self._ended = False
        self.line = 1

    def sign(self) -> str:
        """The next letter that is no space, "" at the end; it stays."""
        while True:
            while self._at < len(self._held):
                if self._held[self._at] not in _SPACE:
                    return self._held[self._at]
                self.skip()
            if not self._more():
                return ""

    def skip(self) -> None:
        """Goes on by one letter."""
        self.line += self._held[self._at] == "\n"
        self._at += 1

    def value(self) -> Any:
        """The next value. ValueError where none stands here, whatever is read on."""
        self.sign()
        while True:
            try:
                value, end = self._decoder.raw_decode(self._held, self._at)
                if end < len(self._held) or not self._more():
                    self.line += self._held.count("\n", self._at, end)
                    self._at = end
                    return value
            except ValueError:
                if not self._more():
                    raise

    def whole(self) -> str:
        """All from here on."""
        rest = self._held[self._at:] + self._text.read(_MOST_WHOLE)
        if len(rest) >= _MOST_WHOLE:
            raise EngineError("This JSON file is too large to be read as one object.",
                              "Save it as a list of objects, or one object a line as .jsonl.")
        return rest

    def _more(self) -> bool:
        """Reads on: as much again as is held, so that a large value is not tried too often."""
        if self._ended:
            return False
        held = self._held[self._at:]
        read = self._text.read(max(_STEP, len(held)))
        self._ended = not read
        self._held, self._at = held + read, 0
        return bool(read)


def _from_array(stream: _Stream, source: str) -> Iterator[Record | BadRow]:
    """Rows are named by their lines, or by their numbers where they share a line."""
    stream.skip()
    number, by_line, lines = 0, False, 0
    while (sign := stream.sign()) not in ("]", ""):
        line, number = stream.line, number + 1
        by_line = by_line or (number == 2 and line != lines) or (number == 1 and line > 1)
        lines = line
        try:
            value = stream.value()
        except (ValueError, RecursionError) as wrong:
            why = wrong.msg if isinstance(wrong, json.JSONDecodeError) else "it goes too deep"
            yield bad(source, line, f"Row {number:,} is not JSON ({why[:1].lower()}{why[1:]}), so"
                                    " what follows it is lost.")
            return
        yield _record(value, source, line if by_line else number)
        if stream.sign() == ",":
            stream.skip()
    if not sign:
        yield bad(source, stream.line, f"The file breaks off after row {number:,}.")


def _from_object(text: str, source: str) -> Iterator[Record | BadRow]:
    value, wrong = json_of(text)
    if wrong:
        raise EngineError(f"{source} is not JSON: {wrong}.", "Check that the file is whole.")
    known = object_of(value)
    parts = {name: list_of(known[name]) for name in known if isinstance(known[name], list)}
    if any(rows and all(isinstance(row, dict) for row in rows) for rows in parts.values()) and (
            not _is_row(known)):
        yield from _from_parts(parts, source)
    elif parts and len({len(rows) for rows in parts.values()}) == 1 and not _is_row(known):
        for number, cells in enumerate(zip(*parts.values(), strict=True), 1):
            yield Record(number, dict(zip(parts, cells, strict=True)))
    else:
        yield _record(value, source, 1)


def _is_row(known: Mapping[str, Any]) -> bool:
    """One conversation alone in a file: its turns are no rows."""
    return any(name in known for name in ("messages", "conversations", "turns", "dialogue"))


def _from_parts(parts: Mapping[str, list[Any]], source: str) -> Iterator[Record | BadRow]:
    """Lists of rows by name: where there are several, the names are their splits."""
    for name, rows in parts.items():
        for number, row in enumerate(rows, 1):
            record = _record(row, source, number)
            if isinstance(record, Record) and len(parts) > 1 and SPLIT not in record.values:
                record = Record(number, {**record.values, SPLIT: name})
            yield record
