"""The Chat page within the whole program: its place, its model, and tagging that gives way."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QGuiApplication
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from engine.chat.cards.writing import write_card
from engine.chat.persona import Persona
from engine.models.manifest import DecoderInfo, ModelManifest, write_manifest
from engine.models.registry import ModelRegistry
from engine.paths import AppPaths
from engine.settings import Settings
from gui.app import Program
from gui.chat_shelf import ChatShelf
from tests.fakes import FakeTextModel
from tests.gui.conftest import FakeShelf, end

CTRL = Qt.KeyboardModifier.ControlModifier
SUNNY = "The sun is up and I can smile\nWe dance and laugh in bright new light\n"


def install(home: Path, model_id: str, name: str) -> None:
    """A chat model as the registry sees it: a folder with a manifest."""
    folder = home / model_id
    folder.mkdir(parents=True)
    write_manifest(folder, ModelManifest(
        id=model_id, name=name, kind="decoder", task="text-generation", graph="model.onnx",
        window=64, decoder=DecoderInfo(layout="shared-cache", layers=1, kv_heads=1, head_size=8,
                                       vocabulary=258, stop_ids=(257,))))


@pytest.fixture
def opened() -> list[str]:
    """The ids of the models that were opened."""
    return []


@pytest.fixture
def program(qapp: QApplication, qtbot: QtBot, isolated_home: AppPaths,
            opened: list[str]) -> Iterator[Program]:
    for model_id, name in (("small", "Small"), ("tall", "Tall")):
        install(isolated_home.models, model_id, name)

    def open_model(entry: object, settings: Settings) -> FakeTextModel:
        opened.append(entry.id)  # type: ignore[attr-defined] # a registry entry
        return FakeTextModel("It comes back.", id=entry.id)  # type: ignore[attr-defined] # same

    registry = ModelRegistry(isolated_home.shipped_models, isolated_home.models)
    shelf = ChatShelf(registry, lambda: started.settings.current, open_model)
    started = Program(qapp, isolated_home, FakeShelf(), chat_shelf=shelf)
    with qtbot.waitExposed(started.window):
        started.window.show()
    started.window.activateWindow()
    yield started
    end(started)


def show_chat(program: Program, qtbot: QtBot) -> None:
    program.window.show_page("chat")
    qtbot.waitUntil(lambda: program.chat.models.ready is not None)


def test_the_model_is_opened_when_the_page_is_first_seen(
        program: Program, qtbot: QtBot, opened: list[str]) -> None:
    # GIVEN a window at another page, with its models known
    qtbot.waitUntil(lambda: not program.models.loading)
    qtbot.waitUntil(lambda: not program.desk.busy)
    assert opened == []
    # WHEN the Chat page is opened, THEN its model is made ready, once
    show_chat(program, qtbot)
    program.window.show_page("tag")
    program.window.show_page("chat")
    qtbot.waitUntil(lambda: not program.chat.queue.busy)
    assert opened == ["small"]


def test_a_reply_goes_through_the_whole_program(program: Program, qtbot: QtBot) -> None:
    show_chat(program, qtbot)
    program.chat.page.input.field.setFocus()
    qtbot.keyClicks(program.chat.page.input.field, "What is a chorus?")
    qtbot.keyClick(program.chat.page.input.field, Qt.Key.Key_Return)
    shown = lambda: [m.text for m in program.chat.presenter.open.shown]  # noqa: E731 - read often
    qtbot.waitUntil(lambda: shown() == ["What is a chorus?", "It comes back."], timeout=10_000)


def test_another_model_is_opened_and_the_old_one_let_go(
        program: Program, qtbot: QtBot, opened: list[str]) -> None:
    show_chat(program, qtbot)
    program.chat.models.choose("tall")
    qtbot.waitUntil(lambda: program.chat.models.ready is not None
                    and program.chat.models.ready.id == "tall")
    assert program.settings.current.chat_model == "tall" and opened == ["small", "tall"]


def test_tagging_gives_way_to_a_reply(
        program: Program, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[bool] = []
    monkeypatch.setattr(program.tagging, "give_way", told.append)
    program.chat.presenter.streaming_changed.disconnect()
    program.chat.presenter.streaming_changed.connect(program.tagging.give_way)
    show_chat(program, qtbot)
    program.chat.presenter.send("Hello")
    qtbot.waitUntil(lambda: told == [True, False])


def test_songs_wait_while_a_reply_is_written_and_go_on_after_it(
        program: Program, qtbot: QtBot) -> None:
    # GIVEN a reply that has the right of way
    program.chat.presenter.streaming_changed.emit(True)
    program.tag.tag_text(SUNNY)
    qtbot.waitUntil(lambda: not program.desk.busy)
    assert program.tag.run.progress.running and not program.tag.run.progress.paused
    # WHEN it has ended, THEN the song is tagged
    program.chat.presenter.streaming_changed.emit(False)
    qtbot.waitUntil(lambda: not program.tag.run.progress.running, timeout=30_000)
    assert program.tag.table.size == 1


def test_what_is_pasted_on_the_chat_page_goes_into_its_field(
        program: Program, qtbot: QtBot) -> None:
    show_chat(program, qtbot)
    QGuiApplication.clipboard().setText("words for the model")
    for widget in (program.chat.page.transcript, program.chat.page.panel.list):
        program.chat.page.input.field.clear()
        widget.setFocus()
        qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_V, CTRL)
        assert program.chat.page.input.field.toPlainText() == "words for the model"
    assert program.window.page == "chat"


def test_the_way_to_models_of_ones_own(program: Program, qtbot: QtBot) -> None:
    program.window.show_page("chat")
    program.chat.page.models_wanted.emit()
    assert program.window.page == "models"


def test_closing_in_the_middle_of_a_reply_keeps_it(
        program: Program, qtbot: QtBot, isolated_home: AppPaths) -> None:
    show_chat(program, qtbot)
    program.chat.presenter.send("Hello")
    program.close()
    assert not program.chat.queue.busy and not program.desk.busy


def drag_over(program: Program, file: Path) -> bool:
    """Drags a file over the Chat page and lets go; whether somebody took it."""
    page, mime = program.chat.page, QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(file))])
    where, none = page.rect().center(), Qt.KeyboardModifier.NoModifier
    enter = QDragEnterEvent(where, Qt.DropAction.CopyAction, mime, Qt.MouseButton.LeftButton, none)
    enter.ignore()
    QApplication.sendEvent(page, enter)
    QApplication.sendEvent(page, QDropEvent(
        where.toPointF(), Qt.DropAction.CopyAction, mime, Qt.MouseButton.LeftButton, none))
    return enter.isAccepted()


def test_a_card_over_the_chat_page_becomes_a_talk(
        program: Program, qtbot: QtBot, tmp_path: Path) -> None:
    show_chat(program, qtbot)
    write_card(Persona("Ann", greetings=("Hello, {{user}}.",)), b"", tmp_path / "a.png", "png")
    assert drag_over(program, tmp_path / "a.png") and program.window.page == "chat"
    qtbot.waitUntil(lambda: program.chat.page.casting.chooser is not None)
    chooser = program.chat.page.casting.chooser
    assert chooser is not None
    qtbot.waitUntil(lambda: [row.name for row in chooser.list.chosen] == ["Ann"])
    chooser.start.click()
    shown = program.chat.presenter.open
    qtbot.waitUntil(lambda: [m.text for m in shown.shown] == ["Hello, Friend."])
    program.chat.presenter.send("Who are you?")
    qtbot.waitUntil(lambda: len(shown.shown) == 3 and not program.chat.presenter.run.busy,
                    timeout=10_000)
    assert shown.shown[2].name == "Ann" and shown.shown[2].text


def test_a_song_over_the_chat_page_is_tagged(
        program: Program, qtbot: QtBot, tmp_path: Path) -> None:
    show_chat(program, qtbot)
    (tmp_path / "song.txt").write_text(SUNNY)
    assert drag_over(program, tmp_path / "song.txt") and program.window.page == "tag"
    qtbot.waitUntil(lambda: program.tag.table.size == 1 and not program.tag.run.progress.running,
                    timeout=30_000)
