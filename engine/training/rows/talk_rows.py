"""Records as talks: lists of turns, SODA's lines beside speakers, and one line a row.

In such data nobody is the model: every line is learned. Knows columns by their roles.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import cycle
from typing import Any

from engine.chat.chat_files.json_values import list_of, object_of
from engine.training.rows.cell_values import (
    MOST_LETTERS,
    is_yes,
    line_of,
    listed,
    split_of,
    text_of,
    unwrapped,
)
from engine.training.rows.columns import ColumnMap
from engine.training.rows.labelled_rows import TOO_LONG, group_id
from engine.training.rows.record import Record, bad
from engine.training.rows.row import BadRow, Line, Person, RowPlace, TalkRow

SPEAKER_NAMES = ("speaker", "character", "name", "author", "role", "from", "speaker_id", "user")
TEXT_NAMES = ("text", "utterance", "line", "content", "value", "message", "words")
_HUMAN_NAMES = ("is_human", "is_user")
_ABOUT_NAMES = ("about", "description", "personality", "text", "persona")
_NAMED = re.compile(r"([^\s:][^:\n]{0,39}):\s+(\S.*)", re.DOTALL)
_SHORT = "A talk needs two lines or more; this one has {count}."
_NO_TURN = "Line {number} of the talk holds no words that can be read."

_Said = tuple[str, str]


class TurnRows:
    """Makes talks of records that hold a list of turns, or lines beside speakers."""

    def __init__(self, columns: ColumnMap, source: str) -> None:
        self._columns = columns.columns
        self._source = source

    def row(self, record: Record) -> TalkRow | BadRow:
        values = record.values
        turns = listed(values.get(self._columns["turns"]))
        said = (self._beside(values, turns) if "speakers" in self._columns else _turns(turns))
        if isinstance(said, str):
            return bad(self._source, record.line, said, str(turns[:2]))
        return talk_of(said, self._columns, values, RowPlace(self._source, record.line))

    def _beside(self, values: Mapping[str, Any], turns: Sequence[Any]) -> list[_Said] | str:
        speakers = listed(values.get(self._columns["speakers"]))
        if len(speakers) != len(turns):
            return f"It has {len(turns)} lines and {len(speakers)} speakers."
        return [(line_of(who), text_of(what)) for who, what in zip(speakers, turns, strict=True)]


class UtteranceRows:
    """Gathers the lines of a talk that stand in rows of their own, one after the other."""

    def __init__(self, columns: ColumnMap, source: str) -> None:
        self._columns = columns.columns
        self._source = source
        self._held: list[_Said] = []
        self._first: Record | None = None

    def rows(self, record: Record) -> Iterator[TalkRow | BadRow]:
        """The talk that ended with this record, and what is wrong with its own line."""
        if self._first is not None and self._talk(self._first) != self._talk(record):
            yield from self.rest()
        text = text_of(record.values.get(self._columns["text"]))
        if not text:
            yield bad(self._source, record.line, "Nobody says anything in this line.")
            return
        self._first = self._first or record
        self._held.append((line_of(record.values.get(self._columns.get("speaker", ""))), text))

    def rest(self) -> Iterator[TalkRow | BadRow]:
        """The talk that is still held."""
        if self._first is not None:
            yield talk_of(self._held, self._columns, self._first.values,
                          RowPlace(self._source, self._first.line))
        self._held, self._first = [], None

    def _talk(self, record: Record) -> str:
        return line_of(record.values.get(self._columns["talk"]))


def talk_of(said: Sequence[_Said], columns: Mapping[str, str], values: Mapping[str, Any],
            place: RowPlace) -> TalkRow | BadRow:
    """The talk of these lines, with what the other columns tell. Lines without words are left
    out, as nobody said them."""
    said = _with_speakers([(who, text) for who, text in said if text])
    if len(said) < 2:
        return bad(place.source, place.line, _SHORT.format(count=len(said)),
                   said[0][1] if said else "")
    if sum(len(text) for _, text in said) > MOST_LETTERS:
        return bad(place.source, place.line, TOO_LONG, said[0][1])
    told = {role: values.get(column) for role, column in columns.items()}
    own, facts = _facts(told.get("facts"))
    names = tuple(dict.fromkeys(who for who, _ in said))
    return TalkRow(
        tuple(Line("user" if who == names[0] else "assistant", text, who, learned=True)
              for who, text in said),
        place, talk=group_id(told.get("talk"), place.source),
        people=_people(told.get("persona"), own, names), scenario=text_of(told.get("scenario")),
        summary=text_of(told.get("summary")), mode=_words(told.get("mode")),
        mood=_words(told.get("mood")), keywords=tuple(map(line_of, _list(told.get("keywords")))),
        facts=facts, split=split_of(told.get("split")))


def _turns(turns: Sequence[Any]) -> list[_Said] | str:
    """Who says what, of objects or of plain texts; a sentence where one cannot be read."""
    if turns and all(isinstance(turn, str) for turn in turns):
        named = [_NAMED.fullmatch(turn.strip()) for turn in turns]
        if all(named):
            return [(match[1], match[2].strip()) for match in named if match]
        return [("", text_of(turn)) for turn in turns]
    said: list[_Said] = []
    for number, turn in enumerate(turns, 1):
        known = object_of(turn)
        text = next((known[name] for name in TEXT_NAMES if name in known), None)
        if not isinstance(text, str):
            return _NO_TURN.format(number=number)
        said.append((_who(known), text_of(text)))
    return said


def _who(known: Mapping[str, Any]) -> str:
    """The name in a turn, or whether it is the person's; "" where it says neither."""
    name = next((known[name] for name in SPEAKER_NAMES if name in known), None)
    human = next((known[name] for name in _HUMAN_NAMES if name in known), None)
    if name is None and human is not None:
        return "user" if is_yes(human) else "assistant"
    return line_of(name)


