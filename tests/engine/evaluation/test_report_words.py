"""Who stands where, and the plain sentences that say it."""

import msgspec
import pytest

from engine.evaluation.report import (
    Bin,
    Comparison,
    EvaluationReport,
    Interval,
    LabelSetBlock,
    TagFigures,
    TaggerReport,
)
from engine.evaluation.report_words import (
    FIGURES,
    best_first,
    blocks_of,
    calibration_words,
    chance_of,
    counted,
    experimental_words,
    figure_name,
    name_of,
    promise_of,
    rare_words,
    short_of,
    standings,
)
from tests.engine.evaluation.sample_report import around, bins, nine, sample_report, tag_figures


def with_taggers(*taggers: TaggerReport) -> EvaluationReport:
    return msgspec.structs.replace(sample_report(), taggers=taggers, comparisons=())


def test_the_best_is_marked_and_who_is_not_clearly_behind() -> None:
    # GIVEN a difference that is clear on nine emotions and not on four
    report = sample_report()
    clear, unclear = (standings(report, block) for block in ("gems9", "quadrant_allmusic"))
    # THEN the best stands alone on the first and not on the second
    assert [(each.best, each.tied) for each in clear] == [(True, None), (False, False),
                                                          (False, None)]
    assert [(each.best, each.tied) for each in unclear] == [(True, None), (False, True),
                                                            (False, None)]


def test_a_comparison_counts_whichever_way_round_it_was_made() -> None:
    report = sample_report()
    turned = tuple(Comparison(one=each.other, other=each.one, blocks=each.blocks)
                   for each in report.comparisons)
    report = msgspec.structs.replace(report, comparisons=turned)
    assert [each.tied for each in standings(report, "quadrant_allmusic")] == [None, True, None]


def test_a_baseline_is_never_the_best() -> None:
    good, other, chance = sample_report().taggers
    lucky = msgspec.structs.replace(chance, blocks=(nine(0.99),))
    best = [each.tagger.name for each in standings(with_taggers(good, other, lucky), "gems9")
            if each.best]
    assert best == ["Moods"]


def test_who_knows_only_some_of_the_tags_is_in_no_race() -> None:
    # GIVEN a tagger that does better, but on fewer of the tags
    good, other, chance = sample_report().taggers
    block = msgspec.structs.replace(nine(0.99), tags_known=4)
    easy = msgspec.structs.replace(chance, name="Easy", baseline=False, blocks=(block,))
    # WHEN all stand side by side THEN it is neither the best nor level with the best
    found = {each.tagger.name: each for each in standings(with_taggers(good, other, easy), "gems9")}
    assert found["Moods"].best and not found["Moods"].part
    assert not found["Easy"].best and found["Easy"].tied is None and found["Easy"].part


def test_alone_nobody_is_the_best_but_its_figure_is_said() -> None:
    good, _, chance = sample_report().taggers
    report = with_taggers(good, chance)
    assert not any(each.best for each in standings(report, "gems9"))
    assert short_of(report, good.blocks[0]) == (
        "Nine emotions, by people on the lyrics: Moods, macro AUC 0.78 (0.75 to 0.81, 400 songs).")


def test_short_sentences_say_who_is_not_clearly_behind() -> None:
    report = sample_report()
    one, four = (short_of(report, block) for block in blocks_of(report))
    assert one == ("Nine emotions, by people on the lyrics: best is Moods, macro AUC 0.78 "
                   "(0.75 to 0.81, 400 songs).")
    assert four.endswith("Not clearly better than One classifier a mood, on words.")


def test_what_could_not_be_measured_is_said_so() -> None:
    good, *_ = sample_report().taggers
    empty = msgspec.structs.replace(good, blocks=(
        msgspec.structs.replace(good.blocks[0], figures={}),))
    assert short_of(with_taggers(empty), empty.blocks[0]) == (
        "Nine emotions, by people on the lyrics: nothing could be measured.")


