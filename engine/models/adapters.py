"""Adapters and the models they join: whether the one that is there is the one that was meant.

Reads manifests only.
"""

from pathlib import Path

from engine.errors import EngineError
from engine.models.manifest import AdapterInfo, ModelManifest, read_manifest

WEIGHTS = "weights.bin"


def weights_sha256(base: ModelManifest) -> str:
    """What tells a base from another: its weights; "" where they are not listed."""
    return next((file.sha256 for file in base.files if file.name == WEIGHTS), "")


def require_base(adapter: ModelManifest, joins: AdapterInfo, folder: Path) -> ModelManifest:
    """The manifest of the base in `folder`. EngineError where it is gone or has other weights."""
    if not folder.is_dir():
        raise EngineError(
            f"{adapter.name} changes the model {joins.base}, which is not installed.",
            "Add that model again under Models.")
    base = read_manifest(folder)
    if weights_sha256(base) != joins.weights:
        raise EngineError(
            f"{adapter.name} was made for another version of {base.name}.",
            "Train it again, or bring the earlier version back under Models.")
    return base
