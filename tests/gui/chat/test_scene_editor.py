"""Scenes as a person writes them where a talk is begun, and what the editor must not lose."""

import msgspec
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QLineEdit, QPlainTextEdit, QPushButton, QSpinBox

from engine.chat.scene import AuthorsNote, Scene, SpokenLine
from gui.chat.page import ChatPage
from gui.chat.scene_editor import SceneEditor
from gui.chat.talk_chooser import TalkChooser
from tests.gui.chat.conftest import Bench
from tests.gui.chat.test_talks import ANN, BOB, close, open_chooser, put

PIER = Scene(
    "The pier", scenario="It rains on Ann and Bob.", facts=("The boat leaks.",),
    keywords=("rope", "rain"), mode="comedy", mood="damp", cast=("Ann Ray", "Bob Hill"),
    opening=(SpokenLine("", "Rain."), SpokenLine("Ann", "Hold the rope."),
             SpokenLine("Bob", "Which rope?")),
    authors_note=AuthorsNote("Bob is slow.", 2, 3), source="From the song Rain.")


def put_scene(bench: Bench, scene: Scene) -> int:
    with bench.open_chat() as services:  # type: ignore[attr-defined] # a context manager
        return services.company.scenes.add(scene).id


def stored(bench: Bench) -> dict[str, Scene]:
    with bench.open_chat() as services:  # type: ignore[attr-defined] # a context manager
        store = services.company.scenes
        return {row.title: store.scene(row.id).value for row in store.rows()}


def pick(chooser: TalkChooser, title: str) -> None:
    place = chooser.scene.findText(title)
    assert place >= 0
    chooser.scene.setCurrentIndex(place)
    chooser.scene.activated.emit(place)


def do(chooser: TalkChooser, words: str) -> None:
    """What the menu of scenes says."""
    chooser.scenes.menu.aboutToShow.emit()
    action = next(a for a in chooser.scenes.menu.actions() if a.text() == words)
    assert action.isEnabled()
    action.trigger()


def edit(bench: Bench, page: ChatPage, title: str) -> tuple[TalkChooser, SceneEditor]:
    chooser = open_chooser(bench, page)
    pick(chooser, title)
    do(chooser, "Edit…")
    bench.settle()
    assert page.casting.scene_editor is not None
    return chooser, page.casting.scene_editor


def leave(page: ChatPage) -> None:
    for window in (page.casting.scene_editor, page.casting.chooser):
        if window is not None:
            window.reject()


def test_saving_without_a_change_changes_nothing(bench: Bench, page: ChatPage) -> None:
    odd = msgspec.structs.replace(PIER, facts=("One\nof two lines.",), keywords=("a, b",))
    put_scene(bench, odd)
    _, editor = edit(bench, page, "The pier")
    assert not editor.changed and editor.source.text() == "From the song Rain."
    editor.save.click()
    bench.settle()
    assert stored(bench)["The pier"] == odd and page.casting.scene_editor is None
    leave(page)


def test_a_new_scene_is_chosen_and_opens_the_talk(bench: Bench, page: ChatPage) -> None:
    put(bench, ANN, BOB)
    chooser = open_chooser(bench, page)
    do(chooser, "New scene…")
    editor = page.casting.scene_editor
    assert editor is not None and not editor.save.isEnabled()
    # WHEN it is written, its cast picked from the menu, its first words said by them
    bench.qtbot.keyClicks(editor.title, " On  the quay ")
    editor.scenario.setPlainText("They wait for a boat.")
    editor.facts.setPlainText("The boat is late.\n\n The boat is late. ")
    editor.keywords.setText("boat, , fog")
    editor.cast.menu.aboutToShow.emit()
    for name in ("Bob Hill", "Ann Ray"):
        next(a for a in editor.cast.menu.actions() if a.text() == name).trigger()
    editor.opening.add.click()
    editor.opening.rows[0].text.setPlainText("Late again.")
    editor.opening.add.click()
    editor.opening.rows[1].text.setPlainText("It is fog.")
    editor.opening.add.click()  # nothing is said in this one
    editor.note.text.setPlainText("They like each other.")
    editor.note.place.box.setValue(1)
    editor.note.every.box.setValue(2)
    editor.save.click()
    bench.settle()
    # THEN it is stored tidily, chosen, brings its cast, and begins with its words
    assert stored(bench)["On the quay"] == Scene(
        "On the quay", "They wait for a boat.", ("The boat is late.",), ("boat", "fog"),
        cast=("Bob Hill", "Ann Ray"),
        opening=(SpokenLine("Bob", "Late again."), SpokenLine("Ann", "It is fog.")),
        authors_note=AuthorsNote("They like each other.", 1, 2))
    assert chooser.scene.currentText() == "On the quay"
    assert {row.name for row in chooser.list.chosen} == {"Ann Ray", "Bob Hill"}
    chooser.start.click()
    bench.settle()
    assert bench.said == ["Late again.", "It is fog."]


