"""Every way of learning and their stand-in keep one contract."""

from pathlib import Path

import pytest

from engine.training.config import TrainingConfig
from engine.training.dataset import LabelledSong
from engine.training.material import Material
from engine.training.way import Way
from tests.contracts import WayContract
from tests.engine.training.songs_to_learn import WEIGHTS
from tests.fake_way import FakeWay

CONFIG = TrainingConfig(name="Tiny", model_id="tiny", base="tiny-bert", window=64, epochs=1,
                        songs_per_step=16, encoder_rate=1e-3, head_steps=10, precision="fp32",
                        validate_every=99, label_sets=WEIGHTS)


@pytest.fixture
def songs(mill: Material) -> tuple[LabelledSong, ...]:
    return mill.learning


class TestFakeWay(WayContract):
    @pytest.fixture
    def way(self) -> Way:
        return FakeWay()


class TestMultiTagWay(WayContract):
    @pytest.fixture
    def way(self, tiny_base: Path, tmp_path: Path, mill: Material) -> Way:
        from engine.training.tasks.multi_tag import MultiTagWay
        from engine.training.tasks.sentence_vectors import SentenceVectors

        vectors = SentenceVectors(tiny_base, "fp32", tmp_path / "vectors.safetensors")
        return MultiTagWay(mill.space.moods, CONFIG.multi_tag, vectors)


class TestEncoderWay(WayContract):
    @pytest.fixture
    def way(self, tiny_base: Path, tmp_path: Path, mill: Material) -> Way:
        import torch

        from engine.training.tasks.encoder_way import EncoderWay

        torch.set_num_threads(1)
        return EncoderWay(CONFIG, mill.space, tiny_base, tmp_path / "encoder")
