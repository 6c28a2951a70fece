"""A model that gives labels to any text: its folder opened, texts cut, scores told.

Long texts are read in pieces, whose logits are averaged by their length. Knows no mood and no
lyric.
"""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt

from engine.errors import EngineError
from engine.inference.classifier import EncoderRunner
from engine.inference.onnx_model import OnnxModel
from engine.inference.tokenizer import Tokenizer
from engine.models.manifest import TEXT_CLASSIFICATION, ModelManifest, read_manifest
from engine.tagging.text_windows import cut_windows

Floats = npt.NDArray[np.float32]
_OUTPUT = "logits"


class TextClassifier:
    """Scores texts by a model folder of the task text-classification."""

    def __init__(self, manifest: ModelManifest, tokenizer: Tokenizer,
                 runner: EncoderRunner) -> None:
        self._manifest = manifest
        self._tokenizer = tokenizer
        self._runner = runner
        self.labels = tuple(label.id for label in manifest.labels)
        self.exclusive = manifest.exclusive_labels

    @classmethod
    def open(cls, folder: Path, threads: int = 1) -> "TextClassifier":
        """EngineError where the folder is no whole classifier."""
        manifest = read_manifest(folder)
        if manifest.task != TEXT_CLASSIFICATION:
            raise EngineError(f"{manifest.name} gives no labels to texts.", "Choose another model.")
        tokenizer = Tokenizer.open(folder / "tokenizer.json")
        model = OnnxModel.open(folder / manifest.graph, threads=1)
        if _OUTPUT not in model.outputs:
            raise EngineError(f"{manifest.name} gives no labels.", "Choose another model.")
        return cls(manifest, tokenizer, EncoderRunner(model, (_OUTPUT,), threads))

    def scores(self, texts: Sequence[str]) -> Floats:
        """(n, L) 0..1 for n texts: shares that add up to 1 where exactly one label holds, else
        each for itself; a text without words has zeros."""
        cut = [cut_windows(text, self._tokenizer, self._manifest.window) for text in texts]
        found = np.zeros((len(texts), len(self.labels)), np.float32)
        parts = [ids for pieces in cut for ids in pieces]
        if not parts:
            return found
        (logits,) = self._runner.run(parts)
        weights = np.array([len(ids) for ids in parts], np.float64)[:, None]
        read = [at for at, pieces in enumerate(cut) if pieces]
        starts = np.cumsum([0, *(len(cut[at]) for at in read)])[:-1]
        mean = np.add.reduceat(logits * weights, starts) / np.add.reduceat(weights, starts)
        found[read] = _shares(mean) if self.exclusive else 1 / (1 + np.exp(-mean))
        return found

    def chosen(self, scores: Floats) -> npt.NDArray[np.bool_]:
        """(n, L) the labels these scores give: the highest, or all that reach their threshold."""
        if self.exclusive:
            return scores >= scores.max(1, keepdims=True).clip(min=1e-9)
        return scores >= np.array([label.threshold for label in self._manifest.labels])


def _shares(logits: npt.NDArray[np.floating]) -> npt.NDArray[np.floating]:
    lifted = np.exp(logits - logits.max(1, keepdims=True))
    return lifted / lifted.sum(1, keepdims=True)
