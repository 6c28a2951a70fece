"""Several characters in one talk: who is there, who speaks next, and turns by themselves."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton, QWidget

from engine.chat.persona import Persona
from engine.chat.talk import TurnOrder
from gui.chat import turns
from gui.chat.page import ChatPage
from gui.chat.persona_colours import colour_of
from tests.gui.chat.conftest import Bench
from tests.gui.chat.test_talks import ANN, BOB, names, open_chooser, put, talk_with

TINY = Persona("Tom & Jerry", description="One of two.")


def chip(page: ChatPage, name: str) -> QPushButton:
    return next(b for b in page.cast_bar.members if b.accessibleName().startswith(name))


def both(bench: Bench, page: ChatPage, order: TurnOrder = TurnOrder.ROUND) -> None:
    """A talk with Ann and Bob, whose turns differ as they must."""
    count = iter(range(1000))
    bench.model._answer = lambda _: f"{_WORDS[next(count) % len(_WORDS)]}."
    put(bench, ANN, BOB)
    talk_with(bench, page, "Ann Ray", "Bob Hill")
    bench.presenter.cast.set_order(order)
    bench.settle()


_WORDS = ("Rowing tires the arms", "Bees sleep in winter", "Nobody paints lighthouses",
          "Soup needs patience", "Trains leave at dawn", "Cats own whole streets",
          "Rain drums quietly", "Old maps lie often")


def test_a_plain_conversation_has_no_cast_bar(bench: Bench, page: ChatPage) -> None:
    bench.say("Hello")
    assert page.cast_bar.isHidden() and page.input.chips.buttons()[0].isVisible()


def test_with_one_character_there_is_no_order_to_choose(bench: Bench, page: ChatPage) -> None:
    put(bench, ANN)
    talk_with(bench, page, "Ann Ray")
    bar = page.cast_bar
    assert bar.isVisible() and not bar.order.isVisible() and not bar.play.isVisible()
    assert not page.input.chips.buttons()[0].isVisible()


def test_another_joins_the_open_talk_with_its_facts(bench: Bench, page: ChatPage) -> None:
    put(bench, ANN, BOB)
    talk_with(bench, page, "Bob Hill")
    # WHEN Ann is added; Bob, who is there, is not offered again
    page.cast_bar.add.click()
    bench.settle()
    chooser = page.casting.chooser
    assert chooser is not None and "Bob Hill" not in names(chooser)
    assert not chooser.scene.isVisible()
    chooser.list.choose([row.id for row in chooser.list.table.rows if row.name == "Ann Ray"])
    chooser.start.click()
    bench.settle()
    # THEN both can speak, and Ann knows her life
    assert [b.text() for b in page.cast_bar.members] == ["Bob", "Ann"]
    chip(page, "Ann").click()
    bench.settle()
    assert bench.presenter.open.shown[-1].name == "Ann"
    assert "owns a boat" in bench.model.prompts[-1]


def test_the_characters_are_reached_by_keys_in_the_order_they_stand_in(
        bench: Bench, page: ChatPage) -> None:
    # GIVEN two, of whom one came later
    both(bench, page, TurnOrder.HAND)
    bar = page.cast_bar
    first, second = bar.members
    # WHEN the keys go on from the first
    reached: list[QWidget] = [first]
    while reached[-1] is not page.input.field and len(reached) < 9:
        after = reached[-1].nextInFocusChain()
        while not (after.isVisible() and after.focusPolicy() & Qt.FocusPolicy.TabFocus):
            after = after.nextInFocusChain()
        reached.append(after)
    # THEN nobody is left for the end of the window
    assert reached == [first, second, bar.add, bar.order, bar.play, bar.speak_as,
                       page.input.field]


def test_who_is_pressed_speaks_next(bench: Bench, page: ChatPage) -> None:
    both(bench, page, TurnOrder.HAND)
    for name in ("Bob", "Bob", "Ann"):
        chip(page, name).click()
        bench.settle()
        assert bench.presenter.open.shown[-1].name == name
    assert [m.colour for m in bench.presenter.open.shown[-2:]] == [
        colour_of("Bob Hill"), "#aa2266"]


def test_by_hand_the_person_is_asked_who_answers(bench: Bench, page: ChatPage) -> None:
    both(bench, page, TurnOrder.HAND)
    bench.say("And you?")
    assert bench.said[-1] == "And you?" and "Choose above" in page.input._note.text()
    assert not page.trouble.isVisible()
    chip(page, "Bob").click()
    bench.settle()
    assert bench.presenter.open.shown[-1].name == "Bob"


def test_by_hand_an_edited_message_waits_for_who_answers(bench: Bench, page: ChatPage) -> None:
    both(bench, page, TurnOrder.HAND)
    bench.say("And you?")
    bench.presenter.edit(bench.presenter.open.shown[-1].id, "And you, Bob?", answer=True)
    bench.settle()
    assert bench.said[-1] == "And you, Bob?" and not page.trouble.isVisible()
    assert "Choose above" in page.input._note.text()
    chip(page, "Bob").click()
    bench.settle()
    assert bench.presenter.open.shown[-1].name == "Bob"


def test_in_order_they_take_turns(bench: Bench, page: ChatPage) -> None:
    both(bench, page)
    bench.say("Go on.")
    bench.say("And?")
    assert [m.name for m in bench.presenter.open.shown] == ["Ann", "You", "Bob", "You", "Ann"]


def test_they_talk_until_stopped(bench: Bench, page: ChatPage,
                                 monkeypatch: pytest.MonkeyPatch) -> None:
    both(bench, page)
    monkeypatch.setattr(turns, "PAUSE_SECONDS", 0.001)
    page.cast_bar.play.click()
    assert page.cast_bar.play.text() == "Stop" and not page.cast_bar.add.isEnabled()
    bench.qtbot.waitUntil(lambda: len(bench.presenter.open.shown) >= 5, timeout=20_000)
    page.cast_bar.play.click()
    bench.settle()
    count = len(bench.presenter.open.shown)
    spoke = [m.name for m in bench.presenter.open.shown]
    assert spoke[:5] == ["Ann", "Bob", "Ann", "Bob", "Ann"]
    assert page.cast_bar.play.text() == "Let them talk"
    bench.qtbot.wait(30)
    assert len(bench.presenter.open.shown) == count and not bench.presenter.run.busy


def test_a_line_that_is_sent_while_they_talk_is_said_after_the_turn(
        bench: Bench, page: ChatPage) -> None:
    # GIVEN two who talk by themselves, one in the middle of a word
    both(bench, page)
    bench.brake.hold_after(1)
    page.cast_bar.play.click()
    bench.qtbot.waitUntil(bench.brake.reached.is_set)
    # WHEN the person writes and presses Enter
    bench.qtbot.keyClicks(page.input.field, "Who took the letter?")
    bench.qtbot.keyClick(page.input.field, Qt.Key.Key_Return)
    assert page.input._note.text() == "Your line is said after this turn."
    bench.brake.let_go()
    # THEN the turn ends whole, and then it is said
    def said() -> int:
        shown = bench.presenter.open.shown
        return next((at for at, one in enumerate(shown) if one.mine), len(shown))

    def answered() -> bool:
        return any(one.text for one in bench.presenter.open.shown[said() + 1:])

    bench.qtbot.waitUntil(answered, timeout=20_000)
    before, mine, after = bench.presenter.open.shown[said() - 1:said() + 2]
    assert before.text and not before.note  # not cut
    assert mine.text == "Who took the letter?" and after.name in ("Ann", "Bob")
    assert page.input.field.toPlainText() == ""
    page.cast_bar.play.click()
    bench.settle()


def test_a_line_that_was_not_said_yet_stays_where_they_are_stopped(
        bench: Bench, page: ChatPage) -> None:
    both(bench, page)
    bench.brake.hold_after(1)
    page.cast_bar.play.click()
    bench.qtbot.waitUntil(bench.brake.reached.is_set)
    bench.qtbot.keyClicks(page.input.field, "Who took the letter?")
    bench.qtbot.keyClick(page.input.field, Qt.Key.Key_Return)
    # WHEN they are stopped before it could be said
    page.cast_bar.play.click()
    bench.brake.let_go()
    bench.settle()
    # THEN it stands in the field
    assert page.input.field.toPlainText() == "Who took the letter?"
    assert not any(message.mine for message in bench.presenter.open.shown)


def test_escape_stops_them_in_the_pause_too(bench: Bench, page: ChatPage) -> None:
    both(bench, page)
    page.cast_bar.play.click()
    bench.settle()
    assert bench.presenter.turns.playing and not bench.presenter.run.busy
    page.input.field.setFocus()
    page.activateWindow()
    bench.qtbot.waitUntil(page.input.field.hasFocus)
    bench.qtbot.keyClick(page.input.field, Qt.Key.Key_Escape)
    assert not bench.presenter.turns.playing


def test_who_is_left_alone_does_not_go_on(bench: Bench, page: ChatPage) -> None:
    both(bench, page)
    page.cast_bar.play.click()
    bench.settle()
    assert bench.presenter.turns.playing
    bench.presenter.cast.remove(bench.presenter.cast.setup.cast[1].persona_id)
    bench.settle()
    assert not bench.presenter.turns.playing


def test_another_conversation_ends_their_talk(bench: Bench, page: ChatPage) -> None:
    both(bench, page)
    page.cast_bar.play.click()
    bench.settle()
    page.new()
    assert not bench.presenter.turns.playing and page.cast_bar.isHidden()
    bench.settle()
    assert not bench.presenter.open.shown


def test_who_is_muted_is_marked_and_skipped(bench: Bench, page: ChatPage) -> None:
    both(bench, page)
    ann = bench.presenter.cast.setup.cast[0]
    bench.presenter.cast.mute(ann.persona_id, True)
    bench.settle()
    assert "muted" in chip(page, "Ann").text()
    # One who is left alone would talk to themselves.
    assert not page.cast_bar.play.isEnabled() and "muted" in page.cast_bar.play.toolTip()
    bench.say("Hello?")
    assert bench.presenter.open.shown[-1].name == "Bob"


def test_who_leaves_keeps_what_they_said(bench: Bench, page: ChatPage) -> None:
    both(bench, page)
    ann = bench.presenter.cast.setup.cast[0]
    acts = {action.text(): action for action in page.cast_bar.menu(ann).actions()}
    assert list(acts) == ["Speak as Ann", "Edit…", "Mute", "Leave the talk"]
    acts["Leave the talk"].trigger()
    bench.settle()
    assert [b.text() for b in page.cast_bar.members] == ["Bob"]
    assert bench.presenter.open.shown[0].name == "Ann"
    assert not page.cast_bar.play.isVisible()
    # AND can be brought back to their place, with what they know
    assert page.cast_bar.left.isVisible() and page.cast_bar.left.text() == "Bring Ann back"
    page.cast_bar.left.click()
    bench.settle()
    assert bench.presenter.cast.setup.names == ("Ann", "Bob")
    assert not page.cast_bar.left.isVisible()


def test_who_is_there_again_is_not_brought_back(bench: Bench, page: ChatPage) -> None:
    both(bench, page)
    ann = bench.presenter.cast.setup.cast[0].persona_id
    bench.presenter.cast.remove(ann)
    bench.presenter.cast.add([ann])
    bench.settle()
    assert bench.presenter.cast.left == "" and not page.cast_bar.left.isVisible()


def test_two_of_one_name_are_refused_in_a_sentence(bench: Bench, page: ChatPage) -> None:
    put(bench, ANN, Persona("Ann Other", nickname="Ann"))
    chooser = open_chooser(bench, page)
    chooser.list.choose([r.id for r in chooser.list.table.rows if r.name.startswith("Ann")])
    chooser.start.click()
    bench.settle()
    assert "called Ann" in str(bench.problems[0]) and not bench.presenter.open.id


def test_a_name_with_a_sign_for_keys_is_shown_whole(bench: Bench, page: ChatPage) -> None:
    put(bench, TINY)
    talk_with(bench, page, TINY.name)
    assert page.cast_bar.members[0].text() == "Tom && Jerry"
    assert page.cast_bar.members[0].accessibleName() == "Tom & Jerry speaks next"
