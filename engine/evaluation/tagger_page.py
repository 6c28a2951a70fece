"""One tagger's part of the report page: every label set with its figures, tags and pictures."""

from collections.abc import Iterator, Sequence

from engine.evaluation import page_parts as parts
from engine.evaluation.grid_picture import grid
from engine.evaluation.pictures import Dot, Group, Measured, forest, reliability, shown
from engine.evaluation.report import Interval, LabelSetBlock, Matrix, TagFigures, TaggerReport
from engine.evaluation.report_words import (
    CHANCE,
    best_first,
    calibration_words,
    counted,
    experimental_words,
    figure_name,
    promise_of,
    rare_words,
    tag_name,
)
from engine.evaluation.svg import Canvas, Node, node

_PROMISES = 3
_WRITTEN_IN = 9  # grids of more tags than this show shades alone; a table holds the numbers


def measured(label: str, figure: Interval | None, note: str = "", hollow: bool = False,
             strong: bool = False) -> Measured:
    """A row of a forest from a figure of the report."""
    if figure is None:
        return Measured(label, None, note=note, hollow=hollow)
    return Measured(label, figure.value, figure.low, figure.high, note, hollow, strong)


def tagger_section(canvas: Canvas, tagger: TaggerReport, order: Sequence[str],
                   place: int) -> Node:
    """Everything about one tagger, its label sets in this order and folded but the first."""
    ranked = sorted(tagger.blocks, key=lambda block: order.index(block.block))
    blocks = [_block(canvas, tagger, block, unfolded=not number)
              for number, block in enumerate(ranked)]
    return node("section", {"id": f"tagger-{place}"},
                node("h2", None, tagger.name), parts.paragraph(_known_as(tagger), "quiet"),
                parts.paragraph(tagger.note) if tagger.note else None,
                _affect(tagger), _experimental(tagger), *blocks)


def _known_as(tagger: TaggerReport) -> str:
    version = f", version {tagger.version}" if tagger.version else ""
    speed = (f", {tagger.songs_per_second:,.1f} songs a second"
             if tagger.songs_per_second else "")
    return f"{tagger.tagger}{version}. {counted(tagger.songs)}{speed}."


def _affect(tagger: TaggerReport) -> Node | None:
    if not tagger.affect:
        return None
    rows = [[figure_name(name).title, parts.interval(figure, signed=True),
             parts.words(figure_name(name).meaning)] for name, figure in tagger.affect.items()]
    return parts.table(f"Valence and arousal, {counted(tagger.affect_songs)}",
                       ("", "Spearman", "What it means"), rows)


def _experimental(tagger: TaggerReport) -> Node | None:
    told = experimental_words(tagger)
    return parts.paragraph(told, "experimental") if told else None


def _block(canvas: Canvas, tagger: TaggerReport, block: LabelSetBlock, unfolded: bool) -> Node:
    main = block.figures.get(block.main)
    said = f"{figure_name(block.main).title} {shown(main.value)}" if main else "not measurable"
    # What chance would confuse with what is nothing to look at.
    details: Sequence[Node | None] = () if tagger.baseline else (
        *_tags(canvas, tagger, block), *_calibration(canvas, block),
        *_confusion(canvas, block), *_together(canvas, block))
    return parts.folded(
        block.title, f"{said} · {counted(block.songs)} · {_tags_known(block)}",
        parts.paragraph(block.note) if block.note else None, _figures(block), _folds(block),
        *details, unfolded=unfolded and not tagger.baseline)


def _tags_known(block: LabelSetBlock) -> str:
    known = (f"{block.tags_all} tags" if block.tags_known == block.tags_all else
             f"{block.tags_known} of {block.tags_all} tags known")
    return ", ".join(filter(None, (known, rare_words(block))))


def _figures(block: LabelSetBlock) -> Node:
    rows = [[figure_name(name).title, parts.interval(figure),
             parts.words(figure_name(name).meaning)] for name, figure in block.figures.items()]
    return parts.table("Figures, each with its 95 % interval",
                       ("", "Figure", "What it means"), rows)


def _folds(block: LabelSetBlock) -> Node | None:
    if not block.by_fold:
        return None
    folds = max(map(len, block.by_fold.values()))
    rows = [[figure_name(name).title, *(shown(value) for value in values),
             _spread([value for value in values if value is not None])]
            for name, values in block.by_fold.items()]
    head = ("", *(f"Fold {number}" for number in range(1, folds + 1)), "Mean ± deviation")
    return parts.table("Fold by fold: no artist stands in two", head, rows)


def _spread(values: list[float]) -> str:
    if len(values) < 2:
        return "–"
    mean = sum(values) / len(values)
    deviation = (sum((value - mean) ** 2 for value in values) / (len(values) - 1)) ** 0.5
    return f"{mean:.2f} ± {deviation:.2f}"


