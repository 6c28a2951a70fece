"""A mood's threshold calls it as often as people did; what is claimed was told of unseen songs."""

from pathlib import Path

import numpy as np
import pytest

from engine.events import Event
from engine.export.model_card import FOLDED, HELD_OUT, NOT_JUDGED
from engine.export.mood_folder import MoodFolder, song_scores
from engine.models.manifest import LabelInfo
from engine.settings import CollationSettings
from engine.tagging.collation import combine
from engine.training.config import TrainingConfig, config_from_json
from engine.training.dataset import LabelledSong
from engine.training.material import Material
from tests.engine.training.songs_by_hand import MOODS, SPACE, song
from tests.tiny_encoder import save_graph, tiny_weights

SADNESS, HAPPINESS, POWER, WRY = range(4)
CONFIG = config_from_json({"name": "Mill", "model_id": "mill", "base": "tiny-bert",
                           "frame": ["gems9"], "label_sets": {"gems9": 1.0, "nju4": 1.0}})


def ignore(event: Event) -> None:
    """Nobody watches."""


def labelled(count: int = 80) -> tuple[LabelledSong, ...]:
    """A quarter of the songs is sad, half of them powerful."""
    return tuple(song(f"s{n}", {"gems9": [mood for mood, every in (("sadness", 4), ("power", 2))
                                          if n % every == 0]}, affect=(n / 80, -n / 80),
                      text=f"{'x' * (5 + n % 40)} {'y' * (5 + n % 7)}")
                 for n in range(count))


def told(songs: tuple[LabelledSong, ...]) -> tuple[np.ndarray, np.ndarray]:
    """Scores that know sadness and nothing of power, and places that are right."""
    scores = np.random.default_rng(0).uniform(0.1, 0.9, (len(songs), len(MOODS))).astype("f4")
    scores[::4, SADNESS] += 0.4
    return scores.clip(max=0.99), np.array([each.affect for each in songs], np.float32)


def folder(tmp_path: Path, learning: tuple[LabelledSong, ...],
           held_out: tuple[LabelledSong, ...] = (), config: TrainingConfig = CONFIG) -> MoodFolder:
    return MoodFolder(tmp_path, tmp_path, config, Material(SPACE, learning, held_out), ignore)


def label(folder: MoodFolder, column: int) -> LabelInfo:
    return folder.measure({}).labels[column]


def test_quality_is_told_by_folds_where_no_song_is_held_out(tmp_path: Path) -> None:
    # GIVEN scores of songs learned from, each told by a fold that left it out, and no graph
    songs = labelled()
    made = folder(tmp_path, songs)
    made.said = scores, _ = told(songs)
    quality = made.measure({"int8 mean score change": 0.001})
    # THEN figures and intervals are of these
    assert quality.metrics["valence Spearman"] == pytest.approx(1.0)
    assert quality.metrics["int8 mean score change"] == 0.001
    sadness, power = quality.labels[SADNESS], quality.labels[POWER]
    assert sadness.auc is not None and sadness.auc > 0.8 and not sadness.experimental
    assert power.auc_low is not None and power.auc_low <= 0.5 and power.experimental
    # AND thresholds call each mood as often as people gave it
    for found, share in ((sadness, 0.25), (power, 0.5)):
        column = MOODS.index(found.id)
        assert (scores[:, column] >= found.threshold).mean() == pytest.approx(share, abs=0.02)
    # AND what nobody was asked about claims nothing and stays off
    wry = quality.labels[WRY]
    assert wry.auc is None and wry.experimental and 0 < wry.threshold < 1


def test_songs_held_out_judge_before_any_folds(tmp_path: Path,
                                               monkeypatch: pytest.MonkeyPatch) -> None:
    from engine.export import mood_folder

    learning, held_out = labelled(), labelled(40)
    asked: list[int] = []

    def scored(songs: tuple[LabelledSong, ...], graph: Path) -> tuple[np.ndarray, np.ndarray]:
        asked.append(len(songs))
        return told(songs)

    monkeypatch.setattr(mood_folder, "song_scores", scored)
    made = folder(tmp_path, learning, held_out)
    made.said = told(learning)
    assert label(made, SADNESS).auc is not None
    assert asked == [40]


def test_with_neither_thresholds_are_set_and_nothing_is_claimed(
        tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from engine.export import mood_folder

    monkeypatch.setattr(mood_folder, "song_scores", lambda songs, graph: told(songs))
    made = folder(tmp_path, labelled())
    quality = made.measure({"int8 mean score change": 0.001})
    assert quality.metrics == {"int8 mean score change": 0.001}
    assert all(each.auc is None for each in quality.labels)
    # A mood that was given often enough is not doubted for that.
    assert [each.experimental for each in quality.labels] == [False, True, False, True]
    assert len({each.threshold for each in quality.labels}) > 2


def test_a_recipe_that_calls_at_half_has_no_other_threshold(tmp_path: Path) -> None:
    config = config_from_json(CONFIG.to_json() | {"way": "multi-tag"})
    made = folder(tmp_path, labelled(), config=config)
    made.said = told(labelled())
    assert [each.threshold for each in made.measure({}).labels] == [0.5] * 4


@pytest.mark.parametrize("way, held_out, folds, sentence", [
    ("stacked", False, True, FOLDED), ("stacked", True, False, HELD_OUT),
    ("stacked", True, True, HELD_OUT), ("encoder", False, False, NOT_JUDGED)])
def test_the_card_says_what_was_judged_on(tmp_path: Path, tiny_base: Path, way: str,
                                          held_out: bool, folds: bool, sentence: str) -> None:
    songs = labelled(30)
    config = config_from_json(CONFIG.to_json() | {"way": way})
    made = MoodFolder(tmp_path, tiny_base, config,
                      Material(SPACE, songs, songs[:10] if held_out else ()), ignore)
    made.said = told(songs) if folds else None
    weights = tiny_weights()
    weights["moods.weight"] = np.concatenate([weights["moods.weight"][:3]] * 2)[:4]
    weights["moods.bias"] = np.zeros(4, np.float32)
    manifest = made.fill(weights, None)
    card = (tmp_path / "README.md").read_text("utf-8")
    assert [each for each in (FOLDED, HELD_OUT, NOT_JUDGED) if each in card] == [sentence]
    assert ("valence Spearman" in manifest.quality) is (sentence != NOT_JUDGED)
    assert ("GoEmotions" in manifest.data) is (way == "stacked") and "gems9" in manifest.data
    assert manifest.parameters == sum(array.size for array in weights.values())
    assert {file.name for file in manifest.files} == {"model.onnx", "tokenizer.json", "README.md"}


def test_songs_are_scored_as_at_run_time(tmp_path: Path) -> None:
    from engine.inference.classifier import EncoderRunner
    from engine.inference.onnx_model import OnnxModel

    file = save_graph(tmp_path / "model.onnx", tiny_weights(), int8=False)
    songs = [song("a", text="river stone tears"), song("b", text="sun"), song("c", text="a b c d")]
    scores, affect = song_scores(songs, file)
    assert scores.shape == (3, 3) and affect.shape == (3, 2)
    runner = EncoderRunner(OnnxModel.open(file, 1), ("moods", "affect"))
    for row, each in enumerate(songs):
        logits, place = runner.run([part.token_ids for part in each.excerpts])
        weights = np.array([part.weight for part in each.excerpts])
        alone = combine(1 / (1 + np.exp(-logits)), place, weights, np.array([0]),
                        CollationSettings())
        assert scores[row] == pytest.approx(alone.scores[0], abs=1e-5)
        assert affect[row] == pytest.approx(alone.affect[0], abs=1e-5)
