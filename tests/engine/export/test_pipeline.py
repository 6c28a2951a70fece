"""A training from command line to installed model: a real child process, resumable, honest."""

import json
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import load_file, save_file

from engine.cli.main import main
from engine.errors import EngineError
from engine.events import Event, Finished, Metric, Note
from engine.export.pipeline import run_training_job
from engine.jobs.job_folder import JobFolder, JobState, list_jobs
from engine.models.manifest import check_files, read_manifest
from engine.models.registry import ModelRegistry
from engine.paths import AppPaths, program_folder
from engine.tagging.encoder_tagger import TASK, EncoderTagger
from engine.tagging.vocabulary import Vocabulary
from tests.contracts import SONG
from tests.engine.training.songs_to_learn import MOODS, fill_data

SONGS = 75
RECIPE = """
name = "Moods of the mill"
model_id = "milled"
base = "tiny-bert"
window = 64
epochs = 1
songs_per_step = 8
encoder_rate = 1e-3
head_steps = 10
precision = "fp32"
validate_every = 3
frame = ["gems9", "lastfm27"]
[label_sets]
gems9 = 2.0
lastfm27 = 1.0
nju4 = 0.5
"""


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return fill_data(tmp_path_factory.mktemp("data"), SONGS)


@pytest.fixture(scope="module")
def trained(data: Path, tiny_base: Path, tmp_path_factory: pytest.TempPathFactory) -> JobFolder:
    """A job that `train` started as a child process and followed to its end."""
    home = tmp_path_factory.mktemp("home")
    (home / "recipe.toml").write_text(RECIPE, "utf-8")
    paths = AppPaths(home, program_folder() / "resources")
    code = main(["train", str(home / "recipe.toml"), "--data", str(data), "--base",
                 str(tiny_base), "--json"], paths)
    [folder] = list_jobs(paths.jobs)
    assert code == 0, folder.log_tail()
    return folder


@pytest.fixture
def arguments(data: Path, tiny_base: Path, tmp_path: Path) -> dict[str, object]:
    """What a job is asked, as it stands in spec.json."""
    config = {"name": "Mill", "model_id": "mill", "base": "tiny-bert", "window": 64, "epochs": 0,
              "head_steps": 2, "precision": "fp32", "label_sets": {"gems9": 1.0, "nju4": 1.0}}
    return {"config": config, "data": str(data), "base": str(tiny_base), "moods": list(MOODS),
            "models": str(tmp_path / "models")}


def output_of(tmp_path: Path) -> Path:
    made = tmp_path / "output"
    made.mkdir(exist_ok=True)
    return made


def ignore(event: Event) -> None:
    """Nobody watches."""


def model_of(trained: JobFolder) -> Path:
    return trained.path.parent.parent / "models" / "milled"


def test_the_job_ends_finished_and_told_its_curve(trained: JobFolder) -> None:
    assert trained.state() is JobState.FINISHED
    events = trained.events_since()[0]
    steps = [e.step for e in events if isinstance(e, Metric) and e.split == "train"]
    assert steps == list(range(1, 8))
    assert {e.name for e in events if isinstance(e, Metric) and e.split == "valid"} >= {
        "loss", "valence Spearman"}
    notes = [e.message for e in events if isinstance(e, Note)]
    assert "60 songs to learn from, 15 held out" in notes
    ending = trained.ending()
    assert isinstance(ending, Finished) and ending.produced == ("milled",)


