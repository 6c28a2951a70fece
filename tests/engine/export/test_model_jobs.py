"""The jobs that bring models: from the catalogue, from files, from folders; whole or not at all."""

import hashlib
import os
import shutil
import time
import zipfile
from collections import namedtuple
from dataclasses import replace
from pathlib import Path

import pytest

from engine.errors import Cancelled, EngineError
from engine.events import Event, Progress
from engine.export import model_jobs
from engine.export.model_jobs import FETCHED, fetch_model, import_model
from engine.export.model_place import check_room, id_from, taking_place
from engine.jobs.child import KINDS
from engine.models.catalogue import SMOLLM2, WheelModel
from engine.models.manifest import SENTENCE_VECTORS, check_files, read_manifest
from engine.models.sources import wheel
from engine.models.trash import remove_model
from engine.training.base_model import BASES
from tests.tiny_encoder import save_base
from tests.tiny_hub import TinyShape, save_folder, save_gguf


class Watcher:
    """Remembers what was reported; stops where it is told to."""

    def __init__(self, stop_at: str = "never") -> None:
        self.events: list[Event] = []
        self._stop_at = stop_at

    def __call__(self, event: Event) -> None:
        self.events.append(event)
        if isinstance(event, Progress) and event.message.startswith(self._stop_at):
            raise Cancelled

    def stretches(self) -> list[str]:
        return list(dict.fromkeys(e.message for e in self.events if isinstance(e, Progress)))