def _tags(canvas: Canvas, tagger: TaggerReport, block: LabelSetBlock) -> Iterator[Node | None]:
    if not block.per_tag:
        return
    yield node("h3", None, "Tag by tag")
    ranked = best_first(block)
    # A single label has no score of its own worth ranking by where no AUC was taken.
    if any(tag.auc for tag in ranked):
        rows = tuple(measured(tag_name(tag.tag), tag.auc, counted(tag.support),
                              tag.tag in tagger.experimental, strong=True) for tag in ranked)
        picture = forest(canvas, f"AUC of every tag: {block.title}", [Group("", rows)],
                         CHANCE["auc"], "guessing")
        yield parts.figure("How well songs with a tag are told from songs without it. Hollow dots "
                           "are experimental: chance could do as well.", picture)
    often = [tag for tag in sorted(block.per_tag, key=lambda tag: -tag.support) if tag.chosen]
    yield parts.bullets([promise_of(tag) for tag in often[:_PROMISES]])
    yield parts.table("Every tag with its figures", (
        "Tag", "Given", "Chosen", "AUC", "AP", "Precision", "Recall", "F1", "Calibration error",
        "Threshold"), [_tag_row(tag) for tag in ranked])


def _tag_row(tag: TagFigures) -> list[parts.Cell]:
    return [tag_name(tag.tag), f"{tag.support:,} of {tag.asked:,}", f"{tag.chosen:,}",
            *(parts.interval(figure) for figure in (
                tag.auc, tag.ap, tag.precision, tag.recall, tag.f1, tag.ece)),
            "never" if not tag.chosen and tag.threshold is None else shown(tag.threshold)]


def _calibration(canvas: Canvas, block: LabelSetBlock) -> Iterator[Node | None]:
    filled = [each for each in block.reliability if each.count]
    if not filled:
        return
    yield node("h3", None, "What a score means")
    yield parts.paragraph(calibration_words(block))
    dots = [Dot(each.mean_score, each.share_present, each.count) for each in filled]
    yield parts.figure("On the dashed line a score is worth what it says; below it the tagger is "
                       "too sure, above it too timid.",
                       reliability(canvas, f"Calibration: {block.title}", dots))
    yield parts.folded("The same as a table", f"{len(filled)} bins", parts.table(
        "Calibration by bin", ("Scores", "How many", "Mean score", "Share given"),
        [[f"{each.low:.2f} to {each.high:.2f}", f"{each.count:,}", shown(each.mean_score),
          shown(each.share_present)] for each in filled]))


def _confusion(canvas: Canvas, block: LabelSetBlock) -> Iterator[Node | None]:
    if block.confusion is None or not block.confusion.tags:
        return
    title = f"Confusion: {block.title}"
    shares = [[count / (sum(row) or 1) for count in row] for row in block.confusion.counts]
    yield node("h3", None, "What is taken for what")
    yield parts.figure("Rows: what people said. Columns: what the tagger chose. The darker a "
                       "field, the larger its share of the row.",
                       _grid(canvas, title, block.confusion, shares))
    yield _grid_table(title, block.confusion)


def _together(canvas: Canvas, block: LabelSetBlock) -> Iterator[Node | None]:
    given, chosen = block.given_together, block.chosen_together
    if given is None or chosen is None:
        return
    there = [at for at in range(len(given.tags)) if given.counts[at][at] or chosen.counts[at][at]]
    titled = [("Given by people", _only(given, there)), ("Chosen by the tagger",
                                                         _only(chosen, there))]
    if len(there) < 2:
        return
    shares = [overlaps(matrix) for _, matrix in titled]
    # One depth for both, so that pairs the tagger joins too often stand out against people's.
    most = max((share or 0.0 for each in shares for row in each for share in row), default=0.0)
    yield node("h3", None, "Tags that go together")
    yield parts.figure(
        "Songs with both of two tags. The darker, the larger their share of the songs with either; "
        "both pictures have one scale.",
        *(parts.titled(title, _grid(canvas, title, matrix, [
            [None if share is None else share / (most or 1.0) for share in row] for row in each]))
          for (title, matrix), each in zip(titled, shares, strict=True)))
    for title, matrix in titled:
        yield _grid_table(title, matrix)


def _only(matrix: Matrix, places: Sequence[int]) -> Matrix:
    return Matrix(tuple(matrix.tags[at] for at in places),
                  tuple(tuple(matrix.counts[i][j] for j in places) for i in places))


def overlaps(matrix: Matrix) -> list[list[float | None]]:
    """Songs with both tags as a share of those with either (Jaccard 1912); blank on the diagonal
    and where neither ever stands."""
    counts = matrix.counts
    places = range(len(matrix.tags))
    either = [[counts[i][i] + counts[j][j] - counts[i][j] for j in places] for i in places]
    return [[None if i == j or not either[i][j] else counts[i][j] / either[i][j] for j in places]
            for i in places]


def _grid(canvas: Canvas, title: str, matrix: Matrix,
          shares: Sequence[Sequence[float | None]]) -> Node:
    names = [tag_name(tag) for tag in matrix.tags]
    written = _counts(matrix) if len(names) <= _WRITTEN_IN else None
    return grid(canvas, title, names, names, shares, written)


def _grid_table(title: str, matrix: Matrix) -> Node:
    names = [tag_name(tag) for tag in matrix.tags]
    rows = [[name, *row] for name, row in zip(names, _counts(matrix), strict=True)]
    return parts.folded(f"{title}, as a table", f"{len(names)} tags",
                        parts.table(f"{title}, in songs", ("", *names), rows))


def _counts(matrix: Matrix) -> list[list[str]]:
    return [[f"{count:,}" for count in row] for row in matrix.counts]