def _with_speakers(said: Sequence[_Said]) -> list[_Said]:
    """Where nobody is named two talk in turn."""
    if any(who for who, _ in said):
        return [(who or "Somebody", text) for who, text in said]
    return [(who, text) for who, (_, text) in zip(cycle("AB"), said, strict=False)]


def _people(value: Any, own: Mapping[str, tuple[str, ...]],
            names: Sequence[str]) -> tuple[Person, ...]:
    """Who is known: sentences by name, or objects with a name each, and what they alone know."""
    found = unwrapped(value)
    told = {line_of(name): _sentences(about) for name, about in object_of(found).items()}
    if told and not set(told) & set(names) and "name" in object_of(found):
        told, found = {}, [found]
    people = {name: Person(name, traits=traits, facts=own.get(name, ()))
              for name, traits in told.items() if name}
    for each in list_of(found):
        known = object_of(each)
        name = line_of(known.get("name"))
        if name:
            about = next((text_of(known[key]) for key in _ABOUT_NAMES if key in known), "")
            people[name] = Person(name, about, _sentences(known.get("traits")), own.get(name, ()))
    for name in own:
        people.setdefault(name, Person(name, facts=own[name]))
    order = [*(name for name in names if name in people), *people]
    return tuple(people[name] for name in dict.fromkeys(order))


def _facts(value: Any) -> tuple[dict[str, tuple[str, ...]], tuple[str, ...]]:
    """What each alone knows, by name, and what all know."""
    found = unwrapped(value)
    by_name = {line_of(name): _sentences(facts) for name, facts in object_of(found).items()}
    return by_name, () if by_name else _sentences(found)


def _sentences(value: Any) -> tuple[str, ...]:
    """Sentences in a list, in lines of a text, or as objects with a text."""
    found = unwrapped(value)
    if isinstance(found, str):
        return tuple(filter(None, map(line_of, found.split("\n"))))
    texts = (object_of(each).get("text", each) for each in list_of(found))
    return tuple(filter(None, map(line_of, texts)))


def _list(value: Any) -> list[Any]:
    found = unwrapped(value)
    if isinstance(found, str):
        return [part for part in found.replace(";", ",").split(",") if part.strip()]
    return list_of(found)


def _words(value: Any) -> str:
    """One word or several, in a line; numbers are codes of the data's own."""
    found = unwrapped(value)
    words = [line_of(each) for each in (list_of(found) or [found]) if isinstance(each, str)]
    return ", ".join(word for word in dict.fromkeys(words) if word and not word.isdecimal())
