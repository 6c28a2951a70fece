"""A set of rows that grows: a model proposes on a queue, the person approves or refuses.

Holds the set as the library has it. Knows no widgets; opens library and model on the queue alone.
"""

from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from engine.errors import EngineError
from engine.paths import AppPaths
from engine.training.growth.grown import GrownRow, Growth, RowState, seeds_of
from engine.training.rows.row import BadRow, Row
from engine.training.rows.sources import Source
from gui.background import Task, WorkQueue

if TYPE_CHECKING:
    from engine.chat.memory.sentence_vectors import SentenceEncoder
    from engine.inference.text_model import TextModel
    from engine.training.growth.growing import Grown, Tried
    from engine.training.growth.growth_store import GrowthStore

WANTED = 10
"""Rows proposed at once."""
MOST_SEEDS = 200
Opened = tuple["TextModel", "SentenceEncoder | None"]


class Growing(QObject):
    """One set. `changed`: anything is another. `tried` is how far the model is, `ended` what came
    of its last tries."""

    changed = Signal()
    problem_raised = Signal(object)

    def __init__(self, paths: AppPaths, queue: WorkQueue, parent: QObject | None = None,
                 open_model: Callable[[AppPaths], Opened] | None = None) -> None:
        super().__init__(parent)
        self._paths, self._queue = paths, queue
        self._open_model = open_model or _opened
        self._task: Task | None = None
        self.growth: Growth | None = None
        self.rows: tuple[GrownRow, ...] = ()
        self.tried: Tried | None = None
        self.ended: Grown | None = None

    @property
    def running(self) -> bool:
        """Whether the model is at work."""
        return self._task is not None

    @property
    def waiting(self) -> tuple[GrownRow, ...]:
        """What waits for the person's word."""
        return tuple(row for row in self.rows if row.state is RowState.PROPOSED)

    def begin(self, source: Source, name: str) -> None:
        """Looks at the set that grew out of these rows before, or begins one."""
        def work() -> Iterator[object]:
            from engine.training.rows.reading import read_rows

            rows: list[Row] = []
            for row in read_rows(source, self._paths):
                if not isinstance(row, BadRow):
                    rows.append(row)
                if len(rows) == MOST_SEEDS:
                    break
            kind, seeds = seeds_of(rows)
            with self._store() as store:
                known = next((growth for growth in store.growths()
                              if growth.name == name and growth.seeds == seeds), None)
                growth = known or store.create(name, kind, seeds)
                yield growth
                yield store.rows(growth.id)

        self._ask(work)

    def look(self, growth_id: str) -> None:
        """Looks at a set."""
        def work() -> Iterator[object]:
            with self._store() as store:
                yield store.growth(growth_id)
                yield store.rows(growth_id)

        self._ask(work)

    def more(self, wanted: int = WANTED) -> None:
        """Lets the model propose further rows."""
        growth = self.growth
        if growth is None or self.running:
            return

        def work() -> Iterator[object]:
            from engine.training.growth.growing import Grower, Proposed

            model, encoder = self._open_model(self._paths)
            with self._store() as store:
                for event in Grower(model, store, encoder).grow(growth.id, wanted):
                    yield event.row if isinstance(event, Proposed) else event

        self.tried, self.ended = None, None
        self._task = self._ask(work)
        for end in (self._task.returned, self._task.failed, self._task.cancelled):
            end.connect(self._rest)
        self.changed.emit()

    def stop(self) -> None:
        """Ends the model's work; what was proposed stays."""
        if self._task is not None:
            self._task.cancel()

    def judge(self, row_ids: Sequence[int], state: RowState) -> None:
        """The person's word on rows."""
        growth = self.growth
        if growth is None or not row_ids:
            return

        def work() -> Iterator[object]:
            with self._store() as store:
                store.judge(row_ids, state)
                yield store.growth(growth.id)
                yield store.rows(growth.id)

        self._ask(work)

    def _ask(self, work: Callable[[], Iterator[object]]) -> Task:
        task = self._queue.submit(work, urgent=True)
        task.yielded.connect(self._take)
        task.failed.connect(self._tell)
        return task

    def _take(self, value: object) -> None:
        from engine.training.growth.growing import Grown, Tried

        if isinstance(value, Growth):
            self.growth = value
        elif isinstance(value, tuple):
            self.rows = value
        elif isinstance(value, GrownRow):
            self.rows = (*self.rows, value)
        elif isinstance(value, Tried):
            self.tried = value
        elif isinstance(value, Grown):
            self.ended = value
        self.changed.emit()

    def _rest(self, _: object = None) -> None:
        self._task, self.tried = None, None
        if self.growth is not None:
            self.look(self.growth.id)
        self.changed.emit()

    def _tell(self, problem: object) -> None:
        self.problem_raised.emit(problem)
        self.changed.emit()

    @contextmanager
    def _store(self) -> "Generator[GrowthStore]":
        from engine.library.database import Database
        from engine.training.growth.growth_store import GrowthStore

        with closing(Database.open(self._paths.library_file, self._paths.backups)) as database:
            yield GrowthStore(database)


def _opened(paths: AppPaths) -> Opened:
    """The chat model of the settings, and the encoder that compares where one is installed."""
    from engine.inference.opening import open_text_model
    from engine.inference.sentence_encoder import open_sentence_encoder
    from engine.settings import load_settings

    settings = load_settings(paths.settings_file)
    try:
        encoder = open_sentence_encoder(paths, settings.threads)
    except EngineError:
        encoder = None  # words alone are compared then
    return open_text_model(paths, "", settings), encoder
