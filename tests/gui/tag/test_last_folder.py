"""Dialogs begin where the person was last, also after a restart."""

from pathlib import Path

import pytest
from PySide6.QtCore import QSettings, QStandardPaths

from gui.tag.last_folder import LastFolder


@pytest.fixture
def memory(tmp_path: Path) -> QSettings:
    return QSettings(str(tmp_path / "window.ini"), QSettings.Format.IniFormat)


def test_the_first_time_is_at_music_or_home(memory: QSettings) -> None:
    music = Path(QStandardPaths.writableLocation(QStandardPaths.StandardLocation.MusicLocation))
    assert LastFolder(memory).find() == (music if music.is_dir() else Path.home())


@pytest.mark.parametrize("name", ["song.txt", ""], ids=["a file", "a folder"])
def test_the_folder_used_last_is_found_again(memory: QSettings, tmp_path: Path,
                                             name: str) -> None:
    folder = tmp_path / "M\u00fasica, new"
    folder.mkdir()
    (folder / "song.txt").write_text("words")
    first = LastFolder(memory)
    first.note(folder / name)
    assert first.find() == folder
    memory.sync()
    kept = QSettings(memory.fileName(), QSettings.Format.IniFormat)
    assert LastFolder(kept).find() == folder


def test_a_folder_that_is_gone_is_not_insisted_on(memory: QSettings, tmp_path: Path) -> None:
    folder = tmp_path / "stick"
    folder.mkdir()
    last = LastFolder(memory)
    first = last.find()
    last.note(folder)
    folder.rmdir()
    assert last.find() == first
