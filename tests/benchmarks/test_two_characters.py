"""The commands that let characters talk count what they say they count."""

import argparse
import gzip
import json
from pathlib import Path

import pytest

from engine.chat.conversation import ChatMessage, MessageState, Role
from engine.chat.persona import Persona
from engine.errors import EngineError
from tests.benchmarks import first_word
from tests.benchmarks.two_characters import (
    Counts,
    Played,
    counted,
    distinct,
    human_talks,
    play,
    speaks_for,
    told,
)
from tests.fakes import FakeSentenceEncoder, FakeTextModel


def said(author: str, text: str, state: MessageState = MessageState.WHOLE) -> ChatMessage:
    return ChatMessage(1, None, Role.ASSISTANT, text, author, state)


@pytest.mark.parametrize("text, is_so", [
    ("Ben: Hello.", True), ("Yes.\n  **Ben:** no", True), ("Yes.\n*Ben (quietly): no*", True),
    ("I asked Ben: why?", False), ("Benefit: none.", False), ("Ann: Well.", False), ("", False),
])
def test_words_for_the_other_are_seen(text: str, is_so: bool) -> None:
    assert speaks_for(text, ["Ben"]) is is_so


def test_what_goes_wrong_is_counted() -> None:
    talk = Played("Tea", ("Ann", "Ben"), [
        said("Ann", "The boat is red."), said("Ben", "Ann: No."), said("Ann", "the boat is red"),
        said("Ben", "", MessageState.FAILED), said("Ann", "Well.<|im_end|>"),
        said("Ben", "###P### what"), said("Ben", "The boat is red.")])
    found = counted(talk, FakeSentenceEncoder())
    assert found == Counts(empty=1, for_others=1, marks=2, alike=1, nearest=found.nearest)
    assert found.nearest == pytest.approx(1)


def test_distinct_2_is_of_stretches_of_one_length() -> None:
    assert distinct([["a b c d"]], 4) == 1
    assert distinct([["a b", "a b"]], 4) == pytest.approx(2 / 3)
    assert distinct([["a b c"], ["a a a a b"]], 4) == pytest.approx(1 / 3)
    assert distinct([["a"]], 4) == 0


def test_people_are_those_of_the_train_split(tmp_path: Path) -> None:
    folder = tmp_path / "dialogues"
    folder.mkdir()
    rows = [{"split": split, "source": source, "turns": [{"text": f"{source} " + "word " * 300}]}
            for split, source in (("train", "talk"), ("valid", "talk"), ("train", "synthetic(x)"))]
    with gzip.open(folder / "one.jsonl.gz", "wt") as file:
        file.write("\n".join(map(json.dumps, rows)))
    assert [texts[0].split()[0] for texts in human_talks(tmp_path)] == ["talk"]
    with pytest.raises(EngineError, match="no dialogues"):
        list(human_talks(folder))


def test_scenes_are_played_to_their_end() -> None:
    count = iter(range(99))
    model = FakeTextModel(lambda _: f"Number {next(count)} it is.", window=8192)
    options = argparse.Namespace(scenes=5, turns=2, tokens=40, format="", seed=1)
    encoder = FakeSentenceEncoder(width=512)
    talks = list(play(model, encoder, options))
    assert len(talks) == 5 and all(len(talk.replies) == 2 for talk in talks)
    assert talks[-1].names == ("Teo", "Wilma") and talks[-1].prompt > talks[-1].unread > 0
    figures = list(told(talks, encoder, 0.9))
    assert [figure.met for figure in figures[:3]] == [True] * 3
    assert "10 turns of 5 talks" in figures[0].measured


def test_the_first_word_is_that_of_a_600_token_prompt() -> None:
    model = FakeTextModel("Aye.", window=4096)
    shipped = [Persona("Ann", "A smith.", facts=("Ann owns a forge.",)), Persona("Ben", "A cook.")]
    persona = first_word.long_persona(model, shipped, 3)
    assert persona.name == "Ben" and model.count(persona.description) >= first_word.TOKENS - 380
    new, seen = first_word._round(model, None, 3)
    assert 0 < new.milliseconds < 1000 and seen.prompt > new.prompt > 600
