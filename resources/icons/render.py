"""Renders undertone.svg to the PNG sizes, the .ico of Windows and the .icns of macOS beside it.

Run from anywhere after changing the drawing: python resources/icons/render.py
"""

import os
import struct
from pathlib import Path

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QRectF, Qt
from PySide6.QtGui import QGuiApplication, QImage, QPainter
from PySide6.QtSvg import QSvgRenderer

HERE = Path(__file__).resolve().parent
SIZES = (16, 24, 32, 48, 64, 128, 256, 512)
ICO_SIZES = (16, 24, 32, 48, 64, 128, 256)
ICNS_TYPES = {b"icp4": 16, b"icp5": 32, b"ic07": 128, b"ic08": 256, b"ic09": 512}


def png(renderer: QSvgRenderer, size: int) -> bytes:
    """The drawing as a PNG of size x size pixels."""
    image = QImage(size, size, QImage.Format.Format_ARGB32)
    image.fill(Qt.GlobalColor.transparent)
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    renderer.render(painter, QRectF(0, 0, size, size))
    painter.end()
    content = QByteArray()
    buffer = QBuffer(content)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    image.save(buffer, "PNG")
    return bytes(content.data())


def ico(pictures: dict[int, bytes]) -> bytes:
    """A Windows icon that holds PNG pictures, which Windows reads since Vista."""
    entries, bodies = b"", b""
    offset = 6 + 16 * len(ICO_SIZES)
    for size in ICO_SIZES:
        body = pictures[size]
        entries += struct.pack("<BBBBHHII", size % 256, size % 256, 0, 0, 1, 32, len(body),
                               offset + len(bodies))
        bodies += body
    return struct.pack("<HHH", 0, 1, len(ICO_SIZES)) + entries + bodies


def icns(pictures: dict[int, bytes]) -> bytes:
    """A macOS icon that holds PNG pictures."""
    body = b"".join(kind + struct.pack(">I", 8 + len(pictures[size])) + pictures[size]
                    for kind, size in ICNS_TYPES.items())
    return b"icns" + struct.pack(">I", 8 + len(body)) + body


def main() -> None:
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    application = QGuiApplication([])
    renderer = QSvgRenderer(str(HERE / "undertone.svg"))
    pictures = {size: png(renderer, size) for size in SIZES}
    for size, picture in pictures.items():
        (HERE / f"undertone-{size}.png").write_bytes(picture)
    (HERE / "undertone.ico").write_bytes(ico(pictures))
    (HERE / "undertone.icns").write_bytes(icns(pictures))
    application.quit()


if __name__ == "__main__":
    main()
