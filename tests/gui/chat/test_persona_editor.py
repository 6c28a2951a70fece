"""The editor of characters as a person uses it, and what it must not lose."""

from pathlib import Path

import msgspec
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QImage
from PySide6.QtWidgets import QLineEdit, QPlainTextEdit, QPushButton

from engine.chat.lorebook import Lorebook, LoreEntry
from engine.chat.persona import Persona
from gui.chat.page import ChatPage
from gui.chat.persona_editor import PersonaEditor
from gui.chat.services import ModelChoice
from tests.gui.chat.conftest import Bench
from tests.gui.chat.test_talks import ANN, BOB, open_chooser, put, talk_with

RICH = msgspec.structs.replace(
    ANN, lorebook=Lorebook(entries=(LoreEntry(keys=("boat",), content="It is red."),)),
    extensions={"other": {"kept": [1, 2]}}, unknown={"odd": True}, scenario="On the water.",
    closing_words="Stay brief.", tags=("calm", "wet"))


def edit(bench: Bench, page: ChatPage, name: str) -> PersonaEditor:
    chooser = open_chooser(bench, page)
    chooser.list.choose([row.id for row in chooser.list.table.rows if row.name == name])
    chooser.list.setFocus()
    bench.qtbot.keyClick(chooser.list, Qt.Key.Key_F2)
    bench.settle()
    assert page.casting.editor is not None
    return page.casting.editor


def stored(bench: Bench, name: str) -> Persona:
    with bench.open_chat() as services:  # type: ignore[attr-defined] # a context manager
        store = services.company.personas
        return store.persona(next(r.id for r in store.rows() if r.name == name)).value


def leave(page: ChatPage) -> None:
    for window in (page.casting.editor, page.casting.chooser):
        if window is not None:
            window.reject()


def test_saving_without_a_change_changes_nothing(bench: Bench, page: ChatPage) -> None:
    put(bench, RICH)
    editor = edit(bench, page, "Ann Ray")
    assert editor.written == RICH
    editor.save.click()
    bench.settle()
    assert stored(bench, "Ann Ray") == RICH and page.casting.editor is None
    leave(page)


def test_what_nobody_touched_is_kept_to_the_letter(bench: Bench, page: ChatPage) -> None:
    # GIVEN a card whose texts a field would show otherwise
    odd = msgspec.structs.replace(
        RICH, facts=("One\nof two lines.", "One\nof two lines."), tags=("a, b", " c "),
        description="x\r\ny\u2028z", age=" 34 ", greetings=("", "Hi."))
    put(bench, odd)
    editor = edit(bench, page, "Ann Ray")
    # WHEN only the traits are written anew
    editor.traits.setPlainText("brisk")
    editor.save.click()
    bench.settle()
    assert stored(bench, "Ann Ray") == msgspec.structs.replace(odd, traits="brisk")
    leave(page)


def test_a_new_character_can_be_talked_with(bench: Bench, page: ChatPage) -> None:
    chooser = open_chooser(bench, page)
    next(b for b in chooser.buttons if b.text() == "New character…").click()
    editor = page.casting.editor
    assert editor is not None and not editor.save.isEnabled()
    bench.qtbot.keyClicks(editor.name, "  Zoe   Quill ")
    editor.facts.setPlainText("Zoe flies.\n\n  Zoe   sings. \nZoe flies.")
    editor.greetings.field.setPlainText("Hello.")
    editor.greetings.add.click()
    bench.qtbot.keyClicks(editor.greetings.field, "Oh.")
    editor.tags.setText("one, , two ,")
    editor.save.click()
    bench.settle()
    # THEN it is stored tidily, chosen at once, and greets
    made = stored(bench, "Zoe Quill")
    assert made.facts == ("Zoe flies.", "Zoe sings.") and made.tags == ("one", "two")
    assert made.greetings == ("Hello.", "Oh.")
    assert [row.name for row in chooser.list.chosen] == ["Zoe Quill"]
    chooser.start.click()
    bench.settle()
    assert bench.said == ["Hello."]


def test_cancel_keeps_nothing(bench: Bench, page: ChatPage) -> None:
    put(bench, ANN)
    editor = edit(bench, page, "Ann Ray")
    editor.description.setPlainText("Other.")
    editor.leave.click()
    bench.settle()
    assert stored(bench, "Ann Ray") == ANN
    leave(page)


def test_escape_does_not_throw_away_what_was_written(bench: Bench, page: ChatPage) -> None:
    put(bench, ANN)
    editor = edit(bench, page, "Ann Ray")
    editor.description.setPlainText("Hours of work.")
    bench.qtbot.keyClick(editor.description, Qt.Key.Key_Escape)
    editor.close()
    assert page.casting.editor is editor and editor.isVisible()
    assert "not saved" in editor.said.text()
    editor.description.setPlainText(ANN.description)
    bench.qtbot.keyClick(editor.description, Qt.Key.Key_Escape)
    assert page.casting.editor is None
    leave(page)


