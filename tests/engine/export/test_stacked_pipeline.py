"""The shipped way from songs to an installed tagger, judged by folds, resumable, honest."""

import gzip
import json
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import load_file

from engine.errors import EngineError
from engine.evaluation.metrics import roc_auc
from engine.events import Event, Finished, Metric, Note
from engine.export.model_card import FOLDED, HELD_OUT
from engine.export.pipeline import run_training_job
from engine.models.manifest import ModelManifest, check_files, read_manifest
from engine.tagging.encoder_tagger import EncoderTagger
from engine.tagging.reading import lyric_from_text
from tests.contracts import TaggerContract
from tests.engine.training.feelings_by_hand import fill_feelings
from tests.engine.training.songs_to_learn import MOODS, fill_data

SONGS = 90
KEPT = ("weights.safetensors", "reference.safetensors", "moods.json", "out_of_fold.safetensors")


@pytest.fixture(scope="module", autouse=True)
def one_thread() -> None:
    import torch

    torch.set_num_threads(1)


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of songs; texts with feelings lie beside it, as the recipe has it."""
    home = tmp_path_factory.mktemp("data")
    fill_feelings(home / "emotion_text", 200)
    return fill_data(home / "songs", SONGS)


def asked(data: Path, base: Path, models: Path, **config: object) -> dict[str, object]:
    """What a job is asked, as it stands in spec.json."""
    whole = {"name": "Mill", "model_id": "mill", "base": "tiny-bert", "way": "stacked",
             "window": 64, "precision": "fp32", "learn_from_validation": True,
             "stacked": {"components": 20, "rarest": 3, "choices": {"nju4": 1.0}},
             "label_sets": {"gems9": 1.0, "lastfm27": 1.0, "nju4": 1.0}} | config
    return {"config": whole, "data": str(data), "base": str(base), "moods": [*MOODS, "never"],
            "models": str(models)}


@pytest.fixture(scope="module")
def folded(data: Path, tiny_base: Path,
           tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[Event]]:
    """The home of a run that learned from every song, and what it told. Only to be read."""
    home = tmp_path_factory.mktemp("home")
    (home / "output").mkdir()
    told: list[Event] = []
    ending = run_training_job(asked(data, tiny_base, home / "models"), home / "output",
                              told.append, False)
    assert isinstance(ending, Finished) and ending.produced == ("mill",)
    return home, told


def manifest_of(home: Path) -> ModelManifest:
    return read_manifest(home / "models" / "mill")


def rows_of(data: Path) -> list[dict[str, object]]:
    with gzip.open(data / "lyrics_moods.jsonl.gz", "rt", encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


class TestStackedTagger(TaggerContract):
    @pytest.fixture
    def tagger(self, folded: tuple[Path, list[Event]]) -> EncoderTagger:
        return EncoderTagger.open(folded[0] / "models" / "mill", 64, threads=1)


def test_it_is_a_whole_tagger_whose_quality_the_folds_told(
        folded: tuple[Path, list[Event]]) -> None:
    home, told = folded
    manifest = manifest_of(home)
    check_files(home / "models" / "mill", manifest)
    assert {file.name for file in manifest.files} == {"model.onnx", "tokenizer.json", "README.md"}
    assert tuple(label.id for label in manifest.labels) == (*MOODS, "never")
    assert manifest.precision == "int8" and manifest.quality["int8 mean score change"] < 0.01
    assert manifest.quality["valence Spearman"] > 0.3
    assert manifest.quality["lastfm27 macro AUC"] > 0.7
    sadness, never = manifest.labels[0], manifest.labels[-1]
    assert sadness.auc_low is not None and sadness.auc_low > 0.5 and not sadness.experimental
    assert never.experimental and never.auc is None
    card = (home / "models" / "mill" / "README.md").read_text("utf-8")
    assert FOLDED in card and "GoEmotions" in card and "fine-tuned" not in card
    # It tuned once, then learned whole and five times more.
    notes = [event.message for event in told if isinstance(event, Note)]
    assert len([note for note in notes if "short texts" in note]) == 1
    learned = [int(note.split()[5]) for note in notes if note.startswith("The heads")]
    assert learned[0] == SONGS and len(learned) == 6
    assert sum(SONGS - count for count in learned[1:]) == SONGS


def test_what_the_folds_said_is_of_every_song_and_not_what_was_learned(
        folded: tuple[Path, list[Event]], data: Path) -> None:
    home, _ = folded
    said = load_file(home / "output" / "out_of_fold.safetensors")
    assert said["logits"].shape == (SONGS, len(MOODS) + 1) and said["affect"].shape == (SONGS, 2)
    # GIVEN the mill's songs, which are sad by turns, THEN folds heard it in songs not learned
    sad = np.array([int(str(row["id"])[1:]) % 2 == 0 for row in rows_of(data)])
    assert roc_auc(said["logits"][:, 0], sad) > 0.7
    # AND they are not the scores of the model itself, which knows these songs
    whole = load_file(home / "output" / "reference.safetensors")["scores"]
    folds = 1 / (1 + np.exp(-said["logits"][: len(whole)]))
    assert not np.allclose(whole, folds, atol=0.02)


def test_the_graph_says_what_was_learned(folded: tuple[Path, list[Event]], data: Path) -> None:
    """Through int8, layers side by side and words counted in the graph."""
    home, _ = folded
    tagger = EncoderTagger.open(home / "models" / "mill", 64, threads=1)
    reference = load_file(home / "output" / "reference.safetensors")["scores"]
    changes = []
    for row, expected in zip(rows_of(data)[:12], reference, strict=False):
        excerpts = tagger.cut(lyric_from_text(str(row["lyrics"]), ""))
        said = tagger.score(excerpts).moods.clip(1e-6, 1 - 1e-6)
        weights = [excerpt.weight for excerpt in excerpts]
        logits = np.average(np.log(said / (1 - said)), 0, weights)
        changes.append(np.abs(1 / (1 + np.exp(-logits)) - expected))
    assert np.mean(changes) < 0.02 and np.ptp(reference, axis=0).max() > 0.3


def test_learned_weights_are_enough_to_finish_again(
        folded: tuple[Path, list[Event]], data: Path, tiny_base: Path, tmp_path: Path) -> None:
    # GIVEN an output folder with what was learned and what the folds said, and no texts
    home, _ = folded
    output = tmp_path / "output"
    output.mkdir()
    for name in KEPT:
        (output / name).write_bytes((home / "output" / name).read_bytes())
    alone = fill_data(tmp_path / "alone", SONGS)
    told: list[Event] = []
    # WHEN the job is run once more THEN nothing is learned, and the same model comes out
    run_training_job(asked(alone, tiny_base, tmp_path / "models"), output, told.append, True)
    assert manifest_of(tmp_path) == manifest_of(home)
    assert not [event for event in told if isinstance(event, Metric)]
    assert not [event for event in told if isinstance(event, Note) and "learned" in event.message]


def test_songs_held_out_judge_where_there_are_some(
        folded: tuple[Path, list[Event]], data: Path, tiny_base: Path, tmp_path: Path) -> None:
    (tmp_path / "output").mkdir()
    plain = {"components": 20, "rarest": 3, "feeling_epochs": 0.0}
    run_training_job(asked(data, tiny_base, tmp_path / "models", learn_from_validation=False,
                           stacked=plain), tmp_path / "output", lambda event: None, False)
    card = (tmp_path / "models" / "mill" / "README.md").read_text("utf-8")
    assert HELD_OUT in card and FOLDED not in card and "GoEmotions" not in card
    assert not (tmp_path / "output" / "out_of_fold.safetensors").exists()
    assert manifest_of(tmp_path).version != manifest_of(folded[0]).version


def test_missing_texts_are_said_and_nothing_is_installed(tiny_base: Path, tmp_path: Path) -> None:
    alone = fill_data(tmp_path / "songs", 20)
    (tmp_path / "output").mkdir()
    with pytest.raises(EngineError, match=r"goemotions\.jsonl\.gz") as caught:
        run_training_job(asked(alone, tiny_base, tmp_path / "models"), tmp_path / "output",
                         lambda event: None, False)
    assert caught.value.hint
    assert not (tmp_path / "models").exists()
    assert not (tmp_path / "output" / "weights.safetensors").exists()


def test_folds_that_lack_artists_are_said(data: Path, tiny_base: Path, tmp_path: Path) -> None:
    # GIVEN songs by two artists, of which nothing can be said that five folds told
    rows = [row | {"artist": f"a{n % 2}"} for n, row in enumerate(rows_of(data))]
    songs = fill_data(tmp_path / "songs", 2)
    with gzip.open(songs / "lyrics_moods.jsonl.gz", "wt", encoding="utf-8") as file:
        file.writelines(json.dumps(row) + "\n" for row in rows)
    fill_feelings(tmp_path / "emotion_text", 70)
    (tmp_path / "output").mkdir()
    with pytest.raises(EngineError, match="artists"):
        run_training_job(asked(songs, tiny_base, tmp_path / "models"), tmp_path / "output",
                         lambda event: None, False)
    assert not (tmp_path / "models").exists()
