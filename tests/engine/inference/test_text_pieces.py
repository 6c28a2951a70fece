"""Text as it streams: whole characters only, no stop, nothing that must be taken back."""

from collections.abc import Sequence

import pytest
import tokenizers
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.inference.text_pieces import TextPieces
from engine.inference.tokenizer import Tokenizer
from tests.fakes import byte_tokenizer
from tests.tiny_decoder import tiny_bpe
from tests.tiny_sentencepiece import sentencepiece_tokenizer

BPE = Tokenizer(tiny_bpe())
BYTES = byte_tokenizer("<|im_end|>")
PIECES = sentencepiece_tokenizer()
ALL = {"bpe": BPE, "bytes": BYTES, "sentencepiece": PIECES}
every = pytest.mark.parametrize("tokenizer", ALL.values(), ids=ALL.keys())

TEXT = " Größe, naïve 🙂 汉字 👩‍👩‍👧 🇩🇪🇫🇷 e\u0301 ﷽ \n\n end "


def pieces(tokenizer: Tokenizer, ids: Sequence[int], stops: Sequence[str] = ()) -> list[str]:
    said = TextPieces(tokenizer, stops)
    return [*(said.add(token) for token in ids), said.rest()]


@every
def test_the_pieces_are_the_text(tokenizer: Tokenizer) -> None:
    found = pieces(tokenizer, tokenizer.continuation(TEXT).tolist())
    assert "".join(found) == TEXT
    assert all("\ufffd" not in piece for piece in found)


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=30).filter(lambda text: "<" not in text))  # "<|im_end|>" is no text
def test_any_text_comes_out_whole(text: str) -> None:
    for tokenizer in (BPE, BYTES, PIECES):
        assert "".join(pieces(tokenizer, tokenizer.continuation(text).tolist())) == text


@every
def test_each_piece_comes_as_soon_as_its_character_is_whole(tokenizer: Tokenizer) -> None:
    said = TextPieces(tokenizer)
    shown = [said.add(token) for token in tokenizer.continuation("🙂 rain")]
    assert shown[0] == "" or shown[0] == "🙂"
    assert "".join(shown) == "🙂 rain", "nothing is held back without a reason"


def test_joined_characters_wait_for_their_other_half() -> None:
    flag = [piece for piece in pieces(BYTES, BYTES.continuation("🇩🇪🇫🇷!").tolist()) if piece]
    assert flag == ["🇩🇪", "🇫🇷", "!"]
    family = [piece for piece in pieces(BYTES, BYTES.continuation("👩\u200d👧").tolist()) if piece]
    assert family == ["👩", "\u200d👧"]


@every
def test_half_a_character_at_the_end_is_shown_as_such(tokenizer: Tokenizer) -> None:
    ids = tokenizer.continuation("rain 🙂").tolist()
    found = pieces(tokenizer, ids[:-1])
    assert "".join(found) in ("rain \ufffd", "rain ")
    assert pieces(tokenizer, [*ids[:-1], *tokenizer.continuation("x").tolist()])[-1] == ""


@every
@pytest.mark.parametrize("stop", ["\nUser:", "###", "n", "汉字", "\n\n"])
def test_a_stop_is_never_shown_nor_what_follows(tokenizer: Tokenizer, stop: str) -> None:
    text = f"rai # \nUs ## {stop} and more {stop} still"
    ids = tokenizer.continuation(text).tolist()
    found = pieces(tokenizer, ids, ("never", stop))
    assert "".join(found) == text[:text.index(stop)]
    # AND no piece on the way was the beginning of the stop
    said = TextPieces(tokenizer, (stop,))
    shown = ""
    for token in ids:
        shown += said.add(token)
        assert text.startswith(shown) and len(shown) <= text.index(stop)
    assert said.stopped


def test_what_only_began_like_a_stop_is_shown() -> None:
    said = TextPieces(BYTES, ("###!",))
    assert [said.add(token) for token in BYTES.continuation("a####?").tolist()] == [
        "a", "", "", "", "#", "###?"]
    assert said.rest() == "" and not said.stopped
    held = TextPieces(BYTES, ("###!",))
    for token in BYTES.continuation("##"):
        assert held.add(token) == ""
    assert held.rest() == "##"


def test_the_earliest_of_several_stops_counts() -> None:
    ids = BYTES.continuation("one two three").tolist()
    assert "".join(pieces(BYTES, ids, ("three", "two", "", "thr"))) == "one "


@every
def test_special_tokens_are_no_text(tokenizer: Tokenizer) -> None:
    special = next(iter(tokenizer.special_ids))
    assert pieces(tokenizer, [special, *tokenizer.continuation("rain").tolist(), special])[0] == ""
    assert "".join(pieces(tokenizer, [special, special])) == ""


def test_added_words_that_are_not_special_are_text() -> None:
    inner = tiny_bpe()
    inner.add_tokens(["<think>"])
    tokenizer = Tokenizer(inner)
    (ids,) = [tokenizer.encode_prompt("<think>").tolist()]
    assert len(ids) == 1
    assert "".join(pieces(tokenizer, ids)) == "<think>"


def test_other_tokenizers_are_asked_to_decode() -> None:
    inner = tokenizers.Tokenizer(tokenizers.models.WordPiece(
        {"[UNK]": 0, "a": 1, "sad": 2, "##ness": 3}, unk_token="[UNK]"))
    inner.pre_tokenizer = tokenizers.pre_tokenizers.Whitespace()
    inner.decoder = tokenizers.decoders.WordPiece()
    assert "".join(pieces(Tokenizer(inner), [2, 3, 2])) == " sadness sad"


def test_ids_there_are_not_have_no_text() -> None:
    assert pieces(BPE, [10**6]) == ["", ""]
