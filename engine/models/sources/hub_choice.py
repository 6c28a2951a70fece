"""Which files of a hub's model are fetched: what a model is built from here, and nothing more.

Judges by names and sizes alone. Weights come as safetensors, else as ONNX graphs, else as one GGUF;
pickles are never fetched.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

from engine.errors import EngineError
from engine.models.onnx_names import graphs_to_fetch

_SMALL = frozenset({
    "README.md", "LICENSE", "LICENSE.txt", "LICENSE.md", "config.json", "generation_config.json",
    "tokenizer.json", "tokenizer_config.json", "special_tokens_map.json", "added_tokens.json",
    "vocab.json", "vocab.txt", "merges.txt", "chat_template.jinja", "chat_template.json",
    "tokenizer.model", "spiece.model", "sentencepiece.bpe.model", "adapter_config.json",
    "genai_config.json", "model.safetensors.index.json", "model.json",
})
_SHARD = re.compile(r"model-\d{5}-of-(\d{5})\.safetensors")
_PART = re.compile(r"-\d{5}-of-\d{5}\.gguf$", re.IGNORECASE)
_PICKLED = (".bin", ".pt", ".pth", ".ckpt", ".pkl")
_NOT_MODELS = ("mmproj", "mtp-")


@dataclass(frozen=True, slots=True)
class HubFile:
    """A file of a hub's model: `sha256` of a large one, `blob` is the name git gives a small."""

    name: str
    bytes: int
    sha256: str = ""
    blob: str = ""


def choose_files(files: Sequence[HubFile], model: str, wanted: str = "") -> tuple[HubFile, ...]:
    """The files to fetch of `model`; `wanted` names one GGUF among several.

    EngineError, a sentence, where there is nothing that could be used, or more than one thing.
    """
    ggufs = [file for file in files if _is_gguf(file.name)]
    if wanted:
        return (_named(wanted, files, model),)
    small = tuple(file for file in files if file.name in _SMALL)
    weights = _safetensors(files)
    weights = weights or _graphs(files)
    if weights:
        return small + weights
    if ggufs:
        return (_only(ggufs, model),)
    raise _nothing(files, model)


def _safetensors(files: Sequence[HubFile]) -> tuple[HubFile, ...]:
    """One whole file where there is one, else all shards, else an adapter's matrices."""
    by_name = {file.name: file for file in files}
    for name in ("model.safetensors", "adapter_model.safetensors"):
        if name in by_name:
            return (by_name[name],)
    return tuple(file for file in files if _SHARD.fullmatch(file.name))


def _graphs(files: Sequence[HubFile]) -> tuple[HubFile, ...]:
    """The graphs of the best precision, with the weights that lie beside them."""
    for place in ("onnx", "."):
        here = {PurePosixPath(file.name).name: file for file in files
                if str(PurePosixPath(file.name).parent) == place}
        graphs = graphs_to_fetch(here)
        if graphs:
            return tuple(file for name, file in here.items()
                         if name in graphs or name.startswith(_beside(graphs)))
    return ()


def _beside(graphs: Sequence[str]) -> tuple[str, ...]:
    return tuple(f"{graph}{mark}data" for graph in graphs for mark in ("_", "."))


def _named(wanted: str, files: Sequence[HubFile], model: str) -> HubFile:
    for file in files:
        if wanted in (file.name, PurePosixPath(file.name).name) and _is_gguf(file.name):
            return file
    raise EngineError(f"{model} holds no GGUF called {wanted}.", _listed(files))


def _only(ggufs: Sequence[HubFile], model: str) -> HubFile:
    whole = [file for file in ggufs if not _PART.search(file.name)]
    if not whole:
        raise EngineError(f"{model} holds a GGUF in several parts, which is not read here.",
                          "Look for a smaller variant, or for one in a single file.")
    if len(whole) > 1:
        raise EngineError(f"{model} holds {len(whole)} GGUF files; choose one.", _listed(whole))
    return whole[0]


def _listed(files: Sequence[HubFile]) -> str:
    """The GGUF files to choose from, smallest first."""
    whole = sorted((f for f in files if _is_gguf(f.name)), key=lambda file: file.bytes)
    named = ", ".join(f"{file.name} ({file.bytes / 1e6:,.0f} MB)" for file in whole)
    return f"There are: {named}." if named else "Leave the file away to get what it holds."


def _is_gguf(name: str) -> bool:
    plain = PurePosixPath(name).name.casefold()
    return plain.endswith(".gguf") and not plain.startswith(_NOT_MODELS)


def _nothing(files: Sequence[HubFile], model: str) -> EngineError:
    if any(PurePosixPath(file.name).suffix in _PICKLED for file in files):
        return EngineError(
            f"The weights of {model} are pickled, and pickles are never opened here: they could "
            "run any program.",
            "Look for a variant of the model that carries .safetensors files, or a GGUF.")
    return EngineError(f"{model} holds no weights that can be read here.",
                       "Look for a variant of the model that carries .safetensors files, or a "
                       "GGUF.")
