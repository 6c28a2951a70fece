"""Labelled songs that every way of learning can be tried on."""

from pathlib import Path

import pytest

from engine.inference.tokenizer import Tokenizer
from engine.training.config import TrainingConfig
from engine.training.job import TrainingJob
from engine.training.material import Material, read_material
from tests.engine.training.songs_to_learn import MOODS, WEIGHTS, fill_data

EVERY = (*MOODS, "wonder")  # gems9 of the mill knows a mood the program does not


@pytest.fixture(scope="session")
def mill_data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder of 60 milled songs. Only to be read."""
    return fill_data(tmp_path_factory.mktemp("mill"), 60)


@pytest.fixture(scope="session")
def mill(mill_data: Path, tokenizer: Tokenizer) -> Material:
    """The same songs, all to learn from, judged over one mood more than the program has."""
    config = TrainingConfig(name="Mill", model_id="mill", base="tiny-bert", window=64,
                            label_sets=WEIGHTS, learn_from_validation=True)
    job = TrainingJob(config, mill_data, mill_data, MOODS)
    return read_material(job, tokenizer, EVERY)
