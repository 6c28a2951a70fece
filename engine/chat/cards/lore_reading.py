"""Lorebooks of many programs to ours: the V2 and V3 forms, SillyTavern's world info, and the names
that Agnai, Risu and NovelAI give the same things.

Knows their names, no file. What has no field of ours is kept.
"""

import re
from collections.abc import Mapping
from typing import Any

import msgspec

from engine.chat.cards.fields import Fields, Object, list_of, object_of, text_of
from engine.chat.lorebook import Lorebook, LoreEntry

MOST_ENTRIES = 10_000
MOST_KEYS = 1000
_USUAL_ORDER = 100.0
# Only SillyTavern writes these, and it writes use_regex beside every key, pattern or not.
_TAVERN_MARKS = frozenset({"selectiveLogic", "display_index", "useProbability"})
_KEPT_AS_NAMED = frozenset({"useProbability", "selectiveLogic"})
# Of these, cards of SillyTavern hold its own values besides.
_SETTINGS_TOO = ("position", "caseSensitive")
_CAPITAL = re.compile(r"(?<=[a-z0-9])([A-Z])")


def is_lorebook(found: Any) -> bool:
    """Whether a JSON value is a book of its own rather than a character."""
    book = object_of(found)
    if str(book.get("spec", "")).startswith("lorebook"):
        return True
    if "entries" in book:
        return isinstance(book["entries"], list | dict)
    return book.get("type") == "risu" and isinstance(book.get("data"), list)


def book_from(found: Mapping[str, Any], said: list[str]) -> Lorebook:
    """The book of an object, with or without its envelope. Never raises: what is no entry is
    passed over, and said."""
    if "entries" not in found and isinstance(found.get("data"), dict):
        found = object_of(found["data"])
    fields = Fields(found, said)
    entries = _entries(fields.value("entries", "data"), said)
    for envelope in ("spec", "spec_version"):
        fields.value(envelope)
    return Lorebook(
        entries=entries, name=fields.line("name"), description=fields.text("description"),
        scan_depth=fields.count("scan_depth", "scanDepth"),
        token_budget=fields.count("token_budget", "tokenBudget"),
        recursive=bool(fields.truth("recursive_scanning", "recursiveScanning")),
        extensions=fields.object("extensions"), unknown=fields.rest())


def _entries(value: Any, said: list[str]) -> tuple[LoreEntry, ...]:
    listed = list_of(value) or list(object_of(value).values())
    found = [object_of(each) for each in listed if isinstance(each, dict)]
    if len(found) < len(listed):
        said.append(f"{len(listed) - len(found):,} entries of the lorebook are broken and were"
                    " left out.")
    if len(found) > MOST_ENTRIES:
        said.append(f"The lorebook has {len(found):,} entries; only the first {MOST_ENTRIES:,}"
                    " were taken.")
    return tuple(_entry(each, said) for each in found[:MOST_ENTRIES])


def _entry(given: Object, said: list[str]) -> LoreEntry:
    world_info = "key" in given and "keys" not in given
    fields = Fields(given, said)
    keys = _keys(fields, "keys", "key", "keywords")
    secondary = _keys(fields, "secondary_keys", "keysecondary", "secondkey")
    content = fields.text("content", "entry", "text")
    order = fields.number("insertion_order", "order", "insertorder", "weight")
    constant = fields.truth("constant", "alwaysActive", "forceActivation")
    selective = fields.truth("selective")
    number = _id(given.get("id"))
    enabled, regex = _enabled(fields), bool(fields.truth("use_regex", "useRegex"))
    extensions = fields.object("extensions")
    cased = fields.truth("case_sensitive", "caseSensitive")
    position = _position(fields.value("position"))
    found = LoreEntry(
        keys=keys, content=content, secondary_keys=secondary, constant=bool(constant),
        # World info is selective unless it says not to be.
        selective=bool(secondary) and world_info if selective is None else selective,
        enabled=enabled,
        order=_USUAL_ORDER if order is None else order, priority=fields.number("priority"),
        position=position, regex=regex and not _TAVERN_MARKS & extensions.keys(),
        case_sensitive=Fields(extensions, said).truth("case_sensitive") if cased is None else cased,
        id=_id(given.get("uid")) if number is None else number,
        name=fields.line("name", "displayName"), comment=fields.text("comment"))
    if number is not None:
        fields.value("id")
    return _with_rest(found, given, extensions, fields.rest(), world_info=world_info)


def _with_rest(entry: LoreEntry, given: Object, extensions: Object, rest: Object,
               world_info: bool) -> LoreEntry:
    """The entry with what has no field. World info is brought into the form that SillyTavern gives
    it in cards, so that it finds its own settings again."""
    if world_info:
        settings = {**rest, **{name: given[name] for name in _SETTINGS_TOO if name in given}}
        settings.pop("uid", None)
        extensions = {**{_as_in_cards(name): value for name, value in settings.items()},
                      **extensions}
        rest = {}
    elif given.get("use_regex") and not entry.regex:
        # Kept as it stood: other programs may take it at its word.
        rest = {**rest, "use_regex": given["use_regex"]}
    return msgspec.structs.replace(entry, extensions=extensions, unknown=rest)


def _as_in_cards(name: str) -> str:
    """excludeRecursion is exclude_recursion there."""
    return name if name in _KEPT_AS_NAMED else _CAPITAL.sub(r"_\1", name).lower()


def _keys(fields: Fields, *names: str) -> tuple[str, ...]:
    value = fields.value(*names)
    # A pattern may hold commas of its own.
    one = isinstance(value, str) and value.lstrip().startswith("/")
    found = fields.texts(MOST_KEYS, *names, commas=not one)
    return tuple(key for key in found if key)


def _enabled(fields: Fields) -> bool:
    off = fields.truth("disable")
    on = fields.truth("enabled")
    return on if on is not None else not off


def _id(value: Any) -> int | str | None:
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return value if isinstance(value, int | str) and not isinstance(value, bool) else None


def _position(value: Any) -> str:
    """Some write before_char_defs, others numbers, 0 being before; the rest come after."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        return "before_char" if value == 0 else "after_char"
    return "after_char" if text_of(value).strip().lower().startswith("after") else "before_char"
