"""What followed the last words before is guessed to follow them again."""

from collections.abc import Sequence

import numpy as np
import pytest

from engine.inference.decoder import LAST, Ids, Logits
from engine.inference.generator import TokenGenerator, TokenRequest
from engine.inference.prefix_store import HeldCache, PrefixStore
from engine.inference.sampling import GREEDY
from engine.inference.speculation import LookupReader, looked_up, reads_alike
from tests.fake_decoder import FakeCache, FakeDecoder


@pytest.mark.parametrize("said, most, guess", [
    ([1, 2, 3, 4, 1, 2], 3, [3, 4, 1]),
    ([1, 2, 3, 4, 1, 2], 1, [3]),
    # three tokens alike tell more than two, and the latest more than the first
    ([9, 1, 2, 5, 1, 2, 6, 9, 1, 2], 2, [5, 1]),
    ([1, 2, 5, 1, 2, 6, 1, 2], 1, [6]),
    ([7, 7, 7, 7], 4, [7]),
    ([1, 2, 3], 4, []),
    ([1, 2, 1], 4, []),
    ([1], 4, []),
    ([1, 2, 3, 1, 2], 0, []),
])
def test_a_guess_is_what_followed(said: list[int], most: int, guess: list[int]) -> None:
    assert looked_up(np.array(said), most).tolist() == guess


def test_logits_are_those_of_reading_one_by_one() -> None:
    decoder, plain = FakeDecoder(window=60), FakeDecoder(window=60)
    prompt = np.array([1, 2, 3, 4, 5, 1, 2, 3, 4, 5, 1])
    cache = decoder.new_cache()
    decoder.read(cache, prompt)
    held = HeldCache(cache, 60)
    held.add(prompt)
    reader = LookupReader(decoder, held)
    said = prompt.tolist()
    # WHEN some of what comes is as guessed and some is not
    for token in [2, 3, 4, 9, 5, 1, 2, 3, 4, 5, 1, 2, 3, 8]:
        said.append(token)
        found = reader.after(token, room=30)
        assert np.array_equal(found, plain.read(plain.new_cache(), np.array(said))[0])
        assert held.ids.tolist() == said
    assert reader.guessed > 0 and reader.read < 14


class Rounding(FakeDecoder):
    """Rounds otherwise where it reads several tokens, as some kernels do."""

    def read(self, cache: FakeCache, ids: Ids, rows: Sequence[int] = LAST) -> Logits:
        logits = super().read(cache, ids, rows)
        return logits + 0.1 if len(ids) > 1 else logits


def test_a_decoder_that_rounds_otherwise_in_company_is_found() -> None:
    assert reads_alike(FakeDecoder())
    assert not reads_alike(Rounding())


def test_such_a_decoder_reads_one_by_one_though_guesses_were_asked_for() -> None:
    decoder = Rounding(window=60)
    generator = TokenGenerator(decoder, PrefixStore(decoder))
    request = TokenRequest(np.array([1, 2, 1, 2, 1]), max_tokens=9, sampling=GREEDY,
                           speculate=True)
    list(generator.generate(request))
    assert set(decoder.reads[-8:]) == {1}
