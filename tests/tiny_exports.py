"""Graphs laid out as optimum exports them, by hand and tiny: a decoder whose past goes in and
comes out, and an encoder with a merged decoder."""

from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

VOCABULARY, WIDTH = 40, 8
FLOAT, INT64, BOOL = TensorProto.FLOAT, TensorProto.INT64, TensorProto.BOOL


class Graph:
    """Nodes and weights of one graph; names are given by the caller."""

    def __init__(self, seed: int) -> None:
        self.chance = np.random.default_rng(seed)
        self.nodes: list[onnx.NodeProto] = []
        self.constants: list[onnx.TensorProto] = []

    def node(self, kind: str, inputs: list[str], output: str, **how: object) -> str:
        self.nodes.append(helper.make_node(kind, inputs, [output], **how))
        return output

    def value(self, name: str, value: np.ndarray) -> str:
        self.constants.append(numpy_helper.from_array(value, name))
        return name

    def weight(self, name: str, *size: int, spread: float = 0.7) -> str:
        return self.value(name, self.chance.normal(0, spread, size).astype(np.float32))

    def project(self, x: str, name: str) -> str:
        weight = self.weight(f"{name}.weight", WIDTH, WIDTH, spread=0.35)
        return self.node("MatMul", [x, weight], name)

    def heads(self, x: str, name: str) -> str:
        """(1, T, W) to one head (1, 1, T, W)."""
        axis = self.value(f"{name}.axis", np.array([1]))
        return self.node("Unsqueeze", [self.project(x, name), axis], f"{name}.heads")

    def attend(self, query: str, key: str, value: str, name: str, mask: str = "") -> str:
        turned = self.node("Transpose", [key], f"{name}.turned", perm=[0, 1, 3, 2])
        scores = self.node("MatMul", [query, turned], f"{name}.scores")
        if mask:
            scores = self.node("Add", [scores, mask], f"{name}.masked")
        chances = self.node("Softmax", [scores], f"{name}.chances", axis=-1)
        mixed = self.node("MatMul", [chances, value], f"{name}.mixed")
        axis = self.value(f"{name}.axis", np.array([1]))
        return self.node("Squeeze", [mixed, axis], name)

    def causal_mask(self, total: str, fresh: str) -> str:
        """(T, past + T) of 0 and -10000. `total`, `fresh`: names of lengths, (1,) int64."""
        shape = self.node("Concat", [total, total], "mask.shape", axis=0)
        ones = self.node("ConstantOfShape", [shape], "mask.ones", value=numpy_helper.from_array(
            np.array([-10000], np.float32)))
        one = self.value("mask.one", np.array(1))
        upper = self.node("Trilu", [ones, one], "mask.upper", upper=1)
        start = self.node("Sub", [total, fresh], "mask.start")
        return self.node("Slice", [upper, start, total, self.value("mask.rows", np.array([0]))],
                         "mask")

    def length(self, x: str, axis: int, name: str) -> str:
        return self.node("Shape", [x], name, start=axis, end=axis + 1)

    def save(self, file: Path, inputs: list[onnx.ValueInfoProto],
             outputs: list[onnx.ValueInfoProto]) -> Path:
        graph = helper.make_graph(self.nodes, "tiny", inputs, outputs, self.constants)
        onnx.save(helper.make_model(graph, opset_imports=[helper.make_opsetid("", 21)],
                                    ir_version=10), file)
        return file


info = helper.make_tensor_value_info


def save_past_present(file: Path, positions: bool = True, merged: bool = False,
                      axis: int = 2) -> Path:
    """One layer of attention. `axis` is where the tokens of the cache lie, 2 or 3 (BLOOM)."""
    graph = Graph(seed=0)
    table = graph.weight("embedding", VOCABULARY, WIDTH)
    x = graph.node("Gather", [table, "input_ids"], "embedded")
    if positions:
        places = graph.weight("places", 64, WIDTH)
        x = graph.node("Add", [x, graph.node("Gather", [places, "position_ids"], "placed")], "x")
    states = {}
    for part in ("key", "value"):
        fresh = graph.heads(x, part)
        past = f"past_key_values.0.{part}"
        if axis == 3:
            fresh = graph.node("Transpose", [fresh], f"{part}.moved", perm=[0, 1, 3, 2])
        states[part] = graph.node("Concat", [past, fresh], f"present.0.{part}", axis=axis)
        if axis == 3:
            states[part] = graph.node("Transpose", [states[part]], f"{part}.back",
                                      perm=[0, 1, 3, 2])
    total = graph.length("attention_mask", 1, "total")
    mask = graph.causal_mask(total, graph.length("input_ids", 1, "fresh"))
    mixed = graph.attend(graph.heads(x, "query"), states["key"], states["value"], "mixed", mask)
    summed = graph.node("Add", [x, mixed], "summed")
    graph.node("MatMul", [summed, graph.weight("head", WIDTH, VOCABULARY)], "logits")
    size = ["B", 1, WIDTH, WIDTH]
    past_size, present_size = list(size), list(size)
    past_size[axis], present_size[axis] = "past_sequence_length", "past_sequence_length + 1"
    inputs = [info("input_ids", INT64, ["B", "T"]), info("attention_mask", INT64, ["B", "all"])]
    inputs += [info("position_ids", INT64, ["B", "T"])] * positions
    inputs += [info("use_cache_branch", BOOL, [1])] * merged
    inputs += [info(f"past_key_values.0.{part}", FLOAT, past_size) for part in states]
    outputs = [info("logits", FLOAT, ["B", "T", VOCABULARY])]
    outputs += [info(f"present.0.{part}", FLOAT, present_size) for part in states]
    return graph.save(file, inputs, outputs)


