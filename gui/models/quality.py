"""Comparing taggers: the measurements there are, the one that is looked at, and taking a new one.

Knows no widgets. Reports are read and written on a work queue; measuring is a job of the kind
"evaluate", which outlives this window.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from engine.evaluation.job import KIND, LABELS_FILE, EvaluationJob
from engine.evaluation.own_labels import FEWEST_VERDICTS
from engine.evaluation.report import EvaluationReport, LabelSetBlock, TaggerReport
from engine.evaluation.report_words import blocks_of
from engine.events import Failed, Finished, Stopped
from engine.jobs.spec import JobSpec
from engine.paths import AppPaths
from gui.background import WorkQueue
from gui.jobs import JobView, JobWatcher
from gui.models.quality_reports import FoundReport, ReportShelf

DATA_SUFFIXES = (".jsonl", ".jsonl.gz")


@dataclass(frozen=True, slots=True)
class OwnCount:
    """What the person said until now: `verdicts` on moods of `songs` songs."""

    verdicts: int = 0
    songs: int = 0

    @property
    def enough(self) -> bool:
        return self.verdicts >= FEWEST_VERDICTS and self.songs > 1


@dataclass(frozen=True, slots=True)
class Wish:
    """What shall be measured: `taggers` by id, on a file of songs with labels, or for None on the
    person's own labels. `split` is a part of the file: "all", "train" or "valid"."""

    taggers: tuple[str, ...]
    data: Path | None = None
    split: str = "all"


@dataclass(frozen=True, slots=True)
class Trouble:
    """Why a measurement came to nothing. `key` is its job; `stopped`: the person asked for it."""

    key: str
    message: str
    hint: str = ""
    stopped: bool = False


CountOwn = Callable[[], OwnCount]
Choices = Callable[[], Sequence[tuple[str, str]]]


@dataclass(frozen=True, slots=True)
class QualityTools:
    """What the presenter works with. `count_own` reads the library, off the screen's thread;
    `taggers` names those that can be measured, the one in use first, as (id, name)."""

    shelf: ReportShelf
    paths: AppPaths
    count_own: CountOwn
    taggers: Choices


