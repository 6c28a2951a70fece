"""Decoders small enough to make in a test: the fast graph with random weights, a tokenizer, a
whole model folder. `write_tiny_chat_model(folder)` is all that most tests need.
"""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import onnx
import tokenizers
from onnx import TensorProto, helper, numpy_helper
from tokenizers import decoders, models, pre_tokenizers, trainers

from engine.models.manifest import TEXT_GENERATION, DecoderInfo, ModelManifest, write_manifest

SENTENCES = (
    "The rain came down on the harbour wall, and you were gone by the evening call.",
    "Question: which moods does this song carry? Answer: sadness, calmness, happiness, anger.",
    "We dance with the dust on the kitchen floor and nobody asks what the bright day is for.",
    "You are a helpful assistant. Hello! How are you today? I am fine, thank you.",
    "positive, negative; neither good nor bad, 1234567890 (really)?",
)
SPECIAL = ("<|endoftext|>", "<|im_start|>", "<|im_end|>")
CHAT_TEMPLATE = (
    "{% for message in messages %}<|im_start|>{{ message['role'] }}\n{{ message['content'] }}"
    "<|im_end|>\n{% endfor %}{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}")


@dataclass(frozen=True)
class TinyShape:
    """What the graph is like; `cache` is "float32" or "int8"."""

    vocabulary: int
    layers: int = 2
    hidden: int = 32
    heads: int = 2
    kv_heads: int = 1
    head_size: int = 16
    ffn: int = 48
    window: int = 128
    cache: str = "float32"

    def info(self, stop_ids: tuple[int, ...] = ()) -> DecoderInfo:
        return DecoderInfo(layout="shared-cache", layers=self.layers, kv_heads=self.kv_heads,
                           head_size=self.head_size, vocabulary=self.vocabulary,
                           stop_ids=stop_ids, cache=self.cache)


def tiny_bpe(*special: str) -> tokenizers.Tokenizer:
    """Byte-level BPE with some merges; special tokens first, every byte has a token."""
    whole = tokenizers.Tokenizer(models.BPE())
    whole.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    whole.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=400, special_tokens=list(special or SPECIAL), show_progress=False,
        initial_alphabet=sorted(pre_tokenizers.ByteLevel.alphabet()))
    whole.train_from_iterator(SENTENCES, trainer)
    return whole


def tiny_graph(shape: TinyShape, seed: int = 0) -> onnx.ModelProto:
    """The fast graph: grouped attention with rotary inside, one cache bound as past and present."""
    return _Graph(shape, seed).build()


def write_tiny_chat_model(folder: Path, name: str = "Tiny writer", window: int = 128,
                          seed: int = 0, cache: str = "float32") -> Path:
    """A whole model folder (graph, tokenizer, chat template, manifest) with random weights."""
    folder.mkdir(parents=True, exist_ok=True)
    whole = tiny_bpe()
    shape = TinyShape(whole.get_vocab_size(), window=window, cache=cache)
    (folder / "tokenizer.json").write_text(whole.to_str(), "utf-8")
    (folder / "chat_template.jinja").write_text(CHAT_TEMPLATE, "utf-8")
    onnx.save(tiny_graph(shape, seed), folder / "model.onnx")
    stops = tuple(whole.token_to_id(text) for text in ("<|endoftext|>", "<|im_end|>"))
    write_manifest(folder, ModelManifest(
        id=folder.name, name=name, kind="decoder", task=TEXT_GENERATION, window=window,
        decoder=shape.info(stops), precision="fp32", licence="GPL-3.0-or-later"))
    return folder


