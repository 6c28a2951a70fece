"""Decoders as optimum exports them: the past goes in as arrays and comes out longer.

Reads tokens into caches and gives logits, for families without the fast graph (GPT-2, GPT-NeoX,
BLOOM and others), merged graphs with a cache branch too. Slower, as every step copies the past.
"""

from collections.abc import Collection, Mapping, Sequence

import numpy as np

from engine.errors import EngineError
from engine.inference.binding import Tensor
from engine.inference.continuations import read_each
from engine.inference.decoder import LAST, Ids, Logits
from engine.inference.onnx_model import OnnxModel, ValueKind

CHUNK = 128  # such graphs give logits for every token read: a large array at 100,000 words
_GIVEN = ("input_ids", "attention_mask", "position_ids", "use_cache_branch")
_PAST, _PRESENT, _BRANCH = "past_key_values.", "present.", "use_cache_branch"


class ArrayCache:
    """Keys and values of one sequence as the graph gave them."""

    def __init__(self, states: dict[str, Tensor]) -> None:
        self.states = states
        self.length = 0

    @property
    def bytes(self) -> int:
        return sum(state.bytes for state in self.states.values())


class PastPresentDecoder:
    """A Decoder over a graph with input_ids, attention_mask, maybe position_ids, and the past."""

    def __init__(self, model: OnnxModel, vocabulary: int, window: int) -> None:
        self._model = model
        self._kinds = past_kinds(model)
        self._axes = {name: growing_axis(kind) for name, kind in self._kinds.items()}
        self._outputs = ["logits", *(present_name(name) for name in self._kinds)]
        check_names(model, {*_GIVEN, *self._kinds}, self._outputs)
        self.vocabulary = vocabulary
        self.window = window
        self.chunk = min(CHUNK, window)

    def new_cache(self) -> ArrayCache:
        return ArrayCache({name: empty_state(kind) for name, kind in self._kinds.items()})

    def read(self, cache: ArrayCache, ids: Ids, rows: Sequence[int] = LAST) -> Logits:
        count = len(ids)
        if not 0 < count <= self.window - cache.length:
            raise ValueError(f"{count} tokens do not fit after {cache.length} of {self.window}")
        wanted = np.array(rows, np.int64) % count
        found = np.empty((len(wanted), self.vocabulary), np.float32)
        for start in range(0, count, CHUNK):
            part = ids[start : start + CHUNK]
            logits = self._run(cache, part)
            here = (wanted >= start) & (wanted < start + len(part))
            found[here] = logits[wanted[here] - start, : self.vocabulary]
        return found

    def _run(self, cache: ArrayCache, ids: Ids) -> Logits:
        end = cache.length + len(ids)
        known = {
            "input_ids": ids[None],
            "attention_mask": np.ones((1, end), np.int64),
            "position_ids": np.arange(cache.length, end, dtype=np.int64)[None],
            _BRANCH: np.array([cache.length > 0]),
        }
        inputs = {name: Tensor.around(known[name]) for name in known if name in self._model.inputs}
        logits, *states = self._model.run_tensors(self._outputs, {**inputs, **cache.states})
        cache.states = dict(zip(self._kinds, states, strict=True))
        cache.length = end
        return logits.fetched()[0].astype(np.float32, copy=False)

    def cut(self, cache: ArrayCache, length: int) -> None:
        if length < cache.length:
            cache.states = self.fork(cache, length).states
            cache.length = length

    def fork(self, cache: ArrayCache, length: int) -> ArrayCache:
        copy = self.new_cache()
        copy.length = min(length, cache.length)
        if copy.length:
            for name, axis in self._axes.items():
                copy.states[name] = shortened(cache.states[name], axis, copy.length)
        return copy

    def read_many(self, cache: ArrayCache, continuations: Sequence[Ids]) -> list[Logits]:
        kept = cache.states, cache.length
        found = read_each(self, cache, continuations)
        cache.states, cache.length = kept
        return found


def past_kinds(model: OnnxModel) -> Mapping[str, ValueKind]:
    """The inputs that hold the past. EngineError where there are none."""
    found = {name: kind for name, kind in model.input_kinds.items() if name.startswith(_PAST)}
    if not found:
        raise EngineError("The model's graph takes no past.", "Export the model with its past.")
    return found


def check_names(model: OnnxModel, given: Collection[str], wanted: Collection[str]) -> None:
    """EngineError where the graph wants an input that nobody gives, or lacks an output."""
    if strange := sorted(set(model.inputs) - set(given)):
        raise EngineError(
            f'The model\'s graph wants "{strange[0]}", which this program does not know.',
            "Export the model again.",
        )
    if missing := sorted(set(wanted) - set(model.outputs)):
        raise EngineError(
            f"The model's graph gives no {missing[0]}.", "Export the model with its past."
        )


def present_name(past: str) -> str:
    """The output that becomes this input."""
    return _PRESENT + past.removeprefix(_PAST)


def growing_axis(kind: ValueKind) -> int:
    """The axis of the tokens: the one that varies, besides the batch. Usually 2, BLOOM's may not.

    EngineError where it cannot be told.
    """
    varying = [at for at, size in enumerate(kind.shape) if at and not isinstance(size, int)]
    if len(varying) != 1:
        raise EngineError(
            "The model's graph does not tell the size of its past.", "Export the model again."
        )
    return varying[0]


def empty_state(kind: ValueKind) -> Tensor:
    """A past of no tokens."""
    axis = growing_axis(kind)
    shape = [size if isinstance(size, int) else 1 for size in kind.shape]
    shape[axis] = 0
    return Tensor(shape, kind.element)


def shortened(state: Tensor, axis: int, length: int) -> Tensor:
    """A copy of the first `length` tokens of a state."""
    part = [slice(None)] * len(state.shape)
    part[axis] = slice(length)
    return Tensor.around(np.ascontiguousarray(state.fetched()[tuple(part)]))
