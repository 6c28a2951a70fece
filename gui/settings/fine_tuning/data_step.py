"""The second step: from which data. One's own, files and folders; what a look over them found."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QDragEnterEvent, QDragLeaveEvent, QDropEvent
from PySide6.QtWidgets import (
    QFileDialog,
    QFrame,
    QHBoxLayout,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from engine.training.planning.goal import NEEDS, Goal
from engine.training.rows.columns import SURE, map_of
from engine.training.rows.sources import FileSource, FolderSource, OwnTalks, Source
from gui.controls import Choice, Switch
from gui.icons import IconSource
from gui.link_button import link_button
from gui.settings.fine_tuning import words
from gui.settings.fine_tuning.brought import Brought
from gui.settings.fine_tuning.choosing import Choosing
from gui.settings.fine_tuning.columns_dialog import ColumnsDialog, map_words
from gui.settings.fine_tuning.example_view import ExampleView
from gui.settings.fine_tuning.findings_view import FindingsView
from gui.settings.fine_tuning.grown_rows import GrownRowsView, show_growth
from gui.text_line import plain_tip, text_line
from gui.theme import CARD_PADDING, SPACE, ThemeSource

if TYPE_CHECKING:
    from gui.settings.fine_tuning.growing import Growing

_INDENT = 27
_KINDS = "*.csv *.tsv *.json *.jsonl *.ndjson *.txt *.parquet *.gz"


class DataStep(QFrame):
    """Files can be dropped on it. `ask_files` and `ask_folder` ask the person for some."""

    def __init__(self, choosing: Choosing, theme_source: ThemeSource, icons: IconSource,
                 parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "card")
        self.setAcceptDrops(True)
        self._choosing = choosing
        self.ask_files: Callable[[], Sequence[str]] = self._ask_files
        self.ask_folder: Callable[[], str] = self._ask_folder
        self._goal: Goal | None = None
        self._shown: tuple[Brought, ...] = ()
        self._listed: object = None
        self._previews: tuple[object, ...] = ()
        self.file_rows: list[FileRow] = []
        self.own: dict[type[Source], tuple[Switch, QWidget]] = {}
        self._own_column, self._file_column = QVBoxLayout(), QVBoxLayout()
        self.persona = Choice([], lambda value: choosing.set_persona(int(value)))
        self.persona.setAccessibleName(self.tr("Whose talks"))
        self.files = self._button(self.tr("Add files…"), self._choose_files)
        self.folder = self._button(self.tr("Add a folder…"), self._choose_folder)
        self._hint = text_line("meta")
        self.grown = GrownRowsView(choosing)
        self.summary, self.trouble = text_line("heading"), text_line("danger")
        self.findings = FindingsView(icons)
        self.example = ExampleView(theme_source)
        self.no_example = text_line("meta")
        self._lay_out()
        choosing.changed.connect(self._show)
        self._show()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if self._choosing.plan is None or not local_paths(event):
            event.ignore()
            return
        event.setDropAction(Qt.DropAction.CopyAction)
        event.accept()
        self._mark(True)

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        self._mark(False)

    def dropEvent(self, event: QDropEvent) -> None:
        self._mark(False)
        # Copy, never move: a file manager would delete a moved file after the drop.
        event.setDropAction(Qt.DropAction.CopyAction)
        event.accept()
        self._choosing.bring(local_paths(event))

    def _mark(self, over: bool) -> None:
        self.setProperty("current", over)
        self.style().unpolish(self)
        self.style().polish(self)

    def _show(self) -> None:
        choosing = self._choosing
        if choosing.plan is None:
            self._goal = None
            return
        if choosing.goal is not self._goal:
            self._goal = choosing.goal
            self._make_own()
        self._show_own()
        self._show_personas()
        self._show_files()
        self._show_found()

    def _make_own(self) -> None:
        for _, row in self.own.values():
            self._own_column.removeWidget(row)
            row.hide()
            row.deleteLater()
        self.own = {}
        assert self._goal is not None
        for source in NEEDS[self._goal].own:
            name, about = words.source_words(source)
            switch = Switch(name, lambda on, source=source: self._choosing.set_own(source, on))
            switch.setAccessibleDescription(about)
            row = QWidget()
            column = QVBoxLayout(row)
            column.setContentsMargins(0, 0, 0, SPACE // 2)
            column.setSpacing(0)
            column.addWidget(switch)
            line = text_line("meta", about)
            line.setContentsMargins(_INDENT, 0, 0, 0)
            column.addWidget(line)
            self._own_column.addWidget(row)
            self.own[type(source)] = (switch, row)
        takes = NEEDS[self._goal].takes
        self.folder.setVisible(FolderSource in takes)
        self._hint.setText(self.tr(
            "Or drop them here: CSV, TSV, JSON, JSONL, text, also packed with gzip."))

    def _show_own(self) -> None:
        choosing = self._choosing
        assert choosing.plan is not None
        chosen = {type(source): source for stage in choosing.plan.stages for source in stage}
        for source in NEEDS[choosing.plan.goal].own:
            switch, _ = self.own[type(source)]
            count = choosing.rows_of(chosen.get(type(source), source))
            name = words.source_words(source)[0]
            switch.setText(self.tr("{name} · {count}").format(
                name=name, count=words.own_count_words(source, count)))
            switch.show_value(type(source) in chosen)
            switch.setEnabled(bool(choosing.rows_of(source)) or switch.isChecked())
            switch.updateGeometry()

    def _show_personas(self) -> None:
        choosing = self._choosing
        shelf, plan = choosing.shelf, choosing.plan
        talkers = [each for each in shelf.counts.talks.personas if each.persona_id] \
            if shelf is not None else []
        self.persona.setVisible(self._goal in (Goal.CHARACTER, Goal.TALKING) and bool(talkers))
        self.persona.offer([("-1", self.tr("All of them")), *(
            (str(each.persona_id), self.tr("{name} · {n} replies").format(
                name=each.name, n=each.replies)) for each in talkers)])
        whose = [source.personas for stage in (plan.stages if plan else ()) for source in stage
                 if isinstance(source, OwnTalks)]
        now = whose[0] if whose else None
        self.persona.show_value(str(now[0]) if now else "-1")

    def _show_files(self) -> None:
        plan = self._choosing.plan
        shown = (self._choosing.brought, plan.stages if plan else ())
        if shown == self._listed:
            return
        self._listed, self._shown = shown, self._choosing.brought
        while (item := self._file_column.takeAt(0)) is not None:
            part = item.widget()
            if part is not None:
                part.hide()
                part.deleteLater()
        self.file_rows = [FileRow(each, self._choosing, self) for each in self._shown]
        for row in self.file_rows:
            self._file_column.addWidget(row)

    def _show_found(self) -> None:
        check, plan = self._choosing.check, self._choosing.plan
        found = check.result
        self.summary.setText(self._summary())
        self.summary.setVisible(bool(self.summary.text()))
        problem = check.problem
        self.trouble.setText(f"{problem.message} {problem.hint}" if problem else "")
        self.trouble.setVisible(problem is not None)
        self.findings.show_report(found.report if found else None)
        if found is None or not found.previews:
            self.example.show_examples(())
        elif found.previews is not self._previews:
            self.example.show_examples(found.previews)
        self._previews = found.previews if found else ()
        self.no_example.setText(self._no_example())
        self.no_example.setVisible(bool(self.no_example.text()) and plan is not None)

    def _summary(self) -> str:
        check = self._choosing.check
        if check.result is not None:
            return words.report_words(check.result.report)
        if check.running:
            return self.tr("Looking over the data… {n} rows").format(n=check.rows_read) \
                if check.rows_read else self.tr("Looking over the data…")
        return ""

    def _no_example(self) -> str:
        found = self._choosing.check.result
        if found is None or found.previews:
            return ""
        if found.no_preview is not None:
            return f"{found.no_preview.message} {found.no_preview.hint}"
        if self._choosing.base is None:
            return self.tr("How the model sees it can be shown once a model is there.")
        return ""

    def _choose_files(self) -> None:
        self._choosing.bring([Path(name) for name in self.ask_files()])

    def _choose_folder(self) -> None:
        chosen = self.ask_folder()
        if chosen:
            self._choosing.bring([Path(chosen)])

    def _ask_files(self) -> Sequence[str]:
        names, _ = QFileDialog.getOpenFileNames(
            self, self.tr("Files to learn from"), "",
            f"{self.tr('Files of rows')} ({_KINDS});;{self.tr('All files')} (*)")
        return names

    def _ask_folder(self) -> str:
        return QFileDialog.getExistingDirectory(self, self.tr("Lyrics and music with moods"))

    def _button(self, name: str, act: Callable[[], object]) -> QPushButton:
        button = QPushButton(name)
        button.clicked.connect(act)
        return button

    def _lay_out(self) -> None:
        bring = QHBoxLayout()
        bring.setSpacing(SPACE)
        bring.addWidget(self.files)
        bring.addWidget(self.folder)
        bring.addWidget(self._hint, 1)
        for column in (self._own_column, self._file_column):
            column.setSpacing(SPACE // 2)
        around = QVBoxLayout(self)
        around.setContentsMargins(CARD_PADDING, CARD_PADDING, CARD_PADDING, CARD_PADDING)
        around.setSpacing(SPACE)
        around.addLayout(self._own_column)
        around.addWidget(self.persona, 0, Qt.AlignmentFlag.AlignLeft)
        around.addLayout(self._file_column)
        around.addWidget(self.grown)
        around.addLayout(bring)
        for part in (self.summary, self.trouble, self.findings, self.example, self.no_example):
            around.addWidget(part)


class FileRow(QWidget):
    """A file or a folder that was brought: what it was taken for, how to mend that, how to leave
    it out."""

    def __init__(self, brought: Brought, choosing: Choosing, parent: QWidget) -> None:
        super().__init__(parent)
        self._brought, self._choosing = brought, choosing
        self._words = text_line("meta", self._told())
        self._words.setToolTip(plain_tip(str(brought.path)))
        name = text_line("", brought.path.name)
        self.columns = link_button(self.tr("Columns…"))
        self.columns.setAccessibleName(self.tr("Columns of {name}").format(name=brought.path.name))
        self.columns.setVisible(brought.glance is not None)
        self.columns.clicked.connect(self.show_columns)
        self.grow = link_button(self.tr("Let it grow…"))
        self.grow.setAccessibleName(self.tr("Let the rows of {name} grow").format(
            name=brought.path.name))
        self.grow.setToolTip(self.tr("Your chat model proposes rows like these."))
        self.grow.setVisible(brought.glance is not None and not brought.glance.guessed.problem)
        self.grow.clicked.connect(self.show_growth)
        plan = choosing.plan
        last = plan is not None and brought.source in plan.exact
        self.last = link_button(self.tr("Learn with the others") if last
                                else self.tr("Learn last"))
        self.last.setToolTip(self.tr("A small set that counts most is learned after all others."))
        self.last.setVisible(plan is not None and plan.goal in (Goal.TALKING, Goal.CHARACTER)
                             and len((*plan.sources, *plan.exact)) > 1)
        self.last.clicked.connect(lambda: choosing.set_exact(brought.source, not last))
        self.away = link_button(self.tr("Leave out"))
        self.away.setAccessibleName(self.tr("Leave out {name}").format(name=brought.path.name))
        self.away.clicked.connect(lambda: choosing.drop(brought.path))
        told = QVBoxLayout()
        told.setSpacing(0)
        told.addWidget(name)
        told.addWidget(self._words)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(SPACE)
        row.addLayout(told, 1)
        for link in (self.last, self.grow, self.columns, self.away):
            row.addWidget(link)

    def show_columns(self) -> None:
        """Opens the map of its columns."""
        glance, source = self._brought.glance, self._brought.source
        if glance is not None and isinstance(source, FileSource):
            dialog = ColumnsDialog(glance, source.columns, self.window())
            dialog.chosen.connect(lambda columns: self._choosing.map_columns(glance.path, columns))
            dialog.open()

    def show_growth(self) -> "Growing":
        """Opens the window in which its rows grow; the set it shows."""
        growing = self._choosing.growing()
        growing.begin(self._brought.source, self._brought.path.name)
        show_growth(growing, self._choosing, self.window())
        return growing

    def _told(self) -> str:
        brought = self._brought
        if brought.problem is not None:
            return f"{brought.problem.message} {brought.problem.hint}"
        if isinstance(brought.source, FolderSource):
            return self.tr("Lyrics and music whose tags hold moods")
        if brought.glance is None:
            return self.tr("Looking into it…")
        chosen = brought.source.columns
        found = brought.glance.guessed if chosen is None else map_of(
            chosen, brought.glance.header, brought.glance.sample)
        if found.problem or found.confidence >= SURE:
            return map_words(found)
        return self.tr("{form}, probably; look at its columns").format(form=map_words(found))


def local_paths(event: QDropEvent) -> list[Path]:
    """The files and folders that are dragged or dropped."""
    mime = event.mimeData()
    return [Path(url.toLocalFile()) for url in mime.urls() if url.isLocalFile()] \
        if mime.hasUrls() else []
