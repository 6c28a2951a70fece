"""Records as choices: what was said, the reply that was kept and one that was rejected.

Replies come as texts, as messages, or as whole talks that differ at their end. Knows columns by
their roles.
"""

import re
from collections.abc import Mapping
from typing import Any

from engine.chat.chat_files.json_values import object_of
from engine.training.rows.cell_values import MOST_LETTERS, listed, split_of, text_of, unwrapped
from engine.training.rows.columns import ColumnMap
from engine.training.rows.labelled_rows import TOO_LONG, group_id
from engine.training.rows.message_rows import (
    ASSISTANT,
    USER,
    history_of,
    lines_of,
    with_system,
)
from engine.training.rows.record import Record, bad
from engine.training.rows.row import BadRow, ChoiceRow, Line, RowPlace, TalkRow

_HUMAN = re.compile(r"\n\n(Human|Assistant): ?")
_SAME = "The kept and the rejected reply are the same."
_EMPTY = "The {which} reply is empty."
_APART = "The two replies do not answer the same words."
_NOTHING = "What was said before the reply is missing."


class ChoiceRows:
    """Makes choices of records."""

    def __init__(self, columns: ColumnMap, source: str) -> None:
        self._columns = columns.columns
        self._source = source

    def row(self, record: Record) -> ChoiceRow | BadRow:
        told = {role: record.values.get(column) for role, column in self._columns.items()}
        read = _choice(told)
        if isinstance(read, str):
            return bad(self._source, record.line, read, told.get("chosen"))
        before, chosen, rejected = read
        if sum(len(line.text) for line in before) + len(chosen) + len(rejected) > MOST_LETTERS:
            return bad(self._source, record.line, TOO_LONG, chosen)
        place = RowPlace(self._source, record.line)
        talk = TalkRow(tuple(before), place, talk=group_id(told.get("talk"), self._source),
                       split=split_of(told.get("split")))
        return ChoiceRow(talk, chosen, rejected, place)


def _choice(told: Mapping[str, Any]) -> tuple[list[Line], str, str] | str:
    """What was said before, and both replies; a sentence where they cannot be had."""
    both = _replies(told.get("chosen"), told.get("rejected"))
    if isinstance(both, str):
        return both
    shared, chosen, rejected = both
    if not chosen or not rejected:
        return _EMPTY.format(which="rejected" if chosen else "kept")
    if chosen == rejected:
        return _SAME
    before = _before(told)
    if isinstance(before, str):
        return before
    before = before if before and not any(line.role == USER for line in shared) else shared
    before = with_system([line for line in before if line.text], told.get("system"))
    return (before, chosen, rejected) if before else _NOTHING


def _replies(chosen: Any, rejected: Any) -> tuple[list[Line], str, str] | str:
    """What both talks share, and the replies they end with."""
    kept, other = _said(chosen), _said(rejected)
    if isinstance(kept, str) or isinstance(other, str):
        return kept if isinstance(kept, str) else other if isinstance(other, str) else ""
    if not kept or not other:
        return _EMPTY.format(which="rejected" if kept else "kept")
    if kept[:-1] != other[:-1]:
        return _APART
    return kept[:-1], kept[-1].text, other[-1].text


def _said(value: Any) -> list[Line] | str:
    """A reply with what comes before it, where that is told with it."""
    found = unwrapped(value)
    if object_of(found):
        return lines_of([found])
    if isinstance(found, list):
        return lines_of(listed(found))
    text = text_of(value)
    parts = _HUMAN.split(f"\n\n{text}" if text.startswith("Human:") else str(value))
    if len(parts) > 2 and not parts[0].strip():
        names = {"Human": USER, "Assistant": ASSISTANT}
        return [Line(names[who], text_of(said))
                for who, said in zip(parts[1::2], parts[2::2], strict=True)]
    return [Line(ASSISTANT, text)] if text else []


def _before(told: Mapping[str, Any]) -> list[Line] | str:
    """What was said before, as its own columns tell it."""
    earlier = history_of(told.get("history"))
    if earlier is None:
        return "The history is no list of questions and answers."
    found = unwrapped(told.get("prompt"))
    if isinstance(found, list):
        lines = lines_of(listed(found))
        return lines if isinstance(lines, str) else [*earlier, *lines]
    text = text_of(found)
    return [*earlier, Line(USER, text)] if text else earlier


