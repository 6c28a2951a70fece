"""The loop really learns, can be stopped anywhere, and goes on as if it had not been."""

import gzip
import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from engine.errors import Cancelled, EngineError
from engine.events import Event, Metric, Note, Progress
from engine.inference.tokenizer import Tokenizer
from engine.training.checkpoint import read_checkpoint, within
from engine.training.config import TrainingConfig
from engine.training.job import TrainingJob
from engine.training.material import Material, read_material
from tests.engine.training.songs_to_learn import MOODS, WEIGHTS, fill_data

CONFIG = TrainingConfig(
    name="Tiny", model_id="tiny", base="tiny-bert", window=64, epochs=2, songs_per_step=8,
    encoder_rate=2e-3, head_rate=1e-3, head_steps=5, warmup=0.2, precision="fp32",
    validate_every=2, label_sets=WEIGHTS, frame=("gems9", "lastfm27"))

Run = Callable[..., list[Event]]


@pytest.fixture(scope="module")
def material(tmp_path_factory: pytest.TempPathFactory, tokenizer: Tokenizer) -> Material:
    folder = fill_data(tmp_path_factory.mktemp("data"), 40)
    return read_material(TrainingJob(CONFIG, folder, folder, MOODS), tokenizer)


@pytest.fixture
def learn(tiny_base: Path, material: Material, tmp_path: Path) -> Run:
    """Trains in a folder; `stop_at` losses it is cancelled, as by a person."""
    import torch

    from engine.training.loop.mood_loop import TrainingLoop
    from engine.training.tasks.mood_task import MoodTask

    torch.set_num_threads(1)

    def run(name: str = "run", resume: bool = False, stop_at: int = 0,
            config: TrainingConfig = CONFIG, songs: Material = material) -> list[Event]:
        folder = tmp_path / name
        folder.mkdir(exist_ok=True)
        told: list[Event] = []

        def report(event: Event) -> None:
            told.append(event)
            if stop_at and len(losses(told)) == stop_at:
                raise Cancelled

        task = MoodTask.on_base(tiny_base, config, songs)
        try:
            TrainingLoop(task, songs, folder, report).run(resume)
        except Cancelled:
            assert stop_at
        return told
    return run


def losses(told: list[Event], split: str = "train") -> dict[int, float]:
    """Loss by step; only finite ones pass."""
    found = {e.step: e.value for e in told
             if isinstance(e, Metric) and e.name == "loss" and e.split == split}
    assert all(value is not None and np.isfinite(value) for value in found.values())
    return {step: float(value or 0) for step, value in found.items()}


def files(folder: Path) -> set[str]:
    return {file.name for file in folder.iterdir()}


def test_it_learns_what_the_words_say(learn: Run, tmp_path: Path) -> None:
    # WHEN a model is trained over four epochs
    told = learn(config=replace(CONFIG, epochs=4))
    # THEN the loss falls on songs learned from and on songs held out
    train, valid = losses(told), losses(told, "valid")
    steps = sorted(train)
    assert steps == list(range(1, 17))
    assert np.mean([train[s] for s in steps[-4:]]) < 0.8 * np.mean([train[s] for s in steps[:4]])
    assert min(valid.values()) < 0.95 * valid[0]
    # AND progress was told at each step, with the head's own learning before
    marks = [e for e in told if isinstance(e, Progress) and "a step" in e.message]
    assert [(e.done, e.total) for e in marks] == [(step, 16) for step in steps]
    assert any("head has learned" in e.message for e in told if isinstance(e, Note))
    # AND nothing half-written is left
    assert files(tmp_path / "run") == {"best.safetensors", "checkpoint.safetensors"}


def test_the_head_alone_learns_before_the_encoder_moves(learn: Run) -> None:
    # GIVEN no epochs at all
    told = learn(config=replace(CONFIG, epochs=0, head_steps=40))
    short = learn("short", config=replace(CONFIG, epochs=0, head_steps=1))

    def said(events: list[Event]) -> float:
        [note] = [e.message for e in events if isinstance(e, Note) and "learned" in e.message]
        return float(note.rpartition(" ")[2])

    # THEN the loss told is the one after learning, lower the longer it learned
    assert said(told) < 0.9 * said(short)
    assert losses(told) == {}


