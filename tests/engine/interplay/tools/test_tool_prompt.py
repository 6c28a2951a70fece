"""How the next step is asked for."""

from pathlib import Path

import msgspec
import pytest

from engine.chat.memory.sentence_vectors import NoEncoder
from engine.errors import EngineError
from engine.interplay.tools.calls import ANSWER, ToolCall
from engine.interplay.tools.tool_prompt import (
    MOST_EXAMPLES,
    ShownStep,
    ShownWork,
    ToolPrompt,
    load_tool_prompt,
    read_tool_prompt,
    step_text,
)
from engine.interplay.tools.toolbox import LookUpFact, SearchLibrary, TagSong
from engine.paths import AppPaths
from tests.fakes import FakeSentenceEncoder

TOOLS = [(tool.name, tool.about) for tool in (SearchLibrary, TagSong, LookUpFact)]


def test_tools_are_listed_and_examples_come_as_if_they_had_been() -> None:
    prompt = ToolPrompt("Choose:", (ShownWork("a?", (
        ShownStep("search_library", "Why not.", "a", "None."), ShownStep(ANSWER, "So."))),))
    messages = prompt.messages(TOOLS[:1], "b?", NoEncoder())
    told = [(message.role, message.content) for message in messages]
    assert told == [
        ("system", f"Choose:\n- search_library: {TOOLS[0][1]}\n- answer: nothing more is needed"),
        ("user", "a?"),
        ("assistant", '{"thought":"Why not.","tool":"search_library","input":"a"}'),
        ("user", "b?")]
    # Where a step has been done, examples show what came of it and the next one too.
    after = [message.content for message in prompt.messages(TOOLS[:1], "b?", NoEncoder(), 1)]
    assert after[2:5] == [told[2][1], "None.", '{"thought":"So.","tool":"answer"}']
    assert len(prompt.messages(TOOLS[:1], "b?", NoEncoder(), 2)) == 2


def test_examples_of_tools_that_are_not_allowed_are_left_out(isolated_home: AppPaths) -> None:
    prompt = load_tool_prompt(isolated_home)
    for tools in ([], TOOLS[:1], TOOLS[2:]):
        names = {ANSWER, *(name for name, _ in tools)}
        messages = prompt.messages(tools, "a?", NoEncoder())
        steps = [msgspec.json.decode(message.content)["tool"]
                 for message in messages if message.role == "assistant"]
        assert steps and set(steps) <= names


def test_the_one_that_came_along_shows_every_tool_and_ends_every_work(
        isolated_home: AppPaths) -> None:
    prompt = load_tool_prompt(isolated_home)
    assert {step.tool for work in prompt.example for step in work.step} == {
        ANSWER, *(name for name, _ in TOOLS)}
    assert all(work.step[-1].tool == ANSWER for work in prompt.example)
    assert all(step.outcome for work in prompt.example for step in work.step[:-1])


def test_the_nearest_examples_are_shown_and_the_nearest_stands_last() -> None:
    works = [ShownWork(asked, (ShownStep(ANSWER),))
             for asked in ("the sea", *(f"number {n}" for n in range(MOST_EXAMPLES)), "a cat")]
    encoder = FakeSentenceEncoder("sea ocean")
    told = ToolPrompt("", tuple(works)).messages([], "the ocean", encoder)
    asked = [message.content for message in told if message.role == "user"]
    assert asked[-2:] == ["the sea", "the ocean"] and len(asked) == MOST_EXAMPLES + 1
    assert len(ToolPrompt("").messages([], "the ocean", encoder)) == 2


def test_a_step_is_written_as_the_grammar_wants_it() -> None:
    assert step_text(ToolCall(ANSWER, "lost", "a\"b")) == '{"thought":"a\\"b","tool":"answer"}'


def test_the_persons_own_is_used_instead(isolated_home: AppPaths) -> None:
    isolated_home.own_prompts.mkdir(parents=True)
    (isolated_home.own_prompts / "tools.toml").write_text('rules = "Mine."', "utf-8")
    assert load_tool_prompt(isolated_home) == ToolPrompt("Mine.")


@pytest.mark.parametrize("text", ["", "rules = 3", "[[", 'rules = ""\nmore = 1',
                                  'rules = ""\n[[example]]\nasked = "x"'])
def test_a_file_that_cannot_be_used_gets_a_sentence(tmp_path: Path, text: str) -> None:
    file = tmp_path / "tools.toml"
    file.write_text(text, "utf-8")
    with pytest.raises(EngineError, match=r"tools.toml cannot be read"):
        read_tool_prompt(file)
