"""No song is scored by what has learned from it, from its artist or from its double."""

from collections.abc import Sequence

import numpy as np
import pytest

from engine.errors import Cancelled, EngineError
from engine.events import Event, Progress, Report
from engine.training.config import TrainingConfig, config_from_json
from engine.training.cross_validation import (
    ALWAYS,
    cross_validate,
    learning_curve,
    score_table,
    song_folds,
)
from engine.training.dataset import LabelledSong
from tests.engine.training.songs_by_hand import MOODS, SPACE, song
from tests.fake_way import FakeLearned, FakeWay

CONFIG = TrainingConfig(name="Hand-made", model_id="hand", base="none", label_sets={"gems9": 1.0},
                        frame=("gems9",))
Songs = list[LabelledSong]


def ignore(event: Event) -> None:
    """Nobody watches."""


@pytest.fixture
def songs() -> Songs:
    """40 songs of 10 artists, each artist as sad as glad."""
    return [song(f"s{n}", {"gems9": ["sadness"] if n % 4 < 2 else []}, f"a{n // 4}",
                 "tears tears river" if n % 4 < 2 else "sun river")
            for n in range(40)]


def artists(songs: Songs, ids: tuple[str, ...]) -> set[str]:
    return {each.artist for each in songs if each.id in ids}


def test_each_fold_learns_from_other_artists_alone(songs: Songs) -> None:
    way, folds = FakeWay(), song_folds(songs, 5, 1)
    said = cross_validate(way, songs, folds, ignore)
    # THEN it was prepared with all songs and has learned once a fold, from all other folds
    assert way.prepared == tuple(each.id for each in songs)
    assert len(way.fits) == 5
    for fold, ids in enumerate(way.fits):
        held_out = tuple(each.id for row, each in enumerate(songs) if folds[row] == fold)
        assert not artists(songs, ids) & artists(songs, held_out)
        assert len(ids) + len(held_out) == len(songs)
    # AND every song has a score that tells it from the others
    assert said.rows.tolist() == list(range(40)) and said.fold.tolist() == folds.tolist()
    assert said.logits[[0, 1], 0].min() > said.logits[[2, 3], 0].max()
    assert said.learned == 32


def test_songs_doubled_share_a_fold() -> None:
    songs = [song(f"s{n}", artist=f"a{n}", group="one" if n in (3, 7) else "") for n in range(12)]
    for seed in range(5):
        folds = song_folds(songs, 4, seed)
        assert folds[3] == folds[7]


def test_a_song_of_no_fold_teaches_all_and_is_scored_by_none(songs: Songs) -> None:
    folds = song_folds(songs, 4, 0)
    folds[[5, 6]] = ALWAYS
    way = FakeWay()
    said = cross_validate(way, songs, folds, ignore)
    assert all({"s5", "s6"} <= set(ids) for ids in way.fits) and len(way.fits) == 4
    assert said.rows.tolist() == [row for row in range(40) if row not in (5, 6)]
    table = score_table(said, songs, CONFIG, SPACE)
    assert set(table.ids) == {each.id for each in songs} - {"s5", "s6"}


def test_only_moods_that_every_fold_learned_are_scored(songs: Songs) -> None:
    # GIVEN a way that knows fewer moods, in another order, from its second fit on
    class Turned(FakeLearned):
        def logits(self, songs: Sequence[LabelledSong]) -> tuple[np.ndarray, np.ndarray]:
            logits, affect = super().logits(songs)
            return logits[:, [2, 0]], affect

    class Fickle(FakeWay):
        def fit(self, learning: Sequence[LabelledSong], report: Report) -> FakeLearned:
            learned = super().fit(learning, report)
            if len(self.fits) > 1:
                learned.__class__, learned.moods = Turned, (learned.moods[2], learned.moods[0])
            return learned

    said = cross_validate(Fickle(MOODS[:3]), songs, song_folds(songs, 2, 0), ignore)
    # THEN the moods they share are scored, each in its own column
    assert said.moods == ("sadness", "power") and said.logits.shape == (40, 2)
    sad = np.arange(40) % 4 < 2
    assert said.logits[sad, 0].min() > said.logits[~sad, 0].max()
    assert np.allclose(said.logits[:, 1], 0)  # nobody gave power


