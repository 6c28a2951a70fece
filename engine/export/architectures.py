"""Which way a hub-style folder goes into the program, told by its config.json alone.

"fast": our own decoder graph, straight from the weights. "optimum": exported by way of torch. All
else is refused with a sentence. Knows names and fields of configs; opens no weights.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import cast

from engine.errors import EngineError
from engine.models.folder_json import read_object
from engine.models.manifest import TEXT_CLASSIFICATION, TEXT_GENERATION

FAST, OPTIMUM = "fast", "optimum"
DECODER, ENCODER_DECODER, ENCODER = "decoder", "encoder-decoder", "encoder"


@dataclass(frozen=True, slots=True)
class Plan:
    """How a folder is turned into a model: `way` FAST or OPTIMUM, `kind` and `task` as in its
    manifest, `family` as config.json's model_type has it."""

    way: str
    kind: str
    task: str
    family: str


_WRITES = ("ForCausalLM", "LMHeadModel")
_REWRITES = ("ForConditionalGeneration", "WithLMHeadModel")
_CLASSIFIES = ("ForSequenceClassification",)

_FAMILIES: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    FAST: {DECODER: ("llama", "mistral", "qwen2", "qwen3")},
    OPTIMUM: {
        DECODER: ("gpt2", "gpt_neo", "gptj", "gpt_neox", "bloom"),
        ENCODER_DECODER: ("t5", "bart"),
        ENCODER: ("bert", "distilbert", "roberta", "albert"),
    },
}
_HEADS = {DECODER: _WRITES, ENCODER_DECODER: _REWRITES, ENCODER: _CLASSIFIES}
_PICKLES = (".bin", ".pt", ".pth", ".ckpt", ".pkl")
_WEIGHTS_HINT = "Look for a variant of the model that carries .safetensors files, or a GGUF."


def plan_folder(folder: Path) -> Plan:
    """The way of a hub-style folder. EngineError, a sentence, where there is none."""
    config = read_object(folder / "config.json")
    if not config:
        raise _no_model(folder)
    plan = plan_for(config, folder.name)
    require_safetensors(folder)
    return plan


def plan_for(config: Mapping[str, object], name: str) -> Plan:
    """The way of a model by its config.json; `name` is what sentences call it."""
    family, architecture = str(config.get("model_type", "")), _architecture(config)
    if config.get("quantization_config"):
        raise EngineError(
            f"{name} is already quantized in a way this program cannot read.",
            "Add the original model, or a GGUF of it; it is quantized here.",
        )
    for way, kinds in _FAMILIES.items():
        for kind, families in kinds.items():
            if family in families and _has_head(kind, architecture):
                task = TEXT_CLASSIFICATION if kind == ENCODER else TEXT_GENERATION
                return Plan(way, kind, task, family)
    raise _unknown(config, name, family, architecture)


def require_safetensors(folder: Path) -> None:
    """EngineError unless the weights are safetensors: pickled ones could run foreign code."""
    if any(folder.glob("*.safetensors")):
        return
    if any(file.suffix in _PICKLES for file in folder.iterdir()):
        raise EngineError(
            f"The weights of {folder.name} are pickled, and pickles are never opened here: they "
            "could run any program.",
            _WEIGHTS_HINT,
        )
    raise EngineError(f"{folder.name} holds no weights.", _WEIGHTS_HINT)


def _architecture(config: Mapping[str, object]) -> str:
    """The class the weights were saved from; "" where the config does not say."""
    named = config.get("architectures")
    first = cast("list[object]", named)[0] if isinstance(named, list) and named else ""
    return first if isinstance(first, str) else ""


def _has_head(kind: str, architecture: str) -> bool:
    """An encoder must say that it classifies; writers of old seldom say what they are."""
    if not architecture:
        return kind != ENCODER
    return architecture.endswith(_HEADS[kind])


def _no_model(folder: Path) -> EngineError:
    if (folder / "adapter_config.json").is_file():
        return EngineError(
            f"{folder.name} is an adapter: changes to a model, not a model.",
            "Merge it into its base model first, then add the merged folder.",
        )
    return EngineError(
        f"{folder.name} holds no config.json, so it is no model of a hub.",
        "Choose the folder in which config.json and the weights lie.",
    )


def _unknown(
    config: Mapping[str, object], name: str, family: str, architecture: str
) -> EngineError:
    called = architecture or family or "an unnamed architecture"
    if any(family in families for kinds in _FAMILIES.values() for families in kinds.values()):
        return EngineError(
            f"{name} is a {called}, a form of {family} this program has no use for.",
            "Look for a variant of it that was made to write or to classify.",
        )
    if "auto_map" in config:
        return EngineError(
            f"{name} needs program code that came with it, and such code is never run here.",
            "Choose a model of a known architecture, for instance a Llama or a Qwen.",
        )
    return EngineError(
        f"{name} is a {called}, an architecture this program does not know.",
        "Choose a model of a known architecture, for instance a Llama or a Qwen.",
    )
