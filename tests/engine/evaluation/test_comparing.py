"""Two taggers compared: a difference is found where there is one, and none where there is none."""

import dataclasses

import numpy as np
import pytest

from engine.evaluation.comparing import compare
from engine.evaluation.judged_song import JudgedSong
from engine.evaluation.label_sets import LabelSpace
from engine.evaluation.measuring import MeasureOptions, measure
from engine.evaluation.report import ComparedBlock, Comparison
from engine.evaluation.score_table import ScoreTable
from tests.engine.evaluation.songs_to_judge import judged, table

SPACE = LabelSpace({"gems9": ("sadness", "power", "happiness"), "nju4": ("happiness", "sadness")},
                   ("sadness", "power", "happiness"), {})
QUICK = MeasureOptions(rounds=400)


def songs_of(count: int, seed: int = 0) -> list[JudgedSong]:
    chance = np.random.default_rng(seed)
    tags = SPACE.sets["gems9"]
    return [judged(f"s{number}", {"gems9": [tag for tag in tags if chance.random() < 0.4],
                                  "nju4": [SPACE.sets["nju4"][chance.integers(2)]]})
            for number in range(count)]


def tagger(songs: list[JudgedSong], skill: float, seed: int, name: str,
           space: LabelSpace = SPACE) -> ScoreTable:
    """Scores that lean towards the truth by `skill` standard deviations."""
    chance = np.random.default_rng(seed)
    scores = {}
    for song in songs:
        said = {tag for given in song.given.values() for tag, count in given.items() if count}
        logits = [chance.normal() + skill * (mood in said) for mood in space.moods]
        scores[song.id] = [1 / (1 + np.exp(-each)) for each in logits]
    return table(scores, space.moods, name=name)


def block(found: Comparison, name: str) -> ComparedBlock:
    return next(each for each in found.blocks if each.block == name)


def test_a_better_tagger_is_found_better_and_by_how_much() -> None:
    songs = songs_of(250)
    good, poor = tagger(songs, 1.5, 1, "good"), tagger(songs, 0.3, 2, "poor")
    found = compare(good, poor, songs, SPACE, QUICK)
    assert (found.one, found.other) == ("good", "poor")
    assert [(each.block, each.figure) for each in found.blocks] == [
        ("gems9", "macro_auc"), ("nju4", "accuracy")]
    for each in found.blocks:
        assert each.difference.value == pytest.approx(each.one - each.other)
        assert 0 < each.difference.low < each.difference.value < each.difference.high
        assert each.p < 0.01 and each.p <= each.p_holm <= 2 * each.p
    # AND the figures are those each is measured with alone
    for name, side in (("good", "one"), ("poor", "other")):
        alone = measure({"good": good, "poor": poor}[name], songs, SPACE, MeasureOptions(2))
        for each in found.blocks:
            own = alone.block(each.block)
            assert own is not None
            assert getattr(each, side) == pytest.approx(own.figures[own.main].value)


def test_turned_round_it_is_the_same_difference() -> None:
    songs = songs_of(80)
    one, other = tagger(songs, 1.0, 1, "one"), tagger(songs, 0.6, 2, "other")
    there, back = compare(one, other, songs, SPACE, QUICK), compare(other, one, songs, SPACE, QUICK)
    for mine, theirs in zip(there.blocks, back.blocks, strict=True):
        assert mine.difference.value == pytest.approx(-theirs.difference.value)
        assert mine.difference.low == pytest.approx(-theirs.difference.high)
        assert mine.p == theirs.p


def test_a_tagger_does_not_differ_from_itself() -> None:
    songs = songs_of(60)
    one = tagger(songs, 1.0, 1, "one")
    for each in compare(one, one, songs, SPACE, QUICK).blocks:
        assert (each.difference.low, each.difference.high) == (0, 0)
        assert each.p == each.p_holm == 1
        assert all(tag.p == 1 for tag in each.per_tag)


def test_equal_skill_is_rarely_called_a_difference() -> None:
    calls = 0
    for seed in range(40):
        songs = songs_of(50, seed)
        one, other = (tagger(songs, 0.8, 1000 * part + seed, str(part)) for part in (1, 2))
        found = compare(one, other, songs, SPACE, MeasureOptions(rounds=99))
        calls += block(found, "gems9").p <= 0.05
    assert calls <= 6


