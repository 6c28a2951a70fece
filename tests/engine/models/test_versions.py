"""Versions of a model: what is new waits, what was can be had back, and no kill leaves a gap."""

import os
from pathlib import Path

import pytest

from engine.errors import EngineError
from engine.models.manifest import ModelManifest, check_files, read_manifest, write_manifest
from engine.models.registry import ModelRegistry
from engine.models.trash import restore_model
from engine.models.versions import ModelVersions


def made(folder: Path, version: str, name: str = "moods", learned: str = "classifier") -> Path:
    """A model folder whose graph is its version."""
    folder.mkdir(parents=True)
    (folder / "model.onnx").write_text(version)
    write_manifest(folder, ModelManifest(id=name, name=name.title(), kind="encoder",
                                         task="mood-tagging", version=version, learned=learned))
    return folder


@pytest.fixture
def shelf(tmp_path: Path) -> ModelVersions:
    return ModelVersions(tmp_path / "models", tmp_path / "shipped")


def names(shelf: ModelVersions, model: str = "moods") -> list[str]:
    return [one.name for one in shelf.of(model)]


def grow(shelf: ModelVersions, tmp_path: Path, *versions: str) -> None:
    for age, version in enumerate(versions):
        fresh = made(tmp_path / f"fresh-{version}", version)
        os.utime(fresh / "model.json", (1000 + age, 1000 + age))
        shelf.place(fresh)


def installed(tmp_path: Path) -> list[tuple[str, str]]:
    entries = ModelRegistry(tmp_path / "shipped", tmp_path / "models").entries()
    return [(e.id, e.manifest.version) for e in entries if e.manifest]


def test_the_first_stands_at_once_and_the_next_waits(shelf: ModelVersions, tmp_path: Path) -> None:
    grow(shelf, tmp_path, "a", "b")
    assert installed(tmp_path) == [("moods", "a")]
    assert [(v.name, v.in_place, v.waiting) for v in shelf.of("moods")] == [
        ("a", True, False), ("b", False, True)]
    assert (waiting := shelf.waiting("moods")) is not None
    assert waiting.name == "b"
    assert shelf.ids() == ("moods",)


def test_the_mark_of_a_copy_that_never_came_to_be_is_nobodys(
        shelf: ModelVersions, tmp_path: Path) -> None:
    grow(shelf, tmp_path, "a", "b")
    (tmp_path / "models" / ".versions" / "moods" / "a.waiting").touch()
    shelf.bring("moods", "b")
    assert [(v.name, v.in_place, v.waiting) for v in shelf.of("moods")] == [
        ("b", True, False), ("a", False, False)]


def test_what_is_there_is_not_taken_twice(shelf: ModelVersions, tmp_path: Path) -> None:
    grow(shelf, tmp_path, "a", "b")
    again = shelf.place(tmp_path / "fresh-b")
    assert names(shelf) == ["a", "b"]
    assert again.waiting


def test_versions_of_one_name_are_told_apart(shelf: ModelVersions, tmp_path: Path) -> None:
    grow(shelf, tmp_path, "a")
    other = made(tmp_path / "other", "a")
    (other / "card").write_text("other")
    write_manifest(other, read_manifest(other))
    assert shelf.place(other).name == "a-2"
    assert shelf.bring("moods", "a-2").in_place
    assert sorted(names(shelf)) == ["a", "a-2"]


def test_a_version_comes_and_the_earlier_one_can_be_had_back(
        shelf: ModelVersions, tmp_path: Path) -> None:
    grow(shelf, tmp_path, "a", "b")
    stands = shelf.bring("moods", "b")
    assert (stands.name, stands.in_place) == ("b", True)
    assert installed(tmp_path) == [("moods", "b")]
    assert shelf.waiting("moods") is None
    shelf.bring("moods", "a")
    assert installed(tmp_path) == [("moods", "a")]
    for one in shelf.of("moods"):
        assert one.manifest is not None
        check_files(one.folder, one.manifest)


def test_a_shipped_one_stays_beneath(shelf: ModelVersions, tmp_path: Path) -> None:
    made(tmp_path / "shipped" / "moods", "s", learned="")
    grow(shelf, tmp_path, "a")
    assert installed(tmp_path) == [("moods", "s")]
    shelf.bring("moods", "a")
    assert installed(tmp_path) == [("moods", "a")]
    with pytest.raises(EngineError, match="stays"):
        shelf.delete("moods", "s")
    shelf.bring("moods", "s")
    assert installed(tmp_path) == [("moods", "s")]
    assert sorted(names(shelf)) == ["a", "s"]


