"""An installed model leaves as one file and comes in from it, on this machine or another."""

from pathlib import Path

import numpy as np
import pytest

from engine.cli.main import main
from engine.errors import EngineError
from engine.events import Event
from engine.export.bundle_job import export_model
from engine.export.model_jobs import import_model
from engine.models.manifest import check_files, read_manifest
from engine.paths import AppPaths
from tests.engine.export.adapter_bench import EVERY, AdapterBench, changes_of, tiny_bench

IDS = list(range(40, 100))


def silent(event: Event) -> None:
    assert event


@pytest.fixture
def bench(tmp_path: Path) -> AdapterBench:
    return tiny_bench(tmp_path / "here")


def exported(folder: Path, target: Path) -> Path:
    ending = export_model({"folder": str(folder), "target": str(target)}, target.parent, silent,
                          False)
    return Path(ending.produced[0])


def brought(file: Path, models: Path, **more: object) -> str:
    ending = import_model({"source": str(file), "models": str(models), **more}, models, silent,
                          False)
    return ending.produced[0]


def test_there_and_back_it_says_the_same(bench: AdapterBench, tmp_path: Path) -> None:
    file = exported(bench.base, tmp_path / "given")
    assert file.name == "given.undertone"
    models = tmp_path / "there" / "models"
    assert brought(file, models, id="the same") == "the-same"
    check_files(models / "the-same", read_manifest(models / "the-same"))
    assert np.array_equal(bench.said(bench.base, IDS), bench.said(models / "the-same", IDS))
    # AND nothing is left lying about
    assert [each.name for each in models.iterdir()] == ["the-same"]
    assert not [each for each in tmp_path.iterdir() if each.name.startswith(".")]


def test_an_adapter_leaves_as_what_it_learned(bench: AdapterBench, tmp_path: Path) -> None:
    folder = bench.add("taught", changes_of(bench.weights, EVERY))
    file = exported(folder, tmp_path / "taught.undertone")
    assert file.stat().st_size < read_manifest(folder).bytes
    there = tiny_bench(tmp_path / "there")
    assert brought(file, there.models) == "taught"
    one, other = (bench.said(each, IDS) for each in (folder, there.models / "taught"))
    assert np.abs(one - other).mean() < 0.02 * one.std()
    with pytest.raises(EngineError, match="not installed"):
        brought(file, tmp_path / "empty")
    assert not list((tmp_path / "empty").iterdir())


def test_a_bundle_whose_model_does_not_work_is_refused(
        bench: AdapterBench, tmp_path: Path) -> None:
    from engine.models.manifest import write_manifest

    manifest = read_manifest(bench.base)
    (bench.base / manifest.graph).write_bytes(b"no graph")
    write_manifest(bench.base, manifest)
    file = exported(bench.base, tmp_path / "it.undertone")
    with pytest.raises(EngineError):
        brought(file, tmp_path / "there")
    assert not list((tmp_path / "there").iterdir())


def test_where_it_cannot_go_is_said(bench: AdapterBench, tmp_path: Path,
                                    monkeypatch: pytest.MonkeyPatch) -> None:
    ask = {"folder": str(bench.base), "target": str(tmp_path / "no" / "it.undertone")}
    with pytest.raises(EngineError, match="no folder"):
        export_model(ask, tmp_path, silent, False)
    with pytest.raises(EngineError, match="cannot be read"):
        export_model({}, tmp_path, silent, False)
    monkeypatch.setattr("engine.export.model_place.free_near", lambda place: 1_000)
    with pytest.raises(EngineError, match="The disk has"):
        exported(bench.base, tmp_path / "it.undertone")


def test_the_commands_take_it_out_and_in(isolated_home: AppPaths, tmp_path: Path,
                                         capsys: pytest.CaptureFixture[str]) -> None:
    bench = tiny_bench(isolated_home.home)
    file = tmp_path / "mine.undertone"
    assert main(["models", "export", bench.base.name, str(file)], isolated_home) == 0
    assert capsys.readouterr().out == f"{file}\n"
    assert main(["models", "export", bench.base.name, str(file)], isolated_home) == 2
    assert "there already" in capsys.readouterr().err
    assert main(["models", "add", str(file), "--id", "again"], isolated_home) == 0
    assert capsys.readouterr().out == "again\n"
