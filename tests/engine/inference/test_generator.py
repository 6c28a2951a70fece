"""The loop: from a prompt's tokens to a reply's, read once, stopped at once."""

from collections.abc import Iterator

import numpy as np
import pytest

from engine.errors import EngineError
from engine.inference.decoder import Ids, Logits
from engine.inference.generator import GeneratedToken, TokenGenerator, TokenRequest, log_chance
from engine.inference.prefix_store import PrefixStore
from engine.inference.sampling import GREEDY, SamplingSettings
from tests.fake_decoder import FakeDecoder, says

FREE = SamplingSettings(temperature=1.0, top_p=1.0, min_p=0.0, seed=1)


def loop(decoder: FakeDecoder, slides: bool = True) -> TokenGenerator:
    return TokenGenerator(decoder, PrefixStore(decoder), slides)


def request(prompt: list[int], sampling: SamplingSettings = GREEDY, **how: object) -> TokenRequest:
    return TokenRequest(np.array(prompt), sampling=sampling, **how)


def tokens(said: Iterator[GeneratedToken]) -> list[int]:
    return [each.token for each in said if each.token is not None]


def greedily(decoder: FakeDecoder, prompt: list[int], count: int) -> list[int]:
    """What the decoder's rule says, with everything read anew each time."""
    said = list(prompt)
    for _ in range(count):
        said.append(int(decoder.read(decoder.new_cache(), np.array(said))[0].argmax()))
    return said[len(prompt):]


def test_it_says_what_the_model_says() -> None:
    prompt = [5, 6, 7, 8, 9]
    found = tokens(loop(FakeDecoder()).generate(request(prompt, max_tokens=20)))
    assert found == greedily(FakeDecoder(), prompt, 20)


def test_every_token_is_read_once_and_the_last_not_at_all() -> None:
    decoder = FakeDecoder(chunk=4)
    list(loop(decoder).generate(request([1] * 10, max_tokens=5)))
    assert decoder.reads == [4, 4, 2, 1, 1, 1, 1]


def test_progress_is_told_before_each_chunk_and_after_the_last() -> None:
    said = list(loop(FakeDecoder(chunk=4)).generate(request([1] * 10, max_tokens=1)))
    assert [each.prompt_done for each in said[:4]] == [0, 4, 8, 10]
    assert {each.prompt_total for each in said} == {10}
    assert [each.ended for each in said] == ["", "", "", "", "", "length"]


def test_a_stop_token_ends_the_reply_unsaid() -> None:
    decoder = FakeDecoder(rule=says([11, 12, 13]))
    said = list(loop(decoder).generate(request([9, 0], stop_ids=frozenset({13, 14}))))
    assert tokens(iter(said)) == [11, 12]
    assert said[-1].ended == "stop"


def test_log_probabilities_are_of_the_models_own_distribution() -> None:
    """Whatever temperature and filters did."""
    decoder = FakeDecoder()
    hot = SamplingSettings(temperature=3.0, top_k=3, seed=2)
    said = [each for each in loop(decoder).generate(
        request([4, 5], hot, max_tokens=4, logprobs=True)) if each.token is not None]
    before = [4, 5]
    for each in said:
        logits = decoder.read(decoder.new_cache(), np.array(before))[0].astype(np.float64)
        expected = logits[each.token] - np.log(np.exp(logits).sum())
        assert each.logprob == pytest.approx(expected, abs=1e-4)
        before.append(each.token or 0)


def test_a_sure_token_has_a_log_probability_of_nothing() -> None:
    logits = np.array([0, 1000, -1000], np.float32)
    assert log_chance(logits, 1) == 0
    assert np.isfinite(log_chance(logits, 2))


@pytest.mark.parametrize("closed_after", range(8))
def test_closing_at_any_place_leaves_a_cache_that_serves(closed_after: int) -> None:
    prompt = [3, 1, 4, 1, 5, 9, 2, 6, 5]
    decoder = FakeDecoder(chunk=4)
    generator = loop(decoder)
    stream = generator.generate(request(prompt, prefix="talk", max_tokens=9))
    for _, _ in zip(range(closed_after), stream, strict=False):
        pass
    stream.close()
    decoder.reads.clear()
    # WHEN the same is asked again, only what was not read is read
    found = tokens(generator.generate(request(prompt, prefix="talk", max_tokens=9)))
    assert found == greedily(FakeDecoder(), prompt, 9)
    read_before = min(4 * max(closed_after - 1, 0), 8)
    assert sum(decoder.reads) == len(prompt) - read_before + 8


