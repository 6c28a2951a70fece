"""What was read of a text is kept beyond a start; another encoder reads it anew."""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import numpy as np
import pytest

from engine.chat.memory.vector_store import KeptEncoder, VectorStore
from engine.errors import EngineError
from engine.library.database import Database
from tests.contracts import SentenceEncoderContract
from tests.fakes import FakeSentenceEncoder

TEXTS = ["Lex has a plan.", "Lex owns a boat.", "\ud800 half a pair", ""]


class Library:
    """A library file, opened for each piece of work."""

    def __init__(self, file: Path) -> None:
        self.file = file

    @contextmanager
    def __call__(self) -> Iterator[Database]:
        database = Database.open(self.file)
        try:
            yield database
        finally:
            database.close()


@pytest.fixture
def library(tmp_path: Path) -> Library:
    return Library(tmp_path / "library.sqlite3")


class TestKeptEncoder(SentenceEncoderContract):
    @pytest.fixture
    def encoder(self, library: Library) -> KeptEncoder:
        return KeptEncoder(FakeSentenceEncoder(), "one@1", library)


def test_the_second_start_reads_no_text_twice(library: Library) -> None:
    # GIVEN texts that were read once
    first = KeptEncoder(FakeSentenceEncoder(), "one@1", library).vectors(TEXTS)
    # WHEN the program starts again
    inner = FakeSentenceEncoder()
    again = KeptEncoder(inner, "one@1", library)
    second = again.vectors([*TEXTS, "Lex sings.", "Lex sings."])
    # THEN only what is new is read, once, and the numbers are the same to the last bit
    assert inner.read == ["Lex sings."]
    assert np.array_equal(second[:4], first) and np.array_equal(second[4], second[5])
    assert first == pytest.approx(FakeSentenceEncoder().vectors(TEXTS), abs=1e-3)


def test_vectors_of_another_encoder_are_not_used(library: Library) -> None:
    KeptEncoder(FakeSentenceEncoder(), "one@1", library).vectors(TEXTS)
    inner = FakeSentenceEncoder()
    KeptEncoder(inner, "one@2", library).vectors(TEXTS)
    assert inner.read == TEXTS
    # AND neither is one that became wider under the same name
    wide = FakeSentenceEncoder(width=128)
    assert KeptEncoder(wide, "one@1", library).vectors(TEXTS).shape == (4, 128)
    assert wide.read == TEXTS


def test_a_library_in_trouble_is_no_reason_to_stop() -> None:
    def broken() -> AbstractContextManager[Database]:
        raise EngineError("The library is in use by another program.")

    encoder = KeptEncoder(FakeSentenceEncoder(), "one@1", broken)
    assert np.linalg.norm(encoder.vectors(TEXTS), axis=1) == pytest.approx(1, abs=1e-5)


def test_what_was_kept_first_goes_first() -> None:
    database = Database.in_memory()
    store = VectorStore(database, most=3)
    for text in "abcde":
        store.keep("one", {text: np.ones(4, np.float32) / 2})
    assert sorted(store.vectors("one", list("abcde"))) == ["c", "d", "e"]
    database.close()


def test_more_texts_than_one_question_takes() -> None:
    database = Database.in_memory()
    vectors = {f"text {at}": np.full(4, 0.5, np.float32) for at in range(1200)}
    store = VectorStore(database)
    store.keep("one", vectors)
    store.keep("one", vectors)
    assert store.vectors("one", list(vectors)).keys() == vectors.keys()
    assert database.first("SELECT count(*) FROM sentence_vector") == (1200,)
    database.close()
