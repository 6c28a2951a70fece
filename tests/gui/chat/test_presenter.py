"""What the page does, without a page: asking, stopping, failing, changing, coming back."""

import gc
from dataclasses import replace

import pytest

from engine.chat.conversation import MessageState, ReplySettings
from engine.errors import EngineError
from engine.inference.sampling import SamplingSettings
from engine.settings import Settings
from gui.chat.reply_run import Phase
from gui.chat.services import Fetching
from gui.chat.shown import Act
from tests.gui.chat.conftest import ANSWER, Bench, entry

LOST = EngineError("The model's file is gone.", "Add it again.")


def leaf_id(bench: Bench) -> int:
    return bench.presenter.open.shown[-1].id


def pages(bench: Bench) -> list[tuple[int, int]]:
    return [(m.number, m.of) for m in bench.presenter.open.shown]


def test_a_question_is_answered_and_stored(bench: Bench) -> None:
    # GIVEN nothing said yet
    bench.begin()
    assert bench.titles == [] and bench.said == []
    # WHEN something is asked
    bench.say("What is a chorus?")
    # THEN both stand there, the list has the conversation, and its figures are known
    assert bench.said == ["What is a chorus?", ANSWER]
    assert [m.mine for m in bench.presenter.open.shown] == [True, False]
    assert len(bench.titles) == 1 and bench.presenter.open.id
    figures = bench.presenter.answering.figures
    assert figures and figures.tokens == len(ANSWER)
    assert not bench.problems


def test_the_question_is_seen_before_anything_else_happens(bench: Bench) -> None:
    bench.begin()
    bench.presenter.send("Hello")
    assert bench.said == ["Hello", ""]
    assert bench.notes[-1] == "Reading…"
    assert bench.presenter.run.progress.phase is Phase.WAITING
    bench.settle()


def test_the_second_question_goes_on_in_the_same_conversation(bench: Bench) -> None:
    bench.begin()
    bench.say("One")
    bench.say("Two")
    assert bench.said == ["One", ANSWER, "Two", ANSWER]
    assert len(bench.titles) == 1
    assert "One" in bench.model.prompts[-1]


def test_text_comes_as_it_is_written_and_stop_keeps_it(bench: Bench) -> None:
    bench.begin()
    bench.half_said("Tell me", 5)
    # GIVEN half an answer that is seen
    assert bench.said[-1] == ANSWER[:5]
    assert bench.presenter.open.streaming and not bench.presenter.can_send
    # WHEN it is stopped
    bench.presenter.stop()
    bench.brake.let_go()
    bench.settle()
    # THEN what was said stays and says that it was stopped
    assert bench.said[-1].startswith(ANSWER[:5]) and len(bench.said[-1]) < len(ANSWER)
    assert bench.notes[-1] == "Stopped."
    assert bench.presenter.can_send and bench.presenter.why_no_answer is None


def test_what_was_seen_of_a_stopped_reply_never_goes_out_of_sight(bench: Bench) -> None:
    bench.begin()
    bench.half_said("Tell me", 5)
    seen: list[str] = []
    bench.presenter.open.messages_changed.connect(lambda: seen.append(bench.said[-1]))
    # WHEN it is stopped, and the store has not told yet what it kept
    bench.presenter.stop()
    bench.brake.let_go()
    bench.settle()
    # THEN at no moment there is less of it
    assert seen and all(text.startswith(ANSWER[:5]) for text in seen)


def test_nothing_else_can_be_sent_or_changed_meanwhile(bench: Bench) -> None:
    bench.begin()
    bench.half_said("Tell me")
    assert not bench.presenter.send("And more")
    shown = bench.presenter.open.shown
    assert all(set(m.acts) <= {Act.COPY} for m in shown)
    bench.presenter.act(Act.DELETE, shown[0].id)
    bench.presenter.act(Act.REGENERATE, shown[1].id)
    bench.brake.let_go()
    bench.settle()
    assert bench.said == ["Tell me", ANSWER]


@pytest.mark.parametrize("text", ["", "  \n "])
def test_nothing_is_not_sent(bench: Bench, text: str) -> None:
    bench.begin()
    assert not bench.presenter.send(text)


