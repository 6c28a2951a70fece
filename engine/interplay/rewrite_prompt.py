"""How a model is asked to say a line in another mood: words out of a file a person can edit.

Knows no model and no mood beyond its name. Nothing in a line is taken for a place to fill in.
"""

import re
from collections.abc import Mapping
from pathlib import Path

import msgspec

from engine.chat.prompts.word_file import read_words, require_places, word_file
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
    return read_rewrite_prompt(word_file(paths, FILE_NAME))


def read_rewrite_prompt(file: Path) -> RewritePrompt:
    """The prompt of a file. EngineError where it cannot be used."""
    prompt = read_words(file, RewritePrompt)
    require_places(file, prompt.ask, ("{line}", "{mood}"))
    return prompt


def _inside(about: str) -> str:
    """A sentence as it stands in brackets."""
    return about[:1].lower() + about[1:].rstrip(".")