def test_greetings_are_paged_added_and_taken_out(bench: Bench, page: ChatPage) -> None:
    put(bench, ANN)
    pages = edit(bench, page, "Ann Ray").greetings
    assert pages.where.text() == "1/2" and not pages.back.isEnabled()
    pages.forth.click()
    assert pages.field.toPlainText() == ANN.greetings[1]
    pages.remove.click()
    assert pages.texts == ANN.greetings[:1] and not pages.remove.isEnabled()
    pages.add.click()
    assert pages.texts == ANN.greetings[:1], "an empty one is none"
    leave(page)


def test_a_picture_is_shown_kept_and_taken_away(
        bench: Bench, page: ChatPage, tmp_path: Path) -> None:
    put(bench, ANN)
    image = QImage(300, 500, QImage.Format.Format_RGB32)
    image.fill(QColor("#ff0000"))
    image.save(str(tmp_path / "red.png"))
    (tmp_path / "bad.png").write_bytes(b"\x89PNG nothing")
    editor = edit(bench, page, "Ann Ray")
    editor.picture.take(tmp_path / "bad.png")
    assert "cannot be shown" in editor.said.text() and not editor.picture.picture
    editor.picture.take(tmp_path / "red.png")
    assert editor.said.isHidden()
    editor.save.click()
    bench.settle()
    row = next(r for r in bench.presenter.characters.rows if r.name == "Ann Ray")
    assert isinstance(row.face, QImage) and row.face.pixelColor(5, 5) == QColor("#ff0000")
    page.casting.edit(row.id)
    bench.settle()
    assert page.casting.editor is not None
    page.casting.editor.picture.clear.click()
    page.casting.editor.save.click()
    bench.settle()
    row = next(r for r in bench.presenter.characters.rows if r.name == "Ann Ray")
    assert row.face is None
    leave(page)


def test_a_new_name_is_borne_in_the_open_talk(bench: Bench, page: ChatPage) -> None:
    put(bench, ANN)
    talk_with(bench, page, "Ann Ray")
    page.cast_bar.edit_wanted.emit(bench.presenter.cast.setup.cast[0].persona_id)
    bench.settle()
    editor = page.casting.editor
    assert editor is not None
    editor.nickname.setText("Annie")
    editor.save.click()
    bench.settle()
    assert bench.presenter.cast.setup.names == ("Annie",)
    shown = bench.presenter.open.shown[0]
    assert (shown.name, shown.colour) == ("Annie", "#aa2266")


def test_facts_that_are_added_are_known_in_the_open_talk(bench: Bench, page: ChatPage) -> None:
    put(bench, ANN)
    talk_with(bench, page, "Ann Ray")
    page.casting.edit(bench.presenter.cast.setup.cast[0].persona_id)
    bench.settle()
    editor = page.casting.editor
    assert editor is not None
    editor.facts.appendPlainText("Ann fears swans.")
    editor.save.click()
    bench.settle()
    bench.say("What do you fear, Ann?")
    assert "Ann fears swans." in bench.model.prompts[-1]


def test_what_cannot_be_stored_stays_in_the_fields(bench: Bench, page: ChatPage) -> None:
    # GIVEN a talk of two, of whom one would be called like the other
    put(bench, ANN, BOB)
    talk_with(bench, page, "Ann Ray", "Bob Hill")
    page.casting.edit(bench.presenter.cast.setup.cast[0].persona_id)
    bench.settle()
    editor = page.casting.editor
    assert editor is not None
    editor.nickname.setText("Bob")
    editor.save.click()
    bench.settle()
    assert page.casting.editor is editor and "called Bob" in editor.said.text()
    assert editor.nickname.text() == "Bob" and editor.save.isEnabled()
    leave(page)


def test_every_field_has_a_name(bench: Bench, page: ChatPage) -> None:
    put(bench, ANN)
    editor = edit(bench, page, "Ann Ray")
    for kind in (QLineEdit, QPlainTextEdit, QPushButton):
        for widget in editor.findChildren(kind):
            words = widget.text() if isinstance(widget, QPushButton) else ""
            assert widget.accessibleName() or words, widget
    leave(page)


def test_a_character_is_given_a_model_of_their_own(bench: Bench, page: ChatPage) -> None:
    # GIVEN adapters that were trained, and a character whose own is gone
    bench.presenter.characters.voices = lambda: (ModelChoice("ann-way", "Ann's way"),)
    put(bench, msgspec.structs.replace(RICH, model="lost"))
    editor = edit(bench, page, "Ann Ray")
    words = [editor.voice.itemText(at) for at in range(editor.voice.count())]
    assert words == ["The model of the talk", "Ann's way", "lost (not installed)"]
    assert editor.written.model == "lost" and not editor.changed
    # WHEN another is chosen THEN it is theirs
    editor.voice.setFocus()
    bench.qtbot.keyClick(editor.voice, Qt.Key.Key_Up)
    assert editor.changed
    editor.save.click()
    bench.settle()
    assert stored(bench, "Ann Ray").model == "ann-way"
    leave(page)
