"""A song as the means of every layer, side by side: the embeddings first, the last layer last."""

from pathlib import Path

import numpy as np
import pytest

from engine.events import Event
from engine.training.dataset import LabelledSong
from engine.training.material import Material
from tests.tiny_encoder import LAYERS, WIDTH


def ignore(event: Event) -> None:
    """Nobody watches."""


def opened(base: Path, file: Path | None = None):
    import torch

    from engine.training.tasks.layer_vectors import LayerVectors

    torch.set_num_threads(1)
    return LayerVectors(base, "fp32", file)


@pytest.fixture
def songs(mill: Material) -> tuple[LabelledSong, ...]:
    return mill.learning[:8]


def test_every_layer_stands_beside_the_others(tiny_base: Path,
                                              songs: tuple[LabelledSong, ...]) -> None:
    import torch
    import transformers

    # GIVEN what the encoder says of every excerpt by itself, layer by layer
    model = transformers.AutoModel.from_pretrained(tiny_base, add_pooling_layer=False).eval()
    expected = []
    for song in songs:
        rows = []
        for excerpt in song.excerpts:
            ids = torch.from_numpy(excerpt.token_ids)[None]
            with torch.no_grad():
                layers = model(input_ids=ids, output_hidden_states=True).hidden_states
            rows.append(np.concatenate([layer[0].mean(0).numpy() for layer in layers]))
        expected.append(np.average(rows, 0, [excerpt.weight for excerpt in song.excerpts]))
    # THEN a song is the weighted mean of these
    vectors = opened(tiny_base)
    said = vectors.of(songs)
    assert said.shape == (8, (LAYERS + 1) * WIDTH) and said.dtype == np.float32
    assert vectors.width == said.shape[1]
    assert said == pytest.approx(np.array(expected), abs=1e-5)


def test_the_last_of_them_is_the_sentence_vector(tiny_base: Path,
                                                 songs: tuple[LabelledSong, ...]) -> None:
    from engine.training.tasks.sentence_vectors import SentenceVectors

    last = SentenceVectors(tiny_base, "fp32").of(songs)
    assert opened(tiny_base).of(songs)[:, -WIDTH:] == pytest.approx(last, abs=1e-6)


def test_what_was_read_is_kept(tiny_base: Path, tmp_path: Path,
                               songs: tuple[LabelledSong, ...]) -> None:
    first = opened(tiny_base, tmp_path / "layers.safetensors")
    first.prepare(songs, ignore)
    again = opened(tmp_path / "gone", tmp_path / "layers.safetensors")
    again.prepare(songs, ignore)
    assert np.array_equal(again.of(songs[::-1]), first.of(songs)[::-1])


def test_no_songs_are_no_vectors(tiny_base: Path) -> None:
    assert opened(tiny_base).of([]).shape == (0, (LAYERS + 1) * WIDTH)
