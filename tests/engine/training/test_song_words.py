"""Songs as the mean of their words: learned once, kept, and weighted as when tagging."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from engine.errors import EngineError
from engine.events import Event, Note
from engine.inference.tokenizer import Tokenizer
from engine.training.dataset import LabelledSong
from engine.training.material import Material
from engine.training.tasks.song_words import VECTORS_FILE, SongWords
from engine.training.tasks.word_vectors import mean_vectors
from engine.training.way_options import BinaryOptions
from engine.training.word_tokenizer import TOKENIZER_FILE

OPTIONS = BinaryOptions(vector_width=8, rarest=2)


@pytest.fixture
def songs(mill: Material) -> tuple[LabelledSong, ...]:
    return mill.learning[:20]


def learned(folder: Path, songs: tuple[LabelledSong, ...],
            options: BinaryOptions = OPTIONS) -> tuple[SongWords, list[str]]:
    """Words prepared with the songs, and the notes it gave."""
    told: list[Event] = []
    words = SongWords(options, 7, folder)
    words.prepare(songs, told.append)
    return words, [event.message for event in told if isinstance(event, Note)]


def test_a_song_is_the_weighted_mean_of_its_excerpts(tmp_path: Path,
                                                     songs: tuple[LabelledSong, ...]) -> None:
    words, _ = learned(tmp_path, songs)
    table = words.encoder_weights()["words.weight"]
    tokenizer = Tokenizer.open(tmp_path / TOKENIZER_FILE)
    found = words.of(songs)
    assert found.shape == (20, 8) and table.shape == (tokenizer.size, 8)
    for row, song in enumerate(songs):
        means = mean_vectors([tokenizer.encode(e.text).ids for e in song.excerpts], table)
        weights = np.array([excerpt.weight for excerpt in song.excerpts])
        assert found[row] == pytest.approx(means.T @ weights / weights.sum(), abs=1e-5)
    assert len(songs[0].excerpts) > 1 and np.ptp(found, axis=0).min() > 0


def test_the_same_songs_are_learned_from_once(tmp_path: Path,
                                              songs: tuple[LabelledSong, ...]) -> None:
    first, told = learned(tmp_path, songs)
    again, silent = learned(tmp_path, songs)
    assert told == ["Learning word vectors from 20 songs"] and silent == []
    assert (first.of(songs) == again.of(songs)).all()


@pytest.mark.parametrize("change", ["songs", "width", "no tokenizer"])
def test_what_belongs_to_other_songs_is_not_taken(tmp_path: Path, change: str,
                                                  songs: tuple[LabelledSong, ...]) -> None:
    learned(tmp_path, songs)
    if change == "no tokenizer":
        (tmp_path / TOKENIZER_FILE).unlink()
    asked = songs[:10] if change == "songs" else songs
    options = replace(OPTIONS, vector_width=5) if change == "width" else OPTIONS
    words, told = learned(tmp_path, asked, options)
    assert told and (tmp_path / TOKENIZER_FILE).exists()
    fresh, _ = learned(tmp_path / "fresh", asked, options)
    assert (words.of(asked) == fresh.of(asked)).all()


def test_a_broken_file_is_named(tmp_path: Path, songs: tuple[LabelledSong, ...]) -> None:
    learned(tmp_path, songs)
    (tmp_path / VECTORS_FILE).write_bytes(b"broken")
    with pytest.raises(EngineError, match=VECTORS_FILE):
        learned(tmp_path, songs)


def test_a_song_of_unknown_words_and_no_song(tmp_path: Path,
                                             songs: tuple[LabelledSong, ...]) -> None:
    words, _ = learned(tmp_path, songs)
    foreign = replace(songs[0].excerpts[0], text="zzyzx qwrtp")
    assert not words.of([replace(songs[0], excerpts=(foreign,))]).any()
    assert words.of([]).shape == (0, 8)


def test_before_it_has_learned_it_says_so(tmp_path: Path,
                                          songs: tuple[LabelledSong, ...]) -> None:
    with pytest.raises(EngineError, match="No words"):
        SongWords(OPTIONS, 7, tmp_path).of(songs)
