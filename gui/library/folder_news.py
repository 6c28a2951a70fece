"""The window that lists what happened to files: new, changed, missing, with what can be done."""


from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QButtonGroup,
    QDialog,
    QHBoxLayout,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from engine.tagging.folders.news import FileNews, NewsKind
from gui.figures import count_text
from gui.library.dialog_buttons import act_button, tab_button
from gui.library.folder_words import about_kind, file_words, kind_text, nothing_text
from gui.library.folder_work import FolderWork
from gui.library.two_lines import TwoLineList, TwoLines
from gui.text_line import text_line
from gui.theme import GAP, PAGE_MARGIN, SPACE, ThemeSource

NEWS_SIZE = (720, 520)
_LEAST = (480, 360)


class NewsDialog(QDialog):
    """Shows the news of a FolderWork. What it offers concerns the chosen files, or all of the tab
    where none is chosen.

    `find_wanted` carries places of missing files to be looked for, `drop_wanted` places to be
    taken off the list.
    """

    find_wanted = Signal(object)
    drop_wanted = Signal(object)

    def __init__(self, work: FolderWork, theme_source: ThemeSource,
                 parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._work = work
        self._files: list[FileNews] = []
        self.kind = NewsKind.NEW
        self._chosen_by_hand = False
        self.setObjectName("folder_news")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(self.tr("What happened in your folders"))
        self._rows = TwoLines[FileNews](file_words, self)
        self.list = TwoLineList(self.tr("Files"), self._rows, theme_source)
        self.about, self.empty = text_line("quiet"), text_line("quiet")
        self.tabs = {kind: tab_button(kind_text(kind, 0), partial(self._press, kind))
                     for kind in NewsKind}
        self.tag = act_button("", self._tag)
        self.seek = act_button(self.tr("Find them…"), self._find)
        for button in (self.tag, self.seek):
            button.setProperty("role", "primary")
        self.drop = act_button(self.tr("Take off the list"), self._drop)
        self.drop.setToolTip(self.tr("You can take this back in the Library (Ctrl+Z)."))
        self.dismiss = act_button(self.tr("Dismiss"), self._dismiss)
        self.dismiss.setToolTip(self.tr("Says no more of them. They stay marked in the Library."))
        self.close_button = act_button(self.tr("Close"), self.accept)
        self._lay_out()
        work.changed.connect(self.reload)
        self.list.selectionModel().selectionChanged.connect(self._show_buttons)
        self.resize(*NEWS_SIZE)
        self.reload()
        self.list.setFocus()

    def reload(self) -> None:
        """Reads what there is news of."""
        if not self._work.scanning:
            self._work.read_news(self._take)

    def chosen(self) -> list[FileNews]:
        """The chosen files, all that are shown where none is."""
        things = self._rows.things
        rows = [row for row in self.list.chosen_rows() if row < len(things)]
        return [things[row] for row in rows] or list(things)

    def show_kind(self, kind: NewsKind) -> None:
        """Opens a tab."""
        self.kind = kind
        self.tabs[kind].setChecked(True)
        self._rows.put([file for file in self._files if file.kind is kind])
        self.about.setText(about_kind(kind))
        self.empty.setText(nothing_text(kind))
        self._stack.setCurrentIndex(int(not self._rows.things))
        self._show_buttons()

    def _take(self, files: list[FileNews]) -> None:
        self._files = files
        for kind, tab in self.tabs.items():
            tab.setText(kind_text(kind, sum(file.kind is kind for file in files)))
            tab.setMinimumWidth(tab.fontMetrics().horizontalAdvance(tab.text()) + 3 * SPACE)
        there = [kind for kind in NewsKind if any(file.kind is kind for file in files)]
        stays = self._chosen_by_hand or self.kind in there or not there
        self.show_kind(self.kind if stays else there[0])

    def _press(self, kind: NewsKind) -> None:
        self._chosen_by_hand = True
        self.show_kind(kind)

    def _show_buttons(self) -> None:
        count, missing = len(self.chosen()), self.kind is NewsKind.MISSING
        some = count > 0
        self.tag.setVisible(not missing)
        self.tag.setText(self.tr("Tag {n} songs").format(n=count_text(count)) if count > 1
                         else self.tr("Tag it"))
        self.seek.setVisible(missing)
        self.drop.setVisible(missing)
        for button in (self.tag, self.seek, self.drop, self.dismiss):
            button.setEnabled(some)
        first = self.seek if missing else self.tag
        for button in (self.tag, self.seek):
            button.setDefault(button is first)

    def _tag(self) -> None:
        self._work.tag_files(self.chosen())
        self.accept()

    def _find(self) -> None:
        self.find_wanted.emit([file.place for file in self.chosen()])

    def _drop(self) -> None:
        self.drop_wanted.emit([file.place for file in self.chosen()])

    def _dismiss(self) -> None:
        self._work.dismiss(self.chosen())

    def _lay_out(self) -> None:
        group = QButtonGroup(self)
        tabs = QHBoxLayout()
        tabs.setSpacing(SPACE)
        for button in self.tabs.values():
            group.addButton(button)
            tabs.addWidget(button)
        tabs.addStretch(1)
        self.empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._stack = QStackedWidget()
        self._stack.addWidget(self.list)
        self._stack.addWidget(self.empty)
        foot = QHBoxLayout()
        foot.setSpacing(SPACE)
        for button in (self.dismiss, self.drop):
            foot.addWidget(button)
        foot.addStretch(1)
        for button in (self.close_button, self.tag, self.seek):
            foot.addWidget(button)
        column = QVBoxLayout(self)
        column.setContentsMargins(PAGE_MARGIN, PAGE_MARGIN, PAGE_MARGIN, PAGE_MARGIN)
        column.setSpacing(SPACE)
        column.addLayout(tabs)
        column.addWidget(self.about)
        column.addWidget(self._stack, 1)
        column.addSpacing(GAP - SPACE)
        column.addLayout(foot)
        self.setMinimumSize(*_LEAST)
