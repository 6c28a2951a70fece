"""Whatever happens inside, a job tells exactly one ending, and its exit code says which."""

import errno
import shutil
from collections.abc import Callable, Mapping
from contextlib import nullcontext
from pathlib import Path

import pytest

from engine.errors import Cancelled, EngineError
from engine.events import (
    Continued,
    Ending,
    Event,
    Failed,
    Finished,
    Note,
    Paused,
    Progress,
    Pulse,
    Report,
    Resumed,
    Stopped,
)
from engine.jobs.child import KINDS, ExitCode, Kind, carry_out
from engine.jobs.job_folder import JobFolder, JobState
from engine.jobs.spec import JobSpec
from tests.fake_job import behave

NewFolder = Callable[[str], JobFolder]
FAKE: Mapping[str, Kind] = {"fake": behave}


def carried_out(folder: JobFolder, kinds: Mapping[str, Kind] = FAKE, resume: bool = False) -> int:
    with folder.lock.taken():
        return carry_out(folder, kinds, resume, nullcontext())


def kind_of(work: Callable[[Report], Finished]) -> dict[str, Kind]:
    def run(arguments: dict[str, object], output: Path, report: Report, resume: bool) -> Finished:
        return work(report)
    return {"fake": run}


def endings(folder: JobFolder) -> list[Event]:
    return [event for event in folder.events_since()[0] if isinstance(event, Ending)]


def test_what_was_done_is_told_last(new_folder: NewFolder) -> None:
    folder = new_folder("completes")
    assert carried_out(folder) == ExitCode.DONE
    first, last = folder.events_since()[0]
    assert isinstance(first, Note) and first.message == "begun"
    assert isinstance(last, Finished) and last.produced == (str(folder.output),)


@pytest.mark.parametrize("behaviour, code, message", [
    ("fails", ExitCode.KNOWN_ERROR, "The songs are gone."),
    ("no library", ExitCode.KNOWN_ERROR, "a_library_nobody_has"),
    ("no disk", ExitCode.KNOWN_ERROR, "disk is full"),
    ("no memory", ExitCode.KNOWN_ERROR, "memory"),
    ("mistake", ExitCode.BUG, "a mistake of ours"),
])
def test_a_failure_is_one_sentence_and_a_hint(new_folder: NewFolder, behaviour: str,
                                              code: ExitCode, message: str) -> None:
    folder = new_folder(behaviour)
    assert carried_out(folder) == code
    (failed,) = endings(folder)
    assert isinstance(failed, Failed)
    assert message in failed.message and failed.hint
    # Details are for our own mistakes only.
    assert ("Traceback" in failed.details) == (code is ExitCode.BUG)
    assert folder.state() is JobState.FAILED


@pytest.mark.parametrize("error", [SystemExit(0), SystemExit("bye"), GeneratorExit(),
                                   RecursionError(), OSError(2, "No such file"),
                                   RuntimeError("\udce4")])
def test_no_way_out_without_an_ending(new_folder: NewFolder, error: BaseException) -> None:
    def work(report: Report) -> Finished:
        raise error
    folder = new_folder("completes")
    assert carried_out(folder, kind_of(work)) == ExitCode.BUG
    assert [type(event) for event in endings(folder)] == [Failed]


@pytest.mark.parametrize("error", [Cancelled(), KeyboardInterrupt()])
def test_an_end_that_was_wished_can_be_resumed(new_folder: NewFolder,
                                               error: BaseException) -> None:
    def work(report: Report) -> Finished:
        raise error
    folder = new_folder("completes")
    assert carried_out(folder, kind_of(work)) == ExitCode.CANCELLED
    (stopped,) = endings(folder)
    assert isinstance(stopped, Stopped) and stopped.resumable


def test_where_it_reports_it_is_stopped_and_nowhere_else(new_folder: NewFolder) -> None:
    # GIVEN work that is asked to stop between two reports
    folder = new_folder("completes")
    reached: list[str] = []

    def work(report: Report) -> Finished:
        report(Progress(1))
        folder.ask_to_stop()
        reached.append("beyond the request")
        report(Progress(2))
        reached.append("beyond the report")
        return Finished("never")
    # WHEN it runs
    assert carried_out(folder, kind_of(work)) == ExitCode.CANCELLED
    # THEN it ends at the next report, which is still told, and the request is answered
    assert reached == ["beyond the request"]
    assert [event.done for event in folder.events_since()[0] if isinstance(event, Progress)] == \
        [1, 2]
    assert not folder.stop_asked()


