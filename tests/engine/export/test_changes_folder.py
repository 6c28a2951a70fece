"""What a model learned travels as small changes and becomes the same adapter elsewhere."""

from pathlib import Path

import msgspec
import numpy as np
import pytest
from safetensors.numpy import load_file, save_file

from engine.cli.main import main
from engine.errors import EngineError
from engine.export.changes_folder import FILE, KIND, build, pack
from engine.export.model_jobs import import_model
from engine.models.manifest import ModelManifest, check_files, read_manifest, write_manifest
from engine.paths import AppPaths
from tests.engine.export.adapter_bench import EVERY, AdapterBench, changes_of, tiny_bench

IDS = list(range(40, 100))


@pytest.fixture
def bench(tmp_path: Path) -> AdapterBench:
    return tiny_bench(tmp_path / "here")


def packed(bench: AdapterBench, tmp_path: Path, on: tuple[str, ...] = EVERY) -> Path:
    folder = bench.add("taught", changes_of(bench.weights, on))
    place = tmp_path / "packed"
    place.mkdir()
    pack(folder, place)
    return place


@pytest.mark.parametrize("on", [EVERY, ("query", "value", "up"), ("key",)])
def test_packed_and_built_it_is_the_same_adapter(
        bench: AdapterBench, tmp_path: Path, on: tuple[str, ...]) -> None:
    changes = packed(bench, tmp_path, on)
    told = read_manifest(changes)
    check_files(changes, told)
    assert told.kind == KIND and told.bytes < read_manifest(bench.models / "taught").bytes
    # WHEN it is built where the same base was built from its source anew
    there = tiny_bench(tmp_path / "there")
    made = build(changes, there.models, "another name")
    # THEN it holds the same matrices, but for the rounding to 16 bits, and says the same
    ours, theirs = (load_file(folder / "adapter.safetensors")
                    for folder in (bench.models / "taught", there.models / "another name"))
    assert ours.keys() == theirs.keys()
    for name, array in ours.items():
        assert np.allclose(array, theirs[name], atol=2e-3 * np.abs(array).max()), name
    one, other = (bench.said(folder, IDS) for folder in
                  (bench.models / "taught", there.models / "another name"))
    assert np.abs(one - other).mean() < 0.02 * one.std()
    assert (made.id, made.kind) == ("another name", "adapter")
    assert made.adapter is not None and made.adapter.on == on


def test_another_base_of_the_same_sizes_is_refused(bench: AdapterBench, tmp_path: Path) -> None:
    changes = packed(bench, tmp_path)
    other = tiny_bench(tmp_path / "other", seed=9)
    with pytest.raises(EngineError, match="something else"):
        build(changes, other.models)
    assert not (other.models / "taught").exists()


def test_a_base_of_other_sizes_is_refused(bench: AdapterBench, tmp_path: Path) -> None:
    changes = packed(bench, tmp_path)
    with pytest.raises(EngineError, match="does not fit"):
        build(changes, tiny_bench(tmp_path / "other", hidden=96).models)


def test_without_its_base_it_says_what_to_get(bench: AdapterBench, tmp_path: Path) -> None:
    changes = packed(bench, tmp_path)
    with pytest.raises(EngineError, match="not installed") as refused:
        build(changes, tmp_path / "empty")
    assert "Get that model" in refused.value.hint


def test_what_is_no_adapter_cannot_be_packed(bench: AdapterBench, tmp_path: Path) -> None:
    with pytest.raises(EngineError, match="whole model"):
        pack(bench.base, tmp_path)
    with pytest.raises(EngineError, match="no packed changes"):
        build(bench.base, bench.models)


def test_damaged_changes_leave_nothing(bench: AdapterBench, tmp_path: Path) -> None:
    changes = packed(bench, tmp_path)
    there = tiny_bench(tmp_path / "there")
    held = load_file(changes / FILE)
    held.pop(next(name for name in held if name.endswith(".up")))
    save_file(held, changes / FILE)
    for _ in range(2):
        with pytest.raises(EngineError, match="cannot be read"):
            build(changes, there.models)
        (changes / FILE).write_bytes(b"no")
    save_file({}, changes / FILE)
    with pytest.raises(EngineError, match="no changes"):
        build(changes, there.models)
    assert {folder.name for folder in there.models.iterdir()} == {"tiny"}


def test_without_a_proof_it_is_not_believed(bench: AdapterBench, tmp_path: Path) -> None:
    changes = packed(bench, tmp_path)
    told: ModelManifest = read_manifest(changes)
    write_manifest(changes, msgspec.structs.replace(told, quality={}))
    with pytest.raises(EngineError, match="something else"):
        build(changes, tiny_bench(tmp_path / "there").models)


def test_it_is_added_like_any_folder(bench: AdapterBench, tmp_path: Path) -> None:
    changes = packed(bench, tmp_path)
    there = tiny_bench(tmp_path / "there")
    found = import_model({"source": str(changes), "models": str(there.models), "id": "mine"},
                         tmp_path, lambda event: None, False)
    assert found.produced == ("mine",)
    assert read_manifest(there.models / "mine").adapter is not None


def test_the_command_packs_into_an_empty_folder_alone(
        isolated_home: AppPaths, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    bench = tiny_bench(isolated_home.home)
    bench.add("taught", changes_of(bench.weights, EVERY))
    place = tmp_path / "given" / "away"
    assert main(["models", "pack", "taught", str(place)], isolated_home) == 0
    assert read_manifest(place).kind == KIND and "MB in" in capsys.readouterr().err
    for asked, words in ((["taught", str(place)], "not empty"),
                         (["nothing", str(tmp_path / "x")], "no model"),
                         (["tiny", str(tmp_path / "y")], "whole model")):
        assert main(["models", "pack", *asked], isolated_home) != 0
        assert words in capsys.readouterr().err


@pytest.mark.parametrize("name", ["../jobs", "./../jobs", "/tmp/x", "..", "a/b"])
def test_a_strangers_name_leads_nowhere(
        bench: AdapterBench, tmp_path: Path, name: str) -> None:
    changes = packed(bench, tmp_path)
    there = tiny_bench(tmp_path / "there")
    (tmp_path / "there" / "jobs").mkdir()
    write_manifest(changes, msgspec.structs.replace(read_manifest(changes), id=name))
    made = build(changes, there.models)
    assert (there.models / made.id).is_dir() and "/" not in made.id and made.id != ".."
    assert {each.name for each in (tmp_path / "there").iterdir()} >= {"jobs", "models"}
    assert not list((tmp_path / "there" / "jobs").iterdir())
