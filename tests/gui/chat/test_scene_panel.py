"""The leaf of the scene beside a talk: what is changed there is stored, and can be undone."""

import json
from pathlib import Path

import msgspec
import pytest
from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import (
    QApplication,
    QComboBox,
    QLineEdit,
    QPlainTextEdit,
    QPushButton,
    QSpinBox,
)

from engine.chat.lorebook import Lorebook, LoreEntry
from engine.chat.scene import AuthorsNote, Scene
from engine.chat.talk import TalkSetup, TurnOrder
from gui.chat.drawer import Leaf
from gui.chat.open_scene import Part
from gui.chat.page import ChatPage
from gui.chat.scene_panel import ScenePanel
from tests.gui.chat.conftest import Bench
from tests.gui.chat.test_scene_editor import PIER, put_scene
from tests.gui.chat.test_scene_editor import stored as library
from tests.gui.chat.test_talks import ANN, BOB, put, talk_with

BOOK = {"name": "The sea", "entries": {"0": {"key": ["swan"], "content": "It bites."},
                                       "1": {"key": ["rope"], "content": "It is wet."}}}


@pytest.fixture
def panel(bench: Bench, page: ChatPage) -> ScenePanel:
    """Beside a talk of Ann and Bob without a scene; the library has one."""
    put_scene(bench, PIER)
    put(bench, ANN, BOB)
    talk_with(bench, page, "Ann Ray", "Bob Hill")
    return opened(bench, page)


def opened(bench: Bench, page: ChatPage) -> ScenePanel:
    page.show_drawer(True)
    made = page.drawer.show_leaf(Leaf.SCENE)
    assert isinstance(made, ScenePanel)
    bench.settle()
    return made


def stored(bench: Bench) -> TalkSetup:
    """What the store says of the open talk; the same is shown."""
    bench.settle()
    with bench.open_chat() as services:  # type: ignore[attr-defined] # a context manager
        setup: TalkSetup = services.company.casts.setup(bench.presenter.open.id)
    assert setup == bench.presenter.open.setup
    return setup


def facts(bench: Bench) -> set[str]:
    from engine.chat.fact_store import FactStore

    with bench.open_chat() as services:  # type: ignore[attr-defined] # a context manager
        known = FactStore(services.company.database).facts(bench.presenter.open.id)
        return {fact.text for fact in known}


def choose(bench: Bench, panel: ScenePanel, title: str = "The pier") -> None:
    menu = panel.scene.choose.menu_of
    next(a for a in menu.actions() if a.text() == title).trigger()
    bench.settle()


# The scene

def test_without_a_cast_it_says_how_to_begin(bench: Bench, page: ChatPage) -> None:
    panel = opened(bench, page)
    assert panel.alone.isVisible() and "Ctrl+T" in panel.alone.text()
    assert not panel.body.isVisible()


def test_a_scene_is_set_with_its_facts_and_its_note(bench: Bench, panel: ScenePanel) -> None:
    assert panel.scene.title.text() == "No scene is set" and not panel.scene.edit.isVisible()
    choose(bench, panel)
    assert stored(bench).scene == PIER and "The boat leaks." in facts(bench)
    assert panel.scene.title.text() == "The pier" and panel.scene.about.text() == "comedy · damp"
    assert panel.note.note == PIER.authors_note
    bench.say("And now?")
    assert "It rains on Ann and Bob." in bench.model.prompts[-1]


def test_a_scene_taken_away_is_brought_back(bench: Bench, panel: ScenePanel) -> None:
    choose(bench, panel)
    panel.scene.leave.click()
    assert stored(bench).scene is None and "The boat leaks." not in facts(bench)
    news = panel.news[Part.SCENE]
    assert news.isVisible() and "taken away" in news.removed.text()
    news.undo.click()
    assert stored(bench).scene == PIER and "The boat leaks." in facts(bench)
    assert not news.isVisible()


def test_another_scene_can_be_taken_back(bench: Bench, panel: ScenePanel) -> None:
    choose(bench, panel)
    choose(bench, panel, "The kettle that hums")
    assert stored(bench).scene != PIER
    panel.news[Part.SCENE].undo.click()
    assert stored(bench).scene == PIER


def test_what_happens_is_written_in_place(bench: Bench, panel: ScenePanel) -> None:
    panel.scene.scenario.setPlainText("They wait for a bus.")
    panel.flush()
    assert stored(bench).scene == Scene("", "They wait for a bus.")
    assert panel.scene.title.text() == "A scene of this talk alone"
    panel.scene.scenario.setPlainText("")
    panel.flush()
    assert stored(bench).scene is None


