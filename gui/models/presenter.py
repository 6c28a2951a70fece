"""The installed models as cards: read in the background, chosen with one press.

Knows no widgets. A broken model stays in the list and says why; it hides no other.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QObject, Signal

from engine.models.registry import RegistryEntry
from engine.tagging.language import language_name
from gui.background import WorkQueue
from gui.tagger_shelf import MOOD_TAGGING


@dataclass(frozen=True, slots=True)
class ModelCard:
    """What a card shows. `problem` and `hint` are empty for a whole model.

    `speed_here` is excerpts a second on this machine, None until it has been measured.
    """

    id: str
    name: str
    about: str = ""
    bytes: int = 0
    precision: str = ""
    licence: str = ""
    made_from: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    quality: tuple[tuple[str, float], ...] = ()
    speed_here: float | None = None
    shipped: bool = False
    in_use: bool = False
    choosable: bool = False
    problem: str = ""
    hint: str = ""


class ModelsPresenter(QObject):
    """`cards` holds what is known; `loading` is true until the first reading is done."""

    changed = Signal()
    tagger_chosen = Signal(str)
    problem_raised = Signal(object)

    def __init__(self, queue: WorkQueue, read_entries: Callable[[], Sequence[RegistryEntry]],
                 chosen_tagger: Callable[[], str], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._queue = queue
        self._read_entries = read_entries
        self._chosen_tagger = chosen_tagger
        self._entries: tuple[RegistryEntry, ...] = ()
        self._speeds: dict[str, float] = {}
        self.loading = True

    @property
    def cards(self) -> tuple[ModelCard, ...]:
        """The model in use first, then as the registry has them."""
        in_use = self._in_use()
        cards = [card_of(e, e.id == in_use, self._speeds.get(e.id)) for e in self._entries]
        return tuple(sorted(cards, key=lambda card: not card.in_use))

    def load(self) -> None:
        """Reads the model folders anew."""
        def work() -> Iterator[object]:
            yield tuple(self._read_entries())

        task = self._queue.submit(work, urgent=True)
        task.yielded.connect(self._take)
        task.failed.connect(self._fail)

    def choose(self, model_id: str) -> None:
        """Makes a whole tagger the one in use."""
        self.tagger_chosen.emit(model_id)

    def refresh(self) -> None:
        """Tells the page that another model may be in use now."""
        self.changed.emit()

    def note_speed(self, model_id: str, excerpts_per_second: float) -> None:
        """Remembers how fast a model was seen to be on this machine."""
        self._speeds[model_id] = excerpts_per_second
        self.changed.emit()

    def _in_use(self) -> str:
        """The chosen tagger; none chosen stands for the first there is."""
        taggers = [e.id for e in self._entries if _is_tagger(e)]
        chosen = self._chosen_tagger()
        return chosen if chosen in taggers else next(iter(taggers), "")

    def _take(self, entries: tuple[RegistryEntry, ...]) -> None:
        self._entries = entries
        self.loading = False
        self.changed.emit()

    def _fail(self, problem: object) -> None:
        self.loading = False
        self.changed.emit()
        self.problem_raised.emit(problem)


def card_of(entry: RegistryEntry, in_use: bool, speed_here: float | None) -> ModelCard:
    """The card of a model folder, whole or broken."""
    manifest = entry.manifest
    if manifest is None:
        message = entry.problem.message if entry.problem else ""
        hint = entry.problem.hint if entry.problem else ""
        return ModelCard(entry.id, entry.folder.name, shipped=entry.shipped, problem=message,
                         hint=hint)
    return ModelCard(
        entry.id, manifest.name, manifest.about, manifest.bytes, manifest.precision,
        manifest.licence, manifest.made_from, tuple(map(language_name, manifest.languages)),
        tuple(manifest.quality.items()), speed_here, entry.shipped, in_use,
        choosable=_is_tagger(entry) and not in_use)


def _is_tagger(entry: RegistryEntry) -> bool:
    return entry.manifest is not None and entry.manifest.task == MOOD_TAGGING
