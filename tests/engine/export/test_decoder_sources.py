"""What is read out of safetensors and GGUF is the decoder that torch knows, in every family."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from engine.errors import EngineError
from engine.export.decoder_weights import LayerWeights, LazyLayers
from engine.export.gguf_file import GgufFile
from engine.export.gguf_source import read_gguf
from engine.export.safetensors_source import read_safetensors
from tests.tiny_hub import TinyShape, plain_logits, save_folder, save_gguf, tiny_arrays

IDS = [5, 77, 3, 140, 299, 8, 8, 21, 64, 0, 190, 33]
LLAMA3 = {"rope_type": "llama3", "factor": 8.0, "low_freq_factor": 1.0, "high_freq_factor": 4.0,
          "original_max_position_embeddings": 32}
SHAPES = {
    "llama": TinyShape(),
    "llama untied": TinyShape(tied=False),
    "llama 3": TinyShape(more={"rope_scaling": LLAMA3}),
    "llama 3 newer": TinyShape(more={"rope_theta": None, "rope_parameters": {
        **LLAMA3, "rope_theta": 5000.0}}),
    "linear": TinyShape(more={"rope_scaling": {"type": "linear", "factor": 4.0}}),
    "mistral sliding": TinyShape("mistral", tied=False, more={"sliding_window": 4}),
    "qwen2": TinyShape("qwen2"),
    "qwen3": TinyShape("qwen3", head_size=32),
}


def torch_logits(shape: TinyShape, seed: int = 0) -> np.ndarray:
    """(T, V) the same weights in transformers."""
    import torch
    from transformers import AutoConfig, AutoModelForCausalLM

    described = dict(shape.described())
    newer = described.pop("rope_parameters", None)
    if newer:
        described["rope_theta"] = newer["rope_theta"]
        described["rope_scaling"] = {k: v for k, v in newer.items() if k != "rope_theta"}
    config = AutoConfig.for_model(described.pop("model_type"), **described)
    config._attn_implementation = "eager"
    model = AutoModelForCausalLM.from_config(config).eval()
    held = {name: torch.from_numpy(values) for name, values in tiny_arrays(shape, seed).items()}
    missing, unexpected = model.load_state_dict(held, strict=False)
    assert not unexpected and set(missing) <= {"lm_head.weight"}
    model.tie_weights()
    with torch.no_grad():
        return model(torch.tensor([IDS])).logits[0].numpy()


@pytest.mark.parametrize("name", SHAPES)
def test_safetensors_say_what_torch_says(name: str, tmp_path: Path) -> None:
    shape = SHAPES[name]
    weights = read_safetensors(save_folder(tmp_path / "model", shape))
    np.testing.assert_allclose(plain_logits(weights, IDS), torch_logits(shape), atol=2e-4)


@pytest.mark.parametrize("name", ["llama", "llama untied", "qwen2", "qwen3"])
def test_a_gguf_is_the_same_decoder(name: str, tmp_path: Path) -> None:
    """llama.cpp turns the rows of Llama's queries and keys; here they are turned back."""
    shape = SHAPES[name]
    expected = plain_logits(read_safetensors(save_folder(tmp_path / "model", shape)), IDS)
    with GgufFile.open(save_gguf(tmp_path / "model.gguf", shape)) as file:
        weights = read_gguf(file)
        np.testing.assert_allclose(plain_logits(weights, IDS), expected, atol=1e-5)
    assert weights.parameters() == sum(
        held.size for name, held in tiny_arrays(shape).items() if held.ndim == 2)


def test_the_written_out_scaling_of_a_gguf_is_llama_3s(tmp_path: Path) -> None:
    # GIVEN a GGUF that lists how much slower each pair turns
    arrays = tiny_arrays(TinyShape())
    plain = read_safetensors(save_folder(tmp_path / "plain", TinyShape())).config.frequencies
    wanted = read_safetensors(save_folder(tmp_path / "scaled", SHAPES["llama 3"])).config
    import gguf

    file = tmp_path / "model.gguf"
    original = gguf.GGUFWriter.write_header_to_file

    def with_factors(self: gguf.GGUFWriter, *more: Any) -> None:
        self.add_tensor("rope_freqs.weight", (plain / wanted.frequencies).astype(np.float32))
        original(self, *more)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(gguf.GGUFWriter, "write_header_to_file", with_factors)
        save_gguf(file, TinyShape(), arrays=arrays)
    # WHEN it is read, THEN its angles are those of the config's rope scaling
    with GgufFile.open(file) as opened:
        np.testing.assert_allclose(read_gguf(opened).config.frequencies, wanted.frequencies,
                                   rtol=1e-6)


def test_a_linear_scaling_of_a_gguf(tmp_path: Path) -> None:
    file = save_gguf(tmp_path / "model.gguf", TinyShape(), facts={
        "llama.rope.scaling.type": "linear", "llama.rope.scaling.factor": 4.0})
    with GgufFile.open(file) as opened:
        frequencies = read_gguf(opened).config.frequencies
    wanted = read_safetensors(save_folder(tmp_path / "model", SHAPES["linear"])).config
    np.testing.assert_allclose(frequencies, wanted.frequencies)


def test_the_numbers_of_a_config(tmp_path: Path) -> None:
    config = read_safetensors(save_folder(tmp_path / "m", SHAPES["mistral sliding"])).config
    assert (config.family, config.layers, config.hidden, config.heads, config.kv_heads,
            config.head_size, config.ffn, config.vocabulary, config.window, config.tied,
            config.sliding_window) == ("mistral", 2, 64, 4, 2, 16, 96, 300, 128, False, 4)
    # AND a sliding window beyond the window is none; Qwen's becomes the window
    wide = TinyShape("mistral", more={"sliding_window": 4096})
    assert read_safetensors(save_folder(tmp_path / "w", wide)).config.sliding_window == 0
    qwen = TinyShape("qwen2", more={"use_sliding_window": True, "sliding_window": 100})
    config = read_safetensors(save_folder(tmp_path / "q", qwen)).config
    assert (config.sliding_window, config.window) == (0, 100)


