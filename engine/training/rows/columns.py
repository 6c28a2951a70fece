"""Which column of a file serves as what: a guess by names and values, or what a person chose.

Reads no file and makes no rows. A map is plain text by role, so that a person can change it and a
job can carry it.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import msgspec

from engine.chat.chat_files.json_values import object_of
from engine.training.rows.cell_values import is_flag, listed, text_of, unwrapped
from engine.training.rows.column_roles import ROLES, ColumnRole, RowForm

__all__ = ["FORM", "SURE", "ColumnMap", "ColumnRole", "RowForm", "guess", "map_of", "roles"]

FORM = "form"
"""The key of a map that names the form; without it the form is guessed."""
SURE = 0.7
LABELS, TEXT = "labels", "text"
_KTO = ("These are single verdicts (KTO), one reply a row with a yes or no. Preference needs pairs:"
        " a chosen and a rejected reply to the same words.")
_NOTHING = "No column of this file holds texts that could be learned."
_SHORT_LABEL = 40
_NUMBER = re.compile(r"[-+]?\d+(?:[.,]\d+)*")

_Sample = Sequence[Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class ColumnMap:
    """`columns` is role -> name of the column. The role "labels" may name several columns of 0
    and 1, as a JSON list of their names. `confidence` is 0 to 1; below SURE a person should look.
    `problem` says in a sentence why nothing can be read with it, "" where all is well."""

    form: RowForm
    columns: Mapping[str, str] = field(default_factory=dict[str, str])
    confidence: float = 0.0
    problem: str = ""

    def as_source(self) -> dict[str, str]:
        """As FileSource.columns carries it."""
        return {FORM: self.form.value, **self.columns}

    @property
    def flags(self) -> tuple[str, ...]:
        """The columns that are a label each, () where labels stand in one column."""
        return flags_of(self.columns.get(LABELS, ""))


def flags_of(column: str) -> tuple[str, ...]:
    """The columns a JSON list names, () where it is none."""
    if not column.startswith("["):
        return ()
    try:
        return msgspec.json.decode(column, type=tuple[str, ...])
    except msgspec.DecodeError:
        return ()


def roles(form: RowForm) -> tuple[ColumnRole, ...]:
    """What columns can serve as in rows of this form, the needed ones first."""
    return tuple(sorted(ROLES[form], key=lambda role: not role.needed))


def guess(header: Sequence[str], sample: _Sample) -> ColumnMap:
    """The most likely form and map of a file, from its columns and some of its first rows."""
    if _is_kto(header):
        return ColumnMap(RowForm.CHOICE, {}, 1.0, _KTO)
    for form, holds in _TESTS:
        found = _named(form, header)
        if _missing(form, found) is None and holds(found, sample):
            return ColumnMap(form, found, 0.95)
    return _by_values(header, sample)


def map_of(columns: Mapping[str, str], header: Sequence[str], sample: _Sample) -> ColumnMap:
    """The map a person chose (as `as_source` gives it), completed by the guess where it is silent
    on the form. Its `problem` tells which needed column is missing."""
    guessed = guess(header, sample)
    try:
        form = RowForm(columns[FORM]) if FORM in columns else guessed.form
    except ValueError:
        return replace(guessed, confidence=0.0,
                       problem=f"“{columns[FORM]}” is no form of rows. There are:"
                               f" {', '.join(form.value for form in RowForm)}.")
    known = {role.id for role in ROLES[form]}
    chosen = {role: name for role, name in columns.items() if role in known and name}
    if FORM not in columns:
        chosen = {**guessed.columns, **chosen}
    gone = [name for name in _columns_named(chosen) if name not in header]
    missing = _missing(form, chosen)
    problem = ""
    if gone:
        problem = f"The file has no column “{gone[0]}”. It has: {', '.join(header)}."
    elif missing:
        problem = f"Say which column holds: {missing.title.lower()}."
    return ColumnMap(form, chosen, 1.0, problem)


def _columns_named(chosen: Mapping[str, str]) -> list[str]:
    return [name for column in chosen.values() for name in (flags_of(column) or (column,))]


def _missing(form: RowForm, found: Mapping[str, str]) -> ColumnRole | None:
    return next((role for role in ROLES[form] if role.needed and role.id not in found), None)


def _named(form: RowForm, header: Sequence[str]) -> dict[str, str]:
    """The columns that go by a known name, each serving once, needed roles first."""
    by_name = {_plain(name): name for name in reversed(header)}
    found: dict[str, str] = {}
    for role in roles(form):
        for name in role.names:
            column = by_name.get(name)
            if column is not None and column not in found.values():
                found[role.id] = column
                break
    return found


def _plain(name: str) -> str:
    return name.strip().casefold().replace(" ", "_").replace("-", "_")


def _is_kto(header: Sequence[str]) -> bool:
    names = {_plain(name) for name in header}
    return "kto_tag" in names or ({"prompt", "completion", "label"} <= names)


def _values(sample: _Sample, column: str) -> list[Any]:
    return [unwrapped(row[column]) for row in sample if row.get(column) not in (None, "")]


def _most(values: Sequence[Any], holds: Callable[[Any], bool]) -> bool:
    return bool(values) and sum(map(holds, values)) * 2 > len(values)


def _is_message(turn: Any) -> bool:
    known = object_of(turn)
    return ("role" in known and "content" in known) or ("from" in known and "value" in known)


def _is_turn(turn: Any) -> bool:
    known = object_of(turn)
    return bool(known) and any(name in known for name in (
        "text", "utterance", "line", "content", "message"))


def _messages(found: Mapping[str, str], sample: _Sample) -> bool:
    return _most(_values(sample, found["messages"]),
                 lambda value: any(map(_is_message, listed(value))))


def _turns(found: Mapping[str, str], sample: _Sample) -> bool:
    def holds(value: Any) -> bool:
        turns = listed(value)
        return any(map(_is_turn, turns)) or (len(turns) > 1 and isinstance(turns[0], str))

    return _most(_values(sample, found["turns"]), holds)


def _soda(found: Mapping[str, str], sample: _Sample) -> bool:
    """As many names as lines."""
    return _most(list(sample), lambda row: 0 < len(listed(row.get(found["turns"])))
                 == len(listed(row.get(found["speakers"]))))


def _lyrics(found: Mapping[str, str], sample: _Sample) -> bool:
    """Labels by label set. A song may have none at all."""
    said = [row.get(found[LABELS]) for row in sample]
    return _most(said, lambda value: isinstance(value, dict)) and all(
        isinstance(part, str | list | dict) for value in said for part in object_of(value).values())


def _labelled(found: Mapping[str, str], sample: _Sample) -> bool:
    """Labels are short, and a text is not a list."""
    return (_most(_values(sample, found[TEXT]), lambda value: bool(text_of(value)))
            and not _most(_values(sample, found[LABELS]),
                          lambda value: len(text_of(value)) > 4 * _SHORT_LABEL))


def _utterances(found: Mapping[str, str], sample: _Sample) -> bool:
    """A talk's id stands in several rows, or in every row beside a speaker."""
    talks = [str(value) for value in _values(sample, found["talk"])]
    return "speaker" in found and bool(talks) and (
        len(set(talks)) < len(talks) or len(talks) == 1)


