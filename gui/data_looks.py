"""The looks of the person's data in Settings: first, with backups, while one is made, its windows.

The backups are real ones, of the throwaway library the pictures are taken with.
"""

from collections.abc import Iterator

from PySide6.QtWidgets import QWidget

from engine.library.archive.bringing_in import look_into
from engine.library.archive.packing import pack
from engine.library.backup import BackupKind, BackupShelf
from gui.app import Program
from gui.settings.your_data import Look, Overview, Working
from gui.settings.your_data_card import YourDataCard
from gui.shots import NARROW, SCALED, Settle, Shot

_MODELS = 24_000_000
_NOTHING = Overview()


def data_looks(program: Program, settle: Settle) -> Iterator[Shot]:
    """The end of the Settings page, and what opens from there."""
    program.window.show_page("settings")
    card = program.settings_page.findChild(YourDataCard)
    if card is None:
        return
    settle(lambda: program.data.overview is not None)
    yield Shot("data-first", end=True)
    shelf = BackupShelf(program.paths)
    for kind in (BackupKind.DAY, BackupKind.HAND, BackupKind.RESTORE):
        shelf.make(kind)
    program.data.load()
    settle(lambda: len((program.data.overview or _NOTHING).backups) > 2)
    yield Shot("data", end=True)
    yield Shot("data-narrow", NARROW, end=True)
    yield Shot("data-scaled", SCALED, scale=2, end=True)
    program.data.working = Working("Exporting your data", "Packing", 210_000_000, 480_000_000,
                                   "bytes")
    program.data.changed.emit()
    yield Shot("data-busy", end=True)
    program.data.working = None
    program.data.changed.emit()
    card.show_backups()
    yield from _dialog(program, "backups")
    overview = program.data.overview
    if overview is not None:
        overview.sizes["models"] = _MODELS
    card.export_all()
    yield from _dialog(program, "export")
    file = pack(program.paths, program.paths.home / "Undertone of winter.zip", with_models=True)
    program.data.looked.emit(Look(file.file, look_into(file.file)))
    yield from _dialog(program, "import")


def _dialog(program: Program, name: str) -> Iterator[Shot]:
    dialog = program.window.findChildren(QWidget, name)[-1]
    size = dialog.width(), dialog.height()
    yield Shot(f"data-{name}", size, widget=dialog)
    yield Shot(f"data-{name}-scaled", size, scale=2, widget=dialog)
    dialog.close()