def test_what_is_typed_belongs_to_the_talk_it_was_typed_in(
        bench: Bench, page: ChatPage, panel: ScenePanel) -> None:
    first = bench.presenter.open.id
    panel.scene.scenario.setPlainText("A quay.")
    panel.note.text.setPlainText("Foggy.")
    bench.presenter.new()  # a moment later, by keys
    bench.settle()
    assert bench.presenter.open.setup == TalkSetup() and panel.alone.isVisible()
    bench.presenter.show(first)
    bench.settle()
    setup = stored(bench)
    assert setup.scene and setup.scene.scenario == "A quay."
    assert panel.talk.note.text == "Foggy." and panel.note.text.toPlainText() == "Foggy."


def test_a_change_is_shown_while_a_reply_is_made(bench: Bench, panel: ScenePanel) -> None:
    bench.brake.hold_after(3)
    assert bench.presenter.send("Hello")
    bench.qtbot.waitUntil(bench.brake.reached.is_set)
    panel.scene.scenario.setPlainText("A long bridge.")
    panel.flush()
    panel.cast.rows[0].mute.click()
    bench.qtbot.wait(1)
    assert panel.scene.scenario.toPlainText() == "A long bridge."
    assert panel.cast.rows[0].mute.isChecked()
    bench.brake.let_go()
    setup = stored(bench)
    assert setup.scene and setup.scene.scenario == "A long bridge." and setup.cast[0].muted


def test_the_talks_own_scene_is_edited_and_kept_for_others(
        bench: Bench, panel: ScenePanel) -> None:
    choose(bench, panel)
    panel.scene.edit.click()
    editor = panel.editor
    assert editor is not None and editor.for_others.isVisible()
    editor.facts.appendPlainText("The tide turns.")
    editor.title.setText("The pier, again")
    editor.note.text.setPlainText("Ann hurries.")
    editor.for_others.click()
    editor.save.click()
    scene = stored(bench).scene
    assert panel.editor is None and scene is not None
    assert scene.authors_note == AuthorsNote("Ann hurries.", 2, 3)
    assert "The tide turns." in facts(bench)
    assert library(bench)["The pier, again"] == scene and library(bench)["The pier"] == PIER


def test_a_new_scene_of_this_talk_needs_no_title(bench: Bench, panel: ScenePanel) -> None:
    choose(bench, panel, "A new one…")
    editor = panel.editor
    assert editor is not None and editor.save.isEnabled()
    editor.for_others.click()
    assert not editor.save.isEnabled() and editor.title.placeholderText()
    editor.for_others.click()
    editor.scenario.setPlainText("A lift that is stuck.")
    editor.save.click()
    scene = stored(bench).scene
    assert scene is not None and scene.scenario == "A lift that is stuck."


# The author's note

def test_a_note_without_a_scene_is_the_talks_own(bench: Bench, panel: ScenePanel) -> None:
    panel.note.text.setPlainText("They whisper.")
    panel.note.place.box.setValue(0)
    panel.note.every.box.setValue(2)
    panel.flush()
    assert stored(bench).authors_note == AuthorsNote("They whisper.", 0, 2)
    # WHEN a scene with another note is set: the person's own holds
    choose(bench, panel)
    assert panel.note.text.toPlainText() == "They whisper."
    # and when it is emptied, none holds
    panel.note.text.setPlainText("")
    panel.flush()
    assert stored(bench).authors_note is None and panel.talk.note.text == ""


def test_the_note_of_the_scene_is_edited_in_the_scene(bench: Bench, panel: ScenePanel) -> None:
    choose(bench, panel)
    panel.note.text.setPlainText("Bob is quick.")
    panel.flush()
    setup = stored(bench)
    assert setup.authors_note is None
    assert setup.scene == msgspec.structs.replace(
        PIER, authors_note=AuthorsNote("Bob is quick.", 2, 3))


# Who talks

def test_the_persons_name_is_known_to_the_next_reply(bench: Bench, panel: ScenePanel) -> None:
    bench.qtbot.keyClicks(panel.person, " Kim  Lee ")
    bench.qtbot.keyClick(panel.person, Qt.Key.Key_Return)
    assert stored(bench).person == "Kim Lee"
    bench.say("Hello")
    assert "Kim Lee" in bench.model.prompts[-1]


def test_the_cast_is_muted_weighed_and_put_in_order(bench: Bench, panel: ScenePanel) -> None:
    first, second = panel.cast.rows
    assert not first.up.isEnabled() and not second.down.isEnabled()
    second.share.slider.setValue(20)
    bench.qtbot.waitUntil(lambda: bench.presenter.open.setup.cast[1].talkativeness == 1.0)
    second.up.setFocus()
    bench.qtbot.keyClick(second.up, Qt.Key.Key_Space)
    first.mute.click()
    cast = stored(bench).cast
    assert [m.persona.called for m in cast] == ["Bob", "Ann"]
    assert cast[0].talkativeness == 1.0 and cast[1].muted
    assert [row.name.text() for row in panel.cast.rows] == ["Bob", "Ann"]
    assert not first.share.isVisible(), "who is asked to speak needs no weight"
    assert second.down.isEnabled() and not second.up.isEnabled()


