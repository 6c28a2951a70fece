"""What a word list says beside the model, in the words that were asked for."""

import pytest

from engine.tagging.lexicon import Lexicon, is_polarity


@pytest.fixture(scope="module")
def lexicon() -> Lexicon:
    return Lexicon()


@pytest.mark.parametrize("labels, so", [
    (("positive", "negative"), True), (("Negative", " POSITIVE "), True),
    (("good", "bad", "neutral"), True), (("positive",), False), (("positive", "good"), False),
    (("positive", "negative", "C++"), False), (("C++", "Python"), False),
    (("positive", "good", "negative"), False), ((), False),
])
def test_it_knows_when_it_is_asked_for_polarity(labels: tuple[str, ...], so: bool) -> None:
    assert is_polarity(labels) is so


@pytest.mark.parametrize("text, label", [
    ("What a wonderful, happy day!", "good"), ("This is terrible and I hate it.", "bad"),
    ("The table has four legs.", ""), ("", ""), ("not good at all", "bad"),
])
def test_it_answers_in_the_labels_asked_for(lexicon: Lexicon, text: str, label: str) -> None:
    assert lexicon.view(text, ("bad", "good")).label == label


def test_a_neutral_label_takes_what_is_neither(lexicon: Lexicon) -> None:
    assert lexicon.view("The table has four legs.", ("pos", "neg", "neutral")).label == "neutral"


def test_it_says_whether_it_knew_a_word(lexicon: Lexicon) -> None:
    assert not lexicon.view("Der Tisch hat vier Beine.", ("positive", "negative")).known
    view = lexicon.view("I love it", ("positive", "negative"))
    assert view.known and 0 < view.compound <= 1


def test_other_labels_are_no_question_for_it(lexicon: Lexicon) -> None:
    with pytest.raises(ValueError):
        lexicon.view("x", ("C++", "Python"))


def test_what_it_cannot_see_is_why_a_model_stands_beside_it(lexicon: Lexicon) -> None:
    # A sad line without a sad word: the list knows nothing of it.
    text = "I have been counting the ceiling tiles since they told me."
    assert not lexicon.view(text, ("good", "bad")).known
