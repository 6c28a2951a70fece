"""A model of a hub is fetched and built in one job, and taken up again where it stopped."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from engine.cli.main import main
from engine.errors import Cancelled, EngineError
from engine.events import Event, Progress
from engine.export.hub_job import fetch_hub_model
from engine.models.manifest import check_files, read_manifest
from engine.paths import AppPaths
from tests.hub_server import COMMIT, HubScript, hub_of
from tests.tiny_hub import TinyShape, save_folder, save_gguf

pytestmark = pytest.mark.allow_hosts(["127.0.0.1"])


@pytest.fixture(autouse=True)
def plain_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in list(os.environ):
        if name.casefold().endswith("_proxy") or name.startswith("HF_"):
            monkeypatch.delenv(name)


def tiny_files(folder: Path) -> dict[str, bytes]:
    source = save_folder(folder, TinyShape())
    return {file.name: file.read_bytes() for file in source.iterdir()}


@pytest.fixture
def script(tmp_path: Path) -> HubScript:
    files = tiny_files(tmp_path / "source")
    return HubScript(files, frozenset({"model.safetensors"}))


@pytest.fixture
def endpoint(script: HubScript) -> Iterator[str]:
    with hub_of(script) as address:
        yield address


def silent(event: Event) -> None:
    assert event


def ask(models: Path, endpoint: str, **more: object) -> dict[str, object]:
    return {"model": "someone/tiny", "models": str(models), "endpoint": endpoint, **more}


def test_it_comes_is_built_and_says_where_from(endpoint: str, tmp_path: Path) -> None:
    seen: list[Event] = []
    ending = fetch_hub_model(ask(tmp_path / "models", endpoint), tmp_path, seen.append, False)
    assert ending.produced == ("tiny",) and "is ready" in ending.summary
    made = read_manifest(tmp_path / "models" / "tiny")
    check_files(tmp_path / "models" / "tiny", made)
    assert made.made_from[0] == f"someone/tiny@{COMMIT[:12]}" and made.licence == "mit"
    # AND what was fetched is not kept twice
    assert not [file for file in tmp_path.rglob("*.safetensors") if "models" in file.parts]
    titles = {event.message for event in seen if isinstance(event, Progress)}
    assert "Fetching someone/tiny" in titles


def test_stopped_it_goes_on_with_what_came(
        endpoint: str, script: HubScript, tmp_path: Path) -> None:
    def stop(event: Event) -> None:
        if isinstance(event, Progress) and event.done == event.total:
            raise Cancelled

    models = tmp_path / "models"
    with pytest.raises(Cancelled):
        fetch_hub_model(ask(models, endpoint), tmp_path, stop, False)
    script.asked.clear()
    fetch_hub_model(ask(models, endpoint, id="mine"), tmp_path, silent, True)
    # Only the last file is asked for, from where it ended.
    wanted = [(path.rpartition("/")[2], told) for path, told in script.asked[1:]]
    assert {name for name, _ in wanted} == {"model.safetensors"} and all(
        told == f"bytes={len(script.files['model.safetensors'])}-" for _, told in wanted)
    assert read_manifest(models / "mine").id == "mine"


def test_one_gguf_of_several_is_named(tmp_path: Path) -> None:
    one = save_gguf(tmp_path / "a.gguf", TinyShape(), kind="Q8_0").read_bytes()
    script = HubScript({"tiny-Q8_0.gguf": one, "small/tiny-Q4.gguf": one[:9]},
                       frozenset({"tiny-Q8_0.gguf"}), licence="apache-2.0")
    models = tmp_path / "models"
    with hub_of(script) as endpoint:
        with pytest.raises(EngineError, match="2 GGUF files") as caught:
            fetch_hub_model(ask(models, endpoint), tmp_path, silent, False)
        assert "small/tiny-Q4.gguf (0 MB), tiny-Q8_0.gguf" in caught.value.hint
        named = ask(models, endpoint, model="someone/tiny:tiny-Q8_0.gguf")
        ending = fetch_hub_model(named, tmp_path, silent, False)
    made = read_manifest(models / ending.produced[0])
    assert made.made_from == (f"someone/tiny@{COMMIT[:12]}",) and made.licence == "apache-2.0"


def test_a_full_disk_is_said_before_anything_comes(
        endpoint: str, script: HubScript, tmp_path: Path,
        monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("engine.export.model_place.free_near", lambda place: 1_000)
    with pytest.raises(EngineError, match="The disk has"):
        fetch_hub_model(ask(tmp_path / "models", endpoint), tmp_path, silent, False)
    assert len(script.asked) == 1


def test_pickles_are_not_even_fetched(tmp_path: Path) -> None:
    script = HubScript({"config.json": b"{}", "pytorch_model.bin": b"never"})
    with hub_of(script) as endpoint, pytest.raises(EngineError, match="pickled"):
        fetch_hub_model(ask(tmp_path / "models", endpoint), tmp_path, silent, False)
    assert len(script.asked) == 1


def test_a_job_that_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(EngineError, match="cannot be read"):
        fetch_hub_model({"model": 3}, tmp_path, silent, False)


def test_the_command_adds_it(endpoint: str, isolated_home: AppPaths,
                             capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["models", "add", "someone/tiny", "--hub", endpoint], isolated_home) == 0
    assert capsys.readouterr().out == "tiny\n"
    check_files(isolated_home.models / "tiny", read_manifest(isolated_home.models / "tiny"))


def test_another_hub_does_not_get_the_secret(
        endpoint: str, script: HubScript, tmp_path: Path,
        monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_TOKEN", "hf_secret")
    fetch_hub_model(ask(tmp_path / "models", endpoint), tmp_path, silent, False)
    assert script.asked  # a hub of everybody refuses who comes with a secret, here
