"""A model that talks, taught by choices: to say what was kept rather than what was rejected.

What is learned is written by the chat's own prompts. Built merged or as an adapter, judged on
choices nobody learned from.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, cast

import numpy as np

from engine.errors import EngineError
from engine.events import Note, Report
from engine.export.learned_decoder import trainable
from engine.export.learning.given import Given
from engine.export.learning.kit import Judged
from engine.export.learning.talk_hearing import Trial, hear, judged, models_of
from engine.export.learning.talk_judging import MOST_TOKENS
from engine.export.learning.writer_folder import build_writer
from engine.export.weights_from_graph import read_installed
from engine.inference.language_model import LanguageModel
from engine.models.manifest import ModelManifest
from engine.training.examples.choice import Pair, open_maker
from engine.training.examples.talk import with_reply
from engine.training.rows.row import ChoiceRow, Row
from engine.training.runs.report import Measured

if TYPE_CHECKING:
    from engine.training.loop.learner import Learner
    from engine.training.tasks.preference import PreferenceLearner

_ROUNDS = 2000
_FEWEST = 3


class PreferenceKit:
    """The kit of the method "preference"."""

    def learner(self, given: Given) -> "Learner":
        """A decoder and its pairs; what it held of them before is computed here, once."""
        from engine.export.learning.weights import load_weights
        from engine.training.tasks.preference import PreferenceLearner

        learning, bad = _pairs(given, given.learning)
        if bad:
            given.report(Note(message=f"{bad:,} choices could not be learned from: see the check"
                                      " of the data."))
        if not learning:
            raise EngineError("There are no choices between replies to learn from.",
                              "Keep some replies and reject others, or choose other data.")
        judging, _ = _pairs(given, given.judging)
        weights = trainable(read_installed(given.require_base()))
        learner = PreferenceLearner(weights, given.recipe, learning, judging, given.output)
        if given.start is not None:
            load_weights(learner.model, given.start)
        given.report(Note(message="Asking the model what it holds of both replies"))
        learner.reference()
        return learner

    def build(self, given: Given, learner: "Learner | None", place: Path,
              report: Report) -> ModelManifest:
        """Merged and quantized, or an adapter of the base."""
        taught = cast("PreferenceLearner", learner)
        return build_writer(given, taught.model, place, report)

    def judge(self, given: Given, place: Path, report: Report) -> Judged:
        """How often the kept reply is the likelier, how well kept replies are foretold, and what
        it says to a few lines, beside the model before."""
        maker = open_maker(given.recipe, given.require_base(), given.paths).talks
        pairs = _few(_pairs(given, given.judging)[0])
        rows = [with_reply(row) for row in given.judging if isinstance(row, ChoiceRow)]
        trial = Trial(maker.model, maker, [pair.chosen for pair in pairs], rows,
                      "of replies that were kept")
        heard = [(hear(model, trial), leads(model, pairs)) for model in models_of(given, place)]
        (before, leads_before), (after, leads_after) = heard
        return judged(trial, before, after, preferred(pairs, leads_before, leads_after))


def leads(model: LanguageModel, pairs: Sequence[Pair]) -> np.ndarray:
    """(P,) by how many nats a token the kept reply is likelier than the rejected one."""
    found = [[float(np.mean(model.held(each.ids, np.flatnonzero(each.learned).tolist())))
              for each in (pair.chosen, pair.rejected)] for pair in pairs]
    told = np.array(found, np.float64).reshape(-1, 2)
    return told[:, 0] - told[:, 1]


def preferred(pairs: Sequence[Pair], before: np.ndarray,
              after: np.ndarray) -> tuple[Measured, ...]:
    """The share of choices whose kept reply is the likelier a token, before and after, with
    intervals over the choices; nothing where there are too few."""
    if len(pairs) < _FEWEST:
        return ()
    chosen = np.random.default_rng(7).integers(0, len(pairs), (_ROUNDS, len(pairs)))
    first, then = (before > 0).astype(float), (after > 0).astype(float)
    ends = [_ends(values[chosen].mean(1)) for values in (first, then, then - first)]
    return (Measured(
        name="kept reply preferred", before=float(first.mean()), after=float(then.mean()),
        before_interval=ends[0], after_interval=ends[1],
        difference=float(then.mean() - first.mean()), difference_interval=ends[2],
        sure=ends[2][0] * ends[2][1] > 0, of="of choices nobody learned from"),)


def _ends(worlds: np.ndarray) -> tuple[float, float]:
    low, high = np.percentile(worlds, (2.5, 97.5)).tolist()
    return low, high


def _pairs(given: Given, rows: Sequence[Row]) -> tuple[list[Pair], int]:
    """The pairs of rows, and how many of these gave none."""
    maker = open_maker(given.recipe, given.require_base(), given.paths)
    made = [maker.pair(row) for row in rows]
    found = [each for each in made if isinstance(each, Pair)]
    return found, len(made) - len(found)


def _few(pairs: Sequence[Pair]) -> list[Pair]:
    """As many of the first as so many tokens hold."""
    kept: list[Pair] = []
    tokens = 0
    for pair in pairs:
        tokens += pair.length
        if kept and tokens > MOST_TOKENS:
            break
        kept.append(pair)
    return kept