def test_a_second_turn_reads_only_what_is_new() -> None:
    decoder = FakeDecoder()
    generator = loop(decoder)
    first = [1, 2, 3, 4, 5, 6]
    reply = tokens(generator.generate(request(first, prefix="talk", max_tokens=4)))
    decoder.reads.clear()
    # WHEN the next prompt goes on from the reply
    second = [*first, *reply, 7, 8]
    found = tokens(generator.generate(request(second, prefix="talk", max_tokens=3)))
    # THEN the reply's last token, which was said but not read, and the new ones are read
    assert decoder.reads == [3, 1, 1]
    assert found == greedily(FakeDecoder(), second, 3)


def test_the_same_prompt_again_reads_its_last_token() -> None:
    decoder = FakeDecoder()
    generator = loop(decoder)
    first = tokens(generator.generate(request([1, 2, 3], prefix="talk", max_tokens=3)))
    decoder.reads.clear()
    assert tokens(generator.generate(request([1, 2, 3], prefix="talk", max_tokens=3))) == first
    assert decoder.reads == [1, 1, 1]


@pytest.mark.parametrize("prompt", [[7, 8, 7, 8, 7, 8], [1, 2, 3, 4, 5, 1, 2, 3]])
@pytest.mark.parametrize("sampling", [GREEDY, FREE, SamplingSettings(
    temperature=0.8, repetition_penalty=1.2, dry_multiplier=0.5, seed=9)])
def test_speculation_says_the_same(prompt: list[int], sampling: SamplingSettings) -> None:
    def few(ids: Ids) -> Logits:
        """Depends on the last token most, so that texts repeat themselves."""
        logits = np.random.default_rng(ids[-1:]).normal(0, 2, 12).astype(np.float32)
        return logits + np.random.default_rng(ids).normal(0, 0.7, 12).astype(np.float32)

    def said(speculate: bool) -> list[GeneratedToken]:
        decoder = FakeDecoder(12, 64, rule=few)
        return list(loop(decoder).generate(request(prompt, sampling, max_tokens=50, logprobs=True,
                                                   speculate=speculate, keep=2)))

    assert said(True) == said(False)


def test_speculation_reads_less_often_where_text_repeats() -> None:
    words = [3, 1, 4, 1, 5, 9, 2, 6]
    decoder = FakeDecoder(window=400, rule=says(words))
    generator = loop(decoder)
    list(generator.generate(request([0], max_tokens=1, speculate=True, prefix="before")))
    decoder.reads.clear()
    found = tokens(generator.generate(request([0], max_tokens=80, speculate=True)))
    assert found == words * 10
    assert len(decoder.reads) < 30
    decoder.reads.clear()
    list(generator.generate(request([0], max_tokens=80, prefix="other")))
    assert len(decoder.reads) == 80


def test_speculation_reads_no_more_than_may_be_said() -> None:
    decoder = FakeDecoder(window=30, rule=says([3, 1, 4]))
    prompt = [0, 3, 1, 4, 3, 1, 4, 3]
    generator = loop(decoder)
    list(generator.generate(request([0], max_tokens=1, speculate=True, prefix="before")))
    decoder.reads.clear()
    list(generator.generate(request(prompt, max_tokens=4, speculate=True)))
    assert sum(decoder.reads) <= len(prompt) + 4


def test_a_full_window_keeps_the_beginning_and_the_newer_half() -> None:
    decoder = FakeDecoder(window=16, chunk=4)
    prompt = list(range(1, 11))
    said = list(loop(decoder).generate(request(prompt, FREE, max_tokens=12, keep=4)))
    found = tokens(iter(said))
    assert len(found) == 12 and said[-1].ended == "length"
    # THEN four kept and the newer half of twelve are read again once, in chunks, so that a stop
    # is felt between them
    assert decoder.reads == [4, 4, 2, *[1] * 6, 4, 2, *[1] * 5]
    done = [each.token for each in said[4:]]
    assert done.count(None) == 4, "progress before each of the two chunks and after, and the end"


def test_a_slide_is_what_reading_the_shorter_text_would_be() -> None:
    prompt = list(range(1, 17))
    generator = loop(FakeDecoder(window=16))
    found = tokens(generator.generate(request(prompt, max_tokens=2, keep=4)))
    shorter = [*prompt[:4], *prompt[10:], found[0]]
    assert found[1] == greedily(FakeDecoder(window=16), shorter, 1)[0]


def test_a_very_long_reply_goes_on_sliding() -> None:
    for keep in (0, 3, 99):
        said = loop(FakeDecoder(window=16)).generate(
            request([1, 2, 3], FREE, max_tokens=100, keep=keep, speculate=keep == 3))
        assert len(tokens(said)) == 100


