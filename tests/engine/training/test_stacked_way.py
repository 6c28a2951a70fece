"""The shipped way: a tuned encoder that no label of a song touches, heads and words upon it."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from engine.errors import EngineError
from engine.evaluation.metrics import roc_auc
from engine.events import Event, Note
from engine.training.config import TrainingConfig, config_from_json
from engine.training.dataset import LabelledSong
from engine.training.material import Material
from engine.training.way import Way
from engine.training.ways import open_way
from tests.contracts import WayContract
from tests.engine.training.feelings_by_hand import fill_feelings
from tests.engine.training.songs_to_learn import WEIGHTS
from tests.tiny_encoder import LAYERS, WIDTH

CONFIG: TrainingConfig = config_from_json({
    "name": "Tiny", "model_id": "tiny", "base": "tiny-bert", "way": "stacked", "window": 64,
    "precision": "fp32", "label_sets": WEIGHTS,
    "stacked": {"components": 20, "rarest": 3, "feeling_epochs": 1.0, "feeling_rate": 2e-3,
                "choices": {"nju4": 1.0}}})


def ignore(event: Event) -> None:
    """Nobody watches."""


@pytest.fixture(scope="session")
def texts(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return fill_feelings(tmp_path_factory.mktemp("feelings") / "emotion_text")


@pytest.fixture
def songs(mill: Material) -> tuple[LabelledSong, ...]:
    return mill.learning


@pytest.fixture
def way(tiny_base: Path, texts: Path, tmp_path: Path, mill: Material) -> Way:
    return opened(tiny_base, texts, tmp_path, mill)


def opened(base: Path, texts: Path, folder: Path, mill: Material,
           config: TrainingConfig = CONFIG):
    import torch

    from engine.training.tasks.stacked_way import StackedWay

    torch.set_num_threads(1)
    return StackedWay(config, mill.space, base, texts, folder / "stacked")


class TestStackedWay(WayContract):
    pass


def test_the_encoder_is_tuned_once_and_songs_are_read_by_it(
        tiny_base: Path, texts: Path, tmp_path: Path, mill: Material,
        songs: Sequence[LabelledSong]) -> None:
    told: list[Event] = []
    way = opened(tiny_base, texts, tmp_path, mill)
    way.prepare(songs, told.append)
    kept = sorted(file.name for file in (tmp_path / "stacked").iterdir())
    assert kept[0] == "encoder" and kept[1].startswith("layers-") and len(kept) == 2
    tuned = way.fit(songs, ignore).weights()
    # WHEN the same folder is opened again, with texts and base model gone
    (tmp_path / "gone").mkdir()
    again = opened(tmp_path / "gone", tmp_path / "gone", tmp_path, mill)
    again.prepare(songs, told.append)
    # THEN nothing is tuned or read anew, and the same is learned
    assert len([e for e in told if isinstance(e, Note) and "short texts" in e.message]) == 1
    found = again.fit(songs, ignore).weights()
    assert found.keys() == tuned.keys()
    assert all(np.array_equal(found[name], tuned[name]) for name in tuned)
    # AND what was learned lies upon the tuned encoder, not upon the base
    from engine.training.tasks.layer_vectors import LayerVectors

    plain = LayerVectors(tiny_base, "fp32").encoder_weights()
    changed = [name for name in plain if not np.array_equal(plain[name], tuned[name])]
    assert changed and not [name for name in changed if "embeddings" in name]


def test_what_another_encoder_read_is_never_taken(
        tiny_base: Path, texts: Path, tmp_path: Path, mill: Material,
        songs: Sequence[LabelledSong]) -> None:
    plain = replace(CONFIG, stacked=replace(CONFIG.stacked, feeling_epochs=0.0))
    ways = [opened(tiny_base, texts, tmp_path, mill, config) for config in (CONFIG, plain)]
    for way in ways:
        way.prepare(songs, ignore)
    assert len(list((tmp_path / "stacked").glob("layers-*"))) == 2
    assert not np.allclose(*(way.vectors.of(songs) for way in ways), atol=1e-3)


def test_no_label_of_a_song_reaches_the_encoder(
        tiny_base: Path, texts: Path, tmp_path: Path, mill: Material,
        songs: Sequence[LabelledSong]) -> None:
    way = opened(tiny_base, texts, tmp_path, mill)
    way.prepare(songs, ignore)
    some, others = (way.fit(half, ignore).weights() for half in (songs[:30], songs[30:]))
    for name in some:
        if name.startswith("encoder."):
            assert np.array_equal(some[name], others[name]), name
    assert not np.array_equal(some["moods.weight"], others["moods.weight"])


def test_what_is_handed_on_says_what_the_model_says(
        tiny_base: Path, texts: Path, tmp_path: Path, mill: Material,
        songs: Sequence[LabelledSong]) -> None:
    from engine.training.word_shares import word_shares

    way = opened(tiny_base, texts, tmp_path, mill)
    way.prepare(songs, ignore)
    learned = way.fit(songs[:40], ignore)
    weights = learned.weights()
    moods, size = len(mill.space.moods), len(weights["words.rarity"])
    assert weights["moods.weight"].shape == (moods, (LAYERS + 1) * WIDTH)
    assert weights["words.moods"].shape == (moods, size)
    assert weights["words.affect"].shape == (2, size)
    assert size == len(weights["encoder.embeddings.word_embeddings.weight"])
    # THEN layers and words, added up by hand, are its logits
    shares = word_shares(songs, weights["words.rarity"])
    words = np.zeros(shares.shape, np.float32)
    words[shares.rows, shares.columns] = shares.values
    layers = way.vectors.of(songs)
    logits, affect = learned.logits(songs)
    assert logits == pytest.approx(layers @ weights["moods.weight"].T + weights["moods.bias"]
                                   + words @ weights["words.moods"].T, abs=1e-3)
    assert affect == pytest.approx(np.tanh(
        layers @ weights["affect.weight"].T + weights["affect.bias"]
        + words @ weights["words.affect"].T), abs=1e-4)


def test_scores_are_how_often_people_give_a_mood(
        tiny_base: Path, texts: Path, tmp_path: Path, mill: Material,
        songs: Sequence[LabelledSong]) -> None:
    # GIVEN no choice that would lead away from it
    plain = replace(CONFIG, stacked=replace(CONFIG.stacked, choices={}))
    way = opened(tiny_base, texts, tmp_path, mill, plain)
    way.prepare(songs, ignore)
    learned = way.fit(songs, ignore)
    moods = learned.moods
    # THEN what the second heads say of the songs they learned from is moved to people's share
    gems = mill.space.set_names.index("gems9")
    rows = [row for row, each in enumerate(songs)
            for said in each.judgements if said.label_set == gems]
    column = moods.index("sadness")
    present = [said.present[column] for each in songs for said in each.judgements
               if said.label_set == gems]
    shifted = learned.heads.said[rows, column] + learned.shifts[column]
    assert (1 / (1 + np.exp(-shifted))).mean() == pytest.approx(np.mean(present), abs=1e-3)


def test_places_of_songs_are_learned_too(tiny_base: Path, texts: Path, tmp_path: Path,
                                         mill: Material, songs: Sequence[LabelledSong]) -> None:
    way = opened(tiny_base, texts, tmp_path, mill)
    way.prepare(songs, ignore)
    fresh = songs[::3]
    learned = way.fit([each for row, each in enumerate(songs) if row % 3], ignore)
    glad = np.array([bool(each.affect and each.affect[0] > 0) for each in fresh])
    assert roc_auc(learned.logits(fresh)[1][:, 0], glad) > 0.7


def test_songs_of_too_few_artists_are_told(tiny_base: Path, texts: Path, tmp_path: Path,
                                           mill: Material, songs: Sequence[LabelledSong]) -> None:
    way = opened(tiny_base, texts, tmp_path, mill)
    alone = [replace(each, artist="one", dup_group="") for each in songs]
    with pytest.raises(EngineError, match="artists"):
        way.fit(alone, ignore)


def test_a_recipe_names_the_texts_beside_the_songs(tiny_base: Path, texts: Path, tmp_path: Path,
                                                   mill: Material,
                                                   songs: Sequence[LabelledSong]) -> None:
    (texts.parent / "data").mkdir(exist_ok=True)
    found = open_way(CONFIG, mill.space, tiny_base, tmp_path, texts.parent / "data")
    found.prepare(songs[:3], ignore)
    assert (tmp_path / "tiny" / "encoder" / "model.safetensors").exists()
    # WHEN they are not there THEN the person is told what to name
    lost = open_way(CONFIG, mill.space, tiny_base, tmp_path / "other", tmp_path)
    with pytest.raises(EngineError, match=r"goemotions\.jsonl\.gz") as caught:
        lost.prepare(songs[:3], ignore)
    assert "recipe" in caught.value.hint
