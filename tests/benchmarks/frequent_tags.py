"""Macro-F1 of taggers on the twelve frequent tags, beside the ways it began with.

    python -m tests.benchmarks.frequent_tags --data FILE --tagger ID... --recipe FILE...
        [--folds 5] [--work DIR] [--rounds 1000]

FILE is lyrics_moods.jsonl.gz, its label sets beside it. Judged are the songs of the split "valid"
that a label set with many tags a song judged; a tag is asked of a song if one of its sets could
have given it. The tags are those of the first recipe whose model knows twelve, or fewer. Recipes
are scored out of fold by artist, over all songs; taggers must have learned from the split "train"
alone. Told is macro-F1 by each one's own thresholds (a recipe's call a tag as often as the other
folds do), and by thresholds that one rule sets for all: those that promise the best F1, from the
scores and from how often people of "train" give a tag, without a label of the judged songs. The
second compares taggers rather than thresholds. Intervals are over songs, differences to the best
recipe of twelve paired (bootstrap). Scores are kept in DIR, so that a second run measures only what
is new.
"""

import argparse
import re
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from engine.evaluation.candidates import Candidate
from engine.evaluation.choosing import across_folds, by_thresholds
from engine.evaluation.folds import IntArray
from engine.evaluation.gathering import gather
from engine.evaluation.job import EvaluationJob
from engine.evaluation.judged_song import JudgedSong, songs_of_split
from engine.evaluation.score_table import ScoreTable
from engine.evaluation.statistics import in_worlds
from engine.evaluation.views import View, pooled_view
from engine.events import Event, Note
from engine.export.learning.thresholds import expected_f1_thresholds
from engine.paths import find_paths
from engine.training.config import read_recipe
from engine.training.evaluation_job import candidates

Bools = npt.NDArray[np.bool_]
Floats = npt.NDArray[np.floating]
TAGS = 12


@dataclass(frozen=True, slots=True, eq=False)
class Said:
    """What one way said of the judged songs by a rule of thresholds: `chosen` (S, T); `known` (T,)
    the tags it knows."""

    name: str
    chosen: Bools
    known: Bools


@dataclass(frozen=True, slots=True, eq=False)
class Measured:
    """The labels, every way by its own thresholds and by those set alike, and the names of the ways
    of twelve tags."""

    view: View
    own: list[Said]
    alike: list[Said]
    twelve: list[str]


def main() -> int:
    """Prints the table; 0 where a tagger is above every recipe of twelve tags."""
    options = _options()
    found = _measured(options)
    for what, ways in (("their own thresholds", found.own), ("thresholds set alike", found.alike)):
        macro = {way.name: _in_worlds(way, found.view, options.rounds) for way in ways}
        best = max(found.twelve, key=lambda name: macro[name][0])
        _tell_tags(found.view, ways, what)
        for way in ways:
            _tell(way, macro, best)
    return 0 if any(macro[way.name][0] > macro[best][0] for way in ways
                    if way.name not in found.twelve) else 1


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--tagger", action="append", default=[])
    parser.add_argument("--recipe", type=Path, action="append", default=[])
    parser.add_argument("--base", type=Path)
    parser.add_argument("--folds", type=int, default=5)
    parser.add_argument("--rounds", type=int, default=1000)
    parser.add_argument("--work", type=Path, default=Path("frequent_tags"))
    return parser.parse_args()


def _measured(options: argparse.Namespace) -> Measured:
    paths = find_paths()
    options.work.mkdir(parents=True, exist_ok=True)
    recipes = [read_recipe(file) for file in options.recipe]
    whole = EvaluationJob(home=paths.home.resolve(), data=options.data.resolve(), split="all",
                          folds=options.folds, base=options.base,
                          recipes=tuple(each.to_json() for each in recipes))
    material = gather(whole, _tell_note)
    everything = pooled_view(material.judged, material.space)
    asked_many = set(everything.ids) if everything else set[str]()
    valid = [song for song in songs_of_split(material.judged, "valid") if song.id in asked_many]
    learned = [_scored(each, material.judged, material.folds, options.work)
               for each in candidates(whole, options.work)]
    asked = EvaluationJob(home=whole.home, data=whole.data, split="valid",
                          taggers=tuple(options.tagger))
    said = [_scored(each, valid, None, options.work) for each in candidates(asked, options.work)]
    twelve = [table for table in learned if len(table.moods) <= TAGS]
    if not twelve:
        raise SystemExit("None of the recipes learns twelve tags.")
    scored = set.intersection(*(set(table.ids) for table in (*learned, *said)))
    shown = pooled_view([song for song in valid if song.id in scored], material.space)
    if everything is None or shown is None:
        raise SystemExit("No label set gives many tags a song.")
    view = shown.cut(twelve[0].moods, shown.ids)
    assert view is not None
    own = [_out_of_fold(table, everything, view) for table in learned]
    own += [_by_own(table, view) for table in said]
    rates = _rates(pooled_view(songs_of_split(material.judged, "train"), material.space), view)
    alike = [_alike(table, view, rates) for table in (*learned, *said)]
    return Measured(view, own, alike, [table.name for table in twelve])


