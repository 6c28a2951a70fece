"""The registry lists every folder, broken ones with their reason, and hides nothing."""

from pathlib import Path

import pytest

from engine.errors import EngineError
from engine.models.manifest import FILE_NAME, ModelManifest, write_manifest
from engine.models.registry import ModelRegistry, RegistryEntry

TASK = "mood-tagging"


def put(place: Path, model_id: str, folder: str = "", task: str = TASK) -> Path:
    """A whole model below `place`."""
    made = place / (folder or model_id)
    made.mkdir(parents=True)
    write_manifest(made, ModelManifest(id=model_id, name=model_id.title(), kind="encoder",
                                       task=task))
    return made


@pytest.fixture
def shipped(tmp_path: Path) -> Path:
    return tmp_path / "shipped"


@pytest.fixture
def own(tmp_path: Path) -> Path:
    return tmp_path / "own"


def listed(registry: ModelRegistry) -> list[tuple[str, bool, bool]]:
    """Folder name, shipped or not, whole or not."""
    return [(e.folder.name, e.shipped, e.manifest is not None) for e in registry.entries()]


def test_without_folders_there_is_nothing(shipped: Path, own: Path) -> None:
    registry = ModelRegistry(shipped, own)
    assert registry.entries() == ()
    with pytest.raises(EngineError, match="No model is installed") as caught:
        registry.find("", TASK)
    assert caught.value.hint


def test_ones_own_come_first_and_win(shipped: Path, own: Path) -> None:
    put(shipped, "moods")
    put(shipped, "other")
    mine = put(own, "moods", "retrained")
    registry = ModelRegistry(shipped, own)
    assert listed(registry) == [("retrained", False, True), ("other", True, True)]
    assert registry.find("moods", TASK).folder == mine


def test_a_broken_folder_is_listed_and_hides_no_whole_model(shipped: Path, own: Path) -> None:
    # GIVEN a shipped model, and a half-copied folder of the same name among one's own
    put(shipped, "moods")
    (own / "moods").mkdir(parents=True)
    (own / "moods" / FILE_NAME).write_text("{", "utf-8")
    registry = ModelRegistry(shipped, own)
    # THEN both are listed, the broken one with its reason
    assert listed(registry) == [("moods", False, False), ("moods", True, True)]
    broken: RegistryEntry = registry.entries()[0]
    assert broken.id == "moods" and broken.problem is not None and broken.problem.hint
    # AND the whole one serves
    assert registry.find("moods", TASK).shipped


def test_broken_folders_beside_whole_ones_are_all_listed(shipped: Path, own: Path) -> None:
    put(own, "moods")
    put(shipped, "others")
    for place in (own, shipped):
        (place / "z-broken").mkdir()
        (place / "moods-half").mkdir()
    assert listed(ModelRegistry(shipped, own)) == [
        ("moods", False, True), ("moods-half", False, False), ("z-broken", False, False),
        ("moods-half", True, False), ("others", True, True), ("z-broken", True, False)]


def test_a_second_folder_of_one_model_is_listed_with_its_reason(shipped: Path, own: Path) -> None:
    put(own, "moods", "a copy")
    put(own, "moods", "b copy")
    registry = ModelRegistry(shipped, own)
    assert listed(registry) == [("a copy", False, True), ("b copy", False, False)]
    problem = registry.entries()[1].problem
    assert problem is not None and "a copy" in problem.message and problem.hint


def test_what_is_no_model_folder_is_left_alone(shipped: Path, own: Path) -> None:
    put(own, "moods")
    put(own, "arriving", ".moods.new")
    (own / "notes.txt").write_text("mine", "utf-8")
    assert listed(ModelRegistry(shipped, own)) == [("moods", False, True)]


def test_find_asks_for_task_and_id(shipped: Path, own: Path) -> None:
    put(shipped, "voice", task="chat")
    put(shipped, "words")
    registry = ModelRegistry(shipped, own)
    assert registry.find("", TASK).id == "words"
    assert [e.id for e in registry.usable("chat")] == ["voice"]
    with pytest.raises(EngineError, match='"voice"') as caught:
        registry.find("voice", TASK)
    assert "words" in caught.value.hint
