"""Turns a SentencePiece model into a tokenizer of the tokenizers library that gives the same ids.

Text is normalized as a whole by the model's own rules, but for symbols that its maker defined.
Control symbols become special tokens. Adds nothing around a text:
that is the family's to say. What cannot be kept is refused with a sentence.
"""
# The tokenizers library ships no types.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false, reportMissingTypeStubs=false

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import tokenizers
from tokenizers import Regex, decoders, models, normalizers, pre_tokenizers

from engine.errors import EngineError
from engine.export.character_map import CharacterMap
from engine.export.character_rules import apply, kept_apart, rules_for
from engine.export.sentencepiece_file import Algorithm, Piece, PieceType, SentencePieceModel

SPACE = "\u2581"

_NEVER = "\ufff1"
"""Begins the name of a piece that no text may match; no text has it."""

_NEVER_WORTH = 100.0
_DEFINED_BYTE = 0.1  # for every byte but one: a defined symbol is always chosen, a longer one first

_HINT = "Look for a variant of the model that carries a tokenizer.json."


def sentencepiece_tokenizer(model: SentencePieceModel) -> tokenizers.Tokenizer:
    """The tokenizer of `model`, ids equal. EngineError where the model wants what cannot be."""
    if model.algorithm is Algorithm.WORD or model.whitespace_as_suffix:
        raise EngineError("The tokenizer of this model is of a kind that cannot be kept.", _HINT)
    unknown = [at for at, piece in enumerate(model.pieces) if piece.type is PieceType.UNKNOWN]
    if len(unknown) != 1:
        raise EngineError("The tokenizer of this model has no place for the unknown.", _HINT)
    if model.algorithm is Algorithm.UNIGRAM:
        inner = tokenizers.Tokenizer(_unigram(model, unknown[0]))
    else:
        inner = tokenizers.Tokenizer(_bpe(model, unknown[0]))
    inner.normalizer = normalizers.Sequence(_normalizing(model))
    symbols = _defined(model)
    if symbols and model.algorithm is not Algorithm.UNIGRAM:
        inner.pre_tokenizer = pre_tokenizers.Split(Regex(_any_of(symbols)), "isolated")
    inner.decoder = decoders.Sequence(_decoding(model))
    inner.add_special_tokens([
        tokenizers.AddedToken(piece.text, special=True, normalized=False)
        for piece in model.pieces if piece.type in (PieceType.CONTROL, PieceType.UNKNOWN)
    ])
    return inner


def _unigram(model: SentencePieceModel, unknown: int) -> Any:
    scores = [_score(piece) for piece in model.pieces]
    # Control symbols and bytes are found by no text, so they cost more than any other way.
    least = min([0.0, *(score for score in scores if score is not None)]) - _NEVER_WORTH
    vocabulary = [(name, least if score is None else score)
                  for name, score in zip(_names(model), scores, strict=True)]
    return models.Unigram(vocabulary, unk_id=unknown, byte_fallback=model.byte_fallback)


def _score(piece: Piece) -> float | None:
    """What SentencePiece (0.2.3, measured) counts for a piece, None for what no text may spell."""
    if piece.type is PieceType.USER_DEFINED:
        return (len(piece.text.encode("utf-8")) - 1) * _DEFINED_BYTE
    return piece.score if piece.type is PieceType.NORMAL else None


def _bpe(model: SentencePieceModel, unknown: int) -> Any:
    names = _names(model)
    return models.BPE(
        vocab={name: at for at, name in enumerate(names)},
        merges=list(_merges(model)) if model.algorithm is Algorithm.BPE else [],
        unk_token=names[unknown], fuse_unk=True, byte_fallback=model.byte_fallback,
        # A defined symbol is a word of its own that no merges lead to.
        ignore_merges=bool(_defined(model)),
    )


def _names(model: SentencePieceModel) -> list[str]:
    names = [f"{_NEVER}{piece.text}" if piece.type is PieceType.UNUSED else piece.text
             for piece in model.pieces]
    if len(set(names)) != len(names):
        raise EngineError("The tokenizer of this model names a piece twice.", _HINT)
    return names


def _merges(model: SentencePieceModel) -> Iterator[tuple[str, str]]:
    """Every pair whose sum is a piece, in the order in which SentencePiece prefers the sums."""
    scores = {piece.text: piece.score for piece in model.pieces
              if piece.type is PieceType.NORMAL}
    for text in sorted(scores, key=lambda text: -scores[text]):
        for cut in range(1, len(text)):
            left, right = text[:cut], text[cut:]
            if left in scores and right in scores:
                yield left, right


def _normalizing(model: SentencePieceModel) -> list[Any]:
    try:
        steps = rules_for(CharacterMap(model.charsmap)) if model.charsmap else []
    except (ValueError, IndexError) as broken:
        raise EngineError(f"The tokenizer of this model is broken: {broken}.", _HINT) from broken
    space = SPACE if model.escape_whitespaces else " "
    prefix = [normalizers.Prepend(" ")] if model.add_dummy_prefix else []
    steps = kept_apart(_harmed(model, steps), steps)
    if model.remove_extra_whitespaces:
        trailing = f"[ {space}]+\\z"
        steps += [normalizers.Replace(Regex(r"\A +"), ""),
                  normalizers.Replace(Regex(" {2,}"), " "),
                  normalizers.Replace(Regex(trailing), ""), *prefix]
    else:
        steps = [*prefix, *steps]
    return [*steps, normalizers.Replace(" ", space)]


def _harmed(model: SentencePieceModel, steps: Sequence[Any]) -> list[str]:
    """The defined symbols that the character rules would change."""
    symbols = _defined(model)
    return [symbol for symbol, changed in zip(symbols, apply(steps, symbols), strict=True)
            if symbol != changed]


def _defined(model: SentencePieceModel) -> list[str]:
    return [piece.text for piece in model.pieces if piece.type is PieceType.USER_DEFINED]


def _any_of(texts: Iterable[str]) -> str:
    """A regular expression for the longest of these texts."""
    return "|".join("".join(f"\\x{{{ord(letter):X}}}" for letter in text)
                    for text in sorted(texts, key=len, reverse=True))


def _decoding(model: SentencePieceModel) -> list[Any]:
    steps: list[Any] = [decoders.Replace(SPACE, " ")] if model.escape_whitespaces else []
    steps += [decoders.ByteFallback()] if model.byte_fallback else []
    steps += [decoders.Fuse()]
    return [*steps, decoders.Strip(" ", 1, 0)] if model.add_dummy_prefix else steps
