"""The seam above which nobody knows tokens or graphs: what every model that writes can do.

Values and the protocol only; LanguageModel is the real one.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

import numpy as np
import numpy.typing as npt

from engine.inference.constraint import Constraint
from engine.inference.decoder import Ids
from engine.inference.grammar import Grammars
from engine.inference.sampling import SamplingSettings
from engine.inference.tokenizer import Tokenizer

if TYPE_CHECKING:
    # The window needs this seam at its start, but no templates.
    from engine.models.template_manners import Message

LogProbs = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class TextRequest:
    """How a prompt is to be continued.

    `stops`: texts that end the reply and are not shown. `prefix` names the conversation whose
    cache serves. `keep`: tokens at the prompt's beginning that stay when the window is full.
    `logprobs` asks for each token's log-probability. `speculate` guesses ahead where text repeats
    itself; what is said stays the same.
    """

    max_tokens: int = 512
    sampling: SamplingSettings = SamplingSettings()  # noqa: RUF009 - frozen
    stops: tuple[str, ...] = ()
    constraint: Constraint | None = None
    speculate: bool = False
    prefix: str = ""
    keep: int = 0
    logprobs: bool = False


@dataclass(frozen=True, slots=True)
class TextPiece:
    """One token's text (maybe none yet), or the prompt's progress (token None, not ended).

    The last piece of a stream, and only the last, has `ended`: "stop" (a stop token or text),
    "length" or "constraint"; its token is None and its text is what was held back.
    """

    text: str
    token: int | None
    logprob: float | None
    prompt_done: int
    prompt_total: int
    ended: str = ""


class TextModel(Protocol):
    """What a LanguageModel and its fakes have in common. One stream at a time."""

    id: str
    name: str
    window: int
    device: str
    tokenizer: Tokenizer
    grammars: Grammars

    @property
    def reply_stops(self) -> tuple[str, ...]:
        """Texts that end a reply to a rendered prompt, beside the model's own stop tokens.

        Empty for models made for talk; what is rendered plainly ends before "User:".
        """
        ...

    def count(self, text: str) -> int:
        """How many tokens a prompt takes, with the tokens that stand before every prompt."""
        ...

    def tokenize(self, text: str) -> Ids:
        """The tokens of a text that follows other text, as constraints need them."""
        ...

    def quote(self, text: str) -> str:
        """A foreign text as it may stand in a prompt: nothing in it becomes a special token."""
        ...

    def render(self, messages: "Sequence[Message]") -> str:
        """The prompt of these messages by the model's template, ready for the reply."""
        ...

    def stream(self, prompt: str, request: TextRequest) -> Iterator[TextPiece]:
        """Continues a prompt; closing the stream stops. EngineError where it cannot."""
        ...

    def logprobs(
        self, prompt: str, continuations: Sequence[str], prefix: str = ""
    ) -> list[LogProbs]:
        """For each continuation the log-probability (t,) of each of its tokens."""
        ...
