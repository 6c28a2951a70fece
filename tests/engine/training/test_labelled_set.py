"""Which labels are learned, and what each text says of them; options that cannot be are refused."""

import numpy as np
import pytest

from engine.errors import EngineError
from engine.inference.tokenizer import Tokenizer
from engine.paths import AppPaths
from engine.tagging.vocabulary import Vocabulary
from engine.training.classifier_options import (
    ClassifierOptions,
    Exclusive,
    LabelKind,
    classifier_options,
    words_options,
)
from engine.training.examples.labelled_text import LabelledTextMaker
from engine.training.labelled_set import Labels, as_moods, choose_labels, labelled_set
from engine.training.recipe import Method, Recipe
from engine.training.rows.row import RowPlace, TextRow
from tests.tiny_encoder import tiny_tokenizer

ANY = ClassifierOptions(labels=LabelKind.ANY, fewest=2)


def row(labels: tuple[str, ...], asked: tuple[str, ...] | None = None,
        text: str = "paper candle") -> TextRow:
    return TextRow(text, labels, RowPlace("rows.csv", 1), asked)


def maker() -> LabelledTextMaker:
    return LabelledTextMaker(Tokenizer(tiny_tokenizer()), 32, lyrics=False)


@pytest.fixture
def vocabulary(isolated_home: AppPaths) -> Vocabulary:
    return Vocabulary.load(isolated_home.moods_file)


def test_rare_labels_are_not_learned(vocabulary: Vocabulary) -> None:
    rows = [row(("often",)), row(("often",)), row(("seldom",))]
    with pytest.raises(EngineError, match="two labels"):
        choose_labels(rows, ANY, vocabulary)
    several = choose_labels([*rows, row(("often", "new")), row(("new",))], ANY, vocabulary)
    assert several.names == ("often", "new")
    assert not several.exclusive


def test_one_label_a_text_is_a_choice_unless_the_recipe_says_otherwise(
        vocabulary: Vocabulary) -> None:
    rows = [row(("a",)), row(("b",))] * 3
    assert choose_labels(rows, ANY, vocabulary).exclusive
    free = ClassifierOptions(labels=LabelKind.ANY, exclusive=Exclusive.NO)
    assert not choose_labels(rows, free, vocabulary).exclusive
    asked = [*rows, row(("a",), ("a",))]
    assert not choose_labels(asked, ANY, vocabulary).exclusive


def test_moods_have_one_spelling_and_other_words_fall_out(vocabulary: Vocabulary) -> None:
    (found,) = as_moods([row(("Sad", "green", "SADNESS"), ("joyful", "green"))], vocabulary)
    assert found.labels == ("sadness",)
    assert found.asked == ("happiness",)


def test_moods_tell_where_a_text_lies_on_the_circle(vocabulary: Vocabulary) -> None:
    labels = choose_labels([*[row(("sadness",))] * 3, row(())], ClassifierOptions(), vocabulary)
    found = labelled_set([row(("sadness",)), row(())], labels, maker())
    mood = vocabulary.get("sadness")
    assert mood is not None
    assert found.affect[0] == pytest.approx([mood.valence, mood.arousal])
    assert np.isnan(found.affect[1]).all()


def test_what_nobody_was_asked_is_neither_there_nor_not(vocabulary: Vocabulary) -> None:
    labels = Labels(("a", "b", "c"), said=frozenset(("a", "b")))
    found = labelled_set([row(("a",), ("a",)), row(("b",)), row(("a",), ())], labels, maker())
    assert found.asked.tolist() == [[1, 0, 0], [1, 1, 0], [1, 0, 0]]
    assert found.present.tolist() == [[1, 0, 0], [0, 1, 0], [1, 0, 0]]


def test_labels_that_all_texts_have_are_no_labels_to_learn(vocabulary: Vocabulary) -> None:
    options = ClassifierOptions(labels=LabelKind.ANY, exclusive=Exclusive.NO)
    with pytest.raises(EngineError, match="nothing to tell apart"):
        choose_labels([row(("a",))] * 9, options, vocabulary)
    assert choose_labels([row(("a",))] * 9 + [row(())], options, vocabulary).names == ("a",)


def test_texts_that_say_nothing_are_told() -> None:
    labels = Labels(("a",))
    found = labelled_set([row(("z",), ("z",)), row(("a",), text=" "), row(("a",))], labels, maker())
    assert len(found) == 1
    assert len(found.left_out) == 2


@pytest.mark.parametrize("options", [{"window": 8}, {"layer_decay": 0}, {"reach": 0},
                                     {"labels": "colours"}, {"colour": 1}, {"fewest": 0}])
def test_options_that_cannot_be_are_refused(options: dict[str, object]) -> None:
    with pytest.raises(EngineError):
        classifier_options(Recipe(name="n", model_id="n", method=Method.CLASSIFIER,
                                  options=options))


def test_the_words_options_are_read() -> None:
    recipe = Recipe(name="n", model_id="n", method=Method.WORDS, options={"share": 0.3})
    assert words_options(recipe).share == 0.3
    with pytest.raises(EngineError, match="share"):
        words_options(Recipe(name="n", model_id="n", method=Method.WORDS, options={"share": 1.5}))
