"""The Library page: all songs in one place, to be found, looked at and corrected."""

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QSettings, Qt, QTimer, Signal
from PySide6.QtGui import QHideEvent, QKeyEvent, QKeySequence, QShortcut, QShowEvent
from PySide6.QtWidgets import QApplication, QStackedLayout, QWidget

from engine.tagging.labels import Verdict
from gui.icons import IconSource
from gui.library.parts import Make, Slot
from gui.library.presenter import LibraryPresenter
from gui.library.song_actions import add_song_actions
from gui.theme import ThemeSource

if TYPE_CHECKING:
    from gui.library.browser import Browser

PREPARE_MS = 1500


class LibraryPage(QWidget):
    """Builds what it shows the first time it is shown, so that the window's start stays quick.

    `browser` is what was built, None before. `models_wanted` is sent where a tagger has to be added
    first, `rewrite_wanted` carries words to be said in another mood, `scene_wanted` the number of
    a song to talk in, once `offer_scenes` says that somebody can.
    """

    models_wanted = Signal()
    rewrite_wanted = Signal(str)
    scene_wanted = Signal(int)

    def __init__(self, presenter: LibraryPresenter, theme_source: ThemeSource, icons: IconSource,
                 memory: QSettings, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._presenter = presenter
        self._theme_source = theme_source
        self._icons = icons
        self._memory = memory
        self._parts: list[tuple[Slot, Make]] = []
        self._can_talk = False
        self._seen = False
        self._stack = QStackedLayout(self)
        self._stack.setContentsMargins(0, 0, 0, 0)
        self._preparing = QTimer(self, singleShot=True, interval=PREPARE_MS)
        self._preparing.timeout.connect(self.prepare)
        self.browser: Browser | None = None
        add_song_actions(presenter)
        self.setProperty("role", "page")

    def prepare_soon(self) -> None:
        """Makes the page ready in a moment, while the person still looks around elsewhere."""
        self._preparing.start()

    def rest(self) -> None:
        """The window closes: nothing is made ready any more."""
        self._preparing.stop()

    def prepare(self) -> None:
        """Builds the page and reads the index while nobody waits for them."""
        self._preparing.stop()
        self._presenter.prepare()
        self._build()

    def add_part(self, slot: Slot, make: Make) -> None:
        """Puts a widget of another part of the room onto the page, made when it is first shown."""
        if self.browser is None:
            self._parts.append((slot, make))
        else:
            self.browser.add_part(slot, make())

    def lay_over(self, widget: QWidget) -> None:
        """Shows something in place of the songs, until `lay_back`."""
        self._stack.addWidget(widget)
        self._stack.setCurrentWidget(widget)
        widget.setFocus(Qt.FocusReason.OtherFocusReason)

    def lay_back(self) -> None:
        """Shows the songs again; what lay over them is taken off the page."""
        over = self._stack.currentWidget()
        if over is not None and over is not self.browser:
            self._stack.removeWidget(over)
            over.hide()
            over.setParent(None)
        if self.browser is not None:
            self._stack.setCurrentWidget(self.browser)
            self.browser.focus_songs()

    def offer_scenes(self) -> None:
        """Lets scenes be made of songs."""
        self._can_talk = True
        if self.browser is not None:
            self.browser.drawer.song.can_talk = True
            self.browser.drawer.song.show_song()

    def showEvent(self, event: QShowEvent) -> None:
        self._preparing.stop()
        # The index is read on its queue while the widgets are made here.
        self._presenter.wake()
        self._build()
        super().showEvent(event)
        # The person goes on in the page, not on the rail; its widgets are shown a moment later.
        QTimer.singleShot(0, self, self._take_focus)

    def _take_focus(self) -> None:
        focused = QApplication.focusWidget()
        # On the first look nobody put the keyboard anywhere: Qt takes the next best widget.
        chosen = self._seen and focused is not None and self.isAncestorOf(focused)
        self._seen = True
        if self.browser is not None and self._stack.currentWidget() is self.browser and not chosen:
            self.browser.focus_songs()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._presenter.sleep()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """What the list and the lyric leave over steers the chips of the open song."""
        browser = self.browser
        if browser is None or not (browser.list.hasFocus() or browser.drawer.song.lyric.hasFocus()):
            super().keyPressEvent(event)
        elif event.key() in (Qt.Key.Key_Left, Qt.Key.Key_Right):
            browser.drawer.song.chips.step(1 if event.key() == Qt.Key.Key_Right else -1)
        elif event.key() in (Qt.Key.Key_Space, Qt.Key.Key_Return, Qt.Key.Key_Enter):
            if browser.drawer.isVisible():
                self._judge(self._presenter.desk.ask)
            else:
                browser.open_song()
        else:
            super().keyPressEvent(event)

    def _build(self) -> None:
        if self.browser is not None:
            return
        # Its many widgets are not needed before somebody looks at them.
        from gui.library.browser import Browser

        self.browser = Browser(self._presenter, self._theme_source, self._icons,
                               self._memory)
        self._stack.insertWidget(0, self.browser)
        if self._stack.count() == 1:
            self._stack.setCurrentIndex(0)
        for slot, make in self._parts:
            self.browser.add_part(slot, make())
        self._parts.clear()
        song = self.browser.drawer.song
        song.can_talk = self._can_talk
        song.scene_wanted.connect(self.scene_wanted)
        song.lyric.rewrite_wanted.connect(self.rewrite_wanted)
        self._make_shortcuts()

    def _make_shortcuts(self) -> None:
        assert self.browser is not None
        browser = self.browser
        for keys, verdict in (("A", Verdict.ACCEPTED), ("R", Verdict.REJECTED)):
            # Caps Lock or Shift: a capital letter means the same.
            for pressed in (keys, f"Shift+{keys}"):
                self._bind(pressed, partial(self._say, verdict))
        self._bind("+", browser.drawer.song.open_field)
        self._bind("Esc", browser.leave)
        self._bind("Ctrl+Z", self._presenter.steps.undo)
        self._bind("Ctrl+Shift+Z", self._presenter.steps.redo)
        self._bind("Ctrl+Y", self._presenter.steps.redo)
        for keys in ("/", "Ctrl+F"):
            self._bind(keys, self._search)

    def _bind(self, keys: str, act: Callable[[], object]) -> None:
        assert self.browser is not None
        shortcut = QShortcut(QKeySequence(keys), self.browser)
        shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        shortcut.activated.connect(act)

    def _search(self) -> None:
        if self.browser is not None:
            self.browser.head.search.setFocus(Qt.FocusReason.ShortcutFocusReason)
            self.browser.head.search.selectAll()

    def _say(self, verdict: Verdict) -> None:
        """Of the current mood of the song in the drawer, or of it in the lines that are marked."""
        if self.browser is not None and self.browser.drawer.isVisible():
            self.browser.drawer.song.judge(verdict)

    def _judge(self, act: Callable[[str], None]) -> None:
        """Of the chip that is current in the drawer."""
        if self.browser is not None and self.browser.drawer.isVisible():
            mood = self.browser.drawer.song.chips.current_mood()
            if mood:
                act(mood)