@pytest.fixture
def offered(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> WheelModel:
    """A catalogue with one small model, whose wheel has arrived whole but is not unpacked."""
    gguf = save_gguf(tmp_path / "it.gguf", TinyShape(), kind="Q4_1")
    models = tmp_path / "models" / FETCHED
    models.mkdir(parents=True)
    part = models / "tiny.whl.part"
    with zipfile.ZipFile(part, "w") as archive:
        archive.write(gguf, "pack/Tiny.Q4_1.gguf")
        archive.writestr("pack/__init__.py", "never")
    model = WheelModel("tiny", "tiny-project", "tiny.whl",
                       hashlib.sha256(part.read_bytes()).hexdigest(), "pack/", "MIT",
                       "Tiny.Q4_1.gguf", "Tiny Chat", "It chats.", part.stat().st_size)
    monkeypatch.setattr(model_jobs, "OFFERED", (model,))
    monkeypatch.setattr(wheel, "_address", lambda model, index: "nowhere")
    monkeypatch.setattr(wheel, "download", arrive)
    return model


def arrive(address: str, part: Path, progressed: wheel.Progressed) -> None:
    """All is there; told in small steps, as a download is."""
    size = part.stat().st_size
    for done in range(0, size, 4_000):
        progressed(done, size)
    progressed(size, size)


def ask(models: Path, model: str = "tiny") -> dict[str, object]:
    return {"model": model, "models": str(models)}


def bring(source: Path, models: Path, **more: object) -> dict[str, object]:
    return {"source": str(source), "models": str(models), **more}


def test_a_catalogue_model_is_fetched_and_built(offered: WheelModel, tmp_path: Path) -> None:
    models, watch = tmp_path / "models", Watcher()
    ending = fetch_model(ask(models), tmp_path, watch, False)
    assert ending.produced == ("tiny",) and "Tiny Chat is ready" in ending.summary
    manifest = read_manifest(models / "tiny")
    check_files(models / "tiny", manifest)
    assert (manifest.name, manifest.about, manifest.licence) == ("Tiny Chat", "It chats.", "MIT")
    # Nothing of the source is left, neither the wheel nor the GGUF
    assert list((models / FETCHED).iterdir()) == []
    # AND progress was told in bytes, but not for every block
    told = [e for e in watch.events if isinstance(e, Progress) and e.unit == "bytes"]
    assert 2 <= len(told) <= 3 and told[-1].done == told[-1].total
    assert watch.stretches()[0] == "Fetching Tiny Chat"


def test_what_is_installed_is_not_fetched_again(offered: WheelModel, tmp_path: Path,
                                                monkeypatch: pytest.MonkeyPatch) -> None:
    models = tmp_path / "models"
    fetch_model(ask(models), tmp_path, Watcher(), False)
    monkeypatch.setattr(wheel, "fetch", None)
    ending = fetch_model(ask(models), tmp_path, Watcher(), False)
    assert "installed already" in ending.summary and ending.produced == ("tiny",)


def test_stopped_while_building_it_needs_no_network_to_go_on(
        offered: WheelModel, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    models = tmp_path / "models"
    with pytest.raises(Cancelled):
        fetch_model(ask(models), tmp_path, Watcher("Building"), False)
    assert not (models / "tiny").exists()
    monkeypatch.setattr(wheel, "download", None)
    assert fetch_model(ask(models), tmp_path, Watcher(), True).produced == ("tiny",)


def test_a_sentence_encoder_is_fetched_and_built(offered: WheelModel, tmp_path: Path,
                                                 monkeypatch: pytest.MonkeyPatch) -> None:
    # GIVEN one that was fetched to be fine-tuned
    models = tmp_path / "models"
    base = save_base(models / BASES / "sentences")
    wanted = replace(offered, id="sentences", name="Sentences", only="")
    monkeypatch.setattr(model_jobs, "OFFERED", (wanted,))
    # WHEN it is asked for THEN it is built from there, which stays
    ending = fetch_model(ask(models, "sentences"), tmp_path, Watcher(), False)
    assert ending.produced == ("sentences",) and "Sentences is ready" in ending.summary
    assert read_manifest(models / "sentences").task == SENTENCE_VECTORS
    assert (base / "config.json").is_file()
    # AND out of its wheel where it was not
    archive = models / FETCHED / "tiny.whl.part"
    with zipfile.ZipFile(archive, "w") as wheel_file:
        for file in base.iterdir():
            wheel_file.write(file, f"pack/{file.name}")
    shutil.rmtree(base)
    remove_model(models / "sentences")
    sha256 = hashlib.sha256(archive.read_bytes()).hexdigest()
    monkeypatch.setattr(model_jobs, "OFFERED", (replace(wanted, sha256=sha256),))
    assert fetch_model(ask(models, "sentences"), tmp_path, Watcher(), False).produced
    assert not (models / FETCHED / "sentences").exists()


def test_a_file_that_is_not_the_one_expected(offered: WheelModel, tmp_path: Path,
                                             monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(model_jobs, "OFFERED", (replace(offered, sha256="0" * 64),))
    with pytest.raises(EngineError, match="not the one expected"):
        fetch_model(ask(tmp_path / "models"), tmp_path, Watcher(), False)
    assert list((tmp_path / "models" / FETCHED).iterdir()) == []


def test_an_id_outside_the_catalogue_names_those_inside(tmp_path: Path) -> None:
    with pytest.raises(EngineError, match='"gpt-5"') as caught:
        fetch_model(ask(tmp_path, "gpt-5"), tmp_path, Watcher(), False)
    assert SMOLLM2.id in caught.value.hint


@pytest.mark.parametrize("arguments", [{}, {"model": 3, "models": "x"}, {"source": "x"}])
def test_arguments_that_cannot_be_read(arguments: dict[str, object], tmp_path: Path) -> None:
    for job in (fetch_model, import_model):
        with pytest.raises(EngineError, match="cannot be read"):
            job(arguments, tmp_path, Watcher(), False)


def test_a_file_of_ones_own_is_only_read(tmp_path: Path) -> None:
    file = save_gguf(tmp_path / "My Model.gguf", TinyShape(), kind="Q8_0")
    before = file.read_bytes()
    ending = import_model(bring(file, tmp_path / "models"), tmp_path, Watcher(), False)
    assert ending.produced == ("My-Model",) and file.read_bytes() == before
    # AND it may be called otherwise
    import_model(bring(file, tmp_path / "models", id="mine"), tmp_path, Watcher(), False)
    assert read_manifest(tmp_path / "models" / "mine").id == "mine"


def test_a_folder_with_one_gguf_stands_for_it(tmp_path: Path) -> None:
    folder = tmp_path / "downloads"
    folder.mkdir()
    save_gguf(folder / "one.gguf", TinyShape())
    ending = import_model(bring(folder, tmp_path / "models"), tmp_path, Watcher(), False)
    assert ending.produced == ("one",)
    save_gguf(folder / "two.gguf", TinyShape())
    with pytest.raises(EngineError, match="2 GGUF files") as caught:
        import_model(bring(folder, tmp_path / "models"), tmp_path, Watcher(), False)
    assert "one.gguf" in caught.value.hint


@pytest.mark.parametrize("bits", [8, 4])
def test_a_hubs_folder(bits: int, tmp_path: Path) -> None:
    source = save_folder(tmp_path / "Tiny", TinyShape())
    ending = import_model(bring(source, tmp_path / "models", bits=bits), tmp_path, Watcher(),
                          False)
    assert read_manifest(tmp_path / "models" / "Tiny").precision == f"{bits}-bit"
    assert f"{bits}-bit" in ending.summary


def test_a_model_folder_of_ours_is_taken_over_whole(tmp_path: Path) -> None:
    save_folder(tmp_path / "Tiny", TinyShape())
    import_model(bring(tmp_path / "Tiny", tmp_path / "there"), tmp_path, Watcher(), False)
    elsewhere = tmp_path / "there" / "Tiny"
    ending = import_model(bring(elsewhere, tmp_path / "models"), tmp_path, Watcher(), False)
    assert ending.produced == ("Tiny",)
    check_files(tmp_path / "models" / "Tiny", read_manifest(elsewhere))
    # AND it may be called otherwise, though never out of its place
    import_model(bring(elsewhere, tmp_path / "models", id="../up"), tmp_path, Watcher(), False)
    assert read_manifest(tmp_path / "models" / "up").id == "up"
    # AND one whose file was changed is refused
    shutil.rmtree(tmp_path / "models")
    (elsewhere / "tokenizer.json").write_text("{}")
    with pytest.raises(EngineError, match="not the file that was installed"):
        import_model(bring(elsewhere, tmp_path / "models"), tmp_path, Watcher(), False)
    assert not (tmp_path / "models" / "Tiny").exists()


def test_what_is_no_model_is_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("no model")
    (tmp_path / "empty").mkdir()
    installed = tmp_path / "models" / "tiny"
    installed.mkdir(parents=True)
    for source, sentence in ((tmp_path / "notes.txt", "not a model"),
                             (tmp_path / "absent", "There is no"),
                             (tmp_path / "empty", "empty"),
                             (installed, "among the installed models"),
                             (installed.parent, "among the installed models")):
        with pytest.raises(EngineError) as caught:
            import_model(bring(source, tmp_path / "models"), tmp_path, Watcher(), False)
        assert sentence in caught.value.message and caught.value.hint
    with pytest.raises(EngineError, match="3 bits"):
        import_model(bring(tmp_path / "empty", tmp_path / "m", bits=3), tmp_path, Watcher(), False)


def test_a_full_disk_is_said_before_the_work(tmp_path: Path,
                                             monkeypatch: pytest.MonkeyPatch) -> None:
    usage = namedtuple("usage", "total used free")
    monkeypatch.setattr(shutil, "disk_usage", lambda place: usage(1e12, 1e12, 1e9))
    check_room(tmp_path / "not" / "there", 500_000_000)
    with pytest.raises(EngineError, match=r"has 1\.0 GB left; this model needs 1\.2 GB"):
        check_room(tmp_path, 1_000_000_000)


@pytest.mark.parametrize("name, expected", [
    ("SmolLM2-135M.Q4_1", "SmolLM2-135M.Q4_1"), ("My model (v2)!", "My-model-v2"),
    ("../../etc", "etc"), (".hidden", "hidden"), ("日本語", "model"), ("a/b\\c:d", "a-b-c-d"),
    ("x" * 200, "x" * 80)])
def test_ids_are_plain_folder_names(name: str, expected: str) -> None:
    assert id_from(name) == expected


def test_a_place_is_taken_whole_or_not_at_all(tmp_path: Path) -> None:
    with pytest.raises(ZeroDivisionError), taking_place(tmp_path, "it") as fresh:
        (fresh / "half").touch()
        raise ZeroDivisionError
    assert list(tmp_path.iterdir()) == []
    with taking_place(tmp_path, "it") as fresh:
        (fresh / "new").touch()
        # a second process at the same work is not in the way
        with taking_place(tmp_path, "it") as other:
            (other / "newer").touch()
    assert [f.name for f in (tmp_path / "it").iterdir()] == ["new"]


def test_what_a_kill_left_behind_is_swept_away_when_it_is_old(tmp_path: Path) -> None:
    for name, age in ((".it.old.new", 10**5), (".it.young.new", 0), (".other.x.new", 10**5)):
        (tmp_path / name).mkdir()
        os.utime(tmp_path / name, (time.time() - age, time.time() - age))
    with taking_place(tmp_path, "it"):
        pass
    assert sorted(f.name for f in tmp_path.iterdir()) == [".it.young.new", ".other.x.new", "it"]


def test_the_kinds_of_job_are_known() -> None:
    assert {"fetch-model", "import-model", "try-model"} <= set(KINDS)
