"""Speaking for others: as whom the person says the next line, and roles that are theirs alone."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction

from engine.chat.conversation import Role
from engine.chat.talk import TurnOrder
from gui.chat.page import ChatPage
from tests.gui.chat.conftest import Bench
from tests.gui.chat.test_casts import both
from tests.gui.chat.test_talks import ANN, put, talk_with


def acts(page: ChatPage) -> dict[str, QAction]:
    page.cast_bar.speak_as.menu_of.aboutToShow.emit()
    return {a.text(): a for a in page.cast_bar.speak_as.menu_of.actions() if a.text()}


def lines(bench: Bench) -> list[tuple[str, str]]:
    return [(message.name, message.text) for message in bench.presenter.open.shown]


def test_there_is_nobody_else_to_speak_for_without_a_cast(bench: Bench, page: ChatPage) -> None:
    bench.say("Hello")
    assert not page.cast_bar.speak_as.isVisible()


def test_a_line_is_said_as_one_of_the_cast_and_the_other_answers(
        bench: Bench, page: ChatPage) -> None:
    both(bench, page)
    assert page.cast_bar.speak_as.isVisible() and page.cast_bar.speak_as.text() == "You"
    assert list(acts(page)) == ["You", "Ann", "Bob"] and acts(page)["You"].isChecked()
    # WHEN the person speaks as Bob
    acts(page)["Bob"].trigger()
    assert page.cast_bar.speak_as.text() == "As Bob"
    assert page.input.field.placeholderText() == "Write as Bob"
    bench.say("I keep bees.")
    # THEN the line is Bob's, in his colour, and Ann answers him
    said = bench.presenter.open.shown[-2]
    assert (said.name, said.text, said.mine) == ("Bob", "I keep bees.", False) and said.colour
    assert bench.presenter.open.shown[-1].name == "Ann"
    stored = bench.presenter.open.stored.path[-2]
    assert (stored.role, stored.author) == (Role.ASSISTANT, "Bob")
    assert "I keep bees." in bench.model.prompts[-1]
    # and the next line is Bob's as well, until that is changed
    bench.say("Many bees.")
    assert lines(bench)[-2] == ("Bob", "Many bees.")
    acts(page)["You"].trigger()
    bench.say("Hello, both.")
    assert lines(bench)[-2] == ("You", "Hello, both.")


def test_by_hand_who_answers_a_line_said_as_another_is_asked_too(
        bench: Bench, page: ChatPage) -> None:
    both(bench, page, TurnOrder.HAND)
    acts(page)["Ann"].trigger()
    bench.say("I rowed here.")
    assert lines(bench)[-1] == ("Ann", "I rowed here.")
    assert "Choose above" in page.input._note.text()
    page.cast_bar.members[1].click()
    bench.settle()
    assert lines(bench)[-1][0] == "Bob" and not page.input._note.text()


def test_after_a_choice_the_field_waits_for_the_line(bench: Bench, page: ChatPage) -> None:
    both(bench, page)
    bob = bench.presenter.cast.setup.cast[1]
    page.cast_bar.speak_as.setFocus()
    page.cast_bar.menu(bob).actions()[0].trigger()
    assert bench.presenter.speaking.author == "Bob"
    page.activateWindow()
    bench.qtbot.waitUntil(page.input.field.hasFocus)


def test_what_is_said_for_another_stands_there_at_once(bench: Bench, page: ChatPage) -> None:
    both(bench, page)
    acts(page)["Bob"].trigger()
    bench.brake.hold_after(0)
    assert bench.presenter.send("I keep bees.")
    assert ("Bob", "I keep bees.") in lines(bench)
    assert not any(message.mine for message in bench.presenter.open.shown)
    bench.brake.let_go()
    bench.settle()


def test_a_role_that_is_taken_is_the_persons_alone(bench: Bench, page: ChatPage) -> None:
    both(bench, page, TurnOrder.NATURAL)
    acts(page)["Ann"].trigger()
    acts(page)["Only you speak as Ann"].trigger()
    bench.settle()
    assert bench.presenter.cast.setup.cast[0].muted
    assert acts(page)["Only you speak as Ann"].isChecked()
    for text in ("One.", "Ann, what is two?"):
        bench.say(text)
        assert [name for name, _ in lines(bench)[-2:]] == ["Ann", "Bob"]
    # WHEN the person speaks as themselves again, the role is given back
    acts(page)["You"].trigger()
    bench.settle()
    assert not bench.presenter.cast.setup.cast[0].muted
    assert "Only you speak as Ann" not in acts(page)


def test_who_was_muted_before_stays_muted(bench: Bench, page: ChatPage) -> None:
    both(bench, page)
    ann = bench.presenter.cast.setup.cast[0].persona_id
    bench.presenter.cast.mute(ann, True)
    bench.settle()
    acts(page)["Ann"].trigger()
    acts(page)["You"].trigger()
    bench.settle()
    assert bench.presenter.cast.setup.cast[0].muted


def test_each_talk_remembers_as_whom_the_person_speaks(bench: Bench, page: ChatPage) -> None:
    both(bench, page)
    first = bench.presenter.open.id
    acts(page)["Ann"].trigger()
    bench.presenter.new()
    bench.settle()
    assert page.cast_bar.isHidden()
    assert page.input.field.placeholderText() == "Write a message"
    bench.presenter.show(first)
    bench.settle()
    assert page.cast_bar.speak_as.text() == "As Ann"


def test_who_leaves_is_no_longer_spoken_for(bench: Bench, page: ChatPage) -> None:
    both(bench, page)
    acts(page)["Ann"].trigger()
    bench.presenter.cast.remove(bench.presenter.cast.setup.cast[0].persona_id)
    bench.settle()
    assert page.cast_bar.speak_as.text() == "You" and bench.presenter.speaking.author == ""


def test_alone_with_one_both_sides_can_be_spoken(bench: Bench, page: ChatPage) -> None:
    put(bench, ANN)
    talk_with(bench, page, "Ann Ray")
    acts(page)["Ann"].trigger()
    bench.say("I have a boat.")
    # Nobody else is there who could answer: it is the person's turn again.
    assert lines(bench)[-1] == ("Ann", "I have a boat.") and not page.trouble.isVisible()
    acts(page)["You"].trigger()
    bench.say("Where?")
    assert [name for name, _ in lines(bench)[-2:]] == ["You", "Ann"]


def test_the_menu_is_opened_and_walked_by_keys(bench: Bench, page: ChatPage) -> None:
    both(bench, page)
    menu = page.cast_bar.speak_as.menu_of
    page.input.field.setFocus()
    page.activateWindow()
    bench.qtbot.waitUntil(page.input.field.hasFocus)
    bench.qtbot.keyClick(page.input.field, Qt.Key.Key_R, Qt.KeyboardModifier.ControlModifier)
    bench.qtbot.waitUntil(menu.isVisible)
    for key in (Qt.Key.Key_Down, Qt.Key.Key_Return):
        bench.qtbot.keyClick(menu, key)
    assert bench.presenter.speaking.author == "Ann"
    assert page.cast_bar.speak_as.accessibleName() == "You speak as: Ann"


def test_the_persons_name_is_on_the_button(bench: Bench, page: ChatPage) -> None:
    both(bench, page)
    bench.presenter.cast.change(lambda company, one: company.casts.set_person(one, "Kim"))
    bench.settle()
    assert page.cast_bar.speak_as.text() == "You (Kim)"