def test_scales_do_not_matter_only_orders() -> None:
    """A tagger that says nearly 0 or nearly 1 is as good as one with the same order in between."""
    songs = songs_of(100)
    one, other = tagger(songs, 1.0, 1, "one"), tagger(songs, 0.5, 2, "other")
    squeezed = dataclasses.replace(other, scores=(0.45 + other.scores**3 / 10).astype(np.float32))
    plain = block(compare(one, other, songs, SPACE, QUICK), "gems9")
    moved = block(compare(one, squeezed, songs, SPACE, QUICK), "gems9")
    assert moved == plain


def test_tags_are_compared_one_by_one_and_corrected_over_all() -> None:
    songs = songs_of(200)
    one, other = tagger(songs, 1.2, 1, "one"), tagger(songs, 1.2, 2, "other")
    worse = one.scores.copy()
    worse[:, 0] = other.scores[::-1, 0]
    found = block(compare(one, dataclasses.replace(one, tagger="worse", scores=worse), songs,
                          SPACE, QUICK), "gems9")
    tags = {tag.tag: tag for tag in found.per_tag}
    assert tags["sadness"].p_holm < 0.05 and tags["sadness"].difference.low > 0
    assert tags["power"].p == tags["happiness"].p == 1
    assert tags["sadness"].p_holm == pytest.approx(3 * tags["sadness"].p)
    assert found.difference.value == pytest.approx(tags["sadness"].difference.value / 3)


def test_only_what_both_know_counts() -> None:
    songs = songs_of(40)
    one = tagger(songs, 1.0, 1, "one").rows([song.id for song in songs[:30]])
    full = tagger(songs, 1.0, 2, "other").rows([song.id for song in songs[10:]])
    part = ScoreTable("other", "Other", full.ids, ("happiness", "power"), full.scores[:, [2, 1]],
                      None, (0.5, 0.5))
    found = compare(one, part, songs, SPACE, QUICK)
    assert [(each.block, each.songs, each.tags) for each in found.blocks] == [("gems9", 20, 2)]
    assert [tag.tag for tag in found.blocks[0].per_tag] == ["power", "happiness"]
    nothing = ScoreTable("mute", "Mute", full.ids, (), full.scores[:, :0], None, ())
    assert compare(one, nothing, songs, SPACE, QUICK).blocks == ()


def test_a_tag_of_few_songs_is_compared_alone_but_is_no_part_of_the_mean() -> None:
    songs = [judged(f"s{n}", {"gems9": (["power"] if n % 2 else []) + (["sadness"] if n < 3 else [])
                              }) for n in range(60)]
    one, other = tagger(songs, 1.0, 1, "one"), tagger(songs, 0.2, 2, "other")
    found = block(compare(one, other, songs, SPACE, QUICK), "gems9")
    apart = {tag.tag: tag.difference for tag in found.per_tag}
    assert set(apart) == {"sadness", "power"}
    assert found.difference == apart["power"]
    assert found.p == next(tag.p for tag in found.per_tag if tag.tag == "power")


def test_a_tag_no_song_has_is_left_out() -> None:
    songs = [judged(f"s{n}", {"gems9": ["power"] if n % 2 else []}) for n in range(20)]
    one, other = tagger(songs, 1.0, 1, "one"), tagger(songs, 1.0, 2, "other")
    found = block(compare(one, other, songs, SPACE, QUICK), "gems9")
    assert [tag.tag for tag in found.per_tag] == ["power"]
    silent = [judged(f"s{n}", {"gems9": []}) for n in range(20)]
    assert compare(one, other, silent, SPACE, QUICK).blocks == ()


def test_verdicts_are_compared_by_how_many_are_met() -> None:
    space = LabelSpace({"own": ("sadness", "power")}, ("sadness", "power"), {},
                       {"own": "verdicts"})
    chance = np.random.default_rng(1)
    songs = [judged(f"s{n}", {"own": {"sadness": int(chance.random() < 0.5)}}) for n in range(60)]
    right = table({song.id: (0.9 * song.given["own"]["sadness"], 0.0) for song in songs},
                  space.moods, name="right")
    always = table({song.id: (0.9, 0.9) for song in songs}, space.moods, name="always")
    found = block(compare(right, always, songs, space, QUICK), "own")
    met = sum(song.given["own"]["sadness"] for song in songs) / 60
    assert (found.figure, found.one, found.other) == ("agreement", 1, pytest.approx(met))
    assert found.difference.low > 0 and found.p < 0.01
