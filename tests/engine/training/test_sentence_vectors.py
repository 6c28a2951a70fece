"""Songs as vectors of an encoder that does not learn: read once, weighted, kept."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from engine.errors import Cancelled, EngineError
from engine.events import Event, Progress
from engine.training.dataset import LabelledSong
from engine.training.material import Material


def ignore(event: Event) -> None:
    """Nobody watches."""


def opened(base: Path, file: Path | None = None):
    from engine.training.tasks.sentence_vectors import SentenceVectors

    return SentenceVectors(base, "fp32", file)


@pytest.fixture
def songs(mill: Material) -> tuple[LabelledSong, ...]:
    return mill.learning[:12]


def test_a_song_is_the_weighted_mean_of_its_excerpts(tiny_base: Path,
                                                     songs: tuple[LabelledSong, ...]) -> None:
    # GIVEN a song of several excerpts, one sung far more often than the others
    song = next(each for each in songs if len(each.excerpts) > 1)
    heavy = replace(song, excerpts=(replace(song.excerpts[0], weight=900.0), *song.excerpts[1:]))
    vectors = opened(tiny_base)
    alone = [vectors.of([replace(song, excerpts=(excerpt,))])[0] for excerpt in song.excerpts]
    for each in (song, heavy):
        weights = [excerpt.weight for excerpt in each.excerpts]
        assert np.allclose(vectors.of([each])[0], np.average(alone, 0, weights), atol=1e-5)


def test_it_says_what_the_training_loop_hears(tiny_base: Path,
                                              songs: tuple[LabelledSong, ...],
                                              mill: Material) -> None:
    import torch

    from engine.training.config import TrainingConfig
    from engine.training.tasks.mood_task import MoodTask

    config = TrainingConfig(name="Tiny", model_id="tiny", base="tiny", label_sets={"gems9": 1.0})
    task = MoodTask.on_base(tiny_base, config, mill)
    task.model.eval()
    with torch.no_grad():
        heard = task.song_vectors(songs).numpy()
    said = opened(tiny_base).of(songs)
    assert said.shape == heard.shape and said.dtype == np.float32
    assert np.allclose(said, heard, atol=1e-5)


def test_what_was_read_is_not_read_again(tiny_base: Path, tmp_path: Path,
                                         songs: tuple[LabelledSong, ...]) -> None:
    file = tmp_path / "below" / "vectors.safetensors"
    first = opened(tiny_base, file)
    first.prepare(songs[:8], ignore)
    # WHEN another job begins where this one stopped, with a base model that is gone
    again = opened(tmp_path / "gone", file)
    again.prepare(songs[:8], ignore)
    # THEN it has them all, in whatever order they are asked
    assert np.array_equal(again.of(songs[7::-1]), first.of(songs[7::-1]))
    # AND a song it has not read is read when it is asked for
    assert np.allclose(first.of(songs[6:9])[2:], opened(tiny_base).of(songs[8:9]), atol=1e-6)


def test_another_text_under_the_same_id_is_another_song(tiny_base: Path, tmp_path: Path,
                                                        songs: tuple[LabelledSong, ...]) -> None:
    vectors = opened(tiny_base, tmp_path / "vectors.safetensors")
    vectors.prepare(songs[:1], ignore)
    other = replace(songs[1], id=songs[0].id)
    assert not np.allclose(vectors.of([other]), vectors.of(songs[:1]))
    # AND labels or artists change nothing
    same = replace(songs[0], id="new", artist="other", judgements=())
    assert np.array_equal(vectors.of([same]), vectors.of(songs[:1]))


def test_a_stop_keeps_what_was_read(tiny_base: Path, tmp_path: Path, mill: Material,
                                    monkeypatch: pytest.MonkeyPatch) -> None:
    from engine.training.tasks import sentence_vectors

    monkeypatch.setattr(sentence_vectors, "_SONGS_A_PART", 5)
    told: list[Progress] = []

    def stop_at_ten(event: Event) -> None:
        assert isinstance(event, Progress)
        told.append(event)
        if event.done >= 10:
            raise Cancelled

    file = tmp_path / "vectors.safetensors"
    with pytest.raises(Cancelled):
        opened(tiny_base, file).prepare(mill.learning[:23], stop_at_ten)
    assert [(event.done, event.total) for event in told] == [(0, 23), (5, 23), (10, 23)]
    # WHEN it goes on THEN only the rest is read
    told.clear()
    opened(tiny_base, file).prepare(mill.learning[:23], told.append)
    assert [(event.done, event.total) for event in told] == [(0, 13), (5, 13), (10, 13)]


def test_a_broken_file_is_a_sentence(tiny_base: Path, tmp_path: Path,
                                     songs: tuple[LabelledSong, ...]) -> None:
    file = tmp_path / "vectors.safetensors"
    file.write_bytes(b"\xff" * 40)
    with pytest.raises(EngineError, match="cannot be read"):
        opened(tiny_base, file).prepare(songs, ignore)


def test_no_songs_are_no_vectors(tiny_base: Path) -> None:
    assert opened(tiny_base).of([]).shape == (0, 32)


def test_only_the_encoder_is_handed_on(tiny_base: Path) -> None:
    weights = opened(tiny_base).encoder_weights()
    assert all(name.startswith("encoder.") for name in weights)
    assert weights["encoder.embeddings.word_embeddings.weight"].shape[1] == 32
    assert all(array.dtype == np.float32 for array in weights.values())