def test_one_is_dragged_to_another_place(bench: Bench, panel: ScenePanel) -> None:
    first, second = panel.cast.rows

    def send(kind: QEvent.Type, height: int) -> None:
        left = Qt.MouseButton.LeftButton
        at = QPointF(first.name.mapFrom(panel.cast, first.name.pos()).x() + 5,
                     height - first.y() - first.name.y())
        QApplication.sendEvent(first.name, QMouseEvent(
            kind, at, first.name.mapToGlobal(at), left, left, Qt.KeyboardModifier.NoModifier))

    send(QEvent.Type.MouseButtonPress, first.y() + 5)
    send(QEvent.Type.MouseMove, second.y() + second.height())
    assert panel.cast.rows == [second, first]
    send(QEvent.Type.MouseButtonRelease, second.y() + second.height())
    assert [m.persona.called for m in stored(bench).cast] == ["Bob", "Ann"]


def test_who_leaves_is_brought_back_to_the_same_place(bench: Bench, panel: ScenePanel) -> None:
    before = stored(bench).cast
    panel.cast.rows[0].leave.click()
    assert [m.persona.called for m in stored(bench).cast] == ["Bob"]
    row = panel.cast.rows[0]
    assert not row.leave.isVisible() and not panel.turns.isVisible()
    panel.news[Part.CAST].undo.click()
    assert stored(bench).cast == before


def test_order_and_pause_are_kept(bench: Bench, panel: ScenePanel) -> None:
    panel.order.setCurrentIndex(1)
    panel.order.activated.emit(1)
    panel.pause.box.setValue(3)
    setup = stored(bench)
    assert (setup.turn_order, setup.pause_seconds) == (TurnOrder.ROUND, 3.0)
    assert not panel.cast.rows[0].share.isVisible(), "in order nobody is weighed"


# Lore

def test_a_lorebook_is_read_named_and_used(
        bench: Bench, panel: ScenePanel, tmp_path: Path) -> None:
    (tmp_path / "sea.json").write_text(json.dumps(BOOK), "utf-8")
    panel.lore.taken.emit(tmp_path / "sea.json")
    assert stored(bench).lorebook is not None
    assert panel.lore.book.text() == "The sea: 2 entries"
    bench.say("Look, a swan.")
    assert "It bites." in bench.model.prompts[-1]


def test_a_lorebook_removed_is_brought_back(
        bench: Bench, panel: ScenePanel, tmp_path: Path) -> None:
    (tmp_path / "sea.json").write_text(json.dumps(BOOK), "utf-8")
    panel.lore.taken.emit(tmp_path / "sea.json")
    book = stored(bench).lorebook
    panel.lore.remove.click()
    assert stored(bench).lorebook is None and not panel.lore.remove.isVisible()
    panel.news[Part.LORE].undo.click()
    assert stored(bench).lorebook == book


def test_what_is_no_lorebook_is_said_beside_it(
        bench: Bench, panel: ScenePanel, tmp_path: Path) -> None:
    (tmp_path / "no.json").write_text("[1, 2]", "utf-8")
    panel.lore.taken.emit(tmp_path / "no.json")
    assert stored(bench).lorebook is None and not bench.problems
    assert panel.news[Part.LORE].said.isVisible()
    (tmp_path / "sea.json").write_text(json.dumps(BOOK), "utf-8")
    panel.lore.taken.emit(tmp_path / "sea.json")
    bench.settle()
    assert not panel.news[Part.LORE].said.isVisible()


def test_the_lore_that_characters_bring_is_named(bench: Bench, page: ChatPage) -> None:
    book = Lorebook((LoreEntry(("boat",), "It is red."),))
    put(bench, msgspec.structs.replace(ANN, lorebook=book))
    talk_with(bench, page, "Ann Ray")
    assert opened(bench, page).lore.brought.text() == "Ann brings 1 entry."


# All of it

def test_nothing_is_read_while_it_is_hidden(
        bench: Bench, page: ChatPage, panel: ScenePanel) -> None:
    page.show_drawer(False)
    one = bench.presenter.open.id
    bench.presenter.cast.change(lambda company, number: company.casts.set_person(number, "Kim"))
    bench.settle()
    assert panel.person.text() == ""
    page.show_drawer(True)
    assert panel.person.text() == "Kim" and bench.presenter.open.id == one


def test_every_control_has_a_name(bench: Bench, panel: ScenePanel) -> None:
    choose(bench, panel)
    for kind in (QLineEdit, QPlainTextEdit, QComboBox, QSpinBox, QPushButton):
        for widget in panel.findChildren(kind):
            words = widget.text() if isinstance(widget, QPushButton) else ""
            inside = widget.objectName() == "qt_spinbox_lineedit"
            assert inside or widget.accessibleName() or words, widget
