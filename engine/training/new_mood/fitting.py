"""A new mood learned from a handful of songs, on what a tagger that never heard of it says.

Songs that carry it lie off the library's middle; their mean, drawn towards what its kinship
leads one to expect, gives Fisher's direction. Measured by leaving out each example with its
artist. Closed form: a thousandth of a second a mood, the same every time.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from engine.errors import EngineError
from engine.tagging.own_moods import MoodHead
from engine.training.new_mood.ground import Doubles, Ground, ground_of
from engine.training.new_mood.kinship import Place, expected_shift
from engine.training.new_mood.known_songs import KnownSongs, Places

LEAST_EXAMPLES = 8
_BELIEF, _GIVEN_BELIEF = 8.0, 16.0
"""What kinship says counts as much as so many examples; more where the person gave the place."""
_TRUSTED_NOS = 4.0
"""So few noes are believed half: they are no picture of all songs without the mood."""
_MOST_CALLED = 0.25
"""No more of a library is called than this, unless more than that was said to carry it."""
_MISSED = 0.2
"""So many of the examples may lie below the threshold, measured as if they were new songs."""
_USUAL_SPREAD = 0.9


@dataclass(frozen=True, slots=True, eq=False)
class Marks:
    """The rows of songs the person said carry the mood, and of those that do not."""

    yes: Places
    no: Places


@dataclass(frozen=True, slots=True, eq=False)
class Learned:
    """A head with its threshold. `scores` (S,) are those of all songs, 0..1; `honest` (S,) the
    same, but each example by a head that knew neither it nor its artist."""

    head: MoodHead
    threshold: float
    scores: Doubles
    honest: Doubles
    place: Place


def learn_mood(songs: KnownSongs, marks: Marks, places: Mapping[str, Place],
               place: Place | None = None) -> Learned:
    """Learns a mood from `marks` in `songs`. `places` are those of the tagger's moods; `place`
    the new one's where the person gave it, else it is told from the examples.

    EngineError for fewer than LEAST_EXAMPLES songs that carry it.
    """
    if len(marks.yes) < LEAST_EXAMPLES:
        raise EngineError(
            f"A mood is learned from at least {LEAST_EXAMPLES} songs; there are {len(marks.yes)}.",
            "Add more songs that carry it.")
    ground = ground_of(songs)
    standard = ground.of(songs.looks)
    where = place or place_of(songs, marks, places)
    kin = expected_shift(ground, songs.moods, places, where)
    fit = _Fit(ground, standard, kin, _GIVEN_BELIEF if place else _BELIEF)
    whole = fit.direction(marks)
    raw = standard @ whole
    honest = _left_out(fit, songs.artists, marks, raw)
    scale, middle = _scale(raw, honest, marks)
    weights, constant = ground.plain(whole * scale)
    head = MoodHead(songs.tagger, songs.moods, weights.astype(np.float32),
                    constant - scale * middle)
    logits = scale * (honest - middle)
    return Learned(head, 0.5, _sigmoid(scale * (raw - middle)), _sigmoid(logits), where)


def place_of(songs: KnownSongs, marks: Marks, places: Mapping[str, Place]) -> Place:
    """Where the mood lies: the places of the tagger's moods, each by how far the examples lie
    above the library in it, and outwards to where single moods lie."""
    known = [at for at, mood in enumerate(songs.moods) if mood in places]
    if not known or not len(marks.yes):
        return 0.0, 0.0
    seen = songs.looks[:, known].astype(np.float64)
    seen = (seen - seen.mean(0)) / seen.std(0).clip(min=1e-3)
    pull = np.clip(seen[marks.yes].mean(0), 0, None) ** 2
    where = np.array([places[songs.moods[at]] for at in known])
    if pull.sum() < 1e-9:
        return 0.0, 0.0
    valence, arousal = (pull @ where / pull.sum()).tolist()
    return float(np.clip(valence, -1, 1)), float(np.clip(arousal, -1, 1))


@dataclass(frozen=True, slots=True, eq=False)
class _Fit:
    """`standard` (S, F) songs on their `ground`; `kin` (F,) is the shift to be expected, which
    counts as much as `belief` examples."""

    ground: Ground
    standard: Doubles
    kin: Doubles | None
    belief: float

    def direction(self, marks: Marks) -> Doubles:
        """(F,) in which songs with the mood tell themselves apart."""
        return self.ground.towards(self._shift(marks))

    def _shift(self, marks: Marks) -> Doubles:
        """(F,) how far songs with the mood lie off those without it."""
        found = self.standard[marks.yes].mean(0)
        noes = len(marks.no)
        if noes:
            found = found - noes / (noes + _TRUSTED_NOS) * self.standard[marks.no].mean(0)
        if self.kin is None:
            return found
        size = len(marks.yes)
        return (size * found + self.belief * self.kin) / (size + self.belief)


def _left_out(fit: _Fit, artists: tuple[str, ...], marks: Marks, raw: Doubles) -> Doubles:
    """(S,) `raw`, but for every example what is said of it without it and its artist's others."""
    honest = raw.copy()
    groups: dict[str, list[int]] = {}
    yes: list[int] = marks.yes.tolist()
    no: list[int] = marks.no.tolist()
    for row in (*yes, *no):
        groups.setdefault(_group(artists, row), []).append(row)
    if len({_group(artists, row) for row in yes}) < 2:
        groups = {f"#{row}": [row] for rows in groups.values() for row in rows}
    for rows in groups.values():
        out = np.array(rows)
        fewer = Marks(np.setdiff1d(marks.yes, out), np.setdiff1d(marks.no, out))
        if len(fewer.yes):
            honest[out] = fit.standard[out] @ fit.direction(fewer)
    return honest


def _group(artists: tuple[str, ...], row: int) -> str:
    return artists[row].casefold() or f"#{row}"


def _scale(raw: Doubles, honest: Doubles, marks: Marks) -> tuple[float, float]:
    """Factor and middle of the logits: the threshold is at 0, and the library spreads about it as
    it usually does in a mood."""
    middle = _bar(raw, honest, marks)
    return _USUAL_SPREAD / max(float(raw.std()), 1e-9), middle


def _bar(raw: Doubles, honest: Doubles, marks: Marks) -> float:
    """Where most examples are called and not too much of the library; and of the borders between
    a yes and a no that leave it there, the one that parts them best."""
    wanted = float(np.quantile(honest[marks.yes], _MISSED))
    share = max(_MOST_CALLED, 1.2 * len(marks.yes) / len(raw))
    least = float(np.quantile(raw, max(0.0, 1 - share)))
    bar = max(wanted, least)
    if len(marks.no) < LEAST_EXAMPLES:
        return bar
    said = np.concatenate([honest[marks.yes], honest[marks.no]])
    right = np.concatenate([np.ones(len(marks.yes)), np.zeros(len(marks.no))]) > 0
    borders = np.unique(np.concatenate([said, [bar]]))
    parted = [(said[right] >= at).mean() + (said[~right] < at).mean() for at in borders]
    return max(float(borders[int(np.argmax(parted))]), least)


def _sigmoid(values: Doubles) -> Doubles:
    return 1 / (1 + np.exp(-np.clip(values, -40, 40)))
