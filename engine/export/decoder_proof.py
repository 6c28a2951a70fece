"""Proves that a decoder's folder works before anybody is offered it: it opens, it makes a token.

Runs the graph on plain arrays; needs none of the decode loop.
"""

from pathlib import Path

import numpy as np

from engine.errors import EngineError
from engine.inference.onnx_model import Array, OnnxModel
from engine.models.manifest import DecoderInfo, ModelManifest

_HINT = "Nothing was installed. Choose another version of this model."
_STEPS = 2


def prove(folder: Path, manifest: ModelManifest, ids: list[int]) -> None:
    """Reads `ids` and makes two tokens. EngineError where the graph cannot be opened, gives
    logits that are no numbers, or knows another number of words than the manifest says."""
    info = manifest.decoder
    assert info is not None
    model = OnnxModel.open(folder / manifest.graph)
    caches = _empty(model, info, len(ids) + _STEPS)
    read, given = 0, np.array([ids], np.int64)
    for _ in range(_STEPS):
        read += given.shape[1]
        logits = _step(model, caches, given, read)
        _check(manifest.name, info, logits)
        given = np.array([[int(logits[0, -1].argmax())]], np.int64)


def _empty(model: OnnxModel, info: DecoderInfo, capacity: int) -> dict[str, Array]:
    shape = (1, info.kv_heads, capacity, info.head_size)
    return {name: np.zeros(shape, kind.element) for name, kind in model.input_kinds.items()
            if name.startswith("past_key_values.")}


def _step(model: OnnxModel, caches: dict[str, Array], given: Array, read: int) -> Array:
    """(1, 1, V) logits after `given` (1, T); the caches are replaced by what came out."""
    places = {"input_ids": given, "seqlens_k": np.array([read - 1], np.int32),
              "total_length": np.array(read, np.int32),
              "rows": np.array([given.shape[1] - 1], np.int64)}
    names = list(caches)
    presents = [name.replace("past_key_values.", "present.") for name in names]
    logits, *kept = model.run(["logits", *presents], {**places, **caches})
    caches.update(zip(names, kept, strict=True))
    return logits


def _check(name: str, info: DecoderInfo, logits: Array) -> None:
    if logits.shape[-1] != info.vocabulary:
        raise EngineError(f"{name} knows {logits.shape[-1]:,} words, its tokenizer "
                          f"{info.vocabulary:,}.", _HINT)
    if not np.isfinite(logits).all():
        raise EngineError(f"{name} answers with numbers that are none: its weights are damaged.",
                          _HINT)
