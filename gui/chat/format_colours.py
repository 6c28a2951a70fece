"""Colours a prompt format's file as it is written: comments step back, slots stand out."""

import re

from PySide6.QtGui import QColor, QSyntaxHighlighter, QTextCharFormat, QTextDocument

from gui.theme import ThemeSource

_COMMENT = re.compile(r"^\s*#(?!##).*$")
_SLOT = re.compile(r"\{[a-z_]+\}")


class FormatColours(QSyntaxHighlighter):
    """Follows the theme."""

    def __init__(self, document: QTextDocument, theme_source: ThemeSource) -> None:
        super().__init__(document)
        self._theme_source = theme_source
        theme_source.changed.connect(self.rehighlight)

    def highlightBlock(self, text: str) -> None:
        theme = self._theme_source.current
        if _COMMENT.match(text):
            self.setFormat(0, len(text), _in_colour(theme.quiet))
            return
        for slot in _SLOT.finditer(text):
            self.setFormat(slot.start(), slot.end() - slot.start(), _in_colour(theme.accent))


def _in_colour(colour: str) -> QTextCharFormat:
    form = QTextCharFormat()
    form.setForeground(QColor(colour))
    return form
