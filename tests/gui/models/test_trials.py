"""Models are tried in a child; one that takes it down is marked and never the one in use."""

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from engine.events import Note
from engine.jobs.job_folder import JobFolder
from engine.jobs.spec import JobSpec
from engine.models.trials import Outcome, Trial, TrialBook, model_trial
from gui.background import WorkQueue
from gui.jobs import JobWatcher
from gui.models.page import ModelsPage
from gui.models.presenter import ModelsPresenter
from tests.fake_model_job import install
from tests.gui.models.conftest import Shop, Until, button, words


@pytest.fixture
def installed(shop: Shop, models: ModelsPresenter, qtbot: QtBot) -> ModelsPresenter:
    """Beside the taggers, chat models that work, crash and fail, in this order."""
    for name in ("chatty", "crash", "broken", "idle"):
        install(shop.own, name)
    with qtbot.waitSignal(models.models_changed):
        models.load()
    return models


def try_out(qtbot: QtBot, page: ModelsPage, name: str) -> None:
    qtbot.mouseClick(button(page, f"Try {name}"), Qt.MouseButton.LeftButton)


def tried(models: ModelsPresenter, model_id: str) -> bool:
    card = next(card for card in models.cards if card.id == model_id)
    return card.here.trial is not None and not card.here.trying


def test_a_trial_says_speed_here(
        installed: ModelsPresenter, page: ModelsPage, qtbot: QtBot, until: Until) -> None:
    assert "not measured yet" in words(page)
    try_out(qtbot, page, "chatty")
    until(lambda: "Trying it…" in words(page))
    assert not button(page, "Try chatty").isEnabled()
    until(lambda: tried(installed, "chatty"))
    assert "171 tokens a second, opens in 0.2 s, on the processor" in words(page)
    assert button(page, "Try chatty").text() == "Try again"


def test_a_model_that_crashes_is_marked_and_another_one_chats(
        shop: Shop, installed: ModelsPresenter, page: ModelsPage, qtbot: QtBot,
        until: Until) -> None:
    # GIVEN that the model in use takes its process down
    shop.chosen = type(shop.chosen)(tagger="beta", chat_model="crash")
    assert installed.chat_model == "crash"
    with qtbot.waitSignal(installed.models_changed):
        try_out(qtbot, page, "crash")
        until(lambda: tried(installed, "crash"))
    # THEN the window lives, says so, and uses another one
    assert "It crashed when it was tried" in words(page)
    assert installed.chat_model == "broken"
    assert shop.book.crashed(model_trial("crash"))
    assert "crash" not in [card.id for card in installed.cards if card.choosable]


def test_a_model_that_fails_says_why_and_may_still_be_chosen(
        installed: ModelsPresenter, page: ModelsPage, qtbot: QtBot, until: Until) -> None:
    try_out(qtbot, page, "broken")
    until(lambda: tried(installed, "broken"))
    assert "The file ends too early." in words(page) and "Get it again." in words(page)


def test_a_model_that_is_installed_anew_was_not_tried(
        shop: Shop, installed: ModelsPresenter, until: Until, qtbot: QtBot) -> None:
    installed.try_out("crash")
    until(lambda: tried(installed, "crash"))
    (shop.own / "crash" / "more.bin").write_bytes(b"mended")
    install(shop.own, "crash")
    with qtbot.waitSignal(installed.models_changed):
        installed.load()
    assert not tried(installed, "crash")


def test_a_stopped_trial_says_nothing(
        shop: Shop, installed: ModelsPresenter, watcher: JobWatcher, qtbot: QtBot) -> None:
    installed.try_out("idle")
    installed.try_out("idle")
    with qtbot.waitSignal(watcher.stopped, timeout=30_000):
        watcher.cancel(watcher.running[0].id)
    assert not installed.trials.trying("idle")
    assert shop.book.find(model_trial("idle")) is None


def interrupted_trial(shop: Shop, model_id: str) -> None:
    """A trial whose window closed before it, and which never ended."""
    entry = next(e for e in shop.registry.entries() if e.id == model_id)
    assert entry.manifest is not None
    folder = JobFolder.create(shop.own.parent / "jobs", JobSpec.ask(
        "try-model", {"model": model_id}, f"Trying {model_id}"))
    with folder.lock.taken():
        folder.append(Note("Loading"))


def test_a_trial_that_never_ended_counts_as_a_crash(
        shop: Shop, installed: ModelsPresenter, watcher: JobWatcher, queue: WorkQueue,
        qtbot: QtBot, until: Until, book: TrialBook) -> None:
    interrupted_trial(shop, "chatty")
    watcher.find_again(queue)
    until(lambda: book.crashed(model_trial("chatty")))
    # AND it is told once only
    with qtbot.assertNotEmitted(watcher.interrupted):
        watcher.find_again(queue)
        until(lambda: not queue.busy)


def test_a_newer_trial_counts_more_than_one_that_never_ended(
        shop: Shop, installed: ModelsPresenter, watcher: JobWatcher, queue: WorkQueue,
        until: Until, book: TrialBook) -> None:
    interrupted_trial(shop, "chatty")
    book.note(model_trial("chatty"), Trial(outcome=Outcome.WORKS))
    watcher.find_again(queue)
    until(lambda: not queue.busy)
    assert not book.crashed(model_trial("chatty"))


def test_what_cannot_be_written_down_is_said(
        shop: Shop, installed: ModelsPresenter, qtbot: QtBot) -> None:
    (shop.own.parent / "trials").write_text("a file where a folder should be", "utf-8")
    with qtbot.waitSignal(installed.problem_raised, timeout=30_000) as told:
        installed.try_out("chatty")
    assert "could not be written down" in told.args[0].message
