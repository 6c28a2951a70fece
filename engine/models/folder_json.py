"""Reads the small JSON files of a hub-style model folder: config.json and its siblings.

Knows JSON objects only; what their fields mean is for others to say.
"""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import cast

from engine.errors import EngineError

_MOST_BYTES = 64 << 20


def read_object(file: Path) -> dict[str, object]:
    """The object in a JSON file; empty where there is no such file. EngineError if it is broken."""
    try:
        if file.stat().st_size > _MOST_BYTES:
            raise ValueError("it is far too large")
        found: object = json.loads(file.read_text("utf-8-sig"))
    except FileNotFoundError:
        return {}
    except (OSError, ValueError, RecursionError) as broken:
        raise EngineError(
            f"{file.name} of {file.parent.name} cannot be read: {broken}",
            "Get the model's folder again from where it came.",
        ) from broken
    if not isinstance(found, dict):
        raise EngineError(
            f"{file.name} of {file.parent.name} holds no JSON object.",
            "Get the model's folder again from where it came.",
        )
    return cast("dict[str, object]", found)


def text_of(value: object) -> str:
    """The text of a token as tokenizer_config.json writes it: a string, or {"content": ...}."""
    if isinstance(value, Mapping):
        value = cast("Mapping[str, object]", value).get("content")
    return value if isinstance(value, str) else ""


def whole_numbers(value: object) -> tuple[int, ...]:
    """The ids in a field that holds one, a list of them, or nothing; what is no id is left out."""
    many = cast("list[object]", value) if isinstance(value, list) else [value]
    return tuple(one for one in many
                 if isinstance(one, int) and not isinstance(one, bool) and one >= 0)