def test_thresholds_call_as_often_as_people_or_at_half(songs: Songs) -> None:
    said = cross_validate(FakeWay(), songs, song_folds(songs, 5, 1), ignore)
    table = score_table(said, songs, CONFIG, SPACE)
    assert (table.tagger, table.name, table.moods) == ("hand", "Hand-made", MOODS[:2])
    assert table.fold is not None and table.fold.dtype == np.int8 and not table.fixed
    # Half of the songs are sad; no set of the frame knows happiness, so it is called but once.
    called = (table.scores >= np.float32(table.thresholds)).sum(0)
    assert called[0] == 20 and table.thresholds[1] == pytest.approx(table.scores[:, 1].max())
    # WHEN the recipe says "half" THEN it is 0.5, whatever fold
    plain = config_from_json(CONFIG.to_json() | {"way": "multi-tag"})
    half = score_table(said, songs, plain, SPACE)
    assert half.thresholds == (0.5, 0.5) and half.fixed


def test_scores_are_the_sigmoid_of_the_logits(songs: Songs) -> None:
    said = cross_validate(FakeWay(), songs, song_folds(songs, 5, 1), ignore)
    table = score_table(said, songs, CONFIG, SPACE)
    assert np.allclose(np.log(table.scores / (1 - table.scores)), said.logits, atol=1e-4)
    assert table.affect is not None and np.array_equal(table.affect, said.affect)


def test_a_learning_curve_learns_from_more_and_more_of_the_same_songs(songs: Songs) -> None:
    way, folds = FakeWay(), song_folds(songs, 4, 2)
    steps = list(learning_curve(way, songs, folds, ignore, (0.25, 0.5, 1.0), seed=3))
    assert [share for share, _ in steps] == [0.25, 0.5, 1.0]
    sizes = [said.learned for _, said in steps]
    assert sizes == sorted(sizes) and sizes[-1] == 30 and 6 <= sizes[0] <= 9
    for fold in range(4):
        few, more, all_of_them = (set(way.fits[step * 4 + fold]) for step in range(3))
        assert few < more < all_of_them
    # AND every song is judged each time, by none that learned from its artist
    assert all(len(said.rows) == 40 for _, said in steps)
    # AND with the whole share it is the cross-validation itself
    whole = cross_validate(FakeWay(), songs, folds, ignore)
    assert np.array_equal(steps[-1][1].logits, whole.logits)


@pytest.mark.parametrize("shares", [(0.0,), (1.2,), (-0.1, 1.0)])
def test_a_share_that_is_none_is_refused(songs: Songs, shares: tuple[float, ...]) -> None:
    with pytest.raises(EngineError, match="shares"):
        list(learning_curve(FakeWay(), songs, song_folds(songs, 2, 0), ignore, shares))


def test_so_small_a_share_that_a_fold_has_nothing_is_said(songs: Songs) -> None:
    with pytest.raises(EngineError, match="no song to learn from"):
        list(learning_curve(FakeWay(), songs, song_folds(songs, 2, 0), ignore, (0.02,)))


def test_it_tells_how_far_it_is_and_can_be_stopped(songs: Songs) -> None:
    told: list[tuple[int, int]] = []

    def stop_in_the_third(event: Event) -> None:
        if isinstance(event, Progress):
            told.append((event.done, event.total))
        if told[-1][0] == 2:
            raise Cancelled

    way = FakeWay()
    with pytest.raises(Cancelled):
        cross_validate(way, songs, song_folds(songs, 5, 0), stop_in_the_third)
    assert told == [(0, 5), (1, 5), (2, 5)] and len(way.fits) == 2
