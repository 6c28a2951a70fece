"""Files of words a model is asked with, which a person may replace by a copy of their own.

Knows no model and none of the words: what a file holds is for whoever names its kind.
"""

import tomllib
from collections.abc import Sequence
from pathlib import Path
from typing import TypeVar

import msgspec

from engine.errors import EngineError
from engine.paths import AppPaths

T = TypeVar("T")


def word_file(paths: AppPaths, name: str) -> Path:
    """The person's own file of a name, else the one that came along."""
    own = paths.own_prompts / name
    return own if own.is_file() else paths.resources / "prompts" / name


def read_words(file: Path, kind: type[T]) -> T:
    """What a file holds. EngineError where it cannot be used."""
    try:
        return msgspec.convert(tomllib.loads(file.read_text("utf-8")), kind)
    except (OSError, ValueError) as why:  # msgspec's and tomllib's own are ValueErrors
        raise EngineError(f"{file.name} cannot be read: {why}.",
                          "Mend the file, or remove it: the one that came along is used then."
                          ) from why


def require_places(file: Path, words: str, places: Sequence[str]) -> None:
    """EngineError where `words` of a file lack one of the places to fill in."""
    missing = [place for place in places if place not in words]
    if missing:
        raise EngineError(f"The prompt in {file.name} has no {missing[0]}.",
                          "Put it where the model shall read it.")
