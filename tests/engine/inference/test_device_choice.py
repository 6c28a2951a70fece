"""A device is used only once it proved itself, and never takes the program down twice."""

from pathlib import Path

import pytest

from engine.inference.device_choice import DeviceChoice, choose_device, guarded
from engine.inference.devices import CPU, Device
from engine.inference.driver_stamp import driver_stamp
from engine.models.trials import Outcome, Trial, TrialBook, device_trial


class CardRuntime:
    """A runtime built for CUDA that tells nothing of the card."""

    def get_available_providers(self) -> list[str]:
        return ["CUDAExecutionProvider", "CPUExecutionProvider"]


RUNTIME = CardRuntime()
CARD = Device("cuda", "CUDAExecutionProvider", "NVIDIA graphics card (CUDA)",
              (("arena_extend_strategy", "kSameAsRequested"),))


@pytest.fixture
def book(tmp_path: Path) -> TrialBook:
    return TrialBook(tmp_path / "trials")


def tried(book: TrialBook, outcome: Outcome, message: str = "", stamp: str = "") -> None:
    book.note(device_trial("cuda"), Trial(outcome=outcome, message=message,
                                          stamp=stamp or driver_stamp(CARD)))


@pytest.mark.parametrize("name", ["", "cpu"])
def test_the_processor_is_never_in_doubt(book: TrialBook, name: str) -> None:
    assert choose_device(name, book) == DeviceChoice(CPU)


def test_a_device_that_works_is_used(book: TrialBook) -> None:
    tried(book, Outcome.WORKS)
    assert choose_device("cuda", book, RUNTIME) == DeviceChoice(CARD)


def test_a_device_that_is_gone_is_said(book: TrialBook) -> None:
    # GIVEN settings that name a card, and a machine that has none any more
    choice = choose_device("directml", book, RUNTIME)
    assert choice.device == CPU
    assert '"directml"' in choice.note and choice.note.endswith("The processor is used instead.")


def test_an_untried_device_is_not_used(book: TrialBook) -> None:
    choice = choose_device("cuda", book, RUNTIME)
    assert choice.device == CPU
    assert "has not been tried" in choice.note


def test_a_new_driver_wants_a_new_trial(book: TrialBook) -> None:
    tried(book, Outcome.WORKS, stamp="of the driver before")
    assert "has not been tried with its present driver" in choose_device(
        "cuda", book, RUNTIME).note


def test_a_device_that_failed_says_how(book: TrialBook) -> None:
    tried(book, Outcome.FAILS, "Its memory is too small.")
    assert choose_device("cuda", book, RUNTIME) == DeviceChoice(
        CPU, "NVIDIA graphics card (CUDA) did not work when it was tried: "
             "Its memory is too small. The processor is used instead.")


def test_a_driver_takes_the_program_down_only_once(book: TrialBook, tmp_path: Path) -> None:
    # GIVEN a device that works
    tried(book, Outcome.WORKS)
    # WHEN the process dies in the middle of its work: nothing after the guard's begin is run
    guard = guarded(CARD, book)
    guard.__enter__()
    # THEN the next start, which reads the book anew, leaves it alone and says so
    choice = choose_device("cuda", TrialBook(tmp_path / "trials"), RUNTIME)
    assert choice.device == CPU
    assert "took its process down the last time" in choice.note
    guard.__exit__(None, None, None)


def test_work_that_ends_leaves_no_mark(book: TrialBook) -> None:
    tried(book, Outcome.WORKS)
    with guarded(CARD, book):
        pass
    with pytest.raises(MemoryError), guarded(CARD, book):
        raise MemoryError  # a failure that was survived is no crash
    assert choose_device("cuda", book, RUNTIME).device == CARD


def test_the_processor_is_not_guarded(book: TrialBook, tmp_path: Path) -> None:
    with guarded(CPU, book):
        assert not (tmp_path / "trials").exists()


def test_the_stamp_changes_with_the_driver_and_only_then(tmp_path: Path) -> None:
    version, store = tmp_path / "version", tmp_path / "store"

    def stamp(device: Device = CARD) -> str:
        return driver_stamp(device, version, store)

    before = stamp()
    assert stamp() == before and stamp(CPU) != before
    version.write_text("NVRM version: 580.159.04")
    after = stamp()
    assert after != before
    store.mkdir()
    assert stamp() not in (before, after)
