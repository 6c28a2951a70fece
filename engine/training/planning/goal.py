"""What a person may want to be better, and what each wish needs: a method, a base, rows.

Figures and names only; the words for people are the window's. Reads nothing.
"""

import enum
from collections.abc import Mapping
from dataclasses import dataclass

from engine.models.manifest import TEXT_GENERATION
from engine.training.recipe import Method, Recipe
from engine.training.rows.sources import (
    FileSource,
    FolderSource,
    GrownRows,
    OwnChoices,
    OwnMoods,
    OwnTalks,
    Source,
)


class Goal(enum.StrEnum):
    """What shall be better."""

    MOODS = "moods"
    NEW_MOOD = "new-mood"
    GENERATIVE = "generative"
    CHARACTER = "character"
    TALKING = "talking"
    LABELS = "labels"
    WORDS = "words"


class Base(enum.StrEnum):
    """What learning begins with."""

    ENCODER = "encoder"
    DECODER = "decoder"


@dataclass(frozen=True, slots=True)
class Needs:
    """`recipes` are the names of recipe files that serve the goal, the first there is counts.
    `takes` the sources it can learn from, `own` the person's own among them, in the order they
    are offered. `least` rows must be there, `good` are enough for a result one may expect to
    be better; both of learning and judging together.
    """

    method: Method
    base: Base
    recipes: tuple[str, ...]
    takes: tuple[type[Source], ...]
    own: tuple[Source, ...]
    least: int
    good: int


_READ = (FileSource, FolderSource, GrownRows)
NEEDS: Mapping[Goal, Needs] = {
    Goal.MOODS: Needs(Method.CLASSIFIER, Base.ENCODER, ("classifier_moods", "classifier"),
                      (OwnMoods, *_READ), (OwnMoods(),), 20, 300),
    Goal.NEW_MOOD: Needs(Method.MOOD, Base.ENCODER, ("new_mood",), (OwnMoods, *_READ),
                         (OwnMoods(),), 8, 20),
    Goal.GENERATIVE: Needs(Method.GENERATIVE_TAGGER, Base.DECODER, ("generative_tagger",),
                           (OwnMoods, *_READ), (OwnMoods(),), 50, 1000),
    Goal.CHARACTER: Needs(Method.DIALOGUE, Base.DECODER, ("character", "dialogue"),
                          (OwnTalks, FileSource, GrownRows), (OwnTalks(),), 8, 60),
    Goal.TALKING: Needs(Method.DIALOGUE, Base.DECODER, ("dialogue",),
                        (OwnTalks, OwnChoices, FileSource, GrownRows),
                        (OwnTalks(), OwnChoices()), 20, 500),
    Goal.LABELS: Needs(Method.CLASSIFIER, Base.ENCODER, ("classifier_labels", "classifier"),
                       (FileSource, GrownRows), (), 20, 300),
    Goal.WORDS: Needs(Method.WORDS, Base.ENCODER, ("words",), (FileSource, FolderSource),
                      (), 200, 3000),
}
BASE_TASKS: Mapping[Base, tuple[str, ...]] = {
    Base.ENCODER: ("sentence-vectors", "mood-tagging"),
    Base.DECODER: (TEXT_GENERATION,),
}
PREFERENCE_LEAST, PREFERENCE_GOOD = 8, 60


def method_of(goal: Goal, sources: tuple[Source, ...]) -> Method:
    """The method that serves a goal with these sources: kept replies beside rejected ones are
    learned by preference, and only where they stand alone."""
    if goal is Goal.TALKING and sources and all(isinstance(s, OwnChoices) for s in sources):
        return Method.PREFERENCE
    return NEEDS[goal].method


def goal_of(recipe: Recipe, sources: tuple[Source, ...]) -> Goal:
    """The goal a training most likely served, from its recipe and sources."""
    if recipe.method is Method.CLASSIFIER:
        own = any(isinstance(source, OwnMoods | FolderSource) for source in sources)
        return Goal.MOODS if own or recipe.options.get("labels", "moods") == "moods" \
            else Goal.LABELS
    if recipe.method is Method.DIALOGUE:
        whole = any(isinstance(s, OwnTalks) and s.personas for s in sources)
        return Goal.CHARACTER if whole else Goal.TALKING
    return {Method.MOOD: Goal.NEW_MOOD, Method.GENERATIVE_TAGGER: Goal.GENERATIVE,
            Method.PREFERENCE: Goal.TALKING}.get(recipe.method, Goal.WORDS)


class Enough(enum.StrEnum):
    """Whether there are rows enough."""

    NONE = "none"
    TOO_FEW = "too-few"
    FEW = "few"
    GOOD = "good"


def bounds(goal: Goal, method: Method) -> tuple[int, int]:
    """How many rows must be there, and how many are enough."""
    if method is Method.PREFERENCE:
        return PREFERENCE_LEAST, PREFERENCE_GOOD
    return NEEDS[goal].least, NEEDS[goal].good


def enough(goal: Goal, rows: int, method: Method | None = None) -> Enough:
    """How far so many rows go."""
    least, good = bounds(goal, method or NEEDS[goal].method)
    if rows <= 0:
        return Enough.NONE
    if rows < least:
        return Enough.TOO_FEW
    return Enough.FEW if rows < good else Enough.GOOD
