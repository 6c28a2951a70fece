"""One tagger measured on a few songs: the figures, what stands beside them, what is left out."""

import dataclasses
import math

import msgspec
import numpy as np
import pytest

from engine.evaluation.judged_song import JudgedSong
from engine.evaluation.label_sets import LabelSpace
from engine.evaluation.measuring import MeasureOptions, experimental, measure
from engine.evaluation.report import Interval, LabelSetBlock, TaggerReport
from engine.evaluation.score_table import ScoreTable
from engine.training.dataset import Judgement, LabelledSong
from engine.training.validation import validate
from tests.engine.evaluation.songs_to_judge import MOODS, SPACE, judged, table

QUICK = MeasureOptions(rounds=60)
SONGS = (
    judged("a", {"gems9": {"sadness": 2}, "nju4": ["sadness"]}, affect=(-1.5, 0.2)),
    judged("b", {"gems9": {"sadness": 1, "power": 1}, "nju4": ["happiness"]}, affect=(0.1, 1.0)),
    judged("c", {"gems9": {"power": 3}, "nju4": ["anger"]}, affect=(0.4, -1.0)),
    judged("d", {"gems9": {}, "nju4": ["happiness"]}, affect=(2.0, 0.1)),
)
TABLE = table({"a": (0.9, 0.1, 0.2), "b": (0.4, 0.7, 0.6), "c": (0.6, 0.8, 0.1),
               "d": (0.1, 0.3, 0.9)},
              affect=np.array([[-0.9, 0.3], [0.2, 0.9], [0.1, -0.5], [0.8, 0.2]], np.float32))


def block(report: TaggerReport, name: str) -> LabelSetBlock:
    found = report.block(name)
    assert found is not None
    return found


def value(figures: dict[str, Interval], name: str) -> float:
    return figures[name].value


def test_a_set_of_many_tags_by_hand() -> None:
    gems = block(measure(TABLE, SONGS, SPACE, QUICK), "gems9")
    assert (gems.songs, gems.tags_known, gems.tags_all, gems.main) == (4, 2, 2, "macro_auc")
    # sadness: a 0.9 and b 0.4 against c 0.6 and d 0.1, three pairs of four; power all four.
    assert value(gems.figures, "macro_auc") == pytest.approx(0.875)
    # Chosen from 0.5: sadness on a and c, power on b and c; given sadness a b, power b c.
    assert value(gems.figures, "micro_precision") == pytest.approx(3 / 4)
    assert value(gems.figures, "exact_match") == pytest.approx(2 / 4)
    sadness = gems.per_tag[0]
    assert (sadness.tag, sadness.support, sadness.asked, sadness.chosen) == ("sadness", 2, 4, 2)
    assert sadness.threshold == 0.5
    assert sadness.auc is not None and sadness.auc.value == 0.75
    assert gems.given_together is not None and gems.chosen_together is not None
    assert gems.given_together.counts == ((2, 1), (1, 2))
    assert gems.chosen_together.counts == ((2, 1), (1, 2))
    assert gems.confusion is None
    assert sum(each.count for each in gems.reliability) == 8


def test_a_set_of_one_tag_by_hand() -> None:
    nju = block(measure(TABLE, SONGS, SPACE, QUICK), "nju4")
    # Anger is unknown to the tagger, so the angry song cannot be judged by it.
    assert (nju.songs, nju.tags_known, nju.tags_all, nju.main) == (3, 2, 3, "accuracy")
    assert value(nju.figures, "accuracy") == 1
    assert nju.confusion is not None
    assert nju.confusion.tags == ("happiness", "sadness")
    assert nju.confusion.counts == ((2, 0), (0, 1))
    assert nju.given_together is None and "shared out" in nju.note
    assert nju.per_tag[0].threshold is None


