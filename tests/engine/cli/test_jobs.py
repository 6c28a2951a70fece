"""`jobs list / show / stop / resume` against real job folders and processes."""

import argparse
import json
from collections.abc import Callable, Iterator

import pytest

from engine.cli import jobs
from engine.cli.command import Context
from engine.errors import EngineError
from engine.events import Failed, Note, Paused, Progress, decode
from engine.jobs.child import ExitCode
from engine.jobs.job_folder import JobFolder, JobState
from engine.jobs.process import JobProcess
from engine.jobs.spec import JobSpec
from engine.paths import AppPaths
from tests.engine.jobs.conftest import end_for_good, wait_until
from tests.fake_job import COMMAND

Run = Callable[..., int]


@pytest.fixture
def context(isolated_home: AppPaths) -> Context:
    return Context(isolated_home)


@pytest.fixture
def run(context: Context) -> Run:
    """Runs a command line as the program would."""
    parser = argparse.ArgumentParser()
    jobs.register(parser.add_subparsers(required=True))

    def run_line(*line: str) -> int:
        options = parser.parse_args(["jobs", *line])
        return options.run(options, context)
    return run_line


@pytest.fixture
def new_job(context: Context) -> Iterator[Callable[[str], JobFolder]]:
    """Makes a fake job where the commands look; nothing of it runs on after the test."""
    made: list[JobFolder] = []

    def make(behaviour: str) -> JobFolder:
        spec = JobSpec.ask("fake", {"behaviour": behaviour}, f"It {behaviour}", polite=False)
        made.append(JobFolder.create(context.paths.jobs, spec))
        return made[-1]
    yield make
    for folder in made:
        end_for_good(JobProcess(folder))


NewJob = Callable[[str], JobFolder]


