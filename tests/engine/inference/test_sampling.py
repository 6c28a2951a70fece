"""The next token: the likeliest, or one of the likely by their chances, the same by a seed."""

import time
from collections import Counter
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from engine.errors import EngineError
from engine.inference.decoder import Ids, Logits
from engine.inference.repetition import repeat_lengths
from engine.inference.sampling import GREEDY, Sampler, SamplingSettings, likely_tokens

NOTHING = np.empty(0, np.int64)
FREE = SamplingSettings(temperature=1.0, top_p=1.0, min_p=0.0)


def logits_of(*chances: float) -> Logits:
    return np.log(np.array(chances, np.float32))


def passed(settings: SamplingSettings, logits: Logits) -> list[int]:
    return sorted(likely_tokens(logits, float(logits.max()), settings).tolist())


def drawn(settings: SamplingSettings, logits: Logits, count: int = 4000) -> Counter[int]:
    sampler = Sampler(replace(settings, seed=5))
    return Counter(sampler.choose(logits, NOTHING) for _ in range(count))


def test_greedy_takes_the_likeliest_and_of_equals_the_first() -> None:
    assert Sampler(GREEDY).choose(np.array([0, 3, 1, 3], np.float32), NOTHING) == 1


def test_chances_are_those_of_the_model() -> None:
    found = drawn(FREE, logits_of(0.5, 0.3, 0.15, 0.05))
    assert [found[n] / 4000 for n in range(4)] == pytest.approx([0.5, 0.3, 0.15, 0.05], abs=0.03)


@pytest.mark.parametrize("temperature", [0.25, 0.5, 2.0])
def test_temperature_sharpens_and_flattens(temperature: float) -> None:
    chances = np.array([0.5, 0.3, 0.15, 0.05])
    expected = chances ** (1 / temperature)
    found = drawn(replace(FREE, temperature=temperature), logits_of(*chances))
    assert [found[n] / 4000 for n in range(4)] == pytest.approx(
        (expected / expected.sum()).tolist(), abs=0.03)


@pytest.mark.parametrize("change, left", [
    ({"top_k": 2}, [0, 1]),
    ({"top_k": 9}, [0, 1, 2, 3, 4]),
    ({"top_p": 0.5}, [0]),
    ({"top_p": 0.55}, [0, 1]),
    ({"top_p": 0.8}, [0, 1, 2]),
    ({"min_p": 0.25}, [0, 1]),
    ({"min_p": 0.05}, [0, 1, 2, 3]),
    ({"min_p": 1.0}, [0]),
    ({"top_k": 3, "top_p": 0.9}, [0, 1, 2]),
    ({"top_k": 3, "top_p": 0.65}, [0, 1]),
    ({"top_k": 4, "min_p": 0.5}, [0]),
])
def test_filters_leave_the_likely(change: dict[str, float], left: list[int]) -> None:
    """Top-p counts among what top-k left."""
    assert passed(replace(FREE, **change), logits_of(0.52, 0.22, 0.12, 0.1, 0.02)) == left


def plainly(logits: Logits, top_k: int, top_p: float, min_p: float) -> list[int]:
    """The filters as they are described, over everything sorted."""
    chances = np.exp(logits.astype(np.float64) - logits.max())
    order = np.argsort(-chances, kind="stable")
    order = order[:top_k] if top_k else order
    reached = np.cumsum(chances[order]) / chances[order].sum()
    nucleus = order[: int(np.searchsorted(reached, top_p)) + 1] if top_p < 1 else order
    return sorted(nucleus[chances[nucleus] >= min_p].tolist())


@settings(max_examples=200, deadline=None)
@given(st.integers(0, 10**6), st.integers(2, 60), st.integers(0, 70),
       st.floats(0.01, 1), st.floats(0, 1))
def test_filters_are_what_they_are_described_to_be(
        seed: int, size: int, top_k: int, top_p: float, min_p: float) -> None:
    logits = np.random.default_rng(seed).normal(0, 2, size).astype(np.float32)
    asked = replace(FREE, top_k=top_k, top_p=top_p, min_p=min_p)
    # Not where rounding to 32 bits decides.
    near = [plainly(logits, top_k, p, m)
            for p in (top_p - 1e-5, top_p + 1e-5) for m in (min_p - 1e-6, min_p + 1e-6)]
    assume(all(each == near[0] for each in near))
    assert passed(asked, logits) == near[0]


@pytest.mark.parametrize("temperature", [1e-3, 1e-30, 1e-50, 5e-324])
def test_next_to_nothing_of_temperature_is_greedy(temperature: float) -> None:
    logits = np.array([0, 3, 1, 2.5], np.float32)
    assert Sampler(replace(FREE, temperature=temperature)).choose(logits, NOTHING) == 1


def test_of_equals_top_k_takes_so_many_all_the_same() -> None:
    assert passed(replace(FREE, top_k=2), np.zeros(6, np.float32)) == [0, 1]


@pytest.mark.parametrize("top_p", [0.3, 0.9, 0.999])
@pytest.mark.parametrize("spread", [0.0, 0.1, 3.0])
def test_the_nucleus_of_a_large_vocabulary_is_the_smallest(top_p: float, spread: float) -> None:
    """The short cuts for large vocabularies find what sorting everything finds."""
    logits = np.random.default_rng(0).normal(0, spread, 20_000).astype(np.float32)
    chances = np.sort(np.exp(logits.astype(np.float64)))[::-1]
    count = int(np.searchsorted(np.cumsum(chances) / chances.sum(), top_p)) + 1
    found = passed(replace(FREE, top_p=top_p), logits)
    assert len(found) == pytest.approx(count, rel=1e-3, abs=1)
    least = logits[found].min()
    assert (np.delete(logits, found) <= least).all()


