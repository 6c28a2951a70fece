"""A report as a terminal shows it: a table for every label set, its tags where they are wanted.

Pure: turns a report into lines.
"""

from collections.abc import Iterator, Sequence
from textwrap import wrap

from engine.evaluation.pictures import shown
from engine.evaluation.report import (
    EvaluationReport,
    Interval,
    LabelSetBlock,
    TagFigures,
    TaggerReport,
)
from engine.evaluation.report_words import (
    NOTHING,
    Standing,
    best_first,
    blocks_of,
    counted,
    experimental_words,
    figure_name,
    rare_words,
    standings,
    tag_name,
)

_BESIDE = {"macro_auc": ("mean_average_precision", "micro_f1", "ece"),
           "accuracy": ("macro_f1", "ece")}
_LONGEST, _FIGURE, _TAG, _WIDTH = 46, 20, 22, 100
_BEST, _TIED = "*", "="


def as_lines(report: EvaluationReport, tags: bool = False) -> list[str]:
    """Everything for a person to read at a glance; `tags` adds a line a tag."""
    return [_plain(line) for line in _lines(report, tags)]


def _plain(line: str) -> str:
    """Names come from files: no sign of theirs shall steer the terminal or break a row."""
    return "".join(letter if letter.isprintable() else " " for letter in line)


def _lines(report: EvaluationReport, tags: bool) -> Iterator[str]:
    longest = max((len(tagger.name) for tagger in report.taggers), default=0)
    width = min(longest + 2, _LONGEST)
    for block in blocks_of(report):
        yield from _block(report, block, tags, width)
        yield ""
    if not blocks_of(report):
        yield NOTHING
    yield from _affect(report.taggers, width)
    for note in _notes(report):
        yield from wrap(note, _WIDTH, subsequent_indent="  ")


def _block(report: EvaluationReport, block: LabelSetBlock, tags: bool,
           width: int) -> Iterator[str]:
    names = [block.main, *_BESIDE.get(block.main, ())]
    yield f"{block.title}: {_size(block)}"
    yield "  " + "".ljust(width) + "".join(
        figure_name(name).title.ljust(_FIGURE) for name in names).rstrip()
    for each in standings(report, block.block):
        beside = "" if _size(each.block) == _size(block) else f"on {_size(each.block)}"
        yield f"{_row(each, names, width)}{beside}".rstrip()
        if tags and not each.tagger.baseline:
            yield from _tags(each.block)


def _row(standing: Standing, names: Sequence[str], width: int) -> str:
    mark = _BEST if standing.best else _TIED if standing.tied else " "
    figures = standing.block.figures
    return f"{mark} {_fitted(standing.tagger.name, width)}" + "".join(
        said(figures.get(name)).ljust(_FIGURE) for name in names)


def _size(block: LabelSetBlock) -> str:
    known = "" if block.tags_known == block.tags_all else f"{block.tags_known} of "
    return ", ".join(filter(None, (counted(block.songs), f"{known}{block.tags_all} tags",
                                   rare_words(block))))


def _fitted(text: str, width: int) -> str:
    return text.ljust(width) if len(text) < width else f"{text[:width - 2]}… "


def said(figure: Interval | None) -> str:
    """ "0.78 (0.74–0.81)", a dash where nothing could be told."""
    if figure is None:
        return "–"
    to = " to " if figure.low < 0 else "–"
    return f"{shown(figure.value)} ({shown(figure.low)}{to}{shown(figure.high)})"


def _tags(block: LabelSetBlock) -> Iterator[str]:
    yield "      " + "".ljust(_TAG) + "".join(
        title.ljust(_FIGURE) for title in ("AUC", "Precision", "Recall", "Given, chosen")).rstrip()
    for tag in best_first(block):
        yield _tag(tag)


def _tag(tag: TagFigures) -> str:
    figures = "".join(said(figure).ljust(_FIGURE)
                      for figure in (tag.auc, tag.precision, tag.recall))
    return f"      {_fitted(tag_name(tag.tag), _TAG)}{figures}{tag.support:,}, {tag.chosen:,}"


def _affect(taggers: Sequence[TaggerReport], width: int) -> Iterator[str]:
    known = [tagger for tagger in taggers if tagger.affect]
    if not known:
        return
    yield f"Order of songs by valence and arousal: {counted(known[0].affect_songs)}, Spearman"
    for tagger in known:
        yield f"  {_fitted(tagger.name, width)}" + "".join(
            f"{figure_name(name).title.lower()} {said(figure)}".ljust(_FIGURE + 10)
            for name, figure in tagger.affect.items()).rstrip()
    yield ""


def _notes(report: EvaluationReport) -> Iterator[str]:
    if blocks_of(report) or any(tagger.affect for tagger in report.taggers):
        yield "In brackets: 95 of 100 such intervals hold what all songs of the kind would show."
    if any(each.best for block in blocks_of(report) for each in standings(report, block.block)):
        yield f"{_BEST} best, {_TIED} no clear difference from the best."
    for tagger in report.taggers:
        if tagger.experimental and not tagger.baseline:
            yield f"{tagger.name}: {experimental_words(tagger)}"
        if tagger.note and not tagger.baseline:
            yield f"{tagger.name}: {tagger.note}"
    yield from report.unusable
    if not report.complete:
        yield "This measurement was stopped before its end."
