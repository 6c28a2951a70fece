"""The first examples exactly as the model sees them: every token, and which of them are learned.

Learned ones are underlined and dark, the others quiet: never by colour alone. Text of files is
shown as characters, never as markup.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QFont, QResizeEvent, QTextCharFormat, QTextCursor
from PySide6.QtWidgets import QHBoxLayout, QPlainTextEdit, QPushButton, QVBoxLayout, QWidget

from engine.training.rows.row import BadRow
from gui.settings.fine_tuning import words
from gui.text_line import text_line
from gui.theme import META, SPACE, ThemeSource

if TYPE_CHECKING:
    from engine.training.examples.preview import Preview

LEAST_LINES, LINES = 2, 10
MOST_PIECES = 4000


class ExampleView(QWidget):
    """One example at a time, and two buttons to see the others."""

    def __init__(self, theme_source: ThemeSource, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme_source = theme_source
        self._examples: tuple[Preview | BadRow, ...] = ()
        self._at = 0
        self.text = QPlainTextEdit()
        self.text.setReadOnly(True)
        self.text.setUndoRedoEnabled(False)
        self.text.setTabChangesFocus(True)
        self.text.setAccessibleName(self.tr("Example as the model sees it"))
        self.learned, self.legend = text_line("meta-ink"), text_line("meta")
        self.count = text_line("meta")
        self.before = self._button("‹", self.tr("Example before"), -1)
        self.after = self._button("›", self.tr("Next example"), 1)
        self._lay_out()
        theme_source.changed.connect(lambda _: self._show())

    def show_examples(self, examples: "Sequence[Preview | BadRow]") -> None:
        """Shows the first of them."""
        self._examples, self._at = tuple(examples), 0
        self._show()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        """As high as its text, within limits."""
        lines = round(self.text.document().size().height()) + 1
        lines = max(LEAST_LINES, min(LINES, lines))
        self.text.setFixedHeight(lines * self.text.fontMetrics().lineSpacing() + 2 * SPACE)

    def _button(self, sign: str, name: str, by: int) -> QPushButton:
        button = QPushButton(sign)
        button.setProperty("role", "step")
        button.setAccessibleName(name)
        button.setToolTip(name)
        button.clicked.connect(lambda: self._go(by))
        return button

    def _go(self, by: int) -> None:
        self._at = max(0, min(len(self._examples) - 1, self._at + by))
        self._show()

    def _show(self) -> None:
        self.setVisible(bool(self._examples))
        if not self._examples:
            return
        example = self._examples[self._at]
        self.count.setText(self.tr("{at} of {n}").format(at=self._at + 1, n=len(self._examples)))
        self.before.setEnabled(self._at > 0)
        self.after.setEnabled(self._at < len(self._examples) - 1)
        if isinstance(example, BadRow):
            self.text.setPlainText(example.text)
            self.learned.setText(example.why)
            self.legend.setText(words.place_words(example.place))
        else:
            self._show_pieces(example)
        self._fit()

    def _show_pieces(self, example: "Preview") -> None:
        self.text.clear()
        cursor = QTextCursor(self.text.document())
        cursor.beginEditBlock()
        for piece in example.pieces[:MOST_PIECES]:
            cursor.insertText(piece.text, self._format(piece.learned, piece.special))
        cursor.endEditBlock()
        self._go_to_learned(example)
        by_label = bool(example.labels) or example.asked is not None
        self.learned.setVisible(by_label)
        self.learned.setText(words.labels_words(example.labels, example.asked) if by_label else "")
        where = words.place_words(example.place)
        self.legend.setText(self.tr("{n} tokens from {where}.").format(
            n=example.tokens, where=where) if by_label else self.tr(
            "{n} tokens from {where}, {learned} of them learned: those are underlined.").format(
                n=example.tokens, where=where, learned=example.learned))

    def _go_to_learned(self, example: "Preview") -> None:
        """To the first words that are learned, with some of those before them."""
        before = 0
        for piece in example.pieces:
            if piece.learned:
                break
            before += len(piece.text)
        else:
            before = 0
        place = self.text.textCursor()
        place.setPosition(min(before, max(0, self.text.document().characterCount() - 1)))
        self.text.setTextCursor(place)
        self._fit()
        self.text.centerCursor()

    def _format(self, learned: bool, special: bool) -> QTextCharFormat:
        theme = self._theme_source.current
        look = QTextCharFormat()
        look.setForeground(QColor(theme.ink if learned else theme.quiet))
        if learned:
            look.setFontUnderline(True)
            look.setUnderlineColor(QColor(theme.accent))
            look.setFontWeight(QFont.Weight.DemiBold)
        if special:
            look.setBackground(QColor(theme.hover))
            look.setProperty(QTextCharFormat.Property.FontPixelSize, META)
        return look

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.setSpacing(SPACE // 2)
        head.addWidget(text_line("meta-ink", self.tr("As the model sees it")), 1)
        for part in (self.count, self.before, self.after):
            head.addWidget(part, 0, Qt.AlignmentFlag.AlignRight)
        self.count.setWordWrap(False)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACE // 2)
        column.addLayout(head)
        for part in (self.text, self.learned, self.legend):
            column.addWidget(part)
