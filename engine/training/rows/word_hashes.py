"""Texts as the hashes of their words, made once for all that looks at many texts quickly.

Case, signs and accents do not count. Knows no rows.
"""

import re
import unicodedata
import zlib
from collections.abc import Iterable

import numpy as np
import numpy.typing as npt

Hashes = npt.NDArray[np.uint64]
MOST_WORDS = 3000
_WORD = re.compile(r"\w+")
_ACCENTS = re.compile(r"[\u0300-\u036f]")


def words_of(text: str) -> list[str]:
    """The words of a text, folded."""
    plain = text if text.isascii() else _ACCENTS.sub("", unicodedata.normalize("NFKD", text))
    return _WORD.findall(plain.casefold())


def hashed_words(texts: Iterable[str]) -> list[Hashes]:
    """For each text (W,) the hashes of its words in their order, of a very long one the first."""
    known: dict[str, int] = {}
    found: list[Hashes] = []
    for text in texts:
        words = words_of(text)[:MOST_WORDS]
        for word in set(words).difference(known):
            known[word] = zlib.crc32(word.encode("utf-8", "replace"))
        found.append(np.array([known[word] for word in words], np.uint64))
    return found
