"""Sets a lyric as a document: plain text only, calm line height, asides in a quieter voice."""

from PySide6.QtGui import QColor, QTextBlockFormat, QTextCharFormat, QTextCursor, QTextDocument

from engine.tagging.lyric import LineKind, Lyric
from gui.theme import BODY, LINE_HEIGHT, META, READING, Theme, font

_SIZES = {LineKind.WORDS: READING, LineKind.BLANK: READING, LineKind.HEADING: META,
          LineKind.CREDIT: META, LineKind.RESIDUE: BODY}
_BREAKS = str.maketrans(dict.fromkeys("\u2028\u2029\r\n\v\f\x00", " "))


def set_lyric(document: QTextDocument, lyric: Lyric, theme: Theme) -> None:
    """Replaces the document's text: block n is line n."""
    document.clear()
    cursor = QTextCursor(document)
    cursor.beginEditBlock()
    height = QTextBlockFormat()
    # At least so high: scripts with taller letters than the reading size asks for keep theirs.
    height.setLineHeight(LINE_HEIGHT * READING,
                         QTextBlockFormat.LineHeightTypes.MinimumHeight.value)
    voices = {kind: _voice(kind, theme) for kind in LineKind}
    for number, line in enumerate(lyric.lines):
        if number:
            cursor.insertBlock(height, voices[line.kind])
        else:
            cursor.setBlockFormat(height)
        # insertText takes text as it is: markup in a lyric stays letters.
        cursor.insertText(shown_text(line.text), voices[line.kind])
    cursor.endEditBlock()


def shown_text(text: str) -> str:
    """A line's text with as many characters, none of which would break the block."""
    return text.translate(_BREAKS)


def _voice(kind: LineKind, theme: Theme) -> QTextCharFormat:
    voice = QTextCharFormat()
    voice.setFont(font(_SIZES[kind], bold=kind is LineKind.HEADING))
    spoken = kind in (LineKind.WORDS, LineKind.BLANK)
    voice.setForeground(QColor(theme.ink if spoken else theme.quiet))
    if kind is LineKind.RESIDUE:
        voice.setFontStrikeOut(True)
    return voice
