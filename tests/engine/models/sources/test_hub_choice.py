"""Of all that lies in a hub's model only what can be used is fetched."""

import re

import pytest

from engine.errors import EngineError
from engine.models.sources.hub_choice import HubFile, choose_files


def named(*names: str) -> tuple[HubFile, ...]:
    return tuple(HubFile(name, 1_000_000 * (number + 1)) for number, name in enumerate(names))


def chosen(*names: str, wanted: str = "") -> set[str]:
    return {file.name for file in choose_files(named(*names), "owner/it", wanted)}


def test_one_whole_file_is_preferred_to_its_shards() -> None:
    shards = [f"model-0000{n}-of-00002.safetensors" for n in (1, 2)]
    small = {"config.json", "tokenizer.json"}
    assert chosen("config.json", "tokenizer.json", "model.safetensors", *shards,
                  "onnx/model.onnx", "flax_model.msgpack") == small | {"model.safetensors"}
    assert chosen("config.json", *shards, "model.safetensors.index.json") == {
        "config.json", *shards, "model.safetensors.index.json"}


def test_safetensors_are_preferred_to_a_gguf_and_a_named_gguf_to_all() -> None:
    both = ("config.json", "model.safetensors", "it.Q4_K_M.gguf")
    assert chosen(*both) == {"config.json", "model.safetensors"}
    assert chosen(*both, wanted="it.Q4_K_M.gguf") == {"it.Q4_K_M.gguf"}
    assert chosen("README.md", "it.gguf", "mmproj-it.gguf") == {"it.gguf"}


def test_graphs_come_in_one_precision_with_their_weights() -> None:
    js = [f"onnx/model{end}" for end in (".onnx", ".onnx_data", "_q4.onnx", "_q4.onnx_data",
                                         "_q4f16.onnx", "_fp16.onnx")]
    assert chosen("config.json", *js) == {"config.json", "onnx/model_q4.onnx",
                                          "onnx/model_q4.onnx_data"}
    assert chosen("config.json", "model.onnx", "model.onnx.data", "it.gguf") == {
        "config.json", "model.onnx", "model.onnx.data"}
    both = [f"onnx/{part}_model{added}.onnx" for added in ("", "_quantized")
            for part in ("encoder", "decoder", "decoder_with_past")]
    merged = [f"onnx/decoder_model_merged{added}.onnx" for added in ("", "_quantized")]
    assert chosen("config.json", *both, *merged) == {
        "config.json", "onnx/encoder_model_quantized.onnx",
        "onnx/decoder_model_merged_quantized.onnx"}


def test_an_adapter_comes_with_its_description() -> None:
    assert chosen("adapter_config.json", "adapter_model.safetensors", "optimizer.pt") == {
        "adapter_config.json", "adapter_model.safetensors"}


@pytest.mark.parametrize("names, words, hint", [
    (("a.gguf", "b.gguf"), "2 GGUF files", r"a\.gguf \(1 MB\), b\.gguf \(2 MB\)"),
    (("a-00001-of-00002.gguf", "a-00002-of-00002.gguf"), "several parts", "single file"),
    (("config.json", "pytorch_model.bin"), "pickled", "safetensors"),
    (("README.md",), "no weights", "safetensors"), ((), "no weights", "GGUF"),
])
def test_what_cannot_be_used_says_why(names: tuple[str, ...], words: str, hint: str) -> None:
    with pytest.raises(EngineError, match=words) as caught:
        chosen(*names)
    assert re.search(hint, caught.value.hint)


def test_a_file_that_is_not_there_is_listed_against() -> None:
    with pytest.raises(EngineError, match=r"no GGUF called c\.gguf") as caught:
        chosen("a.gguf", wanted="c.gguf")
    assert "a.gguf" in caught.value.hint
    with pytest.raises(EngineError, match=r"no GGUF called config\.json"):
        chosen("config.json", wanted="config.json")
