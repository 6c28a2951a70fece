"""Many continuations of one prompt are scored as each would be alone, and read as little."""

import numpy as np
import pytest

from engine.errors import EngineError
from engine.inference import scoring
from engine.inference.continuations import shared_length
from engine.inference.decoder import Ids, Logits
from engine.inference.prefix_store import PrefixStore
from engine.inference.scoring import log_softmax, score_continuations
from tests.fake_decoder import FakeDecoder

PROMPT = np.arange(1, 10)


def ids(*numbers: int) -> Ids:
    return np.array(numbers, np.int64)


def alone(prompt: Ids, continuation: Ids) -> list[float]:
    """Token by token from the decoder's rule, in 64 bits."""
    decoder, said, found = FakeDecoder(), prompt, []
    for token in continuation:
        logits = decoder.read(decoder.new_cache(), said)[0].astype(np.float64)
        found.append(float(logits[token] - np.log(np.exp(logits).sum())))
        said = np.append(said, token)
    return found


MANY = [ids(3, 4, 5), ids(3, 4), ids(7), ids(), ids(3, 4, 6), ids(3, 4, 5), ids(8, 1, 1, 1)]


@pytest.mark.parametrize("group_bytes", [64 << 20, 300])
def test_scores_are_those_of_each_alone(monkeypatch: pytest.MonkeyPatch,
                                        group_bytes: int) -> None:
    monkeypatch.setattr(scoring, "_GROUP_BYTES", group_bytes)
    decoder = FakeDecoder()
    found = score_continuations(decoder, PrefixStore(decoder), PROMPT, MANY)
    for each, scores in zip(MANY, found, strict=True):
        assert scores.tolist() == pytest.approx(alone(PROMPT, each), abs=1e-4)


def test_only_what_differs_is_read() -> None:
    decoder = FakeDecoder(chunk=16)
    prefixes = PrefixStore(decoder)
    score_continuations(decoder, prefixes, PROMPT, MANY)
    # the prompt; then "3 4" once, and "8 1 1": the last tokens need no reading
    assert decoder.reads[0] == 9
    assert sum(decoder.reads[1:]) == 5
    # WHEN single tokens are asked for after the same prompt, its last token is read
    decoder.reads.clear()
    score_continuations(decoder, prefixes, PROMPT, [ids(n) for n in range(50)])
    assert decoder.reads == [1]


def test_the_next_prompt_reads_from_where_it_differs() -> None:
    decoder = FakeDecoder(chunk=16)
    prefixes = PrefixStore(decoder)
    score_continuations(decoder, prefixes, PROMPT, MANY)
    decoder.reads.clear()
    changed = np.append(PROMPT[:6], [40, 41])
    found = score_continuations(decoder, prefixes, changed, [ids(5)])
    assert decoder.reads == [2]
    assert found[0].tolist() == pytest.approx(alone(changed, ids(5)), abs=1e-4)


def test_logits_that_are_no_numbers_are_a_sentence() -> None:
    def rule(said: Ids) -> Logits:
        return np.full(50, np.nan if len(said) > 10 else 1.0, np.float32)

    decoder = FakeDecoder(rule=rule)
    score_continuations(decoder, PrefixStore(decoder), PROMPT, [ids(1)])
    with pytest.raises(EngineError, match="numbers"):
        score_continuations(decoder, PrefixStore(decoder), PROMPT, [ids(1, 2, 3)])


def test_probabilities_add_up_and_large_logits_do_no_harm() -> None:
    logits = np.array([[1e4, 1e4 - 1, 0], [0, 0, -np.inf]], np.float32)
    assert np.exp(log_softmax(logits)).sum(axis=1) == pytest.approx([1, 1])


@pytest.mark.parametrize("one, other, shared", [
    ([1, 2, 3], [1, 2, 4], 2), ([1, 2], [1, 2, 4], 2), ([], [1], 0), ([5], [6], 0),
    ([1, 2], [1, 2], 2)])
def test_shared_beginnings(one: list[int], other: list[int], shared: int) -> None:
    assert shared_length(ids(*one), ids(*other)) == shared_length(ids(*other), ids(*one)) == shared
