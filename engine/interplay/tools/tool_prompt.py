"""How a model is asked for its next step: rules and examples out of a file a person can edit.

All of it is our own words or the person's. Knows no tool beyond its name.
"""

from collections.abc import Collection, Sequence
from pathlib import Path

import msgspec
import numpy as np

from engine.chat.memory.sentence_vectors import SentenceEncoder
from engine.chat.prompts.word_file import read_words, word_file
from engine.interplay.tools.calls import ANSWER, ToolCall
from engine.models.template_manners import Message
from engine.paths import AppPaths

FILE_NAME = "tools.toml"
MOST_EXAMPLES = 5


class ShownStep(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A step of an example and what came of it."""

    tool: str
    thought: str = ""
    input: str = ""
    outcome: str = ""


class ShownWork(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A question with the steps that were right for it."""

    asked: str
    step: tuple[ShownStep, ...]


class ToolPrompt(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`rules` stand before the list of tools."""

    rules: str
    example: tuple[ShownWork, ...] = ()

    def messages(self, tools: Sequence[tuple[str, str]], asked: str,
                 encoder: SentenceEncoder, done: int = 0) -> list[Message]:
        """Rules, the tools with what each is for, examples that use only these, and what is asked.

        Small models do as was done just before. So of the examples those nearest in meaning are
        shown, the nearest last, and each as far as the work has come: `done` steps and one more.
        """
        listed = [f"- {name}: {about}" for name, about in tools]
        rules = "\n".join([self.rules, *listed, f"- {ANSWER}: nothing more is needed"])
        told = [Message("system", rules)]
        allowed = {ANSWER, *(name for name, _ in tools)}
        for shown in self._nearest(allowed, asked, encoder, done):
            told += _shown(shown.step[: done + 1], shown.asked)
        return [*told, Message("user", asked)]

    def _nearest(self, allowed: Collection[str], asked: str, encoder: SentenceEncoder,
                 done: int) -> list[ShownWork]:
        usable = [work for work in self.example
                  if len(work.step) > done and all(step.tool in allowed for step in work.step)]
        if not encoder.width or not usable:
            return usable[-MOST_EXAMPLES:]
        vectors = encoder.vectors([asked, *(work.asked for work in usable)])
        order: list[int] = np.argsort(vectors[1:] @ vectors[0], kind="stable").tolist()
        return [usable[at] for at in order[-MOST_EXAMPLES:]]


def step_text(call: ToolCall) -> str:
    """A step as the model writes it."""
    told = {"thought": call.thought, "tool": call.tool}
    if call.tool != ANSWER:
        told["input"] = call.argument
    return msgspec.json.encode(told).decode()


def load_tool_prompt(paths: AppPaths) -> ToolPrompt:
    """The person's own, else the one that came along. EngineError where it cannot be used."""
    return read_tool_prompt(word_file(paths, FILE_NAME))


def read_tool_prompt(file: Path) -> ToolPrompt:
    """The prompt of a file. EngineError where it cannot be used."""
    return read_words(file, ToolPrompt)


def _shown(steps: Sequence[ShownStep], asked: str) -> list[Message]:
    """What is asked, the steps, and between them what came of each."""
    told = [Message("user", asked)]
    for at, step in enumerate(steps):
        if at:
            told.append(Message("user", steps[at - 1].outcome))
        told.append(Message("assistant", step_text(ToolCall(step.tool, step.input, step.thought))))
    return told
