"""Using what was trained: the new version put in its place and chosen, and the way back.

Says too by which id a library is read by it for comparison before that. Moves folders and gives
changed settings; saving those is its caller's matter.
"""

from dataclasses import dataclass, replace

from engine.models.manifest import GENERATIVE_MOOD_TAGGING, TEXT_GENERATION, chosen_as
from engine.models.versions import ModelVersion, ModelVersions
from engine.paths import AppPaths
from engine.settings import Settings
from engine.training.runs.report import LearningReport

MOOD_TAGGING = "mood-tagging"


@dataclass(frozen=True, slots=True)
class Candidate:
    """What a training made. `chooses` is the setting that names a model of its kind, "" where
    none does. `waiting`: it is not in place yet; `chosen`: it is what the program uses now.
    `earlier` are the other versions of its id, the newest first."""

    model_id: str
    version: str
    name: str
    task: str
    chooses: str
    waiting: bool
    chosen: bool
    earlier: tuple[ModelVersion, ...] = ()

    @property
    def wish(self) -> str:
        """What its setting says when it is chosen."""
        return chosen_as(self.model_id, self.task)

    @property
    def compared_as(self) -> str:
        """The id of the tagger by which a library is read before it is used; "" of what does not
        tag."""
        return f"{self.model_id}@{self.version}" if self.chooses == "tagger" else ""


def candidate(paths: AppPaths, settings: Settings, report: LearningReport) -> Candidate | None:
    """What the training of this report made; None where it is gone."""
    found = _versions(paths).of(report.model_id) if report.model_id else ()
    made = next((one for one in found if one.name == report.model_version), None)
    if made is None or made.manifest is None:
        return None
    task = made.manifest.task
    told = Candidate(made.model_id, made.name, made.manifest.name, task, _setting(task),
                     not made.in_place, False, tuple(one for one in found if one != made))
    return replace(told, chosen=made.in_place and _chosen(told, settings))


def adopt(paths: AppPaths, settings: Settings, wanted: Candidate) -> Settings:
    """Puts the candidate in place and chooses it; the settings as they shall be saved. EngineError
    where it cannot be moved: then all is as it was."""
    versions = _versions(paths)
    versions.settle()
    versions.bring(wanted.model_id, wanted.version)
    return replace(settings, **{wanted.chooses: wanted.wish}) if wanted.chooses else settings


def bring_back(paths: AppPaths, model_id: str, version: str) -> ModelVersion:
    """Puts an earlier version in place; what is chosen stays chosen. EngineError as in adopt."""
    versions = _versions(paths)
    versions.settle()
    return versions.bring(model_id, version)


def _setting(task: str) -> str:
    if task in (MOOD_TAGGING, GENERATIVE_MOOD_TAGGING):
        return "tagger"
    return "chat_model" if task == TEXT_GENERATION else ""


def _chosen(told: Candidate, settings: Settings) -> bool:
    if not told.chooses:
        return True
    return getattr(settings, told.chooses) in (told.wish, told.model_id)


def _versions(paths: AppPaths) -> ModelVersions:
    return ModelVersions(paths.models, paths.shipped_models)