def test_the_installed_model_is_whole_and_describes_itself(trained: JobFolder) -> None:
    folder = model_of(trained)
    manifest = read_manifest(folder)
    check_files(folder, manifest)
    assert {f.name for f in manifest.files} == {"model.onnx", "tokenizer.json", "README.md"}
    assert sorted(f.name for f in folder.parent.iterdir()) == ["milled"]
    assert (manifest.name, manifest.precision) == ("Moods of the mill", "int8")
    vocabulary = Vocabulary.load(program_folder() / "resources" / "moods.toml")
    assert tuple(label.id for label in manifest.labels) == vocabulary.ids
    # Moods that no label set could give were neither learned nor measured, so they stay off.
    for label in manifest.labels:
        assert 0 < label.threshold < 1
        if label.id not in MOODS:
            assert label.experimental and label.auc is None
    # What the words of the mill say plainly is proven.
    sadness = next(label for label in manifest.labels if label.id == "sadness")
    assert not sadness.experimental
    assert sadness.auc is not None and sadness.auc_low is not None
    assert 0.5 < sadness.auc_low < sadness.auc
    # Every figure is a number that was measured on the songs held out.
    assert manifest.quality["valence Spearman"] > 0.3
    assert manifest.quality["int8 mean score change"] < 0.01
    card = (folder / "README.md").read_text("utf-8")
    assert "artists it has not seen" in card and "valence Spearman" in card


def test_the_installed_model_tags(trained: JobFolder) -> None:
    folder = model_of(trained)
    entry = ModelRegistry(folder.parent / "none", folder.parent).find("milled", TASK)
    tagger = EncoderTagger.open(entry.folder, 64, threads=1)
    scores = tagger.score(tagger.cut(SONG)).moods
    assert scores.shape[1] == len(tagger.moods) and np.isfinite(scores).all()


def test_learned_weights_are_enough_to_finish_again(trained: JobFolder, tmp_path: Path) -> None:
    # GIVEN an output folder that holds learned weights, its spec and nothing else
    output = output_of(tmp_path)
    for name in ("weights.safetensors", "reference.safetensors"):
        (output / name).write_bytes((trained.output / name).read_bytes())
    spec = trained.spec().argument_values() | {"models": str(tmp_path / "models")}
    told: list[Event] = []
    # WHEN the job is run once more
    run_training_job(spec, output, told.append, True)
    # THEN nothing is learned again, and the same model comes out
    assert not [e for e in told if isinstance(e, Metric)]
    first, again = read_manifest(model_of(trained)), read_manifest(tmp_path / "models" / "milled")
    assert again == first


def test_another_graph_is_another_version(trained: JobFolder, arguments: dict[str, object],
                                          tmp_path: Path) -> None:
    run_training_job(arguments, output_of(tmp_path), ignore, False)
    one = read_manifest(model_of(trained))
    other = read_manifest(tmp_path / "models" / "mill")
    assert one.version != other.version


def test_a_new_model_takes_the_place_of_the_old_whole(arguments: dict[str, object],
                                                      tmp_path: Path) -> None:
    # GIVEN an older model of the same id with files of its own, and remains of a killed install
    old = tmp_path / "models" / "mill"
    for name in ("mill", ".mill.new", ".mill.old"):
        (tmp_path / "models" / name).mkdir(parents=True)
        (tmp_path / "models" / name / "older.bin").write_bytes(b"1")
    # WHEN a new one is installed
    run_training_job(arguments, output_of(tmp_path), ignore, False)
    # THEN only the new one is there
    assert not (old / "older.bin").exists()
    check_files(old, read_manifest(old))
    assert [f.name for f in (tmp_path / "models").iterdir()] == ["mill"]


def test_without_held_out_songs_nothing_is_claimed(arguments: dict[str, object],
                                                   tmp_path: Path) -> None:
    config = {**as_dict(arguments["config"]), "learn_from_validation": True}
    run_training_job(arguments | {"config": config}, output_of(tmp_path), ignore, False)
    folder = tmp_path / "models" / "mill"
    manifest = read_manifest(folder)
    assert manifest.quality and all(name.startswith("int8 ") for name in manifest.quality)
    assert all(label.auc is None for label in manifest.labels)
    assert "not seen:" not in (folder / "README.md").read_text("utf-8")


@pytest.mark.parametrize("spoiled, said", [("weights", "Building the graph"),
                                           ("nan", "Building the graph")])
