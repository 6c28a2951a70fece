"""The folder remembers: events in order, live as in replay, and where the job stands."""

import itertools
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.errors import EngineError
from engine.events import (
    Event,
    Failed,
    Finished,
    Metric,
    Note,
    Progress,
    Resumed,
    Stopped,
    encode,
)
from engine.jobs.folder_lock import FolderLock
from engine.jobs.job_folder import TAIL_BYTES, JobFolder, JobState, list_jobs
from engine.jobs.spec import JobSpec

NewFolder = Callable[[str], JobFolder]


def events_file(folder: JobFolder) -> Path:
    return folder.path / "events.jsonl"


def test_a_new_folder_holds_what_was_asked(tmp_path: Path) -> None:
    spec = JobSpec.ask("train", {"epochs": 2}, "Learn my songs")
    folder = JobFolder.create(tmp_path / "jobs", spec)
    assert JobFolder.open(folder.path).spec() == spec
    assert folder.output.is_dir()
    assert folder.events_since() == ((), 0)
    assert folder.state() is JobState.WAITING
    assert folder.log_tail() == ""


def test_what_is_no_job_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(EngineError, match="no job"):
        JobFolder.open(tmp_path)


def test_a_file_in_the_place_of_the_folder_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "jobs").touch()
    with pytest.raises(EngineError, match="written down"):
        JobFolder.create(tmp_path / "jobs", JobSpec.ask("train", {}, ""))


@pytest.mark.parametrize("kind", ["Größe/../x", "..", "", "train model", "a\nb"])
def test_any_kind_gives_a_plain_folder_name(tmp_path: Path, kind: str) -> None:
    folder = JobFolder.create(tmp_path, JobSpec.ask(kind, {}, ""))
    assert folder.path.parent == tmp_path
    assert set(folder.id) <= set("abcdefghijklmnopqrstuvwxyz0123456789-")
    assert folder.spec().kind == kind


def test_jobs_are_listed_newest_first_and_a_broken_one_hides_none(tmp_path: Path) -> None:
    # GIVEN jobs of different age, one broken, a half-made one and a stray file
    ages = [1_700_000_000.0, 1_800_000_000.5, 1_800_000_000.25]
    made = {age: JobFolder.create(tmp_path, JobSpec(
        kind="train", arguments=JobSpec.ask("train", {}, "").arguments, title=str(age),
        created_at=age)) for age in ages}
    (made[1_700_000_000.0].path / "spec.json").write_bytes(b"{")
    (tmp_path / ".half-made").mkdir()
    (tmp_path / "notes.txt").touch()
    # WHEN they are listed
    listed = list_jobs(tmp_path)
    # THEN the newest comes first, and the broken one says why when it is asked
    assert [job.id for job in listed] == [made[age].id for age in sorted(ages, reverse=True)]
    assert listed[0].spec().title == "1800000000.5"
    with pytest.raises(EngineError):
        listed[-1].spec()


def test_no_jobs_at_all(tmp_path: Path) -> None:
    assert list_jobs(tmp_path / "never") == []


def test_an_event_is_seen_at_once_and_once(new_folder: NewFolder) -> None:
    folder = new_folder("completes")
    first, second = Note("one", at=1.0), Progress(1, 2, at=2.0)
    folder.append(first)
    events, offset = folder.events_since()
    assert events == (first,)
    assert folder.events_since(offset) == ((), offset)
    folder.append(second)
    assert folder.events_since(offset)[0] == (second,)
    assert folder.events_since()[0] == (first, second)


@given(cuts=st.lists(st.integers(0, 400), max_size=8), torn=st.booleans())
def test_replay_equals_live(tmp_path_factory: pytest.TempPathFactory, cuts: list[int],
                            torn: bool) -> None:
    # GIVEN events that reach the disk in pieces cut anywhere
    folder = JobFolder(tmp_path_factory.mktemp("job"))
    told: list[Event] = [Metric(step, "loss", 1 / (step + 1), at=1.0) for step in range(4)]
    told.append(Note("Ende gut: später \u2028 ♪", at=2.0))
    text = b"".join(map(encode, told))[: -1 if torn else None]
    edges = sorted({0, *(min(cut, len(text)) for cut in cuts), len(text)})
    # WHEN somebody looks after every piece
    live: list[Event] = []
    offset = 0
    for start, end in itertools.pairwise(edges):
        with events_file(folder).open("ab") as file:
            file.write(text[start:end])
        events, offset = folder.events_since(offset)
        live.extend(events)
    # THEN they saw what a later reader sees: every whole line once
    assert live == list(folder.events_since()[0]) == told[: -1 if torn else None]
    assert folder.last_event() == live[-1]


