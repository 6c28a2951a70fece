"""After a restore or an import another window opens, of the data that are here now."""

from contextlib import closing

from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from engine.library.archive.bringing_in import Way
from engine.library.archive.packing import pack
from engine.paths import AppPaths
from engine.settings import Settings, save_settings
from gui.app import Program
from gui.running import open_anew
from tests.engine.library.tiny_libraries import add_song, fill, home, library_at
from tests.gui.conftest import FakeShelf, end


def test_an_import_opens_the_window_anew_with_what_came(
        isolated_home: AppPaths, qapp: QApplication, qtbot: QtBot, shelf: FakeShelf) -> None:
    # GIVEN a file from another computer, where the window was dark
    elsewhere = home(isolated_home.home.parent / "elsewhere", isolated_home.resources)
    fill(elsewhere)
    file = pack(elsewhere, isolated_home.home.parent / "mine.zip").file
    save_settings(isolated_home.settings_file, Settings(appearance="light"))
    with closing(library_at(isolated_home)) as database:
        add_song(database, "Cellar")
    program = Program(qapp, isolated_home, shelf)
    with qtbot.waitExposed(program.window):
        program.window.show()
    qtbot.waitUntil(lambda: not program.tagging.busy)
    # WHEN it is put in the place of what is here
    program.data.bring_in(file, Way.REPLACE, with_models=True)
    qtbot.waitUntil(lambda: bool(program.news))
    assert not program.window.isVisible()
    # THEN the next window has its settings and its songs, and says why it is there
    after = open_anew(qapp, program)
    try:
        assert isinstance(after, Program)
        assert after.settings.current.appearance == "dark"
        with closing(library_at(isolated_home)) as database:
            assert database.first("SELECT count(*) FROM song") == (2,)
        assert after.news == ""
    finally:
        end(after)
