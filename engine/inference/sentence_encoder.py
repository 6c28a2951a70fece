"""Sentences to vectors: an encoder folder of ours, batched by length, each vector of length 1.

Text in, vectors out. Knows nothing of what is compared, or why.
"""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt

from engine.errors import EngineError
from engine.inference.classifier import EncoderRunner
from engine.inference.devices import usable_cores
from engine.inference.onnx_model import OnnxModel
from engine.inference.tokenizer import Ids, Tokenizer
from engine.models.manifest import SENTENCE_VECTORS, read_manifest
from engine.models.registry import ModelRegistry, RegistryEntry
from engine.paths import AppPaths

_OUTPUT = "vector"
_FEW = 1e-12

Floats = npt.NDArray[np.float32]


class OnnxSentenceEncoder:
    """An open model of the task "sentence-vectors". `id` is its name and version: vectors of
    another id must not be compared with its own."""

    def __init__(self, id: str, tokenizer: Tokenizer, runner: EncoderRunner, window: int,  # noqa: A002 - as of every model
                 width: int) -> None:
        self.id = id
        self._tokenizer = tokenizer
        self._runner = runner
        self._room = window - tokenizer.special_tokens
        self._width = width

    @classmethod
    def open(cls, folder: Path, threads: int = 0) -> "OnnxSentenceEncoder":
        """Opens a model folder; `threads` 0 for every core.

        Raises EngineError where the folder is not a whole sentence encoder.
        """
        manifest = read_manifest(folder)
        if manifest.task != SENTENCE_VECTORS:
            raise EngineError(f"{manifest.name} does not compare sentences.",
                              "Choose another model.")
        tokenizer = Tokenizer.open(folder / "tokenizer.json")
        model = OnnxModel.open(folder / manifest.graph, threads=1)
        kind = model.output_kinds.get(_OUTPUT)
        width = kind.shape[-1] if kind is not None and kind.shape else None
        if not isinstance(width, int):
            raise EngineError(f"{manifest.name} gives no {_OUTPUT}.", "Choose another model.")
        runner = EncoderRunner(model, (_OUTPUT,), threads or usable_cores())
        return cls(f"{manifest.id}@{manifest.version}", tokenizer, runner, manifest.window, width)

    @property
    def width(self) -> int:
        """D, the numbers of a vector."""
        return self._width

    def vectors(self, texts: Sequence[str]) -> Floats:
        """(N, D) of length 1 for N texts, in their order; of long ones the beginning is read.

        The vector of a text does not depend on the others, but for its last bits.
        """
        if not texts:
            return np.zeros((0, self._width), np.float32)
        found = self._runner.run([self._ids(text) for text in texts])[0]
        return found / np.maximum(np.linalg.norm(found, axis=1, keepdims=True), _FEW)

    def _ids(self, text: str) -> Ids:
        # Halves of surrogate pairs, which JSON may bring, are no text to the tokenizer.
        whole = text.encode("utf-8", "replace").decode("utf-8")
        return self._tokenizer.wrap(self._tokenizer.encode(whole).ids[: self._room])


def open_sentence_encoder(paths: AppPaths, threads: int = 0) -> OnnxSentenceEncoder | None:
    """The installed one, opened; None where there is none. EngineError where it is damaged."""
    entry = find_sentence_encoder(paths)
    return OnnxSentenceEncoder.open(entry.folder, threads) if entry else None


def find_sentence_encoder(paths: AppPaths) -> RegistryEntry | None:
    """The installed model that compares sentences, None where there is none yet."""
    usable = ModelRegistry(paths.shipped_models, paths.models).usable(SENTENCE_VECTORS)
    return usable[0] if usable else None
