"""The words' part of the encoder tagger's graph: tf-idf shares of an excerpt's own tokens.

Counts are taken inside the graph, so whoever runs it hands over nothing but token ids. The table
of (V, M + 2) weights is kept as (V, R) bytes: few directions carry all that the moods say of words.
"""

from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt
from onnx import TensorProto

Floats = npt.NDArray[np.float32]
RANK = 12
_TINY = 1e-6


@dataclass(frozen=True, slots=True, eq=False)
class WordTable:
    """`rarity` (V,) steps of `rarity_step`; `words` (V, R) int8, `heads` (M + 2, R) with the
    columns' scales in them: the weights are words @ heads.T, nearly."""

    rarity: npt.NDArray[np.uint8]
    rarity_step: float
    words: npt.NDArray[np.int8]
    heads: Floats


def word_table(rarity: Floats, weights: Floats, often: Floats, rank: int = RANK) -> WordTable:
    """Of (M + 2, V) `weights`, the `rank` directions that matter most where words are met `often`
    (V,): a word met a hundred times as often counts ten times as much."""
    importance = np.sqrt(often * rarity**2).clip(min=_TINY)
    left, strength, right = np.linalg.svd(weights * importance, full_matrices=False)
    kept = min(rank, len(strength))
    table = (right[:kept] / importance).T * (rarity > 0)[:, None]
    step = (np.abs(table).max(0) / 127).clip(min=1e-12)
    heads = left[:, :kept] * strength[:kept] * step
    rarity_step = max(float(rarity.max()), _TINY) / 255
    steps = np.asarray(np.round(rarity / rarity_step), np.uint8)
    words = np.asarray(np.round(table / step), np.int8)
    return WordTable(steps, rarity_step, words, np.asarray(heads, np.float32))


class _Building(Protocol):
    def add(self, kind: str, inputs: list[str], domain: str = ..., **attributes: Any) -> str: ...

    def constant(self, name: str, value: npt.NDArray[np.generic]) -> str: ...


def add_word_branch(graph: _Building, table: WordTable) -> str:
    """(B, M + 2): what the words of each excerpt add to the moods' logits and to the affect."""
    number = _Numbers(graph)
    ids_down = graph.add("Unsqueeze", ["input_ids", number.axis(2)], "")
    ids_across = graph.add("Unsqueeze", ["input_ids", number.axis(1)], "")
    same = graph.add("Cast", [graph.add("Equal", [ids_down, ids_across], "")], "",
                     to=TensorProto.FLOAT)
    count = graph.add("ReduceSum", [same, number.axis(2)], "", keepdims=0)
    grown = graph.add("Add", [graph.add("Log", [count], ""), number.value("unit", 1.0)], "")
    steps = graph.add("Gather", [graph.constant("words.rarity", table.rarity), "input_ids"], "")
    rarity = graph.add("Mul", [graph.add("Cast", [steps], "", to=TensorProto.FLOAT),
                               number.value("words.step", table.rarity_step)], "")
    strength = graph.add("Mul", [grown, rarity], "")
    # A word that stands n times is met n times below, so each of them counts an nth.
    each = graph.add("Div", [strength, count], "")
    squares = graph.add("Mul", [strength, each], "")
    length = graph.add("Sqrt", [graph.add("ReduceSum", [squares, number.axis(1)], "")], "")
    some = graph.add("Max", [length, number.value("tiny", _TINY)], "")
    share = graph.add("Div", [each, some], "")
    rows = graph.add("Gather", [graph.constant("words.table", table.words), "input_ids"], "")
    wide = graph.add("Cast", [rows], "", to=TensorProto.FLOAT)
    across = graph.add("Unsqueeze", [share, number.axis(1)], "")
    met = graph.add("Squeeze", [graph.add("MatMul", [across, wide], ""), number.axis(1)], "")
    heads = graph.constant("words.heads", np.ascontiguousarray(table.heads.T))
    return graph.add("MatMul", [met, heads], "")


class _Numbers:
    """Small constants by what they are."""

    def __init__(self, graph: _Building) -> None:
        self._graph = graph

    def axis(self, number: int) -> str:
        return self._graph.constant(f"axis.{number}", np.array([number]))

    def value(self, name: str, number: float) -> str:
        return self._graph.constant(name, np.array([number], np.float32))
