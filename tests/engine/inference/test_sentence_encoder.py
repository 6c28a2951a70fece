"""Sentences become vectors of length 1, in order, whatever stands in them."""

import shutil
from pathlib import Path

import numpy as np
import pytest

from engine.errors import EngineError
from engine.inference.sentence_encoder import (
    OnnxSentenceEncoder,
    find_sentence_encoder,
    open_sentence_encoder,
)
from engine.models.manifest import SENTENCE_VECTORS
from engine.paths import AppPaths
from tests.contracts import SentenceEncoderContract
from tests.tiny_encoder import WIDTH, save_sentence_encoder, save_tagger


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return save_sentence_encoder(tmp_path_factory.mktemp("models") / "tiny-sentences")


class TestOnnxSentenceEncoder(SentenceEncoderContract):
    """The real one keeps the contract that fakes keep."""

    @pytest.fixture
    def encoder(self, folder: Path) -> OnnxSentenceEncoder:
        return OnnxSentenceEncoder.open(folder, 1)


def test_a_vector_does_not_depend_on_its_company(folder: Path) -> None:
    encoder = OnnxSentenceEncoder.open(folder, 1)
    alone = encoder.vectors(["the sun"])[0]
    among = encoder.vectors(["the sun", "tears of rain on a long road " * 20])[0]
    assert alone == pytest.approx(among, abs=1e-5)
    # AND several threads say the same
    assert OnnxSentenceEncoder.open(folder, 2).vectors(["the sun"])[0] == pytest.approx(alone)


def test_it_has_the_width_of_its_graph_and_an_id_with_its_version(folder: Path) -> None:
    encoder = OnnxSentenceEncoder.open(folder, 1)
    assert encoder.width == WIDTH and encoder.id == "tiny-sentences@1"


def test_a_tagger_does_not_compare_sentences(tmp_path: Path) -> None:
    save_tagger(tmp_path / "tagger")
    with pytest.raises(EngineError, match="does not compare sentences"):
        OnnxSentenceEncoder.open(tmp_path / "tagger", 1)


def test_a_graph_without_vectors_is_refused(folder: Path, tmp_path: Path) -> None:
    import onnx

    broken = tmp_path / "broken"
    shutil.copytree(folder, broken)
    graph = onnx.load(broken / "model.onnx")
    graph.graph.node[-1].output[0] = graph.graph.output[0].name = "other"
    onnx.save(graph, broken / "model.onnx")
    with pytest.raises(EngineError, match="gives no vector"):
        OnnxSentenceEncoder.open(broken, 1)


def test_the_installed_one_is_found(folder: Path, isolated_home: AppPaths) -> None:
    paths = isolated_home
    assert find_sentence_encoder(paths) is None and open_sentence_encoder(paths) is None
    shutil.copytree(folder, paths.models / folder.name)
    found = find_sentence_encoder(paths)
    assert found is not None and found.manifest is not None
    assert found.manifest.task == SENTENCE_VECTORS and found.folder == paths.models / folder.name
    opened = open_sentence_encoder(paths, 1)
    assert opened is not None and opened.width == WIDTH


def test_likeness_is_heard_in_the_hand_made_words(folder: Path) -> None:
    sun, bright, tears = OnnxSentenceEncoder.open(folder, 1).vectors(
        ["sun", "sun sun the", "tears"])
    assert sun @ bright > sun @ tears
    assert np.isfinite(sun).all()
