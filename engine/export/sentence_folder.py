"""A whole model folder out of a sentence encoder's weights: BERT, the mean of its last layer.

Built in int8 straight from safetensors, without torch, and held against its fp32 graph before it
takes its place. Knows nothing of what sentences are compared for.
"""
# onnx's helpers are typed in part.
# pyright: reportUnknownMemberType=false, reportUnknownArgumentType=false

import re
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
import onnx

from engine.errors import EngineError
from engine.events import Progress, Report
from engine.export.calibration import measure_ranges
from engine.export.encoder_graph import EncoderShape, Weights, build_encoder_graph
from engine.export.model_place import taking_place
from engine.export.safetensors_file import SafetensorsFolder
from engine.export.sample_text import JUDGED, MEASURED
from engine.inference.classifier import EncoderRunner
from engine.inference.onnx_model import OnnxModel
from engine.inference.tokenizer import Ids, Tokenizer
from engine.models.catalogue import WheelModel
from engine.models.folder_json import read_object
from engine.models.manifest import (
    SENTENCE_VECTORS,
    ModelManifest,
    describe_file,
    write_manifest,
)

LEAST_COSINE = 0.985
"""On average, the int8 graph's vectors to those of the fp32 graph; 0.99 is usual."""
GRAPH, TOKENIZER = "model.onnx", "tokenizer.json"
_USUAL_WINDOW = 256
_STEPS = 3
_SENTENCE = re.compile(r"[^.!?\n]+[.!?\n]*")
_LEAST_LETTERS = 12
_HINT = "Fetch the model again from its source."

Floats = npt.NDArray[np.float32]


def build_sentence_folder(source: Path, wanted: WheelModel, models: Path,
                          report: Report) -> ModelManifest:
    """Installs the encoder in the hub's folder `source` below `models`; its manifest.

    EngineError where it is no BERT, is damaged, or says other things in int8; then nothing is
    left behind.
    """
    shape, window = _shape(source), _window(source)
    weights = _read(source, wanted.name)
    with taking_place(models, wanted.id) as folder:
        report(Progress(0, _STEPS, f"Reading the tokenizer of {wanted.name}"))
        (folder / TOKENIZER).write_bytes((source / TOKENIZER).read_bytes())
        tokenizer = Tokenizer.open(folder / TOKENIZER)
        report(Progress(1, _STEPS, "Building the graph"))
        cosines = _build_graphs(weights, shape, tokenizer, window, folder)
        report(Progress(2, _STEPS, "Putting it in its place"))
        quality = {"int8 cosine": float(cosines.mean()), "int8 least cosine": float(cosines.min())}
        return write_manifest(folder, ModelManifest(
            id=wanted.id, name=wanted.name, kind="encoder", task=SENTENCE_VECTORS,
            about=wanted.about, version=describe_file(folder, folder / GRAPH).sha256[:8],
            languages=("en",), window=window, graph=GRAPH, precision="int8",
            parameters=sum(int(array.size) for array in weights.values()),
            licence=wanted.licence, made_from=(f"{wanted.name} ({wanted.project})",),
            quality={name: round(value, 4) for name, value in quality.items()}))


def _build_graphs(weights: Weights, shape: EncoderShape, tokenizer: Tokenizer, window: int,
                  folder: Path) -> Floats:
    """Leaves the int8 graph in the folder; the cosine (n,) of its vectors to the fp32 graph's."""
    exact, probe = folder / "exact.onnx", folder / "probe.onnx"
    ranges = measure_ranges(weights, shape, _wrapped(MEASURED, tokenizer, window), probe)
    onnx.save(build_encoder_graph(weights, shape, ranges), folder / GRAPH)
    onnx.save(build_encoder_graph(weights, shape), exact)
    judged = _wrapped(JUDGED, tokenizer, window)
    cosines = (_vectors(folder / GRAPH, judged) * _vectors(exact, judged)).sum(axis=1)
    exact.unlink()
    return _require(cosines)


def _require(cosines: Floats) -> Floats:
    if not cosines.mean() >= LEAST_COSINE:
        raise EngineError(
            f"In 8 bits the sentences' vectors would keep a cosine of only {cosines.mean():.3f} to "
            f"what they were; at least {LEAST_COSINE} is accepted.", "Nothing was installed.")
    return cosines


def _vectors(graph: Path, sequences: Sequence[Ids]) -> Floats:
    """(n, D) of length 1."""
    found = EncoderRunner(OnnxModel.open(graph, 1), ("vector",)).run(sequences)[0]
    return found / np.linalg.norm(found, axis=1, keepdims=True)


def _wrapped(texts: Sequence[str], tokenizer: Tokenizer, window: int) -> list[Ids]:
    """The texts as a whole and sentence by sentence, in tokens as the encoder reads them."""
    parts = [part for text in texts for part in (text, *_SENTENCE.findall(text))]
    room = window - tokenizer.special_tokens
    return [tokenizer.wrap(tokenizer.encode(part).ids[:room]) for part in parts
            if len(part.strip()) >= _LEAST_LETTERS]


def _shape(source: Path) -> EncoderShape:
    told = read_object(source / "config.json")
    heads, epsilon = told.get("num_attention_heads"), told.get("layer_norm_eps")
    plain = (told.get("model_type"), told.get("hidden_act"))
    if plain != ("bert", "gelu") or not isinstance(heads, int) or not isinstance(epsilon, float):
        raise EngineError(f"{source.name} holds no encoder that can be built here.", _HINT)
    return EncoderShape(heads, epsilon)


def _window(source: Path) -> int:
    """Tokens it was made to read at once, as its small files say."""
    told = read_object(source / "sentence_bert_config.json").get("max_seq_length")
    places = read_object(source / "config.json").get("max_position_embeddings")
    known = [size for size in (told, places) if isinstance(size, int) and size > 2]
    return min(_USUAL_WINDOW, *known)


def _read(source: Path, name: str) -> Mapping[str, Floats]:
    """encoder.* as the graph builder wants them. EngineError where they are damaged."""
    held = SafetensorsFolder.open(source)
    kept = sorted(n for n in held.names if n.startswith(("embeddings.", "encoder.layer.")))
    weights = {f"encoder.{n}": held.read_vector(n) for n in kept
               if not n.endswith("position_ids")}
    if not weights or not all(np.isfinite(array).all() for array in weights.values()):
        raise EngineError(f"The weights of {name} are damaged.", _HINT)
    return weights
