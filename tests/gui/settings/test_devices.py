"""Devices are offered by name and tried in a child; one that crashes is marked, and never used."""

from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QPushButton
from pytestqt.qtbot import QtBot

from engine.inference.devices import CPU, Device
from engine.inference.driver_stamp import driver_stamp
from engine.models.trials import Outcome, Trial, TrialBook, device_trial
from gui.background import WorkQueue
from gui.controls import Choice
from gui.jobs import JobWatcher
from gui.settings.devices import DevicesPresenter
from gui.settings.devices_card import DevicesCard
from gui.settings.presenter import SettingsPresenter
from tests.gui.settings.conftest import Offer

PATIENCE_MS = 30_000


@pytest.fixture
def card(devices: DevicesPresenter, isolated_home: object, qtbot: QtBot,
         settings: SettingsPresenter) -> DevicesCard:
    made = DevicesCard(settings, devices)
    qtbot.addWidget(made)
    devices.chosen.connect(settings.set_device)
    return made


@pytest.fixture
def settings(tmp_path_factory: pytest.TempPathFactory, qapp: object) -> SettingsPresenter:
    return SettingsPresenter(tmp_path_factory.mktemp("home") / "settings.json")


def words(card: DevicesCard) -> str:
    return "\n".join(label.text() for label in card.findChildren(QLabel)
                     if not label.isHidden())


def pick(card: DevicesCard, name: str) -> None:
    """What the person does: chooses from the list."""
    choice = card.findChild(Choice)
    choice.setCurrentIndex(choice.findData(name))
    choice.activated.emit(choice.currentIndex())


def row_names(devices: DevicesPresenter) -> list[str]:
    return [row.name for row in devices.rows]


def tried(devices: DevicesPresenter, name: str) -> Callable[[], bool]:
    def done() -> bool:
        row = devices.row(name)
        return row is not None and row.trial is not None and not row.trying
    return done


def test_before_the_runtime_is_asked_there_is_the_processor(
        card: DevicesCard, devices: DevicesPresenter) -> None:
    assert devices.loading and devices.rows == ()
    assert card.findChild(Choice).currentText() == "Processor"
    devices.choose("cuda")  # nobody offered it
    devices.try_out("cuda")


def test_the_installed_runtime_offers_the_processor_first(
        devices: DevicesPresenter, qtbot: QtBot) -> None:
    with qtbot.waitSignal(devices.changed):
        devices.load()
    assert row_names(devices)[0] == CPU.name
    assert not devices.loading


def test_a_device_is_used_once_its_trial_went_well(
        card: DevicesCard, devices: DevicesPresenter, offer: Offer, qtbot: QtBot,
        settings: SettingsPresenter) -> None:
    # GIVEN a graphics card nobody tried
    offer("cuda")
    # WHEN the person chooses it
    pick(card, "cuda")
    # THEN it is tried first
    assert settings.current.device == CPU.name
    assert "takes a few seconds" in words(card)
    with qtbot.waitSignal(devices.chosen, timeout=PATIENCE_MS):
        pass
    # AND used after that, with its speed and what fell back
    assert settings.current.device == "cuda"
    assert "171 tokens a second" in words(card)
    assert "On the processor all the same: Gather tokens." in words(card)


def test_a_device_that_crashes_is_marked_and_not_used(
        card: DevicesCard, devices: DevicesPresenter, offer: Offer, qtbot: QtBot,
        settings: SettingsPresenter, book: TrialBook) -> None:
    offer("crash")
    pick(card, "crash")
    qtbot.waitUntil(tried(devices, "crash"), timeout=PATIENCE_MS)
    assert settings.current.device == CPU.name
    assert book.crashed(device_trial("crash"))
    assert "crashed" in words(card) and "The processor is used instead." in words(card)
    # It can be tried again, and the processor be chosen at once.
    assert card.findChild(QPushButton, "").isEnabled()
    pick(card, CPU.name)
    assert settings.current.device == CPU.name