def _always(_found: Mapping[str, str], _sample: _Sample) -> bool:
    return True


def _plain_texts(found: Mapping[str, str], sample: _Sample) -> bool:
    return _most(_values(sample, found[TEXT]), lambda value: bool(text_of(value)))


# The most particular form first: what holds messages may hold a text too.
_TESTS: tuple[tuple[RowForm, Callable[[Mapping[str, str], _Sample], bool]], ...] = (
    (RowForm.CHOICE, _always),
    (RowForm.MESSAGES, _messages),
    (RowForm.SODA, _soda),
    (RowForm.TURNS, _turns),
    (RowForm.UTTERANCES, _utterances),
    (RowForm.LYRICS, _lyrics),
    (RowForm.LABELLED, _labelled),
)


def _by_values(header: Sequence[str], sample: _Sample) -> ColumnMap:
    """Where names alone do not tell: question and answer, labels in columns of their own, a column
    of few different words, or texts alone."""
    for found in (_answering(header), _flagged(header, sample), _few_words(header, sample),
                  _only_texts(header, sample)):
        if found is not None:
            return found
    return ColumnMap(RowForm.PLAIN, {}, 0.0, _NOTHING)


def _answering(header: Sequence[str]) -> ColumnMap | None:
    found = _named(RowForm.ALPACA, header)
    if _missing(RowForm.ALPACA, found):
        return None
    return ColumnMap(RowForm.ALPACA, found, 0.95 if found["instruction"] == "instruction" else 0.8)


