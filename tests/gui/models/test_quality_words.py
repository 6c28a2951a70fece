"""Figures become sentences a person understands, and say no more than was measured."""

from dataclasses import replace
from pathlib import Path

import msgspec

from engine.errors import EngineError
from engine.evaluation.report import Interval, Matrix
from engine.evaluation.report_words import tag_name
from gui.models import quality_words as words
from gui.models.quality_reports import FoundReport
from tests.engine.evaluation.sample_report import (
    FOUR,
    compared,
    four,
    sample_report,
    tagger,
)

REPORT = sample_report()
GOOD, OTHER, CHANCE = REPORT.taggers
NINE_BLOCK, FOUR_BLOCK = GOOD.blocks


def test_an_auc_is_told_as_pairs_of_songs_and_an_accuracy_as_songs() -> None:
    assert words.how_well(REPORT, GOOD, NINE_BLOCK) == (
        "Of two songs, one with a mood and one without, it scores the right one higher 78 times "
        "in 100; guessing gets 50. On other songs of the kind it would likely be between 75 and "
        "81. No other does better here.")
    assert words.how_well(REPORT, GOOD, FOUR_BLOCK).startswith(
        "It names the label people gave for 79 of 100 songs; guessing among 4 gets 25.")


def test_who_is_behind_is_told_only_where_it_was_compared() -> None:
    clearly = words.how_well(REPORT, OTHER, OTHER.blocks[0])
    assert clearly.endswith("That is clearly behind Moods.")
    hardly = words.how_well(REPORT, OTHER, OTHER.blocks[1])
    assert hardly.endswith("That is no clear difference from Moods, the best here.")
    uncompared = msgspec.structs.replace(REPORT, comparisons=())
    assert "behind" not in words.how_well(uncompared, OTHER, OTHER.blocks[0])
    assert "Moods" not in words.how_well(REPORT, CHANCE, CHANCE.blocks[0])


def test_a_tagger_alone_is_not_called_the_best() -> None:
    alone = msgspec.structs.replace(REPORT, taggers=(GOOD, CHANCE), comparisons=())
    assert "No other" not in words.how_well(alone, GOOD, NINE_BLOCK)
    assert not any(cell.best for cell in words.cells_of(alone, NINE_BLOCK).values())


def test_a_figure_that_could_not_be_had_is_not_made_up() -> None:
    empty = msgspec.structs.replace(NINE_BLOCK, figures={})
    assert words.how_well(REPORT, GOOD, empty) == "There is too little here to judge it by."
    assert words.figure_text(None) == "–" and words.interval_text(None) == ""
    assert words.tags_words(empty) == ""


def test_an_unknown_leading_figure_is_told_by_its_name() -> None:
    odd = msgspec.structs.replace(NINE_BLOCK, main="exact_match",
                                  figures={"exact_match": Interval(0.3, 0.3, 0.3)})
    assert words.how_well(REPORT, GOOD, odd).startswith("Exact match: 30 of 100.")


def test_cells_mark_the_best_and_what_nobody_can_tell_from_it() -> None:
    cells = words.cells_of(REPORT, FOUR_BLOCK)
    assert [(cell.best, cell.tied) for cell in cells.values()] == [
        (True, False), (False, True), (False, False)]
    assert cells["moods@3"].chance == 0.25
    assert cells["words@1"].spoken == (
        "One classifier a mood, on words, Happy, angry, sad or calm (AllMusic), Accuracy 0.75, "
        "0.69 to 0.81, no clear difference")


def test_a_baseline_is_never_best_nor_tied_though_it_were_compared() -> None:
    lucky = tagger("random", "Random scores", 0.99, 0.99, baseline=True)
    against = msgspec.structs.replace(REPORT.comparisons[0], other="random", blocks=(
        compared(GOOD.blocks[0], 0.0, 0.9),))
    report = msgspec.structs.replace(REPORT, taggers=(GOOD, OTHER, lucky),
                                     comparisons=(*REPORT.comparisons, against))
    cells = words.cells_of(report, NINE_BLOCK)
    assert not cells["random"].best and not cells["random"].tied and cells["moods@3"].best
    bars = words.tagger_bars(report, NINE_BLOCK)
    assert [bar.key for bar in bars] == ["moods@3", "words@1", "random"]
    assert [bar.hollow for bar in bars] == [False, False, True] and bars[0].strong


