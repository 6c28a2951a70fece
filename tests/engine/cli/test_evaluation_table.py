"""A report in a terminal: a table a label set, with who is best and how sure that is."""

import msgspec

from engine.cli.evaluation_table import as_lines, said
from engine.evaluation.report_words import NOTHING
from tests.engine.evaluation.sample_report import around, sample_report


def test_every_label_set_is_a_table_with_intervals() -> None:
    lines = as_lines(sample_report())
    assert lines[0] == "Nine emotions, by people on the lyrics: 400 songs, 9 tags"
    assert lines[1].split() == ["Macro", "AUC", "Mean", "AP", "F1,", "micro", "Calibration",
                                "error"]
    assert lines[2].startswith("* Moods  ") and "0.78 (0.75–0.81)" in lines[2]
    assert lines[3].startswith("  One classifier a mood, on words  0.72")
    assert lines[4].startswith("  Random scores  ") and "0.50 (0.47–0.53)" in lines[4]
    assert lines[5] == ""
    assert lines[6].startswith("Happy, angry, sad or calm (AllMusic): 210 songs")
    assert lines[9].startswith("= One classifier")  # no clear difference there


def test_figures_stand_below_their_titles() -> None:
    title, best, other = as_lines(sample_report())[1:4]
    for name, figure in (("Macro AUC", "0.78 ("), ("F1, micro", "0.50 (0.47")):
        assert best.index(figure) == title.index(name)
    assert other.index("0.72") == title.index("Macro AUC")


def test_tags_are_told_where_they_are_wanted() -> None:
    plain, whole = as_lines(sample_report()), as_lines(sample_report(), tags=True)
    assert len(whole) > len(plain) + 18
    assert not any("joyful activation" in line for line in plain)
    rows = [line.split() for line in whole if line.lstrip().startswith("joyful activation")]
    assert len(rows) == 2 and rows[0][2].startswith("0.")  # two taggers, no baseline
    wonder = next(line for line in whole if line.lstrip().startswith("wonder"))
    assert wonder.rstrip().endswith(", 0") and "–" in wonder  # never given


def test_what_has_to_be_known_stands_below() -> None:
    lines = "\n".join(as_lines(sample_report()))
    assert "valence 0.41 (0.38–0.44)" in lines and "1,200 songs, Spearman" in lines
    assert "Moods: Experimental, because chance could do as well: wonder." in lines
    assert "* best, = no clear difference from the best." in lines
    assert "stopped" not in lines


def test_what_the_means_leave_out_is_told_beside_the_tags() -> None:
    report = sample_report()
    rare = msgspec.structs.replace(report.taggers[0].blocks[0], tags_rare=2)
    report = msgspec.structs.replace(report, taggers=(
        msgspec.structs.replace(report.taggers[0], blocks=(rare,)),))
    assert "400 songs, 9 tags, 2 too rare for the means" in "\n".join(as_lines(report))


def test_no_line_is_wider_than_a_page() -> None:
    report = sample_report()
    noted = msgspec.structs.replace(report.taggers[0], note="A note of many words. " * 20)
    report = msgspec.structs.replace(report, taggers=(noted, *report.taggers[1:]))
    assert max(map(len, as_lines(report, tags=True))) <= 128


def test_a_stopped_measurement_of_one_says_so_and_praises_nobody() -> None:
    report = sample_report()
    alone = msgspec.structs.replace(report, taggers=report.taggers[::2], comparisons=(),
                                    complete=False, unusable=("gone was left out: No.",))
    lines = as_lines(alone)
    assert lines[-2:] == ["gone was left out: No.",
                          "This measurement was stopped before its end."]
    assert not any(line.startswith(("*", "=")) for line in lines)


def test_a_report_of_nothing_is_a_sentence() -> None:
    empty = msgspec.structs.replace(sample_report(), taggers=(), comparisons=(), curves=())
    assert as_lines(empty) == [NOTHING]


def test_a_figure_is_said_with_its_interval() -> None:
    assert said(around(0.5)) == "0.50 (0.47–0.53)"
    assert said(around(0.02)) == "0.02 (−0.01 to 0.05)"
    assert said(None) == "–"


def test_a_very_long_name_is_cut() -> None:
    report = sample_report()
    named = msgspec.structs.replace(report.taggers[0], name="A name of many letters " * 9)
    report = msgspec.structs.replace(report, taggers=(named, *report.taggers[1:]))
    rows = as_lines(report)
    assert "… 0.78 (" in rows[2]
    assert rows[2].index("0.78 (") == rows[3].index("0.72 (")


def test_a_row_on_other_songs_says_so() -> None:
    # GIVEN a second tagger that knows one tag less, and so fewer songs of a set
    report = sample_report()
    other = report.taggers[1]
    fewer = msgspec.structs.replace(other.blocks[1], tags_known=3, songs=150)
    taggers = (report.taggers[0],
               msgspec.structs.replace(other, blocks=(other.blocks[0], fewer)), report.taggers[2])
    lines = as_lines(msgspec.structs.replace(report, taggers=taggers))
    assert [line for line in lines if line.endswith("on 150 songs, 3 of 4 tags")] == [
        line for line in lines if line.startswith("  One classifier") and "150" in line]
    assert not any(" on 400 songs" in line for line in lines)


def test_names_cannot_steer_the_terminal() -> None:
    report = sample_report()
    evil = msgspec.structs.replace(report.taggers[0], name="Bad\x1b[2J\nname\r\x07\u202e",
                                   note="\x1b]0;title\x07")
    lines = as_lines(msgspec.structs.replace(report, taggers=(evil,)), tags=True)
    assert all(letter.isprintable() for line in lines for letter in line)
    assert any("Bad [2J name" in line for line in lines)
