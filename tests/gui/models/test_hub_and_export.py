"""A model is asked for by its name on a hub; an installed one leaves as one file."""

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog, QLineEdit
from pytestqt.qtbot import QtBot

from gui.jobs import JobWatcher
from gui.models.page import ModelsPage
from gui.models.presenter import ModelsPresenter
from tests.gui.models.conftest import PATIENCE_MS, Until, button, has_button, words


def press(qtbot: QtBot, page: ModelsPage, name: str) -> None:
    qtbot.mouseClick(button(page, name), Qt.MouseButton.LeftButton)


def field(page: ModelsPage) -> QLineEdit:
    return next(f for f in page.findChildren(QLineEdit) if f.isVisibleTo(page))


def choose(page: ModelsPage, file: Path) -> None:
    dialog = page.findChildren(QFileDialog)[-1]
    assert dialog.acceptMode() == QFileDialog.AcceptMode.AcceptSave
    dialog.fileSelected.emit(str(file))
    dialog.close()


def test_a_model_of_a_hub_is_got_by_its_name(
        models: ModelsPresenter, page: ModelsPage, watcher: JobWatcher, qtbot: QtBot) -> None:
    assert not button(page, "Get the named model").isEnabled()
    qtbot.keyClicks(field(page), "someone/tiny")
    assert watcher.running == ()
    with qtbot.waitSignal(models.arrived, timeout=PATIENCE_MS) as arrived:
        qtbot.keyClick(field(page), Qt.Key.Key_Return)
    assert arrived.args[0].id == "tiny"
    # AND the field is free for another
    press(qtbot, page, "Add a model")
    assert field(page).text() == ""


def test_the_field_is_free_while_a_model_comes_and_no_model_comes_twice(
        models: ModelsPresenter, page: ModelsPage, qtbot: QtBot) -> None:
    for named in ("someone/slow", "https://huggingface.co/someone/slow"):
        field(page).setText(named)
        press(qtbot, page, "Get the named model")
        qtbot.waitUntil(lambda: bool(models.adding.arrivals), timeout=PATIENCE_MS)
    assert field(page).text() == "" and len(models.adding.arrivals) == 1
    models.adding.cancel(models.adding.arrivals[0].key)


def test_who_types_keeps_the_focus_when_something_else_arrives(
        models: ModelsPresenter, page: ModelsPage, qtbot: QtBot, until: Until) -> None:
    with qtbot.waitExposed(page):
        page.show()
    page.activateWindow()
    field(page).setFocus()
    qtbot.keyClicks(field(page), "someone/half")
    models.adding.get("offline")
    until(lambda: "has no connection" in words(page))
    assert field(page).hasFocus() and field(page).text() == "someone/half"
    page.hide()


def test_what_names_no_model_is_said_beside_the_field(
        page: ModelsPage, watcher: JobWatcher, qtbot: QtBot) -> None:
    qtbot.keyClicks(field(page), "just words")
    press(qtbot, page, "Get the named model")
    assert "does not name a model" in words(page) and watcher.running == ()
    assert field(page).text() == "just words"
    qtbot.keyClicks(field(page), "!")
    assert "does not name a model" not in words(page)


def test_what_did_not_come_says_why_and_is_tried_again(
        models: ModelsPresenter, page: ModelsPage, qtbot: QtBot, until: Until) -> None:
    for _ in range(2):  # asked for again by its name, it is the same arrival
        with qtbot.waitSignal(models.adding.came_to_nothing, timeout=PATIENCE_MS):
            field(page).setText("someone/offline")
            press(qtbot, page, "Get the named model")
        until(lambda: "has no connection" in words(page))
        assert len(models.adding.arrivals) == 1
    assert models.adding.arrivals[0].name == "someone/offline"
    assert button(page, "Go on with someone/offline").isEnabled()


def test_what_is_typed_outlives_other_arrivals(
        models: ModelsPresenter, page: ModelsPage, qtbot: QtBot, until: Until) -> None:
    qtbot.keyClicks(field(page), "someone/half")
    press(qtbot, page, "Get Far away")
    until(lambda: "has no connection" in words(page))
    assert field(page).text() == "someone/half"


def test_a_model_leaves_as_one_file(
        models: ModelsPresenter, page: ModelsPage, qtbot: QtBot, tmp_path: Path) -> None:
    file = tmp_path / "given.undertone"
    press(qtbot, page, "Export Beta")
    with qtbot.waitSignal(models.leaving.left, timeout=PATIENCE_MS) as left:
        choose(page, file)
    assert left.args == ["given is in given.undertone.", str(file)]
    assert file.read_bytes() == b"a model"
    # AND the next one is offered the same folder
    press(qtbot, page, "Export Beta")
    dialog = page.findChildren(QFileDialog)[-1]
    assert dialog.directory().path() == str(tmp_path)
    assert dialog.selectedFiles() == [str(tmp_path / "beta.undertone")]
    dialog.close()
    # AND what cannot be read is not given away
    assert not has_button(page, "Export delta")


def test_an_export_says_how_far_it_is_and_can_be_stopped(
        models: ModelsPresenter, page: ModelsPage, qtbot: QtBot, until: Until,
        tmp_path: Path) -> None:
    file = tmp_path / "slow.undertone"
    press(qtbot, page, "Export Beta")
    choose(page, file)
    until(lambda: "Exporting…" in words(page))
    assert not button(page, "Remove Beta").isEnabled()
    press(qtbot, page, "Stop exporting Beta")
    until(lambda: has_button(page, "Export Beta"))
    assert not file.exists() and models.leaving.told("beta") == ""


def test_an_export_that_fails_is_over(
        models: ModelsPresenter, page: ModelsPage, watcher: JobWatcher, qtbot: QtBot,
        until: Until, tmp_path: Path) -> None:
    press(qtbot, page, "Export Beta")
    with qtbot.waitSignal(watcher.failed, timeout=PATIENCE_MS) as failed:
        choose(page, tmp_path / "broken.undertone")
    assert failed.args[0].ending.message == "The file ends too early."
    until(lambda: button(page, "Export Beta").isEnabled())


@pytest.mark.parametrize("name", ["it.undertone", "it.GGUF"])
def test_single_files_are_known_as_models(name: str, tmp_path: Path) -> None:
    from gui.models.model_files import models_among

    file = tmp_path / name
    file.write_bytes(b"x")
    assert models_among([file, tmp_path / "other.txt"]) == (file,)
