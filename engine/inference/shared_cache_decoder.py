"""Our fast graph: keys and values lie in one buffer that is bound as past and as present.

Reads tokens into caches and gives logits. The buffers grow in steps, so that a short talk costs
little memory; a single token costs the graph's run and next to nothing besides.
"""

from collections.abc import Sequence

import numpy as np

from engine.errors import EngineError
from engine.inference.adapters import Bound
from engine.inference.binding import HOST, Tensor
from engine.inference.continuations import read_each
from engine.inference.decoder import LAST, Ids, Logits
from engine.inference.onnx_model import OnnxModel
from engine.inference.prompt_reader import PromptReader

CHUNK = 256
PROMPT_CHUNK = 512
FIRST_CAPACITY = 256
_LENGTHS, _TOTAL, _IDS, _ROWS, _LOGITS = (
    "seqlens_k", "total_length", "input_ids", "rows", "logits")
_PAST, _PRESENT = "past_key_values.", "present."
_ONLY = np.zeros(1, np.int64)


class SharedCache:
    """The keys and values of one sequence, with everything bound for the next token."""

    def __init__(self, model: OnnxModel, capacity: int, bound: Bound | None = None) -> None:
        self.length = 0
        self.capacity = capacity
        self.binding = model.bind()
        self.states = {
            name: Tensor(_sized(kind.shape, capacity), kind.element, model.memory)
            for name, kind in model.input_kinds.items()
            if name.startswith(_PAST)
        }
        self._bound = bound or {}  # held: the binding keeps no hold of what it reads
        for name, tensor in self._bound.items():
            self.binding.bind_input(name, tensor)
        self._lengths = Tensor((1,), np.int32)
        self._total = Tensor((), np.int32)
        self._bind_states()
        self._bind_lengths()
        self.reads = (0, 0)  # how many tokens and rows are bound
        self._ids = self._rows = self._logits = Tensor((0,), np.int64)

    @property
    def bytes(self) -> int:
        return sum(state.bytes for state in self.states.values())

    def grow(self, capacity: int) -> None:
        """Room for `capacity` tokens; what is held is copied."""
        self.states = {
            name: _resized(state, self.length, capacity) for name, state in self.states.items()
        }
        self.capacity = capacity
        self._bind_states()

    def copy_into(self, other: "SharedCache", length: int) -> None:
        """Gives another cache of at least as much room the first `length` tokens."""
        other.states = {
            name: _resized(state, length, other.capacity) for name, state in self.states.items()
        }
        other.length = length
        other._bind_states()

    def expect(self, tokens: int, rows: int, vocabulary: int) -> None:
        """Binds memory for runs of so many tokens and rows."""
        self.reads = (tokens, rows)
        self._ids = Tensor((1, tokens), np.int64)
        self._rows = Tensor((rows,), np.int64)
        self._logits = Tensor((1, rows, vocabulary), np.float32)
        self.binding.bind_input(_IDS, self._ids)
        self.binding.bind_input(_ROWS, self._rows)
        self.binding.bind_output(_LOGITS, self._logits)

    def run(self, ids: Ids, rows: Ids, on_host: bool) -> Logits:
        """Reads `ids`, for which `expect` was called. The logits are overwritten by the next."""
        end = self.length + len(ids)
        self._ids.fetched()[0] = ids
        self._rows.fetched()[:] = rows
        self._lengths.fetched()[0] = end - 1
        self._total.fetched()[()] = end
        if not on_host:  # what is bound from the host was copied when it was bound
            self.binding.bind_input(_IDS, self._ids)
            self.binding.bind_input(_ROWS, self._rows)
            self._bind_lengths()
        self.binding.run()
        self.length = end
        return self._logits.fetched()[0]

    def _bind_lengths(self) -> None:
        self.binding.bind_input(_LENGTHS, self._lengths)
        self.binding.bind_input(_TOTAL, self._total)

    def _bind_states(self) -> None:
        for name, state in self.states.items():
            self.binding.bind_input(name, state)
            self.binding.bind_output(_PRESENT + name.removeprefix(_PAST), state)