def test_where_nothing_may_slide_the_reply_ends() -> None:
    said = list(loop(FakeDecoder(window=16), slides=False).generate(
        request([1] * 10, FREE, max_tokens=100)))
    assert len(tokens(iter(said))) == 7 and said[-1].ended == "length"


def test_a_prompt_of_the_window_and_one_longer() -> None:
    generator = loop(FakeDecoder(window=16))
    assert len(tokens(generator.generate(request([1] * 16, max_tokens=3)))) == 3
    with pytest.raises(EngineError, match=r"17 tokens.*16 at most"):
        list(generator.generate(request([1] * 17)))
    with pytest.raises(ValueError, match="empty"):
        list(generator.generate(request([])))


@pytest.mark.parametrize("wrong", [np.nan, np.inf])
def test_numbers_that_are_none_are_a_sentence_and_the_cache_is_dropped(wrong: float) -> None:
    broken = [False]

    def rule(ids: Ids) -> Logits:
        logits = np.ones(50, np.float32)
        logits[3] = wrong if broken[0] and len(ids) > 4 else 2
        return logits

    decoder = FakeDecoder(rule=rule)
    generator = loop(decoder)
    list(generator.generate(request([1, 2, 3], prefix="talk", max_tokens=1)))
    broken[0] = True
    with pytest.raises(EngineError, match="numbers"):
        list(generator.generate(request([1, 2, 3], prefix="talk")))
    # WHEN it is asked again, everything is read anew
    broken[0] = False
    decoder.reads.clear()
    list(generator.generate(request([1, 2, 3], prefix="talk", max_tokens=1)))
    assert decoder.reads == [3]


class Alternating:
    """A constraint: even and odd tokens by turns, whole after each odd one, at most six."""

    def __init__(self) -> None:
        self.said: list[int] = []

    def allowed(self) -> np.ndarray:
        return np.arange(40) % 2 == len(self.said) % 2

    def accept(self, token: int) -> None:
        assert token % 2 == len(self.said) % 2
        self.said.append(token)

    @property
    def may_end(self) -> bool:
        return bool(self.said) and len(self.said) % 2 == 0

    @property
    def finished(self) -> bool:
        return len(self.said) == 6


def test_a_constraint_is_kept_to_its_end() -> None:
    for seed in range(5):
        constraint = Alternating()
        sampling = SamplingSettings(temperature=2.0, top_p=1.0, min_p=0.0, seed=seed)
        said = list(loop(FakeDecoder()).generate(request(
            [1], sampling, constraint=constraint, stop_ids=frozenset({45}))))
        assert tokens(iter(said)) == constraint.said
        assert said[-1].ended in ("constraint", "stop")
        assert len(constraint.said) in (2, 4, 6)
        assert (len(constraint.said) == 6) == (said[-1].ended == "constraint")


def test_a_model_that_wants_to_stop_may_where_the_constraint_is_whole() -> None:
    def rule(ids: Ids) -> Logits:
        logits = np.zeros(50, np.float32)
        logits[45] = 9
        return logits

    constraint = Alternating()
    said = list(loop(FakeDecoder(rule=rule)).generate(
        request([1], constraint=constraint, stop_ids=frozenset({45}))))
    assert len(constraint.said) == 2 and said[-1].ended == "stop"


def test_a_model_without_a_stop_token_ends_by_saying_something_else() -> None:
    constraint = Alternating()
    decoder = FakeDecoder(rule=says([2, 3, 4, 5, 44]))
    said = list(loop(decoder).generate(request([0], constraint=constraint)))
    # after 2 3 4 5 it wants to say 44, which is not allowed: that is its end
    assert constraint.said == [2, 3, 4, 5]
    assert said[-1].ended == "stop"


def test_speculation_keeps_to_a_constraint() -> None:
    for seed in range(4):
        ends = []
        for speculate in (False, True):
            constraint = Alternating()
            sampling = SamplingSettings(temperature=2.0, seed=seed)
            list(loop(FakeDecoder()).generate(request(
                [2, 3, 2, 3, 2, 3], sampling, constraint=constraint, speculate=speculate)))
            ends.append(constraint.said)
        assert ends[0] == ends[1]


def test_a_length_that_completes_a_constraint_is_its_end() -> None:
    constraint = Alternating()
    said = list(loop(FakeDecoder(rule=says([2, 3, 4, 5, 6, 7]))).generate(
        request([0], constraint=constraint, max_tokens=6)))
    assert said[-1].ended == "constraint"
