"""How a new mood should lie among the known ones, told from its place on the circle alone.

Moods near each other on the circle go together in songs; how closely, the tagger's own moods tell
in the library at hand. An expectation, which few examples lean on and many overrule.
"""

from collections.abc import Mapping, Sequence

import numpy as np

from engine.training.new_mood.ground import Doubles, Ground

Place = tuple[float, float]
_NEAR = 0.3  # squared distance on the circle within which moods are alike
_EASE = 1.0
_AFFECT = 0.5  # how far songs of a mood at the edge of the circle lie off in affect
_RIDGE = 0.3
_LEAST_MOODS = 6


def expected_shift(ground: Ground, moods: Sequence[str], places: Mapping[str, Place],
                   place: Place) -> Doubles | None:
    """(F,) how far songs with a mood at `place` should lie off those of the library, standardised;
    None where too few of the tagger's `moods` have `places` to learn it from."""
    known = [at for at, mood in enumerate(moods) if mood in places]
    if len(known) < _LEAST_MOODS:
        return None
    where = np.array([places[moods[at]] for at in known], np.float64)
    together = ground.covariance[np.ix_(known, known)]
    kin = _kinship(where, together, np.array(place, np.float64))
    lead = [*known, len(moods), len(moods) + 1]
    hoped = np.concatenate([kin, np.array(place) * _AFFECT])
    inner = ground.covariance[np.ix_(lead, lead)]
    weights = np.linalg.solve(inner + _RIDGE * np.eye(len(lead)), hoped)
    return ground.covariance[:, lead] @ weights


def _kinship(where: Doubles, together: Doubles, place: Doubles) -> Doubles:
    """(N,) how closely a mood at `place` should go with N moods, by ridge regression over how
    closely they go with each other."""
    others = ~np.eye(len(where), dtype=bool)
    rows = np.concatenate([_traits(where, one)[others[at]] for at, one in enumerate(where)])
    seen = np.concatenate([together[at][others[at]] for at in range(len(where))])
    learned = np.linalg.solve(rows.T @ rows + _EASE * np.eye(rows.shape[1]), rows.T @ seen)
    return _traits(where, place) @ learned


def _traits(where: Doubles, place: Doubles) -> Doubles:
    """(N, 4) what two places say of how close their moods are."""
    distance = ((where - place) ** 2).sum(1)
    return np.stack([np.ones(len(where)), np.exp(-distance / _NEAR),
                     where[:, 0] * place[0], where[:, 1] * place[1]], axis=1)
