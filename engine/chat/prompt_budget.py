"""What of a conversation fits the model's window, and what had to be left out: never silently.

Counts with the model's own tokenizer and template. Kept first are the system prompt and the last
turn, then the turns before it, newest first. Knows no storage.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from engine.chat.conversation import ChatMessage, Role
from engine.errors import EngineError
from engine.inference.text_model import TextModel
from engine.models.template_manners import Message

# Of the window, at most this share is kept free for the reply, however long it may be.
MOST_REPLY_SHARE = 0.5
# Where older turns must go, up to twice this share of those that fit goes at once: so the prompt's
# beginning stays the same for some turns, and the model need not read it anew each time.
STEP_SHARE = 0.25
_CERTAINLY_TOO_LONG = 12  # letters a token: no text is that dense


@dataclass(frozen=True, slots=True)
class PromptBudget:
    """How a prompt fills the window: all counts are tokens.

    `prompt` is what the model reads, `reply` what is kept free for the answer; `whole` is about
    what the prompt would take if nothing were left out. `dropped` is how many of the messages
    were left out, from the oldest on; `first_kept` is the id of the first message still read.
    """

    window: int
    prompt: int
    reply: int
    whole: int
    dropped: int = 0
    first_kept: int | None = None

    @property
    def fits(self) -> bool:
        """False where the system prompt and the last turn alone are too long."""
        return self.prompt + self.reply <= self.window

    @property
    def share(self) -> float:
        """How full the window is with the reply at its longest, 0 to 1."""
        return min((self.prompt + self.reply) / self.window, 1.0)


@dataclass(frozen=True, slots=True)
class FittedPrompt:
    """The prompt as the model gets it. `most_tokens` is the longest reply that fits after it."""

    text: str
    most_tokens: int
    budget: PromptBudget


def fit_prompt(model: TextModel, system_prompt: str, messages: Sequence[ChatMessage],
               longest_reply: int) -> FittedPrompt:
    """The prompt for a reply of up to `longest_reply` tokens after `messages`, oldest first.

    Where the last message is the assistant's, it is gone on with. Messages without words are
    passed over. Where nothing more can be left out, `budget.fits` may be False.
    """
    said = [message for message in messages if message.text.strip()]
    return _Fitting(model, system_prompt, said, longest_reply).fitted()


def refuse_misfit(budget: PromptBudget) -> None:
    """EngineError where not even the last turn fits."""
    if not budget.fits:
        raise EngineError(
            f"This message is too long for the model: with what belongs to it, it takes"
            f" {budget.prompt:,} tokens, and there is room for {budget.window - budget.reply:,}.",
            "Shorten the message or the system prompt, or choose a model with a larger window.")


class _Fitting:
    """One prompt's way into the window."""

    def __init__(self, model: TextModel, system_prompt: str, messages: Sequence[ChatMessage],
                 longest_reply: int) -> None:
        self._model = model
        self._system = [Message(Role.SYSTEM, system_prompt)] if system_prompt.strip() else []
        self._messages = messages
        self._reply = max(1, min(longest_reply, int(model.window * MOST_REPLY_SHARE)))
        self._longest = longest_reply
        self._room = model.window - self._reply

    def fitted(self) -> FittedPrompt:
        letters = sum(len(message.text) for message in self._messages)
        if letters <= self._room * _CERTAINLY_TOO_LONG:
            whole = self._written(0)
            if self._model.count(whole) <= self._room:
                return self._told(0, whole)
        start = self._stepped(self._first_that_fits())
        while True:
            text = self._written(start)
            following = self._next_turn(start)
            if following is None or self._model.count(text) <= self._room:
                return self._told(start, text)
            start = following

    def _written(self, start: int) -> str:
        """The prompt from message `start` on."""
        turns = [Message(message.role, message.text) for message in self._messages[start:]]
        if turns and turns[-1].role == Role.ASSISTANT:
            begun = turns.pop()
            return self._model.render([*self._system, *turns]) + self._model.quote(begun.content)
        return self._model.render([*self._system, *turns])

    def _told(self, start: int, text: str) -> FittedPrompt:
        prompt = self._model.count(text)
        kept = self._messages[start:]
        budget = PromptBudget(
            window=self._model.window, prompt=prompt, reply=self._reply,
            whole=prompt + (self._about(self._messages[:start], prompt, kept) if start else 0),
            dropped=start, first_kept=kept[0].id if kept else None)
        return FittedPrompt(text, max(1, min(self._longest, self._model.window - prompt)), budget)

    def _about(self, dropped: Sequence[ChatMessage], tokens: int,
               counted: Sequence[ChatMessage]) -> int:
        """Counting what is not read would take time: judged by what is."""
        letters = sum(len(message.text) for message in counted)
        return round(sum(len(message.text) for message in dropped) * tokens / max(letters, 1))

    def _first_that_fits(self) -> int:
        """From which message on all fit, by their tokens and what the template puts around."""
        around = self._around_a_message()
        left = self._room - self._model.count(self._model.render(self._system))
        start = len(self._messages)
        while start > 0 and left >= 0:
            start -= 1
            left -= len(self._model.tokenize(self._messages[start].text)) + around
        return start + 1 if left < 0 else start

    def _around_a_message(self) -> int:
        """Tokens the template adds to a message, rounded up."""
        few = [Message(Role.USER, "a"), Message(Role.ASSISTANT, "a")]
        more = self._model.count(self._model.render([*few, *few, *few[:1]]))
        return max(0, -(-(more - self._model.count(self._model.render(few[:1]))) // 4) - 1)

    def _stepped(self, first: int) -> int:
        """The start of a turn at or after `first`, the same one for some turns to come."""
        fitting = len(self._messages) - first
        step = 2
        while step < fitting * STEP_SHARE:
            step *= 2
        return self._turn_from(-(-first // step) * step)

    def _turn_from(self, place: int) -> int:
        """The first turn of the person at or after `place`, at the latest the last one."""
        turns = [n for n, message in enumerate(self._messages) if message.role is Role.USER]
        later = [n for n in turns if n >= place]
        return later[0] if later else turns[-1] if turns else max(len(self._messages) - 1, 0)

    def _next_turn(self, start: int) -> int | None:
        """The turn after the one that begins at `start`, None if that is the last."""
        following = self._turn_from(start + 1)
        return following if following > start else None
