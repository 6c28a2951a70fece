"""The taggers a person can choose among, and how one is opened beside the one in use."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from engine.models.manifest import GENERATIVE_MOOD_TAGGING
from engine.models.registry import ModelRegistry
from engine.tagging.tagger import Tagger
from gui.tagger_shelf import MOOD_TAGGING


@dataclass(frozen=True, slots=True)
class TaggerChoice:
    """A tagger that is installed: the id it is opened by, and its name."""

    id: str
    name: str


@dataclass(frozen=True, slots=True)
class Taggers:
    """Which taggers there are, and how one is opened. Both are called off the screen's thread."""

    choices: Callable[[], Sequence[TaggerChoice]]
    open: Callable[[str], Tagger]


def installed_taggers(registry: ModelRegistry) -> tuple[TaggerChoice, ...]:
    """The whole models made for tagging moods, encoders first."""
    return tuple(TaggerChoice(entry.id, f"{entry.manifest.name} {entry.manifest.version[:8]}")
                 for task in (MOOD_TAGGING, GENERATIVE_MOOD_TAGGING)
                 for entry in registry.usable(task) if entry.manifest is not None)