def test_a_device_that_fails_says_why(
        card: DevicesCard, devices: DevicesPresenter, offer: Offer, qtbot: QtBot) -> None:
    offer("broken")
    pick(card, "broken")
    qtbot.waitUntil(tried(devices, "broken"), timeout=PATIENCE_MS)
    assert "The file ends too early. Get it again." in words(card)


def test_a_device_that_worked_before_is_used_at_once(
        card: DevicesCard, devices: DevicesPresenter, offer: Offer, book: TrialBook,
        settings: SettingsPresenter, watcher: JobWatcher) -> None:
    device = Device("cuda", "cudaProvider", "Cuda")
    book.note(device_trial("cuda"), Trial(outcome=Outcome.WORKS, stamp=driver_stamp(device)))
    offer("cuda")
    pick(card, "cuda")
    assert settings.current.device == "cuda"
    assert watcher.running == ()


def test_another_driver_means_another_trial(
        devices: DevicesPresenter, offer: Offer, book: TrialBook) -> None:
    book.note(device_trial("cuda"), Trial(outcome=Outcome.WORKS, stamp="an older driver"))
    offer("cuda")
    row = devices.row("cuda")
    assert row is not None and row.trial is None


def test_the_processor_can_be_tried_with_the_button(
        card: DevicesCard, devices: DevicesPresenter, offer: Offer, qtbot: QtBot) -> None:
    offer()
    button = next(b for b in card.findChildren(QPushButton) if b.text() == "Try it")
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert button.text() == "Trying…" and not button.isEnabled()
    qtbot.waitUntil(tried(devices, CPU.name), timeout=PATIENCE_MS)
    assert button.text() == "Try again" and button.isEnabled()
    assert "Opens in 0.3 s" in words(card)


def test_leaving_for_the_processor_while_a_card_is_tried_keeps_the_processor(
        card: DevicesCard, devices: DevicesPresenter, offer: Offer, qtbot: QtBot,
        settings: SettingsPresenter) -> None:
    offer("cuda")
    pick(card, "cuda")
    pick(card, CPU.name)
    qtbot.waitUntil(tried(devices, "cuda"), timeout=PATIENCE_MS)
    assert settings.current.device == CPU.name


def test_a_cancelled_trial_says_nothing_of_the_device(
        devices: DevicesPresenter, offer: Offer, qtbot: QtBot, watcher: JobWatcher,
        book: TrialBook) -> None:
    offer("idle")
    devices.try_out("idle")
    devices.try_out("idle")
    assert len(watcher.running) == 1
    with qtbot.waitSignal(watcher.stopped, timeout=PATIENCE_MS):
        watcher.cancel(watcher.running[0].id)
    assert book.find(device_trial("idle")) is None


def test_a_trial_that_took_window_and_all_down_counts_as_crashed(
        devices: DevicesPresenter, offer: Offer, qtbot: QtBot, watcher: JobWatcher,
        book: TrialBook, queue: WorkQueue) -> None:
    # GIVEN a trial whose window was gone before it, and which never ended
    from engine.events import Note
    from engine.jobs.job_folder import JobFolder
    from engine.jobs.spec import JobSpec

    offer("cuda")
    jobs = watcher._jobs
    folder = JobFolder.create(jobs, JobSpec.ask("try-device", {"device": "cuda"}, "Trying Cuda"))
    with folder.lock.taken():
        folder.append(Note("Loading"))
    # WHEN the next window looks
    with qtbot.waitSignal(devices.changed, timeout=PATIENCE_MS):
        watcher.find_again(queue)
    # THEN the card is not trusted, and the job not offered to be resumed
    assert book.crashed(device_trial("cuda"))
    with qtbot.assertNotEmitted(watcher.interrupted):
        watcher.find_again(queue)
        qtbot.waitUntil(lambda: not queue.busy)


def test_a_chosen_device_that_is_gone_is_said(
        card: DevicesCard, offer: Offer, settings: SettingsPresenter) -> None:
    settings.set_device("directml")
    offer("cuda")
    assert card.findChild(Choice).currentText() == "directml (not here)"
    assert "not offered any more; the processor is used" in words(card)
