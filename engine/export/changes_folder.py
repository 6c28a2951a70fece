"""What a model learned, as it travels: its low-rank changes alone, in 16 bits.

An adapter's folder holds matrices as the graphs of one installed base take them; out of this one an
adapter is made on any machine that has the base. That it is the base they were learned upon is
proved by what the joined model says of our sample texts. Knows no training.
"""
# safetensors is typed in part.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false

from collections.abc import Iterator, Mapping
from pathlib import Path

import msgspec
import numpy as np
import numpy.typing as npt
import safetensors
from safetensors.numpy import load_file, save_file

from engine.errors import EngineError
from engine.export.adapter_folder import Changes, LowRankChange, widths_of, write_adapter
from engine.export.adapter_graph import matrices_of
from engine.export.decoder_weights import Floats
from engine.export.model_place import id_from, taking_place
from engine.export.sample_text import JUDGED
from engine.export.weights_from_graph import read_installed
from engine.inference.adapters import DOWN, PROMPT, UP
from engine.inference.language_model import LanguageModel
from engine.models.manifest import ModelManifest, read_manifest, write_manifest
from engine.training.examples.talk_model import TalkModel

KIND, FILE = "changes", "changes.safetensors"
HELD = "held"
"""Among the measured qualities: the mean log-probability of a token of our sample texts."""
_MOST_OFF = 0.05  # nats a token; another base is off by far more
_TOKENS = 96
_HINT = "Get the model it was learned upon again, or these changes from where they came."


def pack(adapter: Path, place: Path) -> ModelManifest:
    """Writes the changes of an installed adapter into the empty folder `place`; returns their
    manifest. EngineError where the folder holds no adapter."""
    manifest = read_manifest(adapter)
    if manifest.adapter is None:
        raise EngineError(f"{manifest.name} is a whole model.",
                          'Only what was trained to be kept as an "adapter" can be packed.')
    base = adapter.parent / manifest.adapter.base
    widths = widths_of(read_installed(base).config)
    held: Mapping[str, Floats] = load_file(adapter / manifest.adapter.file)
    parts = dict(_parted(held, manifest.adapter.on, widths))
    save_file({name: np.ascontiguousarray(array.astype(np.float16))
               for name, array in parts.items()}, place / FILE)
    joins = msgspec.structs.replace(manifest.adapter, weights="", file=FILE, prompt_graph="")
    quality = {**manifest.quality, HELD: _held(adapter, base)}
    return write_manifest(place, msgspec.structs.replace(
        manifest, kind=KIND, graph=FILE, adapter=joins, decoder=None, learned="",
        precision="fp16", quality=quality))


def build(changes: Path, models: Path, named: str = "") -> ModelManifest:
    """Installs the adapter that these changes make with their base, under their id or `named`.
    EngineError where the base is not installed below `models`, or another one."""
    told = read_manifest(changes)
    if told.kind != KIND or told.adapter is None:
        raise EngineError(f"{changes.name} holds no packed changes.", _HINT)
    base = models / told.adapter.base
    if not base.is_dir():
        raise EngineError(f"{told.name} changes the model {told.adapter.base}, which is not "
                          "installed.", "Get that model first.")
    found = _read(changes / told.adapter.file, told.name)
    _check(found, widths_of(read_installed(base).config), told.name)
    model_id = named or id_from(told.id)  # a stranger's word is no name of a folder
    with taking_place(models, model_id) as place:
        plain = msgspec.structs.replace(told, id=model_id)
        made = write_manifest(place, write_adapter(place, base, found, plain))
        _prove(place, base, told)
    return made


def _parted(held: Mapping[str, Floats], on: tuple[str, ...],
            widths: Mapping[str, tuple[int, int]]) -> Iterator[tuple[str, Floats]]:
    """The changes of single matrices out of those of the main graph's products, where several
    stand side by side: "layers.3.query.down" (R, K) and "layers.3.query.up" (N, R)."""
    for name, down in held.items():
        if not name.endswith(DOWN) or name.startswith(PROMPT):
            continue
        product = name.removesuffix(DOWN)
        place, word = product.rsplit(".", 1)
        up = held[product + UP]
        parts = [part for part in matrices_of(word) if part in on]
        rank, low, row = down.shape[1] // len(parts), 0, 0
        for part in matrices_of(word):
            rows = widths[part][0]
            if part in on:
                yield f"{place}.{part}.down", down[:, low:low + rank].T
                yield f"{place}.{part}.up", up[low:low + rank, row:row + rows].T
                low += rank
            row += rows


def _read(file: Path, name: str) -> Changes:
    try:
        held: dict[str, npt.NDArray[np.float16]] = load_file(file)
        return {part.removesuffix(".down"): LowRankChange(
                    array.astype(np.float32),
                    held[f"{part.removesuffix('.down')}.up"].astype(np.float32))
                for part, array in held.items() if part.endswith(".down")}
    except (OSError, ValueError, KeyError, safetensors.SafetensorError) as broken:
        raise EngineError(f"The changes of {name} cannot be read: {broken}", _HINT) from broken


def _check(changes: Changes, widths: Mapping[str, tuple[int, int]], name: str) -> None:
    for place, change in changes.items():
        shape = widths.get(place.rpartition(".")[2])
        if (change.up.ndim, change.down.ndim) != (2, 2) or (
                change.up.shape[0], change.down.shape[1]) != shape or (
                change.up.shape[1] != change.down.shape[0]):
            raise EngineError(f"{name} does not fit the model that is installed here: {place} has "
                              "another size.", _HINT)
    if not changes:
        raise EngineError(f"There are no changes in {name}.", _HINT)


def _prove(place: Path, base: Path, told: ModelManifest) -> None:
    expected, found = told.quality.get(HELD), _held(place, base)
    if expected is None or not abs(found - expected) <= _MOST_OFF:
        raise EngineError(
            f"{told.name} says something else with the model that is installed here than with the "
            "one it was learned upon.", _HINT)


def _held(folder: Path, base: Path) -> float:
    """The mean log-probability of the tokens of our sample texts."""
    model = LanguageModel.open(folder, threads=0, base=base)
    words = TalkModel.open(base, model.window)
    room = min(_TOKENS, model.window)
    found = [model.held(ids, range(1, len(ids)))
             for ids in (words.encode(text)[:room] for text in JUDGED)]
    return round(float(np.mean(np.concatenate(found))), 4)
