"""Decoders small enough to make in a test: random weights by name, as hubs keep them, written as
a folder of safetensors or as a GGUF; and what such a decoder says, computed in plain numpy."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import gguf
import numpy as np
import tokenizers
from gguf.constants import GGMLQuantizationType
from gguf.quants import quantize
from safetensors.numpy import save_file
from tokenizers import decoders, models, pre_tokenizers, trainers

from engine.export.decoder_weights import DecoderConfig, DecoderWeights, LayerWeights

Arrays = dict[str, np.ndarray]
SPECIAL = ("<|endoftext|>", "<|im_start|>", "<|im_end|>")
TEMPLATE = ("{% for message in messages %}{{ '<|im_start|>' + message['role'] + '\n' + "
            "message['content'] + '<|im_end|>\n' }}{% endfor %}"
            "{% if add_generation_prompt %}{{ '<|im_start|>assistant\n' }}{% endif %}")
_TEXT = ("the quick brown fox jumps over the lazy dog", "rain on the kitchen radio",
         "sing me a song of the summer sun", "tears and laughter, one and two")
_PARTS = {"attn_q": "self_attn.q_proj", "attn_k": "self_attn.k_proj",
          "attn_v": "self_attn.v_proj", "attn_output": "self_attn.o_proj",
          "ffn_gate": "mlp.gate_proj", "ffn_up": "mlp.up_proj", "ffn_down": "mlp.down_proj",
          "attn_norm": "input_layernorm", "ffn_norm": "post_attention_layernorm",
          "attn_q_norm": "self_attn.q_norm", "attn_k_norm": "self_attn.k_norm"}
_OUTER = {"model.embed_tokens.weight": "token_embd.weight",
          "model.norm.weight": "output_norm.weight", "lm_head.weight": "output.weight"}


@dataclass(frozen=True)
class TinyShape:
    """A decoder of a family; `more` is added to its config.json."""

    family: str = "llama"
    layers: int = 2
    hidden: int = 64
    heads: int = 4
    kv_heads: int = 2
    head_size: int = 16
    ffn: int = 96
    vocabulary: int = 300
    window: int = 128
    tied: bool = True
    more: Mapping[str, Any] = field(default_factory=dict)

    def described(self) -> dict[str, Any]:
        """Its config.json."""
        return {"model_type": self.family, "num_hidden_layers": self.layers,
                "hidden_size": self.hidden, "num_attention_heads": self.heads,
                "num_key_value_heads": self.kv_heads, "head_dim": self.head_size,
                "intermediate_size": self.ffn, "vocab_size": self.vocabulary,
                "max_position_embeddings": self.window, "rms_norm_eps": 1e-5,
                "rope_theta": 10000.0, "tie_word_embeddings": self.tied, "hidden_act": "silu",
                "bos_token_id": 0, "eos_token_id": 2,
                "architectures": [f"{self.family.capitalize()}ForCausalLM"], **self.more}


def tiny_arrays(shape: TinyShape, seed: int = 0) -> Arrays:
    """Random weights under the names hubs use."""
    chance = np.random.default_rng(seed)

    def some(*sides: int, size: float = 0.15) -> np.ndarray:
        return chance.normal(0, size, sides).astype(np.float32)

    wide, narrow = shape.heads * shape.head_size, shape.kv_heads * shape.head_size
    held = {"model.embed_tokens.weight": some(shape.vocabulary, shape.hidden, size=0.5),
            "model.norm.weight": 1 + some(shape.hidden)}
    if not shape.tied:
        held["lm_head.weight"] = some(shape.vocabulary, shape.hidden, size=0.5)
    for number in range(shape.layers):
        at = f"model.layers.{number}."
        for name, out, into in (("q", wide, shape.hidden), ("k", narrow, shape.hidden),
                                ("v", narrow, shape.hidden), ("o", shape.hidden, wide)):
            held[f"{at}self_attn.{name}_proj.weight"] = some(out, into)
            if shape.family == "qwen2" and name != "o":
                held[f"{at}self_attn.{name}_proj.bias"] = some(out, size=0.5)
        for name, out, into in (("gate", shape.ffn, shape.hidden), ("up", shape.ffn, shape.hidden),
                                ("down", shape.hidden, shape.ffn)):
            held[f"{at}mlp.{name}_proj.weight"] = some(out, into)
        for name in ("input_layernorm", "post_attention_layernorm"):
            held[f"{at}{name}.weight"] = 1 + some(shape.hidden)
        if shape.family == "qwen3":
            for name in ("q_norm", "k_norm"):
                held[f"{at}self_attn.{name}.weight"] = 1 + some(shape.head_size)
    return held


def tiny_bpe(vocabulary: int = 300) -> tokenizers.Tokenizer:
    """Byte-level BPE of exactly so many tokens, padded with ones that never occur."""
    whole = tokenizers.Tokenizer(models.BPE())
    whole.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    whole.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=vocabulary, special_tokens=list(SPECIAL), show_progress=False,
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet())
    whole.train_from_iterator(_TEXT, trainer)
    missing = vocabulary - whole.get_vocab_size()
    whole.add_tokens([f"[never{number}]" for number in range(missing)])
    return whole


def save_folder(folder: Path, shape: TinyShape, arrays: Arrays | None = None,
                tokenizer: tokenizers.Tokenizer | None = None) -> Path:
    """The decoder as hubs keep it; `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    save_file(arrays or tiny_arrays(shape), folder / "model.safetensors")
    (folder / "config.json").write_text(json.dumps(shape.described()))
    (tokenizer or tiny_bpe(shape.vocabulary)).save(str(folder / "tokenizer.json"))
    (folder / "tokenizer_config.json").write_text(json.dumps(
        {"bos_token": SPECIAL[0], "eos_token": SPECIAL[2], "chat_template": TEMPLATE}))
    return folder


def save_gguf(file: Path, shape: TinyShape, kind: str = "F32", arrays: Arrays | None = None,
              facts: Mapping[str, object] | None = None, with_tokenizer: bool = True) -> Path:
    """The decoder as llama.cpp keeps it, its matrices in the type `kind`; `file`.

    `facts` replace or add what the header says (int, float or str).
    """
    held = arrays or tiny_arrays(shape)
    writer = gguf.GGUFWriter(str(file), shape.family if shape.family != "mistral" else "llama")
    _add_numbers(writer, shape)
    if with_tokenizer:
        _add_tokenizer(writer, tiny_bpe(shape.vocabulary))
    for key, value in (facts or {}).items():
        add = {str: writer.add_string, float: writer.add_float32, int: writer.add_uint32}
        add[type(value)](key, value)
    for name, values in held.items():
        _add_tensor(writer, shape, name, values, GGMLQuantizationType[kind])
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    return file


def gguf_name(name: str) -> str:
    """What llama.cpp calls the weight of that name."""
    if name in _OUTER:
        return _OUTER[name]
    _, _, number, rest = name.split(".", 3)
    part, ending = rest.rsplit(".", 1)
    ours = next(ours for ours, theirs in _PARTS.items() if theirs == part)
    return f"blk.{number}.{ours}.{ending}"


def _add_numbers(writer: gguf.GGUFWriter, shape: TinyShape) -> None:
    writer.add_name("Tiny one")
    writer.add_block_count(shape.layers)
    writer.add_context_length(shape.window)
    writer.add_embedding_length(shape.hidden)
    writer.add_feed_forward_length(shape.ffn)
    writer.add_head_count(shape.heads)
    writer.add_head_count_kv(shape.kv_heads)
    writer.add_key_length(shape.head_size)
    writer.add_value_length(shape.head_size)
    writer.add_layer_norm_rms_eps(1e-5)
    writer.add_rope_freq_base(10000.0)
    writer.add_rope_dimension_count(shape.head_size)


def _add_tokenizer(writer: gguf.GGUFWriter, tokenizer: tokenizers.Tokenizer) -> None:
    told = json.loads(tokenizer.to_str())
    names = [name for name, _ in sorted(tokenizer.get_vocab().items(), key=lambda held: held[1])]
    kinds = [3 if name in SPECIAL else 5 if name.startswith("[never") else 1 for name in names]
    writer.add_tokenizer_model("gpt2")
    writer.add_tokenizer_pre("gpt-2")
    writer.add_token_list(names)
    writer.add_token_types(kinds)
    writer.add_token_merges([" ".join(pair) if isinstance(pair, list) else pair
                             for pair in told["model"]["merges"]])
    writer.add_bos_token_id(0)
    writer.add_eos_token_id(2)
    writer.add_add_bos_token(False)
    writer.add_chat_template(TEMPLATE)


def _add_tensor(writer: gguf.GGUFWriter, shape: TinyShape, name: str, values: np.ndarray,
                kind: GGMLQuantizationType) -> None:
    if shape.family in ("llama", "mistral"):
        heads = {"q_proj": shape.heads, "k_proj": shape.kv_heads}.get(name.split(".")[-2])
        if heads:  # as llama.cpp's converter turns rows pair by pair
            values = values.reshape(heads, 2, len(values) // heads // 2, -1).swapaxes(
                1, 2).reshape(values.shape)
    exact = values.ndim == 1 or kind is GGMLQuantizationType.F32
    if exact:
        writer.add_tensor(gguf_name(name), np.ascontiguousarray(values))
    else:
        writer.add_tensor(gguf_name(name), quantize(values, kind), raw_dtype=kind)


def plain_logits(weights: DecoderWeights, ids: list[int]) -> np.ndarray:
    """(T, V) what a decoder says after each token, written out as its papers do."""
    config = weights.config
    hidden = weights.embedding.dense()[ids]
    for layer in weights.layers:
        hidden = hidden + _attention(_norm(hidden, layer.attention_norm, config), layer, config)
        inner = _norm(hidden, layer.ffn_norm, config)
        gate = inner @ layer.gate.dense().T
        inner = gate / (1 + np.exp(-gate)) * (inner @ layer.up.dense().T)
        hidden = hidden + inner @ layer.down.dense().T
    head = weights.embedding if weights.head is None else weights.head
    return _norm(hidden, weights.final_norm, config) @ head.dense().T


def _norm(values: np.ndarray, weight: np.ndarray, config: DecoderConfig) -> np.ndarray:
    scale = np.sqrt(np.square(values).mean(-1, keepdims=True) + config.norm_epsilon)
    return values / scale * weight


def _attention(hidden: np.ndarray, layer: LayerWeights, config: DecoderConfig) -> np.ndarray:
    def heads(matrix: Any, bias: np.ndarray | None, count: int) -> np.ndarray:
        flat = hidden @ matrix.dense().T + (0 if bias is None else bias)
        return flat.reshape(len(hidden), count, config.head_size)

    query = heads(layer.query, layer.query_bias, config.heads)
    key = heads(layer.key, layer.key_bias, config.kv_heads)
    value = heads(layer.value, layer.value_bias, config.kv_heads)
    if layer.query_norm is not None and layer.key_norm is not None:
        query, key = _norm(query, layer.query_norm, config), _norm(key, layer.key_norm, config)
    query, key = _turned(query, config), _turned(key, config)
    key, value = (np.repeat(part, config.heads // config.kv_heads, 1) for part in (key, value))
    scores = np.einsum("thd,shd->hts", query, key) / np.sqrt(config.head_size)
    places = np.arange(len(hidden))
    back = places[:, None] - places
    seen = (back >= 0) & ((back < config.sliding_window) | (config.sliding_window == 0))
    scores = np.where(seen, scores, -np.inf)
    shares = np.exp(scores - scores.max(-1, keepdims=True))
    shares /= shares.sum(-1, keepdims=True)
    mixed = np.einsum("hts,shd->thd", shares, value).reshape(len(hidden), -1)
    return mixed @ layer.output.dense().T + (0 if layer.output_bias is None else layer.output_bias)


def _turned(values: np.ndarray, config: DecoderConfig) -> np.ndarray:
    angles = np.outer(np.arange(len(values)), config.frequencies)[:, None]
    half = config.head_size // 2
    low, high = values[..., :half], values[..., half:]
    return np.concatenate([low * np.cos(angles) - high * np.sin(angles),
                           high * np.cos(angles) + low * np.sin(angles)], -1)
