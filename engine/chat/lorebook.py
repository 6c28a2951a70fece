"""A book of lore: what is told to the model when words of the talk call for it.

Values only; which entries are called is decided elsewhere. Knows no file format.
"""

from collections.abc import Mapping
from typing import Any

import msgspec


class LoreEntry(msgspec.Struct, frozen=True, omit_defaults=True):
    """One entry.

    Called where one of `keys` stands in the last messages (and, if `selective`, one of
    `secondary_keys` too), or always where `constant`. `order`: low comes earlier in the prompt.
    `priority`: low is left out first where the budget is short; None is as `order` says.
    `content` may open with decorators (lines that begin with @@). `position` is "before_char" or
    "after_char". `case_sensitive` None leaves it to the reader: it is not. `regex`: the keys are
    patterns.
    """

    keys: tuple[str, ...] = ()
    content: str = ""
    secondary_keys: tuple[str, ...] = ()
    selective: bool = False
    constant: bool = False
    enabled: bool = True
    order: float = 100
    priority: float | None = None
    position: str = "before_char"
    case_sensitive: bool | None = None
    regex: bool = False
    id: int | str | None = None
    name: str = ""
    comment: str = ""
    extensions: Mapping[str, Any] = {}
    unknown: Mapping[str, Any] = {}


class Lorebook(msgspec.Struct, frozen=True, omit_defaults=True):
    """Entries and how they are looked for.

    `scan_depth`: how many of the last messages are searched for keys; `token_budget`: the most
    tokens its entries may take; None leaves both to the program. `recursive`: the content of
    called entries is searched too.
    """

    entries: tuple[LoreEntry, ...] = ()
    name: str = ""
    description: str = ""
    scan_depth: int | None = None
    token_budget: int | None = None
    recursive: bool = False
    extensions: Mapping[str, Any] = {}
    unknown: Mapping[str, Any] = {}
