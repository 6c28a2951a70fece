"""A SentencePiece character map said in the normalizers of tokenizer.json, and proved to say it.

The library's own normalizer for such maps works by grapheme: it loses accents, leaves decomposed
syllables apart and breaks where a text begins with a deleted character. So the map is explained
anew: a Unicode normal form, a few characters kept from it, and classes of characters replaced.
What no explanation fits is refused. Knows characters; knows no pieces and no spaces at the ends.
"""
# The tokenizers library ships no types.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false, reportMissingTypeStubs=false

import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import Any

from tokenizers import Regex, normalizers

from engine.errors import EngineError
from engine.export.character_map import CharacterMap

BREAK = "\ufff0"
"""Stands for a moment between characters that shall not compose; no text has it."""

_STAND_IN = 0xF0000
"""Private characters from here on stand in for what a normal form must not touch."""

_APART = "\ue000"  # private: nothing composes with it and no form changes it
_SMALL_MAP = 8192
_MOST_GROUPS = 300
_MOST_REPLACED = 400
_MOST_MISSED = 0.01  # characters younger than the map, or than this library
_MARKS = r"[\p{M}\x{11A8}-\x{11C2}\x{FFA0}-\x{FFDC}\x{FF9E}\x{FF9F}]"

Step = Any  # a normalizer of the library


def rules_for(characters: CharacterMap) -> list[Step]:
    """Steps that do to any text what the map does. EngineError where none can be found."""
    wanted = {part: part for part in _every_character()} | characters.singles()
    small = characters.size <= _SMALL_MAP
    longer = _longer_keys(characters, small)
    for base in _bases():
        got = dict(zip(wanted, apply(base, wanted), strict=True))
        steps = _explained(base, wanted, got, longer if small else {}, bool(longer))
        touched = {c: value for c, value in wanted.items() if c != value or c != got[c]}
        if steps is not None and _holds(steps, touched, longer):
            return steps
    raise EngineError(
        "The tokenizer of this model treats characters in a way that cannot be kept.",
        "Look for a variant of the model that carries a tokenizer.json.",
    )


def kept_apart(texts: Sequence[str], steps: Sequence[Step]) -> list[Step]:
    """`steps` with these texts left as they are wherever they stand."""
    ordered = sorted(texts, key=len, reverse=True)
    places = [chr(_STAND_IN + _MOST_REPLACED + at) for at in range(len(ordered))]
    pairs = list(zip(ordered, places, strict=True))
    return [*(normalizers.Replace(text, place) for text, place in pairs), *steps,
            *(normalizers.Replace(place, text) for text, place in pairs)]


def apply(steps: Sequence[Step], texts: Iterable[str]) -> list[str]:
    """What the steps make of each text; none of them may hold a private character."""
    whole = normalizers.Sequence(list(steps)).normalize_str(_APART.join(["", *texts, ""]))
    return whole.split(_APART)[1:-1]


def _bases() -> Iterable[list[Step]]:
    forms = normalizers.NFKC(), normalizers.NFC()
    yield []
    for form in forms:
        yield [form]
    for form in forms:
        yield [form, normalizers.Lowercase()]
    yield [normalizers.Lowercase()]


def _longer_keys(characters: CharacterMap, small: bool) -> dict[str, str]:
    """Keys of several characters: all of a small map, else those that compose a character."""
    found = (key for key in characters.keys() if len(key) > 1) if small else _decomposed()  # noqa: SIM118
    values = {key: characters.normalized(key) for key in found}
    return {key: value for key, value in values.items() if key != value}


@cache
def _decomposed() -> tuple[str, ...]:
    """Every composed character taken apart; of the many Hangul syllables each seventh."""
    composed = (point for point in _points(0xC0, 0x30000)
                if not 0xAC00 <= point < 0xD7A4 or point % 7 == 0)
    apart = (unicodedata.normalize("NFD", chr(point)) for point in composed)
    return tuple(text for text in apart if len(text) > 1)


@cache
def _every_character() -> tuple[str, ...]:
    """All assigned characters."""
    return tuple(character for character in map(chr, _points(1, 0xE0200))
                 if unicodedata.category(character) not in ("Cn", "Co"))


def _points(first: int, end: int) -> Iterable[int]:
    return (point for point in range(first, end) if not 0xD800 <= point < 0xE000)


def _explained(base: list[Step], wanted: Mapping[str, str], got: Mapping[str, str],
               longer: Mapping[str, str], composes: bool) -> list[Step] | None:
    """Steps around `base`, not yet proved; None where there would be too many.

    `got` is what `base` alone makes of each character; `longer` keys are made to hold one by one.
    """
    rules = {c: value for c, value in wanted.items() if got[c] == c != value}
    kept = [c for c, value in wanted.items() if got[c] != c == value]
    replaced = {c: value for c, value in wanted.items() if c != value != _mapped(rules, got[c])}
    reached = zip(longer.items(), apply(base, longer), strict=True)
    replaced |= {key: value for (key, value), plain in reached if _mapped(rules, plain) != value}
    groups = _groups(rules)
    if len(groups) > _MOST_GROUPS or len(replaced) + len(kept) > _MOST_REPLACED:
        return None
    return _assembled(base, kept, replaced, groups, composes)


