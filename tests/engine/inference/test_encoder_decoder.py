"""A source is read once, whole; the answer is read token by token after it."""

from pathlib import Path

import numpy as np
import onnx
import pytest

from engine.errors import EngineError
from engine.inference.decoder import Logits
from engine.inference.encoder_decoder import EncoderDecoder
from engine.inference.generator import TokenGenerator, TokenRequest
from engine.inference.onnx_model import OnnxModel
from engine.inference.prefix_store import PrefixStore
from engine.inference.sampling import GREEDY
from tests.tiny_exports import VOCABULARY, save_encoder_decoder

SOURCE = np.array([5, 9, 2, 7, 1])
ANSWER = np.array([3, 8, 4, 4, 6, 2])
START = 0


@pytest.fixture(scope="module")
def decoder(tmp_path_factory: pytest.TempPathFactory) -> EncoderDecoder:
    folder = save_encoder_decoder(tmp_path_factory.mktemp("export"))
    return opened(folder)


def opened(folder: Path) -> EncoderDecoder:
    return EncoderDecoder(OnnxModel.open(folder / "encoder_model.onnx", threads=1),
                          OnnxModel.open(folder / "decoder_model_merged.onnx", threads=1),
                          VOCABULARY, 40, START)


def answered(decoder: EncoderDecoder, source: np.ndarray, answer: np.ndarray) -> Logits:
    """(1 + t, V): after the start, and after each token of the answer, read at once."""
    cache = decoder.new_cache()
    first = decoder.read(cache, source)
    return np.concatenate([first, decoder.read(cache, answer, range(len(answer)))])


def test_the_answer_in_pieces_equals_the_answer_at_once(decoder: EncoderDecoder) -> None:
    whole = answered(decoder, SOURCE, ANSWER)
    assert whole.shape == (7, VOCABULARY) and whole.dtype == np.float32
    cache = decoder.new_cache()
    rows = [decoder.read(cache, SOURCE)[0]]
    for start, end in ((0, 1), (1, 2), (2, 5), (5, 6)):
        rows += list(decoder.read(cache, ANSWER[start:end], range(end - start)))
        assert cache.length == len(SOURCE) + end
    assert np.stack(rows) == pytest.approx(whole, abs=1e-4)


def test_the_source_matters_to_every_token(decoder: EncoderDecoder) -> None:
    one = answered(decoder, SOURCE, ANSWER)
    other = answered(decoder, SOURCE[::-1] + 1, ANSWER)
    assert (np.abs(one - other).max(axis=1) > 1e-3).all()


def test_an_answer_can_be_cut(decoder: EncoderDecoder) -> None:
    whole = answered(decoder, SOURCE, ANSWER)
    cache = decoder.new_cache()
    decoder.read(cache, SOURCE)
    decoder.read(cache, np.array([3, 8, 30, 31]))
    decoder.cut(cache, len(SOURCE) + 2)
    assert decoder.read(cache, ANSWER[2:], range(4)) == pytest.approx(whole[3:], abs=1e-4)
    # AND back to its start
    decoder.cut(cache, len(SOURCE))
    assert cache.length == len(SOURCE)
    assert decoder.read(cache, ANSWER[:1]) == pytest.approx(whole[1:2], abs=1e-4)


def test_a_source_that_was_cut_is_read_again_with_what_comes(decoder: EncoderDecoder) -> None:
    cache = decoder.new_cache()
    decoder.read(cache, np.array([5, 9, 30, 31]))
    decoder.read(cache, ANSWER)
    decoder.cut(cache, 2)
    assert cache.length == 2
    assert decoder.read(cache, SOURCE[2:]) == pytest.approx(
        answered(decoder, SOURCE, ANSWER)[:1], abs=1e-4)


def test_a_fork_goes_its_own_way(decoder: EncoderDecoder) -> None:
    whole = answered(decoder, SOURCE, ANSWER)
    cache = decoder.new_cache()
    decoder.read(cache, SOURCE)
    decoder.read(cache, ANSWER[:4])
    fork = decoder.fork(cache, len(SOURCE) + 1)
    decoder.read(fork, np.array([30, 31]))
    assert decoder.read(cache, ANSWER[4:], range(2)) == pytest.approx(whole[5:], abs=1e-4)
    assert cache.bytes > decoder.fork(cache, 2).bytes == 0


def test_many_answers_equal_each_by_itself(decoder: EncoderDecoder) -> None:
    cache = decoder.new_cache()
    decoder.read(cache, SOURCE)
    many = [ANSWER, ANSWER[:2], np.array([7, 7]), ANSWER[:0]]
    for answer, rows in zip(many, decoder.read_many(cache, many), strict=True):
        assert rows == pytest.approx(answered(decoder, SOURCE, answer)[1:] if len(answer)
                                     else rows, abs=1e-4)
        assert len(rows) == len(answer)
    assert cache.length == len(SOURCE)
    assert decoder.read(cache, ANSWER[:1]) == pytest.approx(
        answered(decoder, SOURCE, ANSWER)[1:2], abs=1e-4)


def test_the_window_holds_source_and_answer(decoder: EncoderDecoder) -> None:
    cache = decoder.new_cache()
    decoder.read(cache, np.arange(38))
    decoder.read(cache, ANSWER[:2])
    with pytest.raises(ValueError):
        decoder.read(cache, ANSWER[:1])
    with pytest.raises(ValueError):
        decoder.read(decoder.new_cache(), np.arange(41) % VOCABULARY)


def test_the_loop_answers_a_source(decoder: EncoderDecoder) -> None:
    generator = TokenGenerator(decoder, PrefixStore(decoder, 0), slides=False)
    said = [each.token for each in generator.generate(
        TokenRequest(SOURCE, max_tokens=6, sampling=GREEDY)) if each.token is not None]
    expected: list[int] = []
    for _ in range(6):
        rows = answered(decoder, SOURCE, np.array(expected, np.int64)) if expected else (
            decoder.read(decoder.new_cache(), SOURCE))
        expected.append(int(rows[-1].argmax()))
    assert said == expected


def test_a_decoder_that_is_not_merged_is_a_sentence(tmp_path: Path) -> None:
    folder = save_encoder_decoder(tmp_path)
    file = folder / "decoder_model_merged.onnx"
    model = onnx.load(file)
    kept = [value for value in model.graph.output if value.name != "present.0.decoder.key"]
    del model.graph.output[:]
    model.graph.output.extend(kept)
    onnx.save(model, file)
    with pytest.raises(EngineError, match="gives no present"):
        opened(folder)
