"""The ground on which a new mood stands out: how the songs of a library lie about, mood or no mood.

No label is looked at, so that every song without one helps to tell what is usual from what is not.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from engine.training.new_mood.known_songs import KnownSongs

Doubles = npt.NDArray[np.float64]

VECTOR_SHARE = 0.3
"""How much one number of the vector counts beside one mood's logit. There are ten times as many of
them, and each says far less."""
DECAY = 5.0
"""Added to the variance of every direction, so that few examples lean on what varies most."""
MOST_LOOKED_AT = 3000
FEW_SONGS = 60
"""With so many songs their own covariance is believed half."""


@dataclass(frozen=True, slots=True, eq=False)
class Ground:
    """Of S songs with F numbers each: `mean`, `spread` (F,), the common direction `axis` (D,) of
    all vectors, which is taken out of them; `covariance` (F, F) of what is left, standardised."""

    mean: Doubles
    spread: Doubles
    axis: Doubles
    covariance: Doubles
    moods: int

    def of(self, looks: npt.NDArray[np.floating]) -> Doubles:
        """(n, F) standardised."""
        return (self._without_axis(looks.astype(np.float64)) - self.mean) / self.spread

    def plain(self, weights: Doubles) -> tuple[Doubles, float]:
        """(F,) weights and a constant upon songs as they are, of weights on standardised ones."""
        straight = weights / self.spread
        constant = -float(straight @ self.mean)
        vector = straight[self.moods + 2:]
        straight[self.moods + 2:] = vector - (vector @ self.axis) * self.axis
        return straight, constant

    def towards(self, shift: Doubles) -> Doubles:
        """(F,) the direction in which songs that lie `shift` (F,) off tell themselves apart best
        (Fisher 1936), with the covariance drawn towards none."""
        drawn = self.covariance + DECAY * np.eye(len(shift))
        return np.asarray(np.linalg.solve(drawn, shift), np.float64)

    def _without_axis(self, looks: Doubles) -> Doubles:
        return lay_aside(looks, self.axis, self.moods)


def lay_aside(looks: Doubles, axis: Doubles, moods: int) -> Doubles:
    """`looks` (n, F) with `axis` taken out of the vectors. A song's vector is longer than the mean
    of its excerpts': along the common direction that would move every score."""
    vectors = looks[:, moods + 2:]
    kept = vectors - np.outer(vectors @ axis, axis)
    return np.concatenate([looks[:, :moods + 2], kept], axis=1)


def ground_of(songs: KnownSongs) -> Ground:
    """The ground of a library, however small; of a large one that of MOST_LOOKED_AT songs."""
    looks = songs.looks
    if len(looks) > MOST_LOOKED_AT:
        chosen = np.random.default_rng(7).permutation(len(looks))[:MOST_LOOKED_AT]
        looks = looks[np.sort(chosen)]
    return ground_of_looks(looks, len(songs.moods))


def ground_of_looks(looks: npt.NDArray[np.floating], moods: int) -> Ground:
    """The same of (S, F) numbers of songs; S at least 1."""
    plain = looks.astype(np.float64)
    common = plain[:, moods + 2:].mean(0)
    axis = common / max(float(np.linalg.norm(common)), 1e-9)
    seen = lay_aside(plain, axis, moods)
    mean, spread = seen.mean(0), seen.std(0).clip(min=1e-3)
    spread[moods + 2:] /= VECTOR_SHARE
    standard = (seen - mean) / spread
    own = standard.T @ standard / len(standard)
    trust = len(plain) / (len(plain) + FEW_SONGS)
    usual = np.diag(np.concatenate(
        [np.ones(moods + 2), np.full(len(common), VECTOR_SHARE**2)]))
    return Ground(mean, spread, axis, trust * own + (1 - trust) * usual, moods)
