"""Which chat models there are, which one is open, and the getting of the first one.

Knows no widgets and no conversation. Opening happens on the chat queue.
"""

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, cast

from PySide6.QtCore import QObject, Signal

from engine.errors import EngineError
from engine.models.manifest import TEXT_GENERATION
from engine.models.registry import RegistryEntry
from gui.background import Task, WorkQueue
from gui.chat.services import Fetching, ModelChoice, ModelReady

if TYPE_CHECKING:
    from engine.inference.text_model import TextModel

WarmUp = Callable[[], Iterator["TextModel"]]


class ChatModels(QObject):
    """`choices` are the installed chat models; `known` is false until they were looked for.

    `ready` is the one that is open. `problem` says why the chosen one could not be opened.
    `fetching` is how far the getting of a first model is. `chosen` carries the id a person
    picked, `wanted` that they want the first model got.
    """

    changed = Signal()
    chosen = Signal(str)
    wanted = Signal()
    failed = Signal(object)

    def __init__(self, chat: WorkQueue, desk: WorkQueue,
                 read_entries: Callable[[], Sequence[RegistryEntry]], warm_up: WarmUp,
                 note: Callable[[], str] = str, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._chat = chat
        self._desk = desk
        self._read_entries = read_entries
        self._warm_up = warm_up
        self._note = note
        self._warming: Task | None = None
        self.known = False
        self.choices: tuple[ModelChoice, ...] = ()
        self.chosen_id = ""
        self.ready: ModelReady | None = None
        self.problem: EngineError | None = None
        self.fetching: Fetching | None = None

    @property
    def opening(self) -> bool:
        """Whether a model is being made ready now."""
        return self._warming is not None and self.ready is None

    @property
    def current(self) -> ModelChoice | None:
        """The model that answers: the chosen one, else the first there is."""
        chosen = next((c for c in self.choices if c.id == self.chosen_id), None)
        return chosen or next(iter(self.choices), None)

    def load(self) -> None:
        """Looks for models anew."""
        def work() -> Iterator[object]:
            yield tuple(ModelChoice(entry.id, entry.manifest.name)
                        for entry in self._read_entries()
                        if entry.manifest and entry.manifest.task == TEXT_GENERATION)

        task = self._desk.submit(work, urgent=True)
        task.yielded.connect(self._take_choices)
        task.failed.connect(self.failed)

    def look_again(self) -> None:
        """Looks anew if it has been looked before: until the page is seen, no model is opened."""
        if self.known:
            self.load()

    def choose(self, model_id: str) -> None:
        """What the person picked; the settings bring it back through `use`."""
        self.chosen.emit(model_id)

    def use(self, model_id: str) -> None:
        """Takes what the settings say now. Another model is opened at once, the opening of the
        one before given up."""
        before, self.chosen_id = self.current, model_id
        if self.known and self.current is not before:
            self.make_ready()

    def make_ready(self) -> None:
        """Opens the model, so that the first answer starts at once."""
        if self._warming is not None:
            self._warming.cancel()
        self.ready, self.problem, self._warming = None, None, None
        if self.current is not None:
            task = self._warming = self._chat.submit(self._warm_up)
            task.yielded.connect(lambda model: self._take_opened(task, model))
            task.failed.connect(lambda failure: self._fail(task, failure))
            for end in (task.returned, task.cancelled):
                end.connect(lambda: self._end(task))
        self.changed.emit()

    def note_ready(self, model: object) -> None:
        """Remembers what is open now and where it runs."""
        opened = cast("TextModel", model)
        ready = ModelReady(opened.id, opened.name, opened.device, opened.window, self._note())
        if ready != self.ready:
            self.ready, self.problem = ready, None
            self.changed.emit()

    def show_fetching(self, fetching: Fetching | None) -> None:
        """Takes how far the getting of a model is; None when none is on its way."""
        ended = self.fetching is not None and fetching is None
        self.fetching = fetching
        if ended:
            self.look_again()
        self.changed.emit()

    def _take_choices(self, choices: object) -> None:
        before, first = self.current, not self.known
        self.choices, self.known = cast("tuple[ModelChoice, ...]", choices), True
        if first or (before and before.id) != (self.current and self.current.id):
            self.make_ready()
        self.changed.emit()

    def _take_opened(self, task: Task, model: object) -> None:
        # Word of one that was given up meanwhile may still be on its way.
        if task is self._warming:
            self.note_ready(model)

    def _fail(self, task: Task, failure: object) -> None:
        if task is not self._warming:
            return
        self._warming = None
        if isinstance(failure, EngineError):
            self.problem = failure
        else:
            self.failed.emit(failure)
        self.changed.emit()

    def _end(self, task: Task) -> None:
        if task is self._warming:
            self._warming = None
            self.changed.emit()
