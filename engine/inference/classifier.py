"""Runs an encoder over many token sequences, batched by length, so that little is padding.

Token ids in, arrays out, in the order asked. Knows no text. Each core runs batches of its own:
cores that share one batch wait for each other at every operator.
"""

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np

from engine.inference.onnx_model import OnnxModel
from engine.inference.tokenizer import Ids

BATCH_TOKENS = 512  # the activations of a batch stay in a core's cache


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
    """An encoder graph with inputs input_ids and attention_mask (B, T) int64.

    `workers` batches run at a time; the model itself should be open with one thread.
    """

    def __init__(self, model: OnnxModel, outputs: Sequence[str], workers: int = 1) -> None:
        self._model = model
        self._outputs = tuple(outputs)
        self._workers = workers

    def run(
        self, sequences: Sequence[Ids], tokens: int = BATCH_TOKENS
    ) -> tuple[np.ndarray, ...]:
        """For n sequences of ids one array (n, ...) per output; `tokens` as for a batch."""
        found: list[np.ndarray] = []
        lengths = [len(ids) for ids in sequences]
        share = -(-sum(lengths) // self._workers)
        batches = list(batches_by_length(lengths, min(tokens, share)))
        for batch, values in zip(batches, self._answers(batches, sequences), strict=True):
            if not found:
                found = [np.empty((len(sequences), *v.shape[1:]), v.dtype) for v in values]
            for whole, part in zip(found, values, strict=True):
                whole[list(batch.places)] = part
        return tuple(found)

    def _answers(
        self, batches: Sequence[Batch], sequences: Sequence[Ids]
    ) -> Iterator[list[np.ndarray]]:
        """The outputs of each batch, in order."""
        if self._workers == 1 or len(batches) == 1:
            yield from (self._run_batch(batch, sequences) for batch in batches)
            return

        def answer(batch: Batch) -> list[np.ndarray]:
            return self._run_batch(batch, sequences)

        with ThreadPoolExecutor(self._workers) as workers:
            yield from workers.map(answer, batches)

    def _run_batch(self, batch: Batch, sequences: Sequence[Ids]) -> list[np.ndarray]:
        ids = np.zeros((len(batch.places), batch.length), np.int64)
        mask = np.zeros_like(ids)
        for row, place in enumerate(batch.places):
            sequence = sequences[place]
            ids[row, : len(sequence)] = sequence
            mask[row, : len(sequence)] = 1
        return self._model.run(self._outputs, {"input_ids": ids, "attention_mask": mask})
