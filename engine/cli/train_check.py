"""The command `train check`: what the data hold, what is wrong with them, and the first examples.

Reads everything, learns nothing, changes nothing.
"""

import argparse
from collections.abc import Iterator, Sequence
from itertools import groupby, islice
from pathlib import Path

import msgspec

from engine.cli.command import Context
from engine.cli.json_lines import print_object
from engine.cli.plain_text import plain
from engine.cli.train_sources import SOURCES_HELP, source_of
from engine.errors import EngineError
from engine.paths import AppPaths
from engine.training.examples.preview import Preview, preview
from engine.training.learning_job import LearningJob
from engine.training.planning.known_labels import known_labels
from engine.training.planning.recipes import RecipeShelf
from engine.training.recipe import DataOptions, Recipe, read_learning_recipe
from engine.training.rows.checking import check_rows
from engine.training.rows.data_report import DataReport, Finding, Suspect, Weight
from engine.training.rows.glance import glance
from engine.training.rows.reading import read_rows
from engine.training.rows.row import BadRow, Row, RowPlace
from engine.training.rows.sources import FileSource, Source

_DONE, _STOPS = 0, 2
_SHOWN, _EXAMPLES, _LABELS = 10, 2, 30
_FIRST_ROWS = 200
_SIGNS = {Weight.STOPS: "✗", Weight.LOOK: "!", Weight.NOTE: "·"}
_CHECK = "check"


def run_check(options: argparse.Namespace, context: Context) -> int:
    """Looks at the data of a command line of `train`. 2 where nothing could be learned of them."""
    recipe = _recipe(options, context.paths)
    named = [*options.sources, *options.data, *(each for stage in options.stage for each in stage)]
    sources = [source_of(each, options.columns) for each in named]
    if not sources:
        raise EngineError("There is nothing to look at.", f"Name data: {SOURCES_HELP}.")
    seed = recipe.loop.seed if recipe else 7
    rows = [row for source in sources for row in read_rows(source, context.paths, seed)]
    report = check_rows(rows, recipe.data if recipe else DataOptions(), seed=seed,
                        known=_known(recipe, options, context.paths))
    examples, trouble = _examples(recipe, rows, options, context.paths)
    if options.json:
        _print_json(sources, report, examples, trouble)
    else:
        for line in (*_maps(sources), *_told(report), *_shown(examples, trouble)):
            print(plain(line))
    return _DONE if report.can_start else _STOPS


def _recipe(options: argparse.Namespace, paths: AppPaths) -> Recipe | None:
    """The recipe the data are looked at for, None where none is named."""
    named: str = options.by if options.recipe == _CHECK else options.recipe
    if not named:
        return None
    if Path(named).is_file():
        return read_learning_recipe(Path(named))
    recipe = RecipeShelf(paths).named(named)
    if recipe is None:
        raise EngineError(f"There is no recipe {named}.", "Name a .toml file with a method; those"
                          " that came with the program lie in resources/recipes.")
    return recipe


def _examples(recipe: Recipe | None, rows: Sequence[Row | BadRow], options: argparse.Namespace,
              paths: AppPaths) -> tuple[tuple[Preview | BadRow, ...], str]:
    """The first examples, and why there are none."""
    if recipe is None:
        return (), "Name a recipe with --recipe to see the first examples as its model sees them."
    try:
        base = _base(recipe, options, paths)
        if base is None:
            return (), "The recipe names no model, so there is nothing to see the examples with."
        return preview(recipe, islice(rows, _FIRST_ROWS), base, _EXAMPLES), ""
    except EngineError as known:
        return (), " ".join(filter(None, (known.message, known.hint)))


def _known(recipe: Recipe | None, options: argparse.Namespace, paths: AppPaths) -> tuple[str, ...]:
    """The labels its model knows already; none where there is no such model here."""
    try:
        return known_labels(recipe, _base(recipe, options, paths)) if recipe else ()
    except EngineError:
        return ()  # the examples tell of it


