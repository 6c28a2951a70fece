"""Records as talks with a model: `messages`, ShareGPT, files that mix both, and alpaca.

Only what the model says is learned. Knows columns by their roles.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from engine.chat.chat_files.json_values import list_of, object_of
from engine.training.rows.cell_values import MOST_LETTERS, line_of, listed, split_of, text_of
from engine.training.rows.columns import ColumnMap
from engine.training.rows.labelled_rows import TOO_LONG, group_id
from engine.training.rows.record import Record, bad
from engine.training.rows.row import BadRow, Line, RowPlace, TalkRow

SYSTEM, USER, ASSISTANT = "system", "user", "assistant"
_ROLES = {"system": SYSTEM, "developer": SYSTEM, "user": USER, "human": USER, "prompter": USER,
          "customer": USER, "observation": USER, "tool": USER, "function": USER,
          "assistant": ASSISTANT, "gpt": ASSISTANT, "model": ASSISTANT, "bot": ASSISTANT,
          "chatgpt": ASSISTANT, "ai": ASSISTANT, "function_call": ASSISTANT}
_SILENT = "The model says nothing in it, so there is nothing to learn."
_NOBODY = "Message {number} is neither the person's nor the model's."
_NO_WORDS = "Message {number} holds no words that can be read."


class MessageRows:
    """Makes talks of lists of messages."""

    def __init__(self, columns: ColumnMap, source: str) -> None:
        self._columns = columns.columns
        self._source = source

    def row(self, record: Record) -> TalkRow | BadRow:
        turns = listed(record.values.get(self._columns["messages"]))
        lines = lines_of(turns)
        if isinstance(lines, str):
            return bad(self._source, record.line, lines, str(turns[:2]))
        return learned_talk(lines, self._columns, record, self._source)


class AlpacaRows:
    """Makes talks of an instruction and its answer. Answers of the history are learned too."""

    def __init__(self, columns: ColumnMap, source: str) -> None:
        self._columns = columns.columns
        self._source = source

    def row(self, record: Record) -> TalkRow | BadRow:
        told = {role: record.values.get(column) for role, column in self._columns.items()}
        earlier = history_of(told.get("history"))
        if earlier is None:
            return bad(self._source, record.line,
                       "The history is no list of questions and answers.", told.get("history"))
        asked = asked_of(told)
        answer = text_of(told.get("output"))
        if not asked or not answer:
            missing = "answer" if asked else "instruction"
            return bad(self._source, record.line, f"The {missing} is empty.", asked or answer)
        lines = [*earlier, Line(USER, asked), Line(ASSISTANT, answer)]
        return learned_talk(lines, self._columns, record, self._source)


def learned_talk(lines: Sequence[Line], columns: Mapping[str, str], record: Record,
                 source: str) -> TalkRow | BadRow:
    """The talk of these lines with the system text of its own column, learned where the model
    speaks."""
    lines = with_system(lines, record.values.get(columns.get("system", "")))
    spoken = [replace(line, learned=True) if line.role == ASSISTANT and line.text
              and line.speaker != _MUTED else replace(line, speaker=_unmuted(line.speaker))
              for line in lines if line.text]
    if not any(line.learned for line in spoken):
        return bad(source, record.line, _SILENT, spoken[0].text if spoken else "")
    if sum(len(line.text) for line in spoken) > MOST_LETTERS:
        return bad(source, record.line, TOO_LONG, spoken[0].text)
    return TalkRow(tuple(spoken), RowPlace(source, record.line),
                   talk=group_id(record.values.get(columns.get("talk", "")), source),
                   split=split_of(record.values.get(columns.get("split", ""))))


_MUTED = "\0"  # a message the data ask not to learn (weight 0)


def _unmuted(speaker: str) -> str:
    return "" if speaker == _MUTED else speaker


def lines_of(turns: Sequence[Any]) -> list[Line] | str:
    """Messages of either shape as lines, none learned; a sentence where one cannot be read."""
    lines: list[Line] = []
    for number, turn in enumerate(turns, 1):
        known = object_of(turn)
        role = known.get("role", known.get("from"))
        found = _ROLES.get(role.strip().casefold()) if isinstance(role, str) else None
        if found is None:
            return _NOBODY.format(number=number)
        content = joined(known.get("content", known.get("value")))
        if content is None:
            return _NO_WORDS.format(number=number)
        name = _MUTED if _is_muted(known) else line_of(known.get("name"))
        lines.append(Line(found, content, name if found != SYSTEM else ""))
    return lines


def with_system(lines: Sequence[Line], system: Any) -> list[Line]:
    """The lines after a system text, where there is one and none begins them already."""
    text = text_of(system)
    if not text or any(line.role == SYSTEM for line in lines[:1]):
        return list(lines)
    return [Line(SYSTEM, text), *lines]


def history_of(value: Any) -> list[Line] | None:
    """Earlier questions and answers, [] for none, None where they cannot be read."""
    lines: list[Line] = []
    for pair in listed(value):
        both = list_of(pair)
        if len(both) != 2:
            return None
        lines += [Line(USER, text_of(both[0])), Line(ASSISTANT, text_of(both[1]))]
    return lines


def asked_of(told: Mapping[str, Any]) -> str:
    """An instruction with its input below it."""
    return "\n".join(filter(None, (text_of(told.get("instruction")), text_of(told.get("input")))))


def joined(content: Any) -> str | None:
    """The words of a message, also of one in parts; None where it is neither."""
    if content is None:
        return ""  # a call of a tool without words
    if isinstance(content, str):
        return text_of(content)
    parts = list_of(content)
    texts = [object_of(part).get("text", part) for part in parts]
    if not parts or not any(isinstance(text, str) for text in texts):
        return None
    return "\n".join(text_of(text) for text in texts if isinstance(text, str))


def _is_muted(known: Mapping[str, Any]) -> bool:
    """As other trainers write it: a weight of 0, or train false."""
    return known.get("weight") == 0 or known.get("train") is False
