"""What was asked lately is not read again; the fake encoder keeps the contract of the real one."""

import numpy as np
import pytest

from engine.chat.memory.sentence_vectors import RememberingEncoder
from tests.contracts import SentenceEncoderContract
from tests.fakes import FakeSentenceEncoder


class TestFakeSentenceEncoder(SentenceEncoderContract):
    @pytest.fixture
    def encoder(self) -> FakeSentenceEncoder:
        return FakeSentenceEncoder()


class TestRememberingEncoder(SentenceEncoderContract):
    @pytest.fixture
    def encoder(self) -> RememberingEncoder:
        return RememberingEncoder(FakeSentenceEncoder(), most=2)


def test_only_what_is_new_is_read() -> None:
    inner = FakeSentenceEncoder()
    encoder = RememberingEncoder(inner)
    first = encoder.vectors(["one", "two", "one"])
    second = encoder.vectors(["two", "three"])
    assert inner.read == ["one", "two", "three"]
    assert np.array_equal(first[0], first[2]) and np.array_equal(first[1], second[0])


def test_what_was_asked_longest_ago_is_forgotten_first() -> None:
    inner = FakeSentenceEncoder()
    encoder = RememberingEncoder(inner, most=2)
    encoder.vectors(["one", "two"])
    encoder.vectors(["one"])
    encoder.vectors(["three"])
    encoder.vectors(["one", "two"])
    assert inner.read == ["one", "two", "three", "two"]


def test_more_texts_than_are_remembered_come_out_whole() -> None:
    encoder = RememberingEncoder(FakeSentenceEncoder(), most=2)
    texts = [f"word{number}" for number in range(9)]
    assert np.array_equal(encoder.vectors(texts), FakeSentenceEncoder().vectors(texts))
