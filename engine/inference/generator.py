"""The decode loop: token ids in, token ids out, one at a time, until a stop or the length.

Knows decoders, sampling and constraints; knows no text. Closing the generator stops at once.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from engine.inference.constraint import Constraint
from engine.inference.decoder import Ids
from engine.inference.sampling import SamplingSettings

STOP, LENGTH, CONSTRAINT = "stop", "length", "constraint"


@dataclass(frozen=True, slots=True, eq=False)
class TokenRequest:
    """What to continue, and how. `prompt` (n,), n at least 1.

    `prefix` names the conversation whose cache serves. `keep`: tokens of the prompt's beginning
    that stay when the window is full. `logprobs` asks for each token's log-probability.
    """

    prompt: Ids
    max_tokens: int = 512
    sampling: SamplingSettings = SamplingSettings()  # noqa: RUF009 - frozen
    stop_ids: frozenset[int] = frozenset()
    constraint: Constraint | None = None
    prefix: str = ""
    keep: int = 0
    logprobs: bool = False
    speculate: bool = False


@dataclass(frozen=True, slots=True)
class GeneratedToken:
    """One token, or the prompt's progress (token None), or the end (`ended` set, token None)."""

    token: int | None
    logprob: float | None
    prompt_done: int
    prompt_total: int
    ended: str = ""


class TokenGenerator:
    """Continues prompts with one decoder. One request at a time."""

    def generate(self, request: TokenRequest) -> Iterator[GeneratedToken]:
        """Progress while the prompt is read, then tokens, then one value with `ended`."""
        raise NotImplementedError
