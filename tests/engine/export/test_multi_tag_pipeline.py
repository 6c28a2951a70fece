"""Every tag at once, from songs to an installed tagger that is opened like any other."""

import json
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import load_file

from engine.events import Event, Finished, Note
from engine.export import mood_folder, still_folder
from engine.export.pipeline import run_training_job
from engine.models.manifest import ModelManifest, check_files, read_manifest
from engine.models.registry import ModelRegistry
from engine.tagging.encoder_tagger import TASK, EncoderTagger
from tests.contracts import SONG, TaggerContract
from tests.engine.training.songs_to_learn import MOODS, fill_data


def arguments(data: Path, base: Path, models: Path, **multi_tag: object) -> dict[str, object]:
    """What a job is asked, as it stands in spec.json."""
    config = {"name": "Mill", "model_id": "mill", "base": "tiny-bert", "way": "multi-tag",
              "window": 64, "precision": "fp32", "multi_tag": multi_tag,
              "label_sets": {"gems9": 1.0, "lastfm27": 1.0, "nju4": 1.0}}
    return {"config": config, "data": str(data), "base": str(base), "moods": list(MOODS),
            "models": str(models)}


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return fill_data(tmp_path_factory.mktemp("data"), 90)


@pytest.fixture(scope="module")
def cured(data: Path, tiny_base: Path,
          tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[Event]]:
    """The home of a run with masks and thresholds, and what it told."""
    home = tmp_path_factory.mktemp("home")
    (home / "output").mkdir()
    told: list[Event] = []
    asked = arguments(data, tiny_base, home / "models", masked=True, decay=0.4,
                      thresholds="base-rates")
    ending = run_training_job(asked, home / "output", told.append, False)
    assert isinstance(ending, Finished) and ending.produced == ("mill",)
    return home, told


def manifest_of(home: Path) -> ModelManifest:
    return read_manifest(home / "models" / "mill")


def test_it_is_a_whole_tagger_of_the_programs_moods(cured: tuple[Path, list[Event]]) -> None:
    home, told = cured
    manifest = manifest_of(home)
    check_files(home / "models" / "mill", manifest)
    # It learned a mood more than it may show.
    notes = [event.message for event in told if isinstance(event, Note)]
    assert any("of 5 tags a song" in note for note in notes)
    assert tuple(label.id for label in manifest.labels) == MOODS
    assert manifest.made_from and {f.name for f in manifest.files} == {
        "model.onnx", "tokenizer.json", "README.md"}
    sadness = manifest.labels[0]
    assert sadness.auc_low is not None and sadness.auc_low > 0.5 and not sadness.experimental
    card = (home / "models" / "mill" / "README.md").read_text("utf-8")
    assert "every tag of every label set" in card and "were masked" in card
    assert "as often as people gave it" in card and "fine-tuned" not in card


@pytest.mark.parametrize("limit, precision", [(1.0, "int8"), (0.0, "fp32")])
def test_a_graph_stays_exact_where_int8_moves_too_far(cured: tuple[Path, list[Event]], data: Path,
                                                      tiny_base: Path, tmp_path: Path,
                                                      monkeypatch: pytest.MonkeyPatch,
                                                      limit: float, precision: str) -> None:
    # GIVEN learned weights, and a limit that int8 keeps or does not keep
    for module in (mood_folder, still_folder):
        monkeypatch.setattr(module, "LARGEST_MEAN_CHANGE", limit)
    (tmp_path / "output").mkdir()
    for name in ("weights.safetensors", "reference.safetensors", "moods.json"):
        (tmp_path / "output" / name).write_bytes((cured[0] / "output" / name).read_bytes())
    told: list[Event] = []
    asked = arguments(data, tiny_base, tmp_path / "models", masked=True, decay=0.4)
    # WHEN the folder is filled THEN it holds one graph, and says which and how far int8 is off
    run_training_job(asked, tmp_path / "output", told.append, True)
    manifest = manifest_of(tmp_path)
    assert manifest.precision == precision
    assert ("int8 mean score change" in manifest.quality) is (precision == "int8")
    assert len([file for file in manifest.files if file.name.endswith(".onnx")]) == 1
    stays = [e for e in told if isinstance(e, Note) and "stays in fp32" in e.message]
    assert bool(stays) is (precision == "fp32")
    tagger = EncoderTagger.open(tmp_path / "models" / "mill", 64, threads=1)
    assert np.isfinite(tagger.score(tagger.cut(SONG)).moods).all()


def test_the_graph_says_what_was_learned(cured: tuple[Path, list[Event]]) -> None:
    home, _ = cured
    learned = load_file(home / "output" / "reference.safetensors")["scores"]
    assert learned.shape == (18, len(MOODS))
    # Songs that differ in their words differ in their scores.
    assert np.ptp(learned[:, 0]) > 0.1


def test_the_job_goes_on_from_what_it_has_learned(cured: tuple[Path, list[Event]], data: Path,
                                                  tiny_base: Path, tmp_path: Path) -> None:
    # GIVEN an output folder with weights and moods and nothing else
    home, _ = cured
    output = tmp_path / "output"
    output.mkdir()
    for name in ("weights.safetensors", "reference.safetensors", "moods.json"):
        (output / name).write_bytes((home / "output" / name).read_bytes())
    told: list[Event] = []
    asked = arguments(data, tiny_base, tmp_path / "models", masked=True, decay=0.4,
                      thresholds="base-rates")
    # WHEN the job is run once more THEN the same model comes out, and nothing is learned
    run_training_job(asked, output, told.append, True)
    assert manifest_of(tmp_path) == manifest_of(home)
    assert not [e for e in told if isinstance(e, Note) and "to learn from" in e.message
                and "tags a song" in e.message]


def test_the_plain_recipe_calls_at_half_and_says_so(data: Path, tiny_base: Path,
                                                    tmp_path: Path) -> None:
    (tmp_path / "output").mkdir()
    asked = arguments(data, tiny_base, tmp_path / "models", decay=0.4)
    run_training_job(asked, tmp_path / "output", lambda event: None, False)
    manifest = manifest_of(tmp_path)
    assert {label.threshold for label in manifest.labels} == {0.5}
    card = (tmp_path / "models" / "mill" / "README.md").read_text("utf-8")
    assert 'counted as "no"' in card and "from a score of 0.5" in card
    told = json.loads((tmp_path / "output" / "config.json").read_text("utf-8"))
    assert told["way"] == "multi-tag" and told["multi_tag"]["masked"] is False


class TestTrainedTagger(TaggerContract):
    @pytest.fixture
    def tagger(self, cured: tuple[Path, list[Event]]) -> EncoderTagger:
        home, _ = cured
        entry = ModelRegistry(home / "none", home / "models").find("mill", TASK)
        opened = EncoderTagger.open(entry.folder, 64, threads=1)
        assert opened.score(opened.cut(SONG)).moods.shape[1] == len(MOODS)
        return opened
