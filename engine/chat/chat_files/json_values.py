"""JSON of strangers: parsed within bounds, and looked at without trusting its shape."""

import json
from collections.abc import Mapping
from typing import Any, cast

MOST_DEPTH = 100


def json_of(text: str) -> tuple[Any, str]:
    """The value of a text, and why there is none."""
    try:
        return json.loads(text), ""
    except RecursionError:
        return None, "it goes too deep"
    except json.JSONDecodeError as why:
        return None, why.msg[:1].lower() + why.msg[1:]
    except ValueError:
        return None, "a number in it is too long"


def object_of(value: object) -> Mapping[str, Any]:
    """The value where it is an object, else an empty one."""
    return cast("Mapping[str, Any]", value) if isinstance(value, dict) else {}


def list_of(value: object) -> list[Any]:
    """The value where it is a list, else an empty one."""
    return cast("list[Any]", value) if isinstance(value, list) else []


def is_shallow(value: object) -> bool:
    """Whether it can be written again: what was read too deep cannot."""
    waiting = [(value, 0)]
    while waiting:
        one, depth = waiting.pop()
        if depth > MOST_DEPTH:
            return False
        waiting += [(part, depth + 1) for part in (*object_of(one).values(), *list_of(one))]
    return True
