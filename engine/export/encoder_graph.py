"""Builds the encoder tagger's graph straight from its weights, in fp32 or int8, without torch.

BERT's post-norm layers in the operators that ONNX Runtime runs fastest on a CPU: one matmul for
query, key and value; attention written out, since that beats the fused kernel by a fifth; sum and
norm apart, since the fused one takes ten times as long. int8 keeps a scale per output channel and
per embedding row, and quantizes activations within ranges measured beforehand: ranges taken from
each batch would make a text's scores depend on its company.
Heads look at the last layer's mean, or at every layer's side by side, as wide as they are; words.*
add what the excerpt's words say. Inputs input_ids, attention_mask (B, T) int64; outputs moods
(B, M) logits, affect (B, 2) in -1..1, vector (B, D) fp32, the last layer's mean; of a classifier
of any labels logits (B, M) and vector. Without heads the vector is all.
"""
# onnx's helpers are typed in part.
# pyright: reportUnknownMemberType=false, reportUnknownArgumentType=false

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import onnx
from onnx import TensorProto, helper, numpy_helper

from engine.export.word_branch import WordTable, add_word_branch, word_table

Array = npt.NDArray[np.generic]
Weights = Mapping[str, npt.NDArray[np.float32]]

Ranges = Mapping[str, tuple[float, float]]
"""The least and the greatest value at the input of each matmul, by the matmul's name."""

_ORT = "com.microsoft"
_HEADS = ("moods", "affect")
_ANY_HEAD = ("logits",)


@dataclass(frozen=True, slots=True)
class EncoderShape:
    """The numbers of a BERT encoder that its weights do not tell."""

    heads: int
    norm_epsilon: float


def build_encoder_graph(
    weights: Weights, shape: EncoderShape, ranges: Ranges | None = None
) -> onnx.ModelProto:
    """The graph of `weights`: encoder.* as in BertModel; of linear heads moods.* with affect.*,
    logits.* alone, or none.

    With the `ranges` of every matmul's input it is int8; without, fp32.
    """
    return _built(weights, shape, ranges).finished()


def build_probe_graph(
    weights: Weights, shape: EncoderShape
) -> tuple[onnx.ModelProto, dict[str, str]]:
    """The fp32 graph whose outputs are the inputs of its matmuls: output name by matmul name."""
    graph = _built(weights, shape, None)
    return graph.finished(sorted(set(graph.matmul_inputs.values()))), graph.matmul_inputs


def _built(weights: Weights, shape: EncoderShape, ranges: Ranges | None) -> "_Graph":
    graph = _Graph(weights, shape, ranges)
    hidden = [graph.embeddings()]
    barred = graph.barred_keys()
    for layer in range(graph.layers):
        hidden.append(graph.layer(hidden[-1], barred, layer))
    graph.heads(hidden)
    return graph


