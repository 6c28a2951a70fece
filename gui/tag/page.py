"""The Tag page: a queue of songs on the left, the song that is open on the right."""

from collections.abc import Callable
from functools import partial
from pathlib import Path

from PySide6.QtCore import QSettings, Qt, QTimer, Signal
from PySide6.QtGui import (
    QGuiApplication,
    QKeyEvent,
    QKeySequence,
    QPaintEvent,
    QShortcut,
    QShowEvent,
)
from PySide6.QtWidgets import (
    QFileDialog,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSplitter,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from engine.errors import EngineError
from engine.tagging.labels import Verdict
from engine.tagging.reading import AUDIO_SUFFIXES, LYRIC_SUFFIXES
from gui.song.song_view import SongView
from gui.tag.drop_zone import DropZone
from gui.tag.dropped import Dropped, read_mime
from gui.tag.empty_state import EmptyState
from gui.tag.last_folder import LastFolder
from gui.tag.paste_dialog import PasteDialog
from gui.tag.presenter import TagPresenter
from gui.tag.queue_panel import QueuePanel
from gui.tag.try_dialog import TryDialog
from gui.tag.try_presenter import TryPresenter
from gui.theme import GAP, PAGE_MARGIN, ThemeSource

_QUEUE_WIDTH = 304
_QUEUE_LEAST = 232
_SONG_LEAST = 420


class TagPage(QWidget):
    """Loads the stored songs after its first paint and takes drops for its whole window.

    `drag_entered` is sent when something is dragged over the window, wherever the person is.
    `memory` keeps the folder used last between runs. `trying` answers the Try field, which has
    no button without it; `models_wanted` is sent where a chat model has to be added for it.
    `rewrite_wanted` carries words to be said in another mood, `scene_wanted` the number of a song
    to talk in, once `offer_scenes` says that somebody can; `write_wanted` carries the numbers of
    songs whose moods are to go into their files.
    """

    drag_entered = Signal()
    models_wanted = Signal()
    rewrite_wanted = Signal(str)
    scene_wanted = Signal(int)
    write_wanted = Signal(object)

    def __init__(self, presenter: TagPresenter, theme_source: ThemeSource,
                 memory: QSettings | None = None, parent: QWidget | None = None,
                 trying: TryPresenter | None = None) -> None:
        super().__init__(parent)
        self._presenter = presenter
        self._theme_source = theme_source
        self._trying = trying
        self._try_dialog: TryDialog | None = None
        self._last_folder = LastFolder(memory)
        self.setProperty("role", "page")
        self.empty = EmptyState(trying is not None)
        self.queue = QueuePanel(presenter, theme_source)
        self.song = SongView(presenter.desk, theme_source)
        self._stack = QStackedWidget()
        self._stack.addWidget(self.empty)
        self._stack.addWidget(self._make_work())
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._stack)
        self.drop_zone = DropZone(self)
        self._connect()
        self._make_shortcuts()
        self._show_fitting()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.drop_zone.watch(self.window())
        self._presenter.freshen()

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if not self._presenter.loaded:
            QTimer.singleShot(0, self._presenter.load)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """What the queue and the lyric leave over steers the chips of the open song."""
        if not (self.queue.list.hasFocus() or self.song.lyric.hasFocus()):
            super().keyPressEvent(event)
        elif event.key() in (Qt.Key.Key_Left, Qt.Key.Key_Right):
            self.song.chips.step(1 if event.key() == Qt.Key.Key_Right else -1)
        elif event.key() in (Qt.Key.Key_Space, Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._judge(self._presenter.desk.ask)
        else:
            super().keyPressEvent(event)

    def open_files(self) -> None:
        """Lets the person choose lyrics and music."""
        kinds = " ".join(f"*{suffix}" for suffix in sorted(LYRIC_SUFFIXES | AUDIO_SUFFIXES))
        dialog = self._file_dialog(self.tr("Open lyrics or music"),
                                   QFileDialog.FileMode.ExistingFiles)
        dialog.setNameFilters([self.tr("Lyrics and music") + f" ({kinds})",
                               self.tr("All files") + " (*)"])
        dialog.open()

    def open_folder(self) -> None:
        """Lets the person choose a folder."""
        self._file_dialog(self.tr("Open a folder"), QFileDialog.FileMode.Directory).open()

    def paste(self) -> None:
        """Tags copied files; copied words go where they can be looked at and named first."""
        copied = read_mime(QGuiApplication.clipboard().mimeData())
        if copied.paths:
            self._presenter.tag(copied.paths)
            return
        dialog = PasteDialog(copied.text, self)
        dialog.given.connect(self._presenter.tag_text)
        dialog.open()

    def try_labels(self) -> None:
        """Opens the Try field, or brings it to the front; it stays beside the window."""
        if self._trying is None:
            return
        if self._try_dialog is None:
            self._try_dialog = TryDialog(self._trying, self._theme_source, self)
            self._try_dialog.models_wanted.connect(self.models_wanted)
            self._try_dialog.destroyed.connect(self._forget_try_dialog)
        self._try_dialog.show()
        self._try_dialog.raise_()
        self._try_dialog.activateWindow()

    def _forget_try_dialog(self) -> None:
        self._try_dialog = None

    def take(self, dropped: Dropped) -> None:
        """Tags what was dropped or pasted, or says why it cannot."""
        if dropped.paths:
            self._presenter.tag(dropped.paths)
        elif dropped.text:
            self._presenter.tag_text(dropped.text)
        else:
            self._presenter.problem_raised.emit(EngineError(dropped.refusal))

    def _connect(self) -> None:
        self.drop_zone.dropped.connect(self.take)
        self.song.lyric.rewrite_wanted.connect(self.rewrite_wanted)
        self.song.scene_wanted.connect(self.scene_wanted)
        self.queue.write_wanted.connect(self.write_wanted)
        self.song.again_wanted.connect(lambda place: self._presenter.tag_again([place]))
        self.song.step_wanted.connect(self._presenter.step)
        self.drop_zone.entered.connect(self.drag_entered)
        self.empty.samples_wanted.connect(self._presenter.try_samples)
        self.empty.files_wanted.connect(self.open_files)
        self.empty.folder_wanted.connect(self.open_folder)
        self.empty.paste_wanted.connect(self.paste)
        self.empty.try_wanted.connect(self.try_labels)
        self._presenter.table.counted.connect(self._show_fitting)
        self._presenter.run.progress_changed.connect(self._show_fitting)
        self._presenter.left_over_changed.connect(self._show_fitting)

    def _show_fitting(self) -> None:
        """The first look while there is nothing; the queue as soon as there is."""
        busy = (self._presenter.run.progress.running or self._presenter.table.size > 0
                or bool(self._presenter.left_over))
        if self._stack.currentIndex() != int(busy):
            self._stack.setCurrentIndex(int(busy))
            # Songs may be sent here from another page: the person's keys stay there.
            if self.isVisible() or not self.window().isVisible():
                (self.queue.list if busy else self.empty.samples).setFocus()

    def _make_work(self) -> QWidget:
        split = QSplitter(Qt.Orientation.Horizontal)
        split.addWidget(self.queue)
        split.addWidget(self.song)
        split.setChildrenCollapsible(False)
        split.setHandleWidth(2 * GAP)
        split.setStyleSheet("QSplitter::handle { background: transparent; }")
        split.setStretchFactor(1, 1)
        split.setSizes([_QUEUE_WIDTH, 2 * _QUEUE_WIDTH])
        self.queue.setMinimumWidth(_QUEUE_LEAST)
        self.song.setMinimumWidth(_SONG_LEAST)
        work = QWidget()
        column = QVBoxLayout(work)
        column.setContentsMargins(PAGE_MARGIN, PAGE_MARGIN, PAGE_MARGIN, GAP)
        column.setSpacing(GAP)
        column.addLayout(self._make_head())
        column.addWidget(split, 1)
        return work

    def _make_head(self) -> QHBoxLayout:
        title = QLabel(self.tr("Tag"))
        title.setProperty("role", "title")
        row = QHBoxLayout()
        row.addWidget(title)
        row.addStretch(1)
        for words, role, act in (*self._try_button(),
                                 (self.tr("Paste a lyric"), "plain", self.paste),
                                 (self.tr("Open a folder"), "plain", self.open_folder),
                                 (self.tr("Open files"), "primary", self.open_files)):
            button = QPushButton(words)
            button.setProperty("role", role)
            button.clicked.connect(act)
            row.addWidget(button)
        return row

    def _try_button(self) -> list[tuple[str, str, Callable[[], None]]]:
        return [] if self._trying is None else [(self.tr("Try labels"), "plain", self.try_labels)]

    def _make_shortcuts(self) -> None:
        presenter = self._presenter
        for keys, verdict in (("A", Verdict.ACCEPTED), ("R", Verdict.REJECTED)):
            # Caps Lock or Shift: a capital letter means the same.
            for pressed in (keys, f"Shift+{keys}"):
                self._bind(pressed, partial(self.song.judge, verdict))
        self._bind("+", self.song.open_field)
        self._bind("M", self._rewrite)
        self._bind("Esc", presenter.desk.clear_reason)
        self._bind("Ctrl+Z", presenter.undo)
        self._bind("Ctrl+Shift+Z", presenter.redo)
        self._bind("Ctrl+Y", presenter.redo)
        self._bind("Ctrl+F", self.queue.search.setFocus)

    def _bind(self, keys: str, act: Callable[[], object]) -> None:
        shortcut = QShortcut(QKeySequence(keys), self)
        shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        shortcut.activated.connect(act)

    def offer_scenes(self) -> None:
        """Lets scenes be made of songs."""
        self.song.can_talk = True
        self.song.show_song()

    def _rewrite(self) -> None:
        """Of the line the caret is at, or what is marked of the lyric."""
        words = self.song.lyric.words_meant() if self.song.lyric.hasFocus() else ""
        if words:
            self.rewrite_wanted.emit(words)

    def _judge(self, act: Callable[[str], None]) -> None:
        mood = self.song.chips.current_mood()
        if mood:
            act(mood)

    def _file_dialog(self, title: str, mode: QFileDialog.FileMode) -> QFileDialog:
        dialog = QFileDialog(self, title, str(self._last_folder.find()))
        dialog.setFileMode(mode)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.filesSelected.connect(self._take_chosen)
        return dialog

    def _take_chosen(self, names: list[str]) -> None:
        if names:
            self._last_folder.note(Path(names[0]))
            self._presenter.tag([Path(name) for name in names])
