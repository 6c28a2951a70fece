"""Character maps said in other words: every character and every order of marks."""

import random
from pathlib import Path

import pytest
import sentencepiece
from tokenizers import normalizers

from engine.errors import EngineError
from engine.export.character_map import CharacterMap
from engine.export.character_rules import character_class, kept_apart, rules_for
from engine.export.sentencepiece_file import parse_sentencepiece
from tests.engine.export.sentencepiece_models import train

LOOSE = {"remove_extra_whitespaces": False, "add_dummy_prefix": False}


def map_of(**options: object) -> tuple[CharacterMap, sentencepiece.SentencePieceProcessor]:
    raw = train(**LOOSE, **options)
    original = sentencepiece.SentencePieceProcessor(model_proto=raw)
    return CharacterMap(parse_sentencepiece(raw).charsmap), original


@pytest.mark.parametrize("rule", ["nmt_nfkc", "nfkc", "nmt_nfkc_cf", "nfkc_cf"])
def test_each_rule_of_sentencepiece_is_kept(rule: str) -> None:
    # GIVEN texts of marks in any order, ligatures, syllables taken apart, and deleted characters
    characters, original = map_of(normalization_rule_name=rule)
    said = normalizers.Sequence(rules_for(characters))
    made = random.Random(4)
    parts = ["e", "E", "é", "\u0301", "\u0323", "\u0302", "\ufb01", "Ａ", "½", "か", "\u3099",
             "한", "\u1112", "\u1161", "\u11ab", "\u0001", "\u200b", "\r\n", "\u00a0", "İ", "ß",
             "～", "ﾊﾟ", "\U0001f469‍\U0001f467", " ", "q"]
    for _ in range(800):
        text = "".join(made.choices(parts, k=6))
        # THEN they become what SentencePiece makes of them
        assert said.normalize_str(text) == original.normalize(text).replace("▁", " "), repr(text)


def test_symbols_can_be_kept_from_the_rules() -> None:
    characters, _ = map_of(normalization_rule_name="nfkc_cf")
    kept = kept_apart(["<SEP>", "<S", "Ａ"], rules_for(characters))
    said = normalizers.Sequence(kept)
    assert said.normalize_str("ABC <SEP> <S <s Ａ Ｂ") == "abc <SEP> <S <s Ａ b"


def test_a_map_nobody_can_explain_is_refused(tmp_path: Path) -> None:
    # GIVEN a thousand characters that become each another one
    rules = tmp_path / "rules.tsv"
    rules.write_text("".join(f"{0x4E00 + at:X}\t{0x8000 + 3 * at:X}\n" for at in range(1000)),
                     "utf-8")
    characters, _ = map_of(normalization_rule_tsv=str(rules))
    with pytest.raises(EngineError, match="cannot be kept"):
        rules_for(characters)


def test_every_key_of_a_small_map_is_found(tmp_path: Path) -> None:
    rules = tmp_path / "rules.tsv"
    rules.write_text("61\t62\n61 62 63\t64\n65E5 672C\t\n", "utf-8")
    characters, _ = map_of(normalization_rule_tsv=str(rules))
    assert set(characters.keys()) == {"a", "abc", "日本"}
    assert characters.normalized("abcab日本日") == "dbb日"
    assert characters.singles() == {"a": "b"}


@pytest.mark.parametrize("blob", [b"", b"\0" * 7, b"\x05\0\0\0" + bytes(9), b"\xff" * 12])
def test_torn_maps_are_told(blob: bytes) -> None:
    with pytest.raises(ValueError, match="cut off"):
        CharacterMap(blob)


def test_classes_join_neighbours() -> None:
    assert character_class("cab") == r"[\x{61}-\x{63}]"
    assert character_class(["z", "\U0001f600"]) == r"[\x{7A}-\x{7A}\x{1F600}-\x{1F600}]"
