"""A hub's folder as torch has it: what it answers, and its export to ONNX by way of optimum.

The only room of the import that loads torch, transformers and optimum. Local files alone, weights
from safetensors alone, no code that came with a model. Whether the graphs are right is for others.

How each family goes (torch 2.13, transformers 4.57, optimum-onnx 0.1; held by test_family_export):

| family                                 | way                                               |
|----------------------------------------|---------------------------------------------------|
| GPT-2, GPT-Neo, GPT-J, GPT-NeoX, BLOOM | optimum, text-generation-with-past                |
| T5, BART                               | optimum, text2text-generation-with-past, merged   |
| BERT, ALBERT                           | optimum; token types become a constant of zeros   |
| DistilBERT, RoBERTa                    | optimum, text-classification                      |

None of them needed an export of our own.
"""
# torch and transformers are typed in part, optimum not at all.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false, reportMissingTypeStubs=false

import logging
import warnings
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, cast

import numpy as np
import torch
import transformers

from engine.errors import EngineError
from engine.export.architectures import DECODER, ENCODER, ENCODER_DECODER
from engine.inference.decoder import Ids, Logits

_CLASSES: dict[str, Any] = {
    DECODER: transformers.AutoModelForCausalLM,
    ENCODER_DECODER: transformers.AutoModelForSeq2SeqLM,
    ENCODER: transformers.AutoModelForSequenceClassification,
}
_TASKS = {
    DECODER: "text-generation-with-past",
    ENCODER_DECODER: "text2text-generation-with-past",
    ENCODER: "text-classification",
}
_USUAL_WINDOW = 2048  # of BLOOM, which has no table of places
_HINT = "Get the model's folder again from where it came."


class TorchModel:
    """The reference. After `export` it must not be asked any more: optimum changes the model."""

    def __init__(self, model: Any, kind: str, name: str) -> None:
        self._model = model.eval()
        self._kind = kind
        self._name = name

    @classmethod
    def load(cls, folder: Path, kind: str) -> "TorchModel":
        """In fp32. EngineError where the weights are broken or lack a part."""
        try:
            with _quiet():
                model, told = _CLASSES[kind].from_pretrained(
                    folder, local_files_only=True, use_safetensors=True,
                    trust_remote_code=False, dtype=torch.float32, output_loading_info=True)
        except MemoryError:
            raise
        except Exception as broken:  # whatever the libraries raise for a folder they cannot read
            raise EngineError(
                f"The weights of {folder.name} cannot be read: {broken}", _HINT) from broken
        missing = sorted(told["missing_keys"])
        if missing:
            raise EngineError(
                f"The weights of {folder.name} are not whole: {missing[0]} is missing"
                + (f", and {len(missing) - 1} more." if missing[1:] else "."), _HINT)
        return cls(model, kind, folder.name)

    @property
    def parameters(self) -> int:
        """How many weights there are, each counted once."""
        return sum(weights.numel() for weights in self._model.parameters())

    @property
    def vocabulary(self) -> int:
        """How many tokens its table has rows for."""
        return int(self._model.get_input_embeddings().weight.shape[0])

    @property
    def window(self) -> int:
        """The most tokens it was made for, by its config."""
        config = self._model.config
        names = ("n_positions", "max_position_embeddings", "seq_length", "n_ctx")
        told = next((number for name in names
                     if isinstance(number := getattr(config, name, None), int)), _USUAL_WINDOW)
        # RoBERTa's table of places begins behind its padding.
        return told - (config.pad_token_id + 1 if config.model_type == "roberta" else 0)

    @property
    def start(self) -> int | None:
        """The token that an encoder-decoder's answers begin with."""
        if self._kind != ENCODER_DECODER:
            return None
        for settings in (self._model.config, self._model.generation_config):
            for role in ("decoder_start_token_id", "bos_token_id", "pad_token_id"):
                number = getattr(settings, role, None)
                if isinstance(number, int):
                    return number
        return 0

    def logits(self, prompt: Ids, answer: Ids) -> Logits:
        """(n, V): what the model expects at the place of each of n tokens of `answer`."""
        if self._kind == ENCODER_DECODER:
            before = np.concatenate([[self.start or 0], answer[:-1]])
            return self._run(input_ids=prompt, decoder_input_ids=before)
        whole = np.concatenate([prompt, answer[:-1]])
        return self._run(input_ids=whole)[len(prompt) - 1 :]

    def greedy(self, prompt: Ids, steps: int) -> Ids:
        """The likeliest tokens after `prompt`, one after the other, whether one ends it or not."""
        answer = np.zeros(0, np.int64)
        for _ in range(steps):
            asked = np.append(answer, 0)
            answer = np.append(answer, self.logits(prompt, asked)[-1].argmax())
        return answer

    def classes(self, ids: Ids) -> Logits:
        """(L,) the logits of a classifier for one text."""
        return self._run(input_ids=ids)

    def _run(self, **inputs: Ids) -> Logits:
        given = {name: torch.from_numpy(np.asarray(ids, np.int64))[None]
                 for name, ids in inputs.items()}
        if self._kind != ENCODER:
            given["use_cache"] = cast("Any", False)
        with torch.inference_mode(), _quiet():
            return self._model(**given).logits[0].numpy()

    def export(self, target: Path) -> None:
        """Writes optimum's graphs into `target`. EngineError where it cannot."""
        from optimum.exporters.onnx import onnx_export_from_model

        try:
            with _quiet():
                onnx_export_from_model(
                    self._model, str(target), task=_TASKS[self._kind], do_validation=False)
        except MemoryError:
            raise
        except Exception as failed:  # torch's exporter and optimum raise all kinds
            raise EngineError(
                f"{self._name} could not be exported: {failed}",
                "Choose another variant of this model, for instance a GGUF of it.") from failed


@contextmanager
def _quiet() -> Generator[None]:
    """The libraries warn of what is theirs to mend; in the person's log it would only frighten."""
    before = logging.root.manager.disable
    logging.disable(logging.WARNING)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        logging.disable(before)
