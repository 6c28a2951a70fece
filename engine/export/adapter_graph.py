"""Graphs of an installed decoder that take low-rank changes as inputs, so that one set of weights
serves many adapters (Hu et al. 2021).

Reads a graph of engine.export.decoder_graph and adds beside each product that may change two small
ones, whose matrices are bound at run time. The weights stay where they are.
"""
# onnx's helpers are typed in part.
# pyright: reportUnknownMemberType=false, reportUnknownArgumentType=false

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper

from engine.export.decoder_weights import DecoderWeights, Floats
from engine.export.graph_constants import GraphConstants
from engine.inference.adapters import DOWN, UP

JOINED = {"query_key_value": ("query", "key", "value")}
"""Products of several matrices, rows one below the other, in this order."""
_WEIGHT = re.compile(r"(layers\.(\d+)\.(\w+))\.(codes|rows|weight)")


@dataclass(frozen=True, slots=True)
class _Place:
    """A product in a graph: its name ("layers.3.output"), the value that goes in, the node whose
    output is the answer, and both widths."""

    name: str
    value: str
    answer: onnx.NodeProto
    number: int


def matrices_of(product: str) -> tuple[str, ...]:
    """The matrices of a product's last word: "query_key_value" has three."""
    return JOINED.get(product, (product,))


def with_adapters(graph: onnx.ModelProto, on: Collection[str],
                  widths: Mapping[str, tuple[int, int]]) -> onnx.ModelProto:
    """The same graph with inputs `<product>.lora_down` (K, R) and `<product>.lora_up` (R, N) for
    every product that holds one of the matrices `on`. `widths` gives (N, K) of each matrix's last
    word. The rank R is free, but the same for all products of one kind."""
    changed = onnx.ModelProto()
    changed.CopyFrom(graph)
    nodes = list(changed.graph.node)
    for place in reversed(_places(nodes)):
        word = place.name.rsplit(".", 1)[1]
        parts = matrices_of(word)
        if not set(parts) & set(on):
            continue
        rows, columns = sum(widths[part][0] for part in parts), widths[parts[0]][1]
        down, up = place.name + DOWN, place.name + UP
        for name, shape in ((down, [columns, f"{word}.rank"]), (up, [f"{word}.rank", rows])):
            changed.graph.input.append(
                helper.make_tensor_value_info(name, TensorProto.FLOAT, shape))
        answer = place.answer.output[0]
        plain, low, high = (f"{answer}.{what}" for what in ("plain", "low", "high"))
        place.answer.output[0] = plain
        nodes[place.number + 1:place.number + 1] = [
            helper.make_node("MatMul", [place.value, down], [low]),
            helper.make_node("MatMul", [low, up], [high]),
            helper.make_node("Add", [plain, high], [answer])]
    del changed.graph.node[:]
    changed.graph.node.extend(nodes)
    return changed


def _places(nodes: list[onnx.NodeProto]) -> list[_Place]:
    """The products of the layers, in their order."""
    makers = {output: node for node in nodes for output in node.output}
    found: list[_Place] = []
    for number, node in enumerate(nodes):
        named = next(filter(None, map(_WEIGHT.fullmatch, node.input)), None)
        if named is None:
            continue
        if node.op_type == "MatMulNBits":
            found.append(_Place(named[1], _plain(node.input[0], makers), node, number))
        elif node.op_type == "MatMul":
            at = _with_bias(nodes, number)
            found.append(_Place(named[1], node.input[0], nodes[at], at))
        elif node.op_type == "MatMulIntegerToFloat":
            at = _with_bias(nodes, _user(nodes, number))
            found.append(_Place(named[1], _unrounded(node.input[0], makers), nodes[at], at))
    return found


def _plain(value: str, makers: Mapping[str, onnx.NodeProto]) -> str:
    """What goes into a product, without the sums of its blocks behind it."""
    maker = makers.get(value)
    return maker.input[0] if maker is not None and maker.op_type == "Concat" else value


def _unrounded(value: str, makers: Mapping[str, onnx.NodeProto]) -> str:
    """What was divided and rounded before a product by rows."""
    return makers[makers[value].input[0]].input[0]


def _user(nodes: list[onnx.NodeProto], number: int) -> int:
    """The first node that uses what this one gives."""
    given = nodes[number].output[0]
    return next(place for place in range(number + 1, len(nodes)) if given in nodes[place].input)


def _with_bias(nodes: list[onnx.NodeProto], number: int) -> int:
    """The node that adds the bias of a product that ends here, where it has one."""
    after = nodes[_user(nodes, number)]
    biased = after.op_type == "Add" and any(name.endswith(".bias") for name in after.input)
    return _user(nodes, number) if biased else number


def scales_of_prompts(main: Path, prompt: Path, weights: DecoderWeights) -> dict[str, Floats]:
    """By "layers.3.attention", "layers.3.ffn" and "layers.3.down": (K,) what the value in the graph
    for prompts was divided by, compared with the main graph of these weights.

    Before attention and ffn norms are that much smaller, before down the rows of up. Those are
    rounded to 8 bits, so theirs is the best factor over a whole row.
    """
    ours, theirs = _norms(main, weights.config.layers), _norms(prompt, weights.config.layers)
    # A gain of nothing lets nothing through: whatever it is divided by.
    found = {name: _ratio(ours[name], theirs[name]) for name in ours.keys() & theirs.keys()}
    graph = GraphConstants.open(prompt)
    for number, layer in enumerate(weights.layers):
        rows = graph.maybe(f"layers.{number}.up.rows")
        ffn = found.get(f"layers.{number}.ffn")
        if rows is not None and ffn is not None:
            steps = graph.read(f"layers.{number}.up.row_scales")
            whole = layer.up.dense() * ffn
            kept = rows.T.astype(np.float32) * steps[:, None]
            found[f"layers.{number}.down"] = _ratio((whole * whole).sum(1), (kept * whole).sum(1))
    return found


def _ratio(ours: Floats, theirs: Floats) -> Floats:
    return np.divide(ours, theirs, out=np.ones_like(ours), where=theirs != 0)


def _norms(file: Path, layers: int) -> dict[str, Floats]:
    graph = GraphConstants.open(file)
    names = {"layers.0.attention": "first_norm"}
    for number in range(layers):
        names[f"layers.{number}.ffn"] = f"layers.{number}.ffn_norm"
        names[f"layers.{number + 1}.attention"] = f"layers.{number}.norm"
    found = {place: graph.maybe(name) for place, name in names.items()}
    return {place: gain.astype(np.float32) for place, gain in found.items() if gain is not None}
