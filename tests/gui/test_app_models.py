"""The whole window around models: got on one page and used on another, crashes remembered."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLabel, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from engine.errors import EngineError
from engine.evaluation.job import LABELS_FILE
from engine.events import Note
from engine.jobs.job_folder import JobFolder, JobState
from engine.jobs.process import JobProcess
from engine.jobs.spec import JobSpec
from engine.models.manifest import read_manifest
from engine.models.trials import (
    Outcome,
    Trial,
    TrialBook,
    device_trial,
    files_stamp,
    model_trial,
)
from engine.paths import AppPaths
from engine.settings import Settings, save_settings
from gui.app import Program
from gui.controls import Choice
from gui.models.adding import Arrival
from gui.models.quality import Wish
from tests.engine.jobs.conftest import end_for_good
from tests.fake_model_job import COMMAND, install
from tests.gui.conftest import FakeShelf, end

PATIENCE_MS = 30_000
Open = Callable[[], Program]


@pytest.fixture
def open_window(qapp: QApplication, qtbot: QtBot, isolated_home: AppPaths,
                shelf: FakeShelf) -> Iterator[Open]:
    """Starts programs whose jobs are fakes, one after the other in the same home."""
    started: list[Program] = []

    def open_one() -> Program:
        started.append(Program(qapp, isolated_home, shelf, COMMAND))
        with qtbot.waitExposed(started[-1].window):
            started[-1].window.show()
        qtbot.waitUntil(lambda: not started[-1].models.loading, timeout=PATIENCE_MS)
        return started[-1]

    yield open_one
    for program in started:
        end(program)
    jobs = isolated_home.jobs
    for path in jobs.iterdir() if jobs.is_dir() else ():
        end_for_good(JobProcess(JobFolder(path)))


@pytest.fixture
def banners(open_window: Open) -> Callable[[Program], list[str]]:
    """What the banner says from now on."""
    def listen(program: Program) -> list[str]:
        told: list[str] = []
        program.notifier.shown.connect(lambda message, hint, details: told.append(message))
        program.notifier.offered.connect(lambda offer: told.append(offer.message))
        return told
    return listen


def press(qtbot: QtBot, page: QWidget, name: str) -> None:
    button = next(b for b in page.findChildren(QPushButton)
                  if name in (b.accessibleName(), b.text()) and b.isVisibleTo(page))
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)


def test_a_model_got_on_one_page_is_offered_on_the_others_at_once(
        open_window: Open, qtbot: QtBot, banners: Callable[[Program], list[str]]) -> None:
    # GIVEN a fresh program
    program = open_window()
    told = banners(program)
    program.window.show_page("models")
    # WHEN the person gets the small chat model and goes elsewhere
    press(qtbot, program.models_page, "Get SmolLM2 135M Instruct")
    assert program.window.job_bar.isVisible()
    program.window.show_page("tag")
    # THEN it is said, the bar is gone, and Settings offers it
    qtbot.waitUntil(lambda: bool(told), timeout=PATIENCE_MS)
    assert told == ["smollm2 is ready."]
    assert program.models.chat_model == "smollm2"
    assert not program.window.job_bar.isVisible()
    choice = next(c for c in program.settings_page.findChildren(Choice)
                  if c.accessibleName() == "Chat model")
    assert [choice.itemText(n) for n in range(choice.count())] == ["The first there is", "smollm2"]
    assert [entry.id for entry in program.guard.entries() if entry.id == "smollm2"]


def test_on_the_models_page_the_card_says_it_and_no_banner(
        open_window: Open, qtbot: QtBot, banners: Callable[[Program], list[str]]) -> None:
    program = open_window()
    told = banners(program)
    program.window.show_page("models")
    with qtbot.waitSignal(program.models.arrived, timeout=PATIENCE_MS):
        press(qtbot, program.models_page, "Get SmolLM2 135M Instruct")
    assert told == []


def test_what_does_not_come_is_told_wherever_the_person_is(
        open_window: Open, qtbot: QtBot, banners: Callable[[Program], list[str]],
        isolated_home: AppPaths) -> None:
    program = open_window()
    told = banners(program)
    file = isolated_home.home / "broken.gguf"
    file.write_bytes(b"GGUF")
    with qtbot.waitSignal(program.models.adding.came_to_nothing, timeout=PATIENCE_MS):
        program.models.adding.bring([file])
    assert told == ["broken.gguf: The file ends too early."]


def test_what_the_chat_page_says_itself_is_not_said_twice(
        open_window: Open, banners: Callable[[Program], list[str]]) -> None:
    program = open_window()
    told = banners(program)
    lost = Arrival("job", "SmolLM2", "smollm2", message="SmolLM2 could not be fetched.")
    # GIVEN the Chat page that waits for its first model, WHEN it does not come, THEN no banner
    program.window.show_page("chat")
    program.models.adding.came_to_nothing.emit(lost)
    assert told == []
    # AND elsewhere there is one, which names the model once
    program.window.show_page("tag")
    program.models.adding.came_to_nothing.emit(lost)
    assert told == ["SmolLM2 could not be fetched."]


def test_declining_the_chat_model_is_remembered(open_window: Open, qtbot: QtBot) -> None:
    first = open_window()
    first.window.show_page("models")
    press(qtbot, first.models_page, "Not now")
    first.window.close()
    assert not open_window().models.offers_chat_model


def test_a_crashed_device_is_said_at_the_next_start(
        open_window: Open, isolated_home: AppPaths, qtbot: QtBot) -> None:
    # GIVEN a window that died of its graphics card
    save_settings(isolated_home.settings_file, Settings(device="cuda"))
    TrialBook(isolated_home.trials).note(device_trial("cuda"), Trial(outcome=Outcome.OPENING))
    # WHEN it is opened again
    program = open_window()
    # THEN it says that it goes on without the card
    qtbot.waitUntil(lambda: "took its process down" in shown_words(program.window),
                    timeout=PATIENCE_MS)


def shown_words(widget: QWidget) -> str:
    return " ".join(label.text() for label in widget.findChildren(QLabel) if label.isVisible())


def test_a_tagger_that_asks_a_model_is_guarded_too(
        qapp: QApplication, isolated_home: AppPaths) -> None:
    """What took a process down is not opened by way of another page."""
    # GIVEN a chat model that crashed, chosen for tagging
    install(isolated_home.models, "one")
    save_settings(isolated_home.settings_file, Settings(tagger="zero-shot:one"))
    program = Program(qapp, isolated_home, job_command=COMMAND)
    stamp = files_stamp(read_manifest(isolated_home.models / "one"))
    program.trials.note(model_trial("one"), Trial(outcome=Outcome.CRASHED, stamp=stamp))
    # WHEN the tagger is asked for THEN it is not opened
    with pytest.raises(EngineError, match="crashed before"):
        program.shelf.tagger()
    end(program)


def test_a_model_cut_short_is_offered_and_goes_on(
        open_window: Open, isolated_home: AppPaths, qtbot: QtBot) -> None:
    # GIVEN a model on its way when the computer went down
    folder = JobFolder.create(isolated_home.jobs, JobSpec.ask(
        "fetch-model", {"model": "smollm2", "models": str(isolated_home.models)}, "Getting it"))
    with folder.lock.taken():
        folder.append(Note("Fetching"))
    (folder.path / "pid.json").write_text("{}", "utf-8")
    # WHEN the window opens and the person goes on
    program = open_window()
    qtbot.waitUntil(lambda: "“Getting it” was cut short" in shown_words(program.window),
                    timeout=PATIENCE_MS)
    with qtbot.waitSignal(program.models.arrived, timeout=PATIENCE_MS):
        press(qtbot, program.window, "Go on")
    # THEN it comes to its end
    assert folder.state() is JobState.FINISHED
    assert program.models.chat_model == "smollm2"


def test_removing_the_chosen_chat_model_leaves_the_settings_clean(
        open_window: Open, isolated_home: AppPaths, qtbot: QtBot) -> None:
    install(isolated_home.models, "one")
    install(isolated_home.models, "two")
    program = open_window()
    program.models.choose("two")
    assert program.settings.current.chat_model == "two"
    program.models.remove("two")
    qtbot.waitUntil(lambda: program.models.chat_model == "one", timeout=PATIENCE_MS)
    assert program.settings.current.chat_model == ""
    program.models.upkeep.undo()
    qtbot.waitUntil(lambda: program.models.chat_model == "two", timeout=PATIENCE_MS)


def test_closing_the_window_leaves_its_jobs_running(
        open_window: Open, isolated_home: AppPaths, qtbot: QtBot) -> None:
    first = open_window()
    file = isolated_home.home / "slow.gguf"
    file.write_bytes(b"GGUF")
    first.models.adding.bring([file])
    qtbot.waitUntil(lambda: any(view.done for view in first.jobs.running), timeout=PATIENCE_MS)
    first.window.close()
    second = open_window()
    qtbot.waitUntil(lambda: any(view.done for view in second.jobs.running), timeout=PATIENCE_MS)
    assert second.window.job_bar.isVisible()
    assert [arrival.name for arrival in second.models.adding.arrivals] == ["slow.gguf"]


def songs_with_labels(home: AppPaths, name: str) -> Path:
    home.home.mkdir(parents=True, exist_ok=True)
    file = home.home / name
    for each, text in ((file, "{}\n"), (file.with_name(LABELS_FILE), "{}")):
        each.write_text(text, "utf-8")
    return file


def test_a_measurement_that_ends_elsewhere_is_told_and_leads_to_its_page(
        open_window: Open, isolated_home: AppPaths, qtbot: QtBot) -> None:
    # GIVEN a measurement, and the person on another page
    program = open_window()
    program.window.show_page("tag")
    assert program.compare.quality.measure(Wish(("any",), songs_with_labels(isolated_home,
                                                                            "mine.jsonl")))
    qtbot.waitUntil(lambda: "is done." in shown_words(program.window), timeout=PATIENCE_MS)
    # WHEN they want to see it
    press(qtbot, program.window, "Show it")
    # THEN the page is there with its figures
    page = program.models_page.quality
    assert program.window.page == "models" and page is not None and page.isVisible()
    qtbot.waitUntil(lambda: "At a glance" in shown_words(page), timeout=PATIENCE_MS)
    qtbot.waitUntil(lambda: not program.desk.busy, timeout=PATIENCE_MS)


def test_a_measurement_that_fails_is_told_once_wherever_the_person_is(
        open_window: Open, isolated_home: AppPaths, qtbot: QtBot,
        banners: Callable[[Program], list[str]]) -> None:
    program = open_window()
    told = banners(program)
    quality, wish = program.compare.quality, Wish(("any",), songs_with_labels(
        isolated_home, "broken.jsonl"))
    program.window.show_page("tag")
    with qtbot.waitSignal(quality.came_to_nothing, timeout=PATIENCE_MS):
        quality.measure(wish)
    assert told == ["The file ends too early."]
    # AND on the page itself it stands there, and no banner comes
    qtbot.waitUntil(lambda: not program.jobs.running, timeout=PATIENCE_MS)
    program.window.show_page("models")
    press(qtbot, program.models_page, "Compare taggers")
    with qtbot.waitSignal(quality.came_to_nothing, timeout=PATIENCE_MS):
        quality.measure(wish)
    assert told == ["The file ends too early."]
    assert "The file ends too early." in shown_words(program.models_page)
    qtbot.waitUntil(lambda: not (program.desk.busy or program.jobs.running), timeout=PATIENCE_MS)


def test_a_measurement_found_again_is_followed(
        open_window: Open, isolated_home: AppPaths, qtbot: QtBot) -> None:
    """It was started by a window that is gone, or by a command."""
    first = open_window()
    first.compare.quality.measure(Wish(("any",), songs_with_labels(isolated_home, "slow.jsonl")))
    qtbot.waitUntil(lambda: any(view.done for view in first.jobs.running), timeout=PATIENCE_MS)
    first.window.close()
    second = open_window()
    qtbot.waitUntil(lambda: bool(second.compare.quality.running), timeout=PATIENCE_MS)
    second.compare.quality.cancel(second.compare.quality.running[0].id)
    qtbot.waitUntil(lambda: second.compare.quality.trouble is not None, timeout=PATIENCE_MS)
    qtbot.waitUntil(lambda: not (second.desk.busy or second.jobs.running), timeout=PATIENCE_MS)