@pytest.mark.parametrize("stop", [False, True])
def test_paused_it_waits_where_it_reports(new_folder: NewFolder, stop: bool,
                                          monkeypatch: pytest.MonkeyPatch) -> None:
    # GIVEN work that is asked to wait between two reports, and then to go on, or to stop
    folder = new_folder("completes")
    waited: list[float] = []

    def wait(seconds: float) -> None:
        waited.append(seconds)
        if len(waited) == 3:
            (folder.ask_to_stop if stop else folder.forget_pause)()

    def work(report: Report) -> Finished:
        report(Progress(done=1))
        folder.ask_to_pause()
        report(Progress(done=2))
        report(Pulse())
        return Finished(summary="done")
    monkeypatch.setattr("engine.jobs.child.time.sleep", wait)
    # WHEN it runs
    assert carried_out(folder, kind_of(work)) == (ExitCode.CANCELLED if stop else ExitCode.DONE)
    # THEN it waited as long as it was asked to, and told so; what only feels is not stored
    turns = [type(event) for event in folder.events_since()[0]]
    assert turns[:3] == [Progress, Progress, Paused]
    assert turns[3:] == ([Stopped] if stop else [Continued, Finished])
    assert len(waited) == 3 and not folder.pause_asked()


def test_stopped_before_it_begins(new_folder: NewFolder) -> None:
    folder = new_folder("completes")
    folder.ask_to_stop()
    assert carried_out(folder) == ExitCode.CANCELLED
    assert folder.state() is JobState.STOPPED


def test_an_ending_cannot_be_reported(new_folder: NewFolder) -> None:
    def work(report: Report) -> Finished:
        report(Finished("too early"))
        return Finished("done")
    folder = new_folder("completes")
    assert carried_out(folder, kind_of(work)) == ExitCode.BUG
    assert [type(event) for event in endings(folder)] == [Failed]


def test_a_resumed_job_goes_on_in_the_same_file(new_folder: NewFolder) -> None:
    folder = new_folder("fails")
    carried_out(folder)
    offset = folder.events_since()[1]
    carried_out(folder, resume=True)
    resumed, note, failed = folder.events_since(offset)[0]
    assert isinstance(resumed, Resumed) and isinstance(failed, Failed)
    assert isinstance(note, Note) and note.message == "resumed"


def test_a_finished_job_is_not_run_again(new_folder: NewFolder) -> None:
    folder = new_folder("completes")
    carried_out(folder)
    told = folder.events_since()
    with pytest.raises(EngineError, match="has finished"):
        carried_out(folder, resume=True)
    assert folder.events_since() == told


def test_an_unknown_kind_is_one_sentence(new_folder: NewFolder) -> None:
    folder = new_folder("completes")
    assert carried_out(folder, KINDS) == ExitCode.KNOWN_ERROR
    (failed,) = endings(folder)
    assert isinstance(failed, Failed) and '"fake"' in failed.message


def test_a_broken_request_is_one_sentence(new_folder: NewFolder) -> None:
    folder = new_folder("completes")
    (folder.path / "spec.json").write_bytes(b"{")
    assert carried_out(folder) == ExitCode.KNOWN_ERROR
    assert folder.state() is JobState.FAILED


def test_the_work_gets_its_own_copy_of_the_request(tmp_path: Path) -> None:
    seen: list[object] = []

    def run(arguments: dict[str, object], output: Path, report: Report, resume: bool) -> Finished:
        seen.extend([arguments, output, resume])
        return Finished("done")
    folder = JobFolder.create(tmp_path, JobSpec.ask("fake", {"epochs": 3}, "", polite=False))
    carried_out(folder, {"fake": run})
    assert seen == [{"epochs": 3}, folder.output, False]


def test_the_ending_is_told_on_a_disk_that_filled_up_meanwhile(
        new_folder: NewFolder, monkeypatch: pytest.MonkeyPatch) -> None:
    # GIVEN a disk that has no room for one more line, but for what the job itself holds of it
    folder = new_folder("")
    append = JobFolder.append

    def no_room(self: JobFolder, event: Event) -> None:
        if (self.path / "room").exists():
            raise OSError(errno.ENOSPC, "No space left on device")
        append(self, event)

    monkeypatch.setattr(JobFolder, "append", no_room)

    def work(report: Report) -> Finished:
        report(Note("This finds no room."))
        raise AssertionError
    # WHEN the job runs into that THEN it says so, and holds nothing any more
    assert carried_out(folder, kind_of(work)) == ExitCode.KNOWN_ERROR
    told, = endings(folder)
    assert isinstance(told, Failed) and told.message == "The disk is full."
    assert not (folder.path / "room").exists()


def test_a_copy_that_found_no_room_says_so(new_folder: NewFolder) -> None:
    def work(report: Report) -> Finished:
        raise shutil.Error([("a", "b", "[Errno 28] No space left on device: 'b'")])
    folder = new_folder("")
    assert carried_out(folder, kind_of(work)) == ExitCode.KNOWN_ERROR
    told, = endings(folder)
    assert isinstance(told, Failed) and told.message == "The disk is full."


@pytest.mark.parametrize("number", [errno.EACCES, errno.EROFS])
def test_a_folder_that_may_not_be_written_is_named(new_folder: NewFolder, number: int) -> None:
    def work(report: Report) -> Finished:
        raise OSError(number, "no", "/models/mine")
    folder = new_folder("")
    assert carried_out(folder, kind_of(work)) == ExitCode.KNOWN_ERROR
    told, = endings(folder)
    assert isinstance(told, Failed) and "/models/mine" in told.message and told.hint
