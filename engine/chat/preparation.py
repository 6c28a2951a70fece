"""What a reply is made from: the prompt, who speaks, and how what comes back is judged.

Values and seams; a plain talk's is made here, that of a talk with a cast by `direction`. Knows no
storage.
"""

import enum
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from engine.chat.conversation import ChatMessage, Conversation
from engine.chat.prompt_budget import PromptBudget, fit_prompt
from engine.chat.replies import ReplyGrounds
from engine.chat.tool_use import with_found
from engine.chat.truth.reply_mark import ReplyMark
from engine.inference.constraint import Constraint
from engine.inference.sampling import SamplingSettings
from engine.inference.text_model import TextModel
from engine.inference.tokenizer import GUARD

MOST_SEED = 2**31
_NEW_SEEDS = 3
_SEED_STEP = 7919
# A greedy model says the same by any seed.
_LEAST_WARMTH = 0.7
# As its inventor proposes: strong enough to leave a groove, weak enough for names.
_DRY_MULTIPLIER = 0.8


class Fault(enum.StrEnum):
    """Why a reply is made anew; "" where it is fine."""

    NONE = ""
    EMPTY = "empty"
    SAID_AGAIN = "said again"
    CONTRADICTS = "contradicts"
    GARBLED = "garbled"


class Cleaner(Protocol):
    """Lets through what of a streamed reply is the speaker's own."""

    @property
    def ended(self) -> bool:
        """Set once the reply went on to what is not theirs; nothing follows."""
        ...

    def add(self, piece: str) -> str:
        """What became certain with this piece."""
        ...

    def rest(self) -> str:
        """What was held back, at the end."""
        ...


class AsItComes:
    """Lets everything through."""

    ended = False

    def add(self, piece: str) -> str:
        return piece

    def rest(self) -> str:
        return ""


def empty(text: str) -> Fault:
    """The one fault a plain reply can have."""
    return Fault.NONE if text.strip() else Fault.EMPTY


@dataclass(frozen=True, slots=True)
class Preparation:
    """One reply, ready to be asked for.

    `shown` is the prompt as people read it. `author` is who speaks, "" the model itself. `begun`
    is what the reply begins with, already part of the prompt. `cleaner` and `constraint` make a
    new one for each attempt; `fault` judges the whole text of one. `note` remembers by the id of
    the reply's message what it was given. `marks` finds what in a reply does not agree with what
    its speaker knows. `read_ahead` reads a reply for the next one, while nobody waits.
    """

    model: TextModel
    prompt: str
    shown: str
    most_tokens: int
    budget: PromptBudget
    stops: tuple[str, ...]
    prefix: str
    author: str = ""
    begun: str = ""
    grounds: ReplyGrounds = ReplyGrounds()  # noqa: RUF009 - frozen
    cleaner: Callable[[], Cleaner] = AsItComes
    constraint: Callable[[], Constraint | None] = lambda: None
    fault: Callable[[str], Fault] = empty
    note: Callable[[int], None] = lambda _: None
    marks: Callable[[str], tuple[ReplyMark, ...]] = lambda _: ()
    read_ahead: Callable[[str], None] = lambda _: None


def prepared_plainly(conversation: Conversation, model: TextModel,
                     messages: Sequence[ChatMessage]) -> Preparation:
    """The reply of the model itself after `messages`; where the last is its own, it goes on."""
    read = [replace(message, text=with_found(message.text, message.steps)) for message in messages]
    fitted = fit_prompt(model, conversation.system_prompt, read,
                        conversation.settings.max_tokens)
    return Preparation(
        model, fitted.text, fitted.text.replace(GUARD, ""), fitted.most_tokens, fitted.budget,
        model.reply_stops, f"conversation-{conversation.id}")


def attempts(sampling: SamplingSettings) -> tuple[SamplingSettings, ...]:
    """How a reply is asked for, one after the other while it is no good: as it was wished, by
    other seeds, and last with what keeps a model from its own words (DRY). Always the same for
    the same seed."""
    seed = sampling.seed or 0
    warm = replace(sampling, temperature=max(sampling.temperature, _LEAST_WARMTH))
    others = [replace(warm, seed=(seed + at * _SEED_STEP) % MOST_SEED)
              for at in range(1, _NEW_SEEDS + 2)]
    # Kept from all it said before, a small model runs out of plain words.
    others[::2] = [replace(other, repetition_penalty=1.0) for other in others[::2]]
    kept_away = 2 * sampling.dry_multiplier or _DRY_MULTIPLIER
    return (sampling, *others[:-1], replace(others[-1], dry_multiplier=kept_away))