def test_another_answer_is_an_alternative_and_both_can_be_paged(bench: Bench) -> None:
    bench.begin()
    bench.say("Hello")
    bench.presenter.act(Act.REGENERATE, leaf_id(bench))
    bench.settle()
    assert pages(bench) == [(1, 1), (2, 2)]
    second = leaf_id(bench)
    bench.presenter.open.step(second, -1)
    bench.settle()
    assert pages(bench)[-1] == (1, 2) and leaf_id(bench) != second
    # beyond the ends there is nothing
    bench.presenter.open.step(leaf_id(bench), -1)
    bench.settle()
    assert pages(bench)[-1] == (1, 2)


def test_going_on_adds_to_the_same_message(bench: Bench) -> None:
    bench.begin()
    bench.presenter.open.set_reply_settings(ReplySettings(max_tokens=4))
    bench.say("Hello")
    assert bench.said[-1] == ANSWER[:4]
    assert bench.notes[-1] == "The longest reply is reached. It can go on."
    one = leaf_id(bench)
    bench.presenter.act(Act.CONTINUE, one)
    bench.settle()
    assert leaf_id(bench) == one and pages(bench)[-1] == (1, 1)
    assert len(bench.said[-1]) > 4 and bench.said[-1].startswith(ANSWER[:4])


def test_an_edited_question_is_answered_anew_beside_the_old_one(bench: Bench) -> None:
    bench.begin()
    bench.say("Hello")
    bench.presenter.edit(bench.presenter.open.shown[0].id, "Goodbye", True)
    bench.settle()
    assert bench.said == ["Goodbye", ANSWER]
    assert pages(bench)[0] == (2, 2)
    bench.presenter.open.step(bench.presenter.open.shown[0].id, -1)
    bench.settle()
    assert bench.said == ["Hello", ANSWER]


def test_an_edited_answer_is_only_kept(bench: Bench) -> None:
    bench.begin()
    bench.say("Hello")
    asked = len(bench.model.prompts)
    bench.presenter.edit(leaf_id(bench), "No.", False)
    bench.settle()
    assert bench.said == ["Hello", "No."] and len(bench.model.prompts) == asked


def test_the_same_text_is_no_edit(bench: Bench) -> None:
    bench.begin()
    bench.say("Hello")
    bench.presenter.edit(leaf_id(bench), ANSWER, False)
    bench.settle()
    assert pages(bench)[-1] == (1, 1)


def test_deleted_messages_come_back_with_undo(bench: Bench) -> None:
    bench.begin()
    bench.say("One")
    bench.say("Two")
    bench.presenter.act(Act.DELETE, bench.presenter.open.shown[2].id)
    bench.settle()
    assert bench.said == ["One", ANSWER] and bench.presenter.edits.removed == 2
    bench.presenter.undo()
    bench.settle()
    assert bench.said == ["One", ANSWER, "Two", ANSWER] and bench.presenter.edits.removed == 0


def test_without_its_answer_a_question_can_be_answered_again(bench: Bench) -> None:
    bench.begin()
    bench.say("One")
    bench.presenter.act(Act.DELETE, leaf_id(bench))
    bench.settle()
    why = bench.presenter.why_no_answer
    assert why and why.unasked
    assert bench.presenter.retry()
    bench.settle()
    assert bench.said == ["One", ANSWER] and bench.presenter.why_no_answer is None


def test_a_reply_that_fails_keeps_the_question_and_can_be_tried_again(bench: Bench) -> None:
    bench.begin()
    bench.say("Please (break)")
    why = bench.presenter.why_no_answer
    assert bench.said[0] == "Please (break)" and why is not None
    assert bench.notes[-1] == "The model broke off. Try again." and not bench.problems
    bench.model._fails = ""
    bench.presenter.retry()
    bench.settle()
    assert bench.said == ["Please (break)", ANSWER]
    assert bench.presenter.why_no_answer is None


def test_a_model_that_cannot_be_opened_says_why_and_is_tried_again(bench: Bench) -> None:
    # GIVEN a model that cannot be opened
    bench.trouble.append(LOST)
    bench.begin()
    why = bench.presenter.why_no_answer
    assert why and (why.message, why.hint) == (LOST.message, LOST.hint)
    # WHEN something is asked all the same, THEN the question is kept
    bench.say("Hello")
    assert bench.said[0] == "Hello" and bench.presenter.why_no_answer
    # WHEN it is there again
    bench.trouble.clear()
    bench.presenter.retry()
    bench.settle()
    assert bench.said == ["Hello", ANSWER] and bench.presenter.why_no_answer is None
    assert bench.presenter.models.ready and not bench.problems


