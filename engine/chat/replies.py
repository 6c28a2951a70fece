"""What a reply tells while it is made: frozen values, in the order of the work.

A reply is an iterator of ReplyEvent; closing it is Stop, and what was said stays stored.
"""

from dataclasses import dataclass

from engine.chat.conversation import ChatMessage
from engine.chat.fact import Fact
from engine.chat.prompt_budget import PromptBudget
from engine.chat.prompts.script import CalledLore
from engine.chat.prompts.writing import PromptPart
from engine.chat.tool_use import ToolStep
from engine.chat.truth.reply_mark import ReplyMark


@dataclass(frozen=True, slots=True)
class ModelLoading:
    """The model is made ready: read from disk, if it is not open yet. "" is the usual one."""

    model: str


@dataclass(frozen=True, slots=True)
class ReplyGrounds:
    """What a reply was given: `facts` and `lore` that stand in its prompt, weightiest first, and
    all `parts` of that, kept or not. `said` are sentences for the person, of a lorebook's key that
    was passed over, say. All empty in a plain talk."""

    facts: tuple[Fact, ...] = ()
    lore: tuple[CalledLore, ...] = ()
    parts: tuple[PromptPart, ...] = ()
    said: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ChoiceAwaited:
    """What was said is stored as `asked`, and nobody answers until the person says who: no reply
    follows."""

    conversation_id: int
    asked: ChatMessage


@dataclass(frozen=True, slots=True)
class ToolTold:
    """Before the reply a tool is at work for message `asked`: first without an outcome, then with
    it, and then it is stored there."""

    conversation_id: int
    asked: int
    step: ToolStep


@dataclass(frozen=True, slots=True)
class ReplyStarted:
    """The reply has its (still empty, or continued) message in the store.

    `asked` is the message of the person that was stored with it, or that tools were used for.
    """

    conversation_id: int
    message: ChatMessage
    budget: PromptBudget
    asked: ChatMessage | None = None
    grounds: ReplyGrounds = ReplyGrounds()


@dataclass(frozen=True, slots=True)
class PromptRead:
    """How much of the prompt the model has read, in tokens."""

    message_id: int
    done: int
    total: int


@dataclass(frozen=True, slots=True)
class ReplyText:
    """More of the reply: `text` goes at its end."""

    message_id: int
    text: str


@dataclass(frozen=True, slots=True)
class ReplyAnew:
    """The reply was no good (`why`: it was empty, said again what was said, contradicts what its
    speaker knows, or is rows of words) and is made anew: its text is `text` again."""

    message_id: int
    text: str
    why: str


@dataclass(frozen=True, slots=True)
class ReplyFigures:
    """How quick it was. `first_seconds`: from the request to the first token."""

    prompt_tokens: int
    tokens: int
    first_seconds: float
    seconds: float

    @property
    def tokens_per_second(self) -> float:
        """Of the reply alone, from its first token on; 0 where there was but one."""
        writing = self.seconds - self.first_seconds
        return (self.tokens - 1) / writing if self.tokens > 1 and writing > 0 else 0.0


@dataclass(frozen=True, slots=True)
class ReplyEnded:
    """The reply is whole and stored as `message`; its state says how it ended. `marks` are what in
    it does not agree with what its speaker knows of themselves."""

    message: ChatMessage
    figures: ReplyFigures
    marks: tuple[ReplyMark, ...] = ()


ReplyEvent = (ModelLoading | ToolTold | ReplyStarted | PromptRead | ReplyText | ReplyAnew
              | ReplyEnded | ChoiceAwaited)
