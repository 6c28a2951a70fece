"""One binary classifier for each mood, on song vectors: resampled, fitted, its intercept corrected.

Where few songs carry a mood, a plain classifier says "no" to all. Thinning out the others and
inventing some between those that do (SMOTE) evens the sides, and makes every score too high; the
correction takes that back. Which songs count for which mood is decided elsewhere.
"""
# scikit-learn and imbalanced-learn are typed in part.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false, reportMissingTypeStubs=false, reportMissingImports=false

from dataclasses import dataclass
from typing import Any

import numpy as np
from imblearn.over_sampling import SMOTE
from imblearn.under_sampling import RandomUnderSampler
from sklearn.linear_model import LogisticRegression, Ridge
from threadpoolctl import threadpool_limits

from engine.training.dataset import Flags, Floats
from engine.training.heads import Heads
from engine.training.way_options import BinaryOptions

_THINS, _INVENTS = ("undersample", "both"), ("smote", "both")
_STEPS = 1000
_SURE = 0.99  # the tanh of a place is never 1, so that is the most a head is asked to say


@dataclass(frozen=True, slots=True, eq=False)
class BinaryHead:
    """weight (D,) and bias of one classifier; `learned` songs it saw after resampling."""

    weight: Floats
    bias: float
    learned: int


def fit_binary_heads(
    vectors: Floats, given: Flags, counts: Flags, affect: Floats, options: BinaryOptions, seed: int
) -> Heads:
    """Heads for (S, D) vectors: `given` (S, M) the moods of the songs, `counts` (S, M) whether a
    song teaches that mood, `affect` (S, 2) in -1..1 or nan."""
    mean, spread = vectors.mean(0), vectors.std(0).clip(min=1e-6)
    standard = ((vectors - mean) / spread).astype(np.float64)
    # Threads cost such small fits more than they bring.
    with threadpool_limits(limits=1):
        moods = [
            fit_binary(standard[counts[:, m]], given[counts[:, m], m], options, seed)
            for m in range(given.shape[1])
        ]
        places, place_bias = _fit_affect(standard, affect, options.decay)
    weight = np.array([head.weight for head in moods]).reshape(-1, vectors.shape[1]) / spread
    bias = np.array([head.bias for head in moods]) - weight @ mean
    places = places / spread
    whole = (weight, bias, places, place_bias - places @ mean)
    return Heads(*(part.astype(np.float32) for part in whole))


def fit_binary(
    vectors: Floats, present: Flags, options: BinaryOptions, seed: int
) -> BinaryHead:
    """A logistic regression on standardised (n, D) vectors of songs with and without a mood.

    Mean cross-entropy plus `decay` / 2 times the squared weights. Where all songs are of one kind
    nothing tells them apart, and the share of songs is all there is to say.
    """
    true_share = _share(present)
    if present.all() or not present.any():
        return BinaryHead(np.zeros(vectors.shape[1], np.float32), _logit(true_share), 0)
    sampled, said = resampled(vectors, present, options, seed)
    strength = 1 / (options.decay * len(said))
    model = LogisticRegression(C=strength, max_iter=_STEPS).fit(sampled, said)
    bias = float(model.intercept_[0])
    if options.correct_prior:
        bias = prior_corrected(bias, _share(said), true_share)
    return BinaryHead(model.coef_[0], bias, len(said))


def resampled(
    vectors: Floats, present: Flags, options: BinaryOptions, seed: int
) -> tuple[Floats, Flags]:
    """Vectors and labels with sides nearer in number, as the options say.

    Either side may be the smaller. Undersampling alone evens them out. One song has no neighbours,
    so that nothing can be invented beside it.
    """
    few = int(min(present.sum(), (~present).sum()))
    many, rarer = len(present) - few, bool(present.mean() <= 0.5)
    songs: Any = vectors
    said: Any = present
    if options.resampling in _THINS:
        ratio = 1.0 if options.resampling == "undersample" else options.most_to_one
        wanted: Any = {rarer: few, not rarer: min(many, round(ratio * few))}
        thin: Any = RandomUnderSampler(sampling_strategy=wanted, random_state=seed)
        songs, said = thin.fit_resample(songs, said)
    if options.resampling in _INVENTS and few > 1:
        near = min(options.neighbours, few - 1)
        invent: Any = SMOTE(k_neighbors=near, random_state=seed)
        songs, said = invent.fit_resample(songs, said)
    return np.asarray(songs), np.asarray(said, bool)


def prior_corrected(bias: float, learned_share: float, true_share: float) -> float:
    """The intercept of a classifier that saw `learned_share` of songs with a mood, for songs of
    which `true_share` have it (King and Zeng 2001, prior correction)."""
    return bias + _logit(true_share) - _logit(learned_share)


def _fit_affect(vectors: Floats, affect: Floats, decay: float) -> tuple[Floats, Floats]:
    """(2, D) weights and (2,) biases of valence and arousal before their tanh; zeros without."""
    known = np.isfinite(affect).all(1)
    if not known.any():
        return np.zeros((2, vectors.shape[1]), np.float32), np.zeros(2, np.float32)
    before = np.arctanh(np.clip(affect[known], -_SURE, _SURE))
    model = Ridge(alpha=decay * int(known.sum())).fit(vectors[known], before)
    return model.coef_, model.intercept_


def _share(present: Flags) -> float:
    """The share of songs with a mood; of songs that are all alike half a one is taken to differ."""
    if not len(present):
        return 0.5
    half = 0.5 / len(present)
    return float(np.clip(present.mean(), half, 1 - half))


def _logit(share: float) -> float:
    return float(np.log(share / (1 - share)))
