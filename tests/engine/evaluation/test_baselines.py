"""What chance and habit reach: the floor every tagger stands on."""

import numpy as np
import pytest

from engine.evaluation.baselines import (
    base_rates,
    majority_table,
    measure_baselines,
    random_table,
)
from engine.evaluation.label_sets import LabelSpace
from engine.evaluation.measuring import MeasureOptions
from engine.evaluation.views import views_of
from tests.engine.evaluation.songs_to_judge import judged

SPACE = LabelSpace({"gems9": ("sadness", "power"), "nju4": ("happiness", "sadness", "anger")},
                   ("sadness", "power", "happiness", "anger"), {})
QUICK = MeasureOptions(rounds=50)


def songs_of(count: int, seed: int) -> list:
    """Sadness on 7 of 10 songs and power on 1; half of the songs happy, most others sad."""
    chance = np.random.default_rng(seed)
    return [judged(f"{seed}-{number}",
                   {"gems9": [tag for tag, rate in (("sadness", 0.7), ("power", 0.1))
                              if chance.random() < rate],
                    "nju4": [SPACE.sets["nju4"][chance.choice(3, p=[0.5, 0.4, 0.1])]]})
            for number in range(count)]


LEARNING, JUDGED = songs_of(400, 1), songs_of(300, 2)


def test_habit_is_learned_from_other_songs_and_says_the_same_of_all() -> None:
    _, usual = measure_baselines(JUDGED, LEARNING, SPACE, QUICK)
    gems, nju = usual.blocks
    assert usual.baseline and usual.songs == 300 and usual.experimental == ()
    assert gems.figures["macro_auc"].value == gems.figures["macro_auc"].low == 0.5
    # Sadness is usual, power is not.
    assert [tag.chosen for tag in gems.per_tag] == [300, 0]
    assert nju.figures["accuracy"].value == pytest.approx(
        sum("happiness" in song.given["nju4"] for song in JUDGED) / 300)
    assert nju.confusion is not None
    assert [sum(column) for column in zip(*nju.confusion.counts, strict=True)] == [300, 0, 0]


def test_chance_gives_tags_as_often_as_people_and_orders_nothing() -> None:
    drawn, _ = measure_baselines(JUDGED, LEARNING, SPACE, QUICK)
    gems, nju = drawn.blocks
    assert gems.figures["macro_auc"].low < 0.5 < gems.figures["macro_auc"].high
    assert [tag.chosen / 300 for tag in gems.per_tag] == pytest.approx([0.7, 0.1], abs=0.08)
    assert nju.figures["accuracy"].value == pytest.approx(1 / 3, abs=0.1)
    assert drawn.tagger != measure_baselines(JUDGED, LEARNING, SPACE, QUICK)[1].tagger


def test_where_nothing_was_learned_the_songs_themselves_say_what_is_usual() -> None:
    _, usual = measure_baselines(JUDGED, (), SPACE, QUICK)
    assert usual.blocks[0].per_tag[0].chosen == 300
    _, half = measure_baselines(JUDGED, [judged("x", {"gems9": ["power"]})], SPACE, QUICK)
    assert [tag.chosen for tag in half.blocks[0].per_tag] == [0, 300]
    assert half.blocks[1].figures["accuracy"].value == pytest.approx(0.5, abs=0.1)


def test_a_tag_nobody_gave_is_never_drawn() -> None:
    view, = views_of([judged("a", {"gems9": ["sadness"]}), judged("b", {"gems9": []})], SPACE)
    assert base_rates(view).tolist() == [0.5, 0]
    table = random_table(view, base_rates(view))
    assert table.thresholds == (0.5, float("inf"))
    assert (random_table(view, base_rates(view), 1).scores != table.scores).any()
    assert majority_table(view, base_rates(view)).scores.tolist() == [[0.5, 0], [0.5, 0]]


def test_rates_are_over_those_asked() -> None:
    space = LabelSpace({"own": ("sadness", "power")}, ("sadness", "power"), {},
                       {"own": "verdicts"})
    view, = views_of([judged("a", {"own": {"sadness": 1}}), judged("b", {"own": {"sadness": 1}}),
                      judged("c", {"own": {"sadness": 0}})], space)
    assert base_rates(view).tolist() == pytest.approx([2 / 3, 0])


def test_chance_draws_among_the_tags_that_are_known_to_the_taggers_beside() -> None:
    # GIVEN a tagger that knows two of three labels
    drawn, usual = measure_baselines(JUDGED, LEARNING, SPACE, QUICK, {"happiness", "sadness"})
    # THEN it is guessed between the two, on the songs that have one of them
    gems, nju = drawn.blocks
    assert (nju.tags_known, nju.tags_all) == (2, 3) and nju.songs < 300
    assert nju.figures["accuracy"].value == pytest.approx(1 / 2, abs=0.1)
    assert (gems.tags_known, [tag.tag for tag in gems.per_tag]) == (1, ["sadness"])
    # AND rates still belong to their tags
    assert [tag.chosen for tag in usual.blocks[0].per_tag] == [300]
    # AND what nobody knows is not guessed at
    assert [each.blocks for each in measure_baselines(JUDGED, LEARNING, SPACE, QUICK, ())] == [
        (), ()]


def test_no_songs_are_no_blocks() -> None:
    assert [report.blocks for report in measure_baselines((), (), SPACE, QUICK)] == [(), ()]
