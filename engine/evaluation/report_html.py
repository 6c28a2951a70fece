"""A report as one HTML page: what was measured, who is best and how sure that is, everything else.

No script, nothing loaded from outside; pictures are drawn into the page, by day and by night, with
a table beside each. Reads the report's values and nothing else.
"""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from engine.evaluation import page_parts as parts
from engine.evaluation.curve_picture import Curve, curves
from engine.evaluation.pictures import Group, Measured, forest, shown
from engine.evaluation.report import (
    ComparedBlock,
    Comparison,
    EvaluationReport,
    LabelSetBlock,
    LearningCurve,
    write_whole,
)
from engine.evaluation.report_style import style_sheet
from engine.evaluation.report_words import (
    CLEAR,
    Standing,
    blocks_of,
    figure_name,
    name_of,
    short_of,
    standings,
    tag_name,
)
from engine.evaluation.svg import Canvas, Node, node
from engine.evaluation.tagger_page import measured, tagger_section

TITLE = "How good are the taggers?"
_METHOD = (
    "Figures are taken on whole songs, cut, scored and put together exactly as tagging does it. "
    "A label set that could not have given a tag says nothing about it: such songs are left out "
    "of that tag.",
    "Intervals come from resampling the songs (Efron 1979): of 100 such measurements about 95 hold "
    "what all songs of the kind would show. Resampling pushes some figures to one side, as songs "
    "drawn twice tie and noise adds to a calibration error; the intervals are turned or shifted "
    "back by as much (Efron 1987, Davison and Hinkley 1997). They take songs to be independent.",
    "Means over tags leave out those that fewer than 5 songs have, or have not, where others are "
    "left; the mean over all stands beside.",
    "Two taggers are compared on the same songs: the interval of the difference by paired "
    "bootstrap, p by approximate randomisation (Noreen 1989), corrected for the number of "
    "comparisons (Holm 1979). Where p is above 0.05 there is no clear difference.",
    "Random scores, and the share of songs each tag has among those learned from, stand beside as "
    "the least a tagger has to beat.",
)


def write_html(report: EvaluationReport, file: Path) -> None:
    """Writes the page, whole or not at all. EngineError where it cannot be written."""
    write_whole(file, report_page(report).encode())


def report_page(report: EvaluationReport) -> str:
    """The whole page as text."""
    canvas = Canvas()
    order = [block.block for block in blocks_of(report)]
    sections = [tagger_section(canvas, tagger, order, place)
                for place, tagger in enumerate(report.taggers)]
    return parts.page(
        TITLE, style_sheet(), node("h1", None, TITLE), *_head(report), *_overview(canvas, report),
        *_comparisons(canvas, report), *_learning(canvas, report), *sections, *_method(report))


def _head(report: EvaluationReport) -> Iterator[Node | None]:
    data = report.data
    if not report.complete:
        yield parts.paragraph("This measurement was stopped before its end: what had been found "
                              "until then stands here.", "card")
    if report.unusable:
        yield parts.paragraph(" ".join(report.unusable), "card")
    made = datetime.fromtimestamp(report.made_at).astimezone()
    pairs = [("Songs", f"{data.songs:,}"), ("Artists", f"{data.artists:,}"),
             ("From", data.name), ("Part", _PARTS.get(data.split, data.split)),
             ("Folds", str(data.folds) if data.folds else "none"),
             ("Resamplings", f"{data.rounds:,}"), ("Left out", f"{data.left_out:,} songs"),
             ("Measured", f"{made:%d %B %Y}")]
    yield parts.facts(pairs)
    entries = [node("li", None, node("a", {"href": f"#tagger-{place}"}, tagger.name))
               for place, tagger in enumerate(report.taggers)]
    yield node("nav", {"aria-label": "Taggers"}, node("ul", None, *entries))


_PARTS = {"train": "those for learning", "valid": "those held out", "all": "all of them"}


def _overview(canvas: Canvas, report: EvaluationReport) -> Iterator[Node | None]:
    blocks = blocks_of(report)
    if not blocks:
        yield parts.paragraph("No label set of these songs is known to any tagger.", "lead")
        return
    yield node("h2", None, "In short")
    yield parts.bullets([short_of(report, block) for block in blocks])
    groups = [Group(f"{block.title} — {figure_name(block.main).title}", tuple(
        measured(each.tagger.name, each.block.figures.get(each.block.main),
                 _race_note(each), hollow=each.tagger.baseline,
                 strong=each.best)
        for each in standings(report, block.block))) for block in blocks]
    yield parts.figure(
        "The leading figure of every label set with its interval. Where several are measured, the "
        "best stands out; hollow dots are baselines that read no words.",
        forest(canvas, "Every tagger on every label set", groups))
    yield _overview_table(report, blocks)
    yield _label_sets(report)


def _race_note(standing: Standing) -> str:
    if standing.part:
        return f"knows {standing.block.tags_known} of {standing.block.tags_all} tags"
    return "no clear difference" if standing.tied else ""


def _overview_table(report: EvaluationReport, blocks: tuple[LabelSetBlock, ...]) -> Node:
    """A row for every label set, a column for every tagger, and how fast they are."""
    rows: list[list[parts.Cell]] = []
    for block in blocks:
        standing = {each.tagger.tagger: each for each in standings(report, block.block)}
        row: list[parts.Cell] = [block.title, parts.words(figure_name(block.main).title)]
        for tagger in report.taggers:
            own = standing.get(tagger.tagger)
            row.append(parts.interval(own.block.figures.get(own.block.main) if own else None,
                                      mark="best" if own and own.best else ""))
        rows.append(row)
    speeds = [f"{tagger.songs_per_second:,.1f}" if tagger.songs_per_second else None
              for tagger in report.taggers]
    rows.append(["Speed", parts.words("Songs a second"), *speeds])
    return parts.table("The same as a table",
                       ("Label set", "Figure", *(each.name for each in report.taggers)), rows)


