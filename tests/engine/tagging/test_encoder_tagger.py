"""The tagger that reads with a real graph, small or shipped, keeps the contract of all taggers."""

import json
import math
from pathlib import Path

import numpy as np
import pytest

from engine.errors import EngineError
from engine.models.manifest import FILE_NAME
from engine.tagging.encoder_tagger import EncoderTagger
from tests.contracts import OTHER, SONG, TaggerContract
from tests.fakes import lyric
from tests.tiny_encoder import MOODS, save_tagger


@pytest.fixture(scope="module")
def tiny(tiny_model: Path) -> EncoderTagger:
    return EncoderTagger.open(tiny_model, 64, threads=1)


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A model folder that a test may spoil."""
    save_tagger(tmp_path / "copy")
    return tmp_path / "copy"


class TestTinyTagger(TaggerContract):
    @pytest.fixture
    def tagger(self, tiny: EncoderTagger) -> EncoderTagger:
        return tiny


def test_it_tells_what_its_folder_tells(tiny_model: Path, tiny: EncoderTagger) -> None:
    assert tiny.moods == MOODS
    assert tiny.languages == {"en"}
    assert tiny.thresholds == (0.5, 0.5, math.inf)
    assert tiny.experimental == {"calmness": 0.5}
    assert tiny.id == "tiny@1/64"
    assert EncoderTagger.open(tiny_model, 128).id == "tiny@1"


def test_it_hears_the_words_it_was_made_to_hear(tiny: EncoderTagger) -> None:
    [sad] = tiny.cut(lyric("tears tears river", "tears"))
    [glad] = tiny.cut(lyric("sun river sun", "sun light"))
    said = tiny.score([sad, glad]).moods
    assert said[0, 0] > 0.6 > said[1, 0]
    assert said[1, 1] > 0.6 > said[0, 1]


def test_no_excerpts_have_no_scores(tiny: EncoderTagger) -> None:
    said = tiny.score([])
    assert said.moods.shape == (0, len(MOODS)) and said.affect.shape == (0, 2)


def test_company_changes_nothing_at_all(tiny: EncoderTagger) -> None:
    # GIVEN excerpts of the same length, so that no padding differs
    excerpts = [*tiny.cut(SONG), *tiny.cut(OTHER)]
    together = tiny.score(excerpts).moods
    alone = np.concatenate([tiny.score([one]).moods for one in excerpts])
    # THEN the int8 graph, whose ranges are fixed, answers alike
    assert together == pytest.approx(alone, abs=1e-4)


def test_the_window_is_never_wider_than_the_models(copy: Path) -> None:
    file = copy / FILE_NAME
    file.write_text(json.dumps(json.loads(file.read_text("utf-8")) | {"window": 40}), "utf-8")
    tagger = EncoderTagger.open(copy, 512)
    long = lyric(*["river stone light bread"] * 3, *["paper silver thunder"] * 3,
                 " ".join(["lantern"] * 300))
    assert max(len(e.token_ids) for e in tagger.cut(long)) <= 40


@pytest.mark.parametrize("field, value, sentence", [
    ("task", "chat", "does not tag moods"),
    ("graph", "other.onnx", "other.onnx"),
])
def test_a_folder_that_is_no_tagger_says_so(copy: Path, field: str, value: str,
                                            sentence: str) -> None:
    file = copy / FILE_NAME
    file.write_text(json.dumps(json.loads(file.read_text("utf-8")) | {field: value}), "utf-8")
    with pytest.raises(EngineError, match=sentence) as caught:
        EncoderTagger.open(copy)
    assert caught.value.hint


@pytest.mark.parametrize("name", ["tokenizer.json", "model.onnx", FILE_NAME])
def test_a_folder_that_lacks_a_file_says_so(copy: Path, name: str) -> None:
    (copy / name).unlink()
    with pytest.raises(EngineError, match=name.partition(".")[0]) as caught:
        EncoderTagger.open(copy)
    assert caught.value.hint


def test_a_graph_without_affect_is_refused(copy: Path) -> None:
    import onnx

    graph = onnx.load(copy / "model.onnx")
    kept = [output for output in graph.graph.output if output.name != "affect"]
    del graph.graph.output[:]
    graph.graph.output.extend(kept)
    onnx.save(graph, copy / "model.onnx")
    with pytest.raises(EngineError, match="gives no affect"):
        EncoderTagger.open(copy)
