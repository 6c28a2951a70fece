"""Programs that answer line by line: real processes, ended whatever they do."""

import sys

import pytest

from engine.errors import EngineError
from engine.jobs.process import LineProcess
from tests.fake_side import COMMAND


def test_questions_are_answered_and_prints_are_kept_apart() -> None:
    side = LineProcess("fake", [*COMMAND, "steady", "20"])
    try:
        assert side.answer() == {"about": "ready"}
        assert side.ask({"do": "load"})["about"] == "fake at 20"
        told = side.ask({"do": "measure", "prompt": [1, 2], "tokens": 4})
        assert told["decode_seconds"] == 0.2
        assert "a word of a library that prints" in side.last_words()
    finally:
        side.close()


def test_an_error_it_tells_is_an_error_here_and_it_goes_on() -> None:
    side = LineProcess("fake", [*COMMAND, "breaks", "20"])
    try:
        side.answer()
        with pytest.raises(EngineError, match=r"fake failed: Its model is gone\."):
            side.ask({"do": "load"})
        assert "peak_mb" in side.ask({"do": "memory"})
    finally:
        side.close()


def test_one_that_ends_says_why() -> None:
    side = LineProcess("fake", [*COMMAND, "mute", "20"])
    try:
        with pytest.raises(EngineError, match="fake ended without an answer") as ended:
            side.answer()
        assert ended.value.hint == "it ran into something"
    finally:
        side.close()


def test_what_is_no_answer_is_told_as_such() -> None:
    side = LineProcess("odd", [sys.executable, "-c", "print('hello')"])
    try:
        with pytest.raises(EngineError, match="odd ended without an answer"):
            side.answer()
    finally:
        side.close()


def test_a_program_that_is_not_there_is_a_sentence() -> None:
    with pytest.raises(EngineError, match="ghost could not be started"):
        LineProcess("ghost", ["/no/such/program"])


def test_one_that_does_not_listen_is_ended_all_the_same() -> None:
    side = LineProcess("deaf", [sys.executable, "-c", "import time; time.sleep(60)"])
    side.close()
    assert side._child.returncode != 0
