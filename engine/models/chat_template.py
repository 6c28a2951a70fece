"""A model's own chat template: messages in, the prompt text out, what is foreign kept apart.

Knows template files and their traps, no tokenizer and no conversation. What a template cannot take
is folded into what it can. The texts of messages are never shown to the template: it sees one
strange letter for each, so that no message can change what the template does.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from engine.errors import EngineError
from engine.models.template_files import read_template_files
from engine.models.template_manners import (
    ASSISTANT,
    SYSTEM,
    USER,
    Manners,
    Message,
    find_manners,
    find_stops,
    fold,
)
from engine.models.template_meter import TemplateLimits
from engine.models.template_sandbox import TemplateProgram

__all__ = ["ASSISTANT", "PLAIN", "SYSTEM", "USER", "ChatTemplate", "Message", "PromptPart"]

PLAIN = """\
{% for message in messages %}{% if message.role == 'system' %}{{ message.content + '\n\n' }}\
{% elif message.role == 'user' %}{{ 'User: ' + message.content + '\n' }}\
{% else %}{{ 'Assistant: ' + message.content + '\n' }}{% endif %}{% endfor %}\
{% if add_generation_prompt %}{{ 'Assistant:' }}{% endif %}"""
# Letters for private use stand for texts while a template runs.
_FIRST = 0xF0000
_LETTER = re.compile("([\U000F0000-\U0010FFFF])")
# Templates cut the model's own reasoning out of its earlier turns by these.
_REASONING = re.compile("(</?think>)")


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

    def __init__(self, source: str, tokens: Mapping[str, str] | None = None,
                 is_plain: bool = False, limits: TemplateLimits | None = None) -> None:
        """`tokens` are the special tokens by role, as tokenizer_config.json names them.
        EngineError where the template is broken or cannot take even the simplest talk."""
        self._tokens = {"bos_token": "", "eos_token": "", **(tokens or {})}
        self._program = TemplateProgram(source, limits)
        self._in_parts = False
        self._manners = self._tried()
        self.stops = find_stops(self._skeleton, self._manners, self._tokens["eos_token"])
        bos = self._tokens["bos_token"]
        self.adds_bos = bool(bos) and self.render([Message(USER, "Hello.")]).startswith(bos)
        self.is_plain = is_plain

    @classmethod
    def load(cls, folder: Path) -> "ChatTemplate":
        """The template of a model folder. EngineError where it is broken or refuses to work."""
        files = read_template_files(folder)
        source = files.source
        return cls(PLAIN if source is None else source, files.tokens, is_plain=source is None)

    @property
    def folds_system(self) -> bool:
        return self._manners.folds_system

    @property
    def joins_turns(self) -> bool:
        return self._manners.joins_turns

    @property
    def starts_with_user(self) -> bool:
        return self._manners.starts_with_user

    def render(self, messages: Sequence[Message], add_reply_prompt: bool = True) -> str:
        """The prompt as one text: the parts of `render_parts` joined."""
        return "".join(part.text for part in self.render_parts(messages, add_reply_prompt))

    def render_parts(self, messages: Sequence[Message],
                     add_reply_prompt: bool = True) -> tuple[PromptPart, ...]:
        """The prompt, with the text of messages apart from the template's own.

        With `add_reply_prompt` the prompt ends where the reply begins; where the last message is
        the assistant's, it ends with that message, for the model to go on. White space around a
        message stands in the trusted parts, as templates may trim it.
        EngineError where the template fails or is wrong about these messages.
        """
        turns = list(messages)
        begun: list[PromptPart] = []
        if add_reply_prompt and turns and turns[-1].role == ASSISTANT:
            begun = [PromptPart(turns.pop().content, trusted=False)]
        veiled = _Veiled(fold(turns, self._manners))
        skeleton = self._skeleton(veiled.messages, add_reply_prompt)
        return tuple(part for part in [*veiled.lifted(skeleton), *begun] if part.text)

    def _tried(self) -> Manners:
        """Some templates want contents as lists of parts, and print nothing for a plain text."""
        try:
            return find_manners(self._skeleton)
        except EngineError as refused:
            self._in_parts = True
            try:
                return find_manners(self._skeleton)
            except EngineError:
                raise refused from None

    def _skeleton(self, messages: Sequence[Message], add_reply_prompt: bool) -> str:
        return self._program.run({
            **self._tokens, "messages": [self._as_given(m) for m in messages], "tools": None,
            "documents": None, "add_generation_prompt": add_reply_prompt})

    def _as_given(self, message: Message) -> dict[str, Any]:
        content: Any = message.content
        if self._in_parts:
            content = [{"type": "text", "text": message.content}]
        return {"role": message.role, "content": content}


class _Veiled:
    """Messages with a strange letter in place of each text, and the way back."""

    def __init__(self, messages: Sequence[Message]) -> None:
        self._texts: list[str] = []
        self._needed: set[int] = set()
        self.messages = [Message(m.role, self._veil(m)) for m in messages]

    def lifted(self, skeleton: str) -> Iterator[PromptPart]:
        """The skeleton with its texts put back. EngineError where one was left out."""
        seen: set[int] = set()
        for piece in _LETTER.split(skeleton):
            place = ord(piece) - _FIRST if len(piece) == 1 else -1
            if 0 <= place < len(self._texts):
                seen.add(place)
                yield PromptPart(self._texts[place], trusted=False)
            else:
                yield PromptPart(piece, trusted=True)
        if not self._needed <= seen:
            raise EngineError("The chat template of this model leaves out what was said.",
                              "Choose another model for this conversation.")

    def _veil(self, message: Message) -> str:
        if message.role != ASSISTANT:
            return self._letter(message.content)
        # What comes after the reasoning must stay; the reasoning itself a template may drop.
        *before, last = _REASONING.split(message.content)
        kept = set(self._needed)
        veiled = [part if _REASONING.fullmatch(part) else self._letter(part) for part in before]
        self._needed = kept
        return "".join(veiled) + self._letter(last)

    def _letter(self, text: str) -> str:
        """White space stays where it is: a template may trim it."""
        core = text.strip()
        if not core:
            return text
        self._needed.add(len(self._texts))
        self._texts.append(core)
        before, _, after = text.partition(core)
        return f"{before}{chr(_FIRST + len(self._texts) - 1)}{after}"
