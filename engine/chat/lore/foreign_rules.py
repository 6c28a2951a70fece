"""Rules for a lore entry that SillyTavern keeps in its extensions, read into our own.

Only what decides when and where an entry is told; a decorator of the entry goes over them. What
is not of the kind it should be is passed over.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from engine.chat.conversation import Role

_AT_DEPTH = 4
_AND_ANY, _NOT_ALL, _NOT_ANY, _AND_ALL = range(4)
_ROLES = (Role.SYSTEM, Role.USER, Role.ASSISTANT)
_DEEPEST = 10_000


@dataclass(frozen=True, slots=True)
class ForeignRules:
    """`depth` is None where the entry stands by the description. Of the secondary keys one must
    be found, or `all_secondary`; with `not_secondary` none, or not all, may be. `shut_in`: its
    text calls no others; `shut_out`: the text of others does not call it."""

    depth: int | None = None
    role: Role | None = None
    scan_depth: int | None = None
    all_secondary: bool = False
    not_secondary: bool = False
    shut_in: bool = False
    shut_out: bool = False


def read_extensions(extensions: Mapping[str, Any]) -> ForeignRules:
    """The rules in an entry's extensions; none of them where another program wrote it."""
    logic = _number(extensions, "selectiveLogic", _AND_ALL)
    role = _number(extensions, "role", len(_ROLES) - 1)
    at_depth = _number(extensions, "position", _AT_DEPTH) == _AT_DEPTH
    return ForeignRules(
        depth=_number(extensions, "depth", _DEEPEST) if at_depth else None,
        role=_ROLES[role] if at_depth and role is not None else None,
        scan_depth=_number(extensions, "scan_depth", _DEEPEST),
        all_secondary=logic in (_AND_ALL, _NOT_ALL), not_secondary=logic in (_NOT_ALL, _NOT_ANY),
        shut_in=extensions.get("prevent_recursion") is True,
        shut_out=extensions.get("exclude_recursion") is True)


def _number(extensions: Mapping[str, Any], name: str, most: int) -> int | None:
    value = extensions.get(name)
    usable = isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= most
    return value if usable else None
