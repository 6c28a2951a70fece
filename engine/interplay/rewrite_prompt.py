"""How a model is asked to say a line in another mood: words out of a file a person can edit.

Knows no model and no mood beyond its name. Nothing in a line is taken for a place to fill in.
"""

import re
import tomllib
from collections.abc import Mapping
from pathlib import Path

import msgspec

from engine.errors import EngineError
from engine.models.template_manners import Message
from engine.paths import AppPaths
from engine.tagging.vocabulary import Mood

FILE_NAME = "rewrite_mood.toml"
_PLACE = re.compile(r"\{(line|mood|about)\}")


class Example(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A line that was rewritten well."""

    line: str
    mood: str
    answer: str
    about: str = ""


class RewritePrompt(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`ask` holds {line} and {mood}, and may hold {about}."""

    system: str
    ask: str
    example: tuple[Example, ...] = ()

    def messages(self, line: str, mood: Mood) -> list[Message]:
        """The request for one line, with the examples said before it."""
        told = [Message("system", self.system)] if self.system.strip() else []
        for shown in self.example:
            told += [Message("user", self._asked(shown.line, shown.mood, shown.about)),
                     Message("assistant", shown.answer)]
        return [*told, Message("user", self._asked(line, mood.name.lower(), _inside(mood.about)))]

    def _asked(self, line: str, mood: str, about: str) -> str:
        words: Mapping[str, str] = {"line": line, "mood": mood, "about": about}
        filled = _PLACE.sub(lambda place: words[place[1]], self.ask.strip())
        return filled.replace(" ()", "") if not about else filled


def load_rewrite_prompt(paths: AppPaths) -> RewritePrompt:
    """The person's own, else the one that came along. EngineError where it cannot be used."""
    own = paths.own_prompts / FILE_NAME
    file = own if own.is_file() else paths.resources / "prompts" / FILE_NAME
    return read_rewrite_prompt(file)


def read_rewrite_prompt(file: Path) -> RewritePrompt:
    """The prompt of a file. EngineError where it cannot be used."""
    try:
        prompt = msgspec.convert(tomllib.loads(file.read_text("utf-8")), RewritePrompt)
    except (OSError, ValueError) as why:  # msgspec's and tomllib's own are ValueErrors
        raise EngineError(f"{file.name} cannot be read: {why}.",
                          "Mend the file, or remove it: the one that came along is used then."
                          ) from why
    missing = [place for place in ("{line}", "{mood}") if place not in prompt.ask]
    if missing:
        raise EngineError(f"The prompt in {file.name} has no {missing[0]}.",
                          "Put it where the model shall read it.")
    return prompt


def _inside(about: str) -> str:
    """A sentence as it stands in brackets."""
    return about[:1].lower() + about[1:].rstrip(".")
