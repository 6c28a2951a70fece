"""A sentence encoder becomes a model folder: the same vectors as torch's, or nothing at all."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from engine.errors import EngineError
from engine.events import Event, Progress
from engine.export import sentence_folder
from engine.export.sentence_folder import build_sentence_folder
from engine.inference.sentence_encoder import OnnxSentenceEncoder
from engine.models.catalogue import MINILM, WheelModel
from engine.models.manifest import SENTENCE_VECTORS, check_files, read_manifest
from tests.tiny_encoder import save_base

TINY: WheelModel = replace(MINILM, id="tiny-sentences", name="Tiny Sentences")
TEXTS = ("the sun is on the road tonight", "tears", "a song of rain, and of you!",
         "Nobody in the street agrees about it: the banker says that she was never seen again.")


def ignore(event: Event) -> None:
    """Nobody looks."""


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return save_base(tmp_path_factory.mktemp("hub") / "tiny")


@pytest.fixture(scope="module")
def models(source: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("models")
    build_sentence_folder(source, TINY, place, ignore)
    return place


def by_torch(source: Path, text: str) -> np.ndarray:
    """(D,) the mean of torch's last layer, of length 1."""
    import torch
    import transformers

    from engine.inference.tokenizer import Tokenizer

    tokenizer = Tokenizer.open(source / "tokenizer.json")
    ids = tokenizer.wrap(tokenizer.encode(text).ids)
    model = transformers.BertModel.from_pretrained(source, add_pooling_layer=False).eval()
    with torch.no_grad():
        vector = model(torch.from_numpy(ids)[None]).last_hidden_state.mean(1)[0].numpy()
    return vector / np.linalg.norm(vector)


def test_vectors_are_those_of_torch(source: Path, models: Path) -> None:
    ours = OnnxSentenceEncoder.open(models / TINY.id, 1).vectors(TEXTS)
    cosines = [float(vector @ by_torch(source, text))
               for vector, text in zip(ours, TEXTS, strict=True)]
    assert min(cosines) > 0.99


def test_the_folder_says_what_it_is(models: Path) -> None:
    manifest = read_manifest(models / TINY.id)
    check_files(models / TINY.id, manifest)
    assert (manifest.task, manifest.precision, manifest.kind) == (SENTENCE_VECTORS, "int8",
                                                                  "encoder")
    assert manifest.licence == "Apache-2.0" and manifest.window == 256
    assert manifest.quality["int8 cosine"] > 0.99
    # AND nothing but the graph and the tokenizer was kept
    assert {file.name for file in manifest.files} == {"model.onnx", "tokenizer.json"}
    # AND another graph is another version, so that kept vectors are never mixed
    assert manifest.files[0].sha256.startswith(manifest.version)


def test_progress_is_told(source: Path, tmp_path: Path) -> None:
    told: list[Event] = []
    build_sentence_folder(source, TINY, tmp_path, told.append)
    assert [e.done for e in told if isinstance(e, Progress)] == [0, 1, 2]


def test_a_window_the_model_was_made_for(source: Path, tmp_path: Path) -> None:
    short = tmp_path / "hub"
    short.mkdir()
    for file in source.iterdir():
        (short / file.name).write_bytes(file.read_bytes())
    (short / "sentence_bert_config.json").write_text('{"max_seq_length": 32}')
    manifest = build_sentence_folder(short, TINY, tmp_path / "models", ignore)
    assert manifest.window == 32
    # AND longer texts are read as far as that
    encoder = OnnxSentenceEncoder.open(tmp_path / "models" / TINY.id, 1)
    long, longer = "sun " * 30, "sun " * 30 + "tears " * 500
    assert encoder.vectors([long])[0] @ encoder.vectors([longer])[0] == pytest.approx(1, abs=1e-5)


@pytest.mark.parametrize("change", [{"model_type": "roberta"}, {"hidden_act": "relu"},
                                    {"num_attention_heads": "four"}])
def test_what_is_no_bert_is_refused(source: Path, tmp_path: Path,
                                    change: dict[str, object]) -> None:
    other = tmp_path / "hub"
    other.mkdir()
    for file in source.iterdir():
        (other / file.name).write_bytes(file.read_bytes())
    told = json.loads((source / "config.json").read_text())
    (other / "config.json").write_text(json.dumps(told | change))
    with pytest.raises(EngineError, match="no encoder that can be built"):
        build_sentence_folder(other, TINY, tmp_path / "models", ignore)
    assert not (tmp_path / "models" / TINY.id).exists()


def test_damaged_weights_are_refused(source: Path, tmp_path: Path) -> None:
    from safetensors.numpy import load_file, save_file

    broken = tmp_path / "hub"
    broken.mkdir()
    for file in source.iterdir():
        (broken / file.name).write_bytes(file.read_bytes())
    weights = load_file(source / "model.safetensors")
    weights["embeddings.LayerNorm.weight"][3] = np.nan
    save_file(weights, broken / "model.safetensors")
    with pytest.raises(EngineError, match="damaged"):
        build_sentence_folder(broken, TINY, tmp_path / "models", ignore)


def test_a_graph_that_says_other_things_is_not_installed(
        source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sentence_folder, "LEAST_COSINE", 1.1)
    with pytest.raises(EngineError, match="a cosine of only"):
        build_sentence_folder(source, TINY, tmp_path, ignore)
    assert list(tmp_path.iterdir()) == []
