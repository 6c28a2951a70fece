"""A mood of one's own in the making: its name, its songs, what would come of it.

Learns anew whenever the examples change, on a work queue; nothing is stored before it is kept.
Knows no widgets.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from engine.errors import EngineError
from engine.paths import AppPaths
from engine.tagging.own_moods import any_filled, own_moods
from gui.asking import Asking
from gui.background import Task
from gui.song.services import TagServices

if TYPE_CHECKING:
    from engine.export.own_moods_desk import OwnMoodsDesk, ShownSong, Trial
    from engine.models.trash import Removed
    from engine.tagging.own_moods import InstalledMood, OwnMood
    from engine.tagging.vocabulary import Mood
    from engine.training.new_mood.known_songs import KnownSongs

PAUSE_MS = 250
LEAST, GOOD = 8, 20
MoodAsking = Asking[TagServices]


@dataclass(frozen=True)
class Draft:
    """What the person has said so far. `said` is True or False by song, in order; `near` is the
    id of a mood it lies near, "" where its songs tell; `mood` is the installed one it began with.
    """

    name: str = ""
    about: str = ""
    near: str = ""
    said: dict[int, bool] = field(default_factory=dict[int, bool])
    mood: "OwnMood | None" = None

    @property
    def yes(self) -> tuple[int, ...]:
        return tuple(song for song, carries in self.said.items() if carries)

    @property
    def no(self) -> tuple[int, ...]:
        return tuple(song for song, carries in self.said.items() if not carries)


class NewMood(QObject):
    """`changed` after anything shown changed. `kept` carries the InstalledMood, `removed` the
    Removed and the mood's name; both after the library was brought up to date."""

    changed = Signal()
    kept = Signal(object)
    removed = Signal(object, str)
    renewed = Signal()
    problem_raised = Signal(object)

    def __init__(self, paths: AppPaths, asking: MoodAsking, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._paths = paths
        self._asking = asking
        self._known: KnownSongs | None = None
        self._task: Task | None = None
        self._pause = QTimer(self, singleShot=True, interval=PAUSE_MS)
        self._pause.timeout.connect(self._try)
        self.draft = Draft()
        self.moods: tuple[InstalledMood, ...] = ()
        self.neighbours: tuple[Mood, ...] = ()
        self.names: dict[int, ShownSong] = {}
        self.found: tuple[ShownSong, ...] = ()
        self.trial: Trial | None = None
        self.problem: EngineError | None = None
        self.keeping = False
        self.unread = 0
        self.wanted = ""

    @property
    def busy(self) -> bool:
        """Whether it learns, or is about to."""
        return self._task is not None or self._pause.isActive() or self.keeping

    @property
    def missing(self) -> int:
        """How many songs that carry it are wanted yet."""
        return max(0, LEAST - len(self.draft.yes))

    def begin(self, songs: Sequence[int] = ()) -> None:
        """A new mood, with these songs as its first examples."""
        self._known, self.found = None, ()
        self._take(Draft(said=dict.fromkeys(songs, True)))
        self._ask(lambda desk: (desk.moods(), desk.neighbours(), desk.shown(songs)),
                  self._show_moods)
        self.search("")

    def open_mood(self, mood: "InstalledMood") -> None:
        """An installed mood, with all that was said of it anywhere."""
        def read(desk: "OwnMoodsDesk") -> object:
            told = desk.examples(mood.mood.id)
            return told, desk.shown((*told.yes, *told.no))

        self._take(Draft(mood.mood.name, mood.mood.about, mood=mood.mood))
        self._ask(read, self._show_examples)

    def set_name(self, name: str) -> None:
        self.draft = replace(self.draft, name=name)
        self.problem = None
        self.changed.emit()

    def set_about(self, about: str) -> None:
        self.draft = replace(self.draft, about=about)

    def set_near(self, mood: str) -> None:
        """That it lies near this mood on the circle; "" has its songs tell."""
        if mood != self.draft.near:
            self.draft = replace(self.draft, near=mood)
            self._learn_soon()

    def say(self, songs: Sequence[int], carries: bool | None) -> None:
        """That these songs carry the mood, or do not; None takes the word back."""
        said = {song: value for song, value in self.draft.said.items() if song not in songs}
        if carries is not None:
            said |= dict.fromkeys(songs, carries)
        if said != self.draft.said:
            self.draft = replace(self.draft, said=said)
            self._learn_soon()

    def search(self, text: str) -> None:
        """Looks for songs to choose from; without words for any."""
        self.wanted = text.strip()
        self._ask(lambda desk: desk.find(text), self._show_found)

    def keep(self) -> None:
        """Installs the mood as it was tried last; or only its name, where nothing was tried."""
        draft, trial, place = self.draft, self.trial, self._place()
        if self.keeping or (trial is None and draft.mood is None):
            return
        self.keeping = True
        self.changed.emit()

        def act(desk: "OwnMoodsDesk") -> object:
            mood = draft.mood or desk.new_mood(draft.name, draft.about)
            mood = _named(mood, draft, place)
            return desk.rename(mood) if trial is None else desk.keep(mood, trial)

        self._ask(act, self._end_keeping, self._fail_keeping)

    def remove(self) -> None:
        """Takes the installed mood out of everything; `removed` can be taken back."""
        mood = self.draft.mood
        if mood is not None:
            self._ask(lambda desk: desk.remove(mood.id),
                      lambda gone: self.removed.emit(gone, mood.name))

    def restore(self, gone: "Removed") -> None:
        """Takes a removal back."""
        self._ask(lambda desk: desk.restore(gone), lambda _: self.renewed.emit())

    def renew(self) -> None:
        """Learns moods that were made on another tagger on the one in use, and fills in those that
        came or went elsewhere."""
        paths = self._paths

        def act(services: TagServices) -> object:
            if not own_moods(paths) and not any_filled(services.database):
                return (), False

            from engine.export.own_moods_desk import OwnMoodsDesk

            desk = OwnMoodsDesk(paths, services.database, services.tagger())
            if desk.outdated():
                return desk.renew(), True
            unfilled = desk.unfilled()
            if unfilled:
                desk.refill()
            return (), unfilled

        self._asking.ask(act, self._end_renewing)

    def stop(self) -> None:
        """Learns nothing more."""
        self._pause.stop()
        if self._task is not None:
            self._task.cancel()
            self._task = None

    def _place(self) -> tuple[float, float] | None:
        """Where the person put it; None where its songs tell."""
        draft = self.draft
        for mood in self.neighbours:
            if mood.id == draft.near:
                return mood.valence, mood.arousal
        if draft.mood is not None and draft.mood.placed:
            return draft.mood.valence, draft.mood.arousal
        return None

    def _take(self, draft: Draft) -> None:
        self.stop()
        self.draft, self.trial, self.problem, self.keeping = draft, None, None, False
        self.unread = 0
        self._learn_soon()

    def _learn_soon(self) -> None:
        self.problem = None
        if self.missing:
            self.stop()
            self.trial = None
        else:
            self._pause.start()
        self.changed.emit()

    def _try(self) -> None:
        self.stop()
        draft, known, paths, place = self.draft, self._known, self._paths, self._place()

        def steps(services: TagServices) -> Iterator[object]:
            from engine.export.own_moods_desk import OwnMoodsDesk
            from engine.training.new_mood.library_songs import Examples

            desk = OwnMoodsDesk(paths, services.database, services.tagger(), known)
            examples = Examples(draft.yes, draft.no)
            yield from desk.read((*examples.yes, *examples.no))
            yield desk.try_out(examples, place), desk.songs()

        task = self._task = self._asking.follow(steps)
        task.yielded.connect(lambda told: self._show_trial(task, told))
        task.failed.connect(lambda problem: self._fail(task, problem))

    def _show_trial(self, task: Task, told: object) -> None:
        if task is not self._task:
            return  # the examples have changed since
        if isinstance(told, int):
            self.unread = told
            self.changed.emit()
            return
        assert isinstance(told, tuple)
        self.trial, self._known = told
        self._task = None
        assert self.trial is not None
        for song in (*self.trial.sure, *self.trial.unsure, *self.trial.told):
            self.names[song.song] = song
        self.changed.emit()

    def _fail(self, task: Task, problem: object) -> None:
        if task is self._task:
            self._task = None
            self.trial = None
            self._note(problem)

    def _note(self, problem: object) -> None:
        if isinstance(problem, EngineError):
            self.problem = problem
        else:
            self.problem_raised.emit(problem)
        self.changed.emit()

    def _show_moods(self, told: object) -> None:
        assert isinstance(told, tuple)
        self.moods, self.neighbours, shown = told
        self.names |= {song.song: song for song in shown}
        self.changed.emit()

    def _show_examples(self, told: object) -> None:
        assert isinstance(told, tuple)
        examples, shown = told
        self.names |= {song.song: song for song in shown}
        here = {song.song for song in shown}
        said = dict.fromkeys(examples.yes, True) | dict.fromkeys(examples.no, False)
        self.draft = replace(self.draft, said={s: v for s, v in said.items() if s in here})
        self._learn_soon()

    def _show_found(self, found: object) -> None:
        assert isinstance(found, tuple)
        self.found = found
        self.names |= {song.song: song for song in self.found if song.song not in self.names}
        self.changed.emit()

    def _end_keeping(self, installed: object) -> None:
        self.keeping = False
        self.kept.emit(installed)
        self.changed.emit()

    def _fail_keeping(self, problem: object) -> None:
        self.keeping = False
        self._note(problem)

    def _end_renewing(self, told: object) -> None:
        assert isinstance(told, tuple)
        problems, any_renewed = told
        for problem in problems:
            self.problem_raised.emit(problem)
        if any_renewed:
            self.renewed.emit()

    def _ask(self, question: "Callable[[OwnMoodsDesk], object]",
             then: Callable[..., object], otherwise: Callable[[object], object] | None = None
             ) -> None:
        paths, known = self._paths, self._known

        def act(services: TagServices) -> object:
            from engine.export.own_moods_desk import OwnMoodsDesk

            return question(OwnMoodsDesk(paths, services.database, services.tagger(), known))

        self._asking.ask(act, then, otherwise or self._note)


def _named(mood: "OwnMood", draft: Draft, place: tuple[float, float] | None) -> "OwnMood":
    from msgspec.structs import replace as with_fields

    named = with_fields(mood, name=" ".join(draft.name.split()) or mood.name,
                        about=" ".join(draft.about.split()))
    if place is None:
        return named
    return with_fields(named, valence=place[0], arousal=place[1], placed=True)
