"""Thousands of messages stand where they should, though only few are laid out."""

import time
from dataclasses import replace

import pytest

from gui.chat.message_column import BETWEEN, HEAD, NOTE, MessageColumn
from gui.chat.selection import TextSelection, everything
from gui.chat.shown import ShownMessage
from gui.theme import LIGHT
from tests.quickest import quickest

pytestmark = pytest.mark.usefixtures("qapp")


def messages(count: int, words: int = 30) -> list[ShownMessage]:
    return [ShownMessage(n + 1, "You" if n % 2 else "It", f"{n} " + "word " * (n % words),
                         n % 2 == 1) for n in range(count)]


@pytest.fixture
def column() -> MessageColumn:
    made = MessageColumn(LIGHT)
    made.set_width(500)
    return made


def test_tops_follow_one_another_without_gap_or_overlap(column: MessageColumn) -> None:
    column.show(messages(50))
    column.measure(10, 20)
    for place in range(49):
        assert column.bottom(place) + BETWEEN == pytest.approx(column.top(place + 1))
    assert column.top(0) == 0
    assert column.bottom(49) + BETWEEN == pytest.approx(column.height)


def test_the_message_at_a_height_is_found_also_beyond_the_ends(column: MessageColumn) -> None:
    column.show(messages(50))
    for place in (0, 7, 49):
        assert column.at(column.top(place) + 1) == place
        assert column.at(column.bottom(place)) == place
    assert column.at(-100) == 0
    assert column.at(column.height + 100) == 49


def test_of_no_messages_none_is_found(column: MessageColumn) -> None:
    assert column.at(0) == -1
    assert column.height == 0


def test_measuring_moves_only_what_is_below(column: MessageColumn) -> None:
    column.show([ShownMessage(n, "It", "i" * 900) for n in range(10)])
    tops = [column.top(n) for n in range(10)]
    assert column.measure(4, 5)
    assert [column.top(n) for n in range(5)] == tops[:5]
    assert column.top(6) != tops[6]
    assert not column.measure(4, 5)


def test_a_note_takes_room(column: MessageColumn) -> None:
    column.show([ShownMessage(1, "It", "")])
    column.measure(0, 0)
    bare = column.height
    column.replace(0, ShownMessage(1, "It", "", note="Reading"))
    assert (bare, column.height) == (HEAD + BETWEEN, HEAD + NOTE + BETWEEN)


def test_same_messages_keep_their_layout(column: MessageColumn) -> None:
    many = messages(30)
    column.show(many)
    column.measure(0, 29)
    kept = column.text(3)
    column.show([*many, ShownMessage(99, "It", "more")])
    assert column.text(3) is kept
    column.show([*many[:3], replace(many[3], text="other"), *many[4:]])
    assert column.text(3) is not kept


def test_an_editor_takes_the_place_of_the_text(column: MessageColumn) -> None:
    column.show(messages(5))
    column.measure(0, 4)
    before = column.height
    column.set_editor(2, 300)
    assert column.bottom(2) - column.top(2) == HEAD + 300
    column.set_editor(-1, 0)
    assert column.height == before


def test_another_width_is_laid_out_anew_and_never_wider_than_can_be_read(
        column: MessageColumn) -> None:
    column.show([ShownMessage(1, "It", "word " * 200)])
    column.measure(0, 0)
    high = column.height
    assert column.set_width(5000) and column.width == column.widest
    column.measure(0, 0)
    assert column.height < high
    assert not column.set_width(6000)


def test_two_thousand_messages_open_in_a_moment(column: MessageColumn) -> None:
    many = messages(2000, words=120)

    def opened() -> None:
        column.show([])
        column.show(many)
        column.measure(1990, 1999)

    assert quickest(opened, 0.2, time.perf_counter) < 0.2


def test_marked_text_over_several_messages_is_copied_with_names(column: MessageColumn) -> None:
    column.show([ShownMessage(1, "You", "hello there", True), ShownMessage(2, "It", "**Hi**"),
                 ShownMessage(3, "You", "bye", True)])
    backwards = TextSelection((2, 3), (0, 6))
    assert backwards.words(column) == "You:\nthere\n\nIt:\nHi\n\nYou:\nbye"
    assert TextSelection((0, 0), (0, 5)).words(column) == "hello"
    assert TextSelection((1, 1), (1, 1)).words(column) == ""
    whole = everything(column)
    assert whole and whole.words(column).endswith("You:\nbye")
    column.show([])
    assert everything(column) is None