class SharedCacheDecoder:
    """A Decoder over the graph that engine.export builds. `window` is the most tokens it takes;
    `prompts` reads what no logits are wanted of; `bound` is what an adapted graph takes besides."""

    def __init__(self, model: OnnxModel, vocabulary: int, window: int,
                 prompts: PromptReader | None = None, bound: Bound | None = None) -> None:
        needed = {_IDS, _LENGTHS, _TOTAL, _ROWS}
        if missing := sorted(needed - set(model.inputs)):
            raise EngineError(
                f"The model's graph takes no {missing[0]}, so it is not one of ours.",
                "Add the model again from its source.",
            )
        self._model = model
        self._on_host = model.memory == HOST
        self.vocabulary = vocabulary
        self.window = window
        self._prompts = prompts
        self._bound = bound
        self.chunk = min(PROMPT_CHUNK if prompts else CHUNK, window)

    def new_cache(self) -> SharedCache:
        return SharedCache(self._model, min(FIRST_CAPACITY, self.window), self._bound)

    def read(self, cache: SharedCache, ids: Ids, rows: Sequence[int] = LAST) -> Logits:
        count = len(ids)
        if not 0 < count <= self.window - cache.length:
            raise ValueError(f"{count} tokens do not fit after {cache.length} of {self.window}")
        if cache.length + count > cache.capacity:
            cache.grow(self._capacity(cache.length + count))
        wanted = np.array(rows, np.int64) % count
        silent = int(wanted.min(initial=count - 1))
        self._read_silently(cache, ids[:silent])
        return self._read_aloud(cache, ids[silent:], wanted - silent)

    def _read_silently(self, cache: SharedCache, ids: Ids) -> None:
        """Fills the cache. A last token is never read in company, so that it gives the same
        logits whether what stands before it was read just now or long ago."""
        if self._prompts and self._prompts.takes(len(ids), cache.length):
            self._prompts.read(cache, ids)
            return
        for start in range(0, len(ids), CHUNK):
            part = ids[start : start + CHUNK]
            self._run(cache, part, np.array([len(part) - 1]))

    def _read_aloud(self, cache: SharedCache, ids: Ids, wanted: Ids) -> Logits:
        """Logits (len(wanted), V) at the wanted places of `ids`."""
        if len(ids) == len(wanted) == 1:
            return self._run(cache, ids, _ONLY)  # not copied: see Decoder.read
        found = np.empty((len(wanted), self.vocabulary), np.float32)
        for start in range(0, len(ids), CHUNK):
            part = ids[start : start + CHUNK]
            here = (wanted >= start) & (wanted < start + len(part))
            places = wanted[here] - start
            # The graph wants a row to give, asked for or not.
            given = self._run(cache, part, places if len(places) else np.array([len(part) - 1]))
            found[here] = given[: len(places)]
        return found

    def cut(self, cache: SharedCache, length: int) -> None:
        cache.length = min(cache.length, length)

    def fork(self, cache: SharedCache, length: int) -> SharedCache:
        copy = SharedCache(self._model, self._capacity(max(length, 1)), self._bound)
        cache.copy_into(copy, min(length, cache.length))
        return copy

    def read_many(self, cache: SharedCache, continuations: Sequence[Ids]) -> list[Logits]:
        return read_each(self, cache, continuations)

    def _run(self, cache: SharedCache, ids: Ids, rows: Ids) -> Logits:
        if cache.reads != (len(ids), len(rows)):
            cache.expect(len(ids), len(rows), self.vocabulary)
        return cache.run(ids, rows, self._on_host)

    def _capacity(self, needed: int) -> int:
        """Doubling steps, so that copying stays rare and at most half of the room is idle."""
        capacity = FIRST_CAPACITY
        while capacity < needed:
            capacity *= 2
        return min(capacity, self.window)


def _sized(shape: Sequence[int | str | None], capacity: int) -> tuple[int, ...]:
    """(batch, heads, capacity, head size), the two that vary filled in."""
    _, heads, _, size = shape
    if not isinstance(heads, int) or not isinstance(size, int):
        raise EngineError(
            "The model's graph does not tell the size of its cache.",
            "Add the model again from its source.",
        )
    return 1, heads, capacity, size


def _resized(state: Tensor, length: int, capacity: int) -> Tensor:
    batch, heads, _, size = state.shape
    held = state.fetched()
    fresh = np.zeros((batch, heads, capacity, size), held.dtype)
    fresh[:, :, :length] = held[:, :, :length]
    return Tensor.around(fresh, state.memory)
