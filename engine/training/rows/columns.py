"""Which column of a file serves as what: the forms of rows, their roles, and a guess at both.

Reads no file and makes no rows. A map is plain text by role, so that a person can change it and a
job can carry it.
"""

import enum
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any


class RowForm(enum.StrEnum):
    """What the rows of a file are."""

    LABELLED = "labelled"  # a text and its labels
    LYRICS = "lyrics"  # our own form of songs with label sets
    TURNS = "turns"  # a list of turns with speakers: dialogues, films
    SODA = "soda"  # lists of lines and of speakers beside a narrative
    UTTERANCES = "utterances"  # one line of a talk a row, with the talk's id
    MESSAGES = "messages"  # roles and contents; ShareGPT's from and value
    ALPACA = "alpaca"  # instruction, input, output, history
    CHOICE = "choice"  # a chosen and a rejected reply
    PLAIN = "plain"  # texts alone


FORM = "form"
"""The key of a map that names the form; without it the form is guessed."""


@dataclass(frozen=True, slots=True)
class ColumnRole:
    """Something a column can serve as. `needed`: no row can be made without it."""

    id: str
    title: str
    needed: bool = False


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


SURE = 0.7


def roles(form: RowForm) -> tuple[ColumnRole, ...]:
    """What columns can serve as in rows of this form, the needed ones first."""
    raise NotImplementedError


def guess(header: Sequence[str], sample: Sequence[Mapping[str, Any]]) -> ColumnMap:
    """The most likely form and map of a file, from its columns and some of its first rows."""
    raise NotImplementedError


def map_of(columns: Mapping[str, str], header: Sequence[str],
           sample: Sequence[Mapping[str, Any]]) -> ColumnMap:
    """The map a person chose (as `as_source` gives it), completed by the guess where it is silent
    on the form. Its `problem` tells which needed column is missing."""
    raise NotImplementedError
