"""A line of words that ends in an ellipsis where there is no room for all of them."""

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QLabel

from gui.text_line import plain_tip


class ElidedLabel(QLabel):
    """The whole text is its tooltip and what a screen reader reads."""

    def setText(self, text: str) -> None:
        super().setText(" ".join(text.split()))
        self.setToolTip(plain_tip(self.text()))
        self.setAccessibleName(self.text())

    def minimumSizeHint(self) -> QSize:
        return QSize(0, super().minimumSizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        self.ensurePolished()
        shown = self.fontMetrics().elidedText(
            self.text(), Qt.TextElideMode.ElideRight, self.width())
        with QPainter(self) as painter:
            painter.setFont(self.font())
            painter.setPen(self.palette().color(self.foregroundRole()))
            painter.drawText(self.rect(), Qt.AlignmentFlag.AlignVCenter, shown)
