"""One example exactly as a model sees it: its tokens, and which of them are learned.

Every method makes its examples in a room of its own; previews, batches and losses share this one
form. Knows no torch.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import numpy.typing as npt

from engine.inference.tokenizer import Ids
from engine.training.rows.row import BadRow, Row, RowPlace

Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True, eq=False)
class Example:
    """`ids` (T,) int64 tokens; `learned` (T,): whether the model is to predict this token from
    those before it. The first is never learned. `place` is the row it was made of, `group` what
    must not be divided between learning and judging. `shares` (T,): how much each learned token
    counts in the loss, None: all the same. `choices`: for each learned token, in order, the tokens
    among which it is chosen (itself one of them), None: among all there are. `alike`: for each
    learned token, in order, the tokens that would have been as right there, itself among them and
    each as often as it is right; None: no others. Only learning looks at these."""

    ids: Ids
    learned: Flags
    place: RowPlace
    group: str = ""
    shares: npt.NDArray[np.float32] | None = None
    choices: tuple[Ids, ...] | None = None
    alike: tuple[Ids, ...] | None = None

    @property
    def length(self) -> int:
        return len(self.ids)


class ExampleMaker(Protocol):
    """Turns rows into examples of a causal model; one row may give several or none."""

    def examples(self, row: Row) -> Iterator[Example | BadRow]:
        """The examples of a row; a BadRow says why there is none, or what was cut off."""
        ...