def _label_sets(report: EvaluationReport) -> Node | None:
    if not report.label_sets:
        return None
    kinds = {"multi": "any number of tags a song", "single": "one label a song",
             "verdicts": "yes or no to single tags"}
    rows: list[list[parts.Cell]] = [
        [each.title, f"{each.songs:,}", str(each.tags), parts.words(each.label_set),
         parts.words(kinds.get(each.kind, each.kind)),
         parts.words("absence is a no" if each.complete else "absence says little")]
        for each in report.label_sets]
    return parts.folded("The label sets", f"{len(rows)} of them", parts.table(
        "Who said what of these songs",
        ("Label set", "Songs", "Tags", "Key", "Kind", "A tag not given"), rows))


def _comparisons(canvas: Canvas, report: EvaluationReport) -> Iterator[Node | None]:
    if not report.comparisons:
        return
    yield node("h2", None, "Which is better, and how sure is that")
    for comparison in report.comparisons:
        yield from _comparison(canvas, report, comparison)


def _comparison(canvas: Canvas, report: EvaluationReport,
                comparison: Comparison) -> Iterator[Node | None]:
    one, other = name_of(report, comparison.one), name_of(report, comparison.other)
    yield node("h3", None, f"{one} against {other}")
    if not comparison.blocks:
        yield parts.paragraph("They know no label set in common.")
        return
    rows = tuple(Measured(block.title, block.difference.value, block.difference.low,
                          block.difference.high, _surely(block), strong=block.p_holm <= CLEAR)
                 for block in comparison.blocks)
    yield parts.figure(
        f"The difference on the same songs: right of the dashed line {one} is better, left of it "
        f"{other}. Where the whisker crosses it, or p is above 0.05, there is no clear difference.",
        forest(canvas, f"{one} against {other}", [Group("", rows)], 0.0, "no difference",
               signed=True))
    yield parts.table("The same as a table", (
        "Label set", "Figure", one, other, "Difference", "p", "p, corrected", "Songs"),
        [_compared_row(block) for block in comparison.blocks])
    yield from (_compared_tags(canvas, block) for block in comparison.blocks if block.per_tag)


def _surely(block: ComparedBlock) -> str:
    return f"p {_p(block.p_holm)}"


def _p(value: float) -> str:
    return "< 0.001" if value < 0.001 else f"{value:.3f}"


def _compared_row(block: ComparedBlock) -> list[parts.Cell]:
    return [block.title, parts.words(figure_name(block.figure).title), shown(block.one),
            shown(block.other), parts.interval(block.difference, signed=True), _p(block.p),
            _p(block.p_holm), f"{block.songs:,}"]


def _compared_tags(canvas: Canvas, block: ComparedBlock) -> Node:
    ranked = sorted(block.per_tag, key=lambda tag: -tag.difference.value)
    clear = sum(tag.p_holm <= CLEAR for tag in ranked)
    rows = tuple(Measured(tag_name(tag.tag), tag.difference.value, tag.difference.low,
                          tag.difference.high, f"p {_p(tag.p_holm)}", strong=tag.p_holm <= CLEAR)
                 for tag in ranked)
    return parts.folded(
        f"{block.title}, tag by tag", f"{clear} of {len(ranked)} differ clearly",
        parts.figure("The difference in AUC, p corrected for how many tags there are.",
                     forest(canvas, f"{block.title}, tag by tag", [Group("", rows)], 0.0,
                            "no difference", signed=True)),
        parts.table("Differences in AUC", ("Tag", "Difference", "p", "p, corrected"), [
            [tag_name(tag.tag), parts.interval(tag.difference, signed=True), _p(tag.p),
             _p(tag.p_holm)] for tag in ranked]))


def _learning(canvas: Canvas, report: EvaluationReport) -> Iterator[Node | None]:
    if not report.curves:
        return
    yield node("h2", None, "What more songs bring")
    blocks = dict.fromkeys((curve.block, curve.title, curve.figure) for curve in report.curves)
    for block, title, name in blocks:
        shared = [curve for curve in report.curves
                  if (curve.block, curve.figure) == (block, name)]
        yield node("h3", None, title)
        yield parts.figure(
            f"{figure_name(name).title} on songs of other artists, by how many songs were learned "
            "from.",
            curves(canvas, f"Learning curve: {title}", [_drawn(curve) for curve in shared],
                   "songs learned from"))
        yield _learning_table(shared, figure_name(name).title)


def _learning_table(shared: list[LearningCurve], figure: str) -> Node:
    """A row for every number of songs, a column for every tagger."""
    reached = [{point.songs: point.figure for point in curve.points} for curve in shared]
    rows = [[f"{songs:,}", *(parts.interval(curve.get(songs)) for curve in reached)]
            for songs in sorted({songs for curve in reached for songs in curve})]
    return parts.folded("The same as a table", figure, parts.table(
        figure, ("Songs", *(curve.name for curve in shared)), rows))


def _drawn(curve: LearningCurve) -> Curve:
    return Curve(curve.name, tuple(
        (float(point.songs), measured(curve.name, point.figure)) for point in curve.points))


def _method(report: EvaluationReport) -> Iterator[Node | None]:
    yield node("h2", None, "How this was measured")
    yield parts.bullets(_METHOD)
    if report.data.folds:
        yield parts.paragraph(f"{report.data.folds} folds; all songs of an artist, and songs with "
                              "almost the same words, stand in one fold.")
