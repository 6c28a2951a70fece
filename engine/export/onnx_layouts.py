"""Which graphs of a folder that holds ONNX already are taken: optimum's, transformers.js', genai's.

Reads names and small configs; of graphs only where their weights lie. Of several precisions the
one that a processor runs best is taken.
"""
# onnx's helpers are typed in part.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import cast

import onnx
from google.protobuf.message import DecodeError

from engine.errors import EngineError
from engine.export.architectures import DECODER, ENCODER, ENCODER_DECODER
from engine.inference.decoder_opening import ENCODER_GRAPH
from engine.models.folder_json import read_object
from engine.models.manifest import stays_inside
from engine.models.onnx_names import ANSWERER, CLASSIFIER, READER, WRITER, best_graphs

OPTIMUM, TRANSFORMERS_JS, GENAI = "optimum", "transformers.js", "genai"
_CONTEXTS = ("n_positions", "max_position_embeddings", "seq_length", "n_ctx")
_USUAL_WINDOW, _MOST_WINDOW = 2048, 131_072
_HINT = "Look for a variant of the model in one of the usual layouts, or for its .safetensors."


@dataclass(frozen=True, slots=True)
class OnnxPlan:
    """The graphs to take: `graphs` by the names they get here, the first is the main one."""

    layout: str
    kind: str
    graphs: Mapping[str, Path]
    precision: str
    window: int
    beside: Mapping[str, tuple[str, ...]] = field(default_factory=dict[str, tuple[str, ...]])
    """For each graph the files, by their places beside it, that hold its weights."""


def holds_onnx(folder: Path) -> bool:
    """Whether there are graphs, and so nothing to be exported."""
    return any(any(place.glob("*.onnx")) for place in (folder, folder / "onnx")
               if place.is_dir())


def plan_onnx(folder: Path) -> OnnxPlan:
    """What is taken of a folder with ONNX graphs. EngineError, a sentence, where none can be."""
    genai = _genai_of(folder)
    if genai:
        return _plan_genai(folder, genai)
    config = read_object(folder / "config.json")
    if not config:
        raise EngineError(f"{folder.name} holds ONNX graphs but no config.json that says what they "
                          "are.", "Get the whole folder, config.json and tokenizer.json with it.")
    scripts = folder / "onnx"
    layout = TRANSFORMERS_JS if scripts.is_dir() and any(scripts.glob("*.onnx")) else OPTIMUM
    place = scripts if layout == TRANSFORMERS_JS else folder
    kind = _kind_of(config, place)
    graphs, precision = _chosen(place, kind, folder.name)
    return OnnxPlan(layout, kind, graphs, precision, _window(config), _beside(graphs))


def _genai_of(folder: Path) -> Mapping[str, object]:
    """The part "model" of a genai config; some write it into another file."""
    for name in ("genai_config.json", "generation_config.json"):
        model = read_object(folder / name).get("model")
        if isinstance(model, dict) and "decoder" in model:
            return cast("dict[str, object]", model)
    return {}


def _plan_genai(folder: Path, told: Mapping[str, object]) -> OnnxPlan:
    decoder = told.get("decoder")
    held = cast("dict[str, object]", decoder) if isinstance(decoder, dict) else {}
    name = held.get("filename")
    if "pipeline" in held or any(part in told for part in ("vision", "speech", "embedding",
                                                           "encoder")):
        raise EngineError(f"{folder.name} is made of several parts, for pictures or sound, and "
                          "this program only reads text.", "Look for a variant for text alone.")
    if not isinstance(name, str) or not stays_inside(name) or not (folder / name).is_file():
        raise EngineError(f"{folder.name} lacks the graph its genai_config.json names.", _HINT)
    context = told.get("context_length")
    window = context if isinstance(context, int) and context > 0 else _USUAL_WINDOW
    graphs = {"model.onnx": folder / name}
    beside = _beside(graphs)  # first: it says what is wrong with a graph
    return OnnxPlan(GENAI, DECODER, graphs, _precision_of(folder / name),
                    min(window, _MOST_WINDOW), beside)


def _kind_of(config: Mapping[str, object], place: Path) -> str:
    named = config.get("architectures")
    first = cast("list[object]", named)[0] if isinstance(named, list) and named else ""
    if str(first).endswith("ForSequenceClassification"):
        return ENCODER
    if any(place.glob("encoder_model*.onnx")):
        return ENCODER_DECODER
    if str(first).endswith(("ForCausalLM", "LMHeadModel")) or not first:
        return DECODER
    raise EngineError(f"This is a {first}, a form of model this program has no use for.",
                      "Look for a variant of it that was made to write or to classify.")


def _chosen(place: Path, kind: str, name: str) -> tuple[dict[str, Path], str]:
    """Graphs of the best precision in which all of them are there."""
    wanted = {DECODER: {"model.onnx": WRITER}, ENCODER: {"model.onnx": CLASSIFIER},
              ENCODER_DECODER: {"decoder_model_merged.onnx": ANSWERER, ENCODER_GRAPH: READER}}[kind]
    found = best_graphs({file.name for file in place.glob("*.onnx")}, wanted)
    if found is None:
        missing = ", ".join(stems[-1] + ".onnx" for stems in wanted.values())
        raise EngineError(f"{name} holds ONNX graphs, but none that is looked for: {missing}.",
                          _HINT)
    return {target: place / file for target, file in found[0].items()}, found[1]


def _beside(graphs: Mapping[str, Path]) -> dict[str, tuple[str, ...]]:
    return {target: _weights_beside(file) for target, file in graphs.items()}


def _weights_beside(graph: Path) -> tuple[str, ...]:
    """The files a graph keeps its weights in. EngineError where one lacks or lies elsewhere."""
    try:
        model = onnx.load(str(graph), load_external_data=False)
    except (DecodeError, ValueError, OSError) as broken:
        raise EngineError(f"{graph.name} cannot be read: {broken}",
                          "Get the model's folder again from where it came.") from broken
    named = {entry.value for tensor in model.graph.initializer for entry in tensor.external_data
             if entry.key == "location"}
    for name in sorted(named):
        if not stays_inside(name):
            raise EngineError(f'{graph.name} looks for its weights outside its folder: "{name}".',
                              "Do not use this model unless you trust where it came from.")
        if not (graph.parent / name).is_file():
            raise EngineError(f"{graph.name} keeps its weights in {name}, which is not there.",
                              "Get the model's folder again, with all its files.")
    return tuple(sorted(named))


def _precision_of(graph: Path) -> str:
    """Told by the operators: genai's file names say nothing."""
    model = onnx.load(str(graph), load_external_data=False)
    used = {node.op_type for node in model.graph.node}
    if "MatMulNBits" in used:
        return "4-bit"
    kinds = {tensor.data_type for tensor in model.graph.initializer}
    return "fp16" if onnx.TensorProto.FLOAT16 in kinds else "fp32"


def _window(config: Mapping[str, object]) -> int:
    inner = config.get("text_config")
    held = {**config, **(cast("dict[str, object]", inner) if isinstance(inner, dict) else {})}
    told = next((number for name in _CONTEXTS if isinstance(number := held.get(name), int)
                 and number > 0), _USUAL_WINDOW)
    return min(told, _MOST_WINDOW)
