"""Where a model folder keeps its chat templates, and the special tokens they name.

Reads files only; what a template means is not known here. Later places win:
tokenizer_config.json < chat_template.json < chat_template.jinja
< additional_chat_templates/NAME.jinja.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

from engine.errors import EngineError
from engine.models.folder_json import read_object, text_of

CONFIG, SPECIAL_TOKENS = "tokenizer_config.json", "special_tokens_map.json"
LEGACY_TEMPLATE = "chat_template.json"  # of models that see pictures too
TEMPLATE, MORE_TEMPLATES = "chat_template.jinja", "additional_chat_templates"
DEFAULT = "default"
MOST_BYTES = 64_000_000
_NOT_FOR_TALK = ("tool_use", "rag")
_HINT = "Add the model again from its source."


@dataclass(frozen=True, slots=True)
class TemplateFiles:
    """`templates`: source by name. `tokens`: special tokens by their role ("bos_token", ...)."""

    templates: Mapping[str, str]
    tokens: Mapping[str, str]

    @property
    def source(self) -> str | None:
        """The template for plain talk, None if the folder has none at all."""
        if DEFAULT in self.templates:
            return self.templates[DEFAULT]
        others = sorted(self.templates.items(), key=lambda item: item[0] in _NOT_FOR_TALK)
        return others[0][1] if others else None


def read_template_files(folder: Path) -> TemplateFiles:
    """All templates of a model folder. EngineError where a file of them cannot be read."""
    config = read_object(folder / CONFIG)
    templates = _from_config(config.get("chat_template"))
    templates |= _from_config(read_object(folder / LEGACY_TEMPLATE).get("chat_template"))
    if (folder / TEMPLATE).is_file():
        templates[DEFAULT] = _text(folder / TEMPLATE)
    if (folder / MORE_TEMPLATES).is_dir():
        for file in sorted((folder / MORE_TEMPLATES).glob("*.jinja")):
            templates[file.stem] = _text(file)
    tokens = _tokens(read_object(folder / SPECIAL_TOKENS)) | _tokens(config)
    return TemplateFiles(templates, tokens)


def _from_config(stored: Any) -> dict[str, str]:
    """The legacy place: one text, or a list of {"name", "template"}."""
    if isinstance(stored, str):
        return {DEFAULT: stored}
    listed = cast("list[Any]", stored) if isinstance(stored, list) else []
    named = [cast("dict[str, Any]", each) for each in listed if isinstance(each, dict)]
    return {each["name"]: each["template"] for each in named
            if isinstance(each.get("name"), str) and isinstance(each.get("template"), str)}


def _tokens(stored: Mapping[str, Any]) -> dict[str, str]:
    """A token stands as its text or as an object with its "content"."""
    return {name: text for name, value in stored.items()
            if name.endswith("_token") and (text := text_of(value))}


def _text(file: Path) -> str:
    try:
        if file.stat().st_size > MOST_BYTES:
            raise EngineError(f"{file.name} of {file.parent.name} is far too long.", _HINT)
        return file.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as broken:
        raise EngineError(f"{file.name} of {file.parent.name} cannot be read: {broken}",
                          _HINT) from broken
