"""The lyric of the open song, with a bar of its mood beside each line and notes in the margin.

A reason dims every line but those that carried the mood. The text can be selected and copied; it
is never read as markup.
"""

from dataclasses import dataclass

from PySide6.QtCore import QPoint, QPointF, QRectF, Qt, Signal
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

from engine.tagging.song import Song
from engine.tagging.vocabulary import Vocabulary
from gui.mood_words import clock_text, mood_name, mood_place, score_text
from gui.song.lyric_page import set_lyric
from gui.song.why import Span
from gui.song_map import SongMap
from gui.theme import (
    GAP,
    META,
    READING,
    READING_COLUMNS,
    SPACE,
    Theme,
    ThemeSource,
    chip_colours,
    font,
    mood_colour,
)

_BAR = 4
_STAMPS = 40
_NOTES_LEAST = 112
_NOTES_MOST = 240


@dataclass(frozen=True, slots=True)
class _Mark:
    """What stands beside a line: the mood of its bar, the note where a stretch begins."""

    mood: str
    note: str = ""
    score: str = ""


class LyricView(QTextEdit):
    """`line_reached` carries the line under the mouse or the caret, -1 when the mouse left;
    `rewrite_wanted` words that shall be said in another mood."""

    line_reached = Signal(int)
    rewrite_wanted = Signal(str)

    def __init__(self, vocabulary: Vocabulary, theme_source: ThemeSource,
                 parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._vocabulary = vocabulary
        self._theme_source = theme_source
        self._song: Song | None = None
        self._map: SongMap | None = None
        self._marks: dict[int, _Mark] = {}
        self._spans: tuple[Span, ...] = ()
        self._asked = ""
        self._hovered = -1
        self._measure = QFontMetrics(font(READING)).averageCharWidth() * READING_COLUMNS
        self._small = QFontMetrics(font(META))
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
        theme_source.changed.connect(self._redress)

    def show_song(self, song: Song | None, song_map: SongMap | None,
                  moods: tuple[str, ...]) -> None:
        """Sets the lyric and marks each line with the strongest of these moods."""
        self._song, self._map = song, song_map
        self._asked, self._spans, self._hovered = "", (), -1
        self._marks = self._marked(moods)
        self._reset()
        self.moveCursor(QTextCursor.MoveOperation.Start)

    def show_map(self, song_map: SongMap | None, moods: tuple[str, ...]) -> None:
        """Marks the lines of the song that is shown anew, without moving it."""
        self._map = song_map
        self._marks = self._marked(moods)
        self.viewport().update()

    def show_reason(self, mood: str, spans: tuple[Span, ...]) -> None:
        """Dims all but these spans; an empty mood shows the whole lyric again."""
        self._asked, self._spans = mood, spans
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

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._set_column()
        super().resizeEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        super().mouseMoveEvent(event)
        line = self.cursorForPosition(event.position().toPoint()).blockNumber()
        if line != self._hovered:
            self._hovered = line
            self.line_reached.emit(line)

    def leaveEvent(self, event: object) -> None:
        self._hovered = -1
        self.line_reached.emit(-1)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        # Reasons are asked for and cleared by the page.
        if event.key() in (Qt.Key.Key_Escape, Qt.Key.Key_Space, Qt.Key.Key_Return,
                           Qt.Key.Key_Enter):
            event.ignore()
        else:
            super().keyPressEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        words = self.words_meant(event)
        menu = self.createStandardContextMenu()
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addSeparator()
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
        """The gutter and the notes of all lines in sight."""
        theme = self._theme_source.current
        changes = {span.line: span.change for span in sorted(self._spans, key=lambda s: s.change)}
        block = self.cursorForPosition(QPoint(0, 0)).block()
        while block.isValid():
            area = self._area(block)
            if area.top() > bottom:
                return
            self._paint_gutter(painter, block, area, theme, changes)
            block = block.next()

    @property
    def _gutter(self) -> int:
        """Room left of the text: time stamps if there are any, the bar, a gap."""
        return (_STAMPS if self._map and self._map.timed else 0) + _BAR + GAP

    def _paint_gutter(self, painter: QPainter, block: QTextBlock, area: QRectF, theme: Theme,
                      changes: dict[int, float]) -> None:
        number = block.blockNumber()
        mark = self._marks.get(number)
        if mark and (not self._asked or number in changes):
            mood = self._asked or mark.mood
            colour = mood_colour(*mood_place(self._vocabulary, mood), theme.dark)
            after = self._area(block.next()).top() if block.next().isValid() else area.bottom()
            joined = self._marks.get(number + 1) == _Mark(mark.mood) and not self._asked
            bottom = after if joined else area.bottom()
            bar = QRectF(self._gutter - GAP - _BAR, area.top(), _BAR, bottom - area.top())
            painter.fillRect(bar, colour)
        baseline = area.top() + _first_baseline(block)
        stamp = self._stamp(number)
        if stamp:
            painter.setPen(QColor(theme.quiet))
            room = _STAMPS - SPACE - self._small.horizontalAdvance(stamp)
            painter.drawText(QPointF(room, baseline), stamp)
        left = self.viewport().width() - self._notes_width() + GAP
        note = self._note(number, mark, changes, self.viewport().width() - left)
        if note:
            painter.setPen(QColor(theme.ink if self._asked else theme.quiet))
            painter.drawText(QPointF(left, baseline), note)

    def _stamp(self, number: int) -> str:
        """The time at which a line starts, for lines that show one."""
        lines = self._song.lyric.lines if self._song and self._map and self._map.timed else ()
        if number >= len(lines) or not lines[number].text.strip():
            return ""
        start = lines[number].start_ms
        return "" if start is None else clock_text(start)

    def _note(self, number: int, mark: _Mark | None, changes: dict[int, float],
              room: int) -> str:
        """What a line lost the song, or the mood of a stretch, with its score where that fits."""
        if self._asked:
            return f"\u2212{score_text(changes[number])}" if number in changes else ""
        if mark is None or not mark.note:
            return ""
        full = f"{mark.note}  {mark.score}"
        if self._small.horizontalAdvance(full) <= room:
            return full
        return self._small.elidedText(mark.note, Qt.TextElideMode.ElideRight, room)

    def _marked(self, moods: tuple[str, ...]) -> dict[int, _Mark]:
        marks: dict[int, _Mark] = {}
        before: tuple[int, str] | None = None
        for number in range(len(self._song.lyric.lines) if self._song and self._map else 0):
            assert self._map is not None
            tag = self._map.strongest(number, moods)
            if tag is None:
                continue
            here = (self._map.excerpts_of(number)[0], tag.tag)
            name = mood_name(self._vocabulary, tag.tag) if here != before else ""
            marks[number] = _Mark(tag.tag, name, score_text(tag.score) if name else "")
            before = here
        return marks

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
