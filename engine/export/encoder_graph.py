"""Builds the encoder tagger's graph straight from its weights, in fp32 or int8, without torch.

BERT's post-norm layers with the fused operators of ONNX Runtime: one matmul for query, key and
value, attention with its mask inside, residual and norm in one step. int8 keeps a scale per
output channel and quantizes activations as they come, the word embeddings too.
Inputs input_ids, attention_mask (B, T) int64; outputs moods (B, M) logits, affect (B, 2) in
-1..1, vector (B, D) fp32.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import onnx
from onnx import TensorProto, helper, numpy_helper

Array = npt.NDArray[np.generic]
Weights = Mapping[str, npt.NDArray[np.float32]]

_ORT = "com.microsoft"


@dataclass(frozen=True, slots=True)
class EncoderShape:
    """The numbers of a BERT encoder that its weights do not tell."""

    heads: int
    norm_epsilon: float


def build_encoder_graph(weights: Weights, shape: EncoderShape, int8: bool) -> onnx.ModelProto:
    """The graph of `weights`: encoder.* as in BertModel, moods.*, affect.* linear heads."""
    graph = _Graph(weights, shape, int8)
    hidden = graph.embeddings()
    key_mask = graph.add("Cast", ["attention_mask"], domain="", to=TensorProto.INT32)
    for layer in range(graph.layers):
        hidden = graph.layer(hidden, key_mask, layer)
    graph.heads(hidden)
    return graph.finished()


class _Graph:
    """A graph while it is built: nodes and constants in order."""

    def __init__(self, weights: Weights, shape: EncoderShape, int8: bool) -> None:
        self.weights = weights
        self.shape = shape
        self.int8 = int8
        self.nodes: list[onnx.NodeProto] = []
        self.constants: dict[str, onnx.TensorProto] = {}
        self.layers = 1 + max(
            int(name.split(".")[3]) for name in weights if name.startswith("encoder.encoder.layer.")
        )

    def add(self, kind: str, inputs: list[str], domain: str = _ORT, **attributes: object) -> str:
        """One node with one output, whose name it returns."""
        name = f"{kind}_{len(self.nodes)}"
        node = helper.make_node(kind, inputs, [name], name, domain=domain, **attributes)
        self.nodes.append(node)
        return name

    def constant(self, name: str, value: Array) -> str:
        if name not in self.constants:
            self.constants[name] = numpy_helper.from_array(np.ascontiguousarray(value), name)
        return name

    def weight(self, name: str) -> str:
        return self.constant(name, self.weights[name])

    def embeddings(self) -> str:
        prefix = "encoder.embeddings."
        words = self._word_vectors(self.weights[f"{prefix}word_embeddings.weight"])
        # Every token is of type 0, so that row joins the positions.
        positions = self.weights[f"{prefix}position_embeddings.weight"]
        places = positions + self.weights[f"{prefix}token_type_embeddings.weight"][0]
        length = self.add(
            "Gather",
            [self.add("Shape", ["input_ids"], ""), self.constant("one", np.array([1]))],
            "",
        )
        zero = self.constant("zero", np.array([0]))
        near = self.add("Slice", [self.constant("places", places), zero, length, zero], "")
        summed = self.add("Add", [words, near], "")
        return self.add(
            "LayerNormalization",
            [
                summed,
                self.weight(f"{prefix}LayerNorm.weight"),
                self.weight(f"{prefix}LayerNorm.bias"),
            ],
            "",
            axis=-1,
            epsilon=self.shape.norm_epsilon,
        )

    def _word_vectors(self, table: npt.NDArray[np.float32]) -> str:
        """(B, T, D) rows of the table; in int8 each row has a scale of its own."""
        if not self.int8:
            return self.add("Gather", [self.constant("words", table), "input_ids"], "")
        scale = (np.abs(table).max(1, keepdims=True) / 127).clip(min=1e-12).astype(np.float32)
        quantized = np.round(table / scale).astype(np.int8)
        rows = self.add("Gather", [self.constant("words", quantized), "input_ids"], "")
        scales = self.add("Gather", [self.constant("word_scales", scale), "input_ids"], "")
        wide = self.add("Cast", [rows], "", to=TensorProto.FLOAT)
        return self.add("Mul", [wide, scales], "")

    def layer(self, hidden: str, key_mask: str, number: int) -> str:
        prefix = f"encoder.encoder.layer.{number}."
        attended = self._attention(hidden, key_mask, f"{prefix}attention.self.", number)
        mixed = self._linear(attended, f"{prefix}attention.output.dense")
        hidden = self._residual(hidden, mixed, f"{prefix}attention.output.LayerNorm")
        inner = self._linear(hidden, f"{prefix}intermediate.dense")
        inner = self.add("Gelu", [inner])
        outer = self._linear(inner, f"{prefix}output.dense")
        return self._residual(hidden, outer, f"{prefix}output.LayerNorm")

    def _attention(self, hidden: str, key_mask: str, prefix: str, number: int) -> str:
        parts = ("query", "key", "value")
        matrix = np.concatenate([self.weights[f"{prefix}{part}.weight"] for part in parts])
        bias = np.concatenate([self.weights[f"{prefix}{part}.bias"] for part in parts])
        together = self._matmul(hidden, f"attention.{number}", matrix, bias)
        split = [f"{part}_{number}" for part in parts]
        self.nodes.append(helper.make_node("Split", [together], split, axis=-1, num_outputs=3))
        return self.add("MultiHeadAttention", [*split, "", key_mask], num_heads=self.shape.heads)

    def _linear(self, hidden: str, name: str) -> str:
        matrix, bias = self.weights[f"{name}.weight"], self.weights[f"{name}.bias"]
        return self._matmul(hidden, name, matrix, bias)

    def _matmul(self, hidden: str, name: str, matrix: Array, bias: Array) -> str:
        """hidden @ matrix.T + bias, with `matrix` (out, in) as torch keeps it."""
        added = self.constant(f"{name}.bias", bias)
        if not self.int8:
            product = self.add("MatMul", [hidden, self.constant(name, matrix.T)], "")
            return self.add("Add", [product, added], "")
        turned = matrix.T.astype(np.float32)
        scale = (np.abs(turned).max(0) / 127).clip(min=1e-12).astype(np.float32)
        quantized = np.round(turned / scale).astype(np.int8)
        inputs = [hidden, self.constant(name, quantized)]
        inputs += [self.constant(f"{name}.scale", scale), "", added]
        return self.add("DynamicQuantizeMatMul", inputs)

    def _residual(self, hidden: str, change: str, norm: str) -> str:
        inputs = [hidden, change, self.weight(f"{norm}.weight"), self.weight(f"{norm}.bias")]
        return self.add("SkipLayerNormalization", inputs, epsilon=self.shape.norm_epsilon)

    def heads(self, hidden: str) -> None:
        """Mean over the real tokens, then the two linear heads, always in fp32."""
        last = self.constant("last", np.array([-1]))
        middle = self.constant("one", np.array([1]))
        mask = self.add("Cast", ["attention_mask"], "", to=TensorProto.FLOAT)
        mask = self.add("Unsqueeze", [mask, last], "")
        kept = self.add("Mul", [hidden, mask], "")
        summed = self.add("ReduceSum", [kept, middle], "", keepdims=0)
        count = self.add("ReduceSum", [mask, middle], "", keepdims=0)
        self._named("Div", [summed, count], "vector")
        for head in ("moods", "affect"):
            matrix = self.constant(f"{head}.weight", self.weights[f"{head}.weight"])
            bias = self.constant(f"{head}.bias", self.weights[f"{head}.bias"])
            out = head if head == "moods" else "affect_raw"
            self._named("Gemm", ["vector", matrix, bias], out, transB=1)
        self._named("Tanh", ["affect_raw"], "affect")

    def _named(self, kind: str, inputs: list[str], output: str, **attributes: object) -> None:
        self.nodes.append(helper.make_node(kind, inputs, [output], **attributes))

    def finished(self) -> onnx.ModelProto:
        ids = [
            helper.make_tensor_value_info(name, TensorProto.INT64, ["batch", "tokens"])
            for name in ("input_ids", "attention_mask")
        ]
        sizes = {"moods": len(self.weights["moods.bias"]), "affect": 2}
        sizes["vector"] = self.weights["moods.weight"].shape[1]
        outputs = [
            helper.make_tensor_value_info(name, TensorProto.FLOAT, ["batch", size])
            for name, size in sizes.items()
        ]
        graph = helper.make_graph(
            self.nodes, "encoder_tagger", ids, outputs, list(self.constants.values())
        )
        versions = [helper.make_opsetid("", 18), helper.make_opsetid(_ORT, 1)]
        return helper.make_model(
            graph, opset_imports=versions, ir_version=9, producer_name="undertone"
        )
