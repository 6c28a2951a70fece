"""Talks with characters as a person begins them: choosing, importing, dropping, replying."""

from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QColor, QDragEnterEvent, QDragLeaveEvent, QDropEvent
from PySide6.QtWidgets import QApplication, QLabel, QWidget

from engine.chat.cards.reading import read_card
from engine.chat.cards.writing import write_card
from engine.chat.persona import Persona
from gui.chat.characters import Characters
from gui.chat.faces import readable
from gui.chat.page import ChatPage
from gui.chat.talk_chooser import TalkChooser
from gui.theme import DARK, LIGHT, Theme, contrast
from tests.gui.chat.conftest import ANSWER, Bench

CTRL = Qt.KeyboardModifier.ControlModifier
ANN = Persona("Ann Ray", nickname="Ann", description="<b>Rows</b> boats.", colour="#aa2266",
              greetings=("Hello, {{user}}.", "Oh, it is you."), facts=("Ann owns a boat.",))
BOB = Persona("Bob Hill", nickname="Bob", description="Keeps bees.", greetings=("Hm.",))


def open_chooser(bench: Bench, page: ChatPage) -> TalkChooser:
    page.talk.click()
    bench.settle()
    chooser = page.casting.chooser
    assert chooser is not None and chooser.isVisible()
    return chooser


def put(bench: Bench, *personas: Persona) -> None:
    """Puts personas into the library."""
    with bench.open_chat() as services:  # type: ignore[attr-defined] # a context manager
        for persona in personas:
            services.company.personas.add(persona)


def talk_with(bench: Bench, page: ChatPage, *names: str) -> None:
    chooser = open_chooser(bench, page)
    chooser.list.choose([row.id for row in chooser.list.table.rows if row.name in names])
    chooser.start.click()
    bench.settle()


def names(chooser: TalkChooser) -> list[str]:
    return [row.name for row in chooser.list.table.rows]


def close(chooser: TalkChooser) -> None:
    chooser.reject()


# Beginning

def test_the_characters_that_come_with_the_program_are_there(bench: Bench, page: ChatPage) -> None:
    chooser = open_chooser(bench, page)
    assert len(chooser.list.table.rows) == 6 and chooser.scene.count() == 5
    assert not chooser.start.isEnabled()
    close(chooser)


def test_what_is_said_of_a_character_names_it_where_its_card_wrote_a_stand_in(
        bench: Bench, page: ChatPage) -> None:
    put(bench, Persona("Cy Dunn", nickname="Cy", description="{{char}} rows for <USER>."))
    chooser = open_chooser(bench, page)
    assert [row.about for row in chooser.list.table.rows if row.name == "Cy Dunn"] == [
        "Cy rows for Friend."]
    close(chooser)


def test_a_talk_is_begun_by_keys_alone(bench: Bench, page: ChatPage) -> None:
    # GIVEN a character of the person's own
    put(bench, ANN)
    # WHEN it is searched for and chosen by keys
    page.input.field.setFocus()
    bench.qtbot.keyClick(page.input.field, Qt.Key.Key_T, CTRL)
    bench.settle()
    chooser = page.casting.chooser
    assert chooser is not None
    bench.qtbot.waitUntil(chooser.search.hasFocus)
    bench.qtbot.keyClicks(chooser.search, "boats")
    assert names(chooser) == ["Ann Ray"]
    bench.qtbot.keyClick(chooser.search, Qt.Key.Key_Down)
    bench.qtbot.keyClick(chooser.list, Qt.Key.Key_Return)
    bench.settle()
    # THEN the greeting stands there, with its alternative, in the character's name and colour
    shown = bench.presenter.open.shown
    assert [(m.name, m.text, m.number, m.of) for m in shown] == [("Ann", "Hello, Friend.", 1, 2)]
    assert shown[0].colour == "#aa2266" and page.casting.chooser is None
    bench.presenter.open.step(shown[0].id, 1)
    bench.settle()
    assert bench.said == ["Oh, it is you."]


def test_a_double_click_begins_and_the_name_given_is_used(bench: Bench, page: ChatPage) -> None:
    put(bench, ANN)
    chooser = open_chooser(bench, page)
    chooser.person.setText("Kim")
    place = next(p for p, row in enumerate(chooser.list.table.rows) if row.name == "Ann Ray")
    chooser.list.scrollTo(chooser.list.table.index(place))
    where = chooser.list.visualRect(chooser.list.table.index(place)).center()
    bench.qtbot.mouseClick(chooser.list.viewport(), Qt.MouseButton.LeftButton, pos=where)
    assert chooser.start.isEnabled() and "Ann Ray" in chooser.who.text()
    bench.qtbot.mouseDClick(chooser.list.viewport(), Qt.MouseButton.LeftButton, pos=where)
    bench.settle()
    assert bench.said == ["Hello, Kim."]