class _Graph:
    """A graph while it is built: nodes and constants in order."""

    def __init__(self, weights: Weights, shape: EncoderShape, ranges: Ranges | None) -> None:
        self.weights = weights
        self.shape = shape
        self.ranges = ranges
        self.matmul_inputs: dict[str, str] = {}
        self.nodes: list[onnx.NodeProto] = []
        self.constants: dict[str, onnx.TensorProto] = {}
        of_moods = _HEADS if "moods.weight" in weights else ()
        self.head_names = _ANY_HEAD if "logits.weight" in weights else of_moods
        self.layers = 1 + max(
            int(name.split(".")[3]) for name in weights if name.startswith("encoder.encoder.layer.")
        )

    @property
    def width(self) -> int:
        """D, the numbers of a vector."""
        return self.weights["encoder.embeddings.LayerNorm.weight"].size

    def add(self, kind: str, inputs: list[str], domain: str = _ORT, **attributes: Any) -> str:
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
        """(B, T, D) normalised sum of word and place vectors."""
        prefix = "encoder.embeddings."
        table = self.weights[f"{prefix}word_embeddings.weight"]
        words = self._rows(
            "words", table, lambda part: self.add("Gather", [part, "input_ids"], "")
        )
        # Every token is of type 0, so that row joins the places.
        table = self.weights[f"{prefix}position_embeddings.weight"]
        table = table + self.weights[f"{prefix}token_type_embeddings.weight"][0]
        near = self._rows("places", table, self._first_rows)
        return self._norm(self.add("Add", [words, near], ""), f"{prefix}LayerNorm")

    def _first_rows(self, table: str) -> str:
        """As many rows as the batch has tokens. (Gather with Range breaks in the runtime.)"""
        along = self.constant("along", np.array([1]))
        zero = self.constant("zero", np.array([0]))
        length = self.add("Gather", [self.add("Shape", ["input_ids"], ""), along], "")
        return self.add("Slice", [table, zero, length, zero], "")

    def _rows(
        self, name: str, table: npt.NDArray[np.float32], chosen: Callable[[str], str]
    ) -> str:
        """The rows of a table that `chosen` takes; in int8 each row has a scale of its own."""
        if self.ranges is None:
            return chosen(self.constant(name, table))
        scale = (np.abs(table).max(1, keepdims=True) / 127).clip(min=1e-12).astype(np.float32)
        rows = chosen(self.constant(name, np.round(table / scale).astype(np.int8)))
        wide = self.add("Cast", [rows], "", to=TensorProto.FLOAT)
        return self.add("Mul", [wide, chosen(self.constant(f"{name}.scale", scale))], "")

    def barred_keys(self) -> str:
        """(B, 1, 1, T): 0 at real tokens, at padding so low that softmax gives it nothing."""
        mask = self.add("Cast", ["attention_mask"], "", to=TensorProto.FLOAT)
        real = self.add("Sub", [mask, self.constant("unit", np.array([1], np.float32))], "")
        low = self.add("Mul", [real, self.constant("low", np.array([1e4], np.float32))], "")
        return self.add("Unsqueeze", [low, self.constant("middle", np.array([1, 2]))], "")

    def layer(self, hidden: str, barred: str, number: int) -> str:
        prefix = f"encoder.encoder.layer.{number}."
        attended = self._attention(hidden, barred, f"{prefix}attention.self.", number)
        mixed = self._linear(attended, f"{prefix}attention.output.dense")
        hidden = self._residual(hidden, mixed, f"{prefix}attention.output.LayerNorm")
        inner = self._linear(hidden, f"{prefix}intermediate.dense")
        inner = self.add("Gelu", [inner])
        outer = self._linear(inner, f"{prefix}output.dense")
        return self._residual(hidden, outer, f"{prefix}output.LayerNorm")

    def _attention(self, hidden: str, barred: str, prefix: str, number: int) -> str:
        """softmax(q k^T / sqrt(d) + barred) v of every head; the scale is folded into q."""
        parts = ("query", "key", "value")
        heads, width = self.shape.heads, self.weights[f"{prefix}query.bias"].size
        matrices = [self.weights[f"{prefix}{part}.weight"] for part in parts]
        biases = [self.weights[f"{prefix}{part}.bias"] for part in parts]
        scale = np.float32((width / heads) ** -0.5)
        matrices[0], biases[0] = matrices[0] * scale, biases[0] * scale
        together = self._matmul(
            hidden, f"attention.{number}", np.concatenate(matrices), np.concatenate(biases)
        )
        apart = self.constant("apart", np.array([0, 0, 3 * heads, width // heads]))
        turned = self.add("Reshape", [together, apart], "")
        turned = self.add("Transpose", [turned], "", perm=[0, 2, 1, 3])
        query, key, value = split = [f"{part}_{number}" for part in parts]
        self.nodes.append(helper.make_node("Split", [turned], split, axis=1, num_outputs=3))
        scores = self.add("FusedMatMul", [query, key], transB=1)
        shares = self.add("Softmax", [self.add("Add", [scores, barred], "")], "", axis=-1)
        mixed = self.add("MatMul", [shares, value], "")
        back = self.add("Transpose", [mixed], "", perm=[0, 2, 1, 3])
        return self.add("Reshape", [back, self.constant("joined", np.array([0, 0, width]))], "")

    def _linear(self, hidden: str, name: str) -> str:
        matrix, bias = self.weights[f"{name}.weight"], self.weights[f"{name}.bias"]
        return self._matmul(hidden, name, matrix, bias)

    def _matmul(self, hidden: str, name: str, matrix: Array, bias: Array) -> str:
        """hidden @ matrix.T + bias, with `matrix` (out, in) as torch keeps it."""
        self.matmul_inputs[name] = hidden
        added = self.constant(f"{name}.bias", bias)
        if self.ranges is None:
            product = self.add("MatMul", [hidden, self.constant(name, matrix.T)], "")
            return self.add("Add", [product, added], "")
        turned = matrix.T.astype(np.float32)
        scales = (np.abs(turned).max(0) / 127).clip(min=1e-12).astype(np.float32)
        quantized = self.constant(name, np.round(turned / scales).astype(np.int8))
        scale, zero = _input_grid(*self.ranges[name])
        step = self.constant(f"{name}.step", scale)
        middle = self.constant(f"{name}.zero", zero)
        whole = self.add("QuantizeLinear", [hidden, step, middle], "")
        inputs = [whole, quantized, step, self.constant(f"{name}.scale", scales), middle]
        return self.add("MatMulIntegerToFloat", [*inputs, "", added])

    def _residual(self, hidden: str, change: str, norm: str) -> str:
        return self._norm(self.add("Add", [hidden, change], ""), norm)

    def _norm(self, hidden: str, name: str) -> str:
        inputs = [hidden, self.weight(f"{name}.weight"), self.weight(f"{name}.bias")]
        epsilon = self.shape.norm_epsilon
        return self.add("LayerNormalization", inputs, "", axis=-1, epsilon=epsilon)

    def heads(self, hidden: Sequence[str]) -> None:
        """Means over the real tokens of every layer the heads look at, then the linear heads."""
        looked_at = 1
        if self.head_names:
            looked_at = self.weights[f"{self.head_names[0]}.weight"].shape[1] // self.width
        share = self._token_share()
        means = [self.add("MatMul", [share, layer], "") for layer in hidden[-looked_at:]]
        middle = self.constant("along", np.array([1]))
        self._named("Squeeze", [means[-1], middle], "vector")
        if not self.head_names:
            return
        seen = "vector"
        if looked_at > 1:
            together = self.add("Concat", means, "", axis=-1)
            seen = self.add("Squeeze", [together, middle], "")
        self._outputs(self._heads_upon(seen))

    def _token_share(self) -> str:
        """(B, 1, T): an equal share for each real token, 0 for padding."""
        mask = self.add("Cast", ["attention_mask"], "", to=TensorProto.FLOAT)
        along = self.constant("along", np.array([1]))
        number = self.add("ReduceSum", [mask, along], "")
        return self.add("Unsqueeze", [self.add("Div", [mask, number], ""), along], "")

    def _heads_upon(self, seen: str) -> str:
        """(B, M + 2) logits of the moods, then valence and arousal before their tanh."""
        matrix = np.concatenate([self.weights[f"{head}.weight"] for head in self.head_names])
        bias = np.concatenate([self.weights[f"{head}.bias"] for head in self.head_names])
        added = self.constant("heads.bias", bias)
        said = self.add("Gemm", [seen, self._head_matrix(matrix), added], "", transB=1)
        if "words.moods" not in self.weights:
            return said
        return self.add("Add", [said, add_word_branch(self, self._word_table())], "")

    def _head_matrix(self, matrix: npt.NDArray[np.float32]) -> str:
        """In int8 two bytes a weight: heads upon all layers weigh numbers that hardly change so
        heavily that a byte a weight would move some moods by 0.06 for every song."""
        if self.ranges is None:
            return self.constant("heads", matrix)
        half = self.constant("heads", matrix.astype(np.float16))
        return self.add("Cast", [half], "", to=TensorProto.FLOAT)

    def _word_table(self) -> WordTable:
        rarity = self.weights["words.rarity"]
        table = np.concatenate([self.weights["words.moods"], self.weights["words.affect"]])
        return word_table(rarity, table, np.exp(1 - rarity))

    def _outputs(self, said: str) -> None:
        if self.head_names == _ANY_HEAD:
            self._named("Identity", [said], "logits")
            return
        size = len(self.weights["moods.bias"])
        sizes = self.constant("outputs", np.array([size, 2]))
        split = ["moods", "affect_raw"]
        self.nodes.append(helper.make_node("Split", [said, sizes], split, axis=-1))
        self._named("Tanh", ["affect_raw"], "affect")

    def _named(self, kind: str, inputs: list[str], output: str, **attributes: Any) -> None:
        self.nodes.append(helper.make_node(kind, inputs, [output], **attributes))

    def finished(self, probes: Sequence[str] = ()) -> onnx.ModelProto:
        ids = [
            helper.make_tensor_value_info(name, TensorProto.INT64, ["batch", "tokens"])
            for name in ("input_ids", "attention_mask")
        ]
        sizes = {"vector": self.width}
        sizes = {name: len(self.weights[f"{name}.bias"]) for name in self.head_names} | sizes
        outputs = [
            helper.make_tensor_value_info(name, TensorProto.FLOAT, ["batch", size])
            for name, size in sizes.items()
        ]
        outputs += [helper.make_tensor_value_info(n, TensorProto.FLOAT, None) for n in probes]
        graph = helper.make_graph(
            self.nodes, "encoder_tagger", ids, outputs, list(self.constants.values())
        )
        versions = [helper.make_opsetid("", 18), helper.make_opsetid(_ORT, 1)]
        return helper.make_model(
            graph, opset_imports=versions, ir_version=9, producer_name="undertone"
        )


def _input_grid(low: float, high: float) -> tuple[Array, Array]:
    """Scale and zero point of uint8 values that reach from `low` to `high` and hit 0 exactly."""
    low, high = min(low, 0.0), max(high, 0.0)
    scale = max(high - low, 1e-6) / 255
    return np.array(scale, np.float32), np.array(round(-low / scale), np.uint8)
