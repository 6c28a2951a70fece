"""A trained model is used when the person says so, and can be left again."""

from pathlib import Path

import pytest

from engine.models.manifest import GENERATIVE_MOOD_TAGGING, TEXT_GENERATION, ModelManifest
from engine.models.manifest import write_manifest as write
from engine.models.registry import ModelRegistry
from engine.models.versions import ModelVersions
from engine.paths import AppPaths
from engine.settings import Settings
from engine.training.adopting import adopt, bring_back, candidate
from engine.training.runs.report import LearningReport


def trained(paths: AppPaths, place: Path, task: str, version: str) -> LearningReport:
    """The report of a training whose model is taken over."""
    folder = place / version
    folder.mkdir(parents=True)
    (folder / "graph").write_text(version)
    write(folder, ModelManifest(id="mine", name="Mine", kind="any", task=task, version=version,
                                learned="classifier"))
    made = ModelVersions(paths.models, paths.shipped_models).place(folder)
    return LearningReport(verdict="", better=True, model_id="mine", model_version=made.name,
                          waiting=made.waiting)


@pytest.mark.parametrize("task, chooses, wish, compared", [
    ("mood-tagging", "tagger", "mine", "mine@b"),
    (GENERATIVE_MOOD_TAGGING, "tagger", "generative:mine", "mine@b"),
    (TEXT_GENERATION, "chat_model", "mine", ""),
    ("sentence-vectors", "", "mine", ""),
])
def test_a_waiting_version_is_used_and_left(isolated_home: AppPaths, tmp_path: Path, task: str,
                                            chooses: str, wish: str, compared: str) -> None:
    settings = Settings()
    first = trained(isolated_home, tmp_path, task, "a")
    second = trained(isolated_home, tmp_path, task, "b")
    # GIVEN the first stands, but nobody chose it, and the second waits
    one, two = (candidate(isolated_home, settings, each) for each in (first, second))
    assert one is not None and two is not None
    assert (one.waiting, two.waiting) == (False, True)
    assert two.compared_as == compared
    assert [each.name for each in two.earlier] == ["a"]
    # WHEN it is used
    settings = adopt(isolated_home, settings, two)
    assert getattr(settings, chooses or "tagger") == (wish if chooses else "")
    now = candidate(isolated_home, settings, second)
    assert now is not None and now.chosen and not now.waiting
    # AND left again
    bring_back(isolated_home, "mine", "a")
    registry = ModelRegistry(isolated_home.shipped_models, isolated_home.models)
    stands = registry.find("mine", task).manifest
    assert stands is not None and stands.version == "a"


def test_what_is_gone_is_no_candidate(isolated_home: AppPaths) -> None:
    gone = LearningReport(verdict="", better=None, model_id="gone", model_version="1")
    assert candidate(isolated_home, Settings(), gone) is None
    assert candidate(isolated_home, Settings(), LearningReport(verdict="", better=None)) is None
