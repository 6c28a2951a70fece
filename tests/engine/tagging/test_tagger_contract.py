"""The shipped tagger and its stand-in keep one contract."""

import pytest

from engine.paths import program_folder
from engine.tagging.encoder_tagger import EncoderTagger
from tests.contracts import TaggerContract
from tests.fakes import FakeTagger


@pytest.fixture(scope="module")
def shipped() -> EncoderTagger:
    return EncoderTagger.open(program_folder() / "resources" / "models" / "moods-minilm", 32)


class TestFakeTagger(TaggerContract):
    @pytest.fixture
    def tagger(self) -> FakeTagger:
        return FakeTagger()


class TestShippedTagger(TaggerContract):
    @pytest.fixture
    def tagger(self, shipped: EncoderTagger) -> EncoderTagger:
        return shipped
