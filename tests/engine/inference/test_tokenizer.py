"""Ids without and with special tokens, and where in the text each token stands."""

from pathlib import Path

import pytest

from engine.errors import EngineError
from engine.inference.tokenizer import Tokenizer
from tests.tiny_encoder import tiny_tokenizer


def test_offsets_point_at_the_words_of_the_text(tokenizer: Tokenizer) -> None:
    # GIVEN a text with capitals, marks, a line end, a word of letters and an accent
    text = "Morning, river\nzzq  Wíndow"
    # WHEN it is encoded
    tokens = tokenizer.encode(text)
    # THEN every token names the characters it was made of
    pieces = [text[start:end] for start, end in zip(tokens.starts, tokens.ends, strict=True)]
    assert pieces == ["Morning", ",", "river", "z", "z", "q", "Wíndow"]
    inner = tiny_tokenizer()
    assert [inner.id_to_token(int(i)) for i in tokens.ids] == [
        "morning", ",", "river", "z", "##z", "##q", "window"]


def test_wrap_adds_what_the_model_expects(tokenizer: Tokenizer) -> None:
    tokens = tokenizer.encode("river light")
    inner = tiny_tokenizer()
    assert tokenizer.special_tokens == 2
    assert tokenizer.wrap(tokens.ids).tolist() == inner.encode("river light").ids


def test_nothing_gives_nothing(tokenizer: Tokenizer) -> None:
    tokens = tokenizer.encode(" \n ")
    assert len(tokens.ids) == len(tokens.starts) == len(tokens.ends) == 0
    assert len(tokenizer.wrap(tokens.ids)) == 2


def test_stored_padding_and_truncation_are_ignored(tmp_path: Path) -> None:
    # GIVEN a tokenizer.json that pads and cuts at eight tokens, as many models carry
    inner = tiny_tokenizer()
    inner.enable_padding(length=8)
    inner.enable_truncation(8)
    file = tmp_path / "tokenizer.json"
    file.write_text(inner.to_str(), "utf-8")
    # WHEN short and long texts are encoded
    tokenizer = Tokenizer.open(file)
    # THEN every token is there and no other
    assert len(tokenizer.encode("river").ids) == 1
    assert len(tokenizer.encode("river " * 20).ids) == 20


@pytest.mark.parametrize("content", [None, b"", b"{}", b"not json", b"\xff\xfe\x00"],
                         ids=["missing", "empty", "no model", "no json", "no text"])
def test_a_broken_file_is_said_in_a_sentence(tmp_path: Path, content: bytes | None) -> None:
    file = tmp_path / "tokenizer.json"
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(EngineError, match=r"tokenizer\.json") as caught:
        Tokenizer.open(file)
    assert caught.value.hint
