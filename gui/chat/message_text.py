"""The typeset text of one message: laid out once for a width, then drawn, hit and copied from.

Characters only ever enter as characters: nothing a model writes is read as HTML, nothing is
fetched.
"""

from collections.abc import Iterator, Sequence
from itertools import pairwise

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import (
    QAbstractTextDocumentLayout,
    QColor,
    QFont,
    QFontDatabase,
    QPainter,
    QPalette,
    QTextBlock,
    QTextBlockFormat,
    QTextCharFormat,
    QTextCursor,
    QTextDocument,
    QTextFormat,
    QTextOption,
)

from gui.chat.markup import Kind, Look, Passage, passages
from gui.plain_field import wrap_mode
from gui.theme import BODY, LINE_HEIGHT, RADIUS_CONTROL, READING, SPACE, Theme, font

_INDENT = 3 * SPACE
_CODE_INSET = SPACE + 4
_IS_CODE = QTextFormat.Property.UserProperty.value
_PROPORTIONAL = QTextBlockFormat.LineHeightTypes.ProportionalHeight.value
# The font's own line is already about a sixth higher than its letters.
_SPREAD = 100 * LINE_HEIGHT - 15

Span = tuple[int, int]


class MessageText:
    """Positions are those of QTextDocument: UTF-16 units, one for each end of a line. `found` are
    those of words that were searched for, `found_now` of the ones the person is at."""

    def __init__(self, text: str, width: float, theme: Theme) -> None:
        self._theme = theme
        self._document = QTextDocument()
        self._document.setUndoRedoEnabled(False)
        self._document.setDocumentMargin(0)
        self._document.setDefaultFont(font(READING))
        option = QTextOption()
        option.setWrapMode(wrap_mode(text))
        self._document.setDefaultTextOption(option)
        self._fill(text)
        self.set_width(width)

        self.found: Sequence[Span] = ()
        self.found_now: Span | None = None

    @property
    def height(self) -> float:
        return self._document.size().height()

    @property
    def length(self) -> int:
        """The last position."""
        return self._document.characterCount() - 1

    def set_width(self, width: float) -> None:
        self._document.setTextWidth(width)

    def words(self, start: int, end: int) -> str:
        """The characters between two positions, as they are shown."""
        cursor = self._cursor(start, end)
        return cursor.selectedText().replace("\u2029", "\n").replace("\t", " ")

    def position(self, point: QPointF) -> int:
        """The place in the text nearest to a point."""
        return max(0, self._document.documentLayout().hitTest(
            point, Qt.HitTestAccuracy.FuzzyHit))

    def word_at(self, position: int) -> Span:
        cursor = QTextCursor(self._document)
        cursor.setPosition(min(position, self.length))
        cursor.select(QTextCursor.SelectionType.WordUnderCursor)
        return cursor.selectionStart(), cursor.selectionEnd()

    def draw(self, painter: QPainter, selected: Span | None = None) -> None:
        """Draws at the painter's origin, with these positions marked."""
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(self._theme.sunken))
        for area in self._code_areas():
            painter.drawRoundedRect(area, RADIUS_CONTROL, RADIUS_CONTROL)
        context = QAbstractTextDocumentLayout.PaintContext()
        context.palette.setColor(QPalette.ColorRole.Text, QColor(self._theme.ink))
        theme = self._theme
        marks = [self._mark(span, theme.selection, theme.ink) for span in self.found]
        marks += [self._mark(span, theme.accent, theme.accent_ink)
                  for span in (self.found_now, selected) if span and span[0] < span[1]]
        context.selections = marks
        self._document.documentLayout().draw(painter, context)

    def height_of(self, position: int) -> tuple[float, float]:
        """The upper and the lower end of the line a position is in."""
        block = self._document.findBlock(max(0, min(position, self.length)))
        area = self._document.documentLayout().blockBoundingRect(block)
        line = block.layout().lineForTextPosition(position - block.position())
        if not line.isValid():
            return area.top(), area.bottom()
        top = area.top() + line.y()
        return top, top + line.height()

    def _mark(self, span: Span, ground: str, ink: str) -> QAbstractTextDocumentLayout.Selection:
        mark = QAbstractTextDocumentLayout.Selection()
        mark.cursor = self._cursor(*span)
        mark.format.setBackground(QColor(ground))
        mark.format.setForeground(QColor(ink))
        return mark

    def _fill(self, text: str) -> None:
        cursor = QTextCursor(self._document)
        first = True
        for before, passage in pairwise((None, *passages(text))):
            assert passage is not None
            for line, form in self._lines(before, passage):
                if first:
                    cursor.setBlockFormat(form)
                else:
                    cursor.insertBlock(form)
                first = False
                self._insert(cursor, passage, line)

    def _lines(self, before: Passage | None,
               passage: Passage) -> Iterator[tuple[str, QTextBlockFormat]]:
        """The lines of a passage with the look of each as a block."""
        texts = passage.text.split("\n") if passage.kind is Kind.CODE else [passage.text]
        for number, text in enumerate(texts):
            form = _block(passage)
            if number == 0 and before is not None:
                form.setTopMargin(_space(before, passage))
            elif number == 0 and passage.kind is Kind.CODE:
                form.setTopMargin(SPACE)
            if number == len(texts) - 1 and passage.kind is Kind.CODE:
                form.setBottomMargin(SPACE)
            yield text, form

    def _insert(self, cursor: QTextCursor, passage: Passage, line: str) -> None:
        plain = self._characters(passage.kind)
        cursor.setBlockCharFormat(plain)
        if passage.marker:
            cursor.insertText(f"{passage.marker}\t", plain)
        at = 0
        for stretch in passage.stretches:
            cursor.insertText(line[at:stretch.start], plain)
            cursor.insertText(line[stretch.start:stretch.end], self._looking(stretch.look))
            at = stretch.end
        cursor.insertText(line[at:], plain)

    def _characters(self, kind: Kind) -> QTextCharFormat:
        form = QTextCharFormat()
        if kind is Kind.CODE:
            form.setFont(_code_font())
        else:
            form.setFont(font(READING, bold=kind is Kind.HEADING))
        form.setForeground(QColor(self._theme.ink))
        return form

    def _looking(self, look: Look) -> QTextCharFormat:
        form = self._characters(Kind.CODE if look is Look.CODE else Kind.TEXT)
        if look is Look.CODE:
            form.setBackground(QColor(self._theme.sunken))
        elif look is Look.STRONG:
            form.setFont(font(READING, bold=True))
        else:
            form.setFontItalic(True)
        return form

    def _code_areas(self) -> Iterator[QRectF]:
        """The ground of each block of code: its lines taken together."""
        area = QRectF()
        block = self._document.begin()
        while block.isValid():
            if block.blockFormat().boolProperty(_IS_CODE):
                area = area.united(self._ground(block))
                ends = block.blockFormat().bottomMargin() > 0
                if ends or not block.next().isValid():
                    yield area
                    area = QRectF()
            block = block.next()

    def _ground(self, block: QTextBlock) -> QRectF:
        area = self._document.documentLayout().blockBoundingRect(block)
        return QRectF(0, area.top() - SPACE / 2, self._document.textWidth(),
                      area.height() + SPACE)

    def _cursor(self, start: int, end: int) -> QTextCursor:
        cursor = QTextCursor(self._document)
        cursor.setPosition(max(0, min(start, self.length)))
        cursor.setPosition(max(0, min(end, self.length)), QTextCursor.MoveMode.KeepAnchor)
        return cursor


def _block(passage: Passage) -> QTextBlockFormat:
    form = QTextBlockFormat()
    form.setLineHeight(_SPREAD, _PROPORTIONAL)
    if passage.kind is Kind.ITEM:
        form.setLeftMargin(_INDENT * (passage.depth + 1))
        form.setTextIndent(-_INDENT)
        form.setTabPositions([QTextOption.Tab(_INDENT, QTextOption.TabType.LeftTab)])
    elif passage.kind is Kind.CODE:
        form.setProperty(_IS_CODE, True)
        form.setLineHeight(_SPREAD - 15, _PROPORTIONAL)
        form.setLeftMargin(_CODE_INSET)
        form.setRightMargin(_CODE_INSET)
    return form


def _space(before: Passage, passage: Passage) -> float:
    """How much room stands between a passage and the one before it."""
    if Kind.CODE in (before.kind, passage.kind):
        return 2 * SPACE
    if passage.kind is Kind.HEADING or passage.apart:
        return SPACE + 4
    return SPACE / 2 if passage.kind is Kind.ITEM else 0


def _code_font() -> QFont:
    chosen = QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont)
    chosen.setPixelSize(BODY)
    return chosen