def test_what_is_forbidden_is_never_chosen() -> None:
    logits = np.full(1000, -np.inf, np.float32)
    logits[[3, 500]] = [0.0, -20.0]
    for asked in (FREE, replace(FREE, temperature=50.0), replace(FREE, top_k=400)):
        assert set(drawn(asked, logits, 300)) <= {3, 500}


def test_a_seed_makes_the_same_choices_and_none_makes_others() -> None:
    logits = np.random.default_rng(0).normal(0, 1, 5000).astype(np.float32)

    def some(seed: int | None) -> list[int]:
        sampler = Sampler(replace(FREE, seed=seed))
        return [sampler.choose(logits, NOTHING) for _ in range(8)]

    assert some(3) == some(3)
    assert some(3) != some(4)
    assert some(None) != some(None)


def test_every_choice_draws_once_whatever_the_filters() -> None:
    """Else speculation, which asks in another order, would change the text."""
    flat = np.zeros(50, np.float32)
    sure = flat.copy()
    sure[7] = 100
    one, other = Sampler(replace(FREE, seed=1)), Sampler(replace(FREE, seed=1))
    one.choose(sure, NOTHING)
    other.choose(flat, NOTHING)
    assert one.choose(flat, NOTHING) == other.choose(flat, NOTHING)


@pytest.mark.parametrize("settings", [GREEDY, FREE, SamplingSettings(top_k=5),
                                      SamplingSettings(repetition_penalty=1.2)])
@pytest.mark.parametrize("wrong", [np.nan, np.inf])
def test_logits_that_are_no_numbers_are_a_sentence(settings: SamplingSettings,
                                                   wrong: float) -> None:
    logits = np.zeros(100, np.float32)
    logits[60] = wrong
    with pytest.raises(EngineError, match="numbers"):
        Sampler(settings).choose(logits, np.array([1, 2]))
    with pytest.raises(EngineError, match="numbers"):
        Sampler(settings).choose(np.full(9, -np.inf, np.float32), NOTHING)


def test_a_repetition_penalty_speaks_against_what_was_said() -> None:
    logits = np.array([2.0, 1.9, -1.0, -1.1], np.float32)
    before = logits.copy()
    greedy = SamplingSettings(temperature=0, repetition_penalty=1.3)
    assert Sampler(greedy).choose(logits, np.array([0])) == 1
    assert Sampler(greedy).choose(logits, np.array([1, 1])) == 0
    # below 0 a logit becomes smaller too
    assert Sampler(greedy).choose(logits[2:], np.array([0])) == 1
    assert np.array_equal(logits, before), "the model's numbers are left alone"


def test_what_ends_a_turn_stays_as_likely_as_it_was() -> None:
    logits = np.array([2.0, 3.0, 2.5], np.float32)
    said = np.array([1, 2, 1], np.int64)
    settings = SamplingSettings(temperature=0, repetition_penalty=2.0)
    assert Sampler(settings).choose(logits, said) == 0
    assert Sampler(settings, frozenset({1})).choose(logits, said) == 1


def history(text: str) -> Ids:
    return np.array([ord(letter) for letter in text])


@pytest.mark.parametrize("said, token, length", [
    ("abcdabc", "d", 3),
    ("abab", "a", 2),
    ("aaaa", "a", 3),
    ("xbc abc", " ", 2),
    ("abc xbc abc", " ", 3),
    ("abcabc", "a", 3),
])
def test_a_repeat_is_as_long_as_what_stood_before(said: str, token: str, length: int) -> None:
    assert repeat_lengths(history(said), frozenset())[ord(token)] == length


def test_no_repeat_reaches_over_a_breaker() -> None:
    said, breakers = history("ab\ncd ab\ncd"), frozenset({ord("\n")})
    assert repeat_lengths(said, frozenset())[ord(" ")] == 5
    assert repeat_lengths(said, breakers)[ord(" ")] == 2
    assert repeat_lengths(history("ab\nab\n"), breakers) == {}
    assert repeat_lengths(history("a"), breakers) == {}


def test_what_holds_lists_together_is_not_held_against_a_model() -> None:
    """As in DRY's own description: a line end after a repeated line is no loop."""
    said, breakers = history("one two\none two"), frozenset({ord("\n")})
    assert repeat_lengths(said, frozenset())[ord("\n")] == 7
    assert ord("\n") not in repeat_lengths(said, breakers)


def test_dry_breaks_a_loop_and_lets_short_repeats_be() -> None:
    settings = SamplingSettings(temperature=0, dry_multiplier=0.8, dry_allowed_length=2)
    logits = np.zeros(128, np.float32)
    logits[ord("d")] = 1.0
    # a single letter may come again
    assert Sampler(settings).choose(logits, history("xdyx")) == ord("d")
    assert Sampler(settings).choose(logits, history("abcdabc")) != ord("d")


def test_the_longer_the_repeat_the_more_it_costs() -> None:
    settings = SamplingSettings(temperature=0, dry_multiplier=0.5, dry_base=2.0)
    logits = np.zeros(128, np.float32)
    logits[ord("d")] = 1.5
    assert Sampler(settings).choose(logits, history("bcdxbc")) == ord("d")
    assert Sampler(settings).choose(logits, history("zabcdxzabc")) != ord("d")


def test_choosing_takes_less_than_a_millisecond() -> None:
    logits = np.random.default_rng(0).normal(0, 3, 49_152).astype(np.float32)
    said = np.arange(1000) % 300
    settings = SamplingSettings(repetition_penalty=1.1, dry_multiplier=0.8, seed=1)
    sampler = Sampler(settings)
    took = []
    for _ in range(20):
        start = time.thread_time()
        sampler.choose(logits, said)
        took.append(time.thread_time() - start)
    assert min(took) < 0.001
