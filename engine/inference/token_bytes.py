"""What each token of a tokenizer stands for, as bytes: a token may be half a character.

Knows the two alphabets in use (GPT-2's letters for bytes, SentencePiece's <0x0A> and low line);
other tokenizers are asked to decode.
"""
# The tokenizers library ships no types.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false, reportMissingTypeStubs=false

import re
from collections.abc import Callable

import tokenizers

_BYTE = re.compile(r"<0x([0-9A-Fa-f]{2})>")
_SPACE = "\u2581"
_ANCHOR = "a"


class TokenBytes:
    """The bytes of tokens by id. Special tokens, and ids there are not, have none."""

    def __init__(self, inner: tokenizers.Tokenizer) -> None:
        self._inner = inner
        self._added = inner.get_added_tokens_decoder()
        self._spell = _spelling(inner)
        self._known: dict[int, bytes] = {}

    def of(self, token: int) -> bytes:
        found = self._known.get(token)
        if found is None:
            found = self._known[token] = self._find(token)
        return found

    def _find(self, token: int) -> bytes:
        added = self._added.get(token)
        if added is not None:
            return b"" if added.special else added.content.encode()
        name = self._inner.id_to_token(token)
        return b"" if name is None else self._spell(name, token)


def _spelling(inner: tokenizers.Tokenizer) -> Callable[[str, int], bytes]:
    kind = b"" if inner.decoder is None else inner.decoder.__getstate__()
    if b'"ByteLevel"' in kind:
        letters = byte_letters()
        return lambda name, _: b"".join(
            bytes([letters[c]]) if c in letters else c.encode() for c in name
        )
    if b'"Metaspace"' in kind or b'"ByteFallback"' in kind:
        return lambda name, _: _sentencepiece_bytes(name)
    return lambda _, token: _decoded(inner, token)


def _sentencepiece_bytes(name: str) -> bytes:
    byte = _BYTE.fullmatch(name)
    return bytes([int(byte[1], 16)]) if byte else name.replace(_SPACE, " ").encode()


def _decoded(inner: tokenizers.Tokenizer, token: int) -> bytes:
    """What a token adds to a letter before it."""
    before = inner.encode(_ANCHOR, add_special_tokens=False).ids
    return inner.decode([*before, token])[len(inner.decode(before)) :].encode()


def byte_letters() -> dict[str, int]:
    """The letters that stand for bytes in byte-level vocabularies: printable ones for themselves,
    the others moved behind the first 256."""
    shown = [*range(0x21, 0x7F), *range(0xA1, 0xAD), *range(0xAE, 0x100)]
    moved = [byte for byte in range(256) if byte not in set(shown)]
    return {chr(byte): byte for byte in shown} | {
        chr(256 + at): byte for at, byte in enumerate(moved)
    }
