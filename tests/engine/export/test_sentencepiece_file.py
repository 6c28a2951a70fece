"""The reader of .model files agrees with SentencePiece's own, and survives broken files."""

import random
from pathlib import Path

import pytest
import sentencepiece

from engine.errors import EngineError
from engine.export.character_map import CharacterMap
from engine.export.sentencepiece_file import (
    Algorithm,
    PieceType,
    parse_sentencepiece,
    read_sentencepiece,
)
from tests.engine.export.sentencepiece_models import texts, train


@pytest.fixture(scope="module")
def raw() -> bytes:
    return train(byte_fallback=True, vocab_size=500, user_defined_symbols=["<sep>"],
                 add_dummy_prefix=False)


def test_every_piece_has_its_text_score_and_type(raw: bytes) -> None:
    original = sentencepiece.SentencePieceProcessor(model_proto=raw)
    model = parse_sentencepiece(raw)
    assert len(model.pieces) == original.vocab_size()
    for at, piece in enumerate(model.pieces):
        assert piece.text == original.id_to_piece(at)
        assert piece.score == original.get_score(at)
        assert (piece.type is PieceType.BYTE) == original.is_byte(at)
        assert (piece.type is PieceType.CONTROL) == original.is_control(at)
        assert (piece.type is PieceType.UNKNOWN) == original.is_unknown(at)


def test_settings_are_read_where_they_differ_from_the_usual(raw: bytes) -> None:
    model = parse_sentencepiece(raw)
    assert model.byte_fallback and not model.add_dummy_prefix
    assert model.remove_extra_whitespaces and model.escape_whitespaces
    other = parse_sentencepiece(train(model_type="bpe", remove_extra_whitespaces=False))
    assert other.algorithm is Algorithm.BPE
    assert not other.remove_extra_whitespaces and other.add_dummy_prefix


def test_the_character_map_is_the_models_own() -> None:
    raw = train(remove_extra_whitespaces=False, add_dummy_prefix=False)
    original = sentencepiece.SentencePieceProcessor(model_proto=raw)
    characters = CharacterMap(parse_sentencepiece(raw).charsmap)
    for text in texts(100):
        assert characters.normalized(text) == original.normalize(text).replace("▁", " ") or (
            "▁" in text)
    singles = characters.singles()
    assert singles["Ａ"] == "A" and singles["½"] == "1⁄2" and "a" not in singles


@pytest.mark.parametrize("content", [b"", b"no model at all", b"\x0a\xff\xff\xff\xff", b"\x0a\x02",
                                     b"\x08" + b"\xff" * 20, b"\x0a\x04\x12\x02ab"])
def test_what_is_no_model_is_told_so(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "tokenizer.model"
    file.write_bytes(content)
    with pytest.raises(EngineError, match="no whole SentencePiece model"):
        read_sentencepiece(file)


def test_a_missing_file_is_told_so(tmp_path: Path) -> None:
    with pytest.raises(EngineError, match=r"tokenizer\.model"):
        read_sentencepiece(tmp_path / "tokenizer.model")


def test_torn_and_bitten_files_raise_nothing_unknown(raw: bytes, tmp_path: Path) -> None:
    made = random.Random(3)
    file = tmp_path / "tokenizer.model"
    for _ in range(60):
        bitten = bytearray(raw[: made.randrange(1, 4000)])
        bitten[made.randrange(len(bitten))] = made.randrange(256)
        file.write_bytes(bytes(bitten))
        try:
            read_sentencepiece(file)
        except EngineError:
            continue
