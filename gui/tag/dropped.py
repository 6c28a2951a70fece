"""What a drop or a paste holds: files and folders, or words, or nothing that can be read here."""

from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QMimeData, QUrl

translate = QCoreApplication.translate


@dataclass(frozen=True, slots=True)
class Dropped:
    """Local `paths`, else `text`. `refusal` says what can be done where there is neither."""

    paths: tuple[Path, ...] = ()
    text: str = ""
    refusal: str = ""


def read_mime(mime: QMimeData | None) -> Dropped:
    """Files win over text, because a file manager offers both. None is an empty clipboard."""
    mime = mime or QMimeData()
    urls = mime.urls() if mime.hasUrls() else _urls_in(mime.text() if mime.hasText() else "")
    paths = tuple(Path(url.toLocalFile()) for url in urls if url.isLocalFile())
    if paths:
        return Dropped(paths=paths)
    if urls:
        return Dropped(refusal=translate(
            "Tag", "This is an address on the web, and Undertone works offline. Save the lyric "
            "as a file, or copy its words."))
    if mime.hasText() and mime.text().strip():
        return Dropped(text=mime.text())
    return Dropped(refusal=translate("Tag", "This holds neither files nor words. Drop lyrics, "
                                            "music, folders or text."))


def _urls_in(text: str) -> list[QUrl]:
    """The addresses of a text that is nothing but addresses of files, one a line."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    if lines and all(line.startswith("file://") for line in lines):
        return [QUrl(line) for line in lines]
    return []