def test_every_block_comes_up_once_in_its_order() -> None:
    report = sample_report()
    assert [block.block for block in blocks_of(report)] == ["gems9", "quadrant_allmusic"]
    assert blocks_of(with_taggers()) == ()
    # AND those come first whose every tag was asked, wherever they stand in the data
    turned = msgspec.structs.replace(report, taggers=tuple(
        msgspec.structs.replace(each, blocks=each.blocks[::-1]) for each in report.taggers))
    assert [block.block for block in blocks_of(turned)] == ["gems9", "quadrant_allmusic"]
    assert name_of(report, "moods@3") == "Moods" and name_of(report, "gone") == "gone"


@pytest.mark.parametrize("songs, said", [(1, "1 song"), (0, "0 songs"), (2400, "2,400 songs")])
def test_songs_are_counted_in_words(songs: int, said: str) -> None:
    assert counted(songs) == said


def test_a_figure_without_words_is_called_by_its_key() -> None:
    assert figure_name("new_figure").title == "New figure"
    assert figure_name("macro_auc").within == "macro AUC"
    assert figure_name("auc").within == "AUC" and figure_name("micro_f1").within == "F1, micro"
    assert all(name.title and name.meaning for name in FIGURES.values())


@pytest.mark.parametrize("precision, recall, chosen, said", [
    (0.62, 0.48, 20, "Of 10 songs it tags with joyful activation, people agree with 6. "
                     "Of 10 that people find it in, it finds 5."),
    (1.0, None, 3, "Of 10 songs it tags with joyful activation, people agree with 10."),
    (None, 0.0, 0, "It never tags a song with joyful activation.")])
def test_a_promise_is_counted_in_tens(precision: float | None, recall: float | None, chosen: int,
                                      said: str) -> None:
    tag = TagFigures(tag="joyful_activation", support=9, asked=90, chosen=chosen,
                     precision=None if precision is None else around(precision),
                     recall=None if recall is None else around(recall))
    assert promise_of(tag) == said
    # AND by the name it has where it is shown
    assert promise_of(tag, "Joy") == said.replace("joyful activation", "Joy")


def test_what_guessing_gets_hangs_on_the_figure_and_the_tags() -> None:
    good = sample_report().taggers[0]
    many, one = good.blocks
    assert (chance_of(many), chance_of(one)) == (0.5, 0.25)
    assert chance_of(msgspec.structs.replace(one, tags_known=2)) == 0.5
    assert chance_of(msgspec.structs.replace(many, main="exact_match")) == 0


def test_tags_come_best_first_and_those_nobody_could_rank_last() -> None:
    unranked = TagFigures(tag="unranked", support=0, asked=9)
    block = msgspec.structs.replace(nine(0.7), per_tag=(unranked, *nine(0.7).per_tag))
    ranked = best_first(block)
    values = [tag.auc.value for tag in ranked if tag.auc]
    assert values == sorted(values, reverse=True) and ranked[-1] is unranked


def test_what_is_left_out_and_what_is_on_trial_is_said_only_where_there_is_any() -> None:
    good, _, chance = sample_report().taggers
    assert experimental_words(good) == "Experimental, because chance could do as well: wonder."
    assert experimental_words(chance) == rare_words(good.blocks[0]) == ""
    rare = msgspec.structs.replace(good.blocks[0], tags_rare=2)
    assert rare_words(rare) == "2 too rare for the means"


@pytest.mark.parametrize("shift, way", [
    (0.1, "Mostly they are too high"), (-0.1, "Mostly they are too low"),
    (0.0, "both sides alike")])
def test_calibration_says_which_way_scores_err(shift: float, way: str) -> None:
    filled = tuple(Bin(n / 15, (n + 1) / 15, 10, n / 15, n / 15 - shift) for n in range(3, 12))
    block = msgspec.structs.replace(nine(0.7), reliability=filled)
    assert way in calibration_words(block)
    assert calibration_words(block).startswith("Its scores are 0.05 away")


def test_no_bins_or_no_error_say_nothing() -> None:
    block = nine(0.7)
    for lacking in ({"reliability": ()}, {"figures": {}},
                    {"reliability": tuple(msgspec.structs.replace(each, count=0)
                                          for each in bins(0.0))}):
        changed: LabelSetBlock = msgspec.structs.replace(block, **lacking)
        assert calibration_words(changed) == ""
    assert tag_figures("x", 0.7, 3).auc == Interval(0.7, 0.64, 0.76)
