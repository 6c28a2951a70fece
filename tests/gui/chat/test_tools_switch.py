"""Tools in the window: off at first, switched on for one conversation, and seen at work."""

from dataclasses import replace

import pytest
from pytestqt.qtbot import QtBot

from engine.chat.conversation import ReplySettings
from engine.chat.replies import ToolTold
from engine.chat.tool_use import ToolStep
from gui.chat.page import ChatPage
from gui.chat.tool_words import step_text, steps_text, working_text
from gui.chat.tools_switch import ToolsSwitch
from tests.gui.chat.conftest import ANSWER, Bench


@pytest.mark.parametrize("step, working, told", [
    (ToolStep("search_library", "rain", outcome="2 songs were found."),
     "Searching the library for “rain”…", "Searched the library for “rain”: 2 songs were found."),
    (ToolStep("tag_song", "“Rain” by Nobody", outcome="The song was looked at.", found=("sad",)),
     "Looking at the moods of “Rain” by Nobody…", "Looked at the moods of “Rain” by Nobody."),
    (ToolStep("tag_song", "rain", outcome="No such song was found."),
     "Looking at the moods of “rain”…",
     "Looked at the moods of “rain”: no such song was found."),
    (ToolStep("look_up_fact", "boat", outcome="Nothing is known about it."),
     "Looking up “boat” in the facts…",
     "Looked up “boat” in the facts: nothing is known about it."),
    (ToolStep("newer_tool", "x", outcome="Done."), "“x”…", "“x”: done.")])
def test_steps_in_words(step: ToolStep, working: str, told: str) -> None:
    assert (working_text(step), step_text(step)) == (working, told)
    assert steps_text((step, step)) == f"{told}\n{told}"


def test_it_is_off_and_holds_for_one_conversation(bench: Bench, qtbot: QtBot) -> None:
    # GIVEN a conversation
    bench.begin()
    bench.say("Hello")
    switch = ToolsSwitch(bench.presenter)
    qtbot.addWidget(switch)
    assert not switch.switch.isChecked() and bench.notes == ["", ""]
    # WHEN the person switches tools on
    switch.switch.click()
    bench.settle()
    # THEN it is kept with this conversation
    first = bench.presenter.open.id
    assert bench.presenter.open.stored.settings.tools
    bench.presenter.new()
    assert not switch.switch.isChecked()
    bench.presenter.show(first)
    bench.settle()
    assert switch.switch.isChecked()
    bench.presenter.open.set_reply_settings(ReplySettings())
    assert not switch.switch.isChecked()


def test_what_was_done_stands_beneath_the_message_also_later(bench: Bench) -> None:
    bench.begin()
    told: list[object] = []
    bench.presenter.reply_told.connect(told.append)
    bench.presenter.open.set_reply_settings(
        replace(bench.presenter.open.stored.settings, tools=True))
    bench.say("rain?")
    note = "Searched the library for “rain?”: 1 song was found."
    assert bench.said == ["rain?", ANSWER] and bench.notes == [note, ""]
    assert [type(event) for event in told].count(ToolTold) == 2
    assert "There is “Rain Song”." in bench.model.prompts[-1]
    bench.presenter.show(bench.presenter.open.id)
    bench.settle()
    assert bench.notes == [note, ""]


def test_asked_again_with_tools_the_message_shows_them(bench: Bench) -> None:
    # GIVEN an answer that was given without tools
    bench.begin()
    bench.say("rain?")
    bench.presenter.open.set_reply_settings(
        replace(bench.presenter.open.stored.settings, tools=True))
    bench.settle()
    # WHEN another is wanted
    bench.presenter.act("regenerate", bench.presenter.open.shown[-1].id)
    bench.settle()
    assert bench.notes[0].startswith("Searched the library")


def test_two_steps_take_two_lines(page: ChatPage, bench: Bench) -> None:
    bench.say("rain?")
    shown = bench.presenter.open.shown
    column = page.transcript.column
    before = column.bottom(0) - column.top(0)
    page.transcript.show_messages((replace(shown[0], note="One.\nTwo."), *shown[1:]))
    page.transcript.grab()
    one = column.bottom(0) - column.top(0)
    page.transcript.show_messages((replace(shown[0], note="One."), *shown[1:]))
    page.transcript.grab()
    assert one - before == 2 * (column.bottom(0) - column.top(0) - before)
