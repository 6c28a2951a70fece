"""The tagger that reads with an encoder: one pass per excerpt gives every mood at once."""

import math
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from engine.errors import EngineError
from engine.inference.classifier import EncoderRunner
from engine.inference.devices import usable_cores
from engine.inference.onnx_model import OnnxModel
from engine.inference.tokenizer import Tokenizer
from engine.models.manifest import ModelManifest, read_manifest
from engine.tagging.excerpts import cut_excerpts
from engine.tagging.lyric import Lyric
from engine.tagging.results import Excerpt, ExcerptScores

TASK = "mood-tagging"
USUAL_WINDOW = 128
_OUTPUTS = ("moods", "affect", "vector")


class EncoderTagger:
    """Scores excerpts with a model folder made by engine.export."""

    def __init__(
        self, manifest: ModelManifest, tokenizer: Tokenizer, runner: EncoderRunner, window: int
    ) -> None:
        self._manifest = manifest
        self._tokenizer = tokenizer
        self._runner = runner
        self._window = window
        self.moods = tuple(label.id for label in manifest.labels)
        self.thresholds = tuple(
            math.inf if label.experimental else label.threshold for label in manifest.labels
        )
        self.experimental = {
            label.id: label.threshold for label in manifest.labels if label.experimental
        }
        self.languages = frozenset(manifest.languages)

    @classmethod
    def open(cls, folder: Path, window: int = USUAL_WINDOW, threads: int = 0) -> "EncoderTagger":
        """Opens a model folder. `window` tokens an excerpt, `threads` 0 for every core.

        Raises EngineError where the folder is not a whole mood tagger.
        """
        manifest = read_manifest(folder)
        if manifest.task != TASK:
            raise EngineError(f"{manifest.name} does not tag moods.", "Choose another model.")
        tokenizer = Tokenizer.open(folder / "tokenizer.json")
        model = OnnxModel.open(folder / manifest.graph, threads=1)
        missing = [name for name in _OUTPUTS if name not in model.outputs]
        if missing:
            raise EngineError(f"{manifest.name} gives no {missing[0]}.", "Choose another model.")
        runner = EncoderRunner(model, _OUTPUTS, threads or usable_cores())
        return cls(manifest, tokenizer, runner, min(window, manifest.window))

    @property
    def id(self) -> str:
        """Model and version, with the window where it is not the usual one."""
        own = f"{self._manifest.id}@{self._manifest.version}"
        return own if self._window == USUAL_WINDOW else f"{own}/{self._window}"

    def cut(self, lyric: Lyric) -> tuple[Excerpt, ...]:
        return cut_excerpts(lyric, self._tokenizer, self._window)

    def score(self, excerpts: Sequence[Excerpt]) -> ExcerptScores:
        if not excerpts:
            return ExcerptScores(*(np.zeros((0, n), np.float32) for n in (len(self.moods), 2, 0)))
        logits, affect, vectors = self._runner.run([e.token_ids for e in excerpts])
        moods = 1 / (1 + np.exp(-logits))
        return ExcerptScores(moods.astype(np.float32), affect, vectors)
