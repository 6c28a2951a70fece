"""The lyric of the open song, with its moods in the margins.

A reason dims every line but those that carried the mood. The text can be selected and copied; it
is never read as markup. What is said of lines is told as signals.
"""

from PySide6.QtCore import QEvent, QPoint, QRectF, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QContextMenuEvent,
    QFontMetrics,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
    QTextBlock,
    QTextCharFormat,
    QTextCursor,
    QTextFormat,
)
from PySide6.QtWidgets import QTextEdit, QWidget

from engine.tagging.lyric import LineKind
from engine.tagging.song import Song
from engine.tagging.vocabulary import Vocabulary
from gui.mood_words import mood_name, mood_place
from gui.song.lyric_margin import LinePlace, LyricMargin
from gui.song.lyric_page import set_lyric
from gui.song.span_column import Lines, SpanColumn
from gui.song.why import Span
from gui.song_map import SongMap
from gui.theme import (
    GAP,
    META,
    READING,
    READING_COLUMNS,
    Theme,
    ThemeSource,
    chip_colours,
    font,
    mood_colour,
)

_NOTES_LEAST = 112
_NOTES_MOST = 240


class LyricView(QTextEdit):
    """`line_reached` carries the line under the mouse or the caret, -1 when the mouse left;
    `rewrite_wanted` words that shall be said in another mood. `spans` shows where the mood in hand
    holds. `lines_chosen` says that other lines were marked; `judged` whether the mood in hand
    shall hold in them, `border_stepped` which border (True the upper) goes which way.
    """

    line_reached = Signal(int)
    rewrite_wanted = Signal(str)
    lines_chosen = Signal()
    judged = Signal(bool)
    border_stepped = Signal(bool, int)

    def __init__(self, vocabulary: Vocabulary, theme_source: ThemeSource,
                 parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._vocabulary = vocabulary
        self._theme_source = theme_source
        self._song: Song | None = None
        self._margin = LyricMargin(vocabulary)
        self.spans = SpanColumn(Lines(self.line_area, self._nearest_sung), self)
        self._spans: tuple[Span, ...] = ()
        self._asked = ""
        self._hovered = -1
        self._measure = QFontMetrics(font(READING)).averageCharWidth() * READING_COLUMNS
        self.setReadOnly(True)
        self.setAcceptDrops(False)
        self.setUndoRedoEnabled(False)
        self.setTabChangesFocus(True)
        self.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse
                                     | Qt.TextInteractionFlag.TextSelectableByKeyboard)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setAccessibleName(self.tr("Lyric"))
        # The card around it shows the border and the focus.
        self.setStyleSheet("QTextEdit, QTextEdit:focus { border: none; padding: 0;"
                           " background: transparent; }")
        self.document().setDocumentMargin(0)
        self.viewport().setMouseTracking(True)
        self.cursorPositionChanged.connect(self._tell_caret)
        self.selectionChanged.connect(self.lines_chosen)
        self.spans.changed.connect(self.viewport().update)
        theme_source.changed.connect(self._redress)

    def show_song(self, song: Song | None, song_map: SongMap | None,
                  moods: tuple[str, ...]) -> None:
        """Sets the lyric and marks each line with the strongest of these moods."""
        self._song = song
        self._asked, self._spans, self._hovered = "", (), -1
        self._margin.show_song(song, song_map, moods)
        self._margin.show_reason("", ())
        self._reset()
        self.moveCursor(QTextCursor.MoveOperation.Start)

    def show_map(self, song_map: SongMap | None, moods: tuple[str, ...]) -> None:
        """Marks the lines of the song that is shown anew, without moving it."""
        self._margin.show_song(self._song, song_map, moods)
        self._set_column()
        self.viewport().update()

    def show_reason(self, mood: str, spans: tuple[Span, ...]) -> None:
        """Dims all but these spans; an empty mood shows the whole lyric again."""
        self._asked, self._spans = mood, spans
        self._margin.show_reason(mood, spans)
        self._highlight()
        self.viewport().update()
        if mood and spans:
            strongest = self._put_caret(max(spans, key=lambda span: span.change).line)
            if strongest:
                self._scroll_to(self._area(strongest).center().y(), 1 / 2)

    def go_to(self, line: int) -> None:
        """Puts the caret on a line and the line into sight, a third from the top."""
        # Asked before the caret goes there, which alone would bring the line to the very edge.
        seen = self._in_sight(line)
        block = self._put_caret(line)
        if block and not seen:
            self._scroll_to(self._area(block).top(), 1 / 3)

    def chosen_lines(self) -> tuple[int, int] | None:
        """The first and last line of what is marked; None where nothing is."""
        cursor = self.textCursor()
        if self._song is None or not cursor.hasSelection():
            return None
        document = self.document()
        first = document.findBlock(cursor.selectionStart()).blockNumber()
        # A selection that reaches to the very beginning of a line does not mean that line.
        last = document.findBlock(max(cursor.selectionStart(),
                                      cursor.selectionEnd() - 1)).blockNumber()
        return first, last

    def caret_line(self) -> int:
        """The line of the caret."""
        return self.textCursor().blockNumber()

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._set_column()
        super().resizeEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() is Qt.MouseButton.LeftButton and self.spans.press(event.position()):
            self.setFocus(Qt.FocusReason.MouseFocusReason)
        else:
            super().mousePressEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self.spans.dragging:
            self.spans.release()
        else:
            super().mouseReleaseEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self.spans.dragging:
            self.spans.drag(event.position())
            return
        grip = self.spans.grip(event.position()) is not None
        self.viewport().setCursor(Qt.CursorShape.SizeVerCursor if grip
                                  else Qt.CursorShape.IBeamCursor)
        super().mouseMoveEvent(event)
        line = self.cursorForPosition(event.position().toPoint()).blockNumber()
        if line != self._hovered:
            self._hovered = line
            self.line_reached.emit(line)

    def leaveEvent(self, event: object) -> None:
        self._hovered = -1
        self.line_reached.emit(-1)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if self._step_border(event):
            return
        # Reasons are asked for and cleared by the page.
        if event.key() in (Qt.Key.Key_Escape, Qt.Key.Key_Space, Qt.Key.Key_Return,
                           Qt.Key.Key_Enter):
            event.ignore()
        else:
            super().keyPressEvent(event)

    def event(self, event: QEvent) -> bool:
        # While a border is held, Esc lets go of it and means nothing to the page.
        if event.type() == QEvent.Type.ShortcutOverride and self.spans.dragging and (
                isinstance(event, QKeyEvent) and event.key() == Qt.Key.Key_Escape):
            event.accept()
            return True
        return super().event(event)

    def _step_border(self, event: QKeyEvent) -> bool:
        """Alt and an arrow move the lower border of the span at the caret, with Shift the upper
        one; Esc lets go of what is dragged."""
        if event.key() == Qt.Key.Key_Escape and self.spans.dragging:
            self.spans.cancel()
            return True
        ways = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}
        if event.key() not in ways or not event.modifiers() & Qt.KeyboardModifier.AltModifier:
            return False
        upper = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        self.border_stepped.emit(upper, ways[Qt.Key(event.key())])
        return True

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        words = self.words_meant(event)
        menu = self.createStandardContextMenu()
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addSeparator()
        if self.spans.mood and self.chosen_lines():
            mood = mood_name(self._vocabulary, self.spans.mood)
            menu.addAction(self.tr("{mood} holds in these lines\tA").format(mood=mood),
                           lambda: self.judged.emit(True))
            menu.addAction(self.tr("{mood} does not hold in them\tR").format(mood=mood),
                           lambda: self.judged.emit(False))
        rewrite = menu.addAction(self.tr("Say it in another mood…\tM"),
                                 lambda: self.rewrite_wanted.emit(words))
        rewrite.setEnabled(bool(words))
        menu.popup(event.globalPos())

    def words_meant(self, event: QContextMenuEvent | None = None) -> str:
        """What is marked, else the line under the mouse, or that of the caret."""
        marked = self.textCursor().selectedText().replace("\u2029", "\n").strip()
        by_mouse = event is not None and event.reason() == QContextMenuEvent.Reason.Mouse
        cursor = self.cursorForPosition(event.pos()) if event and by_mouse else self.textCursor()
        return marked or cursor.block().text().strip()

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        with QPainter(self.viewport()) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setFont(font(META))
            self._paint_margins(painter, event.rect().bottom())

    def _paint_margins(self, painter: QPainter, bottom: int) -> None:
        """The gutter and the notes of all lines in sight, and the spans over them."""
        theme = self._theme_source.current
        left = self.viewport().width() - self._notes_width() + GAP
        notes = QRectF(left, 0, self.viewport().width() - left, 0)
        block = self.cursorForPosition(QPoint(0, 0)).block()
        while block.isValid():
            area = self._area(block)
            if area.top() > bottom:
                break
            after = block.next()
            self._margin.paint(painter, theme, LinePlace(
                block.blockNumber(), area,
                self._area(after).top() if after.isValid() else area.bottom(),
                _first_baseline(block)), notes)
            block = after
        if self.spans.mood:
            self.spans.paint(painter, theme, mood_colour(
                *mood_place(self._vocabulary, self.spans.mood), theme.dark))

    @property
    def _gutter(self) -> int:
        return self._margin.width

    @property
    def stamps(self) -> int:
        """Where the column of spans begins."""
        return self._margin.stamps

    def line_area(self, line: int) -> QRectF | None:
        """Where a line lies in the viewport, None beyond the end."""
        block = self.document().findBlockByNumber(line)
        return self._area(block) if block.isValid() else None

    def _nearest_sung(self, height: float) -> int:
        """The line of words at a height, or the nearest to it."""
        line = self.cursorForPosition(QPoint(self._gutter, int(height))).blockNumber()
        if self._song is None:
            return line
        sung = [at for at, one in enumerate(self._song.lyric.lines) if one.kind is LineKind.WORDS]
        return min(sung, key=lambda at: abs(at - line), default=line)

    def _in_sight(self, line: int) -> bool:
        block = self.document().findBlockByNumber(line)
        return block.isValid() and self.viewport().rect().contains(
            QPoint(1, int(self._area(block).center().y())))

    def _put_caret(self, line: int) -> QTextBlock | None:
        block = self.document().findBlockByNumber(line)
        if not block.isValid():
            return None
        self.setTextCursor(QTextCursor(block))
        return block

    def _scroll_to(self, height: float, share: float) -> None:
        """Brings what is at `height` in the viewport to this share of it."""
        bar = self.verticalScrollBar()
        bar.setValue(int(bar.value() + height - self.viewport().height() * share))

    def _redress(self) -> None:
        """Sets the lyric anew in changed colours, with the eye and the selection where they are."""
        scrolled, cursor = self.verticalScrollBar().value(), self.textCursor()
        anchor, caret = cursor.anchor(), cursor.position()
        self._reset()
        cursor = self.textCursor()
        cursor.setPosition(anchor)
        cursor.setPosition(caret, QTextCursor.MoveMode.KeepAnchor)
        self.setTextCursor(cursor)
        self.verticalScrollBar().setValue(scrolled)

    def _reset(self) -> None:
        if self._song is None:
            self.clear()
            return
        set_lyric(self.document(), self._song.lyric, self._theme_source.current)
        self._set_column()
        self._highlight()

    def _set_column(self) -> None:
        """Keeps the text within its measure and the notes beside it."""
        frame = self.document().rootFrame()
        shape = frame.frameFormat()
        shape.setLeftMargin(self._gutter)
        self.spans.lie_at(self._margin.stamps)
        shape.setRightMargin(self._notes_width())
        shape.setTopMargin(GAP)
        shape.setBottomMargin(GAP)
        if shape != frame.frameFormat():
            frame.setFrameFormat(shape)

    def _notes_width(self) -> int:
        """Room right of the text: what the measure leaves over, within reason."""
        room = self.viewport().width() - self._gutter
        wanted = min(_NOTES_MOST, max(_NOTES_LEAST, room // 4))
        return max(wanted, room - self._measure)

    def _area(self, block: QTextBlock) -> QRectF:
        layout = self.document().documentLayout()
        scrolled = self.verticalScrollBar().value()
        return layout.blockBoundingRect(block).translated(0, -scrolled)

    def _highlight(self) -> None:
        theme = self._theme_source.current
        chosen: list[QTextEdit.ExtraSelection] = []
        if self._asked:
            chosen = [*self._dimmed(theme), *self._carrying(theme)]
        self.setExtraSelections(chosen)

    def _dimmed(self, theme: Theme) -> list[QTextEdit.ExtraSelection]:
        quiet = QTextCharFormat()
        quiet.setForeground(QColor(theme.quiet))
        cursor = QTextCursor(self.document())
        cursor.select(QTextCursor.SelectionType.Document)
        return [_selection(cursor, quiet)]

    def _carrying(self, theme: Theme) -> list[QTextEdit.ExtraSelection]:
        colours = chip_colours(*mood_place(self._vocabulary, self._asked), theme.dark)
        loud = QTextCharFormat()
        loud.setForeground(QColor(theme.ink))
        loud.setBackground(colours.fill)
        loud.setProperty(QTextFormat.Property.FontWeight, 600)
        found: list[QTextEdit.ExtraSelection] = []
        for span in self._spans:
            block = self.document().findBlockByNumber(span.line)
            cursor = QTextCursor(block)
            cursor.setPosition(block.position() + _units(block.text()[:span.start]))
            cursor.setPosition(block.position() + _units(block.text()[:span.end]),
                               QTextCursor.MoveMode.KeepAnchor)
            found.append(_selection(cursor, loud))
        return found

    def _tell_caret(self) -> None:
        if self.hasFocus():
            self.line_reached.emit(self.textCursor().blockNumber())


def _first_baseline(block: QTextBlock) -> float:
    """How far below the block's top its first line stands."""
    line = block.layout().lineAt(0)
    return line.y() + line.ascent() if line.isValid() else 0.0


def _units(text: str) -> int:
    """How far a text reaches in a document, which counts in UTF-16."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def _selection(cursor: QTextCursor, form: QTextCharFormat) -> QTextEdit.ExtraSelection:
    made = QTextEdit.ExtraSelection()
    made.cursor = cursor
    made.format = form
    return made
