"""What the Tag page does: takes songs in, follows their tagging, opens one, keeps labels.

Knows no widgets. All reading, writing and tagging happens on two work queues: `tagging` for the
long runs, `desk` for short work beside them. Attributes are plain; `*_changed` signals say when.
"""

from pathlib import Path

from PySide6.QtCore import QObject, Signal

from engine.settings import Settings
from engine.tagging.vocabulary import Vocabulary
from gui.background import WorkQueue
from gui.tag.services import OpenServices


class TagPresenter(QObject):
    """`open_services` is entered on the queues' threads, once for each piece of work. `samples` is a folder of songs.

    `problem_raised` carries an exception for the person: an EngineError or a bug.
    """

    problem_raised = Signal(object)

    def __init__(
        self,
        open_services: OpenServices,
        tagging: WorkQueue,
        desk: WorkQueue,
        vocabulary: Vocabulary,
        settings: Settings,
        samples: Path,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._open_services = open_services
        self._tagging = tagging
        self._desk = desk
        self.vocabulary = vocabulary
        self.settings = settings
        self._samples = samples

    def use_settings(self, settings: Settings) -> None:
        """Takes changed settings; songs are collated anew without the tagger."""
        self.settings = settings

    def tag(self, paths: tuple[Path, ...]) -> None:
        """Reads and tags files and folders."""

    def close(self) -> None:
        """Stops what runs without waiting for it.

        Call before the work queues are closed.
        """