def test_replies_are_the_characters(bench: Bench, page: ChatPage) -> None:
    put(bench, ANN)
    talk_with(bench, page, "Ann Ray")
    bench.say("Where is the boat?")
    shown = bench.presenter.open.shown
    assert [m.name for m in shown] == ["Ann", "You", "Ann"] and shown[2].text == ANSWER
    assert shown[2].colour == "#aa2266" and not shown[1].colour
    assert "boats" in bench.model.prompts[-1]


def test_a_conversation_opened_again_knows_its_cast(bench: Bench, page: ChatPage) -> None:
    put(bench, ANN)
    talk_with(bench, page, "Ann Ray")
    one = bench.presenter.open.id
    bench.presenter.new()
    assert not bench.presenter.cast.setup.cast
    bench.presenter.show(one)
    bench.settle()
    assert bench.presenter.cast.setup.names == ("Ann",)
    assert bench.presenter.open.shown[0].colour == "#aa2266"


def test_a_scene_opens_with_its_own_words(bench: Bench, page: ChatPage) -> None:
    chooser = open_chooser(bench, page)
    chooser.scene.setCurrentIndex(1)
    chooser.scene.activated.emit(1)
    assert chooser.list.chosen, "a scene brings those it was written for"
    chooser.start.click()
    bench.settle()
    assert bench.presenter.cast.setup.scene is not None and bench.said
    assert bench.presenter.title == bench.presenter.cast.setup.scene.title


def test_foreign_words_are_plain_text(bench: Bench, page: ChatPage) -> None:
    put(bench, ANN)
    chooser = open_chooser(bench, page)
    chooser.show_imported([])
    labels = [label for label in chooser.findChildren(QLabel) if label is chooser.said
              or label is chooser.who]
    assert {label.textFormat() for label in labels} == {Qt.TextFormat.PlainText}
    close(chooser)


def test_every_control_has_a_name(bench: Bench, page: ChatPage) -> None:
    chooser = open_chooser(bench, page)
    for widget in chooser.findChildren(QWidget):
        if widget.focusPolicy() != Qt.FocusPolicy.NoFocus and widget.isVisible() and (
                widget.parent() is chooser):
            words = widget.accessibleName() or getattr(widget, "text", str)()
            assert words, widget
    close(chooser)


# Deleting and copying

def test_a_deleted_character_comes_back(bench: Bench, page: ChatPage) -> None:
    put(bench, ANN)
    chooser = open_chooser(bench, page)
    chooser.list.choose([row.id for row in chooser.list.table.rows if row.name == "Ann Ray"])
    chooser.list.setFocus()
    bench.qtbot.keyClick(chooser.list, Qt.Key.Key_Delete)
    bench.settle()
    assert "Ann Ray" not in names(chooser) and "Ann Ray" in chooser.said.text()
    assert chooser.undo.isVisible()
    chooser.undo.click()
    bench.settle()
    assert "Ann Ray" in names(chooser) and not chooser.undo.isVisible()
    assert not chooser.said.isVisible()
    close(chooser)


def test_where_nobody_fits_that_is_said(bench: Bench, page: ChatPage) -> None:
    chooser = open_chooser(bench, page)
    chooser.search.setText("<b>none</b>")
    assert chooser.nobody.text() == "Nobody here fits “<b>none</b>”."
    assert chooser.nobody.isVisible() and not chooser.list.isVisible()
    assert chooser.nobody.textFormat() is Qt.TextFormat.PlainText
    bench.qtbot.keyClick(chooser.search, Qt.Key.Key_Escape)
    assert chooser.list.isVisible() and not chooser.nobody.isVisible()
    close(chooser)


def test_pictures_that_are_none_leave_the_initial(bench: Bench, page: ChatPage) -> None:
    with bench.open_chat() as services:  # type: ignore[attr-defined] # a context manager
        services.company.personas.add(ANN, b"GIF89a no picture")
        services.company.personas.add(BOB, b"<svg xmlns='http://www.w3.org/2000/svg'/>")
    chooser = open_chooser(bench, page)
    assert all(row.face is None for row in chooser.list.table.rows)
    chooser.grab()
    close(chooser)


@pytest.mark.parametrize("theme", [LIGHT, DARK])
@pytest.mark.parametrize("colour", ["#ffffff", "#000000", "#ffff00", "#0000ff", "nonsense", ""])
def test_names_can_be_read_in_any_colour(theme: Theme, colour: str) -> None:
    made = QColor(readable(colour, theme))
    assert contrast(made, QColor(theme.paper)) >= 4.5