def test_a_graph_that_answers_otherwise_is_not_installed(trained: JobFolder, tmp_path: Path,
                                                         spoiled: str, said: str) -> None:
    # GIVEN learned weights that are not those torch was judged with
    output = output_of(tmp_path)
    (output / "reference.safetensors").write_bytes(
        (trained.output / "reference.safetensors").read_bytes())
    weights = load_file(trained.output / "weights.safetensors")
    weights["moods.bias"] = weights["moods.bias"] + (np.nan if spoiled == "nan" else 1.0)
    save_file(weights, output / "weights.safetensors")
    spec = trained.spec().argument_values() | {"models": str(tmp_path / "models")}
    # WHEN the job goes on from them
    with pytest.raises(EngineError, match=said) as caught:
        run_training_job(spec, output, ignore, True)
    # THEN it is refused, the weights stay
    assert "kept" in caught.value.hint
    assert not (tmp_path / "models").exists()
    assert (output / "weights.safetensors").exists()


@pytest.mark.parametrize("change, said", [
    ({"data": None}, "data"), ({"models": 3}, "models"), ({"moods": "sadness"}, "moods"),
    ({"config": {}}, "name"), ({"config": None}, "config"), ({"data": "relative"}, "absolute"),
    ({"base": "relative"}, "absolute"),
    ({"config": {"name": "a", "model_id": "b", "base": "c", "window": 9,
                 "label_sets": {"gems9": 1}}}, "window"),
])
def test_a_job_that_cannot_be_read_says_what_is_wrong(
        arguments: dict[str, object], tmp_path: Path, change: dict[str, object],
        said: str) -> None:
    with pytest.raises(EngineError, match=said) as caught:
        run_training_job(arguments | change, tmp_path, ignore, False)
    assert caught.value.hint


@pytest.mark.parametrize("name", ["config", "data", "models", "moods"])
def test_a_job_that_lacks_something_says_so(arguments: dict[str, object], tmp_path: Path,
                                            name: str) -> None:
    del arguments[name]
    with pytest.raises(EngineError, match=name):
        run_training_job(arguments, tmp_path, ignore, False)


def test_data_that_is_gone_is_said(arguments: dict[str, object], tmp_path: Path) -> None:
    with pytest.raises(EngineError, match=r"holds no lyrics_moods\.jsonl\.gz"):
        run_training_job(arguments | {"data": str(tmp_path)}, tmp_path, ignore, False)


def test_what_is_wrong_is_said_before_torch_is_loaded(tmp_path: Path) -> None:
    # GIVEN a fresh Python that is asked for a training without arguments
    script = ("import sys\n"
              "from pathlib import Path\n"
              "from engine.errors import EngineError\n"
              "from engine.export.pipeline import run_training_job\n"
              "try:\n"
              "    run_training_job({}, Path(sys.argv[1]), print, False)\n"
              "except EngineError:\n"
              "    print(sorted({'torch', 'transformers', 'onnx'} & set(sys.modules)))\n")
    done = subprocess.run([sys.executable, "-c", script, str(tmp_path)], cwd=program_folder(),
                          capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize("line, said", [
    (["missing.toml", "--data", "."], "missing.toml"),
    (["recipe.toml", "--data", "."], "lyrics_moods.jsonl.gz"),
    (["broken.toml", "--data", "."], "broken.toml"),
    (["recipe.toml"], "--data"),
])
def test_the_command_says_what_is_wrong_and_starts_nothing(
        line: list[str], said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
        isolated_home: AppPaths, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "recipe.toml").write_text(RECIPE, "utf-8")
    (tmp_path / "broken.toml").write_text("name = ", "utf-8")
    monkeypatch.chdir(tmp_path)
    assert main(["train", *line], isolated_home) == 2
    assert said in capsys.readouterr().err
    assert not isolated_home.jobs.exists()


def test_the_job_asks_for_what_the_recipe_says(trained: JobFolder, data: Path) -> None:
    spec = trained.spec()
    asked = spec.argument_values()
    assert (spec.kind, spec.title, spec.polite) == ("train", "Moods of the mill", True)
    assert as_dict(asked["config"])["encoder_rate"] == 1e-3
    assert asked["data"] == str(data.resolve())
    assert json.loads((trained.output / "config.json").read_text("utf-8")) == asked["config"]


def as_dict(value: object) -> Mapping[str, object]:
    assert isinstance(value, dict)
    return value
