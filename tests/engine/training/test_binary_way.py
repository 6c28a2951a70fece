"""A classifier a mood, as a way: which moods, which songs teach them, and on what vectors."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from engine.errors import EngineError
from engine.events import Event, Note
from engine.training.config import BINARY_SENTENCES, BINARY_WORDS, TrainingConfig
from engine.training.dataset import Floats, LabelledSong, given_and_asked
from engine.training.material import Material
from engine.training.tasks.binary_way import BinaryWay
from engine.training.way import Way
from engine.training.way_options import BinaryOptions
from engine.training.ways import open_way
from tests.contracts import WayContract
from tests.engine.training.songs_to_learn import WEIGHTS

OPTIONS = BinaryOptions(vector_width=16, rarest=2, decay=0.01)
CONFIG = TrainingConfig(name="Binary", model_id="binary", way=BINARY_WORDS, window=64,
                        precision="fp32", label_sets=WEIGHTS, binary=OPTIONS)


@pytest.fixture
def songs(mill: Material) -> tuple[LabelledSong, ...]:
    return mill.learning


class Counts:
    """Song vectors that count the mill's two signs; remembers what it was prepared with."""

    def __init__(self) -> None:
        self.prepared = 0

    def prepare(self, songs: Sequence[LabelledSong], report: object) -> None:
        self.prepared = len(songs)

    def of(self, songs: Sequence[LabelledSong]) -> Floats:
        texts = ["".join(e.text for e in song.excerpts) for song in songs]
        return np.array([[text.count("tears"), text.count("sun"), len(text) / 999]
                         for text in texts], np.float32).reshape(-1, 3)

    def encoder_weights(self) -> dict[str, Floats]:
        return {"counts": np.zeros(1, np.float32)}


class TestBinaryWords(WayContract):
    @pytest.fixture
    def way(self, tmp_path: Path, mill: Material) -> Way:
        return open_way(CONFIG, mill.space, None, tmp_path)


class TestBinarySentences(WayContract):
    @pytest.fixture
    def way(self, tiny_base: Path, tmp_path: Path, mill: Material) -> Way:
        config = replace(CONFIG, way=BINARY_SENTENCES, base="tiny-bert")
        return open_way(config, mill.space, tiny_base, tmp_path)


def way_of(mill: Material, options: BinaryOptions = OPTIONS) -> BinaryWay:
    return BinaryWay(mill.space.moods, options, Counts(), 7)


def ignore(event: Event) -> None:
    """Nobody watches."""


def test_the_most_frequent_moods_are_learned_by_all_folds(mill: Material,
                                                          songs: tuple[LabelledSong, ...]) -> None:
    # GIVEN a way prepared with all songs, of which it shall learn two moods
    way, told = way_of(mill, replace(OPTIONS, tags=2)), list[Event]()
    way.prepare(songs, told.append)
    times = given_and_asked(songs, len(mill.space.moods))[0].sum(0)
    frequent = [mill.space.moods[column] for column in np.argsort(-times, kind="stable")[:2]]
    # WHEN a fold holds only glad songs
    glad = [song for song in songs if "tears" not in "".join(e.text for e in song.excerpts)]
    # THEN it learns the same two
    assert way.fit(glad, ignore).moods == way.fit(songs, ignore).moods == tuple(frequent)
    notes = [event.message for event in told if isinstance(event, Note)]
    assert notes == [f"A classifier for each of: {', '.join(frequent)}"]


def test_moods_nobody_gave_are_not_learned(mill: Material,
                                           songs: tuple[LabelledSong, ...]) -> None:
    moods = way_of(mill).fit(songs, ignore).moods
    assert set(moods) == {"sadness", "happiness", "calmness", "power"}  # never "wonder"


def test_without_any_mood_nothing_can_be_learned(mill: Material,
                                                 songs: tuple[LabelledSong, ...]) -> None:
    silent = [replace(song, judgements=()) for song in songs]
    with pytest.raises(EngineError, match="No song"):
        way_of(mill).prepare(silent, ignore)


@pytest.mark.parametrize("masked", [True, False])
def test_masked_only_songs_that_were_asked_count(mill: Material, masked: bool,
                                                 songs: tuple[LabelledSong, ...]) -> None:
    """Unmasked, a mood that few label sets know looks rarer than it is."""
    plain = replace(OPTIONS, resampling="none", masked=masked)
    way = way_of(mill, plain)
    column = mill.space.moods.index("power")
    given, asked = given_and_asked(songs, len(mill.space.moods))
    share = given[asked[:, column], column].mean() if masked else given[:, column].mean()
    logits, _ = way.fit(songs, ignore).logits(songs)
    learned = way.fit(songs, ignore).moods.index("power")
    counted = asked[:, column] if masked else np.ones(len(songs), bool)
    said = 1 / (1 + np.exp(-logits[counted, learned]))
    # A logistic regression says on average what it was taught.
    assert said.mean() == pytest.approx(share, abs=0.02)


def test_songs_known_only_by_their_affect_teach_no_mood(mill: Material,
                                                        songs: tuple[LabelledSong, ...]) -> None:
    bare = [replace(song, judgements=()) for song in songs[:30]]
    way = way_of(mill, replace(OPTIONS, resampling="none", masked=False))
    way.prepare(songs, ignore)
    with_bare = way.fit([*songs[30:], *bare], ignore).heads
    counts = Counts().of(songs[30:])
    assert np.isfinite(with_bare.say(counts)[0]).all()
    told: list[Event] = []
    way.fit([*songs[30:], *bare], told.append)
    assert next(e.message for e in told if isinstance(e, Note)).startswith("30 songs judged")


def test_vectors_are_prepared_with_every_song(mill: Material,
                                              songs: tuple[LabelledSong, ...]) -> None:
    way = way_of(mill)
    way.prepare(songs, ignore)
    way.fit(songs[:30], ignore)
    assert isinstance(way.vectors, Counts) and way.vectors.prepared == len(songs)


def test_corrected_or_not_the_order_of_songs_is_the_same(mill: Material,
                                                         songs: tuple[LabelledSong, ...]) -> None:
    raw, corrected = (way_of(mill, replace(OPTIONS, correct_prior=on)).fit(songs, ignore)
                      for on in (False, True))
    apart = raw.logits(songs)[0] - corrected.logits(songs)[0]
    assert np.ptp(apart, axis=0) == pytest.approx(0, abs=1e-4)
    assert np.abs(apart).max() > 0.05


@pytest.mark.parametrize("field, value", [
    ("tags", 0), ("resampling", "twice"), ("most_to_one", 0.5), ("neighbours", 0), ("decay", 0.0),
    ("vector_width", 1), ("reach", 0), ("rarest", 0), ("thresholds", "high")])
def test_options_that_cannot_be_are_refused(field: str, value: object) -> None:
    with pytest.raises(EngineError, match=field):
        replace(CONFIG, binary=replace(OPTIONS, **{field: value}))


def test_a_recipe_of_words_needs_no_base_model_any_other_does() -> None:
    assert CONFIG.base == ""
    with pytest.raises(EngineError, match="base"):
        replace(CONFIG, way=BINARY_SENTENCES)
