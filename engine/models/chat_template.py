"""A model's own chat template: messages in, the prompt text out, what is foreign kept apart.

Knows template files and their traps, no tokenizer and no conversation. What a template cannot take
is folded into what it can.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

SYSTEM, USER, ASSISTANT = "system", "user", "assistant"


@dataclass(frozen=True, slots=True)
class Message:
    """One turn as a template sees it: `role` is "system", "user" or "assistant"."""

    role: str
    content: str


@dataclass(frozen=True, slots=True)
class PromptPart:
    """A stretch of a prompt. In `trusted` ones the template speaks, so marks in them are marks;
    the others are the text of messages and never anything but text."""

    text: str
    trusted: bool


class ChatTemplate:
    """How a model wants its conversations written, tried out when it is loaded.

    `stops`: end markers of a reply. `folds_system`: system text goes into the first user turn.
    `joins_turns`: turns of one role in a row are joined. `starts_with_user`: a leading turn of
    the assistant is given a neutral user turn before it. `adds_bos`: prompts begin with the BOS
    token's text already. `is_plain`: the folder has no template, a plain one of ours serves.
    """

    stops: tuple[str, ...] = ()
    folds_system: bool = False
    joins_turns: bool = False
    starts_with_user: bool = False
    adds_bos: bool = False
    is_plain: bool = False

    @classmethod
    def load(cls, folder: Path) -> "ChatTemplate":
        """The template of a model folder. EngineError where it is broken or refuses to work."""
        raise NotImplementedError

    def render(self, messages: Sequence[Message], add_reply_prompt: bool = True) -> str:
        """The prompt as one text: the parts of `render_parts` joined."""
        return "".join(part.text for part in self.render_parts(messages, add_reply_prompt))

    def render_parts(self, messages: Sequence[Message],
                     add_reply_prompt: bool = True) -> tuple[PromptPart, ...]:
        """The prompt, with the text of messages apart from the template's own.

        With `add_reply_prompt` the prompt ends where the reply begins; where the last message is
        the assistant's, it ends with that message, for the model to go on.
        """
        raise NotImplementedError
