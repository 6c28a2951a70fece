"""How much memory a model will take, as a range, and whether this computer has it.

Told before anything is opened, from the model's own list: what its weights are on disk, and what a
token takes in its cache. The figures were held against models that run (`memory_fit` measures it).
"""

import enum
from dataclasses import dataclass

from engine.models.manifest import ModelManifest

USUAL_CONTEXT = 2048
_CACHE_BYTES = {"float32": 4, "float16": 2, "int8": 1}
_SHARED = "shared-cache"
# Around the weights: at least what is read of them; at most a second order of the same weights for
# long prompts, and what a step computes with.
_LEAST, _MOST = 0.85, 1.7
_LEAST_AROUND, _MOST_AROUND = 10_000_000, 90_000_000
_COPIES = 2  # of the past, in graphs that take it in and give it out


class Fit(enum.StrEnum):
    """Whether a model fits; UNKNOWN where the system does not say what is free."""

    FITS = "fits"
    TIGHT = "tight"
    TOO_LARGE = "does not fit"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class MemoryNeed:
    """Bytes beyond what the program takes anyway, at `context` tokens: from `low` to `high`."""

    low: int
    high: int
    context: int

    def fit(self, free: int) -> Fit:
        """How that fits into `free` bytes, 0 for not known."""
        if free <= 0:
            return Fit.UNKNOWN
        if self.high <= free:
            return Fit.FITS
        return Fit.TIGHT if self.low <= free else Fit.TOO_LARGE


def memory_need(manifest: ModelManifest, base: ModelManifest | None = None,
                context: int = USUAL_CONTEXT) -> MemoryNeed:
    """What a model takes at `context` tokens, or at its whole window where that is less. `base`:
    the model that an adapter joins, whose weights it needs as well."""
    context = min(context, manifest.window)
    weights = manifest.bytes + (base.bytes if base is not None else 0)
    token = cache_bytes(manifest)
    return MemoryNeed(round(_LEAST * weights) + _LEAST_AROUND,
                      round(_MOST * weights) + _MOST_AROUND + token * context, context)


def cache_bytes(manifest: ModelManifest) -> int:
    """What a token takes in the cache of a model that writes; 0 for others."""
    info = manifest.decoder
    if info is None:
        return 0
    plain = 2 * info.layers * info.kv_heads * info.head_size * _CACHE_BYTES.get(info.cache, 4)
    return plain if info.layout == _SHARED else _COPIES * plain
