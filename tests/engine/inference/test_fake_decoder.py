"""The stand-in of the loop's tests is a decoder like the real ones."""

import pytest

from tests.contracts import DecoderContract
from tests.fake_decoder import FakeDecoder


class TestFakeDecoder(DecoderContract):
    @pytest.fixture
    def decoder(self) -> FakeDecoder:
        return FakeDecoder()
