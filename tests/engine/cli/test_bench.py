"""The command `bench`: sides as real processes that tell made-up times, and what is left out."""

import json
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import pytest

from engine.cli import bench, bench_speed
from engine.cli.bench_speed import OURS, SpeedPlan, measure_speed, ratio_figure, speed_figures
from engine.cli.command import Context
from engine.cli.main import run
from engine.errors import EngineError
from engine.inference.benchmark import Speed
from engine.paths import AppPaths
from tests.fake_side import COMMAND
from tests.tiny_decoder import write_tiny_chat_model

RATES = {"llama.cpp Q4_1": "60", "llama.cpp Q8_0": "80", "llama.cpp Q4_0": "100",
         "onnxruntime-genai": "90", "transformers fp32": "5"}


@pytest.fixture
def sides(monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """Fake sides by name: what they do. Ours writes 100 tokens a second."""
    how = dict.fromkeys([OURS, *RATES], "steady")
    monkeypatch.setattr(bench_speed, "own_command",
                        lambda *_: (*COMMAND, how[OURS], "100"))
    monkeypatch.setattr(bench, "own_command", lambda *_: (*COMMAND, how[OURS], "100"))
    monkeypatch.setattr(bench_speed, "peer_command",
                        lambda peer, plan: (*COMMAND, how[peer.name], RATES[peer.name]))
    monkeypatch.setattr(bench_speed, "usable_peers", lambda plan: [
        peer for peer in bench_speed.PEERS if peer.name in how])
    return how


def plan(folder: Path, **more: object) -> SpeedPlan:
    return SpeedPlan(folder, folder / "x.gguf", folder, 300,
                     **({"contexts": (128,), "rounds": 2, "tokens": 8} | more))  # type: ignore


def test_sides_take_turns_and_ratios_follow(tmp_path: Path, sides: dict[str, str]) -> None:
    said: list[str] = []
    measured = measure_speed(plan(tmp_path), said.append)
    figures = {f.name: f for f in speed_figures(measured, plan(tmp_path))}
    # THEN the faster of the two peers of equal quality counts
    assert figures["decode at 128, ours : llama.cpp Q8_0"].values["ratio"] == pytest.approx(1.25)
    assert figures["decode at 128, ours : llama.cpp Q8_0"].met is False
    assert figures["decode at 128, ours : transformers fp32"].met is True
    assert figures["decode at 128, ours : onnxruntime-genai"].met is True
    assert figures["decode at 128, tokens a second"].values["llama.cpp Q4_0"] == 100
    assert [f for f in figures.values() if f.section == "prefill"]
    assert "context 128, round 2 of 2" in said and "ours begins with 9 of our tokens" in said


def test_a_peer_that_cannot_start_is_left_out_aloud(tmp_path: Path,
                                                    sides: dict[str, str]) -> None:
    sides["llama.cpp Q4_1"], sides["onnxruntime-genai"] = "mute", "breaks"
    said: list[str] = []
    measured = measure_speed(plan(tmp_path, rounds=1), said.append)
    assert set(measured) == {OURS, "llama.cpp Q8_0", "llama.cpp Q4_0", "transformers fp32"}
    told = "\n".join(said)
    assert "llama.cpp Q4_1 is left out" in told and "it ran into something" in told
    assert "onnxruntime-genai is left out: onnxruntime-genai failed: Its model is gone." in told


def test_our_own_side_must_start(tmp_path: Path, sides: dict[str, str]) -> None:
    sides[OURS] = "breaks"
    with pytest.raises(EngineError, match="ours failed"):
        measure_speed(plan(tmp_path), [].append)


def test_without_the_source_there_are_no_peers(tmp_path: Path) -> None:
    alone = SpeedPlan(tmp_path, None, tmp_path, 300)
    assert bench_speed.usable_peers(alone) == []


@pytest.mark.parametrize("found, reach, measured, met", [
    (1.314, 1.3, "1.31 : 1", True), (1.2, 1.3, "1.20 : 1", False), (2.0, None, "2.00 : 1", None)])
def test_a_ratio_is_told_with_its_reach(found: float, reach: float | None, measured: str,
                                        met: bool | None) -> None:
    figure = ratio_figure("decode", "x", found, reach)
    assert (figure.measured, figure.met) == (measured, met)
    assert figure.reach == (f"at least {reach} : 1" if reach else "")


@pytest.fixture
def model(tmp_path: Path) -> Path:
    return write_tiny_chat_model(tmp_path / "tiny")


Bench = Callable[..., int]


@pytest.fixture
def benched(isolated_home: AppPaths, model: Path) -> Bench:
    return lambda *words: run(["bench", "--model", str(model), "--rounds", "1", *words],
                              Context(isolated_home))


def test_figures_go_to_stdout_and_the_rest_to_stderr(
        benched: Bench, sides: dict[str, str], capsys: pytest.CaptureFixture[str]) -> None:
    sides.clear()
    sides[OURS] = "steady"
    assert benched("--only", "prefill,turns", "--contexts", "128", "--json", "--no-peers") == 0
    told = capsys.readouterr()
    figures = [json.loads(line) for line in told.out.splitlines()]
    assert [figure["section"] for figure in figures] == ["prefill", "turns"]
    assert figures[0]["values"] == {OURS: 1000.0}
    assert figures[1]["measured"] == "10.0% of the first turn's (200 of 2000 ms)"
    assert figures[1]["met"] is True
    assert "cores" in told.err and "ours: fake at 100" in told.err


def test_our_own_side_is_this_program(benched: Bench, capsys: pytest.CaptureFixture[str]) -> None:
    # GIVEN a real tiny model WHEN it is measured through a real child process
    assert benched("--only", "decode", "--contexts", "16", "--tokens", "4", "--no-peers") == 0
    told = capsys.readouterr()
    assert told.out.startswith("decode at 16, tokens a second: ours ")
    assert "ours: Tiny writer, fp32, onnxruntime" in told.err


SCRIPT = """
print('{"section": "start", "name": "to the first token", "measured": "1.0 s", "met": true}')
print('ENDING')
"""


@pytest.mark.parametrize("ending, said", [
    ('{"done": true}', ""), ("", "start could not be measured. start ended without an answer.")])
def test_scripts_tell_their_figures(
        benched: Bench, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str],
        ending: str, said: str) -> None:
    import sys

    monkeypatch.setattr(bench._Bench, "_script_command", lambda self, section: (
        sys.executable, "-c", SCRIPT.replace("ENDING", ending)))
    assert benched("--only", "start", "--no-peers") == 0
    told = capsys.readouterr()
    assert told.out == "to the first token: 1.0 s  reached\n"
    assert said in told.err


