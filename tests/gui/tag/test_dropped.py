"""What a drop holds: files before words, and a sentence for all that is neither."""

from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QUrl

from gui.tag.dropped import Dropped, read_mime


def mime(urls: list[str] | None = None, text: str | None = None) -> QMimeData:
    made = QMimeData()
    if urls is not None:
        made.setUrls([QUrl(url) for url in urls])
    if text is not None:
        made.setText(text)
    return made


def test_files_win_over_the_text_a_file_manager_sends_along(tmp_path: Path) -> None:
    file = tmp_path / "Bördel 歌 #1.txt"
    url = QUrl.fromLocalFile(str(file))
    assert read_mime(mime([url.toString()], "anything")) == Dropped(paths=(file,))


def test_text_is_a_lyric() -> None:
    assert read_mime(mime(text="First line\nsecond")) == Dropped(text="First line\nsecond")


def test_text_that_only_names_files_is_files(tmp_path: Path) -> None:
    one, two = (QUrl.fromLocalFile(str(tmp_path / name)) for name in ("a.txt", "b c.txt"))
    text = f"{one.toString()}\r\n{two.toString()}\n"
    assert read_mime(mime(text=text)).paths == (tmp_path / "a.txt", tmp_path / "b c.txt")


def test_a_lyric_that_mentions_a_file_stays_a_lyric() -> None:
    text = "file:///home is where the heart is\nand nowhere else"
    assert read_mime(mime(text=text)) == Dropped(text=text)


def test_local_files_among_addresses_are_taken(tmp_path: Path) -> None:
    local = QUrl.fromLocalFile(str(tmp_path)).toString()
    assert read_mime(mime(["https://example.org/a", local])).paths == (tmp_path,)


@pytest.mark.parametrize("found, told", [
    (mime(["https://example.org/lyric"]), "works offline"), (mime(text="  \n "), "neither"),
    (QMimeData(), "neither")])
def test_the_rest_is_refused_with_a_sentence(found: QMimeData, told: str) -> None:
    refused = read_mime(found)
    assert told in refused.refusal and not refused.paths and not refused.text
