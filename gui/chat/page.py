"""The Chat page: conversations at the left, what is said in the middle, settings at the right."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import QByteArray, QEvent, QSettings, QSize, Qt, QTimer, Signal
from PySide6.QtGui import (
    QHideEvent,
    QKeyEvent,
    QKeySequence,
    QPaintEvent,
    QResizeEvent,
    QShortcut,
    QShowEvent,
)
from PySide6.QtWidgets import (
    QApplication,
    QHBoxLayout,
    QPushButton,
    QSplitter,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from engine.chat.quick_actions import QuickAction
from gui.chat.card_drop import CardDrop
from gui.chat.cast_bar import CastBar
from gui.chat.casting import Casting
from gui.chat.conversation_panel import ConversationPanel
from gui.chat.drawer import Drawer, Leaf
from gui.chat.elided_label import ElidedLabel
from gui.chat.exchange_strip import ExchangeStrip
from gui.chat.exchanging import Exchanging
from gui.chat.find_bar import FindBar
from gui.chat.finding import found_elsewhere
from gui.chat.first_looks import NoModel, NothingSaid
from gui.chat.input_panel import InputPanel
from gui.chat.presenter import ChatPresenter
from gui.chat.shown import Act
from gui.chat.transcript import Transcript
from gui.chat.tree_button import TreeButton
from gui.chat.trouble_strip import RemovedStrip, TroubleStrip
from gui.chat.wording import title_text
from gui.icons import Glyph, IconSource
from gui.theme import GAP, ICON, PAGE_MARGIN, SPACE, ThemeSource

_LIST, _MIDDLE, _DRAWER = 224, 640, 296
_SCROLL_BAR = 12
_LEAST = (176, 360, 264)
_ROOMY = sum(_LEAST) + 4 * GAP + 2 * PAGE_MARGIN


class ChatPage(QWidget):
    """`models_wanted` asks for the Models page. `memory` keeps sizes and drawer between runs."""

    models_wanted = Signal()

    def __init__(self, presenter: ChatPresenter, theme_source: ThemeSource, icons: IconSource,
                 actions: Sequence[QuickAction], memory: QSettings,
                 parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._presenter = presenter
        self._memory = memory
        self._bare = False
        self.setProperty("role", "page")
        self.panel = ConversationPanel(presenter, theme_source, icons, memory)
        self.no_model = NoModel()
        self.nothing_said = NothingSaid()
        self.transcript = Transcript(theme_source, icons)
        self.find_bar = FindBar(
            self.transcript, icons, lambda words: found_elsewhere(presenter.open.stored, words))
        self.trouble = TroubleStrip(icons)
        self.removed = RemovedStrip()
        self.input = InputPanel(actions)
        self.drawer = Drawer(presenter, theme_source, icons, memory)
        self.title = ElidedLabel()
        self.fresh = QPushButton(self.tr("New conversation"))
        self.talk = QPushButton(self.tr("New talk with…"))
        self.tree = TreeButton(presenter, theme_source, icons, self)
        self.casting = Casting(presenter, theme_source, self)
        self.cards = CardDrop(self, self.input.field.viewport())
        self.files = Exchanging(presenter, memory, self)
        self.exchange = ExchangeStrip(self.files.exchange, icons)
        self.cast_bar = CastBar(presenter, theme_source)
        self._stack = QStackedWidget()
        self._split = QSplitter(Qt.Orientation.Horizontal)
        self._drawer_button = self._make_button(self.tr("What the talk is made of"), Glyph.SLIDERS,
                                                icons)
        self._lay_out(icons)
        self._connect()
        self._make_shortcuts()
        self._recall()
        self._show_conversation()
        self._show_state()

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if not self._presenter.loaded:
            QTimer.singleShot(0, self._presenter.load)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if not event.spontaneous() and self.input.isVisibleTo(self):
            self.input.field.setFocus()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit_columns()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._remember()

    def event(self, event: QEvent) -> bool:
        """Words pasted anywhere here are meant for the field; the window's own key for pasting
        tags a lyric."""
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent) and (
                event.matches(QKeySequence.StandardKey.Paste)):
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.matches(QKeySequence.StandardKey.Paste) and self.input.isVisible():
            self.input.field.setFocus()
            self.input.field.paste()
        else:
            super().keyPressEvent(event)

    def show_drawer(self, wanted: bool) -> None:
        """Opens or closes the drawer; where there is no room for all, the list makes way."""
        self._drawer_button.setChecked(wanted)
        self._memory.setValue("chat/drawer", wanted)
        self._fit_columns()

    def new(self) -> None:
        """Begins another conversation."""
        self.drawer.flush()
        self._presenter.new()
        self.input.field.setFocus()

    def _connect(self) -> None:
        presenter, open_one = self._presenter, self._presenter.open
        self.no_model.wanted.connect(presenter.models.wanted)
        self.no_model.models_wanted.connect(self.models_wanted)
        self.nothing_said.picked.connect(self._send)
        self.nothing_said.talk_wanted.connect(self.casting.choose)
        self.cards.dropped.connect(self.files.take)
        self.files.exchange.cards_found.connect(self.casting.take_cards)
        self.files.exchange.brought.connect(self.panel.select)
        self.panel.import_wanted.connect(self.files.bring_in)
        self.panel.export_wanted.connect(self.files.save)
        self.cast_bar.add_wanted.connect(self.casting.add)
        self.cast_bar.edit_wanted.connect(self.casting.edit)
        self.casting.closed.connect(self.input.field.setFocus)
        self.transcript.act_wanted.connect(presenter.act)
        self.transcript.act_wanted.connect(self._show_why)
        self.transcript.step_wanted.connect(open_one.step)
        self.transcript.edited.connect(presenter.edit)
        self.trouble.retried.connect(lambda: presenter.retry() or self.input.send())
        self.removed.undone.connect(presenter.undo_edit)
        self.removed.redone.connect(presenter.redo)
        self.input.sent.connect(self._send)
        self.input.typed.connect(presenter.set_draft)
        self.input.stopped.connect(presenter.stop)
        self._drawer_button.toggled.connect(self.show_drawer)
        presenter.unsent.connect(self.input.show_text)
        presenter.speaking.changed.connect(self.input.field.setFocus)
        open_one.opened.connect(self._show_conversation)
        open_one.messages_changed.connect(self._show_messages)
        open_one.message_grown.connect(self.transcript.update_message)
        presenter.edits.changed.connect(lambda: self.removed.show_edits(presenter.edits))
        presenter.message_wanted.connect(self.transcript.go_to_message)
        presenter.state_changed.connect(self._show_state)

    def _send(self, text: str) -> None:
        self.drawer.flush()
        self.transcript.go_to_end()
        if self._presenter.send(text):
            self.input.show_text("")
            self.input.use("")
            self.input.field.setFocus()

    def _show_conversation(self) -> None:
        open_one = self._presenter.open
        self.transcript.show_conversation(open_one.shown)
        if self._presenter.sought:
            self.transcript.go_to_message(self._presenter.sought)
        self.input.show_text(self._presenter.draft)
        self.removed.show_edits(self._presenter.edits)
        self.find_bar.follow()
        self._show_fitting()

    def _show_messages(self) -> None:
        self.transcript.show_messages(self._presenter.open.shown)
        self.find_bar.follow()
        self._show_fitting()

    def _show_fitting(self) -> None:
        """What the middle shows: the messages, or what to do while there are none."""
        models = self._presenter.models
        if self._presenter.open.shown:
            fitting: QWidget = self.transcript
        elif models.known and not models.choices:
            fitting = self.no_model
        else:
            fitting = self.nothing_said
        focus = QApplication.focusWidget()
        moved = (fitting is not self._stack.currentWidget() and focus is not None
                 and self.isAncestorOf(focus) and fitting is not self.transcript)
        self._stack.setCurrentWidget(fitting)
        self.input.setVisible(fitting is not self.no_model)
        if moved:
            (self.no_model.get if fitting is self.no_model else self.input.field).setFocus()
        bare = fitting is self.no_model and not self._presenter.conversations.table.size
        if bare != self._bare:
            self._bare = bare
            for button in (self.tree, self.fresh, self.talk, self._drawer_button):
                button.setVisible(not bare)
            self._fit_columns()

    def _show_state(self) -> None:
        presenter, models = self._presenter, self._presenter.models
        self.title.setText(title_text(presenter.title) if presenter.open.id else self.tr("Chat"))
        self.no_model.show_fetching(models.fetching)
        self.trouble.show_trouble(presenter.why_no_answer)
        self.input.let_step_in(presenter.turns.playing)
        self.input.show_state(presenter.open.streaming, presenter.can_send, self._note())
        self.input.show_budget(presenter.meter.budget)
        self.input.offer_actions(not presenter.cast.setup.cast)
        self.input.name_speaker(presenter.speaking.author)
        self._show_fitting()

    def _note(self) -> str:
        """What is going on, beneath the field."""
        presenter, models = self._presenter, self._presenter.models
        if presenter.open.streaming:
            return presenter.open.note
        if presenter.run.busy:
            return self.tr("A reply is being written in another conversation.")
        if presenter.turns.awaited:
            return self.tr("Choose above who answers.")
        if models.known and not models.choices:
            return self.tr("No model that writes is installed.")
        return self.tr("Opening {model}…").format(
            model=models.current.name) if models.opening and models.current else ""

    def _search(self) -> None:
        """To the search in all conversations, also where the drawer took its place."""
        if not self.panel.isVisible():
            self.show_drawer(False)
        self.panel.search.setFocus()
        self.panel.search.selectAll()

    def _open_facts(self) -> None:
        """To what the characters know, ready for another fact."""
        if Leaf.FACTS in self.drawer.buttons:
            self.show_drawer(True)
            self.drawer.show_leaf(Leaf.FACTS).setFocus(Qt.FocusReason.ShortcutFocusReason)

    def _show_why(self, act: str, message_id: int) -> None:
        """Shows beside the talk what a reply was given."""
        if act == Act.WHY and Leaf.FACTS in self.drawer.buttons:
            self.show_drawer(True)
            self.drawer.show_leaf(Leaf.FACTS)
            self._presenter.notes.asked_about.emit(message_id)

    def _find(self) -> None:
        """Searches in what was said here; the list of conversations searches in all."""
        if self._stack.currentWidget() is self.transcript:
            self.find_bar.open()

    def _stop(self) -> None:
        """Escape: ends the reply; without one it leaves what is marked."""
        if self._presenter.open.streaming or self._presenter.turns.playing:
            self._presenter.stop()

    def _make_shortcuts(self) -> None:
        for keys, act in (("Ctrl+N", self.new), ("Ctrl+T", self.casting.choose),
                          ("Ctrl+Shift+T", self.tree.open),
                          ("Esc", self._stop),
                          ("Ctrl+Z", self._presenter.undo),
                          ("Ctrl+Shift+Z", self._presenter.redo),
                          ("Ctrl+Y", self._presenter.redo),
                          ("Ctrl+F", self._search),
                          ("Alt+Left", self.panel.back.go_back),
                          ("Ctrl+K", self._open_facts),
                          ("Ctrl+S", lambda: self.files.save(self.panel.chosen())),
                          ("Ctrl+Shift+F", self._find),
                          ("Ctrl+L", self.input.field.setFocus)):
            self._bind(keys, act)

    def _bind(self, keys: str, act: Callable[[], object]) -> None:
        shortcut = QShortcut(QKeySequence(keys), self)
        shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        shortcut.activated.connect(act)

    def _make_button(self, words: str, glyph: Glyph, icons: IconSource) -> QPushButton:
        button = QPushButton(icons.icon(glyph), "")
        button.setProperty("role", "plain")
        button.setCheckable(True)
        button.setIconSize(QSize(ICON, ICON))
        button.setAccessibleName(words)
        button.setToolTip(words)
        return button

    def _lay_out(self, icons: IconSource) -> None:
        for widget in (self.no_model, self.nothing_said, self.transcript):
            self._stack.addWidget(widget)
        for widget, least in zip((self.panel, self._middle(), self.drawer), _LEAST, strict=True):
            widget.setMinimumWidth(least)
            self._split.addWidget(widget)
        self._split.setChildrenCollapsible(False)
        self._split.setHandleWidth(2 * GAP)
        self._split.setStyleSheet("QSplitter::handle { background: transparent; }")
        self._split.setStretchFactor(1, 1)
        self._split.setSizes([_LIST, _MIDDLE, _DRAWER])
        column = QVBoxLayout(self)
        column.setContentsMargins(PAGE_MARGIN, PAGE_MARGIN, PAGE_MARGIN, GAP)
        column.setSpacing(GAP)
        column.addLayout(self._head(icons))
        column.addWidget(self.exchange)
        column.addWidget(self._split, 1)

    def _head(self, icons: IconSource) -> QHBoxLayout:
        self.title.setProperty("role", "title")
        self.title.setTextFormat(Qt.TextFormat.PlainText)
        fresh = self.fresh
        fresh.setIcon(icons.icon(Glyph.PLUS))
        fresh.setToolTip(self.tr("New conversation (Ctrl+N)"))
        fresh.clicked.connect(self.new)
        self.talk.setIcon(icons.icon(Glyph.CHAT))
        self.talk.setToolTip(self.tr("New talk with a character (Ctrl+T)"))
        self.talk.clicked.connect(self.casting.choose)
        row = QHBoxLayout()
        row.addWidget(self.title, 1)
        row.addWidget(self.tree)
        row.addWidget(self.talk)
        row.addWidget(fresh)
        row.addWidget(self._drawer_button)
        return row

    def _middle(self) -> QWidget:
        inner = QWidget()
        inner.setMaximumWidth(int(self.transcript.column.widest))
        lower = QVBoxLayout(inner)
        lower.setContentsMargins(0, 0, 0, 0)
        lower.setSpacing(SPACE)
        for widget in (self.removed, self.trouble, self.cast_bar, self.input):
            lower.addWidget(widget)
        centred = QHBoxLayout()
        # As wide as what is read above it, which leaves room for its scroll bar.
        centred.setContentsMargins(PAGE_MARGIN, 0, PAGE_MARGIN + _SCROLL_BAR, 0)
        centred.addStretch(1)
        centred.addWidget(inner, 1000)
        centred.addStretch(1)
        middle = QWidget()
        column = QVBoxLayout(middle)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACE)
        column.addWidget(self.find_bar, 0, Qt.AlignmentFlag.AlignRight)
        column.addWidget(self._stack, 1)
        column.addLayout(centred)
        return middle

    def _fit_columns(self) -> None:
        wanted = self._drawer_button.isChecked() and not self._bare
        roomy = self.width() >= _ROOMY
        self.drawer.setVisible(wanted)
        self.panel.setVisible(not self._bare and (roomy or not wanted))

    def _recall(self) -> None:
        sizes = self._memory.value("chat/columns")
        if isinstance(sizes, QByteArray):
            self._split.restoreState(sizes)
        self.show_drawer(str(self._memory.value("chat/drawer", "false")).casefold() == "true")

    def _remember(self) -> None:
        if self.panel.isVisibleTo(self) and self.drawer.isVisibleTo(self):
            self._memory.setValue("chat/columns", self._split.saveState())