class Quality(QObject):
    """`report` is the one looked at, with `tagger` and `block` in it.

    `changed`: another report, or others to choose from; `chosen_changed`: another tagger or label
    set; `run_changed`: a measurement began, got further or ended. `page_ready` carries the path of
    a report's page, `measured` and `came_to_nothing` a JobView and a Trouble of what just ended.
    """

    changed = Signal()
    chosen_changed = Signal()
    run_changed = Signal()
    own_counted = Signal()
    page_ready = Signal(object)
    measured = Signal(object)
    came_to_nothing = Signal(object)
    problem_raised = Signal(object)

    def __init__(self, queue: WorkQueue, watcher: JobWatcher, tools: QualityTools,
                 parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._queue, self._watcher, self._tools = queue, watcher, tools
        self.loading = True
        self.reports: tuple[FoundReport, ...] = ()
        self.found: FoundReport | None = None
        self.tagger = self.block = ""
        self.running = tuple(view for view in watcher.running if view.kind == KIND)
        self.trouble: Trouble | None = None
        self.own = OwnCount()
        self._awaited = ""
        watcher.changed.connect(self._notice)
        for signal in (watcher.finished, watcher.failed, watcher.stopped):
            signal.connect(self._end)

    @property
    def report(self) -> EvaluationReport | None:
        return self.found.report if self.found else None

    @property
    def tagger_report(self) -> TaggerReport | None:
        return self.report.tagger(self.tagger) if self.report else None

    @property
    def block_report(self) -> LabelSetBlock | None:
        """The chosen tagger on the chosen label set, None where it was not judged there."""
        tagger = self.tagger_report
        return tagger.block(self.block) if tagger else None

    @property
    def blocks(self) -> tuple[LabelSetBlock, ...]:
        """The label sets of the report, each once."""
        return blocks_of(self.report) if self.report else ()

    @property
    def choices(self) -> tuple[tuple[str, str], ...]:
        """What can be measured: id and name, the tagger in use first."""
        return tuple(self._tools.taggers())

    def load(self) -> None:
        """Reads the reports anew; what was looked at stays."""
        task = self._queue.submit(lambda: iter([tuple(self._tools.shelf.reports())]), urgent=True)
        task.yielded.connect(self._take)
        task.failed.connect(self._fail)

    def count_own(self) -> None:
        """Counts what the person said of moods."""
        task = self._queue.submit(lambda: iter([self._tools.count_own()]), urgent=True)
        task.yielded.connect(self._take_own)
        task.failed.connect(self.problem_raised)

    def look_at(self, key: str) -> None:
        """Looks at another report, and in it at the same tagger and label set if it has them."""
        found = next((each for each in self.reports if each.key == key), None)
        if found is not None and found is not self.found:
            self.found = found
            self._settle()
            self.changed.emit()

    def choose(self, tagger: str = "", block: str = "") -> None:
        """Looks at another tagger, or another label set, or both."""
        before = (self.tagger, self.block)
        self.tagger, self.block = tagger or self.tagger, block or self.block
        if before != (self.tagger, self.block):
            self.chosen_changed.emit()

    def open_page(self) -> None:
        """Makes the report ready to be opened in a browser; told by `page_ready`."""
        found = self.found
        if found is None:
            return

        def work() -> Iterator[object]:
            yield self._tools.shelf.page(found)

        task = self._queue.submit(work, urgent=True)
        task.yielded.connect(self.page_ready)
        task.failed.connect(self.problem_raised)

    def lacking(self, wish: Wish) -> str:
        """What keeps a wish from being measured, in a sentence; "" for nothing."""
        if wish.data is None and not self.own.enough:
            return self.own_words()
        if wish.data is not None and not wish.data.is_file():
            return self.tr("Choose the file of songs.")
        if wish.data is not None and not wish.data.with_name(LABELS_FILE).is_file():
            return self.tr("{file} has to lie beside it: it says which moods each label set could "
                           "have given.").format(file=LABELS_FILE)
        return "" if wish.taggers else self.tr("Choose a tagger.")

    def own_words(self) -> str:
        """How many labels there are, and how to give more where they are too few."""
        own = self.own
        if own.enough:
            return self.tr("You have judged {n} moods of {songs} songs.").format(
                n=own.verdicts, songs=own.songs)
        return self.tr(
            "You have judged {n} moods; {least} are needed, on two songs or more. Open songs on "
            "the Tag page and press A or R on a mood to accept or reject it, + to add one."
        ).format(least=FEWEST_VERDICTS, n=own.verdicts)

    def measure(self, wish: Wish) -> bool:
        """Starts a measurement. Whether it runs now."""
        if self.lacking(wish):
            return False
        paths = self._tools.paths
        job = EvaluationJob(
            home=paths.home.resolve(),
            data=wish.data.resolve() if wish.data else None, split=wish.split,
            taggers=wish.taggers)
        self.trouble = None
        self._awaited = self._watcher.start(
            JobSpec.ask(KIND, job.as_arguments(), self._title(wish)))
        return bool(self._awaited)

    def cancel(self, key: str) -> None:
        self._watcher.cancel(key)

    def try_again(self) -> None:
        """Goes on with what came to nothing; what was found is kept."""
        trouble = self.trouble
        if trouble is not None:
            self.dismiss()
            self._awaited = trouble.key
            self._watcher.resume(trouble.key)

    def dismiss(self) -> None:
        """The person has read why it came to nothing."""
        if self.trouble is not None:
            self.trouble = None
            self.run_changed.emit()

    def _title(self, wish: Wish) -> str:
        names = dict(self.choices)
        what = names.get(wish.taggers[0], wish.taggers[0]) if len(wish.taggers) == 1 \
            else self.tr("{n} taggers").format(n=len(wish.taggers))
        where = wish.data.name if wish.data else self.tr("your own labels")
        return self.tr("Measuring {what} on {where}").format(what=what, where=where)

    def _take(self, reports: tuple[FoundReport, ...]) -> None:
        self.loading = False
        self.reports = reports
        wanted = self.found.key if self.found else ""
        awaited = [each for each in reports if self._awaited and self._awaited in each.file.parts]
        kept = [each for each in reports if each.key == wanted]
        readable = [each for each in reports if each.report is not None and each.shipped]
        first = [*awaited, *kept, *readable,
                 *(each for each in reports if each.report is not None), *reports]
        self.found = first[0] if first else None
        if awaited:
            self._awaited = ""
        self._settle()
        self.changed.emit()

    def _settle(self) -> None:
        """A tagger and a label set that the report has: the chosen ones, else those in front."""
        report = self.report
        taggers = [each.tagger for each in report.taggers] if report else []
        if self.tagger not in taggers:
            self.tagger = self._in_use(taggers) or next(iter(taggers), "")
        blocks = [block.block for block in self.blocks]
        if self.block not in blocks:
            self.block = next(iter(blocks), "")

    def _in_use(self, taggers: Sequence[str]) -> str:
        """The tagger in use, whatever version of it was measured; "" where it was not."""
        wanted = next((tagger for tagger, _ in self.choices), "")
        return next((each for each in taggers if each.partition("@")[0] == wanted), "")

    def _take_own(self, own: OwnCount) -> None:
        self.own = own
        self.own_counted.emit()

    def _fail(self, problem: object) -> None:
        self.loading = False
        self.changed.emit()
        self.problem_raised.emit(problem)

    def _notice(self, view: JobView) -> None:
        if view.kind == KIND:
            others = tuple(each for each in self.running if each.id != view.id)
            self.running = (*others, view)
            if self.trouble is not None and self.trouble.key == view.id:
                self.trouble = None
            self.run_changed.emit()

    def _end(self, view: JobView) -> None:
        if view.kind != KIND:
            return
        self.running = tuple(each for each in self.running if each.id != view.id)
        if isinstance(view.ending, Failed):
            self.trouble = Trouble(view.id, view.ending.message, view.ending.hint)
        elif isinstance(view.ending, Stopped):
            self.trouble = Trouble(view.id, self.tr("Stopped, as you asked."), self.tr(
                "What was measured until then is kept; you can go on any time."), stopped=True)
        self.run_changed.emit()
        self.load()
        if isinstance(view.ending, Finished):
            self.measured.emit(view)
        elif self.trouble is not None and not self.trouble.stopped:
            self.came_to_nothing.emit(replace(self.trouble))


def songs_among(paths: Sequence[Path]) -> Path | None:
    """The first of what was dropped that looks like songs with labels."""
    return next((path for path in paths
                 if path.name.casefold().endswith(DATA_SUFFIXES) and path.is_file()), None)
