"""The installed models: whatever folders hold a model.json, shipped ones and the person's.

Only manifests are read. A broken folder stays in the list with its reason and hides nothing.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from engine.errors import EngineError
from engine.models.manifest import FILE_NAME, ModelManifest, read_manifest


@dataclass(frozen=True, slots=True)
class RegistryEntry:
    """A model folder: its manifest, or the problem that keeps it from being used."""

    folder: Path
    manifest: ModelManifest | None
    problem: EngineError | None = None
    shipped: bool = False

    @property
    def id(self) -> str:
        return self.manifest.id if self.manifest else self.folder.name


class ModelRegistry:
    """Reads model folders below `shipped` and `own`; a model of one's own wins over a shipped
    one of the same id."""

    def __init__(self, shipped: Path, own: Path) -> None:
        self._places = ((own, False), (shipped, True))

    def entries(self) -> tuple[RegistryEntry, ...]:
        """All models, the person's first. Each id is given to one whole model at most."""
        listed: list[RegistryEntry] = []
        whole: dict[str, RegistryEntry] = {}
        for place, shipped in self._places:
            for folder in _folders(place):
                entry = _entry(folder, shipped)
                twin = whole.get(entry.id) if entry.manifest else None
                if twin is None:
                    listed.append(entry)
                    if entry.manifest:
                        whole[entry.id] = entry
                elif twin.shipped == shipped:
                    listed.append(_second(entry, twin))
        return tuple(listed)

    def usable(self, task: str) -> tuple[RegistryEntry, ...]:
        """The whole models that serve `task` ("mood-tagging", ...); those that were trained here
        come last, so that none is used that nobody chose."""
        found = [(e.manifest.learned != "", e) for e in self.entries()
                 if e.manifest and e.manifest.task == task]
        return tuple(entry for _, entry in sorted(found, key=lambda pair: pair[0]))

    def stamp(self, model_id: str) -> int:
        """A number that is another one once another version of the model stands in its place; 0
        where there is none. Cheap: it reads no manifest."""
        for place, _ in self._places:
            try:
                return (place / model_id / FILE_NAME).stat().st_mtime_ns
            except OSError:
                continue
        return 0

    def find(self, model_id: str, task: str) -> RegistryEntry:
        """The model of that id, or for "" the first that serves `task`. EngineError where there is
        none, or it is broken."""
        candidates: Sequence[RegistryEntry] = self.usable(task)
        chosen = [e for e in candidates if model_id in ("", e.id)]
        if chosen:
            return chosen[0]
        for entry in self.entries():
            if entry.problem is not None and entry.id == model_id:
                raise entry.problem
        known = ", ".join(e.id for e in candidates) or "none"
        raise EngineError(
            f'There is no model "{model_id}" for this.' if model_id else "No model is installed.",
            f"Installed are: {known}.",
        )


def _folders(place: Path) -> list[Path]:
    if not place.is_dir():
        return []
    return sorted(f for f in place.iterdir() if f.is_dir() and not f.name.startswith("."))


def _entry(folder: Path, shipped: bool) -> RegistryEntry:
    try:
        return RegistryEntry(folder, read_manifest(folder), None, shipped)
    except EngineError as problem:
        return RegistryEntry(folder, None, problem, shipped)


def _second(entry: RegistryEntry, first: RegistryEntry) -> RegistryEntry:
    problem = EngineError(
        f"{entry.folder.name} holds the same model as {first.folder.name}: {first.id}.",
        "Keep one of the two folders.",
    )
    return RegistryEntry(entry.folder, None, problem, entry.shipped)