def test_agreed_stands_beside_it() -> None:
    agreed = block(measure(TABLE, SONGS, SPACE, QUICK), "gems9 agreed")
    # sadness: a against c and d; power: c against a and d. All in order.
    assert [tag.asked for tag in agreed.per_tag] == [3, 3]
    assert value(agreed.figures, "macro_auc") == 1


def test_affect_is_a_rank_correlation() -> None:
    report = measure(TABLE, SONGS, SPACE, QUICK)
    assert report.affect_songs == 4
    assert report.affect["valence"].value == pytest.approx(0.8)
    assert report.affect["arousal"].value == pytest.approx(1)
    unknown = dataclasses.replace(TABLE, affect=None)
    assert measure(unknown, SONGS, SPACE, QUICK).affect == {}
    flat = dataclasses.replace(TABLE, affect=np.zeros((4, 2), np.float32))
    assert measure(flat, SONGS, SPACE, QUICK).affect_songs == 0


def test_what_is_said_of_the_tagger() -> None:
    timed = dataclasses.replace(TABLE, seconds=2.0)
    report = measure(timed, SONGS, SPACE, QUICK)
    assert (report.tagger, report.name, report.version) == ("one@1", "One", "1")
    assert (report.songs, report.seconds, report.songs_per_second) == (4, 2.0, 2.0)
    assert measure(TABLE, SONGS, SPACE, QUICK).songs_per_second is None


def test_songs_that_were_not_scored_do_not_count() -> None:
    part = TABLE.rows(["d", "a", "b"])
    report = measure(part, SONGS, SPACE, QUICK)
    assert report.songs == 3 and block(report, "gems9").songs == 3
    alone = measure(TABLE.rows(["a"]), SONGS, SPACE, QUICK)
    assert alone.blocks == () and alone.affect == {}


def test_a_tag_that_is_never_given_has_no_threshold() -> None:
    shut = dataclasses.replace(TABLE, thresholds=(0.5, math.inf, 0.5))
    power = block(measure(shut, SONGS, SPACE, QUICK), "gems9").per_tag[1]
    assert (power.threshold, power.chosen, power.precision) == (None, 0, None)
    assert power.recall is not None and power.recall.value == 0
    assert power.auc is not None, "how well it is told does not hang on its threshold"


def test_a_thing_nobody_can_tell_is_left_out_and_never_nan() -> None:
    songs = [judged("a", {"lastfm27": []}), judged("b", {"lastfm27": []})]
    report = measure(TABLE, songs, SPACE, QUICK)
    lastfm = block(report, "lastfm27")
    assert "macro_auc" not in lastfm.figures and "ece" in lastfm.figures
    assert lastfm.per_tag[0].auc is None
    assert "nan" not in msgspec.json.encode(report).decode().lower()
    assert b"null" in msgspec.json.encode(report)


def many(count: int, seed: int = 0) -> tuple[ScoreTable, list[JudgedSong]]:
    """Songs in three folds and scores that say something about them."""
    chance = np.random.default_rng(seed)
    songs: list[JudgedSong] = []
    scores: dict[str, list[float]] = {}
    for number in range(count):
        said = [tag for tag in ("sadness", "power") if chance.random() < 0.4]
        songs.append(judged(f"s{number}", {"gems9": said}))
        scores[f"s{number}"] = [float(np.clip(chance.normal(0.4 + 0.2 * (tag in said), 0.2), 0, 1))
                                for tag in MOODS]
    return table(scores, fold=[number % 3 for number in range(count)]), songs


def test_folds_show_their_spread() -> None:
    scored, songs = many(90)
    gems = block(measure(scored, songs, SPACE, QUICK), "gems9")
    for name in ("macro_auc", "micro_f1", "ece"):
        assert len(gems.by_fold[name]) == 3
    first = [f"s{number}" for number in range(0, 90, 3)]
    alone = block(measure(scored.rows(first), songs, SPACE, QUICK), "gems9")
    assert gems.by_fold["macro_auc"][0] == pytest.approx(value(alone.figures, "macro_auc"))
    assert not block(measure(dataclasses.replace(scored, fold=None), songs, SPACE, QUICK),
                     "gems9").by_fold
    # A fold without songs of a set cannot tell.
    lone = dataclasses.replace(TABLE, fold=np.array([0, 0, 0, 1], np.int8))
    assert block(measure(lone, SONGS, SPACE, QUICK), "gems9").by_fold["macro_auc"][1] is None


