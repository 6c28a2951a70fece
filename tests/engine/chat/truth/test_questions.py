"""Which lines ask somebody about their own life."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.chat.truth.asked import Asked
from engine.chat.truth.questions import own_question


@pytest.mark.parametrize("line", [
    "Where do you work?", "where do you live", "Are you married?", "Have you ever been to sea?",
    "Tell me about your brother.", "Would you mind telling me what your husband does?",
    "Got any hobbies? Something you collect?", "Can you swim?", "What do you want to be?",
    "Do you know how to write?", "Do you believe in God?", "Were you ever lost?",
    "Do you remember the name of that cook?", "You can dance, right?",
    "Your son must be proud. What does he do?", "How do you get around?"])
def test_questions_about_a_life(line: str) -> None:
    found = own_question(line)
    assert found is not None and found.sure


@pytest.mark.parametrize("line", [
    "Good morning!", "How are you?", "Tell me a joke.", "I had a dream about you.", "",
    "Could you pass me the salt?", "Can you help me?", "Do you think so?", "What do you mean?",
    "Would you like some tea?", "What would you do if you were rich?", "Shall we go?",
    "Are you ready?", "What's your advice?", "Do you remember my name?", "Why?!",
    "Have you heard the news?", "How do you get wine out of a carpet?", "Where are you going?"])
def test_plain_talk(line: str) -> None:
    found = own_question(line)
    assert found is None or not found.sure


def test_a_question_without_you_is_left_to_what_is_known() -> None:
    found = own_question("How old is Tom?")
    assert found is not None and not found.sure


def test_views_are_told_from_lives() -> None:
    view = own_question("What do you think of the moon?")
    assert view is not None and view.is_view and not view.sure
    life = own_question("What do you do under the moon?")
    assert life is not None and not life.is_view


def test_frames_openers_and_names_are_no_part_of_the_question() -> None:
    found = own_question("So, Ann, could you tell me where you were born, if I may ask?", ["Ann"])
    assert found is not None
    assert found.text == "where you were born?"
    assert found.asks[0][0] is Asked.WHERE


def test_what_a_question_hangs_on_stays_with_it() -> None:
    found = own_question("I heard you lived in Kyoto. What did you do there?")
    assert found is not None
    assert found.text == "I heard you lived in Kyoto. What did you do there?"


def test_two_questions_ask_for_two_things() -> None:
    found = own_question("Hello. What happened to your leg? Why the cane?")
    assert found is not None
    assert [kind for kind, _ in found.asks] == [Asked.WHAT, Asked.REASON]
    assert found.parts == ("What happened to your leg?", "Why the cane?")


@given(st.text(max_size=200), st.lists(st.text(max_size=10), max_size=3))
def test_any_line_can_be_looked_at(line: str, names: list[str]) -> None:
    own_question(line, names)
