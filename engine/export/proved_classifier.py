"""A model that gives labels to texts, held against what torch said: logits, scores, first label.

Labels and whether they exclude each other come from config.json. Knows bars for smaller forms.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import cast

import numpy as np

from engine.errors import EngineError
from engine.export.architectures import Plan
from engine.export.family_graphs import BLOCKS, DYNAMIC, GRAPHS
from engine.export.family_parity import probabilities, sentence_ids
from engine.export.parity import Floats, compare
from engine.export.torch_model import TorchModel
from engine.inference.classifier import EncoderRunner
from engine.inference.decoder import Ids
from engine.inference.onnx_model import OnnxModel
from engine.inference.tokenizer import Tokenizer
from engine.models.folder_json import read_object
from engine.models.manifest import TEXT_CLASSIFICATION, LabelInfo, ModelManifest

MEAN, LARGEST, FIRST = "mean score change", "largest score change", "same first label"
_MOST_MEAN = 0.01
_MOST_LARGEST = 0.1
_LEAST_FIRST = 0.9
_CLOSE = 1e-3
_MULTIPLE = "multi_label_classification"
_NUMBER = "regression"


class ProvedClassifier:
    """`texts` are token ids as the model expects them, `logits` (n, L) the reference's."""

    does = "Gives labels to texts."
    forms = (DYNAMIC, BLOCKS)

    def __init__(self, folder: Path, texts: list[Ids], logits: Floats, window: int,
                 parameters: int) -> None:
        self._folder = folder
        self._texts = texts
        self._logits = logits
        self._window = window
        self._parameters = parameters
        self._told = read_object(folder / "config.json")

    @classmethod
    def asked(cls, folder: Path, plan: Plan, tokenizer: Tokenizer,
              reference: TorchModel) -> "ProvedClassifier":
        """Asks the reference. EngineError where what it gives are no labels."""
        window = reference.window
        texts = [tokenizer.wrap(ids)
                 for ids in sentence_ids(tokenizer, window - tokenizer.special_tokens)]
        if max(int(ids.max()) for ids in texts) >= reference.vocabulary:
            raise EngineError("The tokenizer of this model belongs to another one.",
                              "Get the model's folder again, weights and tokenizer together.")
        logits = np.stack([reference.classes(ids) for ids in texts])
        proved = cls(folder, texts, logits, window, reference.parameters)
        if not np.isfinite(logits).all():
            raise EngineError("This model answers with numbers that are none: its weights are "
                              "damaged.", "Get the model's folder again from where it came.")
        if proved._told.get("problem_type") == _NUMBER or logits.shape[1] == 1:
            raise EngineError("This model gives a number to a text, not labels.",
                              "Choose a model that was made to classify.")
        return proved

    @property
    def exclusive(self) -> bool:
        """Whether exactly one label holds: what is usual unless the config says otherwise."""
        return excludes(self._told)

    def manifest(self) -> ModelManifest:
        return ModelManifest(
            id="", name="", kind="encoder", task=TEXT_CLASSIFICATION, window=self._window,
            graph=GRAPHS["encoder"][0], parameters=self._parameters,
            labels=labels_of(self._told, self._logits.shape[1]),
            exclusive_labels=self.exclusive)

    def require_equal(self, manifest: ModelManifest) -> None:
        ours = self._answers(self._folder, manifest)
        reach = max(1.0, float(np.abs(self._logits).max()))
        if not np.abs(ours - self._logits).max() <= _CLOSE * reach:
            raise EngineError(
                f"The exported form of {manifest.name} does not answer as the model itself does.",
                "Nothing was installed. Choose another variant of this model.")

    def measure(self, form: Path, manifest: ModelManifest) -> dict[str, float]:
        reference = probabilities(self._logits, self.exclusive)
        ours = probabilities(self._answers(form, manifest), self.exclusive)
        change = compare(reference, ours)
        same = float((reference.argmax(-1) == ours.argmax(-1)).mean())
        return {MEAN: round(change.mean_change, 4), LARGEST: round(change.largest_change, 4),
                FIRST: round(same, 4)}

    def is_as_good(self, quality: dict[str, float]) -> bool:
        return (quality[MEAN] <= _MOST_MEAN and quality[LARGEST] <= _MOST_LARGEST
                and quality[FIRST] >= _LEAST_FIRST)

    def _answers(self, folder: Path, manifest: ModelManifest) -> Floats:
        """(n, L) logits, the texts in batches with padding as they will be."""
        model = OnnxModel.open(folder / manifest.graph, 1)
        return EncoderRunner(model, ("logits",)).run(self._texts)[0]


def labels_of(config: Mapping[str, object], count: int) -> tuple[LabelInfo, ...]:
    """`count` labels in the order of the logits; a number where there is no name, none twice."""
    named = config.get("id2label")
    table = cast("dict[str, object]", named) if isinstance(named, dict) else {}
    names = [str(table.get(str(at)) or f"LABEL_{at}") for at in range(count)]
    return tuple(LabelInfo(name if names.count(name) == 1 else f"{name} {at}")
                 for at, name in enumerate(names))


def excludes(config: Mapping[str, object]) -> bool:
    """Whether exactly one label holds: what is usual unless the config says otherwise."""
    return config.get("problem_type") != _MULTIPLE
