"""Folders that hold ONNX graphs already, in each of the usual layouts, or a sentence why not."""

import json
import shutil
from pathlib import Path

import numpy as np
import onnx
import pytest
import torch
from safetensors.numpy import load_file, save_file

from engine.errors import EngineError
from engine.events import Event
from engine.export.architectures import DECODER, ENCODER, ENCODER_DECODER
from engine.export.model_jobs import import_model
from engine.export.onnx_layouts import plan_onnx
from engine.export.torch_model import TorchModel
from engine.inference.classifier import EncoderRunner
from engine.inference.language_model import LanguageModel, TextRequest
from engine.inference.onnx_model import OnnxModel
from engine.inference.sampling import SamplingSettings
from engine.models.manifest import ModelManifest, check_files, read_manifest
from tests.engine.export.family_models import write_model

KINDS = {"gpt_neox": DECODER, "t5": ENCODER_DECODER, "bert": ENCODER}


@pytest.fixture(autouse=True, scope="module")
def one_thread() -> None:
    torch.set_num_threads(1)


@pytest.fixture(scope="module")
def hub(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Each family as optimum leaves it, with the folder it was made from beside it."""
    home = tmp_path_factory.mktemp("hub")
    for family, kind in KINDS.items():
        source = write_model(home / f"{family} source", family)
        _quieten(source / "model.safetensors")
        TorchModel.load(source, kind).export(home / family)
        for file in source.iterdir():
            if file.suffix in (".json", ".md"):
                shutil.copyfile(file, home / family / file.name)
    return home


def _quieten(weights: Path) -> None:
    """A head so quiet that no word is less likely than chance, as in a model that learned."""
    arrays = load_file(weights)
    for name in arrays:
        if name in ("embed_out.weight", "lm_head.weight"):
            arrays[name] *= 0.02
    save_file(arrays, weights, {"format": "pt"})


@pytest.fixture
def writer(hub: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(hub / "gpt_neox", tmp_path / "A writer"))


def silent(event: Event) -> None:
    assert event


def brought(source: Path, models: Path) -> ModelManifest:
    ending = import_model({"source": str(source), "models": str(models)}, models, silent, False)
    folder = models / ending.produced[0]
    manifest = read_manifest(folder)
    check_files(folder, manifest)
    return manifest


def says_what_torch_says(folder: Path, source: Path) -> None:
    prompt = np.random.default_rng(1).integers(3, 400, 24)
    answer = np.random.default_rng(2).integers(3, 400, 9)
    expected = TorchModel.load(source, DECODER).logits(prompt, answer)
    decoder = LanguageModel.open(folder, 1)._decoder
    cache = decoder.new_cache()
    decoder.read(cache, prompt[:-1])
    found = decoder.read(cache, np.concatenate([prompt[-1:], answer[:-1]]), range(len(answer)))
    assert np.abs(found - expected).max() < 1e-3


def no_weights_left_over(folder: Path, manifest: ModelManifest) -> None:
    assert not list(folder.rglob("*.part")) and manifest.bytes < 3_000_000


def test_optimums_layout(hub: Path, writer: Path, tmp_path: Path) -> None:
    manifest = brought(writer, tmp_path / "models")
    folder = tmp_path / "models" / "A-writer"
    assert (manifest.precision, manifest.licence) == ("fp32", "mit")
    assert "optimum layout" in manifest.about and manifest.quality["perplexity"] > 1
    says_what_torch_says(folder, hub / "gpt_neox source")
    no_weights_left_over(folder, manifest)


def test_transformers_js_keeps_graphs_apart_and_many_precisions(
        hub: Path, writer: Path, tmp_path: Path) -> None:
    (writer / "onnx").mkdir()
    (writer / "model.onnx").rename(writer / "onnx" / "model_quantized.onnx")
    (writer / "onnx" / "model_fp16.onnx").write_bytes(b"never opened")
    manifest = brought(writer, tmp_path / "models")
    assert manifest.precision == "int8" and "transformers.js" in manifest.about
    says_what_torch_says(tmp_path / "models" / "A-writer", hub / "gpt_neox source")


def as_genai(folder: Path, **decoder: object) -> Path:
    (folder / "model.onnx").rename(folder / "net.onnx")
    (folder / "config.json").unlink()
    (folder / "genai_config.json").write_text(json.dumps({"model": {
        "type": "gptneox", "context_length": 96, "eos_token_id": 1, "vocab_size": 448,
        "decoder": {"filename": "net.onnx", **decoder}}, "search": {}}), "utf-8")
    return folder


@pytest.mark.parametrize("name", ["genai_config.json", "generation_config.json"])
def test_genais_layout_even_under_the_wrong_name(
        name: str, hub: Path, writer: Path, tmp_path: Path) -> None:
    (as_genai(writer) / "genai_config.json").rename(writer / name)
    manifest = brought(writer, tmp_path / "models")
    assert manifest.window == 96 and "genai" in manifest.about
    if name == "genai_config.json":
        assert manifest.decoder is not None and 1 in manifest.decoder.stop_ids
    says_what_torch_says(tmp_path / "models" / "A-writer", hub / "gpt_neox source")


def test_weights_beside_the_graph_come_along(hub: Path, writer: Path, tmp_path: Path) -> None:
    graph = onnx.load(str(writer / "model.onnx"))
    onnx.save(graph, str(writer / "model.onnx"), save_as_external_data=True,
              location="model.onnx_data", size_threshold=0)
    brought(writer, tmp_path / "models")
    assert (tmp_path / "models" / "A-writer" / "model.onnx_data").is_file()
    says_what_torch_says(tmp_path / "models" / "A-writer", hub / "gpt_neox source")
    # AND without them it is a sentence
    (writer / "model.onnx_data").unlink()
    assert "model.onnx_data, which is not there" in refused(writer, tmp_path)
    # AND weights elsewhere are not followed
    model = onnx.load(str(writer / "model.onnx"), load_external_data=False)
    for tensor in model.graph.initializer:
        for entry in tensor.external_data:
            entry.value = "../up.bin" if entry.key == "location" else entry.value
    (writer / "model.onnx").write_bytes(model.SerializeToString())
    assert "outside its folder" in refused(writer, tmp_path)


def test_a_model_that_rewrites(hub: Path, tmp_path: Path) -> None:
    manifest = brought(hub / "t5", tmp_path / "models")
    assert manifest.kind == ENCODER_DECODER and manifest.quality == {}
    model = LanguageModel.open(tmp_path / "models" / "t5", 1)
    request = TextRequest(max_tokens=5, sampling=SamplingSettings(temperature=0))
    assert list(model.stream("The rain came down", request))[-1].ended


def test_a_classifier(hub: Path, tmp_path: Path) -> None:
    manifest = brought(hub / "bert", tmp_path / "models")
    assert [label.id for label in manifest.labels] == ["LABEL_0", "LABEL_1"]
    ids = np.random.default_rng(1).integers(3, 400, 30)
    expected = TorchModel.load(hub / "bert source", ENCODER).classes(ids)
    model = OnnxModel.open(tmp_path / "models" / "bert" / manifest.graph, 1)
    assert np.abs(EncoderRunner(model, ("logits",)).run([ids])[0][0] - expected).max() < 1e-3


def test_safetensors_beside_graphs_are_preferred(hub: Path, writer: Path, tmp_path: Path) -> None:
    shutil.copyfile(hub / "gpt_neox source" / "model.safetensors", writer / "model.safetensors")
    (writer / "model.onnx").write_bytes(b"never opened")
    assert "ONNX graphs" not in brought(writer, tmp_path / "models").about


def refused(folder: Path, tmp_path: Path) -> str:
    with pytest.raises(EngineError) as caught:
        brought(folder, tmp_path / "refused")
    assert caught.value.hint
    assert not (tmp_path / "refused").is_dir() or not list((tmp_path / "refused").iterdir())
    return caught.value.message


def test_what_cannot_be_used_says_why(writer: Path, tmp_path: Path) -> None:
    other = Path(shutil.copytree(writer, tmp_path / "other"))
    (other / "config.json").unlink()
    assert "no config.json" in refused(other, tmp_path)
    shutil.copyfile(writer / "config.json", other / "config.json")
    (other / "model.onnx").write_bytes(b"\x08no graph at all")
    assert "cannot be read" in refused(other, tmp_path)
    (other / "model.onnx").rename(other / "part.onnx")
    assert "none that is looked for" in refused(other, tmp_path)
    for changes in ({"architectures": ["BertForMaskedLM"]},):
        config = json.loads((writer / "config.json").read_text("utf-8")) | changes
        (writer / "config.json").write_text(json.dumps(config), "utf-8")
        assert "no use for" in refused(writer, tmp_path)


def test_genai_models_of_several_parts_are_refused(writer: Path, tmp_path: Path) -> None:
    folder = as_genai(writer, pipeline=[{"a": {}}])
    assert "several parts" in refused(folder, tmp_path)
    for name in ("../up.onnx", "missing.onnx", 3):
        config = json.loads((folder / "genai_config.json").read_text("utf-8"))
        config["model"]["decoder"] = {"filename": name}
        (folder / "genai_config.json").write_text(json.dumps(config), "utf-8")
        assert "lacks the graph" in refused(folder, tmp_path)


def test_a_graph_without_its_past_is_refused(writer: Path, tmp_path: Path) -> None:
    model = onnx.load(str(writer / "model.onnx"))
    for value in list(model.graph.input):
        if value.name.startswith("past_key_values."):
            value.name = value.name.replace("past_key_values.", "memory.")
    (writer / "model.onnx").write_bytes(model.SerializeToString())
    assert "takes no past" in refused(writer, tmp_path)


def test_a_graph_that_forgets_its_past_is_found_out(writer: Path, tmp_path: Path) -> None:
    """Every output of the past is that of the first layer: each read alone is right."""
    model = onnx.load(str(writer / "model.onnx"))
    for node in model.graph.node:
        node.output[:] = [name.replace("present.1.", "lost.1.") for name in node.output]
        node.input[:] = [name.replace("present.1.", "lost.1.") for name in node.input]
    for part in ("key", "value"):
        model.graph.node.append(onnx.helper.make_node(
            "Neg", [f"lost.1.{part}"], [f"present.1.{part}"]))
    (writer / "model.onnx").write_bytes(model.SerializeToString())
    assert "bit by bit" in refused(writer, tmp_path)


def test_another_models_tokenizer_is_found_out(
        hub: Path, writer: Path, tmp_path: Path) -> None:
    arrays = load_file(hub / "gpt_neox source" / "model.safetensors")
    loud = Path(shutil.copytree(hub / "gpt_neox source", tmp_path / "loud"))
    arrays["embed_out.weight"] = arrays["embed_out.weight"] * 500
    save_file(arrays, loud / "model.safetensors", {"format": "pt"})
    TorchModel.load(loud, DECODER).export(tmp_path / "exported")
    shutil.copyfile(tmp_path / "exported" / "model.onnx", writer / "model.onnx")
    assert "less likely than chance" in refused(writer, tmp_path)


def test_plans_prefer_what_a_processor_runs_best(hub: Path, tmp_path: Path) -> None:
    folder = tmp_path / "js"
    (folder / "onnx").mkdir(parents=True)
    (folder / "config.json").write_text('{"architectures": ["LlamaForCausalLM"]}', "utf-8")
    content = (hub / "gpt_neox" / "model.onnx").read_bytes()
    for added in ("_q4f16", "_fp16", "", "_q4", "_int8"):
        (folder / "onnx" / f"model{added}.onnx").write_bytes(content)
    found = []
    for _ in range(5):
        plan = plan_onnx(folder)
        found.append(plan.precision)
        plan.graphs["model.onnx"].unlink()
    assert found == ["int8", "4-bit", "fp32", "fp16", "4-bit"]
