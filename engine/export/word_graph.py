"""Builds the graph of a tagger that averages word vectors, from plain weights, without torch.

It speaks as the encoder tagger does, so whatever opens that one opens this one. Inputs input_ids,
attention_mask (B, T) int64; outputs moods (B, M) logits, affect (B, 2) in -1..1, vector (B, D),
the mean vector of the known words. fp32 throughout: a gather and two small products.
"""

import numpy as np
import onnx

from engine.export.encoder_graph import Weights
from engine.export.graph_nodes import FLOAT, INT64, GraphNodes
from engine.training.word_tokenizer import UNKNOWN


def build_word_graph(weights: Weights) -> onnx.ModelProto:
    """The graph of `weights`: words.weight (V, D) a row a word id, moods.*, affect.* the heads.

    Ids up to UNKNOWN (padding, words not known) say nothing, nor does what the mask bars. A text
    without a known word has the vector 0: the heads then say what they would of any text.
    """
    graph = GraphNodes()
    for name in ("input_ids", "attention_mask"):
        graph.input(name, INT64, ["batch", "tokens"])
    counted = _counted(graph)
    table = graph.constant("words", weights["words.weight"])
    rows = graph.add("Mul", [graph.add("Gather", [table, "input_ids"]), counted])
    along = graph.constant("along", np.array([1]))
    summed = graph.add("ReduceSum", [rows, along], keepdims=0)
    number = graph.add("ReduceSum", [counted, along], keepdims=0)
    some = graph.add("Max", [number, graph.constant("one", np.array([1], np.float32))])
    graph.add("Div", [summed, some], outputs=["vector"])
    for head, out in (("moods", "moods"), ("affect", "affect_raw")):
        matrix = graph.constant(f"{head}.weight", weights[f"{head}.weight"])
        bias = graph.constant(f"{head}.bias", weights[f"{head}.bias"])
        graph.add("Gemm", ["vector", matrix, bias], outputs=[out], transB=1)
    graph.add("Tanh", ["affect_raw"], outputs=["affect"])
    sizes = {"moods": len(weights["moods.bias"]), "affect": 2}
    for name, size in {**sizes, "vector": weights["words.weight"].shape[1]}.items():
        graph.output(name, FLOAT, ["batch", size])
    return graph.finished("word_tagger")


def _counted(graph: GraphNodes) -> str:
    """(B, T, 1): 1 where a known word stands, else 0."""
    unknown = graph.constant("unknown", np.array([UNKNOWN]))
    known = graph.add("Cast", [graph.add("Greater", ["input_ids", unknown])], to=FLOAT)
    mask = graph.add("Cast", ["attention_mask"], to=FLOAT)
    both = graph.add("Mul", [known, mask])
    return graph.add("Unsqueeze", [both, graph.constant("last", np.array([-1]))])
