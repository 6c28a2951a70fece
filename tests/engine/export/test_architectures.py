"""Which way a folder goes, and the sentence where it goes none."""

import json
from pathlib import Path

import pytest

from engine.errors import EngineError
from engine.export.architectures import FAST, OPTIMUM, Plan, plan_folder, plan_for


@pytest.mark.parametrize("family, architecture, way, kind, task", [
    ("llama", "LlamaForCausalLM", FAST, "decoder", "text-generation"),
    ("mistral", "MistralForCausalLM", FAST, "decoder", "text-generation"),
    ("qwen2", "Qwen2ForCausalLM", FAST, "decoder", "text-generation"),
    ("qwen3", "Qwen3ForCausalLM", FAST, "decoder", "text-generation"),
    ("gpt2", "GPT2LMHeadModel", OPTIMUM, "decoder", "text-generation"),
    ("gpt_neo", "GPTNeoForCausalLM", OPTIMUM, "decoder", "text-generation"),
    ("gptj", "GPTJForCausalLM", OPTIMUM, "decoder", "text-generation"),
    ("gpt_neox", "GPTNeoXForCausalLM", OPTIMUM, "decoder", "text-generation"),
    ("bloom", "BloomForCausalLM", OPTIMUM, "decoder", "text-generation"),
    ("t5", "T5ForConditionalGeneration", OPTIMUM, "encoder-decoder", "text-generation"),
    ("t5", "T5WithLMHeadModel", OPTIMUM, "encoder-decoder", "text-generation"),
    ("bart", "BartForConditionalGeneration", OPTIMUM, "encoder-decoder", "text-generation"),
    ("bert", "BertForSequenceClassification", OPTIMUM, "encoder", "text-classification"),
    ("distilbert", "DistilBertForSequenceClassification", OPTIMUM, "encoder",
     "text-classification"),
    ("roberta", "RobertaForSequenceClassification", OPTIMUM, "encoder", "text-classification"),
    ("albert", "AlbertForSequenceClassification", OPTIMUM, "encoder", "text-classification"),
])
def test_every_known_architecture_has_its_way(
    family: str, architecture: str, way: str, kind: str, task: str
) -> None:
    config = {"model_type": family, "architectures": [architecture]}
    assert plan_for(config, "it") == Plan(way, kind, task, family)


def test_an_old_config_that_names_no_class_is_taken_for_the_usual_one() -> None:
    assert plan_for({"model_type": "gpt2"}, "it").kind == "decoder"
    assert plan_for({"model_type": "t5", "architectures": []}, "it").kind == "encoder-decoder"


@pytest.mark.parametrize("config, said", [
    ({"model_type": "bert", "architectures": ["BertForMaskedLM"]}, "BertForMaskedLM"),
    ({"model_type": "bert"}, "a form of bert"),
    ({"model_type": "llama", "architectures": ["LlamaForSequenceClassification"]}, "no use for"),
    ({"model_type": "gpt2", "architectures": [None]}, None),
    ({"model_type": "whisper", "architectures": ["WhisperForConditionalGeneration"]},
     "does not know"),
    ({"model_type": "own", "auto_map": {"AutoModel": "x.Y"}}, "never run here"),
    ({"model_type": "llama", "quantization_config": {"quant_method": "awq"}}, "quantized"),
    ({"hidden_size": 3}, "unnamed"),
])
def test_what_goes_no_way_is_told_so(config: dict[str, object], said: str | None) -> None:
    if said is None:
        assert plan_for(config, "it").family == "gpt2"
        return
    with pytest.raises(EngineError, match=said) as refused:
        plan_for(config, "it")
    assert refused.value.hint


def folder_with(folder: Path, *files: str, family: str = "gpt2") -> Path:
    (folder / "config.json").write_text(json.dumps({"model_type": family}), "utf-8")
    for name in files:
        (folder / name).write_bytes(b"")
    return folder


def test_a_folder_with_safetensors_is_taken(tmp_path: Path) -> None:
    # A pickle beside safetensors is simply not looked at.
    folder = folder_with(tmp_path, "model.safetensors", "pytorch_model.bin")
    assert plan_folder(folder).way == OPTIMUM


@pytest.mark.parametrize("pickled", ["pytorch_model.bin", "model.pt", "weights.ckpt"])
def test_pickles_are_refused(tmp_path: Path, pickled: str) -> None:
    with pytest.raises(EngineError, match="pickled"):
        plan_folder(folder_with(tmp_path, pickled))


def test_a_folder_without_weights_is_refused(tmp_path: Path) -> None:
    with pytest.raises(EngineError, match="no weights"):
        plan_folder(folder_with(tmp_path, "tokenizer.json"))


def test_a_folder_that_is_no_model_is_refused(tmp_path: Path) -> None:
    with pytest.raises(EngineError, match=r"no config\.json"):
        plan_folder(tmp_path)
    with pytest.raises(EngineError, match=r"no config\.json"):
        plan_folder(tmp_path / "nowhere")


def test_an_adapter_is_told_apart(tmp_path: Path) -> None:
    (tmp_path / "adapter_config.json").write_text("{}", "utf-8")
    with pytest.raises(EngineError, match="adapter"):
        plan_folder(tmp_path)