def _flagged(header: Sequence[str], sample: _Sample) -> ColumnMap | None:
    """One column per label, each 0 or 1."""
    found = {**_named(RowForm.LABELLED, header)}
    text = found.get(TEXT) or _longest(header, sample)
    taken = {text, *(column for role, column in found.items() if role != LABELS)}
    flags = [name for name in header if name not in taken and _is_flags(sample, name)]
    if text is None or not flags or (len(flags) < 2 and LABELS in found):
        return None
    found[TEXT], found[LABELS] = text, msgspec.json.encode(flags).decode()
    return ColumnMap(RowForm.LABELLED, found, 0.8 if len(flags) > 1 else 0.5)


def _is_flags(sample: _Sample, column: str) -> bool:
    """All of its cells say yes or no, and some cell says something."""
    said = [row.get(column, "") for row in sample]
    return any(value not in (None, "") for value in said) and all(map(is_flag, said))


def _few_words(header: Sequence[str], sample: _Sample) -> ColumnMap | None:
    """A column of short words that come again and again, beside one of texts."""
    found = _named(RowForm.LABELLED, header)
    text = found.get(TEXT) or _longest(header, sample)
    if text is None:
        return None
    labels = found.get(LABELS)
    taken = {text, *found.values()}
    if labels is None:
        labels = next((column for column in header if column not in taken
                       and _is_few_words(_values(sample, column))), None)
    if labels is None:
        return None
    others = {role: column for role, column in found.items() if column not in (text, labels)}
    return ColumnMap(RowForm.LABELLED, {**others, TEXT: text, LABELS: labels}, 0.5)


def _is_few_words(values: Sequence[Any]) -> bool:
    """Short words, each several times; numbers are measures."""
    said = [value.strip() for value in values if isinstance(value, str)]
    return (len(said) == len(values) > 3 and len(set(said)) <= len(said) // 2
            and all(0 < len(word) <= _SHORT_LABEL and not _NUMBER.fullmatch(word)
                    for word in said))


def _only_texts(header: Sequence[str], sample: _Sample) -> ColumnMap | None:
    found = _named(RowForm.PLAIN, header)
    if TEXT in found and _plain_texts(found, sample):
        return ColumnMap(RowForm.PLAIN, found, 0.95 if found[TEXT] == TEXT else 0.75)
    text = _longest(header, sample)
    return None if text is None else ColumnMap(RowForm.PLAIN, {TEXT: text}, 0.5)


def _longest(header: Sequence[str], sample: _Sample) -> str | None:
    """The column with the longest texts, None where no column holds any."""
    lengths = {column: sum(len(value) for value in _values(sample, column)
                           if isinstance(value, str)) for column in header}
    best = max(lengths, key=lambda column: lengths[column], default=None)
    return best if best is not None and lengths[best] > 20 * len(sample) else None
