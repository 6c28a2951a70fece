"""A tagger that answers: taught by songs with moods in the very form in which tagging asks.

Built merged or as an adapter, with a threshold for every mood it has learned, and judged through
the program's own tagger beside the one it would stand for.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, cast

import msgspec
import numpy as np
import numpy.typing as npt

from engine.errors import EngineError
from engine.events import Note, Progress, Report
from engine.export.learned_decoder import trainable
from engine.export.learning.given import Given, only
from engine.export.learning.kit import Judged
from engine.export.learning.label_comparison import judge_told
from engine.export.learning.label_judging import Told, truth_of
from engine.export.learning.thresholds import expected_f1_thresholds
from engine.export.learning.writer_folder import build_writer
from engine.export.weights_from_graph import read_installed
from engine.inference.language_model import LanguageModel
from engine.inference.tokenizer import Ids
from engine.models.manifest import (
    GENERATIVE_MOOD_TAGGING,
    LabelInfo,
    ModelManifest,
    read_manifest,
    write_manifest,
)
from engine.settings import CollationSettings
from engine.tagging.collation import combine
from engine.tagging.generative_tagger import GenerativeTagger, trained_thresholds
from engine.tagging.reading import lyric_from_text
from engine.tagging.vocabulary import Vocabulary
from engine.training.examples.example import Example
from engine.training.examples.question_answer import QuestionMaker, open_maker
from engine.training.examples.talk_model import TalkModel
from engine.training.labelled_set import as_moods
from engine.training.rows.row import BadRow, Row, TextRow
from engine.training.runs.report import Spoken

if TYPE_CHECKING:
    from engine.training.loop.learner import Learner
    from engine.training.tasks.causal.learner import CausalLearner

Floats = npt.NDArray[np.float32]

_MOST_EXAMPLES = 400  # that judge during the run
_MOST_SONGS = 240  # that judge the result: each excerpt is read by the whole model
_FEWEST = 5  # songs a mood needs before it may be given
_SPOKEN = 6
_SAMPLED = 3
_SCORES = "judged_scores.npy"


class GenerativeKit:
    """The kit of the method "generative-tagger" (a StepKit, see kit)."""

    def learner(self, given: Given) -> "Learner":
        """A decoder with the questions and answers of the songs."""
        from engine.training.tasks.causal.learner import CausalLearner
        from engine.training.tasks.saying import Saying

        maker = open_maker(given.recipe, given.require_base(), given.paths)
        learning, bad = _examples(maker, given.learning)
        if not learning:
            raise EngineError("None of these songs has both words and a mood of the list.",
                              "Choose other data, or correct the moods of more songs.")
        judging, _ = _examples(maker, given.judging)
        given.report(Note(message=f"{len(learning):,} excerpts to learn from, {len(judging):,} "
                                  f"judge; {bad:,} songs gave none"))
        words = TalkModel.open(given.require_base(), given.recipe.data.most_tokens)
        prompts = _prompts(words, _spread(judging, _SAMPLED))
        saying = Saying(words.tokenizer, prompts, words.ending.tolist()) if prompts else None
        weights = trainable(read_installed(given.require_base()))
        return CausalLearner(weights, given.recipe, learning, _spread(judging, _MOST_EXAMPLES),
                             saying)

    def build(self, given: Given, learner: "Learner | None", place: Path,
              report: Report) -> ModelManifest:
        """The model with its window, its moods and their thresholds."""
        taught = cast("CausalLearner", learner)
        manifest = build_writer(given, taught.model, place, report, GENERATIVE_MOOD_TAGGING)
        window = min(manifest.window, given.recipe.data.most_tokens)
        manifest = write_manifest(place, msgspec.structs.replace(manifest, window=window))
        tagger = _open(given, place, {})
        songs = _songs(given, given.judging or given.learning, tagger.moods)
        scores = _scores(tagger, songs, report)
        if given.judging:
            np.save(given.output / _SCORES, scores, allow_pickle=False)
        labels = _labels(given, tagger.moods, scores)
        return write_manifest(place, msgspec.structs.replace(manifest, labels=labels))

    def judge(self, given: Given, place: Path, report: Report) -> Judged:
        """Macro- and micro-F1 and the like on songs nobody learned from, the twelve most frequent
        moods apart, and what is said to a few excerpts."""
        manifest = read_manifest(place)
        tagger = _open(given, place, trained_thresholds(manifest) or {})
        songs = _songs(given, given.judging, tagger.moods)
        spoken, faults = _spoken(given, tagger, songs)
        if not songs:
            return Judged(verdict=f"{manifest.name} has learned; there was nothing to judge it by.",
                          spoken=spoken)
        kept = given.output / _SCORES
        scores = np.load(kept, allow_pickle=False) if kept.is_file() else None
        if scores is None or scores.shape != (len(songs), len(tagger.moods)):
            scores = _scores(tagger, songs, report)
        told = Told(scores, scores >= np.array(tagger.thresholds, np.float32))
        judged = judge_told(given, manifest, songs, (told, tagger.moods), report)
        return Judged(judged.figures, spoken, judged.better, judged.verdict,
                      (*judged.notes, *faults), judged.quality)


def _examples(maker: QuestionMaker, rows: Sequence[Row]) -> tuple[list[Example], int]:
    """The examples of rows, and how many rows gave none."""
    made = [each for row in rows for each in maker.examples(row)]
    found = [each for each in made if isinstance(each, Example)]
    return found, sum(isinstance(each, BadRow) for each in made)


def _spread(examples: Sequence[Example], most: int) -> list[Example]:
    """At most so many, from the first to the last."""
    if len(examples) <= most:
        return list(examples)
    return [examples[at * len(examples) // most] for at in range(most)]


def _prompts(words: TalkModel, examples: Sequence[Example]) -> list[tuple[str, Ids]]:
    """Each up to its answer, with its last line to know it by."""
    found: list[tuple[str, Ids]] = []
    for example in examples:
        ids = example.ids[:int(np.flatnonzero(example.learned)[0])]
        lines = words.tokenizer.decode(ids).splitlines()
        found.append((lines[-2] if len(lines) > 1 else "", ids))
    return found


def _open(given: Given, place: Path, thresholds: dict[str, float]) -> GenerativeTagger:
    model = LanguageModel.open(place, given.job.manners.threads, base=given.base)
    manifest = read_manifest(place)
    return GenerativeTagger(model, Vocabulary.load(given.paths.moods_file), manifest.window,
                            languages=frozenset(manifest.languages), version=manifest.version,
                            thresholds=thresholds)


def _songs(given: Given, rows: Sequence[Row], moods: Sequence[str]) -> list[TextRow]:
    """Songs with words and a mood of the list, at most as many as can be read in good time."""
    known = as_moods(only(TextRow, rows), Vocabulary.load(given.paths.moods_file))
    found = [row for row in known if row.text.strip() and set(row.labels) & set(moods)]
    if len(found) <= _MOST_SONGS:
        return found
    return [found[at * len(found) // _MOST_SONGS] for at in range(_MOST_SONGS)]


def _scores(tagger: GenerativeTagger, songs: Sequence[TextRow], report: Report) -> Floats:
    """(S, M) of whole songs, collated as in use."""
    scores = np.zeros((len(songs), len(tagger.moods)), np.float32)
    for at, row in enumerate(songs):
        report(Progress(at, len(songs), "Asking it for the moods of songs"))
        try:
            excerpts = tagger.cut(lyric_from_text(row.text, row.title))
        except EngineError:
            continue  # it cannot be read, so it has no moods
        if not excerpts:
            continue
        said = tagger.score(excerpts)
        weights = np.array([excerpt.weight for excerpt in excerpts])
        scores[at] = combine(said.moods, said.affect, weights, np.array([0]),
                             CollationSettings()).scores[0]
    return scores


def _labels(given: Given, moods: Sequence[str], scores: Floats) -> tuple[LabelInfo, ...]:
    """The moods that enough songs have, each from the score that promises the best F1 where
    people give it as often as in what was learned from."""
    rows = as_moods(only(TextRow, given.learning), Vocabulary.load(given.paths.moods_file))
    truth = truth_of(rows, moods)
    times = (truth.present & truth.asked).sum(0)
    rates = times / np.maximum(truth.asked.sum(0), 1)
    bars = expected_f1_thresholds(scores, rates)
    fewest = min(_FEWEST, max(1, int(times.max(initial=0))))
    return tuple(LabelInfo(mood, round(bar, 6))
                 for mood, bar, count in zip(moods, bars, times.tolist(), strict=True)
                 if count >= fewest)


def _spoken(given: Given, tagger: GenerativeTagger, songs: Sequence[TextRow]
            ) -> tuple[tuple[Spoken, ...], tuple[str, ...]]:
    """What it answers to a few excerpts, beside its base; and what was invented or doubled."""
    lines: list[Spoken] = []
    invented = doubled = asked = 0
    base = GenerativeTagger(LanguageModel.open(given.require_base(), given.job.manners.threads),
                            Vocabulary.load(given.paths.moods_file), tagger.window)
    for row in songs[:_SPOKEN]:
        try:
            excerpts = tagger.cut(lyric_from_text(row.text, row.title))
        except EngineError:
            continue
        for excerpt in excerpts[:1]:
            said = tagger.say(excerpt.text)
            asked += 1
            invented += len(set(said) - set(tagger.moods))
            doubled += len(said) - len(set(said))
            first = next((line for line in excerpt.text.splitlines() if line.strip()), "")
            lines.append(Spoken(asked=first, before=", ".join(base.say(excerpt.text)),
                                after=", ".join(said)))
    told = f"{invented} invented and {doubled} doubled moods in {asked} answers."
    return tuple(lines), (told,) if asked else ()
