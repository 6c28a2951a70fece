"""A folder that holds ONNX graphs already -> a model of ours: copied, described, and tried.

There is nothing to compare it with, so it has to agree with itself: what it says of a text read at
once and of the same text read bit by bit must be the same, and better than chance.
"""

import shutil
from pathlib import Path
from typing import Any, cast

import msgspec
import numpy as np
import numpy.typing as npt

from engine.errors import EngineError
from engine.events import Progress, Report
from engine.export.architectures import ENCODER, ENCODER_DECODER
from engine.export.decoder_folder import start_ids, vocabulary_size
from engine.export.decoder_import import called, licence_of
from engine.export.decoder_weights import Floats
from engine.export.family_graphs import past_shape, without_token_types
from engine.export.model_place import taking_place
from engine.export.onnx_layouts import OnnxPlan, plan_onnx
from engine.export.prepare_tokenizer import prepare_tokenizer
from engine.export.proved_classifier import excludes, labels_of
from engine.export.sample_text import JUDGED
from engine.inference.classifier import EncoderRunner
from engine.inference.decoder import Decoder, Ids
from engine.inference.decoder_opening import ENCODER_DECODER as WITH_ENCODER
from engine.inference.decoder_opening import PAST_PRESENT, open_decoder
from engine.inference.devices import CPU
from engine.inference.onnx_model import OnnxModel
from engine.inference.tokenizer import Tokenizer
from engine.models.chat_template import ChatTemplate
from engine.models.folder_json import read_object
from engine.models.manifest import (
    TEXT_CLASSIFICATION,
    TEXT_GENERATION,
    DecoderInfo,
    ModelManifest,
    describe_file,
    write_manifest,
)
from engine.models.stop_tokens import stop_ids

_RUNTIME = "genai_config.json"
_READ = 96
_MOST_OFF = 0.05  # of how widely logits spread; a cache that is wrong is off by far more
_STEPS = 3
_HINT = "Look for another variant of the model, or for its .safetensors."


def import_onnx(source: Path, models: Path, model_id: str, report: Report) -> ModelManifest:
    """Installs the folder `source` below `models` as `model_id` and returns its manifest.

    EngineError where no graph of it can be run here; nothing is left then.
    """
    name = called(source)
    plan = plan_onnx(source)
    with taking_place(models, model_id) as folder:
        report(Progress(0, _STEPS, f"Copying {name}"))
        prepare_tokenizer(source, folder)
        if (source / _RUNTIME).is_file():
            shutil.copyfile(source / _RUNTIME, folder / _RUNTIME)
        _copy(plan, folder)
        tokenizer = Tokenizer.open(folder / "tokenizer.json")
        report(Progress(1, _STEPS, "Reading its graphs"))
        plain = _classifier(folder, plan) if plan.kind == ENCODER else _writer(
            folder, plan, tokenizer)
        manifest = msgspec.structs.replace(
            plain, id=model_id, name=name, licence=licence_of(source), made_from=(name,),
            precision=plan.precision)
        report(Progress(2, _STEPS, "Trying it"))
        quality = (_try_classifier if plan.kind == ENCODER else _try_writer)(
            folder, manifest, tokenizer)
        version = describe_file(folder, folder / manifest.graph).sha256[:8]
        return write_manifest(folder, msgspec.structs.replace(
            manifest, quality=quality, version=version))


def _copy(plan: OnnxPlan, folder: Path) -> None:
    for target, file in plan.graphs.items():
        shutil.copyfile(file, folder / target)
        for name in plan.beside[target]:
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(file.parent / name, folder / name)


def _writer(folder: Path, plan: OnnxPlan, tokenizer: Tokenizer) -> ModelManifest:
    graph = next(iter(plan.graphs))
    shape = past_shape(folder / graph)
    encodes = plan.kind == ENCODER_DECODER
    return ModelManifest(
        id="", name="", kind=plan.kind, task=TEXT_GENERATION, window=plan.window, graph=graph,
        about=f"Writes. Added from ONNX graphs in the {plan.layout} layout.",
        decoder=DecoderInfo(
            layout=WITH_ENCODER if encodes else PAST_PRESENT, layers=shape.layers,
            kv_heads=shape.kv_heads, head_size=shape.head_size,
            vocabulary=_vocabulary(folder, graph),
            stop_ids=stop_ids(folder, tokenizer, ChatTemplate.load(folder).stops),
            start_ids=() if encodes else start_ids(tokenizer), decoder_start=_start(folder)))


