"""The card of all the person's data: where they lie, how large, backups, export and import."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import (
    QFileDialog,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QWidget,
)

from engine.settings import Settings
from gui.controls import Number
from gui.figures import megabytes_text
from gui.form import FormCard
from gui.link_button import link_button
from gui.settings.backups_dialog import BackupsDialog
from gui.settings.data_dialogs import ExportDialog, ImportDialog
from gui.settings.data_overview import Overview
from gui.settings.data_words import contents_text, when_text
from gui.settings.presenter import SettingsPresenter
from gui.settings.your_data import Look, YourData
from gui.text_line import selectable_line, text_line
from gui.theme import SPACE

MOST_DAYS = 60
_FILTER = "*.zip"
_LIBRARY = "library.sqlite3"


class YourDataCard(FormCard):
    """Shows a YourData. `ask_save` and `ask_open` ask for a file; "" is none."""

    def __init__(self, data: YourData, settings: SettingsPresenter,
                 parent: QWidget | None = None) -> None:
        super().__init__(*_heading(), parent)
        self._data, self._settings = data, settings
        self.ask_save: Callable[[str], str] = self._ask_save
        self.ask_open: Callable[[], str] = self._ask_open
        self.place = selectable_line("meta-ink", str(data.paths.home))
        self.folder = link_button(self.tr("Open the folder"))
        self.folder.clicked.connect(lambda: QDesktopServices.openUrl(
            QUrl.fromLocalFile(str(data.paths.home))))
        self.sizes, self.last = text_line("meta"), text_line("meta")
        self.back_up = self._button(self.tr("Back up now"), data.back_up)
        self.backups = self._button(self.tr("Backups…"), self.show_backups)
        self.days = Number(0, MOST_DAYS, 1, "", settings.set_most_daily_backups, self.tr("None"))
        self.export = self._button(self.tr("Export…"), self.export_all)
        self.bring = self._button(self.tr("Import…"), self.import_file)
        self.before = text_line("meta-ink")
        self.undo = link_button(self.tr("Bring it back"))
        self.undo.clicked.connect(self._undo)
        self._lay_out()
        data.changed.connect(self._show)
        data.looked.connect(self._ask_how)
        settings.changed.connect(self._take_settings)
        self._take_settings(settings.current)
        self._show()

    def show_backups(self) -> None:
        """Opens the list of all backups."""
        BackupsDialog(self._data, self.window()).open()

    def export_all(self) -> None:
        """Asks whether models come along where there are any, then for a file."""
        models = (self._data.overview or Overview()).sizes.get("models", 0)
        if not models:
            self._export(with_models=False)
            return
        dialog = ExportDialog(models, self.window())
        dialog.chosen.connect(self._export)
        dialog.open()

    def import_file(self) -> None:
        """Asks for a file and looks into it; what becomes of it is asked then."""
        chosen = self.ask_open()
        if chosen:
            self._data.look(Path(chosen))

    def _export(self, with_models: bool) -> None:
        chosen = self.ask_save(str(Path.home() / self.tr("Undertone.zip")))
        if chosen:
            file = Path(chosen)
            self._data.export(file if file.suffix else file.with_suffix(".zip"), with_models)

    def _ask_how(self, look: Look) -> None:
        dialog = ImportDialog(look, self.window())
        dialog.chosen.connect(lambda way, models: self._data.bring_in(look.file, way, models))
        dialog.open()

    def _undo(self) -> None:
        before = self._data.overview.before if self._data.overview else None
        if before is not None:
            self._data.restore(before)

    def _take_settings(self, settings: Settings) -> None:
        self.days.show_value(settings.most_daily_backups)

    def _show(self) -> None:
        busy, overview = self._data.working is not None, self._data.overview
        for button in (self.back_up, self.backups, self.export, self.bring, self.undo):
            button.setEnabled(not busy and overview is not None)
        if overview is None:
            return
        self.back_up.setEnabled(not busy and _LIBRARY in overview.sizes)
        self.sizes.setText(self._size_words(overview))
        newest = next(iter(overview.usable), None)
        self.last.setText(self.tr("There is no backup yet.") if newest is None else self.tr(
            "The last one was made {when}: {what}.").format(
                when=when_text(newest.at),
                what=contents_text(newest.figures) or self.tr("everything")))
        before = overview.before
        self.before.setText("" if before is None else self.tr(
            "What was here before a restore or import {when} is kept.").format(
                when=when_text(before.at)))
        self._before_row.setVisible(before is not None)

    def _size_words(self, overview: Overview) -> str:
        backups = sum(backup.size for backup in overview.backups)
        parts = [(self.tr("Library"), overview.sizes.get(_LIBRARY, 0)),
                 (self.tr("backups"), backups),
                 (self.tr("own models"), overview.sizes.get("models", 0))]
        return ", ".join(f"{words} {megabytes_text(size)}" for words, size in parts if size)

    def _lay_out(self) -> None:
        self.add_row(self.tr("Where they lie"), _beside(self.place, self.folder))
        self.add_wide(self.sizes)
        self.add_row(self.tr("Backups"), _beside(self.back_up, self.backups))
        self.add_wide(self.last)
        self.add_row(self.tr("Daily backups kept"), self.days, self.tr(
            "A copy of songs, labels and talks, made once a day where something changed. Together "
            "they take 2 GB at most, but two always stay."))
        self.add_row(self.tr("Another computer"), _beside(self.export, self.bring), self.tr(
            "Everything as one file: songs, labels, talks, settings, prompts, models if you want "
            "them. Your music files are not in it."))
        self._before_row = _beside(self.before, self.undo)
        self.add_wide(self._before_row)

    def _button(self, words: str, act: Callable[[], object]) -> QPushButton:
        button = QPushButton(words)
        button.clicked.connect(lambda: act())
        return button

    def _ask_save(self, suggested: str) -> str:
        return QFileDialog.getSaveFileName(
            self, self.tr("Export your data"), suggested, _FILTER)[0]

    def _ask_open(self) -> str:
        return QFileDialog.getOpenFileName(
            self, self.tr("Import data"), str(Path.home()), _FILTER)[0]


def _beside(*parts: QWidget) -> QWidget:
    """In a row, words taking the room there is."""
    holder = QWidget()
    row = QHBoxLayout(holder)
    row.setContentsMargins(0, 0, 0, 0)
    row.setSpacing(SPACE)
    for part in parts:
        row.addWidget(part, 1 if isinstance(part, QLabel) else 0)
    if not any(isinstance(part, QLabel) for part in parts):
        row.addStretch(1)
    holder.setFocusProxy(next(part for part in parts if isinstance(part, QPushButton)))
    return holder


def _heading() -> tuple[str, str]:
    translate = QCoreApplication.translate
    return translate("YourDataCard", "Your data"), translate(
        "YourDataCard", "Songs, labels, talks and settings lie on this computer, in one folder.")
