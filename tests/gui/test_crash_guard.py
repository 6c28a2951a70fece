"""What took a process down is not opened in the window; what is opened there leaves a mark."""

from pathlib import Path
from threading import Lock, Thread

import pytest

from engine.errors import EngineError
from engine.inference.devices import CPU, Device
from engine.models.registry import ModelRegistry, RegistryEntry
from engine.models.trials import Outcome, Trial, TrialBook, device_trial, files_stamp, model_trial
from engine.settings import Settings
from gui.crash_guard import CrashGuard
from tests.fake_model_job import install


class Room:
    """Three chat models, a guard over them, and an opener that tells what it was asked."""

    def __init__(self, folder: Path) -> None:
        for name in ("one", "three", "two"):
            install(folder / "own", name)
        self.registry = ModelRegistry(folder / "shipped", folder / "own")
        self.folder = folder / "trials"
        self.book = TrialBook(self.folder)
        self.now = Settings()
        self.opened: list[tuple[str, int, str]] = []
        self.marked: list[bool] = []
        self.offered: list[list[str]] = []
        self.guard = CrashGuard(self.registry, self.book, lambda: self.now, self.open_on)

    def open_on(self, entry: RegistryEntry, threads: int, device: Device) -> object:
        self.opened.append((entry.id, threads, device.name))
        # The next start reads the folder with a book of its own.
        self.marked.append(TrialBook(self.folder).crashed(model_trial(entry.id)))
        self.offered.append([each.id for each in self.guard.entries()])
        return object()

    def entry(self, name: str) -> RegistryEntry:
        return next(entry for entry in self.registry.entries() if entry.id == name)

    def crash(self, name: str) -> None:
        manifest = self.entry(name).manifest
        assert manifest is not None
        self.book.note(model_trial(name), Trial(outcome=Outcome.CRASHED,
                                                stamp=files_stamp(manifest)))


@pytest.fixture
def room(tmp_path: Path) -> Room:
    return Room(tmp_path)


def test_the_chosen_model_stays_chosen(room: Room) -> None:
    room.now = Settings(chat_model="two", threads=3)
    assert room.guard.settings() == room.now


@pytest.mark.parametrize("chosen", ["", "gone", "one"])
def test_another_one_takes_the_place_of_a_model_that_crashed(room: Room, chosen: str) -> None:
    room.now = Settings(chat_model=chosen)
    room.crash("one")
    assert room.guard.settings().chat_model == "three"


def test_where_all_crashed_opening_says_why_not(room: Room) -> None:
    for name in ("one", "two", "three"):
        room.crash(name)
    assert room.guard.settings() == room.now
    with pytest.raises(EngineError, match="one crashed before") as told:
        room.guard.open_model(room.entry("one"), room.now)
    assert "Try it again under Models" in told.value.hint
    assert room.opened == []


def test_opening_stands_under_a_mark_that_goes_when_it_went_well(room: Room) -> None:
    room.now = Settings(threads=2)
    room.guard.open_model(room.entry("two"), room.now)
    assert room.opened == [("two", 2, CPU.name)]
    assert room.marked == [True]
    assert not room.book.crashed(model_trial("two"))
    assert room.guard.note == ""


def test_a_model_that_is_being_opened_is_still_there_for_who_looks(room: Room) -> None:
    """Else the window would take another one for the chosen, and open that."""
    room.now = Settings(chat_model="two")
    room.guard.open_model(room.entry("two"), room.now)
    assert room.offered == [["one", "three", "two"]]


def test_a_device_that_did_not_prove_itself_is_passed_over(room: Room) -> None:
    room.now = Settings(device="a device nobody has")
    room.guard.open_model(room.entry("two"), room.now)
    assert room.opened == [("two", 0, CPU.name)]
    assert "The processor is used instead." in room.guard.note
    # What was passed over leaves no trace.
    assert room.book.find(device_trial("a device nobody has")) is None


def test_a_model_that_cannot_be_opened_is_no_crash(room: Room) -> None:
    def refuse(entry: RegistryEntry, threads: int, device: Device) -> object:
        raise EngineError("It is cut off.", "Get it again.")

    guard = CrashGuard(room.registry, room.book, lambda: room.now, refuse)  # type: ignore[arg-type] # a fake
    with pytest.raises(EngineError, match="cut off"):
        guard.open_model(room.entry("two"), room.now)
    assert not room.book.crashed(model_trial("two"))


def test_what_crashed_or_was_just_added_is_not_offered(room: Room) -> None:
    room.crash("one")
    room.guard.untried = lambda: {"two"}
    assert [entry.id for entry in room.guard.entries()] == ["three"]
    assert room.guard.settings().chat_model == "three"
    room.guard.untried = frozenset
    assert [entry.id for entry in room.guard.entries()] == ["three", "two"]


def test_two_queues_that_open_the_same_model_leave_no_mark(room: Room) -> None:
    """Else each would take the other's mark for what stood there before."""
    inside, together = Lock(), []

    def open_slowly(entry: RegistryEntry, threads: int, device: Device) -> object:
        together.append(not inside.acquire(blocking=False))
        room.book.find(model_trial(entry.id))
        if not together[-1]:
            inside.release()
        return object()

    guard = CrashGuard(room.registry, room.book, lambda: room.now, open_slowly)
    work = [Thread(target=lambda: [guard.open_model(room.entry("one"), room.now)
                                   for _ in range(50)]) for _ in range(4)]
    for thread in work:
        thread.start()
    for thread in work:
        thread.join()
    assert together == [False] * 200
    assert room.book.find(model_trial("one")) is None
