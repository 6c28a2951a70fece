"""The tree as rows: the shown way in one column, others beneath where they part, at any size."""

from engine.chat.conversation import ChatMessage, Conversation, Role
from gui.chat.tree_outline import OutlineRow, outline
from tests.quickest import quickest


def said(number: int, parent: int | None, text: str = "", author: str = "") -> ChatMessage:
    return ChatMessage(number, parent, Role.ASSISTANT if author else Role.USER,
                       text or f"text {number}", author)


def told(*messages: ChatMessage, chosen: dict[int | None, int]) -> Conversation:
    return Conversation(1, "", messages=messages, chosen=chosen)


def sketch(rows: tuple[OutlineRow, ...]) -> list[str]:
    """A row as its column, first message and how many; a star where it is shown."""
    return [f"{'  ' * row.column}{row.message_id}+{row.messages - 1}{'*' if row.shown else ''}"
            for row in rows]


def test_nothing_said_is_no_row() -> None:
    assert outline(told(chosen={}), {}, {}) == ()


def test_a_talk_that_never_parted_is_one_row() -> None:
    talk = told(said(1, None, "Hello  you"), said(2, 1, "Hm.", "Ann"), said(3, 2, "Bye"),
                chosen={None: 1, 1: 2, 2: 3})
    (row,) = outline(talk, {}, {"Ann": "#aa2266"})
    assert (row.speaker, row.words, row.last_words, row.messages) == ("You", "Hello you", "Bye", 3)
    assert row.mine and row.shown and not row.colour and row.ways == 0


def test_the_way_that_is_shown_goes_on_in_its_column_below_the_others() -> None:
    # GIVEN a message with three answers, the first shown, and one of the others parted again
    talk = told(said(1, None), said(2, 1, "", "Ann"), said(3, 1, "", "Ann"), said(4, 1, "", "Ann"),
                said(5, 3), said(6, 3), said(7, 2),
                chosen={None: 1, 1: 2, 2: 7, 3: 6})
    rows = outline(talk, {}, {"Ann": "#aa2266"})
    # THEN each stands beneath where it parts, and so in its own turn
    assert sketch(rows) == ["1+0*", "  3+0", "    5+0", "  6+0", "  4+0", "2+1*"]
    assert [row.turns_off for row in rows] == [False, True, True, False, True, False]
    assert [row.ways for row in rows] == [3, 2, 0, 0, 0, 0]
    assert rows[1].colour == "#aa2266" and rows[1].speaker == "Ann"


def test_several_greetings_begin_at_a_row_of_their_own() -> None:
    talk = told(said(1, None, "", "Ann"), said(2, None, "", "Ann"), chosen={None: 1})
    rows = outline(talk, {}, {})
    assert sketch(rows) == ["0+-1*", "  2+0", "1+0*"] and rows[0].ways == 2


def test_two_thousand_messages_with_alternatives_everywhere_come_at_once() -> None:
    # GIVEN 2,000 messages in a row, each with an alternative, and a comb as deep
    messages, chosen = [said(1, None)], {None: 1}
    for number in range(2, 4000, 2):
        parent = max(number - 2, 1)
        messages += [said(number, parent), said(number + 1, parent)]
        chosen[parent] = number + (number % 4 == 0)
    talk = told(*messages, chosen=chosen)
    assert quickest(lambda: outline(talk, {}, {}), 0.1) < 0.1
