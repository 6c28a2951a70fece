"""How a list of songs or conversations is set up: equal rows, smooth scrolling, its own menu."""

from collections.abc import Callable, Iterable

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QAbstractItemView, QFrame, QListView


def set_up_rows(view: QListView, open_menu: Callable[[QPoint], None]) -> None:
    """Several rows can be chosen; `open_menu` is told where the menu is asked for."""
    view.setUniformItemSizes(True)
    view.setMouseTracking(True)
    view.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
    view.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
    view.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    view.setFrameShape(QFrame.Shape.NoFrame)
    view.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
    view.customContextMenuRequested.connect(open_menu)


RowAction = tuple[str, QKeySequence, Callable[[], object]]


def add_row_actions(view: QListView, wanted: Iterable[RowAction]) -> list[QAction]:
    """Actions on the chosen rows: words, keys that work in the list alone, and what is done."""
    actions: list[QAction] = []
    for words, keys, act in wanted:
        action = QAction(words, view, shortcut=keys,
                         shortcutContext=Qt.ShortcutContext.WidgetShortcut)
        action.triggered.connect(act)
        actions.append(action)
    view.addActions(actions)
    return actions
