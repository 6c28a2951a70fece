"""Ready-made requests around a person's text: summarise, translate, rewrite.

Reads their wording from a file a person can edit. Knows no conversation and no model.
"""

import tomllib
from pathlib import Path

import msgspec

from engine.errors import EngineError

FILE_NAME = "quick_actions.toml"
_TEXT, _CHOICE = "{text}", "{choice}"


class QuickAction(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`prompt` holds {text} and, where there are `choices`, {choice}."""

    id: str
    prompt: str
    choices: tuple[str, ...] = ()

    def ask(self, text: str, choice: str = "") -> str:
        """The request around `text`; without a `choice` the first one counts.

        Nothing in the text is taken for a placeholder.
        """
        before, _, after = self.prompt.partition(_TEXT)
        picked = choice or next(iter(self.choices), "")
        return before.replace(_CHOICE, picked) + text + after.replace(_CHOICE, picked)


class _File(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    action: tuple[QuickAction, ...] = ()


def load_quick_actions(file: Path) -> tuple[QuickAction, ...]:
    """The actions of a file in their order. EngineError where it cannot be used."""
    try:
        actions = msgspec.convert(tomllib.loads(file.read_text("utf-8")), _File).action
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError, msgspec.ValidationError) as why:
        raise EngineError(f"The quick actions in {file.name} cannot be read: {why}",
                          "Mend the file, or set Undertone up again.") from why
    for action in actions:
        if action.prompt.count(_TEXT) != 1 or bool(action.choices) != (_CHOICE in action.prompt):
            raise EngineError(
                f'The quick action "{action.id}" in {file.name} does not fit its choices.',
                "Its prompt holds {text} once, and {choice} if there are choices.")
    return actions
