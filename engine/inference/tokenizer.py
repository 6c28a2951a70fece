"""Text to token ids and back, by a model folder's tokenizer.json.

Keeps a person's text and a prompt's special tokens apart. Knows nothing of lyrics or windows;
never pads and never truncates.
"""
# The tokenizers library ships no types.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false, reportMissingTypeStubs=false

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import tokenizers

from engine.errors import EngineError
from engine.inference.token_bytes import TokenBytes

Ids = npt.NDArray[np.int64]
GUARD = "\ufdd0"  # a code point that is no character, in no text and no vocabulary
_ANCHORS = ("\n", "a", "!", "1")


@dataclass(frozen=True, slots=True, eq=False)
class TokenizedText:
    """`ids` (n,) without special tokens; `starts`, `ends` (n,) characters each token covers."""

    ids: Ids
    starts: Ids
    ends: Ids


class Tokenizer:
    """A thread-safe tokenizer; encoding releases Python's global lock."""

    def __init__(self, inner: tokenizers.Tokenizer) -> None:
        inner.no_padding()
        inner.no_truncation()
        self._inner = inner
        self._prefix, self._suffix = _special_ends(inner)
        added = inner.get_added_tokens_decoder()
        self._added = tuple(added)
        self._special = {token.content: place for place, token in added.items() if token.special}
        self._bytes = TokenBytes(inner)
        self._looks_special = _starts_of([token.content for token in added.values()])

    @classmethod
    def open(cls, file: Path) -> "Tokenizer":
        """Reads tokenizer.json. Raises EngineError where the file is missing or broken."""
        try:
            return cls(tokenizers.Tokenizer.from_str(file.read_text("utf-8")))
        except Exception as broken:  # tokenizers raises bare Exception for bad files
            raise EngineError(
                f"The tokenizer {file.name} in {file.parent.name} cannot be read: {broken}",
                "Add the model again from its source.",
            ) from broken

    @property
    def special_tokens(self) -> int:
        """How many tokens `wrap` adds."""
        return len(self._prefix) + len(self._suffix)

    def encode(self, text: str) -> TokenizedText:
        """The tokens of `text` without special tokens."""
        encoding = self._inner.encode(text, add_special_tokens=False)
        places = np.array(encoding.offsets, np.int64).reshape(-1, 2)
        return TokenizedText(np.array(encoding.ids, np.int64), places[:, 0], places[:, 1])

    def encode_prompt(self, text: str) -> Ids:
        """The tokens of a prompt: special tokens are recognised, but for those in `quote`."""
        first, *others = text.split(GUARD)
        parts = [np.array(self._inner.encode(first, add_special_tokens=False).ids, np.int64)]
        return np.concatenate([*parts, *(self.continuation(other) for other in others)])

    def continuation(self, text: str) -> Ids:
        """The tokens of `text` as it stands after other text, without a space of its own."""
        whole = self._inner.encode(text, add_special_tokens=False).ids
        for anchor in _ANCHORS:
            before = self._inner.encode(anchor, add_special_tokens=False).ids
            joined = self._inner.encode(anchor + text, add_special_tokens=False).ids
            if joined[: len(before)] == before:
                whole = joined[len(before) :]
                break
        return np.array(whole, np.int64)

    def quote(self, text: str) -> str:
        """A foreign text made safe to stand in a prompt: none of it becomes a special token."""
        plain = text.replace(GUARD, "")
        return self._looks_special.sub(rf"\1{GUARD}", plain) if self._added else plain

    def decode(self, ids: Sequence[int] | Ids) -> str:
        """The text of these tokens without special ones; half a character is U+FFFD."""
        return self._inner.decode([int(token) for token in ids], skip_special_tokens=True)

    def token_bytes(self, token: int) -> bytes:
        """What a token stands for, maybe half a character; b"" for a special token."""
        return self._bytes.of(token)

    @property
    def size(self) -> int:
        """The greatest id there is, and one."""
        return max(self._inner.get_vocab_size(), max(self._added, default=-1) + 1)

    @property
    def special_ids(self) -> frozenset[int]:
        """The tokens that are no text."""
        return frozenset(self._special.values())

    def special_id(self, text: str) -> int | None:
        """The id of a special token by its text, or None where there is no such token."""
        return self._special.get(text)

    def special_text(self, token: int) -> str:
        """How a special token is written, "" for any other."""
        return next((text for text, known in self._special.items() if known == token), "")

    def wrap(self, ids: Ids) -> Ids:
        """`ids` with the special tokens the model expects around them."""
        return np.concatenate([self._prefix, ids, self._suffix])


def _starts_of(added: Sequence[str]) -> re.Pattern[str]:
    """Finds the first letter of everything a tokenizer would take for one of its own tokens."""
    names = "|".join(re.escape(name) for name in added if len(name) > 1 and not name.isspace())
    return re.compile(f"(?=(?:{names}))(.)", re.DOTALL) if names else re.compile("(?!)(.)")


def _special_ends(inner: tokenizers.Tokenizer) -> tuple[Ids, Ids]:
    bare = inner.encode("a", add_special_tokens=False).ids
    whole = inner.encode("a", add_special_tokens=True).ids
    before = next(
        i for i in range(len(whole) - len(bare) + 1) if whole[i : i + len(bare)] == bare
    )
    after = whole[before + len(bare) :]
    return np.array(whole[:before], np.int64), np.array(after, np.int64)
