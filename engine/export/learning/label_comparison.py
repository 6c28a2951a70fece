"""A model for labels beside the one it would stand for, on texts nobody learned from.

Both are asked as they are in use: cut, scored and collated by the program's own tagger. Labels that
only one of them knows are told apart.
"""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from engine.errors import EngineError
from engine.events import Note, Report
from engine.export.learning.given import Given
from engine.export.learning.harm_figures import harm_figures
from engine.export.learning.kit import Judged
from engine.export.learning.label_judging import (
    LabelTruth,
    Told,
    compared,
    truth_of,
    verdict_of,
)
from engine.export.learning.labelled_material import labelled_rows
from engine.inference.devices import usable_cores
from engine.models.manifest import TEXT_CLASSIFICATION, ModelManifest, read_manifest
from engine.settings import CollationSettings, load_settings
from engine.tagging.collation import combine
from engine.tagging.encoder_tagger import TASK, EncoderTagger
from engine.tagging.opening import open_tagger
from engine.tagging.reading import lyric_from_text
from engine.tagging.tagger import Tagger
from engine.tagging.text_classifier import TextClassifier
from engine.tagging.vocabulary import Vocabulary
from engine.training.classifier_options import classifier_options
from engine.training.rows.row import TextRow
from engine.training.runs.report import Measured

FREQUENT = 12
_MOST_JUDGED = 600


def judge_labels(given: Given, place: Path, report: Report) -> Judged:
    """The figures of the model at `place` on the rows that judge, beside `given.replaces`."""
    manifest = read_manifest(place)
    vocabulary = Vocabulary.load(given.paths.moods_file)
    rows = [row for row in labelled_rows(given.judging, classifier_options(given.recipe),
                                         vocabulary) if row.text.strip()][:_MOST_JUDGED]
    if not rows:
        return Judged(verdict=verdict_of((), "", manifest.name)[1])
    judged = judge_told(given, manifest, rows, _told_by(place, rows), report)
    return replace(judged, figures=(*judged.figures, *_harm(given, place, report)))


def judge_told(given: Given, manifest: ModelManifest, rows: Sequence[TextRow],
               told: tuple[Told, tuple[str, ...]], report: Report) -> Judged:
    """The figures of what a model with this manifest told of the rows, label by label, beside
    what `given.replaces` tells of them."""
    after, names = told
    truth = truth_of(rows, names)
    before = _before(given, rows, names, report)
    shared, cut = _shared(truth, before, names)
    theirs = None if cut is None else Told(cut.scores, cut.chose)
    ours = _columns(after, [names.index(label) for label in shared])
    exclusive = manifest.exclusive_labels
    figures = compared(truth.over(shared), theirs, ours, exclusive, _of(rows, shared))
    if not exclusive and len(shared) > FREQUENT:
        figures += _frequent(truth.over(shared), theirs, ours, shared, len(rows))
    main = "accuracy" if exclusive else "macro-F1"
    better, verdict = verdict_of(figures, main, manifest.name)
    quality = {figure.name: round(figure.after, 4) for figure in figures}
    return Judged(figures, better=better, verdict=verdict, quality=quality,
                  notes=_notes(names, shared))


def _before(given: Given, rows: Sequence[TextRow], names: Sequence[str],
            report: Report) -> tuple[Told, tuple[str, ...]] | None:
    """What the model says that would be replaced; None where there is none like it."""
    if given.replaces is None:
        return None
    try:
        told, known = _told_by(given.replaces, rows, given)
    except EngineError as trouble:
        report(Note(message=f"What it was before is not measured: {trouble.message}"))
        return None
    return (told, known) if set(known) & set(names) else None


def _harm(given: Given, place: Path, report: Report) -> tuple[Measured, ...]:
    """How even-handed it is, beside what it would stand for; of moods alone."""
    folders = (given.replaces, place)
    before, after = (EncoderTagger.open(folder)
                     if folder is not None and read_manifest(folder).task == TASK else None
                     for folder in folders)
    return () if after is None else harm_figures(before, after, given.paths.resources, report)


def _told_by(folder: Path, rows: Sequence[TextRow],
             given: Given | None = None) -> tuple[Told, tuple[str, ...]]:
    manifest = read_manifest(folder)
    if manifest.task == TEXT_CLASSIFICATION:
        return _by_classifier(folder, rows)
    if manifest.task == TASK or given is None:
        return told_by_tagger(EncoderTagger.open(folder), rows)
    settings = load_settings(given.paths.settings_file)
    return told_by_tagger(open_tagger(given.paths, manifest.id, settings), rows)


def told_by_tagger(tagger: Tagger, rows: Sequence[TextRow]) -> tuple[Told, tuple[str, ...]]:
    """What a tagger says of whole songs, and its moods: scores collated as in use, a mood chosen
    from its threshold (that of an experimental one counts too)."""
    cuts = [tagger.cut(lyric_from_text(row.text, row.title)) for row in rows]
    scores = np.zeros((len(rows), len(tagger.moods)), np.float32)
    read = [at for at, excerpts in enumerate(cuts) if excerpts]
    if read:
        said = tagger.score([excerpt for at in read for excerpt in cuts[at]])
        weights = np.array([excerpt.weight for at in read for excerpt in cuts[at]])
        starts = np.cumsum([0, *(len(cuts[at]) for at in read)])[:-1]
        scores[read] = combine(said.moods, said.affect, weights, starts,
                               CollationSettings()).scores
    bars = [tagger.experimental.get(mood, bar)
            for mood, bar in zip(tagger.moods, tagger.thresholds, strict=True)]
    return Told(scores, scores >= np.array(bars)), tagger.moods


def _by_classifier(folder: Path, rows: Sequence[TextRow]) -> tuple[Told, tuple[str, ...]]:
    classifier = TextClassifier.open(folder, usable_cores())
    scores = classifier.scores([row.text for row in rows])
    return Told(scores, classifier.chosen(scores)), classifier.labels


def _shared(truth: LabelTruth, before: tuple[Told, tuple[str, ...]] | None,
            names: Sequence[str]) -> tuple[tuple[str, ...], Told | None]:
    """The labels both know and some row was asked about, and what was said of them before."""
    told_of: list[int] = np.flatnonzero((truth.present & truth.asked).sum(0)).tolist()
    known = [names[at] for at in told_of]
    if before is None:
        return tuple(known), None
    told, theirs = before
    both = [name for name in known if name in theirs]
    if not both:
        return tuple(known), None
    return tuple(both), _columns(told, [theirs.index(name) for name in both])


def _columns(told: Told, columns: list[int]) -> Told:
    return Told(told.scores[:, columns], told.chose[:, columns])


def _frequent(truth: LabelTruth, before: Told | None, after: Told, names: Sequence[str],
              texts: int) -> tuple[Measured, ...]:
    """The same macro-F1 on the labels most texts have."""
    chosen = truth.most_frequent(FREQUENT)
    columns = [list(names).index(label) for label in chosen]
    theirs = None if before is None else _columns(before, columns)
    of = f"the {len(chosen)} most frequent labels, {texts} texts"
    found = compared(truth.over(chosen), theirs, _columns(after, columns), of=of)
    return tuple(figure for figure in found if figure.name == "macro-F1")


def _of(rows: Sequence[TextRow], labels: Sequence[str]) -> str:
    return f"{len(rows)} texts it had not seen, {len(labels)} labels"


def _notes(names: Sequence[str], shared: Sequence[str]) -> tuple[str, ...]:
    new = [name for name in names if name not in shared]
    if not new:
        return ()
    return (f"Not compared, since the texts that judge or the model before say nothing of them: "
            f"{', '.join(new)}.",)
