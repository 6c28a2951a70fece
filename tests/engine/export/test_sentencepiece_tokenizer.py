"""Converted SentencePiece models give the ids that SentencePiece itself gives."""

import functools

import pytest
import sentencepiece
import tokenizers

from engine.errors import EngineError
from engine.export.sentencepiece_file import (
    Algorithm,
    Piece,
    PieceType,
    SentencePieceModel,
    parse_sentencepiece,
)
from engine.export.sentencepiece_tokenizer import sentencepiece_tokenizer
from tests.engine.export.sentencepiece_models import texts, train

BYTES = {"byte_fallback": True, "vocab_size": 500}
AS_THEY_ARE = {"normalization_rule_name": "identity", "remove_extra_whitespaces": False}
SYMBOLS = {"user_defined_symbols": ["<sep>", "[MASK]", "<SEP>", "aa", "▁n"],
           "control_symbols": ["<ctl>"]}


@functools.cache
def all_texts() -> list[str]:
    return texts()


def differences(raw: bytes) -> list[str]:
    """The texts whose ids, by way of tokenizer.json, differ from SentencePiece's."""
    original = sentencepiece.SentencePieceProcessor(model_proto=raw)
    converted = tokenizers.Tokenizer.from_str(
        sentencepiece_tokenizer(parse_sentencepiece(raw)).to_str())
    return [text for text in all_texts()
            if original.encode(text)
            != converted.encode(text, add_special_tokens=False).ids]


@pytest.mark.parametrize("kind", ["unigram", "bpe"])
@pytest.mark.parametrize("options", [
    {},
    BYTES,
    {**BYTES, **AS_THEY_ARE},
    SYMBOLS,
    {**SYMBOLS, **BYTES, "normalization_rule_name": "nfkc_cf"},
    {**SYMBOLS, **BYTES, **AS_THEY_ARE, "user_defined_symbols": ["▁▁", "▁▁▁", "\n", "<sep>"]},
    {"add_dummy_prefix": False},
    {"add_dummy_prefix": False, "remove_extra_whitespaces": False,
     "normalization_rule_name": "nmt_nfkc_cf"},
    {"normalization_rule_name": "nfkc", "remove_extra_whitespaces": False},
    {"split_by_whitespace": False, "split_digits": True},
], ids=str)
def test_ids_are_those_of_sentencepiece(kind: str, options: dict[str, object]) -> None:
    assert len(all_texts()) > 400
    assert differences(train(model_type=kind, **options)) == []


def test_single_characters_are_a_vocabulary_too() -> None:
    assert differences(train(model_type="char")) == []


def test_rules_of_ones_own_are_kept(tmp_path) -> None:
    # GIVEN a map somebody wrote: longer keys, a deletion, and a value that is a key elsewhere
    rules = tmp_path / "rules.tsv"
    lines = {"lo": "il", "l": "y", "夜 月": "", "🙂": "love", "e 301": "E"}
    rules.write_text("".join(
        " ".join(f"{ord(letter):X}" for letter in key.replace(" ", "").replace("301", "\u0301"))
        + "\t" + " ".join(f"{ord(letter):X}" for letter in value) + "\n"
        for key, value in lines.items()), "utf-8")
    # THEN it holds, though no Unicode form explains it
    assert differences(train(normalization_rule_tsv=str(rules))) == []


@pytest.mark.parametrize("kind", ["unigram", "bpe"])
def test_ids_become_the_text_again(kind: str) -> None:
    raw = train(model_type=kind, **BYTES)
    original = sentencepiece.SentencePieceProcessor(model_proto=raw)
    converted = sentencepiece_tokenizer(parse_sentencepiece(raw))
    for text in all_texts():
        ids = original.encode(text)
        assert converted.decode(ids) == original.decode(ids)


def test_a_text_that_spells_a_byte_or_a_control_symbol_stays_text() -> None:
    raw = train(**BYTES, **AS_THEY_ARE, user_defined_symbols=["<", ">", "/", "0", "x", "A"])
    original = sentencepiece.SentencePieceProcessor(model_proto=raw)
    converted = sentencepiece_tokenizer(parse_sentencepiece(raw))
    assert converted.encode("<0x0A>").ids == original.encode("<0x0A>")
    # A control symbol is recognised where it is spelt out: prompts are written so.
    assert converted.encode("</s>", add_special_tokens=False).ids == [2]


def test_control_symbols_are_special_and_kept_out_of_texts() -> None:
    converted = sentencepiece_tokenizer(parse_sentencepiece(train(**SYMBOLS)))
    special = {token.content for token in converted.get_added_tokens_decoder().values()}
    assert special == {"<unk>", "<s>", "</s>", "<ctl>"}
    assert converted.decode([1, *converted.encode("love night").ids, 2]) == "love night"


def test_unused_pieces_are_never_found() -> None:
    pieces = [Piece("<unk>", 0, PieceType.UNKNOWN), Piece("▁a", -1, PieceType.NORMAL),
              Piece("a", -2, PieceType.NORMAL), Piece("b", -2, PieceType.NORMAL),
              Piece("ab", -0.5, PieceType.UNUSED)]
    for algorithm in (Algorithm.UNIGRAM, Algorithm.BPE):
        converted = sentencepiece_tokenizer(SentencePieceModel(tuple(pieces), algorithm))
        assert converted.encode("a ab").ids[-1] == 3


@pytest.mark.parametrize("model, said", [
    (SentencePieceModel((Piece("a", 0, PieceType.NORMAL),), Algorithm.UNIGRAM), "unknown"),
    (SentencePieceModel((Piece("<unk>", 0, PieceType.UNKNOWN),), Algorithm.WORD), "kind"),
    (SentencePieceModel((Piece("<unk>", 0, PieceType.UNKNOWN),), Algorithm.BPE,
                        whitespace_as_suffix=True), "kind"),
    (SentencePieceModel((Piece("<unk>", 0, PieceType.UNKNOWN), Piece("a", 0, PieceType.NORMAL),
                         Piece("a", 0, PieceType.NORMAL)), Algorithm.BPE), "twice"),
    (SentencePieceModel((Piece("<unk>", 0, PieceType.UNKNOWN),), Algorithm.BPE, b"abc"),
     "broken"),
    (SentencePieceModel((Piece("<unk>", 0, PieceType.UNKNOWN),), Algorithm.BPE,
                        b"\xff\xff\xff\x7f" + bytes(64)), "broken"),
])
def test_what_cannot_be_kept_is_refused(model: SentencePieceModel, said: str) -> None:
    with pytest.raises(EngineError, match=said):
        sentencepiece_tokenizer(model)
