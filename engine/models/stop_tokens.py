"""Which tokens end a model's reply: from its configs, its tokenizer's, and its chat template.

Reads JSON files of the folder alone. A token that only the template closes a turn with counts as
well, since many configs forget it and the model would then talk on for both sides.
"""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Protocol, cast

from engine.models.folder_json import read_object, text_of, whole_numbers


class SpecialTokens(Protocol):
    """The part of a tokenizer that is asked here."""

    def special_id(self, text: str) -> int | None:
        """The id of a special token by its text, or None where there is no such token."""
        ...


def stop_ids(
    folder: Path, tokenizer: SpecialTokens, template_stops: Iterable[str] = ()
) -> tuple[int, ...]:
    """The ids after which a reply is over, in order, none twice; maybe none at all.

    EngineError where a JSON file of the folder is broken.
    """
    texts = [text_of(read_object(folder / "tokenizer_config.json").get("eos_token")),
             text_of(read_object(folder / "special_tokens_map.json").get("eos_token")),
             *template_stops]
    by_text = (tokenizer.special_id(text) for text in texts if text)
    found = [*_configured(folder), *(token for token in by_text if token is not None)]
    return tuple(dict.fromkeys(found))


def _configured(folder: Path) -> Iterator[int]:
    """Ids named by number. Runtimes that keep their own config beside are read too."""
    config = read_object(folder / "config.json")
    inner = config.get("text_config")
    runtime = read_object(folder / "genai_config.json").get("model")
    for source in (read_object(folder / "generation_config.json"), config, inner, runtime):
        if isinstance(source, dict):
            yield from whole_numbers(cast("dict[str, object]", source).get("eos_token_id"))