def test_no_jobs_are_no_error(run: Run, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("list") == ExitCode.DONE
    assert capsys.readouterr().out == ""


def test_a_list_for_people(run: Run, new_job: NewJob, capsys: pytest.CaptureFixture[str]) -> None:
    # GIVEN a job that waits and one whose request is broken
    broken, waiting = new_job("fails"), new_job("completes")
    (broken.path / "spec.json").write_bytes(b"{")
    # WHEN they are listed
    assert run("list") == ExitCode.DONE
    first, second = capsys.readouterr().out.splitlines()
    # THEN the newest comes first and the broken one hides nothing
    assert first.startswith("waiting") and waiting.id in first and "It completes" in first
    assert second.startswith("unreadable") and broken.id in second


def test_a_list_for_programs(run: Run, new_job: NewJob,
                             capsys: pytest.CaptureFixture[str]) -> None:
    broken, waiting = new_job("fails"), new_job("completes")
    (broken.path / "spec.json").write_bytes(b"{")
    run("list", "--json")
    first, second = map(json.loads, capsys.readouterr().out.splitlines())
    assert first == {"id": waiting.id, "state": "waiting", "kind": "fake",
                     "title": "It completes", "created_at": waiting.spec().created_at}
    assert second["state"] == "unreadable" and second["error"] and second["hint"]


def test_show_tells_everything_again(run: Run, new_job: NewJob,
                                     capsys: pytest.CaptureFixture[str]) -> None:
    # GIVEN a job that failed
    folder = new_job("fails")
    JobProcess.start(folder, COMMAND).wait(30)
    # WHEN it is shown
    assert run("show", folder.id) == ExitCode.DONE
    # THEN its words are on stdout and its state on stderr
    shown = capsys.readouterr()
    assert "begun" in shown.out and "The songs are gone.\nChoose another folder." in shown.out
    assert shown.err == "State: failed\n"


def test_show_for_programs_is_what_the_file_holds(run: Run, new_job: NewJob,
                                                  capsys: pytest.CaptureFixture[str]) -> None:
    folder = new_job("completes")
    JobProcess.start(folder, COMMAND).wait(30)
    run("show", folder.id, "--json")
    lines = capsys.readouterr().out.encode().splitlines()
    assert [decode(line) for line in lines] == list(folder.events_since()[0])


@pytest.mark.parametrize("behaviour, code", [
    ("completes", ExitCode.DONE),
    ("fails", ExitCode.KNOWN_ERROR),
])
def test_started_and_followed_to_its_end(new_job: NewJob, behaviour: str, code: ExitCode,
                                         capsys: pytest.CaptureFixture[str]) -> None:
    folder = new_job(behaviour)
    assert jobs.start_job(folder, stay=True, as_json=True, command=COMMAND) == code
    lines = capsys.readouterr().out.encode().splitlines()
    assert [decode(line) for line in lines] == list(folder.events_since()[0])


def test_a_resumed_job_is_followed_from_where_it_goes_on(
        new_job: NewJob, capsys: pytest.CaptureFixture[str]) -> None:
    # GIVEN a job that failed before
    folder = new_job("fails")
    jobs.start_job(folder, stay=True, as_json=False, command=COMMAND)
    capsys.readouterr()
    # WHEN it is resumed and followed
    jobs.start_job(folder, stay=True, as_json=False, command=COMMAND)
    # THEN only the new part is shown
    told = capsys.readouterr().out
    assert told.count("Resumed.") == told.count("The songs are gone.") == 1


def test_a_job_goes_on_when_nobody_follows(run: Run, new_job: NewJob,
                                           capsys: pytest.CaptureFixture[str]) -> None:
    # GIVEN a job that was started and left
    folder = new_job("works")
    assert jobs.start_job(folder, stay=False, as_json=False, command=COMMAND) == ExitCode.DONE
    assert folder.id in capsys.readouterr().err
    wait_until(lambda: isinstance(folder.last_event(), Progress))
    # WHEN it is stopped by a part of its id
    assert run("stop", folder.id[-4:]) == ExitCode.DONE
    # THEN it was asked, and ended
    assert capsys.readouterr().err == "Asked the job to stop.\nState: stopped\n"
    assert folder.state() is JobState.STOPPED
    assert run("show", folder.id, "--follow") == ExitCode.CANCELLED


def test_stopping_what_does_not_run_is_no_error(run: Run, new_job: NewJob,
                                                capsys: pytest.CaptureFixture[str]) -> None:
    folder = new_job("completes")
    assert run("stop", folder.id) == ExitCode.DONE
    assert "does not run. State: waiting" in capsys.readouterr().err
    assert not folder.stop_asked()


def test_a_process_that_dies_while_followed_is_interrupted(
        new_job: NewJob, capsys: pytest.CaptureFixture[str]) -> None:
    folder = new_job("must be killed")
    process = JobProcess.start(folder, COMMAND)
    wait_until(lambda: folder.last_event() is not None)
    process.kill()
    assert jobs.follow_job(process, 0, as_json=False) == ExitCode.KNOWN_ERROR
    assert f"jobs resume {folder.id}" in capsys.readouterr().err


def test_resume_starts_the_program_itself(run: Run, new_job: NewJob) -> None:
    """The real main.py does not know the kind "fake", and says so in the job's folder."""
    folder = new_job("completes")
    assert run("resume", folder.id, "--follow") == ExitCode.KNOWN_ERROR
    failed = folder.last_event()
    assert isinstance(failed, Failed) and 'no job of the kind "fake"' in failed.message


def test_a_job_is_found_by_a_part_that_names_only_it(context: Context, new_job: NewJob) -> None:
    one, two = new_job("completes"), new_job("completes")
    assert jobs.find_job(context.paths.jobs, one.id).path == one.path
    assert jobs.find_job(context.paths.jobs, two.id[:22]).path == two.path


@pytest.mark.parametrize("wanted, message", [
    ("nothing", "no job"), ("", "no job|Several"), ("fake", "Several"), ("../jobs", "no job"),
])
def test_what_names_no_job_or_several_is_one_sentence(context: Context, new_job: NewJob,
                                                      wanted: str, message: str) -> None:
    new_job("completes"), new_job("completes")
    with pytest.raises(EngineError, match=message) as caught:
        jobs.find_job(context.paths.jobs, wanted)
    assert caught.value.hint


def test_an_event_of_an_absurd_time_can_be_shown(run: Run, new_job: NewJob,
                                                 capsys: pytest.CaptureFixture[str]) -> None:
    folder = new_job("completes")
    folder.append(Note("later", at=1e300))
    assert run("show", folder.id) == ExitCode.DONE
    assert "later" in capsys.readouterr().out


def test_a_running_job_is_paused_and_let_go_on(run: Run, new_job: NewJob,
                                               capsys: pytest.CaptureFixture[str]) -> None:
    # GIVEN a job that runs
    folder = new_job("works")
    process = JobProcess.start(folder, COMMAND)
    wait_until(lambda: bool(folder.events_since()[0]))
    # WHEN it is paused THEN it says so and tells nothing more
    assert run("pause", folder.id) == ExitCode.DONE
    wait_until(lambda: isinstance(folder.last_event(), Paused))
    # AND resume lets it go on, in the same process
    assert run("resume", folder.id) == ExitCode.DONE
    wait_until(lambda: isinstance(folder.last_event(), Progress))
    assert process.living()
    end_for_good(process)
    # AND what does not run cannot be paused
    with pytest.raises(EngineError, match="does not run"):
        run("pause", folder.id)
