"""Which installed folders a training concerns: the model it begins with, and the one its result
would stand for. Opens no model and fetches nothing.
"""

from pathlib import Path

from engine.errors import EngineError
from engine.models.manifest import FILE_NAME, TEXT_GENERATION
from engine.models.registry import ModelRegistry, RegistryEntry
from engine.settings import load_settings
from engine.training.base_model import BASES
from engine.training.learning_job import LearningJob
from engine.training.recipe import Method

MOOD_TAGGING = "mood-tagging"
_TAGS = (Method.CLASSIFIER, Method.GENERATIVE_TAGGER)
_WRITES = (Method.DIALOGUE, Method.PREFERENCE)
_ENCODES = (Method.CLASSIFIER, Method.WORDS)


def find_base(job: LearningJob) -> Path | None:
    """The folder of the model that learning begins with; None where the recipe names none.

    One that was named as a folder wins. An encoder that was fetched whole to learn upon comes
    before the installed one of its name, whose weights were rounded. EngineError where there is
    neither.
    """
    recipe = job.recipe
    if recipe.base and recipe.base == recipe.model_id:
        raise EngineError(f"The result cannot have the name of {recipe.base}, with which it "
                          "begins: that is still needed.", "Give it another name.")
    if job.base_folder is not None:
        return job.base_folder
    if not recipe.base:
        return None
    whole = job.models / BASES / recipe.base
    if recipe.method in _ENCODES and whole.is_dir():
        return whole
    entry = _entries(job).get(recipe.base)
    if entry is None:
        raise EngineError(f"{recipe.base}, with which {recipe.name} begins, is not installed.",
                          f"Add it under Models, or on the command line: models add {recipe.base}")
    return entry.folder


def find_replaced(job: LearningJob, base: Path | None) -> Path | None:
    """The folder of the model that the result would stand for: one of its own id, else the one in
    use for the same; None where there is none."""
    recipe, entries = job.recipe, _entries(job)
    if recipe.model_id in entries:
        return entries[recipe.model_id].folder
    settings = load_settings(job.paths.settings_file)
    registry = _registry(job)
    if recipe.method in _TAGS:
        wanted, usable = settings.tagger, registry.usable(MOOD_TAGGING)
    elif recipe.method in _WRITES:
        if base is not None and (base / FILE_NAME).is_file():
            return base
        wanted, usable = settings.chat_model, registry.usable(TEXT_GENERATION)
    else:
        return None
    if wanted in entries:
        return entries[wanted].folder
    return usable[0].folder if usable else None


def _entries(job: LearningJob) -> dict[str, RegistryEntry]:
    return {entry.id: entry for entry in _registry(job).entries() if entry.manifest is not None}


def _registry(job: LearningJob) -> ModelRegistry:
    return ModelRegistry(job.paths.shipped_models, job.models)
