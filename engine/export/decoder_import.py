"""What a GGUF or a hub's folder becomes: a decoder to be installed, with its name and its licence.

Joins weights and tokenizer of one source. Builds nothing itself.
"""
# The tokenizers library ships no types.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false, reportMissingTypeStubs=false

import re
import shutil
from pathlib import Path

import tokenizers

from engine.errors import EngineError
from engine.export.decoder_folder import DecoderSource
from engine.export.gguf_file import GgufFile
from engine.export.gguf_source import read_gguf
from engine.export.model_place import id_from
from engine.export.safetensors_source import read_safetensors
from engine.export.tokenizer_from_gguf import read_tokenizer, start_with
from engine.models.catalogue import WheelModel
from engine.models.folder_json import read_object, text_of

_ABOUT = "Chats and writes. Added from {source}."
_TAKEN_OVER = ("config.json", "generation_config.json", "tokenizer_config.json",
               "special_tokens_map.json", "chat_template.jinja", "chat_template.json",
               "additional_chat_templates")
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
        name=wanted.name if wanted else stem,
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
        name=name,
        weights=read_safetensors(folder, bits),
        lay=lambda place: take_over(folder, place),
        about=_ABOUT.format(source=f"the folder {folder.name}"),
        licence=licence_of(folder),
        made_from=(name,),
    )


def take_over(folder: Path, place: Path) -> None:
    """Copies what a hub keeps beside the weights; makes tokenizer.json where there is none."""
    for name in _TAKEN_OVER:
        held = folder / name
        if held.is_dir():
            shutil.copytree(held, place / name)
        elif held.is_file():
            shutil.copyfile(held, place / name)
    lay_tokenizer(folder, place)


def lay_tokenizer(folder: Path, place: Path) -> None:
    """tokenizer.json in `place`. EngineError where the folder has no tokenizer we can read."""
    whole = folder / "tokenizer.json"
    if whole.is_file():
        shutil.copyfile(whole, place / whole.name)
        return
    pieces = next((folder / name for name in ("tokenizer.model", "spiece.model",
                                              "sentencepiece.bpe.model")
                   if (folder / name).is_file()), None)
    if pieces is None:
        raise EngineError(f"{folder.name} has no tokenizer: neither tokenizer.json nor a "
                          "SentencePiece model.", "Fetch the model's folder whole.")
    from engine.export.sentencepiece_file import read_sentencepiece
    from engine.export.sentencepiece_tokenizer import sentencepiece_tokenizer

    inner = sentencepiece_tokenizer(read_sentencepiece(pieces))
    _begin_with(inner, read_object(folder / "tokenizer_config.json"))
    (place / whole.name).write_text(inner.to_str(), "utf-8")


def _begin_with(inner: tokenizers.Tokenizer, told: dict[str, object]) -> None:
    """Families that came with SentencePiece begin with their BOS token unless told not to."""
    start = text_of(told.get("bos_token")) or "<s>"
    number = inner.token_to_id(start)
    if number is not None and told.get("add_bos_token", True):
        inner.post_processor = start_with(start, number)


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
    return tuple(str(one) for one in held) if isinstance(held, list) else ()