def test_a_copy_is_the_persons_own(bench: Bench, page: ChatPage) -> None:
    put(bench, ANN)
    chooser = open_chooser(bench, page)
    chooser.list.choose([row.id for row in chooser.list.table.rows if row.name == "Ann Ray"])
    next(b for b in chooser.buttons if b.text() == "Duplicate").click()
    bench.settle()
    assert [row.name for row in chooser.list.chosen] == ["Ann Ray (copy)"]
    close(chooser)


# Cards

def drop(widget: QWidget, *files: Path) -> bool:
    """Drags files over a widget and lets go; whether it took them."""
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(file)) for file in files])
    where = widget.rect().center()
    none = Qt.KeyboardModifier.NoModifier
    enter = QDragEnterEvent(where, Qt.DropAction.CopyAction, mime, Qt.MouseButton.LeftButton, none)
    enter.ignore()
    QApplication.sendEvent(widget, enter)
    if not enter.isAccepted():
        return False
    QApplication.sendEvent(widget, QDropEvent(
        QPointF(where), Qt.DropAction.CopyAction, mime, Qt.MouseButton.LeftButton, none))
    return True


@pytest.mark.parametrize("ending", [".png", ".json", ".charx"])
def test_a_card_let_go_over_the_page_can_be_talked_with_at_once(
        bench: Bench, page: ChatPage, tmp_path: Path, ending: str) -> None:
    file = tmp_path / f"Ann{ending}"
    write_card(ANN, b"", file, ending[1:])  # type: ignore[arg-type] # one of the forms
    assert drop(page, file)
    bench.settle()
    chooser = page.casting.chooser
    assert chooser is not None and [row.name for row in chooser.list.chosen] == ["Ann Ray"]
    chooser.start.click()
    bench.settle()
    assert bench.said == ["Hello, Friend."]


def test_a_card_let_go_over_the_field_is_no_text(
        bench: Bench, page: ChatPage, tmp_path: Path) -> None:
    file = tmp_path / "Ann.json"
    write_card(ANN, b"", file, "json")
    assert drop(page.input.field.viewport(), file)
    bench.settle()
    assert page.input.field.toPlainText() == "" and page.casting.chooser is not None
    close(page.casting.chooser)


def test_a_song_let_go_over_the_page_is_left_to_the_window(
        bench: Bench, page: ChatPage, tmp_path: Path) -> None:
    assert not drop(page, tmp_path / "song.lrc")
    assert not drop(page, tmp_path / "song.lrc", tmp_path / "Ann.png")
    assert page.cards.zone.isHidden() and page.casting.chooser is None


def test_the_zone_goes_when_the_mouse_does(bench: Bench, page: ChatPage, tmp_path: Path) -> None:
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(tmp_path / "a.png"))])
    QApplication.sendEvent(page, QDragEnterEvent(
        QPoint(5, 5), Qt.DropAction.CopyAction, mime, Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier))
    assert page.cards.zone.isVisible()
    QApplication.sendEvent(page, QDragLeaveEvent())
    assert page.cards.zone.isHidden()


def test_what_is_wrong_with_a_card_is_said(bench: Bench, page: ChatPage, tmp_path: Path) -> None:
    (tmp_path / "bad.png").write_bytes(b"no picture")
    write_card(ANN, b"", tmp_path / "good.json", "json")
    chooser = open_chooser(bench, page)
    bench.presenter.characters.take_cards([tmp_path / "bad.png", tmp_path / "good.json"])
    bench.settle()
    assert "bad.png: There is no character in this file." in chooser.said.text()
    assert [row.name for row in chooser.list.chosen] == ["Ann Ray"]
    # The same card again is no second character.
    bench.presenter.characters.take_cards([tmp_path / "good.json"])
    bench.settle()
    assert names(chooser).count("Ann Ray") == 1
    close(chooser)


@pytest.mark.parametrize("ending", [".png", ".json", ".charx"])
def test_a_character_is_written_as_a_card(bench: Bench, page: ChatPage, tmp_path: Path,
                                          ending: str) -> None:
    put(bench, ANN)
    characters: Characters = bench.presenter.characters
    characters.load()
    bench.settle()
    ann = next(row for row in characters.rows if row.name == "Ann Ray")
    characters.write_card(ann.id, tmp_path / f"card{ending}")
    bench.settle()
    assert read_card(tmp_path / f"card{ending}").persona.greetings == ANN.greetings


def test_a_card_that_cannot_be_written_is_told_of(bench: Bench, page: ChatPage,
                                                  tmp_path: Path) -> None:
    put(bench, ANN)
    bench.presenter.characters.load()
    bench.settle()
    ann = next(row for row in bench.presenter.characters.rows if row.name == "Ann Ray")
    bench.presenter.characters.write_card(ann.id, tmp_path / "nowhere" / "card.png")
    bench.settle()
    assert len(bench.problems) == 1
