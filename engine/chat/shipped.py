"""The personas and scenes that come with the program, read from files a person can look at.

Knows no storage: `put_shipped` of the stores takes what is read here, once.
"""

import tomllib
from pathlib import Path
from typing import TypeVar

import msgspec

from engine.chat.persona import Persona
from engine.chat.scene import Scene
from engine.errors import EngineError

_Kind = TypeVar("_Kind", Persona, Scene)


def shipped_personas(folder: Path) -> dict[str, Persona]:
    """The personas of a folder's .toml files by the names of the files, in their order.

    EngineError where one cannot be used: the program is not whole then.
    """
    return _read_all(folder, Persona)


def shipped_scenes(folder: Path) -> dict[str, Scene]:
    """The scenes of a folder's .toml files, like `shipped_personas`."""
    return _read_all(folder, Scene)


def _read_all(folder: Path, kind: type[_Kind]) -> dict[str, _Kind]:
    return {file.stem: _read(file, kind) for file in sorted(folder.glob("*.toml"))}


def _read(file: Path, kind: type[_Kind]) -> _Kind:
    try:
        told = tomllib.loads(file.read_text("utf-8"))
        unknown = told.keys() - set(kind.__struct_fields__)
        if unknown:
            raise ValueError(f"it holds {', '.join(sorted(unknown))}")
        return msgspec.convert(told, kind)
    except (OSError, ValueError) as why:  # msgspec's and tomllib's own are ValueErrors
        raise EngineError(f"{file.name} cannot be read: {why}.",
                          "Mend the file, or set Undertone up again.") from why
