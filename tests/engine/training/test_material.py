"""The songs of a run can be judged over fewer moods than they were read with."""

import numpy as np

from engine.training.material import Material
from engine.training.validation import auc_intervals
from tests.engine.training.songs_to_learn import MOODS


def test_judged_over_fewer_moods_in_another_order(mill: Material) -> None:
    chosen = ("power", "sadness")
    over = mill.over(chosen)
    assert over.space.moods == chosen and over.space.kinds == mill.space.kinds
    assert set(over.space.sets["gems9"]) == {"power", "sadness"}
    assert over.space.sets["nju4"] == ("sadness",)
    columns = [mill.space.moods.index(mood) for mood in chosen]
    for before, after in zip(mill.learning, over.learning, strict=True):
        assert (after.id, after.excerpts, after.affect) == (
            before.id, before.excerpts, before.affect)
        for one, other in zip(before.judgements, after.judgements, strict=True):
            assert other.label_set == one.label_set
            assert other.present.tolist() == one.present[columns].tolist()
            assert other.asked.tolist() == one.asked[columns].tolist()


def test_over_the_same_moods_it_is_the_same(mill: Material) -> None:
    assert mill.over(mill.space.moods) is mill


def test_held_out_songs_are_cut_down_too(mill: Material) -> None:
    split = Material(mill.space, mill.learning[:40], mill.learning[40:])
    over = split.over(MOODS)
    assert len(over.judges) == 20
    assert all(len(j.present) == len(MOODS) for each in over.judges for j in each.judgements)
    assert auc_intervals(over.judges, split_scores(over), over.space)


def split_scores(material: Material) -> np.ndarray:
    """What was said itself, as scores."""
    said = [sum(j.present for j in each.judgements) for each in material.judges]
    return np.array(said, np.float32).reshape(len(said), -1)
