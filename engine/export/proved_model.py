"""The seam of the proof: what a kind of model must show before its export is installed.

Knows nothing of torch or of graphs; writers and classifiers fill it in.
"""

from pathlib import Path
from typing import Protocol

from engine.models.manifest import ModelManifest


class ProvedModel(Protocol):
    """A model whose reference was asked, and its export below a folder."""

    @property
    def does(self) -> str:
        """One sentence: what the model is for."""
        ...

    @property
    def forms(self) -> tuple[str, ...]:
        """The smaller precisions to try, the best first."""
        ...

    def manifest(self) -> ModelManifest:
        """All that the graphs and the reference tell; names and origin are for others."""
        ...

    def require_equal(self, manifest: ModelManifest) -> None:
        """EngineError where the fp32 graphs of the folder do not answer as the reference."""
        ...

    def measure(self, form: Path, manifest: ModelManifest) -> dict[str, float]:
        """How close the graphs in `form` come, by name. EngineError where they do not work."""
        ...

    def is_as_good(self, quality: dict[str, float]) -> bool:
        """Whether such a form may take the whole one's place."""
        ...