def _rates(learned: View | None, view: View) -> Floats:
    """(T,) how often people gave each of the view's tags to a song of "train" that was asked."""
    if learned is None:
        raise SystemExit("No song of the split “train” was asked about many tags.")
    columns = [learned.tags.index(tag) for tag in view.tags]
    asked = learned.asked[:, columns]
    return (learned.present[:, columns] & asked).sum(0) / np.maximum(asked.sum(0), 1)


def _alike(table: ScoreTable, view: View, rates: Floats) -> Said:
    """By the thresholds that promise the best F1 of each tag, for whatever tagger."""
    scores = table.rows(view.ids).scores
    columns = [table.moods.index(tag) if tag in table.moods else 0 for tag in view.tags]
    bars = expected_f1_thresholds(scores[:, columns], rates)
    known = np.array([tag in table.moods for tag in view.tags])
    return Said(table.name, (scores[:, columns] >= np.array(bars)) & known, known)


def _tell_note(event: Event) -> None:
    if isinstance(event, Note):
        print(event.message, flush=True)


def _scored(candidate: Candidate, songs: Sequence[JudgedSong], folds: IntArray | None,
            work: Path) -> ScoreTable:
    file = work / (re.sub(r"[^\w.-]+", "-", candidate.key) + ".npz")
    if file.exists():
        return ScoreTable.read(file)
    table = candidate.scores(songs, folds, _tell_note)
    table.write(file)
    return table


def _out_of_fold(table: ScoreTable, everything: View, view: View) -> Said:
    """Chosen as often as the other folds do, over all songs, then cut to the judged ones."""
    whole = everything.cut(table.moods, table.ids)
    assert whole is not None
    known = table.rows(whole.ids)
    assert known.fold is not None
    columns = [table.moods.index(tag) for tag in whole.tags]
    chosen = across_folds(known.scores[:, columns], whole.present, whole.asked, known.fold)
    place = {song: row for row, song in enumerate(whole.ids)}
    rows = [place[song] for song in view.ids]
    return _placed(table.name, chosen[rows], whole.tags, view)


def _by_own(table: ScoreTable, view: View) -> Said:
    """Chosen as the tagger itself chooses."""
    chosen = by_thresholds(table.rows(view.ids).scores, table.thresholds)
    return _placed(table.name, chosen, table.moods, view)


def _placed(name: str, chosen: Bools, tags: Sequence[str], view: View) -> Said:
    known = np.array([tag in tags for tag in view.tags])
    columns = [tags.index(tag) if tag in tags else 0 for tag in view.tags]
    return Said(name, chosen[:, columns] & known, known)


def _counts(way: Said, view: View, weights: Floats) -> tuple[Floats, Floats, Floats]:
    """(R, T) how often each tag was said and true, said, and true, in R worlds."""
    said, true = way.chosen & view.asked, view.present & view.asked
    return (weights @ (said & true).astype(np.float64), weights @ said.astype(np.float64),
            weights @ true.astype(np.float64))


def f1(way: Said, view: View, weights: Floats) -> Floats:
    """(R, T) F1 of each tag; 0 where it was neither said nor true."""
    right, said, true = _counts(way, view, weights)
    return 2 * right / np.maximum(said + true, 1)


def _in_worlds(way: Said, view: View, rounds: int) -> Floats:
    """(1 + R,) the mean over all twelve tags; one that a way does not know counts 0."""
    return in_worlds(lambda weights: f1(way, view, weights).mean(1), len(view.ids), rounds)


def _tell_tags(view: View, ways: Sequence[Said], what: str) -> None:
    whole = np.ones((1, len(view.ids)))
    print(f"\n{len(view.ids)} songs; F1 of each tag, by {what}")
    for at, tag in enumerate(view.tags):
        told = "  ".join(f"{f1(way, view, whole)[0, at]:.3f}" for way in ways)
        true, asked = (view.present & view.asked)[:, at].sum(), view.asked[:, at].sum()
        print(f"{tag:16s} {true:4d} of {asked:4d}  {told}")


def _tell(way: Said, macro: dict[str, Floats], best: str) -> None:
    values = macro[way.name]
    apart = values - macro[best]
    low, high = np.quantile(values[1:], (0.025, 0.975))
    worse, better = np.quantile(apart[1:], (0.025, 0.975))
    print(f"{way.name:44s} macro-F1 {values[0]:.3f} ({low:.3f} to {high:.3f}), beside {best} "
          f"{apart[0]:+.3f} ({worse:+.3f} to {better:+.3f}); knows {way.known.sum()} of "
          f"{len(way.known)}", flush=True)


if __name__ == "__main__":
    sys.exit(main())
