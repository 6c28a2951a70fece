"""The token meter: what fills the model's window, part by part, as a bar with a legend in words
and numbers. Knows no model; the parts keep their order in both, so that colour alone says nothing.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QGridLayout, QSizePolicy, QVBoxLayout, QWidget

from gui.chat.prompt_view import PromptView
from gui.chat.wording import translate
from gui.figures import count_text
from gui.text_line import text_line
from gui.theme import SPACE, Theme, ThemeSource, mixed

_HEIGHT = 14
_BETWEEN = 1.0
_SWATCH = 12
_LEAST = 2.0
_ORDER = ("persona", "examples", "scene", "note", "summary", "facts", "lore", "turns", "frame")
_SHADES = (1.0, 0.5, 0.78)
REPLY, FREE = "reply", "free"


@dataclass(frozen=True, slots=True)
class Share:
    """Tokens of the window that go to one kind of part, and what that is called."""

    kind: str
    words: str
    tokens: int


def shares_of(view: PromptView) -> tuple[Share, ...]:
    """How the window is shared out, in the order of the bar; all together are the window, unless
    the prompt is too long for it."""
    counted = {kind: sum(part.tokens for part in view.parts if part.kept and part.kind == kind)
               for kind in _ORDER}
    # Counted one by one, tokens at the seams come out a few more or fewer.
    counted["frame"] = max(0, view.budget.prompt - sum(
        tokens for kind, tokens in counted.items() if kind != "frame"))
    words = _words()
    shares = [Share(kind, words[kind], tokens) for kind, tokens in counted.items() if tokens]
    budget = view.budget
    free = max(0, budget.window - budget.prompt - budget.reply)
    return (*shares, Share(REPLY, words[REPLY], budget.reply), Share(FREE, words[FREE], free))


class TokenBar(QWidget):
    """The bar with its legend beneath."""

    def __init__(self, theme_source: ThemeSource, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme_source = theme_source
        self.shares: tuple[Share, ...] = ()
        self._bar = _Bar(theme_source)
        self._legend = QGridLayout()
        self._legend.setContentsMargins(0, 0, 0, 0)
        self._legend.setHorizontalSpacing(SPACE)
        self._legend.setVerticalSpacing(2)
        self._legend.setColumnStretch(1, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACE)
        column.addWidget(self._bar)
        column.addLayout(self._legend)

    def show_shares(self, shares: Sequence[Share]) -> None:
        """Takes other shares."""
        if tuple(shares) == self.shares:
            return
        self.shares = tuple(shares)
        self._bar.show_shares(self.shares)
        while (item := self._legend.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        for row, share in enumerate(self.shares):
            self._legend.addWidget(_Swatch(self._theme_source, share.kind, row), row, 0)
            self._legend.addWidget(text_line("meta-ink", share.words), row, 1)
            self._legend.addWidget(text_line("meta-ink", count_text(share.tokens)), row, 2,
                                   Qt.AlignmentFlag.AlignRight)
        self.setAccessibleName("; ".join(
            f"{share.words}: {count_text(share.tokens)}" for share in self.shares))


class _Bar(QWidget):
    def __init__(self, theme_source: ThemeSource) -> None:
        super().__init__()
        self._theme_source = theme_source
        self._shares: tuple[Share, ...] = ()
        self.setFixedHeight(_HEIGHT)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        theme_source.changed.connect(self.update)

    def show_shares(self, shares: tuple[Share, ...]) -> None:
        self._shares = shares
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = self._theme_source.current
        total = sum(share.tokens for share in self._shares)
        if not total:
            return
        left, room = 0.0, float(self.width())
        with QPainter(self) as painter:
            for place, share in enumerate(self._shares):
                if share.tokens:
                    width = max(_LEAST, room * share.tokens / total)
                    area = QRectF(left, 0, min(width, room - left), self.height())
                    _fill(painter, area.adjusted(0, 0, -_BETWEEN, 0), share.kind, place, theme)
                    left += width


class _Swatch(QWidget):
    def __init__(self, theme_source: ThemeSource, kind: str, place: int) -> None:
        super().__init__()
        self._theme_source = theme_source
        self._kind, self._place = kind, place
        theme_source.changed.connect(self.update)
        self.setFixedSize(QSize(_SWATCH, _SWATCH))

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            _fill(painter, QRectF(self.rect()), self._kind, self._place,
                  self._theme_source.current)


def _fill(painter: QPainter, area: QRectF, kind: str, place: int, theme: Theme) -> None:
    """Parts of the prompt are full, the room for the reply is hatched, what is free is empty."""
    if kind == FREE:
        painter.setPen(QPen(QColor(theme.edge), 1))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(area.adjusted(0.5, 0.5, -0.5, -0.5))
        return
    painter.setPen(Qt.PenStyle.NoPen)
    if kind == REPLY:
        painter.fillRect(area, QColor(theme.selection))
        painter.setPen(QPen(QColor(theme.accent), 1))
        painter.save()
        painter.setClipRect(area)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        at = area.left() - area.height()
        while at < area.right():
            painter.drawLine(int(at), int(area.bottom()), int(at + area.height()),
                             int(area.top()))
            at += 5
        painter.restore()
        return
    painter.fillRect(area, _colour(kind, place, theme))


def _colour(kind: str, place: int, theme: Theme) -> QColor:
    """Shades of the accent that differ from their neighbours; the format's own words in grey."""
    if kind == "frame":
        return QColor(theme.edge)
    shade = _SHADES[place % len(_SHADES)]
    return mixed(QColor(theme.accent), QColor(theme.card), shade)


def _words() -> dict[str, str]:
    return {"persona": translate("Prompt", "Persona"),
            "examples": translate("Prompt", "Example dialogue"),
            "scene": translate("Prompt", "Scene"),
            "note": translate("Prompt", "Author's note"),
            "summary": translate("Prompt", "What happened before"),
            "facts": translate("Prompt", "Facts"), "lore": translate("Prompt", "Lore"),
            "turns": translate("Prompt", "Turns"),
            "frame": translate("Prompt", "The format's own words"),
            REPLY: translate("Prompt", "Kept for the reply"),
            FREE: translate("Prompt", "Free")}
