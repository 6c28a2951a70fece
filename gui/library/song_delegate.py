"""Draws the cells of the Library's table: names, chips, states, and where the words sought stand.

Rows are of two heights, equal for all at a time. Everything costly is kept: elided texts, measured
chips, drawn chips.
"""

from functools import lru_cache

from PySide6.QtCore import QModelIndex, QObject, QPersistentModelIndex, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPen
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from engine.tagging.browsing.song_query import ShelfSong, ShelfState
from engine.tagging.browsing.song_search import HIT_CLOSE, HIT_OPEN
from engine.tagging.vocabulary import Vocabulary
from gui.library.columns import Column
from gui.library.song_table import ROW_ROLE, SNIPPET_ROLE
from gui.library.wording import note_of, song_cell, song_title
from gui.mood_words import one_line
from gui.song.chip_paint import CHIP_HEIGHT, ChipPictures
from gui.theme import BODY, META, SPACE, Theme, ThemeSource, font, mixed

ROW_HEIGHT = 40
TALL_ROW = 58
_LINE = 22
_UNDER = 18
_CHIP_GAP = 4
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
Index = QModelIndex | QPersistentModelIndex


class SongDelegate(QStyledItemDelegate):
    """`hovered` is the row under the mouse, `focused` the one the keyboard is at. Under the names
    stands the artist where `artist_below`, whose column gave way, and a snippet where `snippets`.
    `row_left` and `row_width` say where rows lie: a snippet runs on from cell to cell."""

    def __init__(self, vocabulary: Vocabulary, theme_source: ThemeSource,
                 parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._vocabulary = vocabulary
        self._theme_source = theme_source
        self._chips = ChipPictures(vocabulary)
        self._fonts = {BODY: font(BODY), META: font(META)}
        self._metrics = {size: QFontMetrics(chosen) for size, chosen in self._fonts.items()}
        self._elided = lru_cache(maxsize=8192)(self._elide)
        self.hovered = -1
        self.focused = -1
        self.artist_below = False
        self.snippets = False
        self.row_left = 0
        self.row_width = 0

    @property
    def row_height(self) -> int:
        """How high all rows are now."""
        return TALL_ROW if self.snippets or self.artist_below else ROW_HEIGHT

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(80, self.row_height)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        theme = self._theme_source.current
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_ground(painter, option, index, theme)
        song = index.data(ROW_ROLE)
        area = option.rect.adjusted(SPACE, 0, -SPACE, 0)
        if not isinstance(song, ShelfSong):
            self._paint_awaited(painter, area, theme)
        else:
            self._paint_cell(painter, area, index, song, theme)
        if self.snippets and (words := str(index.data(SNIPPET_ROLE) or "")):
            self._paint_snippet(painter, option.rect, words, theme)
        painter.restore()

    def _paint_cell(self, painter: QPainter, area: QRect, index: Index, song: ShelfSong,
                    theme: Theme) -> None:
        column = Column(index.column())
        below = self.artist_below and column is Column.TITLE and bool(song.artist)
        two_lines = self.snippets or below
        line = QRect(area.left(), area.top() + SPACE, area.width(), _LINE) if two_lines else area
        if column is Column.TITLE:
            self._paint_title(painter, line, song, theme, below)
        elif column is Column.MOODS and song.state is ShelfState.TAGGED and song.tags:
            self._paint_chips(painter, line, song, theme)
        elif column is Column.MOODS:
            self._text(painter, line, note_of(song), META, theme.quiet)
        else:
            odd = column is Column.STATE and (song.missing or song.changed
                                              or song.state is not ShelfState.TAGGED)
            self._text(painter, line, song_cell(song, column, self._vocabulary),
                       BODY if column is Column.ARTIST else META,
                       theme.ink if odd else theme.quiet)

    def _paint_title(self, painter: QPainter, line: QRect, song: ShelfSong, theme: Theme,
                     below: bool) -> None:
        """The title; the artist, whose column gave way, under it, or behind it where a snippet
        stands there."""
        title = song_title(song)
        self._text(painter, line, title, BODY, theme.ink)
        if not below:
            return
        under = QRect(line.left(), line.bottom(), line.width(), _UNDER)
        if self.snippets:
            under = line.adjusted(self._metrics[BODY].horizontalAdvance(title) + SPACE, 1, 0, 0)
        if under.width() > 3 * SPACE:
            self._text(painter, under, one_line(song.artist), META, theme.quiet)

    def _paint_chips(self, painter: QPainter, area: QRect, song: ShelfSong,
                     theme: Theme) -> None:
        ratio = painter.device().devicePixelRatioF()
        left, top = area.left(), area.center().y() - CHIP_HEIGHT // 2 + 1
        for at, tag in enumerate(song.tags):
            width = self._chips.width(tag.tag)
            rest = f"+{len(song.tags) - at - 1}" if at + 1 < len(song.tags) else ""
            room = self._metrics[META].horizontalAdvance(rest) + 2 * _CHIP_GAP if rest else 0
            if at and left + width + room > area.right() + 1:
                more = QRect(left + 2, area.top(), area.right() - left, area.height())
                self._text(painter, more, f"+{len(song.tags) - at}", META, theme.quiet)
                return
            painter.drawPixmap(left, top, self._chips.picture(
                tag.tag, theme.dark, ratio, tag.experimental))
            left += width + _CHIP_GAP

    def _paint_ground(self, painter: QPainter, option: QStyleOptionViewItem, index: Index,
                      theme: Theme) -> None:
        area = option.rect
        if option.state & QStyle.StateFlag.State_Selected:
            painter.fillRect(area, QColor(theme.selection))
        elif index.row() == self.hovered:
            painter.fillRect(area, QColor(theme.hover))
        painter.fillRect(QRect(area.left(), area.bottom(), area.width(), 1), QColor(theme.line))
        if index.row() == self.focused:
            self._paint_focus(painter, area, theme)

    def _paint_focus(self, painter: QPainter, area: QRect, theme: Theme) -> None:
        """One outline around the whole row, of which this cell draws its part."""
        painter.save()
        painter.setClipRect(area)
        painter.setPen(QPen(QColor(theme.accent), 2))
        whole = QRectF(self.row_left, area.top(), self.row_width, area.height())
        painter.drawRect(whole.adjusted(1, 1, -1, -1))
        painter.restore()

    def _paint_awaited(self, painter: QPainter, area: QRect, theme: Theme) -> None:
        """A row that is still being read."""
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(theme.line))
        width = min(area.width(), 96)
        painter.drawRoundedRect(QRect(area.left(), area.center().y() - 4, width, 8), 4, 4)

    def _paint_snippet(self, painter: QPainter, cell: QRect, words: str, theme: Theme) -> None:
        """The line that holds the words sought, across the row; each cell shows its part."""
        painter.save()
        painter.setClipRect(cell.adjusted(0, 2, 0, -2))
        left = self.row_left + SPACE
        room = self.row_width - 2 * SPACE
        top = cell.top() + SPACE + _LINE
        for text, found in snippet_parts(words):
            width = self._metrics[META].horizontalAdvance(text)
            if room <= 0:
                break
            area = QRect(left, top, min(width + 1, room), _UNDER)
            if found:
                mark = mixed(QColor(theme.accent), QColor(theme.card), 0.22)
                painter.fillRect(area.adjusted(0, 2, 0, -2), mark)
            self._text(painter, area, text, META, theme.ink if found else theme.quiet)
            left, room = left + width, room - width
        painter.restore()

    def _text(self, painter: QPainter, area: QRect, text: str, size: int, colour: str) -> None:
        if text:
            painter.setFont(self._fonts[size])
            painter.setPen(QColor(colour))
            painter.drawText(area, _LEFT, self._elided(text, size, area.width()))

    def _elide(self, text: str, size: int, width: int) -> str:
        return self._metrics[size].elidedText(text, Qt.TextElideMode.ElideRight, width)


def snippet_parts(snippet: str) -> list[tuple[str, bool]]:
    """A snippet in pieces, and of each whether it was sought."""
    pieces = snippet.replace(HIT_CLOSE, HIT_OPEN).split(HIT_OPEN)
    return [(_joined(piece), at % 2 == 1) for at, piece in enumerate(pieces) if piece]


def _joined(piece: str) -> str:
    """On one line, with the spaces that part it from its neighbours."""
    inside = one_line(piece)
    before = " " if piece[:1].isspace() and inside else ""
    return f"{before}{inside}{' ' if piece[-1:].isspace() else ''}"
