"""A person backs up, restores, exports and imports by the card in Settings."""

import zipfile
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtWidgets import QApplication, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from engine.errors import EngineError
from engine.library.backup import Backup, BackupKind, BackupShelf
from engine.library.incoming import settle
from engine.library.library_copy import LibraryFigures
from engine.paths import AppPaths
from gui.settings.backups_dialog import BackupsDialog
from gui.settings.data_dialogs import ExportDialog, ImportDialog
from gui.settings.data_line import DataLine
from gui.settings.data_words import added_text, backup_words, counts_text, when_text
from gui.settings.devices import DevicesPresenter
from gui.settings.page import SettingsPage
from gui.settings.presenter import SettingsPresenter
from gui.settings.your_data import YourData
from gui.settings.your_data_card import YourDataCard
from tests.engine.library.tiny_libraries import add_song, fill, library_at, told


class Hindrance:
    words = ""


@pytest.fixture
def hindrance() -> Hindrance:
    return Hindrance()


@pytest.fixture
def data(isolated_home: AppPaths, hindrance: Hindrance, qapp: object) -> Iterator[YourData]:
    """Of a home with a bit of everything."""
    fill(isolated_home)
    made = YourData(isolated_home, lambda: hindrance.words, lambda: 7, lambda: None)
    yield made
    made.close()


@pytest.fixture
def card(data: YourData, isolated_home: AppPaths, qtbot: QtBot) -> Iterator[YourDataCard]:
    made = YourDataCard(data, SettingsPresenter(isolated_home.settings_file))
    qtbot.addWidget(made)
    with qtbot.waitSignal(data.changed):
        data.load()
    yield made
    data.close()


def dialog(card: QWidget, name: str) -> QWidget:
    return card.findChildren(QWidget, name)[-1]


def press(button: QPushButton, qtbot: QtBot) -> None:
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)


def idle(data: YourData, qtbot: QtBot, ready: Callable[[], bool] = lambda: True) -> None:
    qtbot.waitUntil(lambda: data.working is None and ready())


def test_the_card_says_where_and_how_much(card: YourDataCard, isolated_home: AppPaths) -> None:
    assert card.place.text() == str(isolated_home.home)
    assert card.sizes.text().startswith("Library 0.")
    assert "own models" in card.sizes.text()
    assert card.last.text() == "There is no backup yet."
    assert card.undo.isHidden() or not card.undo.isVisibleTo(card)


def test_a_backup_is_made_listed_and_restored_and_that_is_undone(
        card: YourDataCard, data: YourData, isolated_home: AppPaths, qtbot: QtBot) -> None:
    news: list[str] = []
    data.told.connect(news.append)
    data.replaced.connect(news.append)
    # WHEN a backup is made
    press(card.back_up, qtbot)
    assert not card.back_up.isEnabled()
    idle(data, qtbot, lambda: bool(data.overview and data.overview.backups))
    assert news == ["The library is backed up: 2 songs, 1 talk."]
    assert card.last.text().startswith("The last one was made today at")
    # AND restored after something else was added
    with closing(library_at(isolated_home)) as database:
        add_song(database, "Cellar")
    later = told(isolated_home)
    press(card.backups, qtbot)
    listed = dialog(card, "backups")
    assert isinstance(listed, BackupsDialog) and listed.list.count() == 1
    press(listed.restore, qtbot)
    qtbot.waitUntil(lambda: len(news) == 2)
    # THEN it is as it was, and the way back is offered
    assert news[1].startswith("Your data are as they were today at")
    assert len(told(isolated_home)["songs"]) == 2
    qtbot.waitUntil(lambda: card.undo.isVisibleTo(card))
    idle(data, qtbot)
    press(card.undo, qtbot)
    qtbot.waitUntil(lambda: len(news) == 3)
    assert told(isolated_home) == later


def test_a_backup_is_deleted_only_when_it_was_asked_twice(
        card: YourDataCard, data: YourData, qtbot: QtBot) -> None:
    for _ in range(2):
        press(card.back_up, qtbot)
        idle(data, qtbot, lambda: card.back_up.isEnabled())
    press(card.backups, qtbot)
    listed = dialog(card, "backups")
    assert isinstance(listed, BackupsDialog)
    listed.list.setFocus()
    qtbot.waitUntil(lambda: listed.list.count() == 2)
    qtbot.keyClick(listed, Qt.Key.Key_Delete) if listed.list.hasFocus() else press(
        listed.delete, qtbot)
    assert listed.delete.text() == "Delete for good?"
    # WHEN another one is chosen, nothing is sure any more
    listed.list.setCurrentRow(1)
    assert listed.delete.text() == "Delete" and listed.list.count() == 2
    press(listed.delete, qtbot)
    press(listed.delete, qtbot)
    qtbot.waitUntil(lambda: listed.list.count() == 1)
    idle(data, qtbot)
    listed.close()


