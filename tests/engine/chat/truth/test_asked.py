"""What would answer a question."""

import pytest

from engine.chat.truth.asked import Asked, asked_for


@pytest.mark.parametrize(("question", "asked", "of"), [
    ("What's your parrot called?", Asked.NAME, ("parrot",)),
    ("What was the name of your first boss?", Asked.NAME, ("first", "boss")),
    ("Did your ship have a name?", Asked.NAME, ("ship",)),
    ("Who taught you to cook?", Asked.WHO, ("taught", "cook")),
    ("To whom do you write?", Asked.WHO, ("write",)),
    ("Where did you grow up?", Asked.WHERE, ("grow",)),
    ("Which town are you from?", Asked.WHERE, ()),
    ("When did you retire?", Asked.WHEN, ("retire",)),
    ("In what year did you marry?", Asked.WHEN, ("marry",)),
    ("How old is Tom?", Asked.AGE, ("tom",)),
    ("How many cats have you?", Asked.NUMBER, ("cats",)),
    ("How long have you lived here?", Asked.SPAN, ("lived",)),
    ("How long is your tail?", Asked.LENGTH, ("tail",)),
    ("How much do you weigh?", Asked.WEIGHT, ("weigh",)),
    ("How much do they pay you?", Asked.MONEY, ("pay",)),
    ("What colour is your door?", Asked.COLOUR, ("door",)),
    ("Why did you leave?", Asked.REASON, ("leave",)),
    ("What made you stop?", Asked.REASON, ("stop",)),
    ("What kind of music do you play?", Asked.KIND, ("music",)),
    ("Which of your ears hurts?", Asked.KIND, ("ears",)),
    ("Do you have a dog?", Asked.WHETHER, ("dog",)),
    ("Do you have anyone who helps?", Asked.WHETHER, ("helps",)),
    ("What do you do when you are alone?", Asked.WHAT, ("alone",)),
])
def test_a_question_asks_for_one_thing(question: str, asked: Asked, of: tuple[str, ...]) -> None:
    found = asked_for(question)
    assert found is not None
    assert found[0] is asked
    assert set(of) <= set(found[1])


def test_what_is_no_question_asks_for_nothing() -> None:
    assert asked_for("Goodbye.") is None
