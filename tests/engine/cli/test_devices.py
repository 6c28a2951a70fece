"""The command `devices`: what is offered, how it did, and a trial in a real child process."""

import json

import pytest

from engine.cli import devices
from engine.cli.command import Context
from engine.cli.main import run
from engine.inference.devices import CPU, Device
from engine.inference.driver_stamp import driver_stamp
from engine.models.trials import Outcome, Trial, TrialBook, device_trial
from engine.paths import AppPaths
from engine.settings import Settings, save_settings

CARD = Device("cuda", "CUDAExecutionProvider", "A card")


@pytest.fixture
def card(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(devices, "offered_devices", lambda: (CPU, CARD))


def lines(capsys: pytest.CaptureFixture[str]) -> list[dict[str, object]]:
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def test_what_was_never_tried_is_said(isolated_home: AppPaths, card: None,
                                      capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["devices"], Context(isolated_home)) == 0
    told = capsys.readouterr().out.splitlines()
    assert told == ["* cpu          Processor (CPU): ready", "  cuda         A card: untried"]


@pytest.mark.parametrize("outcome, state", [
    (Outcome.WORKS, "works"), (Outcome.FAILS, "fails"), (Outcome.OPENING, "crashed")])
def test_trials_are_told(isolated_home: AppPaths, card: None, outcome: Outcome, state: str,
                         capsys: pytest.CaptureFixture[str]) -> None:
    TrialBook(isolated_home.trials).note(device_trial("cuda"), Trial(
        outcome=outcome, message="So it went.", stamp=driver_stamp(CARD),
        tokens_per_second=300.0, fallen_back=("Cast a",)))
    assert run(["devices", "--json"], Context(isolated_home)) == 0
    processor, tried = lines(capsys)
    assert processor["chosen"] and processor["state"] == "ready"
    assert (tried["state"], tried["message"], tried["fallen_back"]) == (
        state, "So it went.", ["Cast a"])


def test_a_wish_that_cannot_be_met_is_explained(isolated_home: AppPaths,
                                                capsys: pytest.CaptureFixture[str]) -> None:
    save_settings(isolated_home.settings_file, Settings(device="coreml:3"))
    assert run(["devices"], Context(isolated_home)) == 0
    told = capsys.readouterr().out
    assert told.startswith("* cpu") and 'offers no device "coreml:3"' in told


def test_a_device_nobody_offers_cannot_be_tried(isolated_home: AppPaths,
                                                capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["devices", "--try", "warp"], Context(isolated_home)) == 2
    assert 'offers no device "warp"' in capsys.readouterr().err
    assert not isolated_home.jobs.exists()


def test_a_trial_runs_in_a_process_of_its_own(isolated_home: AppPaths,
                                              capsys: pytest.CaptureFixture[str]) -> None:
    # GIVEN a home without any chat model WHEN the processor itself is tried
    assert run(["devices", "--try", "cpu", "--json"], Context(isolated_home)) == 0
    # THEN the small graph ran there, and the trial is written down by the process that made it
    told = lines(capsys)
    assert [event["event"] for event in told] == ["started", "note", "progress", "finished"]
    trial = TrialBook(isolated_home.trials).find(device_trial("cpu"), driver_stamp(CPU))
    assert trial is not None and trial.outcome is Outcome.WORKS
