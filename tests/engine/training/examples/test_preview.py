"""The first examples as the model sees them: every token, and what of them is learned."""

from pathlib import Path

import numpy as np
import pytest

from engine.inference.tokenizer import Tokenizer
from engine.training.examples.example import Example
from engine.training.examples.preview import Preview, preview, preview_of
from engine.training.recipe import DataOptions, Method, Recipe
from engine.training.rows.row import BadRow, ChoiceRow, Line, PlainRow, RowPlace, TalkRow, TextRow
from tests.tiny_decoder import write_tiny_chat_model
from tests.tiny_encoder import tiny_tokenizer

PLACE = RowPlace("rows", 3)
TALK = TalkRow((Line("user", "Is it cold?"), Line("assistant", "Yes, very.", learned=True)), PLACE)


@pytest.fixture(scope="module")
def writer(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_tiny_chat_model(tmp_path_factory.mktemp("models") / "tiny", window=512)


def recipe(method: Method) -> Recipe:
    return Recipe(name="A", model_id="a", method=method, data=DataOptions(most_tokens=512))


def learned(shown: Preview | BadRow) -> str:
    assert isinstance(shown, Preview)
    assert shown.tokens == sum(piece.tokens for piece in shown.pieces)
    assert shown.learned == sum(piece.tokens for piece in shown.pieces if piece.learned)
    return "".join(piece.text for piece in shown.pieces if piece.learned and not piece.special)


def whole(shown: Preview | BadRow) -> str:
    assert isinstance(shown, Preview)
    return "".join(piece.text for piece in shown.pieces)


def test_of_a_talk_what_the_model_says_is_learned(writer: Path) -> None:
    [shown] = preview(recipe(Method.DIALOGUE), [TALK], writer)
    assert learned(shown).strip() == "Yes, very." and "Is it cold?" in whole(shown)


def test_both_replies_of_a_choice_are_shown(writer: Path) -> None:
    before = TalkRow(TALK.lines[:1], PLACE)
    kept, other = preview(recipe(Method.PREFERENCE), [ChoiceRow(before, "Yes.", "No.", PLACE)],
                          writer)
    assert (learned(kept).strip(), learned(other).strip()) == ("Yes.", "No.")


def test_of_a_song_the_moods_are_learned_as_an_answer(writer: Path) -> None:
    row = TextRow("the rain is falling on the stone", ("sadness", "calmness"), PLACE)
    [shown, *_] = preview(recipe(Method.GENERATIVE_TAGGER), [row], writer)
    assert "calmness" in learned(shown) and "the rain is falling" in whole(shown)


def test_of_a_labelled_text_the_labels_are_learned(tmp_path: Path) -> None:
    (tmp_path / "tokenizer.json").write_text(tiny_tokenizer().to_str(), "utf-8")
    row = TextRow("river stone", ("sadness",), PLACE, ("sadness", "hope"))
    [shown] = preview(recipe(Method.CLASSIFIER), [row], tmp_path)
    assert isinstance(shown, Preview) and learned(shown) == ""
    assert (shown.labels, shown.asked) == (("sadness",), ("sadness", "hope"))
    assert shown.pieces[0].text.strip() == "[CLS]" and shown.place == PLACE


def test_rows_that_give_nothing_say_why_and_the_first_are_enough(writer: Path) -> None:
    plain = PlainRow("words", PLACE)
    shown = preview(recipe(Method.DIALOGUE), [BadRow(PLACE, "broken"), plain, *[TALK] * 9], writer,
                    most=3)
    assert len(shown) == 3 and isinstance(shown[0], BadRow) and "no talk" in shown[0].why


def test_a_letter_of_several_tokens_is_one_piece(writer: Path) -> None:
    tokenizer = Tokenizer.open(writer / "tokenizer.json")
    ids = tokenizer.encode_prompt("a漢<|im_end|>")
    shown = preview_of(Example(ids, np.ones(len(ids), bool), PLACE), TALK, tokenizer)
    assert [piece.text for piece in shown.pieces] == ["a", "漢", "<|im_end|>"]
    assert shown.pieces[1].tokens > 1 and shown.pieces[2].special
    # AND half a letter is shown as one that cannot be
    half = preview_of(Example(ids[:-2], np.ones(len(ids) - 2, bool), PLACE), TALK, tokenizer)
    assert half.pieces[-1].text == "\ufffd"
