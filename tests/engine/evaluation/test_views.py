"""What each label set can tell, and what it cannot."""

import numpy as np
import pytest

from engine.evaluation.label_sets import LabelSpace
from engine.evaluation.views import View, describe_sets, pooled_view, views_of
from tests.engine.evaluation.songs_to_judge import SPACE, judged

SONGS = [
    judged("a", {"gems9": {"sadness": 3}, "nju4": ["anger"]}),
    judged("b", {"gems9": {"sadness": 1, "power": 2}, "lastfm27": {"happiness": 4}}),
    judged("c", {"gems9": [], "nju4": ["happiness"], "moodylyrics_lexicon": ["sadness"]}),
    judged("d", {"nju4": ["sadness"]}),
    judged("e", affect=(0.1, 0.2)),
]


def views() -> dict[str, View]:
    return {view.block: view for view in views_of(SONGS, SPACE)}


def test_each_set_judges_its_own_songs_and_the_complete_one_comes_first() -> None:
    found = views()
    assert list(found) == ["gems9", "gems9 agreed", "lastfm27", "lastfm27 agreed", "nju4"]
    assert found["gems9"].ids == ("a", "b", "c")
    assert found["gems9"].present.tolist() == [[True, False], [True, True], [False, False]]
    assert found["gems9"].asked.all()
    assert found["lastfm27"].ids == ("b",) and "Nobody was asked" in found["lastfm27"].note
    assert not found["gems9"].note


def test_agreed_leaves_out_what_only_one_person_said() -> None:
    agreed = views()["gems9 agreed"]
    assert agreed.label_set == "gems9" and agreed.ids == ("a", "b", "c")
    assert agreed.present.tolist() == [[True, False], [False, True], [False, False]]
    assert agreed.asked.tolist() == [[True, True], [False, True], [True, True]]


def test_three_on_lastfm_agree_and_fewer_say_neither_yes_nor_no() -> None:
    songs = [judged("a", {"lastfm27": {"sadness": 3, "happiness": 1}}),
             judged("b", {"lastfm27": {"sadness": 2}}), judged("c", {"lastfm27": {"happiness": 9}})]
    plain, agreed = views_of(songs, SPACE)
    assert (plain.block, agreed.block) == ("lastfm27", "lastfm27 agreed")
    assert plain.present.tolist() == [[True, True], [True, False], [False, True]]
    assert plain.asked.all()
    assert agreed.present.tolist() == [[True, False], [False, False], [False, True]]
    assert agreed.asked.tolist() == [[True, False], [False, True], [True, True]]
    assert agreed.title.endswith("where three agree") and agreed.label_set == "lastfm27"
    assert "three or more people" in agreed.note and "Nobody was asked" in agreed.note
    # Where nobody reached three, nothing is agreed on.
    assert [view.block for view in views_of(songs[1:2], SPACE)] == ["lastfm27"]


def test_sets_of_many_tags_are_pooled_song_by_song() -> None:
    songs = [*SONGS, judged("f", {"gems9": ["power"], "lastfm27": ["sadness"]})]
    pooled = pooled_view(songs, SPACE)
    assert pooled is not None
    assert pooled.ids == ("a", "b", "c", "f") and pooled.tags == ("sadness", "happiness", "power")
    # a and c were judged by gems9 alone, which could not have called them happy
    assert pooled.asked.tolist() == [[True, False, True], [True, True, True], [True, False, True],
                                     [True, True, True]]
    assert pooled.present.tolist() == [[True, False, False], [True, True, True],
                                       [False, False, False], [True, False, True]]
    assert pooled_view([judged("d", {"nju4": ["sadness"]})], SPACE) is None
    verdicts = LabelSpace({"own": ("anger",)}, ("anger",), {}, {"own": "verdicts"})
    assert pooled_view([judged("a", {"own": {"anger": 1}})], verdicts) is None


def test_without_counts_there_is_nothing_agreed() -> None:
    songs = [judged("a", {"gems9": ["sadness"]}), judged("b", {"gems9": []})]
    assert [view.block for view in views_of(songs, SPACE)] == ["gems9"]


def test_verdicts_ask_only_what_was_said() -> None:
    space = LabelSpace({"own": ("anger", "sadness")}, ("anger", "sadness"), {}, {"own": "verdicts"})
    view, = views_of([judged("a", {"own": {"anger": 0}}), judged("b", {"own": {"sadness": 1}})],
                     space)
    assert view.asked.tolist() == [[True, False], [False, True]]
    assert view.present.tolist() == [[False, False], [False, True]]


def test_a_view_is_cut_to_what_a_tagger_knows() -> None:
    cut = views()["gems9"].cut(("power", "joy"), ("c", "a", "z"))
    assert cut is not None
    assert (cut.ids, cut.tags, cut.tags_all) == (("a", "c"), ("power",), 2)
    assert cut.present.tolist() == [[False], [False]] and cut.asked.shape == (2, 1)


def test_where_a_song_has_one_tag_it_must_be_among_those_known() -> None:
    cut = views()["nju4"].cut(("sadness", "happiness"), ("a", "c", "d"))
    assert cut is not None and cut.ids == ("c", "d")
    # A tag known to nobody decides nothing; with one tag alone there is nothing to decide.
    assert views()["nju4"].cut(("sadness",), ("a", "c", "d")) is None


@pytest.mark.parametrize("tags, ids", [((), ("a", "b")), (("sadness",), ("a",)),
                                       (("joy",), ("a", "b")), (("sadness",), ())])
def test_too_little_is_no_view(tags: tuple[str, ...], ids: tuple[str, ...]) -> None:
    assert views()["gems9"].cut(tags, ids) is None


def test_a_song_whose_only_tag_is_not_in_the_list_of_its_set_is_left_out() -> None:
    songs = [judged("a", {"nju4": ["joy"]}), judged("b", {"nju4": ["anger"]}),
             judged("c", {"nju4": ["sadness"]})]
    view, = views_of(songs, SPACE)
    cut = view.cut(view.tags, view.ids)
    assert cut is not None and cut.ids == ("b", "c")


def test_sets_are_described_with_their_sizes_and_weak_ones_not_at_all() -> None:
    found = {each.label_set: each for each in describe_sets(SONGS, SPACE)}
    assert set(found) == {"gems9", "lastfm27", "nju4"}
    assert (found["gems9"].songs, found["gems9"].tags, found["gems9"].complete) == (3, 2, True)
    assert (found["nju4"].kind, found["lastfm27"].complete) == ("single", False)
    assert describe_sets([], SPACE) == ()
    assert views_of([], SPACE) == ()


def test_a_set_cut_down_to_no_tags_is_no_view() -> None:
    space = LabelSpace({"gems9": ()}, (), {})
    assert views_of([judged("a", {"gems9": ["sadness"]})], space) == ()


def test_arrays_are_of_one_kind() -> None:
    for view in views().values():
        assert view.present.dtype == view.asked.dtype == np.bool_
        assert view.present.shape == view.asked.shape == (len(view.ids), len(view.tags))