def test_a_fold_without_songs_of_a_set_keeps_its_place() -> None:
    # GIVEN three folds, the middle one without a song that gems9 judged
    scored, songs = many(60)
    without = [dataclasses.replace(song, given={"nju4": {"sadness": 1}})
               if number % 3 == 1 else song for number, song in enumerate(songs)]
    found = block(measure(scored, without, SPACE, QUICK), "gems9").by_fold["macro_auc"]
    whole = block(measure(scored, songs, SPACE, QUICK), "gems9").by_fold["macro_auc"]
    assert found == (whole[0], None, whole[2])


def test_thresholds_can_be_set_on_the_other_folds() -> None:
    scored, songs = many(300)
    # GIVEN thresholds that choose nothing
    shut = dataclasses.replace(scored, thresholds=(2.0, 2.0, 2.0))
    own = block(measure(shut, songs, SPACE, QUICK), "gems9")
    assert value(own.figures, "untagged") == 1
    refitted = block(measure(shut, songs, SPACE, MeasureOptions(60, 7, refit=True)), "gems9")
    given = sum(tag.support for tag in refitted.per_tag)
    assert sum(tag.chosen for tag in refitted.per_tag) == pytest.approx(given, rel=0.2)
    assert {tag.threshold for tag in refitted.per_tag} == {None}
    # AND without folds there is nothing to set them on
    whole = dataclasses.replace(shut, fold=None)
    told = block(measure(whole, songs, SPACE, MeasureOptions(60, 7, refit=True)), "gems9")
    assert value(told.figures, "untagged") == 1


def test_intervals_hold_their_figures_and_narrow_with_more_songs() -> None:
    widths: list[float] = []
    for count in (60, 1500):
        scored, songs = many(count)
        gems = block(measure(scored, songs, SPACE, MeasureOptions(200)), "gems9")
        for name, figure in gems.figures.items():
            assert figure.low <= figure.value <= figure.high, name
        widths.append(gems.figures["macro_auc"].high - gems.figures["macro_auc"].low)
    assert widths[0] > 3 * widths[1]


def test_a_tag_is_experimental_where_chance_could_do_as_well() -> None:
    # GIVEN sadness told well, happiness by chance alone, power told well but in two songs only
    chance = np.random.default_rng(2)
    songs: list[JudgedSong] = []
    scores: dict[str, list[float]] = {}
    for number in range(150):
        name, label_set = f"s{number}", ("gems9", "lastfm27")[number % 2]
        said = [tag for tag in SPACE.sets[label_set] if tag != "power" and chance.random() < 0.4]
        said += ["power"] if number in (10, 20) else []
        songs.append(judged(name, {label_set: said, "nju4": ["anger"]}))
        scores[name] = [float(np.clip(0.3 + skill * (tag in said) + chance.random() / 2, 0, 1))
                        for tag, skill in zip(MOODS, (0.2, 0.5, 0.0), strict=True)]
    # THEN all songs of both sets judge, and of anger, which only a choice of one has, nothing
    # can be said
    assert experimental(table(scores), songs, SPACE, QUICK) == ("happiness", "power")
    assert measure(table(scores), songs, SPACE, QUICK).experimental == ("happiness", "power")
    only_choices = [judged(name, {"nju4": ["anger"]}) for name in scores]
    assert experimental(table(scores), only_choices, SPACE, QUICK) == ()


