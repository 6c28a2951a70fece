"""The versions of a trained model: the one in use, those before it, and the way back to each."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from gui.figures import megabytes_text
from gui.settings.data_words import when_text
from gui.settings.fine_tuning.adopting import Adopting
from gui.text_line import text_line
from gui.theme import PAGE_MARGIN, SPACE

if TYPE_CHECKING:
    from engine.models.versions import ModelVersion

SIZE = (560, 420)
translate = QCoreApplication.translate


class VersionsDialog(QDialog):
    """Shows the versions of the candidate of an Adopting; a second press deletes for good."""

    def __init__(self, adopting: Adopting, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._adopting = adopting
        self._sure: ModelVersion | None = None
        self.setObjectName("versions")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(self.tr("Versions"))
        self.resize(*SIZE)
        self.list = QListWidget()
        self.list.setProperty("role", "list")
        self.list.setWordWrap(True)
        self.list.setAccessibleName(self.tr("Versions"))
        self.list.currentRowChanged.connect(lambda _: self._choose())
        self._words = text_line("meta", self.tr(
            "Whatever was in use before is kept. Bringing one back changes no tags of songs."))
        self._empty = text_line("quiet", self.tr("There is no other version."))
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        self.bring = QPushButton(self.tr("Bring it back"))
        self.bring.clicked.connect(self._bring)
        self.delete = QPushButton(self.tr("Delete"))
        self.delete.clicked.connect(self._delete)
        buttons.addButton(self.bring, QDialogButtonBox.ButtonRole.ActionRole)
        buttons.addButton(self.delete, QDialogButtonBox.ButtonRole.DestructiveRole)
        buttons.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        column.setContentsMargins(PAGE_MARGIN, PAGE_MARGIN, PAGE_MARGIN, PAGE_MARGIN)
        column.setSpacing(SPACE)
        for part in (self._words, self._empty):
            column.addWidget(part)
        column.addWidget(self.list, 1)
        column.addWidget(buttons)
        adopting.changed.connect(self._show)
        self._show()

    @property
    def _versions(self) -> Sequence["ModelVersion"]:
        candidate = self._adopting.candidate
        return candidate.earlier if candidate else ()

    def _show(self) -> None:
        now = self.list.currentRow()
        self.list.clear()
        for version in self._versions:
            self.list.addItem(QListWidgetItem(version_words(version)))
        self._empty.setVisible(self._adopting.known and not self._versions)
        self.list.setVisible(bool(self._versions))
        self.list.setCurrentRow(max(0, min(now, self.list.count() - 1)))
        self._choose()

    def _chosen(self) -> "ModelVersion | None":
        row = self.list.currentRow()
        return self._versions[row] if 0 <= row < len(self._versions) else None

    def _choose(self) -> None:
        version, self._sure = self._chosen(), None
        self.delete.setText(self.tr("Delete"))
        self.bring.setEnabled(version is not None and not version.in_place)
        self.delete.setEnabled(version is not None and not version.in_place
                               and not version.shipped)

    def _bring(self) -> None:
        version = self._chosen()
        if version is not None:
            self._adopting.bring_back(version)

    def _delete(self) -> None:
        version = self._chosen()
        if version is None:
            return
        if version is self._sure:
            self._adopting.delete(version)
            return
        self._sure = version
        self.delete.setText(self.tr("Delete for good?"))


def version_words(version: "ModelVersion") -> str:
    """A version in two lines: what and when; how it stands and how large it is."""
    name = version.manifest.name if version.manifest else version.name
    when = when_text(datetime.fromtimestamp(version.made_at, UTC))
    stands = translate("Tune", "in use now") if version.in_place else translate(
        "Tune", "new, not used yet") if version.waiting else translate(
        "Tune", "came with Undertone") if version.shipped else translate("Tune", "used before")
    if version.manifest is None:
        stands = translate("Tune", "cannot be read")
    return f"{name} {version.name[:12]} · {stands}\n{when} · {megabytes_text(version.bytes)}"

