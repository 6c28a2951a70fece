"""Controls of the persona editor: several texts to page through, a colour, a picture."""

from pathlib import Path

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QIcon, QPainter, QPaintEvent, QPixmap
from PySide6.QtWidgets import (
    QColorDialog,
    QFileDialog,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from gui.chat.faces import draw_face, small_face
from gui.plain_field import PlainField
from gui.theme import SPACE, ThemeSource

_PICTURE = 72
_SWATCH = 16
_MOST_PICTURE = 16 << 20


class TextPages(QWidget):
    """Several texts, one shown at a time. What is empty when they are asked for is left out."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._texts = [""]
        self._place = 0
        self.field = PlainField()
        self.field.setTabChangesFocus(True)
        self.setFocusProxy(self.field)
        self.where = QLabel()
        self.where.setProperty("role", "meta")
        self.back = _button("\u2039", self.tr("The one before"), lambda: self._go(-1))
        self.forth = _button("\u203a", self.tr("The one after"), lambda: self._go(1))
        self.add = _button("+", self.tr("Another one"), self._add)
        self.remove = _button("\u2212", self.tr("Take this one out"), self._remove)
        row = QHBoxLayout()
        row.setSpacing(SPACE // 2)
        for widget in (self.back, self.where, self.forth, self.add, self.remove):
            row.addWidget(widget)
        row.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACE // 2)
        column.addWidget(self.field)
        column.addLayout(row)
        self._show()

    @property
    def texts(self) -> tuple[str, ...]:
        self._keep()
        return tuple(text for text in self._texts if text.strip())

    def show_texts(self, texts: tuple[str, ...]) -> None:
        self._texts, self._place = list(texts) or [""], 0
        self._show()

    def _go(self, by: int) -> None:
        self._keep()
        self._place = max(0, min(self._place + by, len(self._texts) - 1))
        self._show()

    def _add(self) -> None:
        self._keep()
        self._texts.append("")
        self._place = len(self._texts) - 1
        self._show()
        self.field.setFocus()

    def _remove(self) -> None:
        del self._texts[self._place]
        self._texts = self._texts or [""]
        self._place = min(self._place, len(self._texts) - 1)
        self._show()

    def _keep(self) -> None:
        self._texts[self._place] = self.field.toPlainText()

    def _show(self) -> None:
        self.field.setPlainText(self._texts[self._place])
        self.where.setText(f"{self._place + 1}/{len(self._texts)}")
        self.back.setEnabled(self._place > 0)
        self.forth.setEnabled(self._place < len(self._texts) - 1)
        self.remove.setEnabled(len(self._texts) > 1)


class ColourField(QWidget):
    """A colour as "#rrggbb"; `changed` says that another was chosen."""

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.colour = ""
        self.button = QPushButton(self.tr("Choose…"))
        self.button.clicked.connect(self.choose)
        self.setFocusProxy(self.button)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.button)
        row.addStretch(1)

    def show_colour(self, colour: str) -> None:
        self.colour = colour
        drawn = QPixmap(_SWATCH, _SWATCH)
        drawn.fill(QColor(colour) if colour else Qt.GlobalColor.transparent)
        self.button.setIcon(QIcon(drawn))
        self.changed.emit()

    def choose(self) -> None:
        """Lets the person pick one."""
        dialog = QColorDialog(QColor(self.colour), self)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.colorSelected.connect(lambda chosen: self.show_colour(chosen.name()))
        dialog.open()


class PictureField(QWidget):
    """A picture as its bytes. `said` is what is wrong with one that was chosen."""

    said = Signal(str)

    def __init__(self, theme_source: ThemeSource, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.picture = b""
        self.face = _Face(theme_source)
        self.button = QPushButton(self.tr("Choose…"))
        self.button.clicked.connect(self.choose)
        self.clear = QPushButton(self.tr("Take away"))
        self.clear.setProperty("role", "link")
        self.clear.clicked.connect(lambda: self.show_picture(b""))
        self.setFocusProxy(self.button)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(SPACE)
        for widget in (self.face, self.button, self.clear):
            row.addWidget(widget)
        row.addStretch(1)

    def show_picture(self, picture: bytes) -> None:
        self.picture = picture
        self.face.face = small_face(picture) if picture else None
        self.clear.setVisible(bool(picture))
        self.face.update()

    def choose(self) -> None:
        """Lets the person choose a file."""
        dialog = QFileDialog(self, self.tr("Choose a picture"))
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.setNameFilter(self.tr("Pictures") + " (*.png *.jpg *.jpeg *.webp)")
        dialog.fileSelected.connect(lambda name: self.take(Path(name)))
        dialog.open()

    def take(self, file: Path) -> None:
        """Shows the picture of a file, or says why it cannot be used."""
        try:
            with file.open("rb") as opened:
                picture = opened.read(_MOST_PICTURE + 1)
        except OSError:
            picture = b""
        if len(picture) > _MOST_PICTURE:
            self.said.emit(self.tr("This picture is larger than 16 MB. Choose a smaller one."))
        elif small_face(picture) is None:
            self.said.emit(self.tr(
                "This picture cannot be shown. Choose a PNG, a JPEG or a WebP."))
        else:
            self.said.emit("")
            self.show_picture(picture)


class _Face(QWidget):
    def __init__(self, theme_source: ThemeSource) -> None:
        super().__init__()
        self._theme_source = theme_source
        self.face: object | None = None
        self.name, self.colour = "", ""
        self.setFixedSize(QSize(_PICTURE, _PICTURE))

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            draw_face(painter, QRectF(self.rect()), self.face, self.name, self.colour,
                      self._theme_source.current)


def _button(sign: str, name: str, act: object) -> QPushButton:
    button = QPushButton(sign)
    button.setProperty("role", "step")
    button.setAccessibleName(name)
    button.setToolTip(name)
    button.setAutoDefault(False)
    button.clicked.connect(act)
    return button
