"""Runs an encoder over many token sequences, batched by length, so that little is padding.

Token ids in, arrays out, in the order asked. Knows no text.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from engine.inference.onnx_model import OnnxModel
from engine.inference.tokenizer import Ids

BATCH_TOKENS = 1024  # fastest on two cores: the activations of a batch stay in the cache


@dataclass(frozen=True, slots=True)
class Batch:
    """Places (in the order asked) of sequences that run together, padded to `length`."""

    places: tuple[int, ...]
    length: int


def batches_by_length(lengths: Sequence[int], tokens: int = BATCH_TOKENS) -> Iterator[Batch]:
    """Groups like lengths, longest first, at most `tokens` padded tokens a batch."""
    order = sorted(range(len(lengths)), key=lambda at: -lengths[at])
    start = 0
    while start < len(order):
        longest = lengths[order[start]]
        count = max(1, tokens // max(1, longest))
        yield Batch(tuple(order[start : start + count]), longest)
        start += count


class EncoderRunner:
    """An encoder graph with inputs input_ids and attention_mask (B, T) int64."""

    def __init__(self, model: OnnxModel, outputs: Sequence[str]) -> None:
        self._model = model
        self._outputs = tuple(outputs)

    def run(
        self, sequences: Sequence[Ids], tokens: int = BATCH_TOKENS
    ) -> tuple[np.ndarray, ...]:
        """For n sequences of ids one array (n, ...) per output; `tokens` as for a batch."""
        found: list[np.ndarray] = []
        for batch in batches_by_length([len(ids) for ids in sequences], tokens):
            values = self._run_batch([sequences[place] for place in batch.places], batch.length)
            if not found:
                found = [np.empty((len(sequences), *v.shape[1:]), v.dtype) for v in values]
            for whole, part in zip(found, values, strict=True):
                whole[list(batch.places)] = part
        return tuple(found)

    def _run_batch(self, sequences: Sequence[Ids], length: int) -> list[np.ndarray]:
        ids = np.zeros((len(sequences), length), np.int64)
        mask = np.zeros((len(sequences), length), np.int64)
        for row, sequence in enumerate(sequences):
            ids[row, : len(sequence)] = sequence
            mask[row, : len(sequence)] = 1
        return self._model.run(self._outputs, {"input_ids": ids, "attention_mask": mask})
