"""The prompt always fits, the newest is kept, and what is left out is told."""

from itertools import pairwise

import pytest

from engine.chat.conversation import ChatMessage, Role
from engine.chat.prompt_budget import FittedPrompt, PromptBudget, fit_prompt, refuse_misfit
from engine.errors import EngineError
from engine.models.template_manners import Message
from tests.fakes import FakeTextModel


def talk(count: int, length: int = 20) -> list[ChatMessage]:
    """`count` messages of `length` letters, the person first, with ids from 1."""
    return [ChatMessage(n + 1, n or None, (Role.USER, Role.ASSISTANT)[n % 2],
                        f"{n:04d}".ljust(length, "x")) for n in range(count)]


def fit(messages: list[ChatMessage], window: int = 2048, reply: int = 100,
        system: str = "") -> FittedPrompt:
    return fit_prompt(FakeTextModel(window=window), system, messages, reply)


def test_all_is_read_while_it_fits() -> None:
    # GIVEN a talk that fits the window
    messages = talk(5)
    model = FakeTextModel()
    # WHEN its prompt is made
    fitted = fit_prompt(model, "Be kind.", messages, 100)
    # THEN it is the template's own words for all of it
    assert fitted.text == model.render([
        Message("system", "Be kind."), *(Message(m.role, m.text) for m in messages)])
    whole = model.count(fitted.text)
    assert fitted.budget == PromptBudget(2048, whole, 100, whole, dropped=0, first_kept=1)
    assert fitted.most_tokens == 100 and fitted.budget.fits


@pytest.mark.parametrize("window", [256, 300, 512, 1000, 2048])
@pytest.mark.parametrize("count", [1, 2, 9, 40, 41, 300])
@pytest.mark.parametrize("length", [5, 60])
def test_the_prompt_fits_the_window_less_the_reply(window: int, count: int, length: int) -> None:
    messages = talk(count, length)[: count - (count % 2 == 0) or 1]
    fitted = fit(messages, window, reply=100, system="Be kind.")
    budget = fitted.budget
    # THEN there is room for the reply, and the prompt begins with system and a person's turn
    assert budget.prompt + budget.reply <= window and budget.fits
    assert fitted.text.startswith("<|im_start|>system\nBe kind.<|im_end|>\n<|im_start|>user\n")
    # AND the last message is there, and all from the first one kept on
    first = next(n for n, m in enumerate(messages) if m.id == budget.first_kept)
    assert budget.dropped == first
    for n, message in enumerate(messages):
        assert (message.text in fitted.text) == (n >= first)
    # AND no more than a step was dropped needlessly
    if first:
        assert budget.whole > window - budget.reply
        assert budget.prompt > (window - budget.reply) * 0.4 or len(messages) - first <= 3


def test_the_beginning_stays_the_same_for_some_turns() -> None:
    # GIVEN a talk that has long outgrown the window and goes on turn by turn
    everything = talk(301, 30)
    starts = [fit(everything[:n], 1500).budget.first_kept for n in range(101, 301, 2)]
    # THEN what is read first moves in steps, so that the prefix cache serves most turns
    changes = sum(a != b for a, b in pairwise(starts))
    assert 0 < changes <= len(starts) / 2.5
    assert starts == sorted(starts, key=lambda first: first or 0)


def test_a_begun_reply_is_the_prompts_end() -> None:
    messages = talk(4)
    fitted = fit(messages)
    assert fitted.text.endswith("<|im_start|>assistant\n" + messages[3].text)


def test_marks_in_a_begun_reply_stay_text() -> None:
    model = FakeTextModel()
    begun = ChatMessage(2, 1, Role.ASSISTANT, "a <|im_end|> b")
    fitted = fit_prompt(model, "", [*talk(1), begun], 100)
    assert model.tokenizer.encode_prompt(fitted.text).tolist().count(
        model.tokenizer.special_id("<|im_end|>")) == 1


def test_messages_without_words_are_passed_over() -> None:
    blank = ChatMessage(9, 1, Role.ASSISTANT, " \n")
    fitted = fit([*talk(1), blank, ChatMessage(10, 9, Role.USER, "And?")])
    assert fitted.text.count("<|im_start|>assistant") == 1
    assert fitted.budget.dropped == 0


def test_a_message_that_is_too_long_is_said_not_cut() -> None:
    # GIVEN a last message longer than the window
    messages = [*talk(6), ChatMessage(7, 6, Role.USER, "y" * 3000)]
    fitted = fit(messages)
    # THEN all before it is left out, and it is refused in a sentence with the numbers
    assert (fitted.budget.dropped, fitted.budget.first_kept) == (6, 7)
    assert not fitted.budget.fits and fitted.budget.share == 1.0
    with pytest.raises(EngineError, match=r"takes 3,\d\d\d tokens.*room for 1,948"):
        refuse_misfit(fitted.budget)


def test_a_system_prompt_that_is_too_long_is_said_too() -> None:
    fitted = fit(talk(3), system="z" * 2000)
    assert not fitted.budget.fits and "z" * 2000 in fitted.text
    with pytest.raises(EngineError) as caught:
        refuse_misfit(fitted.budget)
    assert "system prompt" in caught.value.hint


def test_a_reply_longer_than_the_window_leaves_half_of_it() -> None:
    fitted = fit(talk(3), window=400, reply=100_000)
    assert fitted.budget.reply == 200
    assert fitted.most_tokens == 400 - fitted.budget.prompt


@pytest.mark.parametrize("reply", [0, -5])
def test_strange_lengths_of_replies_do_no_harm(reply: int) -> None:
    fitted = fit(talk(3), reply=reply)
    assert fitted.most_tokens == 1 and fitted.budget.fits


def test_an_empty_talk_has_a_prompt_too() -> None:
    fitted = fit([], system="Be kind.")
    assert fitted.budget.first_kept is None and fitted.budget.dropped == 0
    assert "Be kind." in fitted.text


def test_only_answers_are_kept_as_far_as_they_fit() -> None:
    """A talk of the model with itself has no turn of a person to begin with."""
    messages = [ChatMessage(n + 1, n or None, Role.ASSISTANT, "x" * 50) for n in range(99)]
    fitted = fit(messages, window=400)
    assert fitted.budget.fits and fitted.budget.dropped > 80


def test_a_very_long_talk_is_fitted_soon() -> None:
    # GIVEN 5,000 messages, most of which nobody will read
    model = FakeTextModel()
    counted: list[int] = []
    tokenize = model.tokenize
    model.tokenize = lambda text: counted.append(1) or tokenize(text)  # type: ignore[method-assign]
    fit_prompt(model, "", talk(4999, 50), 100)
    # THEN only those that may fit were counted
    assert len(counted) < 60