def save_encoder_decoder(folder: Path) -> Path:
    """encoder_model.onnx and decoder_model_merged.onnx, whose branch with the past gives nothing
    back for the source."""
    folder.mkdir(parents=True, exist_ok=True)
    encoder = Graph(seed=1)
    table = encoder.weight("embedding", VOCABULARY, WIDTH)
    x = encoder.node("Gather", [table, "input_ids"], "embedded")
    keys = [encoder.heads(x, name) for name in ("query", "key", "value")]
    mixed = encoder.attend(*keys, "mixed")
    encoder.node("Add", [x, mixed], "last_hidden_state")
    ids = [info("input_ids", INT64, ["B", "S"]), info("attention_mask", INT64, ["B", "S"])]
    encoder.save(folder / "encoder_model.onnx", ids,
                 [info("last_hidden_state", FLOAT, ["B", "S", WIDTH])])
    _save_merged_decoder(folder / "decoder_model_merged.onnx")
    return folder


def _save_merged_decoder(file: Path) -> None:
    graph = Graph(seed=2)
    table = graph.weight("embedding", VOCABULARY, WIDTH)
    x = graph.node("Gather", [table, "input_ids"], "embedded")
    own = {part: graph.node(
        "Concat", [f"past_key_values.0.decoder.{part}", graph.heads(x, f"own.{part}")],
        f"present.0.decoder.{part}", axis=2) for part in ("key", "value")}
    total = graph.length(own["key"], 2, "total")
    mask = graph.causal_mask(total, graph.length("input_ids", 1, "fresh"))
    x = graph.node("Add", [x, graph.attend(graph.heads(x, "query"), own["key"], own["value"],
                                           "mixed", mask)], "x")
    source = {}
    for part in ("key", "value"):
        made = graph.heads("encoder_hidden_states", f"source.{part}")
        past = f"past_key_values.0.encoder.{part}"
        source[part] = _either(graph, f"chosen.{part}", past, made)
        nothing = graph.value(f"nothing.{part}", np.zeros((0, 1, 1, WIDTH), np.float32))
        _either(graph, f"present.0.encoder.{part}", nothing, made)
    mixed = graph.attend(graph.heads(x, "asked"), source["key"], source["value"], "about")
    summed = graph.node("Add", [x, mixed], "summed")
    graph.node("MatMul", [summed, graph.weight("head", WIDTH, VOCABULARY)], "logits")
    inputs = [info("encoder_attention_mask", INT64, ["B", "S"]),
              info("input_ids", INT64, ["B", "T"]),
              info("encoder_hidden_states", FLOAT, ["B", "S", WIDTH]),
              info("use_cache_branch", BOOL, [1])]
    outputs = [info("logits", FLOAT, ["B", "T", VOCABULARY])]
    for side in ("decoder", "encoder"):
        for part in ("key", "value"):
            inputs.append(info(f"past_key_values.0.{side}.{part}", FLOAT, ["B", 1, side, WIDTH]))
            outputs.append(info(f"present.0.{side}.{part}", FLOAT, ["B2", 1, f"{side}2", WIDTH]))
    graph.save(file, inputs, outputs)


def _either(graph: Graph, name: str, with_past: str, without: str) -> str:
    """An If over use_cache_branch."""
    branches = {}
    for branch, source in (("then_branch", with_past), ("else_branch", without)):
        inner = f"{name}.{branch}"
        branches[branch] = helper.make_graph(
            [helper.make_node("Identity", [source], [inner])], branch, [],
            [helper.make_tensor_value_info(inner, FLOAT, None)])
    return graph.node("If", ["use_cache_branch"], name, **branches)
