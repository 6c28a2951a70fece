"""An encoder learns feelings once, gently: half goes back, word vectors stay, and a run repeats."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import load_file

from engine.errors import Cancelled, EngineError
from engine.events import Event, Metric, Note, Progress
from engine.training.way_options import StackedOptions
from tests.engine.training.feelings_by_hand import fill_feelings

OPTIONS = StackedOptions(feeling_epochs=2.0, feeling_rate=2e-3, base_share=0.5)


@pytest.fixture(scope="module")
def texts(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return fill_feelings(tmp_path_factory.mktemp("emotion_text"))


def ignore(event: Event) -> None:
    """Nobody watches."""


def tuning(base: Path, seed: int = 7, **options: float):
    import torch

    from engine.training.tasks.feeling_tuning import FeelingTuning

    torch.set_num_threads(1)
    return FeelingTuning(base, replace(OPTIONS, **options), "fp32", seed)


def weights_of(folder: Path) -> dict[str, np.ndarray]:
    return load_file(folder / "model.safetensors")


@pytest.fixture(scope="module")
def tuned(tiny_base: Path, texts: Path,
          tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[Event]]:
    """The folder of a tuned encoder, and what was told. Only to be read."""
    told: list[Event] = []
    folder = tmp_path_factory.mktemp("tuned") / "encoder"
    assert tuning(tiny_base).into(folder, texts, told.append) == folder
    return folder, told


def test_it_tells_what_it_learns(tuned: tuple[Path, list[Event]]) -> None:
    _, told = tuned
    assert [e.message for e in told if isinstance(e, Note)] == [
        "Learning feelings from 320 short texts"]
    # 320 texts twice, 64 a step: ten steps, the first and the last of them told
    assert [(e.done, e.total) for e in told if isinstance(e, Progress)] == [(1, 10), (10, 10)]
    first, last = (e.value for e in told if isinstance(e, Metric))
    assert last < 0.95 * first


def test_layers_learn_and_word_vectors_stay_still(tuned: tuple[Path, list[Event]],
                                                  tiny_base: Path) -> None:
    before, after = weights_of(tiny_base), weights_of(tuned[0])
    assert before.keys() == after.keys()
    for name, values in after.items():
        same = np.array_equal(values, before[name])
        if name.startswith("embeddings."):
            assert same, name
        elif name.endswith("dense.weight"):
            assert not same, name


def test_the_folder_is_a_base_model_of_its_own(tuned: tuple[Path, list[Event]],
                                               tiny_base: Path) -> None:
    from engine.training.tasks.layer_vectors import LayerVectors

    folder, _ = tuned
    assert sorted(file.name for file in folder.iterdir()) == [
        "config.json", "model.safetensors", "tokenizer.json"]
    for name in ("config.json", "tokenizer.json"):
        assert (folder / name).read_bytes() == (tiny_base / name).read_bytes()
    opened = LayerVectors(folder, "fp32").encoder_weights()
    for name, values in weights_of(folder).items():
        assert np.array_equal(opened[f"encoder.{name}"], values), name


def test_a_second_call_does_nothing(tuned: tuple[Path, list[Event]], tiny_base: Path,
                                    tmp_path: Path) -> None:
    folder, _ = tuned
    written = (folder / "model.safetensors").stat().st_mtime_ns
    told: list[Event] = []
    # WHEN it is asked again, with the texts gone
    assert tuning(tiny_base).into(folder, tmp_path / "gone", told.append) == folder
    # THEN it is there already
    assert told == [] and (folder / "model.safetensors").stat().st_mtime_ns == written


def test_the_same_seed_tunes_the_same(tuned: tuple[Path, list[Event]], tiny_base: Path,
                                      texts: Path, tmp_path: Path) -> None:
    first = weights_of(tuned[0])
    again = weights_of(tuning(tiny_base).into(tmp_path / "again", texts, ignore))
    assert all(np.array_equal(first[name], again[name]) for name in first)
    other = weights_of(tuning(tiny_base, seed=8).into(tmp_path / "other", texts, ignore))
    assert not all(np.array_equal(first[name], other[name]) for name in first)


def test_a_share_of_the_base_is_kept(tuned: tuple[Path, list[Event]], tiny_base: Path,
                                     texts: Path, tmp_path: Path) -> None:
    base, half = weights_of(tiny_base), weights_of(tuned[0])
    none = weights_of(tuning(tiny_base, base_share=0.0).into(tmp_path / "0", texts, ignore))
    whole = weights_of(tuning(tiny_base, base_share=1.0).into(tmp_path / "1", texts, ignore))
    for name, values in base.items():
        assert np.array_equal(whole[name], values), name
        assert half[name] == pytest.approx((values + none[name]) / 2, abs=1e-6), name


def test_no_epochs_leave_the_base_as_it_was(tiny_base: Path, tmp_path: Path) -> None:
    folder = tmp_path / "encoder"
    assert tuning(tiny_base, feeling_epochs=0.0).into(folder, tmp_path, ignore) == tiny_base
    assert not folder.exists()


@pytest.mark.parametrize("epochs, steps", [(0.01, 1), (0.5, 2), (1.0, 5), (1.5, 8)])
def test_a_part_of_an_epoch_is_so_many_steps(tiny_base: Path, texts: Path, tmp_path: Path,
                                             epochs: float, steps: int) -> None:
    told: list[Event] = []
    tuning(tiny_base, feeling_epochs=epochs).into(tmp_path / "encoder", texts, told.append)
    assert [e.total for e in told if isinstance(e, Progress)][-1] == steps


def test_a_stop_leaves_nothing_half_done(tuned: tuple[Path, list[Event]], tiny_base: Path,
                                         texts: Path, tmp_path: Path) -> None:
    def stop(event: Event) -> None:
        if isinstance(event, Progress):
            raise Cancelled

    folder = tmp_path / "encoder"
    with pytest.raises(Cancelled):
        tuning(tiny_base).into(folder, texts, stop)
    assert not (folder / "model.safetensors").exists()
    # GIVEN also what a kill while writing may have left
    folder.mkdir(exist_ok=True)
    (folder / "model.new").write_bytes(b"half")
    # WHEN it begins anew THEN it comes out whole, as if nothing had been
    tuning(tiny_base).into(folder, texts, ignore)
    assert not (folder / "model.new").exists()
    first, again = weights_of(tuned[0]), weights_of(folder)
    assert all(np.array_equal(first[name], again[name]) for name in first)


def test_texts_that_are_missing_are_said_before_anything_is_made(tiny_base: Path,
                                                                 tmp_path: Path) -> None:
    folder = tmp_path / "encoder"
    with pytest.raises(EngineError, match=r"goemotions\.jsonl\.gz"):
        tuning(tiny_base).into(folder, tmp_path / "nowhere", ignore)
    assert not folder.exists()
