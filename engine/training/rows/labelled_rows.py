"""Records as texts with labels, and as texts alone. Knows columns by their roles.

The known form of songs with label sets has `label_spaces.json` beside it: which labels each set
could have given, so that the others stay unasked.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, cast

from engine.chat.chat_files.json_values import list_of, object_of
from engine.errors import EngineError
from engine.evaluation.label_sets import WEAK, LabelSpace, read_label_space
from engine.training.rows.cell_values import (
    MOST_LETTERS,
    is_yes,
    labels_of,
    line_of,
    listed,
    split_of,
    text_of,
)
from engine.training.rows.columns import ColumnMap
from engine.training.rows.record import Record, bad
from engine.training.rows.row import BadRow, PlainRow, RowPlace, TextRow

SPACES = "label_spaces.json"
NO_WORDS = "There are no words in it."
TOO_LONG = "It is longer than a million letters: no text for a model."
_NO_LABEL = "Nobody gave it a label, so nothing can be learned from it."


class LabelledRows:
    """Makes the rows of a file of labelled texts."""

    def __init__(self, columns: ColumnMap, source: str) -> None:
        self._columns = columns.columns
        self._flags = columns.flags
        self._source = source

    def row(self, record: Record) -> TextRow | BadRow:
        text, trouble = _words(record, self._columns)
        if trouble:
            return bad(self._source, record.line, trouble, text)
        values = record.values
        labels, asked = self._said(values)
        if not labels and asked is None and not self._tells_none(values):
            return bad(self._source, record.line, _NO_LABEL, text)
        return TextRow(text, labels, RowPlace(self._source, record.line), asked,
                       **_about(values, self._columns, self._source))

    def _said(self, values: Mapping[str, Any]) -> tuple[tuple[str, ...], tuple[str, ...] | None]:
        """Which labels it has, and which were asked for."""
        if self._flags:
            known = [name for name in self._flags if values.get(name) not in (None, "")]
            asked = tuple(known) if len(known) < len(self._flags) else None
            return tuple(name for name in known if is_yes(values[name])), asked
        labels = labels_of(values.get(self._columns["labels"]))
        asked = values.get(self._columns.get("asked", ""))
        if asked in (None, ""):
            return labels, None
        return labels, tuple(dict.fromkeys((*labels_of(asked), *labels)))

    def _tells_none(self, values: Mapping[str, Any]) -> bool:
        """Whether it says that no label holds: an empty list, or a 0 in every label's column."""
        if self._flags:
            return True
        value = values.get(self._columns["labels"])
        return isinstance(value, list | dict) or (isinstance(value, str)
                                                  and value.strip() in ("[]", "{}"))


class LyricRows:
    """Makes the rows of our own form: labels by label set."""

    def __init__(self, columns: ColumnMap, file: Path) -> None:
        """EngineError where the label sets are not beside the file."""
        self._columns = columns.columns
        self._source = file.name
        beside = file.with_name(SPACES)
        if not beside.is_file():
            raise EngineError(f"{file.name} names label sets, but {SPACES} is not beside it.",
                              "Put it there, or choose another column for the labels.")
        self._space = read_label_space(beside)

    def row(self, record: Record) -> TextRow | BadRow:
        text, trouble = _words(record, self._columns)
        if trouble:
            return bad(self._source, record.line, trouble, text)
        values = record.values
        said = object_of(values.get(self._columns["labels"]))
        sets = [name for name in said if self._space.kinds.get(name, WEAK) != WEAK]
        if not sets:
            return bad(self._source, record.line, _NO_LABEL, text)
        given = {tag for name in sets for tag in _canonical(said[name], self._space)}
        could = {tag for name in sets for tag in self._space.sets[name]} | given
        order = (*self._space.moods, *sorted(could.difference(self._space.moods)))
        return TextRow(text, tuple(tag for tag in order if tag in given),
                       RowPlace(self._source, record.line),
                       tuple(tag for tag in order if tag in could),
                       **_about(values, self._columns, self._source))


class PlainRows:
    """Makes the rows of a file of texts alone."""

    def __init__(self, columns: ColumnMap, source: str) -> None:
        self._columns = columns.columns
        self._source = source

    def row(self, record: Record) -> PlainRow | BadRow:
        text, trouble = _words(record, self._columns)
        if trouble:
            return bad(self._source, record.line, trouble, text)
        about = _about(record.values, self._columns, self._source)
        return PlainRow(text, RowPlace(self._source, record.line), about["song"], about["artist"],
                        about["split"])


def group_id(value: Any, source: str) -> str:
    """A group's name: a mere number means another in every file."""
    told = line_of(value)
    return f"{source}#{told}" if told.isdecimal() else told


def _canonical(raw: Any, space: LabelSpace) -> set[str]:
    """The tags a label set gave: counts by tag, a list, or one word."""
    counted = object_of(raw)
    words = [name for name in counted if is_yes(counted[name])] or list_of(raw) or [raw]
    return {space.spelling.get(line_of(word), line_of(word)) for word in words if line_of(word)}


def _words(record: Record, columns: Mapping[str, str]) -> tuple[str, str]:
    """The text of a record, and why it cannot be used."""
    value = record.values.get(columns["text"])
    if isinstance(value, list):  # a text in lines
        value = "\n".join(map(text_of, listed(cast("object", value))))
    text = text_of(value)
    if not text:
        return "", NO_WORDS
    return text, TOO_LONG if len(text) > MOST_LETTERS else ""


def _about(values: Mapping[str, Any], columns: Mapping[str, str], source: str) -> dict[str, Any]:
    """Song, artist, title and the like, as far as there are columns for them."""
    told = {role: values.get(columns.get(role, "")) for role in (
        "song", "artist", "title", "split", "line_breaks")}
    return {"song": group_id(told["song"], source), "artist": line_of(told["artist"]),
            "title": line_of(told["title"]), "split": split_of(told["split"]),
            "line_breaks": told["line_breaks"] in (None, "") or is_yes(told["line_breaks"])}
