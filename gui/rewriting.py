"""Words said again in another mood: asks the chat model, tells what comes of it as it comes.

Knows no widgets. Runs on the chat model's queue, one text at a time.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from engine.models.manifest import TEXT_GENERATION
from engine.models.registry import RegistryEntry
from gui.background import Task, WorkQueue
from gui.mood_source import MoodSource

if TYPE_CHECKING:
    from engine.chat.memory.sentence_vectors import SentenceEncoder
    from engine.inference.text_model import TextModel

CANDIDATES = 6
"""Tries for each line."""


@dataclass(frozen=True, slots=True)
class RewriteTools:
    """What rewriting stands on. `model` and `encoder` are opened on the queue's thread; `entries`
    are the models that may be opened."""

    queue: WorkQueue
    model: "Callable[[], TextModel]"
    encoder: "Callable[[], SentenceEncoder]"
    entries: Callable[[], Sequence[RegistryEntry]]
    moods: MoodSource


@dataclass(frozen=True, slots=True)
class Measured:
    """How candidates are compared: by their words alone where no encoder is installed."""

    by_words: bool


class Rewriting(QObject):
    """`told` carries a Measured and then the events of the engine's rewriting, `failed` an
    exception; `busy_changed` whether it is at work."""

    told = Signal(object)
    failed = Signal(object)
    busy_changed = Signal(bool)

    def __init__(self, tools: RewriteTools, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._tools = tools
        self._task: Task | None = None
        self._seed = 0

    @property
    def moods(self) -> MoodSource:
        return self._tools.moods

    @property
    def busy(self) -> bool:
        return self._task is not None

    def has_model(self) -> bool:
        """Whether any chat model is installed. Reads the models' descriptions only."""
        return any(entry.manifest and entry.manifest.task == TEXT_GENERATION
                   for entry in self._tools.entries())

    def start(self, text: str, mood: str) -> None:
        """Rewrites `text` towards a mood; asked again for the same, with other tries."""
        self.stop()
        seed, self._seed = self._seed, self._seed + 1009
        task = self._task = self._tools.queue.submit(lambda: self._work(text, mood, seed))
        task.yielded.connect(lambda event: self._tell(task, event))
        task.failed.connect(lambda failure: self._fail(task, failure))
        task.returned.connect(lambda: self._end(task))
        self.busy_changed.emit(True)

    def stop(self) -> None:
        """Ends it; what was told so far stays told."""
        task, self._task = self._task, None
        if task is not None:
            task.cancel()
            self.busy_changed.emit(False)

    def _work(self, text: str, mood: str, seed: int) -> Iterator[object]:
        """On the queue's thread."""
        # None of this is needed before somebody rewrites a line.
        from engine.interplay.hearing import MoodListener
        from engine.interplay.rewrite_prompt import load_rewrite_prompt
        from engine.interplay.rewriting import MoodRewriter, RewriteRequest

        moods, encoder = self._tools.moods, self._tools.encoder()
        yield Measured(not encoder.width)
        rewriter = MoodRewriter(
            self._tools.model(), MoodListener(moods.tagger()), encoder, moods.vocabulary,
            load_rewrite_prompt(moods.paths), moods.detector)
        yield from rewriter.rewrite(RewriteRequest(text, mood, CANDIDATES, seed))

    def _tell(self, task: Task, event: object) -> None:
        if task is self._task:
            self.told.emit(event)

    def _fail(self, task: Task, failure: object) -> None:
        if task is self._task:
            self._end(task)
            self.failed.emit(failure)

    def _end(self, task: Task) -> None:
        if task is self._task:
            self._task = None
            self.busy_changed.emit(False)
