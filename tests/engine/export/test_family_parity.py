"""What counts as the same answer, on decoders whose logits are written down."""

from collections.abc import Sequence

import numpy as np
import pytest

from engine.errors import EngineError
from engine.export.family_parity import (
    SENTENCES,
    STEPS,
    Trial,
    agreement,
    answered,
    forced_trials,
    greedy_trials,
    probabilities,
    require_equal,
    said,
)
from engine.inference.tokenizer import Tokenizer
from tests.tiny_decoder import tiny_bpe

WORDS = 5


class Follows:
    """A decoder to which the next token is always the last one plus `step`, with some `bias`."""

    vocabulary, window, chunk = WORDS, 64, 64

    def __init__(self, step: int = 1, bias: Sequence[float] = (0.0,) * WORDS) -> None:
        self.step, self.bias = step, np.array(bias, np.float32)

    def logits(self, ids: np.ndarray) -> np.ndarray:
        found = np.zeros((len(ids), WORDS), np.float32)
        found[np.arange(len(ids)), (ids + self.step) % WORDS] = 3.0
        return found + self.bias

    def new_cache(self) -> list[int]:
        return []

    def read(self, cache: list[int], ids: np.ndarray, rows: Sequence[int] = (-1,)) -> np.ndarray:
        cache.extend(ids.tolist())
        return self.logits(ids)[list(rows)]


def reference(prompt: Sequence[int], steps: int) -> Trial:
    decoder = Follows()
    answer = said(decoder, np.array(prompt), steps)
    before = np.concatenate([prompt[-1:], answer[:-1]])
    return Trial(np.array(prompt), answer, decoder.logits(before))


def test_what_is_said_is_one_token_after_the_other() -> None:
    assert said(Follows(), np.array([1, 0]), 7).tolist() == [1, 2, 3, 4, 0, 1, 2]


def test_forced_answers_are_read_in_one_go() -> None:
    trial = reference([2], 6)
    np.testing.assert_array_equal(answered(Follows(), trial), trial.logits)
    short = Trial(trial.prompt, trial.answer[:1], trial.logits[:1])
    np.testing.assert_array_equal(answered(Follows(), short), short.logits)


def test_equal_tokens_pass_and_others_do_not() -> None:
    trial = reference([0, 1], 8)
    require_equal(Follows(), [trial], "it")
    with pytest.raises(EngineError, match="it does not answer"):
        require_equal(Follows(step=2), [trial], "it")


def test_where_the_reference_itself_hardly_chose_either_is_right() -> None:
    # GIVEN a reference that held two tokens as good as equal at the second place
    trial = reference([0], 4)
    trial.logits[1, 3] = trial.logits[1, 2] - 1e-5
    turned = Follows()
    straight = turned.logits

    def logits(ids: np.ndarray) -> np.ndarray:
        found = straight(ids)
        found[ids == 1, 3] = 3.5
        return found

    turned.logits = logits
    # THEN going the other way there is no mistake
    require_equal(turned, [trial], "it")
    trial.logits[1, 3] = 0
    with pytest.raises(EngineError):
        require_equal(turned, [trial], "it")


def test_numbers_that_are_none_never_pass() -> None:
    trial = reference([0], 4)
    trial.logits[:] = np.nan
    with pytest.raises(EngineError):
        require_equal(Follows(step=2), [trial], "it")


def test_agreement_is_whole_with_oneself_and_less_with_another() -> None:
    compared = [reference([0], 6), reference([1, 4], 9)]
    same = agreement(Follows(), compared)
    assert same.perplexity == pytest.approx(1) and same.top == 1
    other = agreement(Follows(step=2), compared)
    assert other.perplexity == pytest.approx(np.exp(3), rel=1e-3) and other.top == 0
    # A flatter decoder agrees on what is likeliest and is still the more surprised.
    flat = agreement(Follows(bias=(1, 1, 1, 1, 0)), compared)
    assert flat.top == 1 and flat.perplexity > 1


def test_sentences_are_cut_to_what_the_model_can_read() -> None:
    tokenizer = Tokenizer(tiny_bpe("<s>", "</s>"))
    asked: list[tuple[int, int]] = []

    def logits(prompt: np.ndarray, answer: np.ndarray) -> np.ndarray:
        asked.append((len(prompt), len(answer)))
        return np.zeros((len(answer), 400), np.float32)

    forced = forced_trials(tokenizer, False, 24, logits)
    assert len(forced) == len(SENTENCES)
    assert asked == [(4, 8)] * len(SENTENCES)
    encoded = forced_trials(tokenizer, True, 24, logits)
    assert {(len(t.prompt), len(t.answer)) for t in encoded} == {(12, 12)}
    # What the reference says by itself ends with the window.
    said_itself = greedy_trials(forced, lambda _, steps: np.zeros(steps, np.int64), logits, 24)
    assert [len(trial.answer) for trial in said_itself] == [20, 20]
    wide = greedy_trials(forced, lambda _, steps: np.zeros(steps, np.int64), logits, 999)
    assert [len(trial.answer) for trial in wide] == [STEPS, STEPS]


def test_a_tokenizer_that_knows_no_word_is_refused() -> None:
    tokenizer = Tokenizer(tiny_bpe("<s>", "</s>"))
    with pytest.raises(EngineError, match="plain sentences"):
        forced_trials(tokenizer, False, 2, lambda _p, a: np.zeros((len(a), 9), np.float32))


def test_scores_of_labels() -> None:
    logits = np.array([[0.0, 1000.0, -1000.0], [1.0, 1.0, 1.0]], np.float32)
    with np.errstate(over="ignore"):
        np.testing.assert_allclose(probabilities(logits, True)[0], [0, 1, 0], atol=1e-9)
        np.testing.assert_allclose(probabilities(logits, True)[1].sum(), 1)
        np.testing.assert_allclose(probabilities(logits, False)[0], [0.5, 1, 0], atol=1e-9)
