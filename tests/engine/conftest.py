"""Models small enough to be made once for all tests of the engine."""

from pathlib import Path

import pytest

from engine.inference.tokenizer import Tokenizer
from tests.tiny_encoder import save_base, save_tagger, tiny_tokenizer


@pytest.fixture(scope="session")
def tokenizer() -> Tokenizer:
    return Tokenizer(tiny_tokenizer())


@pytest.fixture(scope="session")
def tiny_model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a whole int8 tagger. Only to be read."""
    folder = tmp_path_factory.mktemp("models") / "tiny"
    save_tagger(folder)
    return folder


@pytest.fixture(scope="session")
def tiny_base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a random BERT to fine-tune. Only to be read."""
    return save_base(tmp_path_factory.mktemp("base") / "tiny-bert")
