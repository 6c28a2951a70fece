"""The stand-in keeps the contract of the real tagger."""

import pytest

from tests.contracts import TaggerContract
from tests.fakes import FakeTagger


class TestFakeTagger(TaggerContract):
    @pytest.fixture
    def tagger(self) -> FakeTagger:
        return FakeTagger()
