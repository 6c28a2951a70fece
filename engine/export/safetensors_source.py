"""A decoder out of a folder as hubs keep it: config.json and safetensors.

Knows which weight plays which part in Llama, Mistral, Qwen2 and Qwen3. Refuses, naming it, what
else a config may ask for. Leaves the choice of bits to whoever builds the graph.
"""

import math
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, cast

from engine.errors import EngineError
from engine.export.decoder_weights import (
    FAMILIES,
    DecoderConfig,
    DecoderWeights,
    DenseMatrix,
    Floats,
    LayerWeights,
    LazyLayers,
    Matrix,
)
from engine.export.quantize import quantize
from engine.export.rotary import scaled_angles
from engine.export.safetensors_file import SafetensorsFolder
from engine.models.folder_json import read_object

_THETA = 10_000.0
_WINDOW = 2_048
_MOST = 1 << 24  # of anything that is counted in a config
EXACT = 0


def read_safetensors(folder: Path, bits: int = EXACT) -> DecoderWeights:
    """The decoder in `folder`; matrices quantized to 8 or 4 `bits` as they are read, or exact.

    The embedding and the head get 8 bits at least: the rarest words suffer first. EngineError
    where the folder is no model, is not whole, or asks for something not supported.
    """
    described = read_described(folder)
    held = SafetensorsFolder.open(folder)
    config = read_config(described, held)
    table_bits = 8 if bits else EXACT

    def matrix(name: str, wanted: int) -> Matrix:
        dense = DenseMatrix(held.read(name))
        return quantize(dense, wanted) if wanted else dense

    def layer(number: int) -> LayerWeights:
        return _layer(held, number, lambda name: matrix(name, bits))

    head = None if config.tied else matrix("lm_head.weight", table_bits)
    return DecoderWeights(config, matrix("model.embed_tokens.weight", table_bits),
                          LazyLayers(config.layers, layer, config.layers_to_keep),
                          held.read_vector("model.norm.weight"), head)


def read_described(folder: Path) -> dict[str, Any]:
    """What config.json says. EngineError where there is none or it cannot be read."""
    file = folder / "config.json"
    if not file.is_file():
        raise EngineError(f"{folder.name} is no model: it has no config.json.",
                          "Choose a folder as a model hub offers it, or a .gguf file.")
    return read_object(file)


def read_config(described: Mapping[str, Any], held: SafetensorsFolder) -> DecoderConfig:
    """The numbers of config.json. EngineError naming what is not supported or missing."""
    family = str(described.get("model_type", "without a name"))
    if family not in FAMILIES:
        raise EngineError(f'Models of the architecture "{family}" cannot be built here.',
                          f"Those that can: {', '.join(FAMILIES)}.")
    _check_supported(described)
    heads, hidden = _whole(described, "num_attention_heads"), _whole(described, "hidden_size")
    head_size = _whole(described, "head_dim", hidden // heads)
    window = _whole(described, "max_position_embeddings", _WINDOW)
    sliding, window = _sliding(described, family, window)
    return DecoderConfig(
        family=family,
        layers=_whole(described, "num_hidden_layers"),
        hidden=hidden,
        heads=heads,
        kv_heads=_whole(described, "num_key_value_heads", heads),
        head_size=head_size,
        ffn=_whole(described, "intermediate_size"),
        vocabulary=held.shape("model.embed_tokens.weight")[0],
        window=window,
        norm_epsilon=_number("rms_norm_eps", described.get("rms_norm_eps", 1e-6)),
        frequencies=scaled_angles(_theta(described), head_size, _rope(described)),
        tied=_tied(described, held),
        sliding_window=sliding,
    )


def _check_supported(described: Mapping[str, Any]) -> None:
    asked = {
        "an activation other than SiLU": described.get("hidden_act", "silu") != "silu",
        "biases in its feed-forward layers": bool(described.get("mlp_bias")),
        "rotary positions in part of each head":
            described.get("partial_rotary_factor", 1.0) != 1.0,
        "weights that are quantized already": "quantization_config" in described,
    }
    for what, wanted in asked.items():
        if wanted:
            raise EngineError(f"This model has {what}, which is not supported.",
                              "Choose another version of the model.")


def _whole(described: Mapping[str, Any], name: str, default: int | None = None) -> int:
    value = described.get(name)
    value = default if value is None else value
    if not isinstance(value, int) or isinstance(value, bool) or not 0 < value <= _MOST:
        raise EngineError(f'config.json does not say "{name}" of this model.',
                          "Fetch the model again from its source.")
    return value


def _sliding(described: Mapping[str, Any], family: str, window: int) -> tuple[int, int]:
    """How far back layers look, and the window that is left to use.

    Qwen lets only its upper layers slide: within the sliding window all layers see everything, so
    that becomes the window.
    """
    sliding = described.get("sliding_window") or 0
    if family == "mistral":
        return (sliding, window) if 0 < sliding < window else (0, window)
    used = family.startswith("qwen") and described.get("use_sliding_window") and sliding
    return 0, min(window, sliding) if used else window


def _rope(described: Mapping[str, Any]) -> Mapping[str, Any]:
    # Newer configs keep all of it under rope_parameters, older ones under rope_scaling.
    for name in ("rope_parameters", "rope_scaling"):
        told = described.get(name)
        if isinstance(told, dict):
            return cast("dict[str, Any]", told)
    return {}


def _theta(described: Mapping[str, Any]) -> float:
    told = described.get("rope_theta") or _rope(described).get("rope_theta") or _THETA
    return _number("rope_theta", told)


def _number(name: str, value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value < math.inf:
        raise EngineError(f'The "{name}" in config.json of this model makes no sense.',
                          "Fetch the model again from its source.")
    return float(value)


def _tied(described: Mapping[str, Any], held: SafetensorsFolder) -> bool:
    if "lm_head.weight" not in held.names:
        return True
    return bool(described.get("tie_word_embeddings", False))


def _layer(held: SafetensorsFolder, number: int, matrix: Callable[[str], Matrix]) -> LayerWeights:
    at = f"model.layers.{number}."
    attention, ffn = f"{at}self_attn.", f"{at}mlp."

    def maybe(name: str) -> Floats | None:
        return held.read_vector(attention + name) if attention + name in held.names else None

    return LayerWeights(
        attention_norm=held.read_vector(f"{at}input_layernorm.weight"),
        query=matrix(f"{attention}q_proj.weight"),
        key=matrix(f"{attention}k_proj.weight"),
        value=matrix(f"{attention}v_proj.weight"),
        output=matrix(f"{attention}o_proj.weight"),
        ffn_norm=held.read_vector(f"{at}post_attention_layernorm.weight"),
        gate=matrix(f"{ffn}gate_proj.weight"),
        up=matrix(f"{ffn}up_proj.weight"),
        down=matrix(f"{ffn}down_proj.weight"),
        query_bias=maybe("q_proj.bias"), key_bias=maybe("k_proj.bias"),
        value_bias=maybe("v_proj.bias"), output_bias=maybe("o_proj.bias"),
        query_norm=maybe("q_norm.weight"), key_norm=maybe("k_norm.weight"),
    )