def test_what_was_never_stored_goes_back_into_the_field(
        bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    from engine.chat.conversation_store import ConversationStore
    bench.begin()
    back: list[str] = []
    bench.presenter.unsent.connect(back.append)

    def full(*args: object, **more: object) -> None:
        raise EngineError("The disk is full.", "Free some space.")

    with monkeypatch.context() as broken:
        broken.setattr(ConversationStore, "create", full)
        bench.say("Do not lose me")
    assert back == ["Do not lose me"] and bench.said == []
    why = bench.presenter.why_no_answer
    assert why and why.message == "The disk is full."
    assert not bench.presenter.retry()


def test_a_bug_is_told_and_loses_nothing(bench: Bench) -> None:
    bench.begin()
    bench.say("One")
    bench.model._answer = lambda prompt: 1 / 0  # type: ignore[assignment, return-value] # a bug
    bench.say("Two")
    assert [type(p) for p in bench.problems] == [ZeroDivisionError]
    assert bench.said[:3] == ["One", ANSWER, "Two"]
    bench.problems.clear()
    gc.collect()


def test_all_is_there_again_after_a_restart(bench: Bench) -> None:
    bench.begin()
    bench.say("Hello")
    bench.presenter.set_draft("half a thou")
    again = bench.make()
    again.load()
    bench.settle()
    assert [m.text for m in again.open.shown] == ["Hello", ANSWER]
    assert again.draft == "half a thou"
    assert again.conversations.table.size == 1


def test_a_reply_that_a_kill_cut_short_is_kept_and_says_so(bench: Bench) -> None:
    bench.begin()
    bench.say("Hello")
    one = leaf_id(bench)
    with bench.open_chat() as services:  # type: ignore[attr-defined] # a context manager
        services.store.write(one, "It is", MessageState.STREAMING)
        # GIVEN that whoever wrote it has not been heard of for long
        services.store._database.execute("UPDATE message SET written_at = 1 WHERE id = ?", [one])
    # WHEN the program starts again
    again = bench.make()
    again.load()
    bench.settle()
    assert again.open.shown[-1].text == "It is"
    assert again.open.shown[-1].note == "Undertone closed while this was written."


def test_each_conversation_keeps_its_own_draft(bench: Bench) -> None:
    bench.begin()
    bench.say("First")
    first = bench.presenter.open.id
    bench.presenter.set_draft("for the first")
    bench.presenter.new()
    assert bench.presenter.draft == ""
    bench.presenter.set_draft("for a new one")
    bench.presenter.show(first)
    bench.settle()
    assert bench.presenter.draft == "for the first"
    bench.presenter.new()
    assert bench.presenter.draft == "for a new one"


def test_a_reply_goes_on_while_another_conversation_is_read(bench: Bench) -> None:
    bench.begin()
    bench.say("First")
    first = bench.presenter.open.id
    bench.presenter.new()
    bench.half_said("Second")
    second = bench.presenter.open.id
    # WHEN the person looks at the other one meanwhile
    bench.presenter.show(first)
    bench.qtbot.waitUntil(lambda: bench.presenter.open.id == first)
    assert bench.said == ["First", ANSWER] and not bench.presenter.open.streaming
    assert not bench.presenter.can_send
    row = bench.presenter.conversations.table.row_at(0)
    assert row and row.conversation_id == second and row.writing
    # THEN it is whole when they come back
    bench.brake.let_go()
    bench.settle()
    assert bench.said == ["First", ANSWER]
    bench.presenter.show(second)
    bench.settle()
    assert bench.said == ["Second", ANSWER]


def test_a_conversation_that_is_being_answered_can_be_deleted(bench: Bench) -> None:
    bench.begin()
    bench.half_said("Hello")
    bench.qtbot.waitUntil(lambda: bool(bench.titles))
    bench.presenter.conversations.delete([bench.presenter.open.id])
    bench.brake.let_go()
    bench.settle()
    assert bench.presenter.open.id == 0 and bench.titles == []
    bench.presenter.undo()
    bench.settle()
    assert len(bench.titles) == 1 and not bench.problems


def test_settings_of_a_conversation_are_its_own_and_stored(bench: Bench) -> None:
    bench.begin()
    bench.presenter.open.set_system_prompt("You are brief.")
    wild = ReplySettings(99, SamplingSettings(temperature=1.5, seed=3))
    bench.presenter.open.set_reply_settings(wild)
    bench.say("Hello")
    assert "You are brief." in bench.model.prompts[-1]
    one = bench.presenter.open.id
    bench.presenter.open.set_system_prompt("You are long.")
    bench.settle()
    bench.presenter.new()
    assert bench.presenter.open.stored.system_prompt == ""
    assert bench.presenter.open.stored.settings == bench.presenter.default_settings
    bench.presenter.show(one)
    bench.settle()
    assert bench.presenter.open.stored.system_prompt == "You are long."
    assert bench.presenter.open.stored.settings == wild


def test_changed_settings_reach_new_conversations_only(bench: Bench) -> None:
    bench.begin()
    bench.say("Hello")
    before = bench.presenter.open.stored.settings
    bench.presenter.use_settings(replace(Settings(), chat_temperature=0.0, system_prompt="Be kind"))
    assert bench.presenter.open.stored.settings == before
    bench.presenter.new()
    assert bench.presenter.open.stored.settings.sampling.temperature == 0
    assert bench.presenter.open.stored.system_prompt == "Be kind"


def test_a_changed_look_takes_nothing_from_a_conversation_that_begins(bench: Bench) -> None:
    bench.begin()
    wild = ReplySettings(99, SamplingSettings(temperature=1.5))
    bench.presenter.open.set_reply_settings(wild)
    bench.presenter.set_draft("half")
    bench.presenter.use_settings(replace(Settings(), appearance="dark", chat_model="other"))
    assert bench.presenter.open.stored.settings == wild
    # WHEN the defaults themselves change, THEN they hold, and the draft stays
    bench.presenter.use_settings(replace(Settings(), chat_max_tokens=77))
    assert bench.presenter.open.stored.settings.max_tokens == 77
    assert bench.presenter.draft == "half"


def test_the_meter_counts_what_would_be_sent(bench: Bench) -> None:
    bench.begin()
    bench.presenter.set_draft("Hello")
    bench.qtbot.waitUntil(lambda: bench.presenter.meter.budget is not None)
    first = bench.presenter.meter.budget
    assert first and first.window == bench.model.window and first.prompt > 5
    bench.say("Hello")
    bench.presenter.set_draft("and this " * 20)
    bench.qtbot.waitUntil(lambda: bool(
        bench.presenter.meter.budget and bench.presenter.meter.budget.prompt > first.prompt + 150))


def test_what_no_longer_fits_is_said(bench: Bench) -> None:
    bench.begin()
    bench.say("old " * 150)
    bench.say("more " * 150)
    bench.presenter.set_draft("new " * 100)
    bench.qtbot.waitUntil(lambda: bool(
        bench.presenter.meter.budget and bench.presenter.meter.budget.dropped))


def test_streaming_is_told_so_that_others_can_give_way(bench: Bench) -> None:
    bench.begin()
    told: list[bool] = []
    bench.presenter.streaming_changed.connect(told.append)
    bench.say("Hello")
    bench.say("Please (break)")
    assert told == [True, False, True, False]


def test_no_model_means_nothing_can_be_sent(bench: Bench) -> None:
    bench.entries.clear()
    bench.begin()
    assert bench.presenter.models.known and not bench.presenter.send("Hello")
    # WHEN one is added
    bench.entries.append(entry())
    bench.presenter.models.show_fetching(Fetching(9, 9))
    bench.presenter.models.show_fetching(None)
    bench.settle()
    assert bench.presenter.send("Hello")
    bench.settle()


def test_a_conversation_another_window_deleted_is_left_kindly(bench: Bench) -> None:
    bench.begin()
    bench.say("Hello")
    bench.presenter.show(4711)
    bench.settle()
    assert bench.presenter.open.id == 0
    assert len(bench.problems) == 1 and isinstance(bench.problems[0], EngineError)