def test_moods_come_best_first_with_what_each_is_worth() -> None:
    bars = words.tag_bars(GOOD, NINE_BLOCK, tag_name)
    values = [bar.figure.value for bar in bars if bar.figure]
    assert values == sorted(values, reverse=True) and len(bars) == 9
    by_tag = {bar.key: bar for bar in bars}
    assert by_tag["wonder"].hollow and not by_tag["tension"].hollow
    assert by_tag["wonder"].told == "It never tags a song with wonder."
    assert by_tag["tension"].told == ("Of 10 songs it tags with tension, people agree with 6. "
                                      "Of 10 that people find it in, it finds 5.")


def test_what_is_mixed_up_most_needs_songs_enough() -> None:
    told = words.mixed_up(Matrix(("a", "b", "c"), ((50, 30, 20), (5, 90, 5), (0, 1, 1))), str)
    assert told == "What it mixes up most: of 100 songs people call a, it calls 30 b."
    # GIVEN labels of a few songs only, or none that is mistaken
    assert words.mixed_up(Matrix(("a", "b"), ((0, 3), (2, 1))), str) == ""
    assert words.mixed_up(Matrix(FOUR[:2], ((40, 0), (0, 40))), str) == ""
    assert words.mixed_up(Matrix((), ()), str) == ""


def test_the_size_of_a_label_set_is_told_with_what_the_tagger_knows_of_it() -> None:
    assert words.block_facts(NINE_BLOCK) == "400 songs  ·  9 tags"
    part = msgspec.structs.replace(four(0.5), tags_known=2, songs=1, note="Only by day.")
    assert words.block_facts(part) == "1 song  ·  2 of 4 tags known to it  ·  Only by day."
    rare = msgspec.structs.replace(NINE_BLOCK, tags_rare=2)
    assert words.block_facts(rare) == "400 songs  ·  9 tags  ·  2 too rare for the means"


def test_every_label_set_has_a_short_name_or_keeps_its_own() -> None:
    assert words.short_title(NINE_BLOCK) == "Nine emotions"
    strange = msgspec.structs.replace(NINE_BLOCK, block="new", title="New one")
    assert words.short_title(strange) == "New one"


def test_tags_are_told_of_ten() -> None:
    block = msgspec.structs.replace(NINE_BLOCK, figures={
        "micro_precision": Interval(0.58, 0.5, 0.6), "micro_recall": Interval(0.44, 0.4, 0.5)})
    assert words.tags_words(block) == ("Of 10 tags it gives, people agree with 6. "
                                       "Of 10 that people gave, it finds 4.")


def test_a_report_is_called_by_its_data_and_day(tmp_path: Path) -> None:
    found = FoundReport(tmp_path / "report.json", REPORT, None, "Measuring")
    assert words.report_title(found).startswith("lyrics_moods.jsonl.gz, ")
    assert words.report_title(replace(found, shipped=True)) == "Shipped with Undertone"
    broken = FoundReport(tmp_path / "b.json", None, EngineError("Broken."), "Measuring Moods")
    assert words.report_title(broken) == "Measuring Moods"
    assert words.report_facts(REPORT) == (
        "2\u202f400 songs  ·  1\u202f310 artists  ·  5 parts, no artist in two of them  ·  "
        "from lyrics_moods.jsonl.gz")
    data = msgspec.structs.replace(REPORT.data, split="valid")
    assert words.report_facts(msgspec.structs.replace(REPORT, data=data)).endswith(
        "from lyrics_moods.jsonl.gz  ·  those held out")


def test_names_in_tool_tips_are_no_markup() -> None:
    assert words.tip("<b>R&B</b>") == "<qt>&lt;b&gt;R&amp;B&lt;/b&gt;</qt>"


def test_what_was_not_measured_is_not_mentioned() -> None:
    assert words.affect_words(CHANCE) == ""
    assert "to 0.41" in words.affect_words(GOOD)