def test_everything_is_exported_and_put_in_the_place_of_what_is_here(
        card: YourDataCard, data: YourData, isolated_home: AppPaths, tmp_path: Path,
        qtbot: QtBot) -> None:
    news: list[str] = []
    data.told.connect(news.append)
    data.replaced.connect(news.append)
    file = tmp_path / "mine.zip"
    card.ask_save = lambda _: str(file.with_suffix(""))
    card.ask_open = lambda: str(file)
    # WHEN it is exported with the models
    press(card.export, qtbot)
    asked = dialog(card, "export")
    assert isinstance(asked, ExportDialog) and not asked.models.isChecked()
    asked.models.setChecked(True)
    asked.accept()
    qtbot.waitUntil(lambda: len(news) == 1)
    assert zipfile.is_zipfile(file)
    idle(data, qtbot)
    then = told(isolated_home)
    with closing(library_at(isolated_home)) as database:
        add_song(database, "Cellar")
    # AND imported again
    press(card.bring, qtbot)
    qtbot.waitUntil(lambda: bool(card.findChildren(QWidget, "import")))
    how = dialog(card, "import")
    assert isinstance(how, ImportDialog) and how.add.isChecked() and not how.models.isHidden()
    idle(data, qtbot)
    how.replace.setChecked(True)
    how.accept()
    qtbot.waitUntil(lambda: len(news) == 2)
    # THEN the library is as it was; the files follow when no window holds them
    assert told(isolated_home)["songs"] == then["songs"]
    settle(isolated_home)
    idle(data, qtbot)


def test_nothing_is_replaced_while_something_else_writes(
        card: YourDataCard, data: YourData, hindrance: Hindrance, qtbot: QtBot) -> None:
    press(card.back_up, qtbot)
    idle(data, qtbot, lambda: bool(data.overview and data.overview.backups))
    hindrance.words = "Songs are being tagged."
    assert data.overview is not None
    with qtbot.waitSignal(data.problem_raised) as raised:
        data.restore(data.overview.backups[0])
    assert raised.args is not None and raised.args[0].message == "Songs are being tagged."
    assert data.working is None


def test_what_cannot_be_brought_in_is_said_and_all_goes_on(
        card: YourDataCard, data: YourData, tmp_path: Path, qtbot: QtBot) -> None:
    (tmp_path / "odd.zip").write_bytes(b"no zip")
    card.ask_open = lambda: str(tmp_path / "odd.zip")
    with qtbot.waitSignal(data.problem_raised) as raised:
        press(card.bring, qtbot)
    assert raised.args is not None and isinstance(raised.args[0], EngineError)
    idle(data, qtbot)
    card.ask_open = lambda: ""
    press(card.bring, qtbot)
    assert data.working is None and card.bring.isEnabled()


def test_stopping_from_the_job_bar_leaves_no_file(
        card: YourDataCard, data: YourData, tmp_path: Path, qtbot: QtBot) -> None:
    from gui.job_bar import JobBar
    from gui.notifications import Notifier

    bar = JobBar()
    qtbot.addWidget(bar)
    line = DataLine(data, bar, Notifier(), bar)
    data.export(tmp_path / "mine.zip", with_models=True)
    assert line and not bar.isHidden()
    bar.cancel_pressed.emit("your data")
    idle(data, qtbot)
    assert not (tmp_path / "mine.zip").exists() and bar.isHidden()


def test_the_day_gets_its_backup_without_a_word(data: YourData, isolated_home: AppPaths,
                                                qtbot: QtBot) -> None:
    with qtbot.waitSignal(data.changed):
        data.look_for_day()
    assert data.overview is not None
    assert [backup.kind for backup in data.overview.backups] == [BackupKind.DAY]
    data.look_for_day()
    data.close()
    assert len(BackupShelf(isolated_home).all()) == 1


def test_a_day_that_got_none_is_told_once(data: YourData, isolated_home: AppPaths,
                                          qtbot: QtBot) -> None:
    isolated_home.library_file.write_bytes(b"spoiled" * 1000)
    data.begin()
    with qtbot.waitSignal(data.problem_raised) as raised:
        data.look_for_day()
    assert raised.args is not None and "damaged" in raised.args[0].message
    assert not data._days.isActive()


def test_how_many_days_are_kept_is_a_setting(card: YourDataCard, isolated_home: AppPaths,
                                             qtbot: QtBot) -> None:
    card.days.box.setValue(0)
    assert card.days.box.text() == "None"
    assert SettingsPresenter(isolated_home.settings_file).current.most_daily_backups == 0


def test_words_for_times_and_kinds() -> None:
    now = datetime(2026, 3, 12, 12, tzinfo=UTC)
    assert when_text(now, now).startswith("today at ")
    assert when_text(now - timedelta(days=1), now).startswith("yesterday at ")
    assert "March 2026 at" in when_text(now - timedelta(days=9), now)
    figures = LibraryFigures(13, 1, 2, 3, 4)
    for kind in BackupKind:
        first, second = backup_words(Backup(Path("x.sqlite3"), kind, now, 10_000_000, figures))
        assert "·" in first and second == "1 song, 2 talks · 10\u00a0MB"
    assert "cannot be restored" in backup_words(
        Backup(Path("x.sqlite3"), BackupKind.DAMAGED, now, 1))[1]
    assert "prompts" in backup_words(Backup(Path("x.zip"), BackupKind.IMPORT, now, 1))[1]
    from engine.library.merging.merge import Merged

    assert added_text(Merged()).startswith("All of it was here")
    assert added_text(Merged(songs=2, labels=3)) == "Added: songs 2, your words on moods 3."
    assert counts_text(0, 0) == "nothing yet"


def test_the_page_shows_the_card_and_every_control_has_a_name(
        data: YourData, devices: DevicesPresenter, isolated_home: AppPaths, qtbot: QtBot) -> None:
    page = SettingsPage(SettingsPresenter(isolated_home.settings_file), devices, data)
    qtbot.addWidget(page)
    with qtbot.waitExposed(page):
        page.show()
    qtbot.waitUntil(lambda: data.overview is not None)
    card = page.findChild(YourDataCard)
    assert card is not None
    for button in card.findChildren(QPushButton):
        assert button.text() or button.accessibleName()
    page.close()
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    data.close()