def test_every_script_there_is_can_be_started() -> None:
    folder = Path(bench_speed.__file__).resolve().parents[2] / "tests" / "benchmarks"
    assert all((folder / f"{name}.py").is_file() for name in bench.SCRIPTS.values())
    assert all((folder / "peers" / f"{peer.script}.py").is_file() for peer in bench_speed.PEERS)


@pytest.mark.parametrize("words, said", [
    (("--only", "speed"), 'There is no figure called "speed".'),
    (("--only", "decode", "--contexts", "many"), '"many" is no list of numbers.')])
def test_what_cannot_be_measured_is_refused(
        benched: Bench, words: Sequence[str], said: str,
        capsys: pytest.CaptureFixture[str]) -> None:
    assert benched(*words, "--no-peers") == 2
    assert said in capsys.readouterr().err


def test_without_a_chat_model_there_is_nothing_to_measure(
        isolated_home: AppPaths, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["bench", "--only", "decode"], Context(isolated_home)) == 2
    assert capsys.readouterr().out == ""


def test_our_spread_tells_a_noisy_machine() -> None:
    def speed(seconds: float) -> Speed:
        return Speed(10, 1.0, seconds, (0, 1))

    measured: Mapping[str, Mapping[int, list[Speed]]] = {
        OURS: {128: [speed(1.0), speed(1.0)], 512: [speed(1.0), speed(2.0)]}}
    assert bench_speed.widest_spread(measured) == pytest.approx(0.5 / 0.75)
