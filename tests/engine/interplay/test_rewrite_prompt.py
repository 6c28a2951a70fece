"""How a model is asked for another mood."""

from pathlib import Path

import pytest

from engine.errors import EngineError
from engine.interplay.rewrite_prompt import (
    Example,
    RewritePrompt,
    load_rewrite_prompt,
    read_rewrite_prompt,
)
from engine.paths import AppPaths
from engine.tagging.vocabulary import Mood, Vocabulary

CALM = Mood("calmness", "Calm", 0.5, -0.8, about="At rest; the breath goes slowly.")


def test_examples_come_before_the_line_as_if_they_had_been_said() -> None:
    prompt = RewritePrompt("Say it again.", "{mood} ({about}): {line}",
                           (Example("a dog", "joy", "a happy dog"),))
    told = [(message.role, message.content) for message in prompt.messages("a cat", CALM)]
    assert told == [("system", "Say it again."), ("user", "joy: a dog"),
                    ("assistant", "a happy dog"),
                    ("user", "calm (at rest; the breath goes slowly): a cat")]


def test_nothing_in_a_line_is_a_place_to_fill_in() -> None:
    prompt = RewritePrompt("", "{mood}: {line}")
    message, = prompt.messages("{mood} {about} {line} {x}", CALM)
    assert message.content == "calm: {mood} {about} {line} {x}"


def test_the_one_that_came_along_can_be_used_with_every_mood(isolated_home: AppPaths) -> None:
    prompt = load_rewrite_prompt(isolated_home)
    for mood in Vocabulary.load(isolated_home.moods_file).moods:
        asked = prompt.messages("The rain sings.", mood)
        assert asked[-1].content.endswith("Line: The rain sings.")
        assert mood.name.lower() in asked[-1].content and "{" not in asked[-1].content
    moods = Vocabulary.load(isolated_home.moods_file)
    assert all(moods.canonical(shown.mood) for shown in prompt.example)


def test_the_persons_own_is_used_instead(isolated_home: AppPaths) -> None:
    isolated_home.own_prompts.mkdir(parents=True)
    own = isolated_home.own_prompts / "rewrite_mood.toml"
    own.write_text('system = "Mine."\nask = "{line} {mood}"\n', "utf-8")
    assert load_rewrite_prompt(isolated_home).system == "Mine."


@pytest.mark.parametrize(("text", "why"), [
    ('system = "x"\nask = "{line}"', "has no {mood}"),
    ('system = "x"', "cannot be read"), ("system = 3", "cannot be read"), ("[[", "cannot be read"),
    ('system = "x"\nask = "{line} {mood}"\nmore = 1', "cannot be read"),
])
def test_a_file_that_cannot_be_used_gets_a_sentence(tmp_path: Path, text: str, why: str) -> None:
    file = tmp_path / "rewrite_mood.toml"
    file.write_text(text, "utf-8")
    with pytest.raises(EngineError) as told:
        read_rewrite_prompt(file)
    assert why in told.value.message and told.value.hint


def test_a_file_that_is_not_there_or_no_text_gets_one_too(tmp_path: Path) -> None:
    with pytest.raises(EngineError):
        read_rewrite_prompt(tmp_path / "none.toml")
    (tmp_path / "bytes.toml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(EngineError):
        read_rewrite_prompt(tmp_path / "bytes.toml")
