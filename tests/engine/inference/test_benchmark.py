"""What times come to, and the lines a side of the benchmark answers."""

import io
import json
from pathlib import Path

import numpy as np
import pytest

from engine.errors import EngineError
from engine.inference.benchmark import (
    Loaded,
    Rounds,
    Speed,
    fixed_prompt,
    ratio,
    same_beginning,
    serve,
)
from engine.inference.devices import CPU
from engine.inference.machine import Machine, look_at_machine
from engine.inference.own_side import OwnSide
from tests.tiny_decoder import write_tiny_chat_model


class FakeSide:
    """Takes a second a token to read and half of one to write; `fails` breaks off."""

    def __init__(self, fails: Exception | None = None) -> None:
        self._fails = fails

    def load(self) -> Loaded:
        if self._fails:
            raise self._fails
        return Loaded("a fake, version 1", 0.5)

    def measure(self, prompt: np.ndarray, tokens: int) -> Speed:
        return Speed(len(prompt), float(len(prompt)), tokens / 2, tuple(range(tokens + 1)))


def answers(side: FakeSide, *questions: dict[str, object]) -> list[dict[str, object]]:
    told = io.StringIO()
    serve(side, io.StringIO("".join(json.dumps(q) + "\n" for q in questions)), told,
          {"twice": lambda question: {"value": 2 * question["value"]}})
    return [json.loads(line) for line in told.getvalue().splitlines()]


def test_rates_count_tokens_after_the_first() -> None:
    speed = Speed(128, 0.5, 2.0, tuple(range(65)))
    assert (speed.prefill, speed.decode) == (256, 32)


def test_a_ratio_is_taken_within_each_round() -> None:
    # GIVEN a machine that was half as fast in the second round, for both
    assert ratio([100, 50, 100], [50, 25, 50]) == 2
    with pytest.raises(ValueError, match="shorter"):
        ratio([1, 2], [1])


def test_the_spread_is_that_of_the_worse_figure() -> None:
    assert Rounds((100, 110, 120), (50, 50, 50)).spread == pytest.approx(20 / 110)
    assert Rounds((), ()).spread == 0


@pytest.mark.parametrize("vocabulary", [20, 300, 49_152])
def test_the_prompt_is_the_same_every_time_and_within_the_vocabulary(vocabulary: int) -> None:
    prompt = fixed_prompt(512, vocabulary)
    assert (prompt == fixed_prompt(512, vocabulary)).all()
    assert (prompt[:128] == fixed_prompt(128, vocabulary)).all()
    assert prompt.min() >= 0 and prompt.max() < vocabulary and np.unique(prompt).size > 5


def test_answers_that_part_are_found() -> None:
    assert same_beginning((1, 2, 3), (1, 2, 4)) == 2
    assert same_beginning((1, 2), (1, 2, 4)) == 2
    assert same_beginning((), (1,)) == 0


def test_a_side_answers_line_by_line() -> None:
    ready, loaded, measured, memory, more = answers(
        FakeSide(), {"do": "load"}, {"do": "measure", "prompt": [5, 6, 7], "tokens": 4},
        {"do": "memory"}, {"do": "twice", "value": 21})
    assert ready == {"about": "ready"}
    assert loaded == {"about": "a fake, version 1", "seconds": 0.5}
    assert measured == {"context": 3, "prefill_seconds": 3.0, "decode_seconds": 2.0,
                        "ids": [0, 1, 2, 3, 4]}
    assert memory["peak_mb"] > 1
    assert more == {"value": 42}


@pytest.mark.parametrize("failure, said", [
    (EngineError("It is gone.", "Get it."), "It is gone."),
    (ZeroDivisionError("x"), "ZeroDivisionError('x')")])
def test_a_failure_is_an_answer_and_ends_nothing(
        failure: Exception, said: str, capsys: pytest.CaptureFixture[str]) -> None:
    _, failed, unknown, after = answers(FakeSide(failure), {"do": "load"}, {"do": "fly"},
                                        {"do": "twice", "value": 1})
    assert failed == {"error": said}
    assert "fly" in str(unknown["error"])
    assert after == {"value": 2}
    assert type(failure).__name__ in capsys.readouterr().err, "the trace is for whoever looks"


def test_our_side_writes_what_the_model_writes(tmp_path: Path) -> None:
    side = OwnSide(write_tiny_chat_model(tmp_path / "tiny"), 1, CPU)
    loaded = side.load()
    assert "Tiny writer" in loaded.about and "on CPU" in loaded.about and loaded.seconds > 0
    prompt = fixed_prompt(24, 200)
    speed = side.measure(prompt, 6)
    assert (speed.context, len(speed.ids)) == (24, 7)
    assert speed.prefill_seconds > 0 < speed.decode_seconds
    assert side.measure(prompt, 6).ids == speed.ids, "every round starts anew"
    # AND what it writes follows from what it has read
    longer = side.measure(np.append(prompt, speed.ids[:2]), 4)
    assert longer.ids == speed.ids[2:]


def test_the_turns_of_a_talk_are_timed(tmp_path: Path) -> None:
    folder = write_tiny_chat_model(tmp_path / "tiny", window=1024)
    told = OwnSide(folder, 1, CPU).turns({"tokens": 300, "round": 1})
    assert told["first"] > told["second"] > 0
    assert 300 <= told["tokens"] < 450


CPU_INFO = """processor\t: 0
model name\t: Some Processor 9
flags\t\t: fpu avx2 avx512_vnni

processor\t: 1
model name\t: Another
"""


def test_the_machine_is_named(tmp_path: Path) -> None:
    file = tmp_path / "cpuinfo"
    file.write_text(CPU_INFO)
    machine = look_at_machine(file, lambda: 0.12)
    assert machine.sentence().startswith("Some Processor 9 (avx2, avx512_vnni), ")
    assert machine.sentence().endswith("load 0.12")
    assert look_at_machine(tmp_path / "none", lambda: None).processor


@pytest.mark.parametrize("load, busy", [(None, False), (0.1, False), (0.6, True)])
def test_a_machine_at_work_is_called_busy(load: float | None, busy: bool) -> None:
    assert Machine("x", 2, 8.0, load).busy is busy
