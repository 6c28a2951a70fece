"""A decoder's weights as training reads them: its numbers, and every matrix by its name.

Knows neither files nor torch; whoever has the weights gives a way to read one. Names are those of
engine.export.decoder_weights: "embedding", "head", "final_norm", and "layers.3.query" and so on.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True, eq=False)
class CausalShape:
    """The numbers of a decoder (Llama, Mistral, Qwen2, Qwen3).

    `frequencies` (head_size / 2,) float64: the angle of each rotary pair after one place;
    `sliding_window`: how many tokens back a layer sees, 0 for all; `tied`: whether the head is
    the embedding.
    """

    layers: int
    hidden: int
    heads: int
    kv_heads: int
    head_size: int
    ffn: int
    vocabulary: int
    window: int
    norm_epsilon: float
    frequencies: npt.NDArray[np.float64]
    tied: bool
    sliding_window: int = 0

    def rows(self, matrix: str) -> int:
        """How many rows a matrix of a layer has."""
        wide, narrow = self.heads * self.head_size, self.kv_heads * self.head_size
        return {"query": wide, "key": narrow, "value": narrow, "output": self.hidden,
                "gate": self.ffn, "up": self.ffn, "down": self.hidden}[matrix]

    def columns(self, matrix: str) -> int:
        """How many columns a matrix of a layer has."""
        return {"output": self.heads * self.head_size, "down": self.ffn}.get(matrix, self.hidden)


@dataclass(frozen=True, slots=True, eq=False)
class CausalWeights:
    """`read` gives the fp32 array of a name, None where the decoder has no such part (a bias)."""

    shape: CausalShape
    read: Callable[[str], Floats | None]

    def need(self, name: str) -> Floats:
        """The array of a part that every decoder has."""
        found = self.read(name)
        if found is None:
            raise KeyError(name)
        return found