def _base(recipe: Recipe, options: argparse.Namespace, paths: AppPaths) -> Path | None:
    from engine.export.learning.folders import find_base

    named = options.base
    folder = Path(named).resolve() if named and Path(named).is_dir() else None
    if named and folder is None:
        recipe = msgspec.structs.replace(recipe, base=named)
    return find_base(LearningJob(
        recipe=recipe, stages=(), home=paths.home,
        models=options.models or paths.models, base_folder=folder))


def _print_json(sources: Sequence[Source], report: DataReport,
                examples: Sequence[Preview | BadRow], trouble: str) -> None:
    print_object({
        "sources": [msgspec.to_builtins(source, enc_hook=str) for source in sources],
        "report": msgspec.to_builtins(report), "can_start": report.can_start,
        "examples": msgspec.to_builtins(list(examples)), "no_examples": trouble})


def _maps(sources: Sequence[Source]) -> Iterator[str]:
    """How the columns of files were understood."""
    for source in sources:
        if isinstance(source, FileSource) and source.columns is None:
            found = glance(source.path).guessed
            told = ", ".join(f"{role}={column}" for role, column in found.columns.items())
            yield f"{source.path.name}: {found.form.value}, {told} ({found.confidence:.0%} sure)"


def _told(report: DataReport) -> Iterator[str]:
    kinds = ", ".join(f"{count:,} {kind}" for kind, count in report.kinds.items())
    yield (f"{kinds or 'No rows'}: {report.learning:,} to learn from,"
           f" {report.judging:,} to judge by.")
    yield f"{report.split} {report.words:,} words, {report.learned_words:,} of them learned."
    for finding in sorted(report.findings, key=lambda each: list(Weight).index(each.weight)):
        yield from _finding(finding, report)
    if report.labels:
        told = ", ".join(f"{each.label} {each.present:,}{'' if each.enough else ' (too few)'}"
                         for each in report.labels[:_LABELS])
        more = len(report.labels) - _LABELS
        yield f"Labels: {told}{f' and {more} more' if more > 0 else ''}"
    if report.suspects:
        yield f"! {len(report.suspects)} labels may be wrong. The most doubtful:"
        yield from map(_suspect, report.suspects[:_SHOWN])


def _finding(finding: Finding, report: DataReport) -> Iterator[str]:
    yield f"{_SIGNS[finding.weight]} {finding.sentence}"
    if finding.kind == "bad":
        yield from (f"    {_where(bad.place)}: {bad.why} {bad.text}".rstrip()
                    for bad in report.bad[:_SHOWN])
    elif finding.weight is not Weight.NOTE and finding.places:
        yield "    " + "; ".join(map(_where, finding.places[:_SHOWN]))


def _suspect(suspect: Suspect) -> str:
    said = f"has “{suspect.label}”" if suspect.given else f"lacks “{suspect.label}”"
    seems = f", seems “{suspect.seems}”" if suspect.seems else ""
    return f"    {_where(suspect.place)}: {said}{seems}: {suspect.text}"


def _where(place: RowPlace) -> str:
    return f"{place.source}, line {place.line}" if place.line else place.source


def _shown(examples: Sequence[Preview | BadRow], trouble: str) -> Iterator[str]:
    """What is learned stands between ⟪ and ⟫."""
    if trouble:
        yield trouble
    for number, each in enumerate(examples, 1):
        if isinstance(each, BadRow):
            yield f"{_where(each.place)}: {each.why}"
            continue
        yield (f"Example {number}, of {_where(each.place)}: {each.tokens} tokens,"
               f" {each.learned} of them learned ⟪so⟫.")
        yield "".join(_run(learned, "".join(piece.text for piece in pieces))
                      for learned, pieces in groupby(each.pieces, lambda piece: piece.learned))
        if each.labels or each.asked is not None:
            yield f"Labels: {', '.join(each.labels) or 'none'}"


def _run(learned: bool, text: str) -> str:
    return f"⟪{text}⟫" if learned else text