def _assembled(base: list[Step], kept: Sequence[str], replaced: Mapping[str, str],
               groups: Mapping[str, list[str]], composes: bool) -> list[Step]:
    stands_for = sorted({*kept, *replaced.values()} - {""}, key=len, reverse=True)
    places = {text: chr(_STAND_IN + at) for at, text in enumerate(stands_for)}
    swaps = {text: places[text] for text in kept}
    swaps |= {text: places.get(value, "") for text, value in replaced.items()}
    before = [normalizers.Replace(text, swaps[text])
              for text in sorted(swaps, key=len, reverse=True)]
    guards = [_guard(), *base, normalizers.Replace(BREAK, "")] if base and composes else base
    classes = [normalizers.Replace(Regex(character_class(members)), value)
               for value, members in groups.items()]
    back = [normalizers.Replace(place, text) for text, place in places.items()
            if place in swaps.values()]
    return [*before, *guards, *classes, *back]


def _guard() -> Step:
    """Keeps normal forms from composing what the map, which looks left to right once, does not:
    a mark on a character composed already, a mark that would have to change places, and one
    behind another that stays apart."""
    closed = [chr(point) for point in _points(0xA0, 0x30000)
              if len(unicodedata.normalize("NFKD", chr(point))) > 1]
    composing = "".join(f"(?<!{'|'.join(starts)})" for starts in _composing())
    classes = _mark_classes()
    marks = character_class(mark for members in classes.values() for mark in members)
    where = [f"(?<={character_class(closed)})", *_out_of_order(classes),
             f"(?<={marks}){composing}"]
    return normalizers.Replace(Regex(f"(?={_MARKS})(?:{'|'.join(where)})"), BREAK)


def _mark_classes() -> dict[int, list[str]]:
    """The marks by their canonical class: in a text's normal form it only grows."""
    classes: dict[int, list[str]] = {}
    for point in _points(0x300, 0x1F000):
        order = unicodedata.combining(chr(point))
        if order:
            classes.setdefault(order, []).append(chr(point))
    return classes


def _out_of_order(classes: Mapping[int, list[str]]) -> list[str]:
    """Places between a mark and one that canonical order puts before it."""
    found: list[str] = []
    for order in sorted(classes):
        higher = [mark for other, marks in classes.items() if other > order for mark in marks]
        if higher:
            found.append(f"(?<={character_class(higher)})(?={character_class(classes[order])})")
    return found


def _composing() -> tuple[list[str], list[str]]:
    """Regular expressions of a character with one mark, and with two, that make one character."""
    alike: dict[str, list[str]] = {}
    for letter in map(chr, _points(0x20, 0x30000)):
        alike.setdefault(unicodedata.normalize("NFKC", letter), []).append(letter)
    found: dict[str, set[str]] = {}
    for text in _decomposed():
        for length in (2, 3):
            start = text[:length]
            if len(start) == length and len(unicodedata.normalize("NFC", start)) == 1:
                found.setdefault(start[1:], set()).update(alike.get(start[0], [start[0]]))
    written = {marks: character_class(letters) + "".join(map(character_class, marks))
               for marks, letters in sorted(found.items())}
    return ([text for marks, text in written.items() if len(marks) == 1],
            [text for marks, text in written.items() if len(marks) == 2])


def _groups(rules: Mapping[str, str]) -> dict[str, list[str]]:
    groups: dict[str, list[str]] = {}
    for character, value in rules.items():
        groups.setdefault(value, []).append(character)
    return groups


def _mapped(rules: Mapping[str, str], text: str) -> str:
    return "".join(rules.get(character, character) for character in text)


def _holds(
    steps: Sequence[Step], wanted: Mapping[str, str], longer: Mapping[str, str]
) -> bool:
    """Whether the steps do to every character, and nearly every longer key, what the map does."""
    if apply(steps, wanted) != list(wanted.values()):
        return False
    reached = zip(apply(steps, longer), longer.values(), strict=True)
    missed = sum(got != value for got, value in reached)
    return missed <= _MOST_MISSED * len(longer)


def character_class(characters: Iterable[str]) -> str:
    """A regular expression for any one of these characters."""
    runs: list[list[int]] = []
    for point in sorted(map(ord, characters)):
        if runs and runs[-1][1] == point - 1:
            runs[-1][1] = point
        else:
            runs.append([point, point])
    return "[" + "".join(f"\\x{{{first:X}}}-\\x{{{last:X}}}" for first, last in runs) + "]"
