"""Any labels tried on any text, asked a moment after the person stops typing: of the chat model, or
of a classifier that was trained, which knows its own labels only.

Models run on the queue of the chat model; only the newest question is ever answered.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from engine.errors import EngineError
from engine.models.manifest import TEXT_CLASSIFICATION, TEXT_GENERATION, ModelManifest
from engine.models.registry import RegistryEntry
from engine.tagging.classify_prompt import PromptShelf, parse_labels
from engine.tagging.lexicon import Lexicon, LexiconView, is_polarity
from engine.tagging.vocabulary import Vocabulary
from gui.background import Task, WorkQueue

if TYPE_CHECKING:
    from engine.inference.text_model import TextModel
    from engine.tagging.text_classifier import TextClassifier
    from engine.tagging.zero_shot import Classification, ZeroShotClassifier

PAUSE_MS = 350


@dataclass(frozen=True, slots=True)
class TryQuestion:
    """What is asked: labels in the order they were written, and a text."""

    labels: tuple[str, ...]
    text: str


@dataclass(frozen=True, slots=True, eq=False)
class TryAnswer:
    """What the model said, and for polarity what the word list says beside it. `given` are the
    labels that a trained classifier gives, None where a model was asked that was never taught."""

    question: TryQuestion
    said: "Classification"
    lexicon: LexiconView | None
    model: str
    given: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class TryTools:
    """What asking stands on. `model` opens the chat model, on the queue's thread; `entries` are
    the models that may be opened."""

    queue: WorkQueue
    model: Callable[[], "TextModel"]
    entries: Callable[[], Sequence[RegistryEntry]]
    prompts: PromptShelf
    vocabulary: Vocabulary


class TryPresenter(QObject):
    """Asks and tells. `answered` carries a TryAnswer, None where there is nothing to show;
    `advised` a sentence on what to write, "" for none; `failed` an EngineError."""

    answered = Signal(object)
    advised = Signal(str)
    failed = Signal(object)
    busy_changed = Signal(bool)

    def __init__(self, tools: TryTools, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._tools = tools
        self._lexicon = Lexicon()
        self._classifiers: dict[tuple[str, str], ZeroShotClassifier] = {}
        self._wanted: tuple[str, str] = ("", "")
        self._trained: dict[str, TextClassifier] = {}
        self.chosen = ""
        self._task: Task | None = None
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(PAUSE_MS)
        self._pause.timeout.connect(self.ask_now)

    @property
    def mood_labels(self) -> str:
        """Every mood of the vocabulary, as labels are written."""
        return ", ".join(self._tools.vocabulary.ids).replace("_", " ")

    @property
    def busy(self) -> bool:
        return self._task is not None

    def has_model(self) -> bool:
        """Whether any chat model is installed. Reads the models' descriptions only."""
        return any(entry.manifest and entry.manifest.task == TEXT_GENERATION
                   for entry in self._tools.entries())

    def trained(self) -> tuple[ModelManifest, ...]:
        """The classifiers that were trained or brought. Reads the models' descriptions only."""
        return tuple(entry.manifest for entry in self._tools.entries()
                     if entry.manifest and entry.manifest.task == TEXT_CLASSIFICATION)

    def choose(self, model_id: str) -> None:
        """Asks this classifier from now on, for "" the chat model."""
        if model_id != self.chosen:
            self.chosen = model_id
            self.ask_now()

    def write(self, labels: str, text: str) -> None:
        """Takes what stands in the fields; it is asked once nothing is typed for a moment."""
        if (labels, text) != self._wanted:
            self._wanted = (labels, text)
            self._pause.start()

    def ask_now(self) -> None:
        """Asks what was written last, instead of whatever is being asked."""
        self._pause.stop()
        self._stop()
        question = self._question(*self._wanted)
        if question is None:
            self.answered.emit(None)
            return
        task = self._tools.queue.submit(lambda: self._work(question))
        task.yielded.connect(lambda answer: self._tell(task, answer))
        task.failed.connect(lambda failure: self._fail(task, failure))
        task.returned.connect(lambda: self._end(task))
        self._task = task
        self.busy_changed.emit(True)

    def close(self) -> None:
        """Lets go of what is asked; nothing is told any more."""
        self._pause.stop()
        self._stop()
        self._wanted = ("", "")

    def _question(self, labels: str, text: str) -> TryQuestion | None:
        """None, with advice where some helps, while there is nothing to ask yet."""
        if self.chosen:
            self.advised.emit("")
            return TryQuestion((), text) if text.strip() else None
        try:
            found = parse_labels(labels) if labels.strip() else ()
        except EngineError as missing:
            self.advised.emit(f"{missing.message} {missing.hint}")
            return None
        self.advised.emit("")
        return TryQuestion(found, text) if found and text.strip() else None

    def _work(self, question: TryQuestion) -> Iterator[TryAnswer | None]:
        """On the queue's thread. A yield of None is only a moment to stop."""
        if self.chosen:
            yield from self._work_trained(question, self.chosen)
            return
        model = self._tools.model()
        yield None
        classifier = self._classifier(model, question.labels)
        classifier.calibration(question.labels)
        yield None
        said = classifier.classify(question.text, question.labels)
        view = (self._lexicon.view(question.text, question.labels)
                if is_polarity(question.labels) else None)
        yield TryAnswer(question, said, view, model.name)

    def _work_trained(self, question: TryQuestion, model_id: str) -> Iterator[TryAnswer | None]:
        """The same of a classifier: all its labels at once."""
        from engine.tagging.text_classifier import TextClassifier
        from engine.tagging.zero_shot import Classification

        entry = next((entry for entry in self._tools.entries()
                      if entry.id == model_id and entry.manifest), None)
        if entry is None or entry.manifest is None:
            raise EngineError("This classifier is no longer installed.", "Choose another one.")
        key = f"{model_id} {entry.manifest.version}"
        if key not in self._trained:
            self._trained = {key: TextClassifier.open(entry.folder, 1)}
        classifier = self._trained[key]
        yield None
        scores = classifier.scores([question.text])
        given = classifier.chosen(scores)[0].tolist()
        said = Classification(classifier.labels, scores[0], "")
        yield TryAnswer(question, said, None, entry.manifest.name, tuple(
            label for label, is_given in zip(classifier.labels, given, strict=True) if is_given))

    def _classifier(self, model: "TextModel", labels: Sequence[str]) -> "ZeroShotClassifier":
        """The one for these labels, with what it has learned of them; of one model only."""
        # What models need to speak is not loaded before the window is there.
        from engine.tagging.zero_shot import ZeroShotClassifier

        prompt = self._tools.prompts.fitting(labels, self._tools.vocabulary)
        key = (f"{model.id} {id(model)}", repr(prompt))
        if not any(kept[0] == key[0] for kept in self._classifiers):
            self._classifiers.clear()
        return self._classifiers.setdefault(key, ZeroShotClassifier(model, prompt))

    def _tell(self, task: Task, answer: object) -> None:
        if task is self._task and answer is not None:
            self.answered.emit(answer)

    def _fail(self, task: Task, failure: object) -> None:
        if task is self._task:
            self._end(task)
            self.failed.emit(failure)

    def _end(self, task: Task) -> None:
        if task is self._task:
            self._task = None
            self.busy_changed.emit(False)

    def _stop(self) -> None:
        task, self._task = self._task, None
        if task is not None:
            task.cancel()
            self.busy_changed.emit(False)
