"""The measurements there are: the one that came with the program, and those made on this machine.

Reads files and nothing else; a broken report stays in the list with its reason. Knows no widgets.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from engine.errors import EngineError
from engine.evaluation.job import KIND, PAGE_FILE, REPORT_FILE
from engine.evaluation.report import EvaluationReport, read_report
from engine.jobs.job_folder import JobFolder, list_jobs

MOST_REPORTS = 40


@dataclass(frozen=True, slots=True, eq=False)
class FoundReport:
    """A measurement: `report`, or the `problem` that keeps it from being read.

    `title` is what its job was called, "" for the one that came with the program.
    """

    file: Path
    report: EvaluationReport | None
    problem: EngineError | None = None
    title: str = ""
    shipped: bool = False

    @property
    def key(self) -> str:
        return str(self.file)


class ReportShelf:
    """`shipped` is the report that came with the program, `jobs` the folder of all jobs, `pages`
    where the HTML of a report is kept whose own folder cannot be written to."""

    def __init__(self, shipped: Path, jobs: Path, pages: Path) -> None:
        self._shipped, self._jobs, self._pages = shipped, jobs, pages

    def reports(self) -> Iterator[FoundReport]:
        """Those made here, newest first, then the shipped one. None of them hides another."""
        yield from islice(self._own(), MOST_REPORTS)
        if self._shipped.is_file():
            yield _read(self._shipped, "", shipped=True)

    def page(self, found: FoundReport) -> Path:
        """The report as a page for a browser, written now where there is none.

        EngineError where it cannot be written.
        """
        # What draws pages is not needed before someone asks for one.
        from engine.evaluation.report_html import write_html

        if found.problem is not None:
            raise found.problem
        beside = found.file.with_name(PAGE_FILE)
        if not found.shipped and beside.is_file():
            return beside
        assert found.report is not None
        kept = self._pages / "taggers.html" if found.shipped else beside
        write_html(found.report, kept)
        return kept

    def _own(self) -> Iterator[FoundReport]:
        for folder in list_jobs(self._jobs):
            file = folder.output / REPORT_FILE
            title = _title(folder) if file.is_file() else None
            if title is not None:
                yield _read(file, title)


def _title(folder: JobFolder) -> str | None:
    """What a measurement was called; None for a job of another kind, or one nobody can read."""
    try:
        spec = folder.spec()
    except EngineError:
        return None
    return spec.title if spec.kind == KIND else None


def _read(file: Path, title: str, shipped: bool = False) -> FoundReport:
    try:
        return FoundReport(file, read_report(file), None, title, shipped)
    except EngineError as problem:
        return FoundReport(file, None, problem, title, shipped)
