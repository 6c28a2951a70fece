"""The looks of the person's data in Settings: first, with backups, while one is made, its windows.

The backups are real ones, of the throwaway library the pictures are taken with.
"""

from collections.abc import Iterator

from PySide6.QtWidgets import QWidget

from engine.library.archive.packing import pack
from engine.library.backup import BackupKind, BackupShelf
from gui.app import Program
from gui.job_bar import RunningJob
from gui.shots import NARROW, SCALED, Settle, Shot

_MODELS = 24_000_000


def data_looks(program: Program, settle: Settle) -> Iterator[Shot]:
    """The end of the Settings page, and what opens from there."""
    program.window.show_page("settings")
    card, data = program.settings_page.data_card, program.data
    if card is None:
        return
    settle(lambda: data.overview is not None)
    yield Shot("data-first", end=True)
    shelf = BackupShelf(program.paths)
    for kind in (BackupKind.DAY, BackupKind.HAND, BackupKind.RESTORE):
        shelf.make(kind)
    data.load()
    settle(lambda: data.overview is not None and len(data.overview.backups) > 2)
    yield Shot("data", end=True)
    yield Shot("data-narrow", NARROW, end=True)
    yield Shot("data-scaled", SCALED, scale=2, end=True)
    bar = program.window.job_bar
    bar.show_job("data", RunningJob("Exporting your data", 210_000_000, 480_000_000,
                                    can_pause=False, unit="bytes", message="Packing"))
    yield Shot("data-busy", end=True)
    bar.remove_job("data")
    card.show_backups()
    yield from _dialog(program, "backups")
    if data.overview is not None:
        data.overview.sizes["models"] = _MODELS
    card.export_all()
    yield from _dialog(program, "export")
    data.look(pack(program.paths, program.paths.home / "Undertone of winter.zip",
                   with_models=True).file)
    settle(lambda: bool(program.window.findChildren(QWidget, "import")))
    yield from _dialog(program, "import")


def _dialog(program: Program, name: str) -> Iterator[Shot]:
    dialog = program.window.findChildren(QWidget, name)[-1]
    size = dialog.width(), dialog.height()
    yield Shot(f"data-{name}", size, widget=dialog)
    yield Shot(f"data-{name}-scaled", size, scale=2, widget=dialog)
    dialog.close()
