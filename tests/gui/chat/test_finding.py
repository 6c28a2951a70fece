"""Words found in what is shown: places as the typeset text counts them, by keys, at any size."""

import pytest
from PySide6.QtCore import QPointF, Qt
from PySide6.QtWidgets import QApplication

from engine.chat.conversation import Role
from gui.chat.finding import Found, find, shown_text
from gui.chat.message_column import HEAD
from gui.chat.message_text import MessageText
from gui.chat.page import ChatPage
from gui.chat.shown import ShownMessage
from gui.theme import LIGHT
from tests.gui.chat.conftest import ANSWER, Bench
from tests.quickest import quickest

CTRL = Qt.KeyboardModifier.ControlModifier
SHIFT = Qt.KeyboardModifier.ShiftModifier
MARKED = ("**Bold** rain\n\n- one *rain*\n2. two `rain`\n\n# Rain\n```py\nrain = 1\n\nx\n```\nend "
          "\U0001f327 rain, STRASSE straße")


def said(*texts: str) -> list[ShownMessage]:
    return [ShownMessage(place + 1, "You", text) for place, text in enumerate(texts)]


# Finding

def test_no_words_find_nothing() -> None:
    assert find(said("One"), "  ") == () and find([], "one") == ()


def test_every_place_is_found_in_any_case() -> None:
    found = find(said("Rain, rain", "no", "a train"), "RAIN")
    assert found == (Found(0, 0, 4), Found(0, 6, 10), Found(2, 3, 7))


@pytest.mark.parametrize("words", ["bold rain", "one rain", "x\nend", "(", ".*", "\U0001f327 rain"])
def test_words_are_found_across_marks_and_lines_as_they_stand(qapp: QApplication,
                                                              words: str) -> None:
    text = MessageText(MARKED, 400, LIGHT)
    for one in find(said(MARKED), words):
        assert " ".join(text.words(one.start, one.end).split()).casefold() == " ".join(
            words.split()).casefold()
    assert bool(find(said(MARKED), words)) == (words not in ("(", ".*"))


@pytest.mark.parametrize("text", [MARKED, "plain  \n\n  moved in\nlast", "1. a\n- b\n  - c", ""])
def test_the_text_is_the_one_that_is_typeset(qapp: QApplication, text: str) -> None:
    typeset = MessageText(text, 400, LIGHT)
    assert shown_text(text).replace("\t", " ") == typeset.words(0, typeset.length)


def test_two_thousand_messages_are_searched_at_once() -> None:
    messages = said(*[f"{n}. It is the part that comes *once*. " * 4 for n in range(2000)])

    def search() -> None:
        shown_text.cache_clear()
        assert len(find(messages, "part that")) == 8000

    assert quickest(search, 0.15) < 0.15


# The strip

def long_talk(bench: Bench, page: ChatPage, count: int = 60) -> None:
    with bench.open_chat() as services:  # type: ignore[attr-defined] # a context manager
        one, parent = services.store.create("Long").id, None
        for number in range(count):
            words = "a lantern" if number % 20 == 10 else "nothing"
            parent = services.store.add_message(one, (Role.USER, Role.ASSISTANT)[number % 2],
                                                f"{number}: {words} here", parent).id
    bench.presenter.show(one)
    bench.settle()


def open_bar(bench: Bench, page: ChatPage, words: str) -> None:
    page.input.field.setFocus()
    bench.qtbot.keyClick(page.input.field, Qt.Key.Key_F, CTRL | SHIFT)
    assert page.find_bar.isVisible() and page.find_bar.field.hasFocus()
    bench.qtbot.keyClicks(page.find_bar.field, words)
    bench.qtbot.waitUntil(lambda: page.find_bar.count.text() != "")


def in_sight(page: ChatPage) -> set[int]:
    first, last = page.transcript.in_sight()
    return set(range(first, last + 1))


def test_words_are_searched_and_walked_by_keys(bench: Bench, page: ChatPage) -> None:
    long_talk(bench, page)
    open_bar(bench, page, "lantern")
    field, bar = page.find_bar.field, page.find_bar
    assert bar.count.text() == "3 of 3" and 50 in in_sight(page)
    bench.qtbot.keyClick(field, Qt.Key.Key_Return)
    assert bar.count.text() == "1 of 3" and 10 in in_sight(page)
    assert page.transcript.column.text(10).found_now == (6, 13)
    bench.qtbot.keyClick(field, Qt.Key.Key_F3)
    assert bar.count.text() == "2 of 3" and 30 in in_sight(page)
    bench.qtbot.keyClick(field, Qt.Key.Key_Return, SHIFT)
    assert bar.count.text() == "1 of 3"
    # WHEN it is left, THEN the keyboard is at the message that was found, and nothing is marked
    bench.qtbot.keyClick(field, Qt.Key.Key_Escape)
    assert not bar.isVisible() and page.transcript.hasFocus()
    current = page.transcript.current
    assert current is not None and current.text.startswith("10:")
    assert not page.transcript.column.text(10).found


def test_what_is_not_there_is_said(bench: Bench, page: ChatPage) -> None:
    long_talk(bench, page, 4)
    open_bar(bench, page, "dragon")
    assert page.find_bar.count.text() == "Not found" and not page.find_bar.forth.isEnabled()
    page.find_bar.step(1)


def test_what_stands_in_another_branch_alone_is_said(bench: Bench, page: ChatPage) -> None:
    bench.say("A lantern")
    bench.presenter.edit(bench.presenter.open.shown[0].id, "A lamp", False)
    bench.settle()
    open_bar(bench, page, "lantern")
    assert page.find_bar.count.text() == "Only in other branches (1)"


def test_new_words_are_found_while_the_strip_is_open(bench: Bench, page: ChatPage) -> None:
    bench.say("Hello")
    open_bar(bench, page, "part")
    assert page.find_bar.count.text() == "1 of 1"
    bench.say("Again")
    bench.qtbot.waitUntil(lambda: page.find_bar.count.text() == "1 of 2")
    assert ANSWER in bench.said


def test_with_nothing_said_there_is_nothing_to_search(bench: Bench, page: ChatPage) -> None:
    page.input.field.setFocus()
    bench.qtbot.keyClick(page.input.field, Qt.Key.Key_F, CTRL | SHIFT)
    assert not page.find_bar.isVisible()


def test_marked_words_are_what_is_searched(bench: Bench, page: ChatPage) -> None:
    long_talk(bench, page)
    transcript = page.transcript
    transcript.setFocus()
    where = QPointF(transcript.left + 60, transcript.column.top(59) - transcript.upper + HEAD + 8)
    bench.qtbot.mouseDClick(transcript.viewport(), Qt.MouseButton.LeftButton, pos=where.toPoint())
    bench.qtbot.keyClick(transcript, Qt.Key.Key_F, CTRL | SHIFT)
    assert page.find_bar.field.text() == "nothing"


def test_a_place_far_down_a_long_message_comes_into_sight(bench: Bench, page: ChatPage) -> None:
    with bench.open_chat() as services:  # type: ignore[attr-defined] # a context manager
        one = services.store.create("Long").id
        services.store.add_message(one, Role.USER, "line\n" * 200 + "lantern\n" + "line\n" * 200)
    bench.presenter.show(one)
    bench.settle()
    open_bar(bench, page, "lantern")
    transcript = page.transcript
    upper, _ = transcript.column.text(0).height_of(page.find_bar._found[0].start)
    assert 0 < transcript.column.top(0) + upper - transcript.upper < transcript.viewport().height()
