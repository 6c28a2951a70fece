"""The folder in which the dialogs that open files begin."""

from pathlib import Path

from PySide6.QtCore import QSettings, QStandardPaths

_KEY = "last_folder"


class LastFolder:
    """The folder used last, kept in `memory` where there is one."""

    def __init__(self, memory: QSettings | None = None) -> None:
        self._memory = memory
        self._used = str(memory.value(_KEY) or "") if memory else ""

    def find(self) -> Path:
        """The folder used last; the person's music, or home, where there is none any more."""
        music = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.MusicLocation)
        for name in (self._used, music):
            if name and Path(name).is_dir():
                return Path(name)
        return Path.home()

    def note(self, chosen: Path) -> None:
        """Remembers where `chosen`, a file or a folder, was found."""
        self._used = str(chosen if chosen.is_dir() else chosen.parent)
        if self._memory:
            self._memory.setValue(_KEY, self._used)
