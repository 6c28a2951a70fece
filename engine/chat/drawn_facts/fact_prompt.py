"""How a model is asked for a fact: words out of a file a person can edit.

Knows no model. Nothing in what was said is taken for a place to fill in.
"""

import re
from collections.abc import Mapping
from pathlib import Path

import msgspec

from engine.chat.prompts.word_file import read_words, require_places, word_file
from engine.models.template_manners import Message
from engine.paths import AppPaths

FILE_NAME = "draw_facts.toml"
_PLACE = re.compile(r"\{(name|speaker|line)\}")


class ShownFact(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What somebody said of `name`, and the fact it comes to."""

    name: str
    speaker: str
    line: str
    answer: str


class FactPrompt(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`ask` holds {name} and {line}, and may hold {speaker}."""

    system: str
    ask: str
    example: tuple[ShownFact, ...] = ()

    def messages(self, name: str, speaker: str, line: str) -> list[Message]:
        """The request for one sentence, with the examples said before it."""
        told = [Message("system", self.system)] if self.system.strip() else []
        for shown in self.example:
            told += [Message("user", self._asked(shown.name, shown.speaker, shown.line)),
                     Message("assistant", shown.answer)]
        return [*told, Message("user", self._asked(name, speaker, line))]

    def _asked(self, name: str, speaker: str, line: str) -> str:
        words: Mapping[str, str] = {"name": name, "speaker": speaker, "line": line}
        return _PLACE.sub(lambda place: words[place[1]], self.ask.strip())


def load_fact_prompt(paths: AppPaths) -> FactPrompt:
    """The person's own, else the one that came along. EngineError where it cannot be used."""
    return read_fact_prompt(word_file(paths, FILE_NAME))


def read_fact_prompt(file: Path) -> FactPrompt:
    """The prompt of a file. EngineError where it cannot be used."""
    prompt = read_words(file, FactPrompt)
    require_places(file, prompt.ask, ("{name}", "{line}"))
    return prompt