def _vocabulary(folder: Path, graph: str) -> int:
    """The graph's own width; where it does not tell, the config's."""
    kind = OnnxModel.open(folder / graph, 1).output_kinds.get("logits")
    told = kind.shape[-1] if kind is not None else None
    config = read_object(folder / "config.json").get("vocab_size")
    tokens = vocabulary_size(folder)
    width = next((n for n in (told, config, tokens) if isinstance(n, int) and n > 0), tokens)
    if tokens > width:
        raise EngineError(f"This model knows {width:,} words, its tokenizer {tokens:,}: they do "
                          "not belong together.",
                          "Get the model's folder again, graphs and tokenizer together.")
    return width


def _start(folder: Path) -> int | None:
    for name in ("generation_config.json", "config.json"):
        told = read_object(folder / name).get("decoder_start_token_id")
        if isinstance(told, int):
            return told
    return None


def _try_writer(folder: Path, manifest: ModelManifest, tokenizer: Tokenizer) -> dict[str, float]:
    """The perplexity of our sample text. EngineError where the model contradicts itself."""
    assert manifest.decoder is not None
    decoder = open_decoder(folder, manifest, manifest.decoder, 0, CPU).decoder
    ids = np.concatenate([np.array(manifest.decoder.start_ids, np.int64),
                          tokenizer.encode(JUDGED[0]).ids])[: min(_READ, manifest.window - 1)]
    if manifest.kind == ENCODER_DECODER:
        _read(decoder, [ids])
        return {}
    once, half = _read(decoder, [ids]), len(ids) // 2
    parts = _read(decoder, [ids[:half], *(ids[at : at + 1] for at in range(half, len(ids)))])
    spread = max(float(once.std()), 1e-6)
    if not np.abs(once - parts).max() <= _MOST_OFF * spread * 4 + 1e-3:
        raise EngineError(f"{manifest.name} says something else when it reads bit by bit: its "
                          "graph keeps its past in another way.", _HINT)
    held = _mean_log(once[:-1], ids[1:])
    if held < -np.log(manifest.decoder.vocabulary):
        raise EngineError(f"{manifest.name} finds plain words less likely than chance: graphs and "
                          "tokenizer do not belong together.",
                          "Get the model's folder again, graphs and tokenizer together.")
    return {"perplexity": round(float(np.exp(-held)), 2)}


def _read(decoder: Decoder[Any], parts: list[Ids]) -> Floats:
    """(n, V) logits after every token. EngineError where they are no numbers."""
    cache = decoder.new_cache()
    logits = np.concatenate([decoder.read(cache, part, range(len(part))) for part in parts])
    if not np.isfinite(logits).all():
        raise EngineError("This model answers with numbers that are none: its weights are "
                          "damaged.", "Get the model's folder again from where it came.")
    return logits


def _mean_log(logits: Floats, ids: Ids) -> float:
    shifted: npt.NDArray[np.float64] = (logits - logits.max(-1, keepdims=True)).astype(np.float64)
    logs = shifted - np.log(np.exp(shifted).sum(-1, keepdims=True))
    found: npt.NDArray[np.float64] = logs[np.arange(len(ids)), ids]
    return float(found.mean())


def _classifier(folder: Path, plan: OnnxPlan) -> ModelManifest:
    graph = next(iter(plan.graphs))
    without_token_types(folder / graph)
    kind = OnnxModel.open(folder / graph, 1).output_kinds.get("logits")
    count = kind.shape[-1] if kind is not None else None
    config = read_object(folder / "config.json")
    named = config.get("id2label")
    told = cast("dict[str, object]", named) if isinstance(named, dict) else {}
    classes = count if isinstance(count, int) else len(told)
    if classes <= 1:
        raise EngineError("This model gives a number to a text, not labels.",
                          "Choose a model that was made to classify.")
    return ModelManifest(
        id="", name="", kind="encoder", task=TEXT_CLASSIFICATION, window=min(plan.window, 512),
        graph=graph, about=f"Gives labels to texts. Added from ONNX graphs in the {plan.layout} "
        "layout.", labels=labels_of(config, classes), exclusive_labels=excludes(config))


def _try_classifier(folder: Path, manifest: ModelManifest,
                    tokenizer: Tokenizer) -> dict[str, float]:
    model = OnnxModel.open(folder / manifest.graph, 1)
    texts = [tokenizer.wrap(tokenizer.encode(text).ids[:_READ]) for text in JUDGED]
    (logits,) = EncoderRunner(model, ("logits",)).run(texts)
    if logits.shape[1] != len(manifest.labels) or not np.isfinite(logits).all():
        raise EngineError(f"{manifest.name} does not answer with a number for each of its "
                          f"{len(manifest.labels)} labels.", _HINT)
    return {}
