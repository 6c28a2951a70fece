"""Values as the library's columns hold them: texts that can be stored, times, JSON documents.

Knows no table and no SQL. A document keeps what it was given: large numbers and unknown keys too.
"""

import json
from datetime import UTC, datetime
from typing import TypeVar

import msgspec

from engine.errors import EngineError

Value = TypeVar("Value")
MOST_NAME = 200
"""Letters of a name or a title: what lists, lines and buttons show."""


def storable(text: str) -> str:
    """Halves of surrogate pairs cannot be stored: each becomes a question mark."""
    return text.encode("utf-8", "replace").decode("utf-8")


def one_line(text: str) -> str:
    """A name or a title as it is kept: in one line of bearable length."""
    return " ".join(storable(text[:100 * MOST_NAME]).split())[:MOST_NAME].rstrip()


def now() -> str:
    """This moment in UTC as ISO 8601."""
    return datetime.now(UTC).isoformat()


def gone(noun: str) -> EngineError:
    """What to raise where a row is no longer there."""
    return EngineError(f"This {noun} is no longer there.",
                       "It may have been deleted in another window.")


def document_of(value: object) -> str:
    """A struct as the JSON text to store."""
    return storable(json.dumps(msgspec.to_builtins(value), ensure_ascii=False))


def value_of(document: str, kind: type[Value]) -> Value | None:
    """The struct of a document; None where it cannot be read, as one of a later version."""
    try:
        return msgspec.convert(json.loads(document), kind)
    except (ValueError, RecursionError):  # msgspec's own are ValueErrors
        return None
