"""Measurements are read, looked at and made; none of them hides another."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import msgspec
import pytest
from pytestqt.qtbot import QtBot

from engine.errors import EngineError
from engine.evaluation.job import LABELS_FILE, read_evaluation
from engine.evaluation.own_labels import FEWEST_VERDICTS
from engine.events import Failed
from engine.jobs.job_folder import JobFolder
from gui.background import WorkQueue
from gui.jobs import JobWatcher
from gui.models.quality import OwnCount, Quality, Wish, songs_among
from gui.models.quality_reports import MOST_REPORTS, ReportShelf
from tests.engine.evaluation.sample_report import sample_report
from tests.gui.models.quality_bench import ENOUGH, QualityBench


@pytest.fixture
def bench(tmp_path: Path, qtbot: QtBot, queue: WorkQueue,
          watcher: JobWatcher) -> Iterator[QualityBench]:
    made = QualityBench(tmp_path, qtbot, queue, watcher)
    yield made
    made.until(lambda: not queue.busy)


def test_without_any_measurement_there_is_nothing_to_look_at(bench: QualityBench) -> None:
    quality = bench.quality
    assert quality.loading
    bench.load()
    assert (quality.loading, quality.reports, quality.report, quality.blocks) == (
        False, (), None, ())
    quality.open_page()
    assert bench.problems == []


def test_the_shipped_one_is_looked_at_first_and_its_tagger_in_use(bench: QualityBench) -> None:
    # GIVEN a measurement made here, and the one that came with the program, of another order
    bench.job()
    report = sample_report()
    bench.ship(msgspec.structs.replace(report, taggers=report.taggers[::-1]))
    bench.load()
    quality = bench.quality
    assert [found.shipped for found in quality.reports] == [False, True]
    assert quality.found is not None and quality.found.shipped
    assert (quality.tagger, quality.block) == ("moods@3", "gems9")
    assert quality.block_report is not None and quality.block_report.songs == 400


def test_what_is_looked_at_stays_when_all_is_read_anew(bench: QualityBench) -> None:
    bench.ship()
    mine = bench.job()
    bench.load()
    quality = bench.quality
    quality.look_at(str(mine.output / "report.json"))
    quality.choose("words@1", "quadrant_allmusic")
    bench.load()
    assert quality.found is not None and not quality.found.shipped
    assert (quality.tagger, quality.block) == ("words@1", "quadrant_allmusic")


def test_another_report_keeps_the_choice_where_it_can(bench: QualityBench) -> None:
    report = sample_report()
    bench.ship()
    bench.job("mine.jsonl", msgspec.structs.replace(report, taggers=report.taggers[:1]))
    bench.load()
    quality = bench.quality
    quality.choose("words@1", "quadrant_allmusic")
    with bench.qtbot.waitSignal(quality.changed):
        quality.look_at(quality.reports[0].key)
    assert (quality.tagger, quality.block) == ("moods@3", "quadrant_allmusic")
    # AND looking at the same again, or at one that is gone, changes nothing
    with bench.qtbot.assertNotEmitted(quality.changed):
        quality.look_at(quality.reports[0].key)
        quality.look_at("gone")


def test_a_choice_is_told_once(bench: QualityBench) -> None:
    bench.ship()
    bench.load()
    with bench.qtbot.waitSignal(bench.quality.chosen_changed):
        bench.quality.choose(block="quadrant_allmusic")
    with bench.qtbot.assertNotEmitted(bench.quality.chosen_changed):
        bench.quality.choose("moods@3", "quadrant_allmusic")


def test_a_broken_report_says_why_and_hides_no_other(bench: QualityBench) -> None:
    broken = bench.job()
    (broken.output / "report.json").write_text("{", "utf-8")
    newer = bench.job("newer.jsonl", msgspec.structs.replace(sample_report(), format=99))
    bench.load()
    quality = bench.quality
    told = [found.problem.message if found.problem else "" for found in quality.reports]
    assert "was made by a later Undertone" in told[0] and "cannot be read" in told[1]
    assert str(newer.output / "report.json") == quality.reports[0].key
    # AND there is no page of it
    quality.look_at(quality.reports[1].key)
    with bench.qtbot.waitSignal(quality.problem_raised):
        quality.open_page()
    assert isinstance(bench.problems[0], EngineError)


def test_jobs_of_other_kinds_and_jobs_without_a_report_are_passed_over(
        bench: QualityBench) -> None:
    bench.job(kind="train")
    empty = bench.job()
    (empty.output / "report.json").unlink()
    torn = bench.job()
    (torn.path / "spec.json").write_text("{", "utf-8")
    bench.load()
    assert bench.quality.reports == ()


def test_only_so_many_are_read(bench: QualityBench, tmp_path: Path) -> None:
    for number in range(MOST_REPORTS + 2):
        bench.job(f"{number}.jsonl")
    shelf = ReportShelf(bench.shipped, tmp_path / "jobs", tmp_path)
    assert len(list(shelf.reports())) == MOST_REPORTS


def test_the_page_of_a_report_is_its_own_or_written_once(bench: QualityBench) -> None:
    # GIVEN a report whose job left a page, and the shipped one, whose folder is not ours
    mine = bench.job()
    bench.ship()
    (mine.output / "report.html").write_text("mine", "utf-8")
    bench.load()
    quality = bench.quality
    pages: list[Path] = []
    quality.page_ready.connect(pages.append)
    for found in quality.reports:
        quality.look_at(found.key)
        with bench.qtbot.waitSignal(quality.page_ready):
            quality.open_page()
    assert pages[0].read_text("utf-8") == "mine"
    assert "How good are the taggers" in pages[1].read_text("utf-8")
    assert not pages[1].is_relative_to(bench.shipped.parent)


@pytest.mark.parametrize("own, enough", [
    (OwnCount(), False), (OwnCount(FEWEST_VERDICTS - 1, 5), False),
    (OwnCount(FEWEST_VERDICTS, 1), False), (OwnCount(FEWEST_VERDICTS, 2), True)])
def test_own_labels_have_to_be_enough(bench: QualityBench, own: OwnCount, enough: bool) -> None:
    bench.own = own
    bench.count()
    lacking = bench.quality.lacking(Wish(("moods",)))
    assert (lacking == "") is enough
    if not enough:
        assert f"{FEWEST_VERDICTS} are needed" in lacking and "press A or R" in lacking


def test_what_is_missing_is_said_one_after_the_other(bench: QualityBench, tmp_path: Path) -> None:
    lacking = bench.quality.lacking
    assert lacking(Wish(("moods",), Path())) == "Choose the file of songs."
    assert lacking(Wish(("moods",), tmp_path / "gone.jsonl")) == "Choose the file of songs."
    songs = bench.songs()
    assert lacking(Wish((), songs)) == "Choose a tagger."
    assert lacking(Wish(("moods",), songs)) == ""
    songs.with_name(LABELS_FILE).unlink()
    assert f"{LABELS_FILE} has to lie beside it" in lacking(Wish(("moods",), songs))
    assert not bench.quality.measure(Wish(("moods",), songs))


def test_a_measurement_asks_for_what_was_wished(bench: QualityBench, watcher: JobWatcher) -> None:
    """In words that the job itself can read."""
    songs = bench.songs()
    assert bench.quality.measure(Wish(("moods", "generative:smol"), songs, "valid"))
    view = bench.quality.running[0]
    asked = read_evaluation(view.arguments)
    assert (asked.taggers, asked.data, asked.split) == (
        ("moods", "generative:smol"), songs.resolve(), "valid")
    assert asked.paths.home == (bench.folder / "home").resolve()
    assert view.title == "Measuring 2 taggers on mine.jsonl"
    bench.until(lambda: not bench.quality.running)


def test_a_measurement_that_ends_well_is_looked_at(bench: QualityBench) -> None:
    # GIVEN the shipped report in sight, WHEN a measurement on the person's own labels is made
    bench.ship()
    bench.own = ENOUGH
    bench.load()
    bench.count()
    quality = bench.quality
    with bench.qtbot.waitSignal(quality.measured, timeout=30_000):
        assert quality.measure(Wish(("moods",)))
        assert quality.running[0].title == "Measuring Moods on your own labels"
    # THEN its report comes into sight
    bench.until(lambda: quality.found is not None and not quality.found.shipped)
    assert quality.running == () and quality.trouble is None


def test_a_measurement_that_fails_says_why_and_can_be_tried_again(bench: QualityBench) -> None:
    quality = bench.quality
    told: list[object] = []
    quality.came_to_nothing.connect(told.append)
    quality.measure(Wish(("moods",), bench.songs("broken.jsonl")))
    bench.until(lambda: quality.trouble is not None)
    trouble = quality.trouble
    assert trouble is not None
    assert (trouble.message, trouble.hint, trouble.stopped) == (
        "The file ends too early.", "Get it again.", False)
    assert told == [trouble]
    # WHEN it is tried again THEN the trouble is gone while it runs, and back when it fails anew
    bench.until(lambda: not bench.watcher.running)
    quality.try_again()
    bench.until(lambda: bool(quality.running))
    assert quality.trouble is None
    bench.until(lambda: quality.trouble is not None)
    quality.dismiss()
    assert quality.trouble is None
    quality.dismiss()
    quality.try_again()
    assert quality.running == ()


def test_a_stopped_measurement_can_go_on(bench: QualityBench) -> None:
    quality = bench.quality
    told: list[object] = []
    quality.came_to_nothing.connect(told.append)
    quality.measure(Wish(("moods",), bench.songs("slow.jsonl")))
    bench.until(lambda: any(view.done for view in quality.running))
    quality.cancel(quality.running[0].id)
    bench.until(lambda: quality.trouble is not None)
    trouble = quality.trouble
    assert trouble is not None and trouble.stopped and told == []
    quality.try_again()
    bench.until(lambda: quality.found is not None)
    assert quality.report is not None and quality.report.complete


def test_a_measurement_someone_else_started_is_followed(
        bench: QualityBench, watcher: JobWatcher) -> None:
    """By a command in a terminal, or a window that is gone; and what is no measurement is not."""
    bench.quality.measure(Wish(("moods",), bench.songs("slow.jsonl")))
    other = Quality(bench.queue, watcher, bench.quality._tools)
    assert [view.id for view in other.running] == [bench.quality.running[0].id]
    view = other.running[0]
    stranger = replace(view, id="x", spec=msgspec.structs.replace(view.spec, kind="train"))
    watcher.changed.emit(stranger)
    watcher.failed.emit(replace(stranger, ending=Failed("No.", "")))
    assert [each.id for each in other.running] == [view.id] and other.trouble is None
    other.cancel(view.id)
    bench.until(lambda: not watcher.running)


def test_a_folder_that_cannot_be_read_is_told(
        bench: QualityBench, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(self: object) -> Iterator[object]:
        raise EngineError("The folder of jobs cannot be read.", "Check it.")

    monkeypatch.setattr(ReportShelf, "reports", refuse)
    with bench.qtbot.waitSignal(bench.quality.problem_raised):
        bench.quality.load()
    assert not bench.quality.loading and len(bench.problems) == 1


def test_a_page_that_cannot_be_written_is_told(bench: QualityBench) -> None:
    bench.ship()
    bench.load()
    (bench.folder / "home").write_text("a file where a folder should be", "utf-8")
    with bench.qtbot.waitSignal(bench.quality.problem_raised):
        bench.quality.open_page()


@pytest.mark.parametrize("name, taken", [
    ("a.jsonl", True), ("a.JSONL", True), ("a.jsonl.gz", True), ("a.json", False),
    ("a.gz", False), ("a.txt", False)])
def test_songs_are_known_by_their_name(tmp_path: Path, name: str, taken: bool) -> None:
    file = tmp_path / name
    file.write_text("", "utf-8")
    assert (songs_among([tmp_path, file]) == file) is taken


def test_a_folder_called_like_songs_is_none(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").mkdir()
    assert songs_among([tmp_path / "a.jsonl", tmp_path / "gone.jsonl"]) is None


def test_a_finished_job_folder_is_found_with_its_name(bench: QualityBench) -> None:
    folder = bench.job("lyrics.jsonl")
    bench.load()
    assert bench.quality.reports[0].title == "Measuring lyrics.jsonl"
    assert JobFolder(folder.path).spec().title == "Measuring lyrics.jsonl"
