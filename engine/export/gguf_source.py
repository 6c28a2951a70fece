"""A decoder out of a GGUF: its numbers from the header, its weights as exact as blocks can be.

Knows which tensor plays which part in the families Llama (Mistral too), Qwen2 and Qwen3. Refuses,
naming it, every other architecture and every part it does not know.
"""

import re
from collections.abc import Sequence

import numpy as np

from engine.errors import EngineError
from engine.export.decoder_weights import (
    BlockMatrix,
    DecoderConfig,
    DecoderWeights,
    DenseMatrix,
    Floats,
    LayerWeights,
    LazyLayers,
    Matrix,
)
from engine.export.gguf_blocks import read_matrix, read_vector
from engine.export.gguf_file import GgufFile
from engine.export.rotary import Angles, scaled_angles, unknown_scaling

ARCHITECTURES = ("llama", "qwen2", "qwen3")
_INTERLEAVED = ("llama",)  # llama.cpp stores the query and key rows of these pair by pair
_THETA = 10_000.0
_LAYER = re.compile(r"blk\.(\d+)\.(.+)")
_OUTSIDE = {"token_embd.weight", "output.weight", "output_norm.weight", "rope_freqs.weight"}
_INSIDE = {f"{part}.weight" for part in (
    "attn_norm", "attn_q", "attn_k", "attn_v", "attn_output", "ffn_norm", "ffn_gate", "ffn_up",
    "ffn_down", "attn_q_norm", "attn_k_norm")} | {
    f"{part}.bias" for part in ("attn_q", "attn_k", "attn_v", "attn_output")}


def read_gguf(file: GgufFile) -> DecoderWeights:
    """The decoder of an open file, which must stay open while its layers are read.

    EngineError where the architecture or one of its parts is not supported.
    """
    config = read_config(file)
    _check_parts(file, config.layers)
    layers = LazyLayers(config.layers, lambda number: _layer(file, config, number),
                        config.layers_to_keep)
    head = None if config.tied else read_matrix(file, "output.weight")
    return DecoderWeights(config, read_matrix(file, "token_embd.weight"), layers,
                          read_vector(file, "output_norm.weight"), head)


