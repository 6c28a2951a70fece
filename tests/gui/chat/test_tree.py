"""What of a conversation's tree is shown, and what can be done with each message."""

import pytest

from engine.chat.conversation import ChatMessage, Conversation, MessageState, Role
from engine.chat.truth.reply_mark import MarkKind, ReplyMark
from gui.chat.shown import Act
from gui.chat.tree import shown_messages, stepped, taken_in

USER, ASSISTANT = Role.USER, Role.ASSISTANT
SMALL = {"small": "Small"}
TALK = Conversation(1, "Talk", messages=(
    ChatMessage(1, None, USER, "Hello"), ChatMessage(2, 1, ASSISTANT, "One", model="small"),
    ChatMessage(3, 1, ASSISTANT, "Two", model="small"), ChatMessage(4, 3, USER, "And?"),
    ChatMessage(5, 4, ASSISTANT, "Yes", model="gone")), chosen={None: 1, 1: 3, 3: 4, 4: 5})


def test_the_path_is_shown_with_its_places_among_alternatives() -> None:
    shown = shown_messages(TALK, SMALL)
    assert [(m.id, m.name, m.text, m.mine, m.number, m.of) for m in shown] == [
        (1, "You", "Hello", True, 1, 1), (3, "Small", "Two", False, 2, 2),
        (4, "You", "And?", True, 1, 1), (5, "gone", "Yes", False, 1, 1)]


def but(*acts: Act) -> tuple[Act, ...]:
    """All that can be done, without these."""
    return tuple(act for act in Act if act not in acts)


def test_only_the_last_answer_can_go_on_and_only_answers_are_written_anew() -> None:
    asked, early, _, last = shown_messages(TALK, SMALL)
    assert asked.acts == but(Act.REGENERATE, Act.CONTINUE, Act.WHY)
    assert early.acts == but(Act.CONTINUE, Act.WHY)
    assert last.acts == but(Act.WHY)


def test_of_a_character_it_can_be_asked_why() -> None:
    mark = ReplyMark(MarkKind.INVENTION, 0, 3, "Aye", "Nothing that Ann knows says so.")
    told = taken_in(TALK, ChatMessage(6, 4, ASSISTANT, "Aye", "Ann"))
    *_, asked, last = shown_messages(told, SMALL, marks={6: (mark,)})
    assert last.acts == tuple(Act) and Act.WHY not in asked.acts
    # AND what is wrong with it stands beneath, after what is noted of it
    assert last.marks == ("? Nothing that Ann knows says so. (“Aye”)",) == last.beneath
    assert asked.marks == () == asked.beneath


def test_while_it_is_written_to_nothing_but_copying_is_offered() -> None:
    assert {m.acts for m in shown_messages(TALK, SMALL, frozen=True)} == {(Act.COPY,)}


def test_an_empty_answer_is_neither_copied_nor_gone_on_with() -> None:
    failed = taken_in(TALK, ChatMessage(6, 4, ASSISTANT, "", state=MessageState.FAILED,
                                        problem="Broken."))
    last = shown_messages(failed, SMALL)[-1]
    assert last.note == "Broken." and (last.number, last.of) == (2, 2)
    assert last.acts == (Act.EDIT, Act.REGENERATE, Act.BRANCH, Act.DELETE)


def test_a_message_of_another_window_that_still_streams_is_left_alone() -> None:
    other = taken_in(TALK, ChatMessage(6, 5, USER, "x", state=MessageState.STREAMING))
    assert shown_messages(other, SMALL)[-1].acts == (Act.COPY,)


def test_new_messages_join_and_changed_ones_stay_where_they_are() -> None:
    # GIVEN a question and an answer that just began
    grown = taken_in(TALK, ChatMessage(6, 5, USER, "More"), ChatMessage(7, 6, ASSISTANT, ""))
    assert [m.id for m in grown.path] == [1, 3, 4, 5, 6, 7]
    # WHEN the answer is whole
    whole = taken_in(grown, ChatMessage(7, 6, ASSISTANT, "Done"))
    assert [m.text for m in whole.path][-1] == "Done" and len(whole.messages) == 7
    # THEN the one it came from is untouched
    assert len(TALK.messages) == 5 and 5 not in TALK.chosen


@pytest.mark.parametrize("message_id, by, other", [
    (3, -1, 2), (2, 1, 3), (3, 1, 0), (2, -1, 0), (1, 1, 0), (99, 1, 0)])
def test_steps_among_alternatives_end_at_the_ends(message_id: int, by: int, other: int) -> None:
    assert stepped(TALK, message_id, by) == other


def test_nothing_said_shows_nothing() -> None:
    assert shown_messages(Conversation(0, ""), SMALL) == ()
