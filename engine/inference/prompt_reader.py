"""Reads the long part of a prompt with a graph made for many tokens, which only fills the cache.

Knows caches and their steps, no logits. The graph computes keys and values in 32 bits; where the
cache has 8, they are rounded afterwards, since attention over a rounded cache is slow for many
tokens at once.
"""

import itertools
import math
import mmap
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Protocol

import numpy as np
import numpy.typing as npt

from engine.errors import EngineError
from engine.inference.adapters import Bound
from engine.inference.binding import Array, Binding, Tensor
from engine.inference.decoder import Ids
from engine.inference.memory import give_back_memory
from engine.inference.onnx_model import OnnxModel

CHUNK = 256
"""Tokens a run: attention of longer ones falls out of the processor's cache."""
_LEAST_TO_OPEN = 48
_LEAST = 8
_HELD_A_TOKEN = 100
"""Tokens in the cache that cost as much to widen as one more token costs to read singly."""

Steps = Mapping[str, npt.NDArray[np.float32]]
"""By the name of a state (1, heads, 1, head size): what 1 of its 8 bits is worth."""


def read_steps(file: Path, layers: int, heads: int, size: int) -> Steps:
    """The steps of an 8-bit cache: (2, layers, heads, head size) of keys, then of values.

    EngineError where the file is missing, broken or another model's.
    """
    try:
        # Mapped: a broken file may claim to hold more than there is memory.
        held = np.lib.format.open_memmap(file, mode="r")
        if held.shape != (2, layers, heads, size) or held.dtype != np.float32:
            raise ValueError(f"it holds {held.dtype} of shape {held.shape}")
        both = np.array(held)
        if not np.all((both > 0) & np.isfinite(both)):
            raise ValueError("it holds steps that are none")
    except Exception as broken:  # what numpy's parser of the header meets comes through
        raise EngineError(f"{file.name} of this model cannot be read: {broken}",
                          "Add the model again from its source.") from broken
    return {f"past_key_values.{layer}.{part}": both[at, layer][None, :, None, :]
            for layer in range(layers) for at, part in enumerate(("key", "value"))}


class Cache(Protocol):
    """A cache as the reader sees it."""

    length: int
    states: dict[str, Tensor]


class PromptReader:
    """Fills caches. The graph is opened when the first long prompt comes.

    `steps` are those of an 8-bit cache; without, the cache must be float32.
    """

    def __init__(self, open_graph: Callable[[], OnnxModel], steps: Steps | None = None,
                 bound: Callable[[OnnxModel], Bound] | None = None) -> None:
        """`bound` gives what an adapted graph takes besides the tokens."""
        self._open_graph = open_graph
        self._steps = steps
        self._bind = bound
        self._bound: Bound = {}
        self._graph: OnnxModel | None = None

    def takes(self, tokens: int, held: int) -> bool:
        """Whether so many tokens after `held` others are read faster here."""
        least = _LEAST_TO_OPEN if self._graph is None else _LEAST
        return tokens >= least + (held // _HELD_A_TOKEN if self._steps else 0)

    def read(self, cache: Cache, ids: Ids) -> None:
        """Appends `ids` (T,) to the cache, which must have room for them."""
        if self._graph is None:
            self._graph = self._open_graph()
            self._bound = self._bind(self._graph) if self._bind else {}
        # A binding of its own, so that what is bound is given back when it has been read.
        binding = self._graph.bind()
        end = cache.length + len(ids)
        for name, tensor in self._bound.items():
            binding.bind_input(name, tensor)
        wide = self._widened(cache, end) if self._steps else cache.states
        for name, state in wide.items():
            binding.bind_input(name, state)
            binding.bind_output(name.replace("past_key_values.", "present."), state)
        for start in range(0, len(ids), CHUNK):
            part = ids[start:start + CHUNK]
            _run(binding, part, cache.length + start + len(part))
        if self._steps:
            for name, state in wide.items():
                _round(state.fetched(), self._steps[name], cache.states[name].fetched(),
                       cache.length)
            give_back_memory()
        cache.length = end

    def _widened(self, cache: Cache, end: int) -> dict[str, Tensor]:
        """The states in 32 bits with room up to `end`."""
        assert self._steps is not None
        shapes = {name: (state.shape[0], state.shape[1], end, state.shape[3])
                  for name, state in cache.states.items()}
        wide = {name: Tensor.around(array) for name, array in _arrays(shapes).items()}
        for name, state in cache.states.items():
            held = state.fetched()[:, :, :cache.length]
            np.multiply(held, self._steps[name], out=wide[name].fetched()[:, :, :cache.length])
        return wide


def _arrays(shapes: Mapping[str, tuple[int, ...]]) -> dict[str, Array]:
    """Float arrays of these shapes in one piece of memory, which the system has back at once when
    they are gone; an ordinary one it would have back some day."""
    sizes = {name: math.prod(shape) for name, shape in shapes.items()}
    whole = np.frombuffer(mmap.mmap(-1, 4 * sum(sizes.values())), np.float32)
    ends = itertools.accumulate(sizes.values())
    return {name: whole[end - sizes[name]:end].reshape(shape)
            for (name, shape), end in zip(shapes.items(), ends, strict=True)}


def _run(binding: Binding, ids: Ids, total: int) -> None:
    given = {"input_ids": np.ascontiguousarray(ids[None], np.int64),
             "seqlens_k": np.array([total - 1], np.int32),
             "total_length": np.array(total, np.int32)}
    tensors = {name: Tensor.around(value) for name, value in given.items()}
    for name, tensor in tensors.items():
        binding.bind_input(name, tensor)
    binding.run()


def _round(wide: Array, step: npt.NDArray[np.float32], narrow: Array, start: int) -> None:
    """Writes what stands from `start` on in `wide` (1, H, end, S) into the 8-bit `narrow`."""
    fresh = wide[:, :, start:]
    steps = np.rint(fresh / step)
    np.clip(steps, -128, 127, out=steps)
    narrow[:, :, start:wide.shape[2]] = steps
