"""The report on a problem: read, copied, or found in its folder. Nothing is sent."""

from collections.abc import Iterator

from PySide6.QtCore import Qt, QUrl
from PySide6.QtGui import QDesktopServices, QFontDatabase, QGuiApplication
from PySide6.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QPlainTextEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from engine.paths import AppPaths
from gui.background import WorkQueue
from gui.licences import own_version
from gui.text_line import text_line
from gui.theme import PAGE_MARGIN, SPACE

REPORT_SIZE = (760, 560)


class ReportDialog(QDialog):
    """Makes the report on a work queue and shows it. Escape closes it."""

    def __init__(self, paths: AppPaths, queue: WorkQueue, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._paths = paths
        self.setObjectName("report")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(self.tr("Problem report"))
        self.resize(*REPORT_SIZE)
        self.text = QPlainTextEdit(readOnly=True)
        self.text.setFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
        self.text.setAccessibleName(self.tr("The report"))
        self.text.setPlaceholderText(self.tr("Gathering…"))
        self.copy = QPushButton(self.tr("Copy it"))
        self.copy.setProperty("role", "primary")
        self.copy.setEnabled(False)
        self.copy.clicked.connect(self._copy)
        self.folder = QPushButton(self.tr("Show the log's folder"))
        self.folder.clicked.connect(self._show_folder)
        close = QPushButton(self.tr("Close"))
        close.clicked.connect(self.reject)
        row = QHBoxLayout()
        row.setSpacing(SPACE)
        row.addWidget(self.folder)
        row.addStretch(1)
        for button in (close, self.copy):
            row.addWidget(button)
        column = QVBoxLayout(self)
        column.setContentsMargins(PAGE_MARGIN, PAGE_MARGIN, PAGE_MARGIN, PAGE_MARGIN)
        column.setSpacing(SPACE)
        column.addWidget(text_line("quiet", self.tr(
            "What helps somebody else understand a problem: versions, this computer, the models, "
            "and what the program noted. It holds no words of your songs or chats and names none "
            "of their files, and it goes nowhere unless you paste it there.")))
        column.addWidget(self.text, 1)
        column.addLayout(row)
        task = queue.submit(self._made, urgent=True)
        task.yielded.connect(self._show)
        task.failed.connect(self._show_failure)

    def _made(self) -> Iterator[object]:
        from engine.jobs.problem_report import problem_report  # for the few times it is wanted

        yield problem_report(self._paths, own_version(self._paths.resources.parent))

    def _show(self, report: str) -> None:
        self.text.setPlainText(report)
        self.copy.setEnabled(True)

    def _show_failure(self, problem: object) -> None:
        self._show(type(problem).__name__)

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self.text.toPlainText())
        self.copy.setText(self.tr("Copied"))

    def _show_folder(self) -> None:
        QDesktopServices.openUrl(QUrl.fromLocalFile(str(self._paths.logs)))
