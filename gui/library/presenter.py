"""What the Library page does: asks the index of songs, remembers what is sought, follows changes.

Knows no widgets. `asking` answers short questions at once, `working` does what takes long.
"""

from PySide6.QtCore import QObject, QSettings, Signal

from engine.settings import Settings
from engine.tagging.vocabulary import Vocabulary
from gui.background import WorkQueue
from gui.library.services import LibraryAsking


class LibraryPresenter(QObject):
    """`problem_raised` carries an exception for the person, EngineError or bug.

    What belongs to another room is only told: `song_wanted` carries the place of a song to be
    shown on the Tag page, `tag_wanted` paths to be read, `again_wanted` places to be tagged anew.
    """

    problem_raised = Signal(object)
    song_wanted = Signal(str)
    tag_wanted = Signal(object)
    again_wanted = Signal(object)

    def __init__(self, asking: LibraryAsking, working: LibraryAsking, tagging: WorkQueue,
                 vocabulary: Vocabulary, settings: Settings, memory: QSettings,
                 parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.asking = asking
        self.working = working
        self.tagging = tagging
        self.vocabulary = vocabulary
        self.settings = settings
        self.memory = memory
        for one in (asking, working):
            one.failed.connect(self.problem_raised)

    def use_settings(self, settings: Settings) -> None:
        """Takes changed settings: songs may show other tags."""
        self.settings = settings

    def close(self) -> None:
        """Keeps what is not kept yet."""
