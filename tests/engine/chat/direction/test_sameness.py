"""Said again, or not."""

import pytest

from engine.chat.direction.sameness import Sameness
from engine.chat.memory.sentence_vectors import NoEncoder
from tests.fakes import FakeSentenceEncoder


@pytest.mark.parametrize("encoder", [NoEncoder(), FakeSentenceEncoder()])
class TestEither:
    def test_the_same_words_are_the_same(self, encoder: NoEncoder) -> None:
        same = Sameness(encoder)
        assert same.is_said_again("Yes, I DO!", ["No.", "yes i do"])
        assert not same.is_said_again("Rain fell on the hill.", ["I like bread.", "No."])

    def test_nothing_is_no_repeat(self, encoder: NoEncoder) -> None:
        same = Sameness(encoder)
        assert not same.is_said_again("...", ["...", ""])
        assert not same.is_said_again("Yes.", []) and not same.is_said_again("", ["Yes."])

    def test_a_word_more_hides_nothing(self, encoder: NoEncoder) -> None:
        said = "The old bridge over the river was closed for the whole winter and nobody minded"
        assert Sameness(encoder).is_said_again(f"{said} much.", ["No.", said])


def test_other_words_of_one_meaning_are_the_same_to_the_encoder() -> None:
    encoder = FakeSentenceEncoder("glad happy", "dog hound")
    assert Sameness(encoder).is_said_again("A glad dog.", ["A happy hound."])
    assert not Sameness(NoEncoder()).is_said_again("A glad dog.", ["A happy hound."])


def test_what_was_read_is_not_read_again() -> None:
    encoder = FakeSentenceEncoder()
    same = Sameness(encoder)
    earlier = [f"Line {number}." for number in range(20)]
    same.is_said_again("One more.", earlier)
    same.is_said_again("And another.", [*earlier, "One more."])
    assert len(encoder.read) == 22