def test_layers_are_read_when_asked_for(tmp_path: Path) -> None:
    layers = read_safetensors(save_folder(tmp_path / "m", TinyShape())).layers
    assert len(layers) == 2 and len(list(layers)) == 2
    with pytest.raises(IndexError):
        layers[2]


def test_a_small_model_is_read_once_and_a_large_one_never_held_whole(tmp_path: Path) -> None:
    layer = read_safetensors(save_folder(tmp_path / "m", TinyShape())).layers[0]
    read: list[int] = []

    def reading(number: int) -> LayerWeights:
        read.append(number)
        return layer

    for kept, times in ((100, 6), (0, 18)):
        layers = LazyLayers(6, reading, kept)
        for _ in range(3):
            for number in range(6):
                assert layers[number] is layer and layers[min(number + 1, 5)] is layer
        assert len(read) == times
        read.clear()


@pytest.mark.parametrize("name", ["model.embed_tokens.weight", "model.norm.weight",
                                  "model.layers.1.mlp.up_proj.weight",
                                  "model.layers.0.self_attn.k_proj.bias"])
@pytest.mark.parametrize("bits", [0, 4, 8])
def test_a_weight_that_is_no_number_is_found(name: str, bits: int, tmp_path: Path) -> None:
    shape, arrays = TinyShape("qwen2"), tiny_arrays(TinyShape("qwen2"))
    folder = save_folder(tmp_path / "m", shape)
    assert read_safetensors(folder, bits).all_finite()
    arrays[name].flat[7] = np.nan
    assert not read_safetensors(save_folder(folder, shape, arrays=arrays), bits).all_finite()


@pytest.mark.parametrize("bits", [8, 4])
def test_safetensors_are_quantized_as_they_are_read(bits: int, tmp_path: Path) -> None:
    folder = save_folder(tmp_path / "model", TinyShape(tied=False))
    exact, small = read_safetensors(folder), read_safetensors(folder, bits)
    assert {getattr(m, "bits", 0) for m in (small.embedding, small.head)} == {8}
    layer = small.layers[0]
    assert {getattr(m, "bits", 0) for m in (layer.query, layer.down)} == {bits}
    near = {8: 0.1, 4: 2.0}[bits]
    assert np.abs(plain_logits(exact, IDS) - plain_logits(small, IDS)).mean() < near


def changed(folder: Path, **changes: object) -> Path:
    """The folder with other words in its config.json."""
    file = folder / "config.json"
    file.write_text(json.dumps({**json.loads(file.read_text()), **changes}))
    return folder


@pytest.mark.parametrize("changes, sentence", [
    ({"model_type": "mamba"}, 'architecture "mamba"'),
    ({"hidden_act": "gelu"}, "activation other than SiLU"),
    ({"mlp_bias": True}, "biases in its feed-forward"),
    ({"partial_rotary_factor": 0.5}, "part of each head"),
    ({"quantization_config": {"quant_method": "gptq"}}, "quantized already"),
    ({"rope_scaling": {"type": "yarn", "factor": 4.0}}, '"yarn"'),
    ({"rope_scaling": {"rope_type": "dynamic", "factor": 4.0}}, '"dynamic"'),
    ({"rope_scaling": {"type": "linear"}}, '"factor"'),
    ({"rope_scaling": {**LLAMA3, "high_freq_factor": 1.0}}, '"high_freq_factor"'),
    ({"num_hidden_layers": None}, '"num_hidden_layers"'),
    ({"hidden_size": "wide"}, '"hidden_size"'),
])
def test_what_a_config_asks_in_vain_is_named(changes: dict[str, object], sentence: str,
                                             tmp_path: Path) -> None:
    folder = changed(save_folder(tmp_path / "model", TinyShape()), **changes)
    with pytest.raises(EngineError) as caught:
        read_safetensors(folder)
    assert sentence in caught.value.message and caught.value.hint


@pytest.mark.parametrize("facts, sentence", [
    ({"llama.expert_count": 8}, "mixture of experts"),
    ({"llama.rope.scaling.type": "yarn"}, '"yarn"'),
    ({"llama.attention.value_length": 8}, "attention heads"),
])
def test_what_a_gguf_asks_in_vain_is_named(facts: dict[str, object], sentence: str,
                                           tmp_path: Path) -> None:
    kept = {key: value for key, value in facts.items() if "value_length" not in key}
    file = save_gguf(tmp_path / "model.gguf", TinyShape(), facts=kept)
    with GgufFile.open(file) as opened, pytest.raises(EngineError) as caught:
        told = GgufFile(opened.path, opened._content, {**opened.facts, **facts}, opened.tensors)
        read_gguf(told)
    assert sentence in caught.value.message and caught.value.hint


def test_an_architecture_and_a_part_not_known_are_named(tmp_path: Path) -> None:
    file = save_gguf(tmp_path / "model.gguf", replace(TinyShape(), family="gpt2"))
    with GgufFile.open(file) as opened, pytest.raises(EngineError, match='architecture "gpt2"'):
        read_gguf(opened)
    arrays = tiny_arrays(TinyShape())
    arrays["model.layers.0.self_attn.q_norm.bias"] = np.ones(16, np.float32)
    file = save_gguf(tmp_path / "odd.gguf", TinyShape(), arrays=arrays)
    with GgufFile.open(file) as opened, pytest.raises(EngineError, match=r"attn_q_norm\.bias"):
        read_gguf(opened)
