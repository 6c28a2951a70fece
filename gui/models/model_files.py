"""What looks like a model among things that are dropped or chosen: by names alone, nothing opened.

Knows no widgets. Whether it is a model that can be used is found out when it is added.
"""

from collections.abc import Sequence
from pathlib import Path

BUNDLE_SUFFIX = "undertone"
FILE_SUFFIXES = (".gguf", f".{BUNDLE_SUFFIX}")
_FOLDER_SIGNS = ("config.json", "model.json", "genai_config.json")
_FOLDER_SUFFIXES = (".gguf", ".safetensors", ".onnx")


def models_among(paths: Sequence[Path]) -> tuple[Path, ...]:
    """The paths that look like models. A weights file of a folder stands for its folder."""
    found = [model for path in paths if (model := _model_at(path)) is not None]
    return tuple(dict.fromkeys(found))


def _model_at(path: Path) -> Path | None:
    if path.suffix.casefold() in FILE_SUFFIXES and path.is_file():
        return path
    if path.is_dir():
        return path if _looks_like_model(path) else None
    if path.suffix.casefold() == ".safetensors" and _looks_like_model(path.parent):
        return path.parent
    return None


def _looks_like_model(folder: Path) -> bool:
    """A configuration and weights, wherever hubs put the latter."""
    if not any((folder / sign).is_file() for sign in _FOLDER_SIGNS):
        return False
    places = (folder, folder / "onnx")
    try:
        return any(file.suffix.casefold() in _FOLDER_SUFFIXES
                   for place in places if place.is_dir() for file in place.iterdir())
    except OSError:
        return False