def test_a_tag_of_two_songs_moves_no_mean_but_is_told_beside() -> None:
    # GIVEN a tag 40 of 100 songs have, told by chance, and one of two songs, told perfectly
    chance = np.random.default_rng(4)
    songs = [judged(f"s{n}", {"gems9": (["sadness"] if n % 5 < 2 else [])
                              + (["power"] if n < 2 else [])}) for n in range(100)]
    scored = table({f"s{n}": (float(chance.random()), 0.9 if n < 2 else 0.1, 0.5)
                    for n in range(100)})
    gems = block(measure(scored, songs, SPACE, MeasureOptions(rounds=300)), "gems9")
    # THEN the mean is that of the first, with its interval, and the other stands beside
    sadness, power = gems.per_tag
    assert sadness.auc is not None and power.auc is not None and power.auc.value == 1
    assert gems.tags_rare == 1 and gems.tags_known == 2
    assert value(gems.figures, "macro_auc") == pytest.approx(sadness.auc.value)
    assert value(gems.figures, "macro_auc_all") == pytest.approx((1 + sadness.auc.value) / 2)
    assert {"mean_average_precision_all", "macro_f1_all"} <= set(gems.figures)
    # AND where every tag is rare, all count
    few = block(measure(TABLE, SONGS, SPACE, QUICK), "gems9")
    assert few.tags_rare == 0 and "macro_auc_all" not in few.figures


def test_the_calibration_error_of_scores_that_are_right_reaches_down_to_nought() -> None:
    chance = np.random.default_rng(8)
    true = chance.uniform(0.1, 0.9, (150, 3))
    songs = [judged(f"s{n}", {"gems9": [tag for at, tag in ((0, "sadness"), (1, "power"))
                                        if chance.random() < true[n, at]]}) for n in range(150)]
    scored = {f"s{n}": true[n].tolist() for n in range(150)}
    right = block(measure(table(scored), songs, SPACE, MeasureOptions(200)), "gems9")
    assert right.figures["ece"].value > 0.02 and right.figures["ece"].low == 0
    sure = {name: (np.array(said) > 0.5).astype(float).tolist() for name, said in scored.items()}
    wrong = block(measure(table(sure), songs, SPACE, MeasureOptions(200)), "gems9")
    assert wrong.figures["ece"].low > 0.15


def test_figures_are_those_by_which_training_chooses() -> None:
    chance = np.random.default_rng(3)
    space = LabelSpace({"lastfm27": ("sadness", "happiness"), "gems9": ("sadness", "power"),
                        "nju4": ("happiness", "sadness")}, MOODS, {})
    songs: list[JudgedSong] = []
    learned: list[LabelledSong] = []
    for number in range(120):
        name = space.set_names[number % 3]
        tags = space.sets[name]
        said = [tags[chance.integers(2)]] if name == "nju4" else [
            each for each in tags if chance.random() < 0.4]
        place = (float(chance.normal()), float(chance.normal()))
        songs.append(judged(f"s{number}", {name: said}, place))
        present = np.array([mood in said for mood in MOODS], np.float32)
        asked = np.array([mood in tags for mood in MOODS], np.float32)
        learned.append(LabelledSong(f"s{number}", "", "valid", (),
                                    (Judgement(number % 3, present, asked),), place))
    scores = chance.random((120, 3)).astype(np.float32)
    affect = chance.normal(size=(120, 2)).astype(np.float32)
    expected = validate(learned, scores, affect, space)
    report = measure(ScoreTable("t", "T", tuple(song.id for song in songs), MOODS, scores, affect,
                                (0.5, 0.5, 0.5)), songs, space, QUICK)
    mine = {f"{each.block} {'macro AUC' if each.main == 'macro_auc' else each.main}":
            each.figures[each.main].value for each in report.blocks}
    mine |= {f"{name} Spearman": figure.value for name, figure in report.affect.items()}
    assert mine == pytest.approx(expected)
