"""Text to token ids and back to places in the text, by a model folder's tokenizer.json.

Knows nothing of lyrics or windows; never pads and never truncates.
"""
# The tokenizers library ships no types.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false, reportMissingTypeStubs=false

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import tokenizers

from engine.errors import EngineError

Ids = npt.NDArray[np.int64]


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

    def wrap(self, ids: Ids) -> Ids:
        """`ids` with the special tokens the model expects around them."""
        return np.concatenate([self._prefix, ids, self._suffix])


def _special_ends(inner: tokenizers.Tokenizer) -> tuple[Ids, Ids]:
    bare = inner.encode("a", add_special_tokens=False).ids
    whole = inner.encode("a", add_special_tokens=True).ids
    before = next(
        i for i in range(len(whole) - len(bare) + 1) if whole[i : i + len(bare)] == bare
    )
    after = whole[before + len(bare) :]
    return np.array(whole[:before], np.int64), np.array(after, np.int64)
