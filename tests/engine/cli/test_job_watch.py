"""Staying with a job: progress on stderr, its ending as an exit code, Ctrl+C as a stop."""

import io
import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from engine.cli import job_watch
from engine.cli.job_watch import stay_with
from engine.cli.progress_line import ProgressLine, drawn
from engine.events import Event, Note, Progress
from engine.jobs.job_folder import JobFolder, JobState
from engine.jobs.process import JobProcess
from engine.jobs.spec import JobSpec
from tests.engine.jobs.conftest import end_for_good
from tests.fake_job import COMMAND


def start(folder: JobFolder) -> JobProcess:
    return JobProcess.start(folder, COMMAND)


@pytest.fixture
def folder(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[JobFolder]:
    """A fake job that behaves as the test's parameter says."""
    spec = JobSpec.ask("fake", {"behaviour": request.param}, "A fake job", polite=False)
    made = JobFolder.create(tmp_path / "jobs", spec)
    yield made
    end_for_good(JobProcess(made))


@pytest.mark.parametrize("folder", ["completes"], indirect=True)
def test_what_was_finished_is_handed_on(folder: JobFolder,
                                        capsys: pytest.CaptureFixture[str]) -> None:
    watched = stay_with(folder, start=start)
    assert watched.code == 0 and watched.finished is not None
    assert watched.finished.produced == (str(folder.output),)
    told = capsys.readouterr()
    assert told.out == "" and told.err == "begun\n"


@pytest.mark.parametrize("folder", ["completes"], indirect=True)
def test_as_json_its_events_are_told(folder: JobFolder,
                                     capsys: pytest.CaptureFixture[str]) -> None:
    stay_with(folder, as_json=True, start=start)
    told = [json.loads(line)["event"] for line in capsys.readouterr().out.splitlines()]
    assert told == ["note", "finished"]


@pytest.mark.parametrize("folder, code, sentence", [
    ("fails", 2, "The songs are gone.\nChoose another folder."),
    ("mistake", 1, "Traceback")], indirect=["folder"])
def test_a_failure_is_told(folder: JobFolder, code: int, sentence: str,
                           capsys: pytest.CaptureFixture[str]) -> None:
    watched = stay_with(folder, start=start)
    assert watched.code == code and watched.finished is None and not watched.crashed
    assert sentence in capsys.readouterr().err


@pytest.mark.parametrize("folder", ["must be killed"], indirect=True)
def test_a_crash_is_told(folder: JobFolder, capsys: pytest.CaptureFixture[str],
                         monkeypatch: pytest.MonkeyPatch) -> None:
    def events_then_crash(process: JobProcess, offset: int) -> Iterator[Event]:
        while not folder.events_since()[0]:
            process.wait(0.05)
        process.kill()
        process.wait(10)
        yield from folder.events_since()[0]

    monkeypatch.setattr(job_watch, "follow", events_then_crash)
    watched = stay_with(folder, start=start)
    assert watched.crashed and watched.code == 2
    assert "it crashed" in capsys.readouterr().err


@pytest.mark.parametrize("folder", ["works"], indirect=True)
def test_ctrl_c_stops_the_job(folder: JobFolder, capsys: pytest.CaptureFixture[str],
                              monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(process: JobProcess, offset: int) -> Iterator[Event]:
        while not folder.events_since()[0]:
            process.wait(0.05)
        raise KeyboardInterrupt
        yield

    monkeypatch.setattr(job_watch, "follow", interrupted)
    assert stay_with(folder, start=start).code == 3
    assert folder.state() is JobState.STOPPED
    assert "What has arrived is kept." in capsys.readouterr().err


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_a_terminal_shows_one_moving_line() -> None:
    stream = Terminal()
    line = ProgressLine(stream)
    for done in (0, 50, 100):
        line.tell(Progress(done * 1_000_000, 100_000_000, "Fetching Tiny", "bytes"))
    line.tell(Note("A note."))
    line.end()
    told = stream.getvalue()
    assert told.count("\n") == 1 and "50 of 100 MB  Fetching Tiny" in told
    assert told.endswith("\r\033[KA note.\n")


def test_elsewhere_each_stretch_is_told_once() -> None:
    stream = io.StringIO()
    line = ProgressLine(stream)
    for message in ("Fetching", "Fetching", "Building"):
        line.tell(Progress(1, 2, message))
    line.end()
    assert stream.getvalue() == "Fetching\nBuilding\n"


@pytest.mark.parametrize("event, expected", [
    (Progress(0, 4, "Begin"), "░" * 24 + "  0 of 4  Begin"),
    (Progress(2, 4, "Half"), "█" * 12 + "░" * 12 + "  2 of 4  Half"),
    (Progress(9, 4, "Beyond"), "█" * 24 + "  9 of 4  Beyond"),
    (Progress(3, 0, "Nobody knows"), "Nobody knows")])
def test_the_bar(event: Progress, expected: str) -> None:
    assert drawn(event) == expected
