"""The head of the Library page: its name, the search, and what can be done without any song."""

from collections.abc import Callable

from PySide6.QtCore import QSize, Qt, QTimer
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QWidget

from gui.icons import Glyph, IconSource
from gui.library.actions import LibraryAction, Place
from gui.library.presenter import LibraryPresenter
from gui.menu_button import MenuButton
from gui.search_field import SearchField
from gui.theme import ICON, SPACE

_PAUSE_MS = 20
_SEARCH_MOST = 440


class PageHead(QWidget):
    """What is typed is looked for at once; while one search runs, the next begins with what was
    typed last."""

    def __init__(self, presenter: LibraryPresenter, icons: IconSource,
                 act: Callable[[LibraryAction], None], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._presenter = presenter
        self._actions = presenter.actions
        self._act = act
        self._buttons: list[tuple[LibraryAction, QPushButton]] = []
        self._asked = ""
        self.search = self._make_search(icons)
        self._pause = QTimer(self, singleShot=True, interval=_PAUSE_MS)
        self._pause.timeout.connect(self.flush)
        self.search.textEdited.connect(lambda _: self._pause.start())
        self.search.textChanged.connect(self._emptied)
        self.more = MenuButton(self.tr("More"), "plain")
        self.more.menu_of.aboutToShow.connect(self._fill_menu)
        title = QLabel(self.tr("Library"))
        title.setProperty("role", "title")
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(SPACE)
        self._row.addWidget(title)
        self._row.addSpacing(SPACE)
        self._row.addWidget(self.search, 1)
        self._row.addStretch(0)
        self._row.addWidget(self.more)
        self._actions.changed.connect(self._make_buttons)
        for changed in (presenter.query_changed, presenter.found_changed,
                        presenter.selection_changed):
            changed.connect(self.refresh)
        self._make_buttons()

    def refresh(self) -> None:
        """Shows the words that are sought, and which actions can be used."""
        sought = self._presenter.query.text
        # What is being typed is not pulled from under the hand; what others ask for is told.
        if sought != self._asked and not self._pause.isActive():
            self._asked = sought
            self.search.setText(sought)
        for action, button in self._buttons:
            usable = action.usable(self._presenter.selection)
            button.setEnabled(usable)
            # The one thing to do is another where this cannot be done.
            button.setVisible(usable or action.place is not Place.PRIMARY)
        found = self._presenter.found
        self.search.setEnabled(found is None or found.total > 0)

    def flush(self) -> None:
        """Looks for what was typed, now."""
        self._pause.stop()
        self._asked = self.search.text().strip()
        self._presenter.search(self._asked)

    def _emptied(self, text: str) -> None:
        """Its cross and Escape do not count as typing."""
        if not text:
            self.flush()

    def _make_search(self, icons: IconSource) -> SearchField:
        field = SearchField()
        field.setPlaceholderText(self.tr("Search words, titles, artists"))
        field.setAccessibleName(self.tr("Search the Library"))
        field.setToolTip(self.tr(
            "Words in any order, \"words as they stand\", -without, artist:name, title:name ( / )"))
        field.setClearButtonEnabled(True)
        field.setAcceptDrops(False)
        field.setMaximumWidth(_SEARCH_MOST)
        field.addAction(icons.icon(Glyph.SEARCH, "quiet"),
                        SearchField.ActionPosition.LeadingPosition)
        field.entered.connect(self.flush)
        return field

    def _make_buttons(self) -> None:
        for _, button in self._buttons:
            self._row.removeWidget(button)
            button.hide()
            button.deleteLater()
        wanted = [*self._actions.at(Place.HEAD), *self._actions.at(Place.PRIMARY)]
        self._buttons = [(action, self._make_button(action)) for action in wanted]
        self.more.setVisible(bool(self._actions.at(Place.PAGE)))
        self.refresh()

    def _make_button(self, action: LibraryAction) -> QPushButton:
        button = QPushButton(action.words)
        button.setProperty("role", "primary" if action.place is Place.PRIMARY else "plain")
        button.setToolTip(action.tip)
        button.setIconSize(QSize(ICON, ICON))
        button.clicked.connect(lambda: self._act(action))
        self._row.addWidget(button)
        return button

    def _fill_menu(self) -> None:
        menu = self.more.menu_of
        menu.clear()
        before: int | None = None
        for action in self._actions.at(Place.PAGE, Place.HEAD):
            if before is not None and action.rank // 10 != before:
                menu.addSeparator()
            before = action.rank // 10
            entry = menu.addAction(action.words)
            if action.keys:
                entry.setShortcut(QKeySequence(action.keys))
                # The keys are bound to the page; here they are only told.
                entry.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
            entry.setEnabled(action.usable(self._presenter.selection))
            entry.triggered.connect(lambda _=False, one=action: self._act(one))
