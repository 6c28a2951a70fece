"""The folder of a model that writes, out of what a decoder learned: merged, or as an adapter.

Compares the exact graph, then the quantized one, with what was learned, and refuses a graph that
says something else. Knows no method.
"""
# torch is typed in part.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false

from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import msgspec
import numpy as np

from engine.errors import EngineError
from engine.events import Report
from engine.export.activation_reach import Probe
from engine.export.adapter_folder import LowRankChange, write_adapter
from engine.export.decoder_folder import DecoderSource, build_folder
from engine.export.decoder_weights import DecoderWeights
from engine.export.learned_decoder import learned
from engine.export.learning.given import Given
from engine.export.prepare_tokenizer import prepare_tokenizer
from engine.export.sample_text import JUDGED, MEASURED
from engine.export.weights_from_graph import read_installed
from engine.inference.language_model import LanguageModel
from engine.inference.text_model import LogProbs
from engine.inference.tokenizer import Ids
from engine.models.manifest import (
    TEXT_GENERATION,
    ModelManifest,
    read_manifest,
    write_manifest,
)
from engine.training.examples.talk_model import TalkModel
from engine.training.recipe import Keep, Tuning

if TYPE_CHECKING:
    from engine.training.tasks.causal.decoder import CausalModel

MOST_OFF, MOST_SHARE = 0.05, 0.01
"""Nats a token, and of them, on average: as far as a graph may be from what was learned."""
_TOKENS = 96


def build_writer(given: Given, model: "CausalModel", place: Path, report: Report,
                 task: str = TEXT_GENERATION, data: Sequence[str] = ()) -> ModelManifest:
    """Fills the empty folder `place` with a whole model of `task`, which is the recipe's id, and
    returns its manifest as written. A low-rank change is kept as an adapter where the recipe asks
    for it. `data` names what it learned from. EngineError where a graph lost what was learned."""
    base = given.require_base()
    weights = read_installed(base)
    lines = _lines(base, weights.config.window)
    known = [_held(model, ids) for ids in lines]
    adapted = given.recipe.keep is Keep.ADAPTER and given.recipe.tuning is Tuning.LORA
    if adapted:
        manifest = _adapter(given, model, place)
    else:
        _prove_exact(learned(weights, model, bits=0), lines, known, given.output)
        manifest = _merged(given, learned(weights, model), place, report)
    manifest = write_manifest(place, msgspec.structs.replace(
        manifest, task=task, data=tuple(dict.fromkeys([*read_manifest(base).data, *data]))))
    _prove_built(place, base, lines, known)
    return manifest


def _merged(given: Given, weights: DecoderWeights, place: Path, report: Report) -> ModelManifest:
    base = given.require_base()
    told, recipe = read_manifest(base), given.recipe
    source = DecoderSource(
        recipe.model_id, recipe.name, weights, lambda folder: prepare_tokenizer(base, folder),
        recipe.about or told.about, told.licence, made_from(told), told.languages)
    with TemporaryDirectory(dir=given.output, ignore_cleanup_errors=True) as aside:
        manifest = build_folder(source, Path(aside), report)
        for file in (Path(aside) / recipe.model_id).iterdir():
            file.rename(place / file.name)
    return manifest


def _adapter(given: Given, model: "CausalModel", place: Path) -> ModelManifest:
    base = given.require_base()
    told, recipe = read_manifest(base), given.recipe
    changes = {name: LowRankChange(change.down.detach().float().cpu().numpy(),
                                   (change.up.detach().float() * change.scale).cpu().numpy())
               for name, change in model.adapters()}
    wanted = ModelManifest(
        id=recipe.model_id, name=recipe.name, kind="adapter", task=TEXT_GENERATION,
        about=recipe.about or told.about, languages=told.languages, licence=told.licence,
        made_from=made_from(told))
    return write_adapter(place, base, changes, wanted)


def made_from(base: ModelManifest) -> tuple[str, ...]:
    """What a model that began with `base` is made from."""
    return tuple(dict.fromkeys([f"{base.name} {base.version}", *base.made_from]))


def _lines(base: Path, window: int) -> list[Ids]:
    """The beginnings of our sample texts as prompts of the base."""
    words = TalkModel.open(base, window)
    room = min(_TOKENS, words.window)
    return [words.encode(text)[:room] for text in (*JUDGED, *MEASURED)]


def _held(model: "CausalModel", ids: Ids) -> LogProbs:
    """(t - 1,) what the learned model holds of each token after the one before it."""
    import torch

    device = model.embedding.device
    whole = torch.from_numpy(ids).to(device)
    with torch.no_grad():
        found = model(whole[None], torch.arange(len(ids) - 1, device=device), whole[1:])
    return found.float().cpu().numpy()


def _prove_exact(weights: DecoderWeights, lines: Sequence[Ids], known: Sequence[LogProbs],
                 output: Path) -> None:
    """The exact graph says what was learned."""
    with TemporaryDirectory(dir=output, ignore_cleanup_errors=True) as aside:
        probe = Probe(weights, Path(aside) / "exact.onnx")
        found = [_of_tokens(probe.logits(ids), ids) for ids in lines]
        del probe  # it holds its file open
    _require(found, known, "Writing the graph")


def _prove_built(place: Path, base: Path, lines: Sequence[Ids],
                 known: Sequence[LogProbs]) -> None:
    """So does the finished folder, opened as it will be used."""
    model = LanguageModel.open(place, threads=0, base=base)
    found = [model.held(ids, range(1, len(ids))) for ids in lines]
    _require(found, known, "Quantizing")


def _of_tokens(logits: LogProbs, ids: Ids) -> LogProbs:
    rows = logits[:-1].astype(np.float64)
    rows -= rows.max(1, keepdims=True)
    chosen = rows[np.arange(len(rows)), ids[1:]]
    return (chosen - np.log(np.exp(rows).sum(1))).astype(np.float32)


def _require(found: Sequence[LogProbs], known: Sequence[LogProbs], step: str) -> None:
    """EngineError where what is said became less likely by more than is bearable."""
    held = float(np.mean(np.concatenate(known)))
    lost, most = held - float(np.mean(np.concatenate(found))), max(MOST_OFF, MOST_SHARE * -held)
    if not abs(lost) <= most:
        raise EngineError(
            f"{step} changed what the model says by {lost:.3f} nats a token; at most {most:.3f}"
            " is accepted.",
            "The model was not installed. Its weights are kept in the job's folder.")