@pytest.mark.parametrize("stop_at", [1, 3, 5, 8])
def test_stopped_and_resumed_it_follows_the_unbroken_curve(learn: Run, tmp_path: Path,
                                                           stop_at: int) -> None:
    # GIVEN an unbroken run, and one that is stopped where it reports its loss
    unbroken = losses(learn("whole"))
    first = learn("broken", stop_at=stop_at)
    assert len(losses(first)) == stop_at
    assert not [name for name in files(tmp_path / "broken") if name.endswith(".new")]
    # WHEN it is resumed
    second = losses(learn("broken", resume=True))
    # THEN it goes on from the last checkpoint with the same losses
    assert min(second) == (stop_at - 1) // 2 * 2 + 1
    assert second == pytest.approx({s: unbroken[s] for s in second}, abs=1e-4)
    assert set(losses(first)) | set(second) == set(unbroken)
    # AND ends with the same weights
    assert_same_weights(tmp_path / "whole", tmp_path / "broken")


def assert_same_weights(one: Path, other: Path) -> None:
    left, right = (read_checkpoint(run / "best.safetensors")[0] for run in (one, other))
    assert left.keys() == right.keys()
    for name, value in left.items():
        assert np.allclose(value, right[name], atol=1e-4), name


def test_stopped_before_the_head_has_learned_it_begins_anew(learn: Run, tmp_path: Path,
                                                            tiny_base: Path,
                                                            material: Material) -> None:
    from engine.training.loop.mood_loop import TrainingLoop
    from engine.training.tasks.mood_task import MoodTask

    def stop(event: Event) -> None:
        raise Cancelled

    # GIVEN a run that is stopped at its first word
    (tmp_path / "early").mkdir()
    with pytest.raises(Cancelled):
        TrainingLoop(MoodTask.on_base(tiny_base, CONFIG, material), material, tmp_path / "early",
                     stop).run()
    assert files(tmp_path / "early") == set()
    # WHEN it is resumed THEN it runs whole
    again = losses(learn("early", resume=True))
    assert again == pytest.approx(losses(learn("whole")), abs=1e-4)


def test_without_resume_an_old_checkpoint_is_not_used(learn: Run) -> None:
    once = losses(learn("again"))
    assert losses(learn("again")) == pytest.approx(once, abs=1e-4)


def test_without_held_out_songs_the_last_weights_are_kept(learn: Run, material: Material,
                                                          tmp_path: Path) -> None:
    # GIVEN a run that keeps no song back
    songs = Material(material.space, material.learning, ())
    told = learn(songs=songs)
    # THEN nothing is judged, and the weights kept are the averaged ones of the last step
    assert losses(told, "valid") == {}
    stored, numbers = read_checkpoint(tmp_path / "run" / "checkpoint.safetensors")
    best, _ = read_checkpoint(tmp_path / "run" / "best.safetensors")
    assert numbers["step"] == max(losses(told))
    assert all(np.array_equal(best[n], value) for n, value in within(stored, "averaged").items())


def test_data_without_a_song_to_learn_from_is_refused(tmp_path: Path,
                                                      tokenizer: Tokenizer) -> None:
    folder = fill_data(tmp_path / "data", 10)
    for config in (replace(CONFIG, label_sets={"other": 1.0}),
                   replace(CONFIG, label_sets={"other": 1.0}, learn_from_validation=True)):
        strip_affect(folder / "lyrics_moods.jsonl.gz")
        with pytest.raises(EngineError, match="No song of the data") as caught:
            read_material(TrainingJob(config, folder, folder, MOODS), tokenizer)
        assert caught.value.hint


def strip_affect(file: Path) -> None:
    """Takes valence and arousal out of the data, so that only label sets are left."""
    rows = [json.loads(line) for line in gzip.decompress(file.read_bytes()).splitlines()]
    for row in rows:
        row.pop("valence", None)
    file.write_bytes(gzip.compress("\n".join(json.dumps(row) for row in rows).encode()))


def test_all_songs_are_learned_from_where_the_recipe_says_so(tmp_path: Path,
                                                             tokenizer: Tokenizer) -> None:
    folder = fill_data(tmp_path / "data", 10)
    config = replace(CONFIG, learn_from_validation=True)
    material = read_material(TrainingJob(config, folder, folder, MOODS), tokenizer)
    assert (len(material.learning), len(material.held_out)) == (10, 0)
    assert material.judges == material.learning
    usual = read_material(TrainingJob(CONFIG, folder, folder, MOODS), tokenizer)
    assert (len(usual.learning), len(usual.held_out)) == (8, 2)
    assert usual.judges == usual.held_out