class _Graph:
    """Builds one graph, node by node."""

    def __init__(self, shape: TinyShape, seed: int) -> None:
        self.shape = shape
        self.chance = np.random.default_rng(seed)
        self.nodes: list[onnx.NodeProto] = []
        self.constants: list[onnx.TensorProto] = []

    def constant(self, name: str, value: np.ndarray) -> str:
        self.constants.append(numpy_helper.from_array(value, name))
        return name

    def weight(self, name: str, *size: int) -> str:
        some = self.chance.normal(0, 1 / np.sqrt(size[0]), size)
        return self.constant(name, some.astype(np.float32))

    def node(self, kind: str, inputs: list[str], outputs: list[str], **how: object) -> str:
        domain = "com.microsoft" if kind == "GroupQueryAttention" else ""
        self.nodes.append(helper.make_node(kind, inputs, outputs, domain=domain, **how))
        return outputs[0]

    def norm(self, x: str, name: str) -> str:
        ones = self.constant(f"{name}.weight", np.ones(self.shape.hidden, np.float32))
        return self.node("SimplifiedLayerNormalization", [x, ones], [name], axis=-1, epsilon=1e-5,
                         stash_type=1)

    def matmul(self, x: str, name: str, into: int, out: int) -> str:
        return self.node("MatMul", [x, self.weight(f"{name}.weight", into, out)], [name])

    def attention(self, x: str, layer: int) -> str:
        s = self.shape
        at = f"layer{layer}.attention"
        width = (s.heads + 2 * s.kv_heads) * s.head_size
        packed = self.matmul(x, f"{at}.qkv", s.hidden, width)
        cache = [f"past_key_values.{layer}.{part}" for part in ("key", "value")]
        inputs = [packed, "", "", *cache, "seqlens_k", "total_length", "cosines", "sines"]
        how: dict[str, object] = {}
        if s.cache == "int8":
            size = (1, s.kv_heads, 1, s.head_size)
            scales = [self.constant(f"{at}.{part}_scale", np.full(size, 4 / 127, np.float32))
                      for part in ("k", "v")]
            inputs += ["", "", "", *scales]
            how = {"k_quant_type": "PER_CHANNEL", "v_quant_type": "PER_CHANNEL",
                   "kv_cache_bit_width": 8}
        outputs = [at, f"present.{layer}.key", f"present.{layer}.value"]
        self.node("GroupQueryAttention", inputs, outputs, num_heads=s.heads,
                  kv_num_heads=s.kv_heads, do_rotary=1, **how)
        return self.matmul(at, f"{at}.out", s.heads * s.head_size, s.hidden)

    def ffn(self, x: str, layer: int) -> str:
        s, at = self.shape, f"layer{layer}.ffn"
        gate = self.matmul(x, f"{at}.gate", s.hidden, s.ffn)
        soft = self.node("Sigmoid", [gate], [f"{at}.sigmoid"])
        silu = self.node("Mul", [gate, soft], [f"{at}.silu"])
        both = self.node("Mul", [silu, self.matmul(x, f"{at}.up", s.hidden, s.ffn)], [f"{at}.mul"])
        return self.matmul(both, f"{at}.down", s.ffn, s.hidden)

    def build(self) -> onnx.ModelProto:
        s = self.shape
        half = s.head_size // 2
        angles = np.outer(np.arange(s.window), 10000.0 ** (-np.arange(half) / half))
        self.constant("cosines", np.cos(angles).astype(np.float32))
        self.constant("sines", np.sin(angles).astype(np.float32))
        table = self.weight("embedding", s.vocabulary, s.hidden)
        self.constants[-1].CopyFrom(numpy_helper.from_array(
            self.chance.normal(0, 1, (s.vocabulary, s.hidden)).astype(np.float32), table))
        x = self.node("Gather", [table, "input_ids"], ["embedded"], axis=0)
        for layer in range(s.layers):
            for part in (self.attention, self.ffn):
                normed = self.norm(x, f"layer{layer}.{part.__name__}.norm")
                x = self.node("Add", [x, part(normed, layer)], [f"layer{layer}.{part.__name__}.x"])
        wanted = self.node("Gather", [self.norm(x, "last.norm"), "rows"], ["wanted"], axis=1)
        self.node("MatMul", [wanted, self.weight("head", s.hidden, s.vocabulary)], ["logits"])
        return self._model()

    def _model(self) -> onnx.ModelProto:
        s, value = self.shape, helper.make_tensor_value_info
        element = TensorProto.INT8 if s.cache == "int8" else TensorProto.FLOAT
        inputs = [value("input_ids", TensorProto.INT64, ["B", "T"]),
                  value("seqlens_k", TensorProto.INT32, ["B"]),
                  value("total_length", TensorProto.INT32, []),
                  value("rows", TensorProto.INT64, ["R"])]
        outputs = [value("logits", TensorProto.FLOAT, ["B", "R", s.vocabulary])]
        for layer in range(s.layers):
            for part in ("key", "value"):
                size = ["B", s.kv_heads, "capacity", s.head_size]
                inputs.append(value(f"past_key_values.{layer}.{part}", element, size))
                outputs.append(value(f"present.{layer}.{part}", element, size))
        graph = helper.make_graph(self.nodes, "tiny", inputs, outputs, self.constants)
        opsets = [helper.make_opsetid("", 21), helper.make_opsetid("com.microsoft", 1)]
        return helper.make_model(graph, opset_imports=opsets, ir_version=10)
