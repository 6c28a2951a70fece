"""The Help window: one typeset page of text, opened with F1."""

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import (
    QFont,
    QTextBlock,
    QTextBlockFormat,
    QTextCharFormat,
    QTextCursor,
    QTextDocument,
    QTextTable,
)
from PySide6.QtWidgets import QDialog, QTextBrowser, QVBoxLayout, QWidget

from gui.theme import BODY, LINE_HEIGHT, PAGE_MARGIN, READING, SPACE, TITLE, font

HELP_SIZE = (720, 640)
_HEADINGS = {1: TITLE, 2: READING}


class HelpDialog(QDialog):
    """Shows a Markdown file. Escape closes it."""

    def __init__(self, file: Path, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("help")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(self.tr("Help"))
        self.resize(*HELP_SIZE)
        words = QTextBrowser()
        words.setProperty("role", "page")
        words.setAccessibleName(self.tr("How Undertone works"))
        words.setOpenLinks(False)
        words.document().setDefaultFont(font(BODY))
        words.document().setDocumentMargin(PAGE_MARGIN)
        words.setMarkdown(self._text(file))
        typeset(words.document())
        words.moveCursor(QTextCursor.MoveOperation.Start)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(words)

    def _text(self, file: Path) -> str:
        try:
            return file.read_text("utf-8")
        except (OSError, UnicodeDecodeError):
            return self.tr("The help page is missing from this installation.\n\n"
                           "Drop lyrics anywhere on the window to see their moods.")


def typeset(document: QTextDocument) -> None:
    """Line height, space between paragraphs and sizes of headings, as the tokens say."""
    block = document.begin()
    while block.isValid():
        _typeset_block(QTextCursor(block), block)
        block = block.next()
    for frame in document.rootFrame().childFrames():
        if isinstance(frame, QTextTable):
            _typeset_table(frame)


def _typeset_block(cursor: QTextCursor, block: QTextBlock) -> None:
    level = block.blockFormat().headingLevel()
    form = QTextBlockFormat()
    form.setLineHeight(100 * LINE_HEIGHT - 10,
                       QTextBlockFormat.LineHeightTypes.ProportionalHeight.value)
    form.setTopMargin(SPACE * 3 if level > 1 else 0)
    form.setBottomMargin(SPACE // 2 if _goes_on(block) or cursor.currentTable() else SPACE)
    cursor.mergeBlockFormat(form)
    if level:
        _resize(cursor, _HEADINGS.get(level, BODY))


def _goes_on(block: QTextBlock) -> bool:
    """Whether the next block belongs to the same list."""
    return block.textList() is not None and block.next().textList() is block.textList()


def _resize(cursor: QTextCursor, size: int) -> None:
    look = QTextCharFormat()
    look.setFont(font(size, bold=True))
    cursor.movePosition(QTextCursor.MoveOperation.EndOfBlock, QTextCursor.MoveMode.KeepAnchor)
    # Not merged: Markdown's own relative size would win over ours.
    cursor.setCharFormat(look)


def _typeset_table(table: QTextTable) -> None:
    form = table.format()
    form.setBorder(0)
    form.setCellPadding(SPACE / 4)
    form.setCellSpacing(0)
    table.setFormat(form)
    for row in range(1, table.rows()):
        look = QTextCharFormat()
        look.setFontWeight(QFont.Weight.DemiBold)
        cell = table.cellAt(row, 0)
        cursor = cell.firstCursorPosition()
        cursor.setPosition(cell.lastCursorPosition().position(),
                           QTextCursor.MoveMode.KeepAnchor)
        cursor.mergeCharFormat(look)
