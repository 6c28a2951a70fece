"""What a GGUF or a hub's folder becomes: a decoder to be installed, with its name and its licence.

Joins weights and tokenizer of one source. Builds nothing itself.
"""

import re
from pathlib import Path
from typing import cast

from engine.export.decoder_folder import DecoderSource
from engine.export.gguf_file import GgufFile
from engine.export.gguf_source import read_gguf
from engine.export.model_place import id_from
from engine.export.prepare_tokenizer import prepare_tokenizer
from engine.export.safetensors_source import read_safetensors
from engine.export.tokenizer_from_gguf import read_tokenizer
from engine.models.catalogue import WheelModel

_ABOUT = "Chats and writes. Added from {source}."
_LICENCE = re.compile(r"^license:\s*[\"']?([A-Za-z0-9._-]+)", re.MULTILINE)
_CARD = "README.md"
_SNAPSHOT = re.compile(r"[0-9a-f]{40}")


def gguf_source(file: GgufFile, wanted: WheelModel | None = None,
                named: str = "") -> DecoderSource:
    """The decoder of an open GGUF, which must stay open; `wanted` where it came out of the
    catalogue. EngineError where it cannot be read."""
    tokenizer = read_tokenizer(file)
    stem = file.path.stem
    described = wanted.about if wanted else _ABOUT.format(source=file.path.name)
    return DecoderSource(
        id=wanted.id if wanted else named or id_from(stem),
        name=wanted.name if wanted else named or stem,
        weights=read_gguf(file),
        lay=tokenizer.write,
        about=described,
        licence=wanted.licence if wanted else file.text("general.license"),
        made_from=(f"{file.path.name} ({wanted.project})" if wanted else file.path.name,),
        languages=_languages(file),
    )


def folder_source(folder: Path, bits: int, named: str = "") -> DecoderSource:
    """The decoder of a hub's folder, its matrices in `bits`. EngineError as `gguf_source`."""
    name = called(folder)
    return DecoderSource(
        id=named or id_from(name),
        name=named or name,
        weights=read_safetensors(folder, bits),
        lay=lambda place: prepare_tokenizer(folder, place),
        about=_ABOUT.format(source=f"the folder {folder.name}"),
        licence=licence_of(folder),
        made_from=(name,),
    )


def called(folder: Path) -> str:
    """What a hub's folder is called; in a hub's cache that is not the folder's own name."""
    if _SNAPSHOT.fullmatch(folder.name) and folder.parent.name == "snapshots":
        return folder.parent.parent.name.split("--")[-1]
    return folder.resolve().name


def licence_of(folder: Path) -> str:
    """The licence that the model's card names, or nothing."""
    try:
        found = _LICENCE.search((folder / _CARD).read_text("utf-8", "replace"))
    except OSError:
        return ""
    return found[1] if found else ""


def _languages(file: GgufFile) -> tuple[str, ...]:
    held = file.facts.get("general.languages")
    return tuple(map(str, cast("list[object]", held))) if isinstance(held, list) else ()