def test_what_is_edited_is_stored_and_no_more(bench: Bench, page: ChatPage) -> None:
    put(bench, ANN, BOB)
    put_scene(bench, PIER)
    _, editor = edit(bench, page, "The pier")
    editor.opening.rows[2].up.click()
    editor.opening.rows[0].remove.click()
    editor.mood.setText("wet")
    bench.qtbot.keyClick(editor.mood, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    bench.settle()
    assert stored(bench)["The pier"] == msgspec.structs.replace(
        PIER, mood="wet", opening=(PIER.opening[2], PIER.opening[1]))
    leave(page)


def test_a_line_taken_out_is_brought_back_to_its_place(bench: Bench, page: ChatPage) -> None:
    put_scene(bench, PIER)
    _, editor = edit(bench, page, "The pier")
    lines = editor.opening
    assert not lines.back.isVisible()
    lines.rows[1].remove.click()
    lines.rows[0].remove.click()
    lines.back.click()
    lines.back.click()
    assert lines.lines == PIER.opening and not lines.back.isVisible() and not editor.changed
    leave(page)


def test_a_scene_is_doubled_deleted_and_brought_back(bench: Bench, page: ChatPage) -> None:
    put_scene(bench, PIER)
    chooser = open_chooser(bench, page)
    pick(chooser, "The pier")
    do(chooser, "Duplicate")
    bench.settle()
    assert chooser.scene.currentText() == "The pier (copy)"
    do(chooser, "Delete")
    bench.settle()
    assert "The pier (copy)" not in stored(bench) and chooser.scene.currentText() == "No scene"
    assert chooser.said.text() == "Deleted The pier (copy)." and chooser.undo.isVisible()
    bench.qtbot.keyClick(chooser.list, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    bench.settle()
    assert stored(bench)["The pier (copy)"].scenario == PIER.scenario
    assert chooser.said.isHidden() and not chooser.undo.isVisible()
    close(chooser)


def test_the_last_deletion_is_undone_be_it_scene_or_character(
        bench: Bench, page: ChatPage) -> None:
    put(bench, ANN)
    put_scene(bench, PIER)
    chooser = open_chooser(bench, page)
    pick(chooser, "The pier")
    do(chooser, "Delete")
    bench.settle()
    chooser.list.choose([r.id for r in chooser.list.table.rows if r.name == "Ann Ray"])
    chooser.buttons[-1].click()
    bench.settle()
    assert chooser.said.text() == "Deleted Ann Ray."
    chooser.undo.click()
    bench.settle()
    assert "Ann Ray" in [row.name for row in chooser.list.table.rows]
    assert "The pier" not in stored(bench)
    close(chooser)


def test_what_undo_would_bring_back_is_what_is_said(bench: Bench, page: ChatPage) -> None:
    # GIVEN a character deleted, and a scene after it
    put(bench, ANN)
    put_scene(bench, PIER)
    chooser = open_chooser(bench, page)
    chooser.list.choose([r.id for r in chooser.list.table.rows if r.name == "Ann Ray"])
    chooser.buttons[-1].click()
    bench.settle()
    pick(chooser, "The pier")
    do(chooser, "Delete")
    bench.settle()
    assert chooser.said.text() == "Deleted The pier."
    chooser.undo.click()
    bench.settle()
    assert "The pier" in stored(bench)
    # THEN the character is still to be brought back
    assert chooser.said.text() == "Deleted Ann Ray." and chooser.undo.isVisible()
    close(chooser)


def test_without_a_scene_there_is_none_to_edit(bench: Bench, page: ChatPage) -> None:
    chooser = open_chooser(bench, page)
    chooser.scenes.menu.aboutToShow.emit()
    assert [a.text() for a in chooser.scenes.menu.actions() if a.isEnabled()] == ["New scene…"]
    close(chooser)


def test_a_talk_can_be_begun_in_a_given_scene(bench: Bench, page: ChatPage) -> None:
    put(bench, ANN, BOB)
    one = put_scene(bench, PIER)
    page.casting.choose(one)
    bench.settle()
    chooser = page.casting.chooser
    assert chooser is not None and chooser.scenes.scene_id == one
    assert len(chooser.list.chosen) == 2
    close(chooser)


def test_escape_does_not_throw_away_what_was_written(bench: Bench, page: ChatPage) -> None:
    put_scene(bench, PIER)
    _, editor = edit(bench, page, "The pier")
    editor.scenario.setPlainText("Hours of work.")
    bench.qtbot.keyClick(editor.scenario, Qt.Key.Key_Escape)
    assert editor.isVisible() and "not saved" in editor.said.text()
    editor.leave.click()
    bench.settle()
    assert stored(bench)["The pier"] == PIER
    leave(page)


def test_a_scene_that_is_gone_stays_in_the_fields(bench: Bench, page: ChatPage) -> None:
    one = put_scene(bench, PIER)
    _, editor = edit(bench, page, "The pier")
    with bench.open_chat() as services:  # type: ignore[attr-defined] # a context manager
        services.company.scenes.delete([one])
        services.company.scenes.purge([one])
    editor.mood.setText("dry")
    editor.save.click()
    bench.settle()
    assert editor.isVisible() and "no longer there" in editor.said.text()
    assert editor.save.isEnabled()
    leave(page)


def test_every_field_has_a_name(bench: Bench, page: ChatPage) -> None:
    put_scene(bench, PIER)
    _, editor = edit(bench, page, "The pier")
    for kind in (QLineEdit, QPlainTextEdit, QComboBox, QSpinBox, QPushButton):
        for widget in editor.findChildren(kind):
            words = widget.text() if isinstance(widget, QPushButton) else ""
            inside = widget.objectName() == "qt_spinbox_lineedit"
            assert inside or widget.accessibleName() or words, widget
    leave(page)