def test_a_torn_line_swallows_nothing_that_comes_after(new_folder: NewFolder) -> None:
    # GIVEN a job that was killed in the middle of a word
    folder = new_folder("completes")
    folder.append(Note("one", at=1.0))
    with events_file(folder).open("ab") as file:
        file.write(encode(Note("two", at=2.0))[:12])
    before, offset = folder.events_since()
    # WHEN it goes on
    folder.append(Resumed(at=3.0))
    # THEN only the torn word is lost, for who was there and for who comes later
    assert before + folder.events_since(offset)[0] == folder.events_since()[0]
    assert folder.events_since()[0] == (Note("one", at=1.0), Resumed(at=3.0))


@pytest.mark.parametrize("ending, state", [
    (Finished("x"), JobState.FINISHED),
    (Failed("x"), JobState.FAILED),
    (Stopped("x"), JobState.STOPPED),
])
def test_an_ending_is_a_state_until_the_job_is_resumed(new_folder: NewFolder, ending: Event,
                                                       state: JobState) -> None:
    folder = new_folder("completes")
    with folder.lock.taken():
        assert folder.state() is JobState.RUNNING
        folder.append(ending)
        assert folder.state() is state
    assert folder.state() is state
    with folder.lock.taken():
        folder.append(Resumed())
        assert folder.state() is JobState.RUNNING
    assert folder.state() is JobState.INTERRUPTED


def test_without_an_ending_and_a_process_it_is_interrupted(new_folder: NewFolder) -> None:
    folder = new_folder("completes")
    with folder.lock.taken():
        folder.append(Progress(1))
    assert folder.state() is JobState.INTERRUPTED


class EndsWhileWeLook(FolderLock):
    """The lock of a process that tells its ending and goes just before we look for it."""

    def held(self) -> bool:
        self._file.with_name("events.jsonl").write_bytes(encode(Finished("just now")))
        return False


def test_a_job_that_ends_between_two_looks_is_not_interrupted(new_folder: NewFolder) -> None:
    folder = new_folder("completes")
    with folder.lock.taken():
        folder.append(Progress(1))
    folder.lock = EndsWhileWeLook(folder.path)
    assert folder.state() is JobState.FINISHED


def test_an_ending_that_was_torn_is_none(new_folder: NewFolder) -> None:
    folder = new_folder("completes")
    with folder.lock.taken():
        events_file(folder).write_bytes(encode(Finished("x")).rstrip(b"\n"))
    assert folder.ending() is None
    assert folder.state() is JobState.INTERRUPTED


@pytest.mark.parametrize("length", [10, TAIL_BYTES - 60, TAIL_BYTES, 20 * TAIL_BYTES])
@pytest.mark.parametrize("after", [b"", b'{"event":"hologram"}\n', b'{"event":"no'])
def test_the_last_event_is_found_from_the_end(new_folder: NewFolder, length: int,
                                              after: bytes) -> None:
    folder = new_folder("completes")
    last = Note("x" * length, at=2.0)
    folder.append(Note("first", at=1.0))
    folder.append(last)
    with events_file(folder).open("ab") as file:
        file.write(after)
    assert folder.last_event() == last


def test_only_unknown_events_are_none(new_folder: NewFolder) -> None:
    folder = new_folder("completes")
    events_file(folder).write_bytes(b'{"event":"hologram"}\n' * 2000)
    assert folder.last_event() is None


def test_a_request_to_stop_is_left_and_taken_back(new_folder: NewFolder) -> None:
    folder = new_folder("completes")
    assert not folder.stop_asked()
    folder.ask_to_stop()
    folder.ask_to_stop()
    assert folder.stop_asked()
    folder.forget_stop()
    folder.forget_stop()
    assert not folder.stop_asked()


def test_a_request_to_pause_is_left_and_taken_back(new_folder: NewFolder) -> None:
    folder = new_folder("completes")
    assert not folder.pause_asked()
    folder.ask_to_pause()
    assert folder.pause_asked()
    folder.forget_pause()
    folder.forget_pause()
    assert not folder.pause_asked()
