"""The sentences of the page, made from values."""

from datetime import UTC, datetime

import pytest

from engine.chat.conversation import ChatMessage, MessageState, Role
from engine.chat.prompt_budget import PromptBudget
from engine.chat.replies import ReplyFigures
from gui.chat.reply_run import Phase, Progress
from gui.chat.wording import (
    dropped_text,
    meter_text,
    name_of,
    progress_note,
    speed_text,
    state_note,
    when_text,
)

NOW = datetime(2026, 3, 12, 15, 0, tzinfo=UTC)


@pytest.mark.parametrize("stamp, words", [
    ("2026-03-12T09:05:00+00:00", "09:05"), ("2026-03-11T23:00:00+00:00", "Yesterday"),
    ("2026-03-08T10:00:00+00:00", "Sunday"), ("2026-02-01T10:00:00+00:00", "1 Feb"),
    ("2024-12-31T10:00:00+00:00", "2024-12-31"), ("", ""), ("soon", "")])
def test_times_are_said_as_people_say_them(stamp: str, words: str) -> None:
    assert when_text(stamp, NOW) == words


@pytest.mark.parametrize("budget, words", [
    (PromptBudget(100, 50, 10, 50), ""),
    (PromptBudget(100, 50, 10, 80, dropped=1),
     "The oldest message no longer fits and is not read."),
    (PromptBudget(100, 50, 10, 80, dropped=12),
     "The 12 oldest messages no longer fit and are not read."),
    (PromptBudget(100, 95, 10, 95),
     "This is too long for the model to read at once. Shorten it.")])
def test_what_is_left_out_is_said(budget: PromptBudget, words: str) -> None:
    assert dropped_text(budget) == words


def test_the_meter_says_how_much_of_how_much() -> None:
    assert meter_text(PromptBudget(8192, 1200, 512, 1200)) == "1\u202f200 of 8\u202f192 tokens"


@pytest.mark.parametrize("figures, words", [
    (ReplyFigures(10, 101, 0.25, 1.25), "100 tokens a second, first word after 0.25 s"),
    (ReplyFigures(10, 1, 0.25, 0.25), "first word after 0.25 s")])
def test_speed_is_said_where_it_is_known(figures: ReplyFigures, words: str) -> None:
    assert speed_text(figures) == words


@pytest.mark.parametrize("message, words", [
    (ChatMessage(1, None, Role.USER, ""), "You"),
    (ChatMessage(1, None, Role.USER, "", author="Ann"), "Ann"),
    (ChatMessage(1, None, Role.ASSISTANT, "", model="small"), "Small"),
    (ChatMessage(1, None, Role.ASSISTANT, "", model="removed"), "removed"),
    (ChatMessage(1, None, Role.ASSISTANT, ""), "Assistant"),
    (ChatMessage(1, None, Role.SYSTEM, "It rains."), "Narrator"),
    (ChatMessage(1, None, Role.ASSISTANT, "", author="Captain"), "Captain")])
def test_who_speaks(message: ChatMessage, words: str) -> None:
    assert name_of(message, {"small": "Small", "other": "Other"}) == words


def test_every_end_but_a_whole_one_is_said() -> None:
    for state in MessageState:
        note = state_note(ChatMessage(1, None, Role.ASSISTANT, "", state=state, problem="Why."))
        assert bool(note) == (state not in (MessageState.WHOLE, MessageState.STREAMING)), state


@pytest.mark.parametrize("progress, is_open, words", [
    (Progress(Phase.OPENING), False, "Opening the model…"),
    (Progress(Phase.OPENING), True, "Reading…"),
    (Progress(Phase.READING, done=512, total=4096), True,
     "Reading 512 of 4\u202f096 tokens…"),
    (Progress(Phase.READING, done=10, total=10), True, "Reading…"),
    (Progress(Phase.WRITING), True, ""), (Progress(), True, "")])
def test_what_is_done_before_the_first_word(
        progress: Progress, is_open: bool, words: str) -> None:
    assert progress_note(progress, is_open) == words
