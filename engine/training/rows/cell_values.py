"""What a cell holds, whatever it is wrapped in: lists within texts, labels, yes and no, splits.

Pure values; never trusts a shape. Knows no columns.
"""

import ast
import json
import math
from collections.abc import Iterable, Mapping
from typing import Any, cast

from engine.chat.chat_files.json_values import list_of, object_of
from engine.chat.stored_values import storable

MOST_LETTERS = 1_000_000
_MOST_LITERAL = 1 << 20
_SEPARATORS = (";", "|", "\t", ",", "/")
_YES = frozenset({"1", "1.0", "true", "yes", "y", "x"})
_NO = frozenset({"0", "0.0", "false", "no", "n", ""})
_SPLITS = {"train": "train", "training": "train", "learn": "train",
           "valid": "valid", "validation": "valid", "val": "valid", "dev": "valid", "eval": "valid",
           "test": "test", "testing": "test"}


def text_of(value: Any) -> str:
    """The words of a cell with plain line ends, "" where it holds none."""
    if isinstance(value, bool) or value is None:
        return ""
    if isinstance(value, int | float):
        return str(value) if math.isfinite(value) else ""  # NaN stands for an empty cell
    if not isinstance(value, str):
        return ""
    return storable(value).replace("\r\n", "\n").replace("\r", "\n").replace("\0", "").strip()


def line_of(value: Any) -> str:
    """The same in one line."""
    return " ".join(text_of(value).split())


def listed(value: Any) -> list[Any]:
    """A list, also one that a table holds as JSON or as Python writes it; [] for none."""
    found = unwrapped(value)
    return list_of(found)


def unwrapped(value: Any) -> Any:
    """The value within a text that holds a list or an object, else the value itself."""
    if not isinstance(value, str) or len(value) > _MOST_LITERAL:
        return value
    text = value.strip()
    if text[:1] + text[-1:] not in ("[]", "{}"):
        return value
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        pass
    try:
        found: Any = ast.literal_eval(text)
    except (ValueError, SyntaxError, RecursionError, MemoryError):
        return value
    return list(cast("Iterable[Any]", found)) if isinstance(found, list | tuple | set) else found


def labels_of(value: Any) -> tuple[str, ...]:
    """The labels of a cell, each once: a list, a JSON text, "a; b", or an object whose values say
    how much (0 is a no)."""
    found = unwrapped(value)
    if isinstance(found, Mapping):
        pairs = object_of(cast("object", found))
        return _each_once(name for name, much in pairs.items() if is_yes(much))
    if isinstance(found, str):
        return _each_once(_parted(found))
    return _each_once(map(line_of, list_of(found) or [found]))


def is_yes(value: Any) -> bool:
    """Whether a cell of a label's own column says that it is there."""
    if isinstance(value, bool):
        return value
    if isinstance(value, int | float):
        return value > 0
    said = line_of(value).casefold()
    if said in _YES:
        return True
    try:
        return float(said) > 0
    except ValueError:
        return False


def is_flag(value: Any) -> bool:
    """Whether a cell says yes or no and nothing else."""
    return isinstance(value, bool) or (
        not isinstance(value, list | dict) and line_of(value).casefold() in _YES | _NO)


def split_of(value: Any) -> str:
    """"train", "valid", "test" or "" where it says none of these."""
    return _SPLITS.get(line_of(value).casefold(), "")


def _parted(text: str) -> Iterable[str]:
    separator = next((sign for sign in _SEPARATORS if sign in text), None)
    return (line_of(part) for part in text.split(separator)) if separator else (line_of(text),)


def _each_once(labels: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(filter(None, labels)))
