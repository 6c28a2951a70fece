"""Fills a model folder for heads upon an encoder that did not learn: as for the mood tagger, but
the graph stays in fp32 where int8 would move scores too far.

Such heads learned on standardised vectors, so that steps of int8 in a number that hardly changes
weigh as much as in any other; where given tags weigh more, too much. Knows no torch.
"""

from pathlib import Path

import msgspec

from engine.events import Note
from engine.export.mood_folder import LARGEST_MEAN_CHANGE, MoodFolder, Quality
from engine.export.parity import Parity
from engine.models.manifest import ModelManifest


class StillFolder(MoodFolder):
    """The folder of a way that is trained to be compared, not to be shipped."""

    precision = "int8"

    def keep(self, parity: Parity, exact_graph: Path) -> dict[str, float]:
        """Takes the int8 graph where it says the same, else the exact one; how far it moved."""
        if parity.mean_change <= LARGEST_MEAN_CHANGE:
            return super().keep(parity, exact_graph)
        moved = f"int8 would move song scores by {parity.mean_change:.4f} on average"
        self.report(Note(message=f"{moved}, so the graph stays in fp32"))
        exact_graph.replace(self.graph)
        self.precision = "fp32"
        return {}

    def describe(self, quality: Quality, parameters: int) -> ModelManifest:
        manifest = super().describe(quality, parameters)
        return msgspec.structs.replace(manifest, precision=self.precision)
