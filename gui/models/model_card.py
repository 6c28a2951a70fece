"""What a card of the Models page shows: one frozen value, made from a registry entry.

Plain values, no widgets and no work.
"""

from dataclasses import dataclass

from engine.models.fit import Fit, MemoryNeed
from engine.models.manifest import GENERATIVE_MOOD_TAGGING, TEXT_GENERATION
from engine.models.registry import RegistryEntry
from engine.models.trials import Trial
from engine.tagging.language import language_name
from gui.tagger_shelf import MOOD_TAGGING

TAGGING_TASKS = (MOOD_TAGGING, GENERATIVE_MOOD_TAGGING)
CHOOSABLE_TASKS = (*TAGGING_TASKS, TEXT_GENERATION)


@dataclass(frozen=True, slots=True)
class Here:
    """What is known of a model on this machine. `excerpts_per_second` is None until measured;
    `busy` says what is done with it now, `exporting` that it is exported; `remark` what was
    found, `trouble` marks bad news. `checks` are features with the cases passed and asked.
    `need` is the memory it takes, and `fit` whether there is so much."""

    excerpts_per_second: float | None = None
    trial: Trial | None = None
    checks: tuple[tuple[str, int, int], ...] = ()
    trying: bool = False
    busy: str = ""
    exporting: str = ""
    remark: str = ""
    trouble: bool = False
    need: MemoryNeed | None = None
    fit: Fit = Fit.UNKNOWN


@dataclass(frozen=True, slots=True)
class ModelCard:
    """What a card shows. `problem` and `hint` are empty for a model that can be used.

    `moods` counts those a tagger knows, `experimental` names those shown only where asked for.
    `window` is in tokens, 0 where it is not worth telling. `broken`: its folder cannot be read.
    """

    id: str
    name: str
    task: str = ""
    about: str = ""
    bytes: int = 0
    precision: str = ""
    window: int = 0
    licence: str = ""
    made_from: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    quality: tuple[tuple[str, float], ...] = ()
    moods: int = 0
    experimental: tuple[str, ...] = ()
    here: Here = Here()
    shipped: bool = False
    in_use: bool = False
    choosable: bool = False
    broken: bool = False
    problem: str = ""
    hint: str = ""

    @property
    def chats(self) -> bool:
        return self.task == TEXT_GENERATION

    @property
    def spoken(self) -> str:
        """What its trial said for itself, where it went well."""
        trial = self.here.trial
        return trial.message if trial is not None and trial.outcome == "works" else ""


def card_of(entry: RegistryEntry, in_use: bool, here: Here) -> ModelCard:
    """The card of a model folder, whole or broken."""
    manifest = entry.manifest
    if manifest is None:
        message = entry.problem.message if entry.problem else ""
        hint = entry.problem.hint if entry.problem else ""
        return ModelCard(entry.id, entry.folder.name, shipped=entry.shipped, broken=True,
                         problem=message, hint=hint, here=here)
    trial = here.trial
    bad = trial is not None and trial.outcome != "works" and not here.trying
    usable = is_usable(entry, trial)
    return ModelCard(
        entry.id, manifest.name, manifest.task, manifest.about, manifest.bytes,
        manifest.precision, manifest.window if manifest.task == TEXT_GENERATION else 0,
        manifest.licence, manifest.made_from, tuple(map(language_name, manifest.languages)),
        tuple(manifest.quality.items()), len(manifest.labels),
        tuple(label.id for label in manifest.labels if label.experimental),
        here, entry.shipped, in_use,
        choosable=usable and not in_use and not here.trying,
        problem=trial.message if trial and bad else "", hint=trial.hint if trial and bad else "")


def is_usable(entry: RegistryEntry, trial: Trial | None) -> bool:
    """Whether the program may open this model unasked: it is whole, serves something we do, and
    did not take a process down when it was tried."""
    return (entry.manifest is not None and entry.manifest.task in CHOOSABLE_TASKS
            and not (trial is not None and trial.crashed))