def read_config(file: GgufFile) -> DecoderConfig:
    """The numbers in the header; EngineError as `read_gguf`."""
    family = file.text("general.architecture") or "without a name"
    if family not in ARCHITECTURES:
        raise EngineError(f'{file.path.name} is a model of the architecture "{family}".',
                          f"A GGUF can be one of {', '.join(ARCHITECTURES)}. Other families can be "
                          "added from their folder of safetensors.")
    if file.number(f"{family}.expert_count", 0):
        raise EngineError(f"{file.path.name} is a mixture of experts, which is not supported.",
                          "Choose a model without experts.")
    heads, hidden = (file.count(f"{family}.{name}")
                     for name in ("attention.head_count", "embedding_length"))
    head_size = file.count(f"{family}.attention.key_length", hidden // max(heads, 1))
    _check_heads(file, family, head_size)
    return DecoderConfig(
        family=family,
        layers=file.count(f"{family}.block_count"),
        hidden=hidden,
        heads=heads,
        kv_heads=file.count(f"{family}.attention.head_count_kv", heads),
        head_size=head_size,
        ffn=file.count(f"{family}.feed_forward_length"),
        vocabulary=_rows(file, "token_embd.weight"),
        window=file.count(f"{family}.context_length"),
        norm_epsilon=file.number(f"{family}.attention.layer_norm_rms_epsilon"),
        frequencies=_angles(file, family, head_size),
        tied="output.weight" not in file.tensors,
        sliding_window=file.count(f"{family}.attention.sliding_window", 0),
    )


def _check_heads(file: GgufFile, family: str, head_size: int) -> None:
    values = file.count(f"{family}.attention.value_length", head_size)
    turned = file.count(f"{family}.rope.dimension_count", head_size)
    if head_size < 2 or values != head_size or turned != head_size:
        raise EngineError(f"The attention heads of {file.path.name} have a shape that is not "
                          "supported.", "Choose another model.")


def _angles(file: GgufFile, family: str, head_size: int) -> Angles:
    scaling = file.text(f"{family}.rope.scaling.type")
    factor = file.number(f"{family}.rope.scaling.factor",
                         file.number(f"{family}.rope.scale_linear", 1.0))
    if scaling not in ("", "none", "linear"):
        raise unknown_scaling(scaling)
    asked = {"rope_type": "linear", "factor": factor} if factor != 1.0 and scaling != "none" else {}
    angles = scaled_angles(file.number(f"{family}.rope.freq_base", _THETA), head_size, asked)
    if "rope_freqs.weight" not in file.tensors:
        return angles
    # Llama 3's scaling, written out: how much slower each pair turns.
    slower = read_vector(file, "rope_freqs.weight")
    if slower.shape != angles.shape or not np.all(slower > 0):
        raise EngineError(f"The rope factors of {file.path.name} make no sense.",
                          "Fetch the file again.")
    return angles / slower


def _rows(file: GgufFile, name: str) -> int:
    tensor = file.tensors.get(name)
    if tensor is None or len(tensor.shape) != 2:
        raise EngineError(f"{file.path.name} lacks its tensor {name}.", "Fetch the file again.")
    return tensor.shape[0]


def _check_parts(file: GgufFile, layers: int) -> None:
    for name in file.tensors:
        inner = _LAYER.fullmatch(name)
        known = inner[2] in _INSIDE and int(inner[1]) < layers if inner else name in _OUTSIDE
        if not known:
            raise EngineError(f"{file.path.name} has a part that is not supported: {name}.",
                              "Choose another model, or its folder of safetensors.")


def _layer(file: GgufFile, config: DecoderConfig, number: int) -> LayerWeights:
    at = f"blk.{number}."

    def maybe(name: str) -> Floats | None:
        return read_vector(file, at + name) if at + name in file.tensors else None

    query, key = read_matrix(file, f"{at}attn_q.weight"), read_matrix(file, f"{at}attn_k.weight")
    query_bias, key_bias = maybe("attn_q.bias"), maybe("attn_k.bias")
    if config.family in _INTERLEAVED:
        query, query_bias = _unturned(query, query_bias, config.heads)
        key, key_bias = _unturned(key, key_bias, config.kv_heads)
    return LayerWeights(
        attention_norm=read_vector(file, f"{at}attn_norm.weight"),
        query=query, key=key,
        value=read_matrix(file, f"{at}attn_v.weight"),
        output=read_matrix(file, f"{at}attn_output.weight"),
        ffn_norm=read_vector(file, f"{at}ffn_norm.weight"),
        gate=read_matrix(file, f"{at}ffn_gate.weight"),
        up=read_matrix(file, f"{at}ffn_up.weight"),
        down=read_matrix(file, f"{at}ffn_down.weight"),
        query_bias=query_bias, key_bias=key_bias,
        value_bias=maybe("attn_v.bias"), output_bias=maybe("attn_output.bias"),
        query_norm=maybe("attn_q_norm.weight"), key_norm=maybe("attn_k_norm.weight"),
    )


def _unturned(matrix: Matrix, bias: Floats | None, heads: int) -> tuple[Matrix, Floats | None]:
    """Rows from pair by pair to half by half. Whole rows move, so blocks stay what they are."""
    rows = matrix.shape[0]
    order = np.arange(rows).reshape(heads, rows // heads // 2, 2).swapaxes(1, 2).reshape(-1)
    return _chosen(matrix, order), None if bias is None else bias[order]


def _chosen(matrix: Matrix, rows: Sequence[int] | np.ndarray[tuple[int], np.dtype[np.intp]]
            ) -> Matrix:
    if isinstance(matrix, DenseMatrix):
        return DenseMatrix(matrix.values[rows])
    minima = None if matrix.minima is None else matrix.minima[rows]
    return BlockMatrix(matrix.codes[rows], matrix.scales[rows], minima, matrix.bits)
