"""Keys that are words: found in a text wherever the same words stand in a row.

A letter of a script that sets no spaces between words, and a sign, count as a word each. Small and
capital letters are the same unless a key says otherwise; so are ways to encode a letter.
"""

import unicodedata
from collections.abc import Container, Iterable, Iterator
from dataclasses import dataclass

import regex

from engine.chat.lore.effort import Effort

LONGEST_KEY = 200
_ALIKE = str.maketrans({"‘": "'", "’": "'", "ʼ": "'", "“": '"', "”": '"', "„": '"',
                        **dict.fromkeys("\u00ad\u200b\u200c\u200d\u2060\ufeff")})
# Where nothing or only phrases are parted by spaces; Korean sets them, but hangs particles on.
_UNSPACED = "".join(rf"\p{{{script}}}" for script in (
    "Han", "Hiragana", "Katakana", "Hangul", "Bopomofo", "Thai", "Lao", "Khmer", "Myanmar"))
# Four controls part words for Python, though not for patterns.
_WORD = regex.compile(rf"(?V1)[[\p{{L}}\p{{N}}\p{{M}}_]--[{_UNSPACED}]]+|[^\s\x1c-\x1f]")
# Composing takes time as the square of the marks in a row, so it is done by so much at a time.
_COMPOSED_AT_ONCE = 200
# To look at a key at all, in letters compared.
_LEAST_COST = 30


@dataclass(frozen=True, slots=True)
class WordKey:
    """Words to look for: `spelt` is what `spelt_out` makes of them."""

    spelt: str
    sensitive: bool


def word_key(key: str, sensitive: bool) -> WordKey | None:
    """None for a key without words."""
    spelt = spelt_out(key, sensitive)
    return WordKey(spelt, sensitive) if spelt.strip() else None


def spelt_out(text: str, sensitive: bool) -> str:
    """Its words with a space around each, so that words in a row are a part of the text."""
    plain = text if text.isascii() else _composed(text)
    words = _WORD.findall(plain if sensitive else plain.casefold())
    return f" {' '.join(words)} "


def _composed(text: str) -> str:
    return " ".join(
        unicodedata.normalize("NFKC", word[start:start + _COMPOSED_AT_ONCE])
        for word in text.translate(_ALIKE).split()
        for start in range(0, len(word), _COMPOSED_AT_ONCE))


class WordSearch:
    """Many keys, looked for in one text after the other."""

    def __init__(self, keys: Iterable[WordKey]) -> None:
        self._by_first: dict[bool, dict[str, list[WordKey]]] = {}
        for key in dict.fromkeys(keys):
            firsts = self._by_first.setdefault(key.sensitive, {})
            firsts.setdefault(_first_word(key.spelt), []).append(key)

    def found_in(self, text: str, known: Container[object], effort: Effort) -> Iterator[WordKey]:
        """Those that stand in the text, without those `known` already."""
        for sensitive, firsts in self._by_first.items():
            spelt = spelt_out(text, sensitive)
            words = dict.fromkeys(spelt.split())  # in order: the same are found at every run
            for word in words:
                for key in firsts.get(word, ()):
                    if not effort.spend(_LEAST_COST + len(key.spelt) - len(word)):
                        return
                    if key not in known and self._stands(key, word, words, spelt, effort):
                        yield key

    @staticmethod
    def _stands(key: WordKey, first: str, words: Container[str], spelt: str,
                effort: Effort) -> bool:
        if len(key.spelt) == len(first) + 2:
            return True
        return (all(word in words for word in key.spelt.split())
                and effort.spend(len(spelt)) and key.spelt in spelt)


def _first_word(spelt: str) -> str:
    return spelt[1:spelt.index(" ", 1)]