def test_the_one_in_use_is_not_deleted_others_come_back(
        shelf: ModelVersions, tmp_path: Path) -> None:
    grow(shelf, tmp_path, "a", "b")
    with pytest.raises(EngineError, match="in use"):
        shelf.delete("moods", "a")
    removed = shelf.delete("moods", "b")
    assert names(shelf) == ["a"]
    assert shelf.removed("moods", "b") == removed
    restore_model(removed)
    assert names(shelf) == ["a", "b"]


def test_only_so_many_are_kept_the_oldest_go(shelf: ModelVersions, tmp_path: Path) -> None:
    grow(shelf, tmp_path, *"abcdefgh")
    assert names(shelf) == ["a", "h", "g", "f", "e", "d"]
    assert shelf.total_bytes("moods") == 5
    assert len(list((tmp_path / "models" / ".removed").iterdir())) == 2


@pytest.mark.parametrize("swap", ['{"to":"b","aside":"a"}', '{"to":"gone","aside":"a"}'])
def test_a_swap_that_was_cut_off_is_finished(
        shelf: ModelVersions, tmp_path: Path, swap: str) -> None:
    grow(shelf, tmp_path, "a", "b")
    kept = tmp_path / "models" / ".versions" / "moods"
    # WHEN a kill fell between the two moves
    (tmp_path / "models" / "moods").rename(kept / "a")
    (kept / "swap.json").write_text(swap)
    shelf.settle()
    # THEN one of them stands
    assert installed(tmp_path) == [("moods", "b" if '"b"' in swap else "a")]
    assert not (kept / "swap.json").exists()


def test_a_swap_whose_folder_is_held_is_finished_the_next_time(
        shelf: ModelVersions, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    grow(shelf, tmp_path, "a", "b")
    kept = tmp_path / "models" / ".versions" / "moods"
    (tmp_path / "models" / "moods").rename(kept / "a")
    (kept / "swap.json").write_text('{"to": "b", "aside": "a"}')

    def held(self: Path, target: Path) -> Path:
        raise PermissionError

    with monkeypatch.context() as patch:
        patch.setattr(Path, "rename", held)
        shelf.settle()
    assert installed(tmp_path) == []
    shelf.settle()
    assert installed(tmp_path) == [("moods", "b")]


def test_a_broken_one_in_place_can_be_replaced(shelf: ModelVersions, tmp_path: Path) -> None:
    grow(shelf, tmp_path, "a", "b")
    (tmp_path / "models" / "moods" / "model.json").write_text("{")
    shelf.bring("moods", "b")
    assert installed(tmp_path) == [("moods", "b")]


def test_unknown_and_doubtful_names_are_told(shelf: ModelVersions, tmp_path: Path) -> None:
    grow(shelf, tmp_path, "a1", "a2")
    with pytest.raises(EngineError, match="Several"):
        shelf.bring("moods", "a")
    with pytest.raises(EngineError, match="no version"):
        shelf.bring("moods", "x")


def test_what_was_trained_here_is_not_used_because_it_comes_first(
        shelf: ModelVersions, tmp_path: Path) -> None:
    made(tmp_path / "shipped" / "moods", "s", learned="")
    shelf.place(made(tmp_path / "fresh", "a", "another"))
    registry = ModelRegistry(tmp_path / "shipped", tmp_path / "models")
    assert registry.find("", "mood-tagging").id == "moods"
    assert registry.find("another", "mood-tagging").id == "another"


def test_a_clock_that_was_set_back_does_not_cost_the_newest(
        shelf: ModelVersions, tmp_path: Path) -> None:
    # GIVEN as many versions as are kept, all from a time still to come
    grow(shelf, tmp_path, *"abc")
    for one in shelf.of("moods"):
        os.utime(one.folder / "model.json", (9_999_999_999, 9_999_999_999))
    # WHEN another is made THEN an older one goes
    placed = shelf.place(made(tmp_path / "fresh-d", "d"), 2)
    assert placed.folder.is_dir() and len(shelf.of("moods")) == 3
    assert "d" in names(shelf)
