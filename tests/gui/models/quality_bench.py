"""The page that compares taggers, on a shelf of reports of its own and with fake jobs behind it."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import msgspec
from PySide6.QtWidgets import QLabel, QWidget
from pytestqt.qtbot import QtBot

from engine.evaluation.job import KIND, LABELS_FILE, REPORT_FILE
from engine.evaluation.report import EvaluationReport, write_report
from engine.jobs.job_folder import JobFolder
from engine.jobs.spec import JobSpec
from engine.paths import AppPaths
from gui.background import WorkQueue
from gui.jobs import JobWatcher
from gui.models.quality import OwnCount, Quality, QualityTools
from gui.models.quality_reports import ReportShelf
from tests.engine.evaluation.sample_report import sample_report

CHOICES = (("moods", "Moods"), ("words", "One classifier a mood, on words"),
           ("generative:smol", "SmolLM2, writing a list (slow)"))
FEW, ENOUGH = OwnCount(7, 3), OwnCount(24, 3)


@dataclass
class QualityBench:
    """`own` is what the library would count; `problems` what the person was told."""

    folder: Path
    qtbot: QtBot
    queue: WorkQueue
    watcher: JobWatcher
    own: OwnCount = FEW
    problems: list[object] = field(default_factory=list)

    def __post_init__(self) -> None:
        paths = AppPaths(self.folder / "home", self.folder / "resources")
        shelf = ReportShelf(paths.shipped_measurement, self.folder / "jobs",
                            self.folder / "home" / "reports")
        self.shipped = paths.shipped_measurement
        self.quality = Quality(self.queue, self.watcher, QualityTools(
            shelf, paths, lambda: self.own, lambda: CHOICES))
        self.quality.problem_raised.connect(self.problems.append)

    def ship(self, report: EvaluationReport | None = None) -> None:
        """Puts a report where the program brings its own."""
        write_report(report or sample_report(), self.shipped)

    def job(self, name: str = "mine.jsonl", report: EvaluationReport | None = None,
            kind: str = KIND) -> JobFolder:
        """A job as an earlier window left it, with its report."""
        folder = JobFolder.create(self.folder / "jobs", JobSpec.ask(kind, {}, f"Measuring {name}"))
        made = report or sample_report()
        data = msgspec.structs.replace(made.data, name=name)
        write_report(msgspec.structs.replace(made, data=data), folder.output / REPORT_FILE)
        return folder

    def songs(self, name: str = "mine.jsonl") -> Path:
        """A file of songs with its label sets beside it."""
        file = self.folder / name
        file.write_text("{}\n", "utf-8")
        file.with_name(LABELS_FILE).write_text("{}", "utf-8")
        return file

    def load(self) -> None:
        with self.qtbot.waitSignal(self.quality.changed):
            self.quality.load()

    def count(self) -> None:
        with self.qtbot.waitSignal(self.quality.own_counted):
            self.quality.count_own()

    def until(self, holds: Callable[[], bool]) -> None:
        self.qtbot.waitUntil(holds, timeout=30_000)


def words_of(widget: QWidget) -> str:
    """All that can be read."""
    return "\n".join(label.text() for label in widget.findChildren(QLabel)
                     if label.isVisibleTo(widget))
