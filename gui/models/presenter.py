"""The installed models as cards: read in the background, chosen, tried and removed with one press.

Knows no widgets. A broken model stays in the list and says why; it hides no other. A model that
took its process down when it was tried is never the one in use.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from engine.inference.free_memory import free_memory
from engine.models.fit import Fit, MemoryNeed, memory_need
from engine.models.manifest import (
    GENERATIVE_MOOD_TAGGING,
    TEXT_GENERATION,
    ModelManifest,
    chosen_as,
)
from engine.models.registry import RegistryEntry
from gui.background import WorkQueue
from gui.models.adding import Adding
from gui.models.leaving import Leaving
from gui.models.model_card import CHOOSABLE_TASKS, Here, ModelCard, card_of, is_usable
from gui.models.templates import TemplateReading
from gui.models.trial_runs import TrialRuns
from gui.models.upkeep import Removal, Upkeep
from gui.tagger_shelf import MOOD_TAGGING

Checks = tuple[tuple[str, int, int], ...]
ReadChecks = Callable[[ModelManifest], Checks]


@dataclass(frozen=True, slots=True)
class Chosen:
    """What the settings say: model ids, "" for the first there is, and where models run."""

    tagger: str = ""
    chat_model: str = ""
    device: str = "cpu"
    threads: int = 0


@dataclass(frozen=True, slots=True)
class Workshop:
    """What does the work around models: getting them, trying them, looking after them, and
    giving them away."""

    adding: Adding
    trials: TrialRuns
    upkeep: Upkeep
    leaving: Leaving


class ModelsPresenter(QObject):
    """`cards` holds what is known; `loading` is true until the first reading is done.

    `models_changed`: another set of models can be used now, or another one is in use for chat.
    `arrived` carries the card of a model that was added, after its trial. `offer_declined`: the
    person does not want a chat model now.
    """

    changed = Signal()
    models_changed = Signal()
    tagger_chosen = Signal(str)
    chat_model_chosen = Signal(str)
    arrived = Signal(object)
    offer_declined = Signal()
    problem_raised = Signal(object)

    def __init__(self, queue: WorkQueue, read_entries: Callable[[], Sequence[RegistryEntry]],
                 chosen: Callable[[], Chosen], workshop: Workshop, declined: bool = False,
                 read_checks: ReadChecks = lambda manifest: (),
                 parent: QObject | None = None) -> None:
        """`declined`: the person was offered a chat model before, and did not want it.
        `read_checks` tells how a chat model did in the checks of what it can be trusted with;
        like `read_entries` it is called off the screen's thread."""
        super().__init__(parent)
        self._queue = queue
        self._read_entries, self._read_checks = read_entries, read_checks
        self._chosen = chosen
        self.adding, self.trials = workshop.adding, workshop.trials
        self.upkeep, self.leaving = workshop.upkeep, workshop.leaving
        self.templates = TemplateReading(queue)
        self._entries: tuple[RegistryEntry, ...] = ()
        self._checks: dict[str, Checks] = {}
        self._speeds: dict[str, float] = {}
        self._untried: set[str] = set()
        self._usable: tuple[str, ...] | None = None
        self._declined = declined
        self._loads = 0
        self.loading = True
        self._connect()

    @property
    def cards(self) -> tuple[ModelCard, ...]:
        """Of each task the model in use first, then as the registry has them."""
        in_use = {self._tagger(), self.chat_model}
        cards = [card_of(entry, entry.manifest is not None and entry.id in in_use,
                         self._here(entry)) for entry in self._entries]
        return tuple(sorted(cards, key=lambda card: not card.in_use))

    @property
    def chat_model(self) -> str:
        """The id of the model that chats: the chosen one, or the first; "" if there is none."""
        return self._in_use(TEXT_GENERATION)

    @property
    def offers_chat_model(self) -> bool:
        """Whether the first chat model is offered: there is none, and it was not declined."""
        return not (self.loading or self._declined or any(card.chats for card in self.cards))

    def decline_chat_model(self) -> None:
        """Remembered; what is on its way goes on."""
        self._declined = True
        self.offer_declined.emit()
        self.changed.emit()

    def chat_models(self) -> tuple[tuple[str, str], ...]:
        """Id and name of every model that can chat."""
        return tuple((e.id, e.manifest.name) for e in self._usable_entries(TEXT_GENERATION)
                     if e.manifest)

    @property
    def chat_folder(self) -> str:
        """Where the model that chats lies; "" if there is none."""
        entry = self._entry(self.chat_model)
        return str(entry.folder.resolve()) if entry is not None else ""

    def load(self) -> None:
        """Reads the model folders anew."""
        self._loads += 1
        number = self._loads

        def work() -> Iterator[object]:
            entries = tuple(self._read_entries())
            checks = {e.id: self._read_checks(e.manifest) for e in entries
                      if e.manifest and e.manifest.task == TEXT_GENERATION}
            yield number, entries, checks

        task = self._queue.submit(work, urgent=True)
        task.yielded.connect(self._take)
        task.failed.connect(self._fail)

    def choose(self, model_id: str) -> None:
        """Makes a whole model the one in use for what it does."""
        entry = self._entry(model_id)
        if entry is None or entry.manifest is None:
            return
        self._tell(entry.manifest.task, chosen_as(model_id, entry.manifest.task))

    @property
    def untried(self) -> frozenset[str]:
        """The models that were just added, until their trial is over: not to be opened yet."""
        return frozenset(self._untried)

    def try_out(self, model_id: str) -> bool:
        """Loads a model in a child process and measures it there. Whether that goes on now."""
        entry, chosen = self._entry(model_id), self._chosen()
        return entry is not None and self.trials.start(entry, chosen.device, chosen.threads)

    def check(self, model_id: str) -> None:
        """Are its files still those that were installed?"""
        entry = self._entry(model_id)
        if entry is not None:
            self.upkeep.check(entry)

    def export(self, model_id: str, target: Path) -> None:
        """Writes a whole model into the file that the person chose."""
        entry = self._entry(model_id)
        if entry is not None:
            self.leaving.export(entry, target)

    def look_at_template(self, model_id: str) -> None:
        """How does a chat model want its talks written?"""
        entry = self._entry(model_id)
        if entry is None or entry.manifest is None:
            return
        joins = entry.manifest.adapter
        base = self._entry(joins.base) if joins is not None else None
        self.templates.look(entry.manifest.name, (base or entry).folder)

    def remove(self, model_id: str) -> None:
        """Sets a model of the person's aside; `upkeep.undo` brings it back."""
        entry = self._entry(model_id)
        if entry is not None:
            chosen = self._chosen()
            wish = chosen_as(model_id, entry.manifest.task if entry.manifest else "")
            self.upkeep.remove(entry, wish in (chosen.tagger, chosen.chat_model))

    def refresh(self) -> None:
        """Tells the page that another model may be in use now."""
        self.changed.emit()
        usable = (self.chat_model, *(e.id for task in CHOOSABLE_TASKS
                                     for e in self._usable_entries(task)))
        if usable != self._usable and not self.loading:
            self._usable = usable
            self.models_changed.emit()

    def note_speed(self, model_id: str, excerpts_per_second: float) -> None:
        """Remembers how fast a model was seen to be on this machine."""
        self._speeds[model_id] = excerpts_per_second
        self.changed.emit()

    def _connect(self) -> None:
        self.adding.added.connect(self._welcome)
        self.trials.changed.connect(self._judge)
        self.upkeep.changed.connect(self.changed)
        self.upkeep.removed.connect(self._let_go)
        self.upkeep.restored.connect(self._take_back)
        self.leaving.changed.connect(self.changed)
        for part in (self.trials, self.upkeep, self.templates):
            part.problem_raised.connect(self.problem_raised)

    def _welcome(self, model_ids: Sequence[str]) -> None:
        """What was added is read, and tried before anything opens it. It takes the place of none:
        where nobody has chosen, the first by name is in use, and the new one may come before."""
        if self.chat_model and not self._chosen().chat_model:
            self.chat_model_chosen.emit(self.chat_model)
        self._untried |= set(model_ids)
        self.load()

    def _judge(self, model_id: str) -> None:
        over = model_id in self._untried and not self.trials.trying(model_id)
        self._untried -= {model_id} if over else set()
        self.refresh()
        card = next((c for c in self.cards if c.id == model_id), None)
        if over and card is not None:
            self.arrived.emit(card)

    def _let_go(self, removal: Removal) -> None:
        """A choice of a model that is gone would keep the others from being used."""
        if removal.was_chosen:
            self._tell_choice(removal, "")
        self.load()

    def _take_back(self, removal: Removal) -> None:
        if removal.was_chosen:
            self._tell_choice(removal, removal.entry.id)
        self.load()

    def _tell_choice(self, removal: Removal, model_id: str) -> None:
        manifest = removal.entry.manifest
        if manifest is not None:
            self._tell(manifest.task, model_id and chosen_as(model_id, manifest.task))

    def _tell(self, task: str, wish: str) -> None:
        (self.chat_model_chosen if task == TEXT_GENERATION else self.tagger_chosen).emit(wish)

    def _entry(self, model_id: str) -> RegistryEntry | None:
        """The model of that id; a whole one wins over a broken folder of the same name."""
        found = [entry for entry in self._entries if entry.id == model_id]
        return next((e for e in found if e.manifest), found[0] if found else None)

    def _usable_entries(self, task: str) -> list[RegistryEntry]:
        """Those trained here last, as the registry has it: none is used that nobody chose."""
        return sorted((entry for entry in self._entries
                       if entry.manifest is not None and entry.manifest.task == task
                       and entry.id not in self._untried
                       and is_usable(entry, self.trials.trial(entry))),
                      key=lambda entry: bool(entry.manifest and entry.manifest.learned))

    def _tagger(self) -> str:
        """The id of the model that tags; one that writes is chosen with its way before it."""
        wanted = self._chosen().tagger
        writers = (entry.id for entry in self._usable_entries(GENERATIVE_MOOD_TAGGING)
                   if chosen_as(entry.id, GENERATIVE_MOOD_TAGGING) == wanted)
        return next(writers, "") or self._in_use(MOOD_TAGGING)

    def _in_use(self, task: str) -> str:
        """The chosen model for a task; none chosen stands for the first there is."""
        usable = [entry.id for entry in self._usable_entries(task)]
        now = self._chosen()
        wanted = now.chat_model if task == TEXT_GENERATION else now.tagger
        return wanted if wanted in usable else next(iter(usable), "")

    def _here(self, entry: RegistryEntry) -> Here:
        verdict, need = self.upkeep.verdict(entry.id), self._need(entry)
        return Here(self._speeds.get(entry.id), self.trials.trial(entry),
                    self._checks.get(entry.id, ()), self.trials.trying(entry.id),
                    self.tr("Checking the files…") if self.upkeep.checking(entry.id) else "",
                    self.leaving.told(entry.id), verdict.words if verdict else "",
                    verdict is not None and not verdict.good, need,
                    need.fit(free_memory()) if need else Fit.UNKNOWN)

    def _need(self, entry: RegistryEntry) -> MemoryNeed | None:
        """The memory a whole model takes, that of the one an adapter joins within."""
        if entry.manifest is None:
            return None
        joins = entry.manifest.adapter
        base = self._entry(joins.base) if joins is not None else None
        return memory_need(entry.manifest, base.manifest if base is not None else None)

    def _take(self, read: tuple[int, tuple[RegistryEntry, ...], dict[str, Checks]]) -> None:
        number, entries, checks = read
        if number < self._loads:
            # Read before something was added: the next one knows of it, and would not wait for it.
            return
        self._entries, self._checks = entries, checks
        self.trials.look_again()
        self.loading = False
        # What was added and is gone again, or cannot be tried, is not waited for.
        self._untried &= {entry.id for entry in entries if entry.manifest is not None}
        self._untried = {model_id for model_id in self._untried if self.try_out(model_id)}
        self.refresh()

    def _fail(self, problem: object) -> None:
        self.loading = False
        self.changed.emit()
        self.problem_raised.emit(problem)
