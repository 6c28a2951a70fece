"""How a model is asked for a fact: words out of a file a person can edit.

Knows no model. Nothing in what was said is taken for a place to fill in.
"""

import re
import tomllib
from collections.abc import Mapping
from pathlib import Path

import msgspec

from engine.errors import EngineError
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
    own = paths.own_prompts / FILE_NAME
    return read_fact_prompt(own if own.is_file() else paths.resources / "prompts" / FILE_NAME)


def read_fact_prompt(file: Path) -> FactPrompt:
    """The prompt of a file. EngineError where it cannot be used."""
    try:
        prompt = msgspec.convert(tomllib.loads(file.read_text("utf-8")), FactPrompt)
    except (OSError, ValueError) as why:  # msgspec's and tomllib's own are ValueErrors
        raise EngineError(f"{file.name} cannot be read: {why}.",
                          "Mend the file, or remove it: the one that came along is used then."
                          ) from why
    missing = [place for place in ("{name}", "{line}") if place not in prompt.ask]
    if missing:
        raise EngineError(f"The prompt in {file.name} has no {missing[0]}.",
                          "Put it where the model shall read it.")
    return prompt
