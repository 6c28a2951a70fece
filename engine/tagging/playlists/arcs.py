"""Which songs take the course that is wished for: "starts hopeful, turns bitter".

Compares mood curves with a wished one and ranks them. Knows numbers only: no library, no words.

A song's curve and the wish are cut to the same few points and compared as Reagan et al. do ("The
emotional arcs of stories are dominated by six basic shapes", EPJ Data Science 5:31, 2016): by what
is left of each when its mean is taken away. The means count beside it, lightly.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from engine.tagging.playlists.mood_curves import POINTS, STAGES, StackedCurves
from engine.tagging.results import Scores

_LEVEL = 0.3
"""What the means count for where a course is asked for that goes all the way."""
_WHOLE_WAY = 0.25
"""How far such a course strays from its mean; one that strays less asks for its mean the more."""
_LEAST_REACH = 0.2
"""A library whose songs all lie nearer together than this is not stretched any further."""
_LEAST_SPREAD = 0.25
"""In logits: a mood that varies less than this within a library is taken to vary so much."""
_LEAST_WAY = 0.05
_CERTAIN = 1e-6

Floats = npt.NDArray[np.floating]


@dataclass(frozen=True, slots=True)
class MoodArc:
    """The mood a song begins with, the one in its middle and the one it ends on, by their ids;
    "" is any mood. At least one is named."""

    beginning: str = ""
    middle: str = ""
    end: str = ""

    @property
    def stages(self) -> tuple[str, str, str]:
        return self.beginning, self.middle, self.end

    @property
    def moods(self) -> tuple[str, ...]:
        """The moods that are named, each once."""
        return tuple(dict.fromkeys(mood for mood in self.stages if mood))


@dataclass(frozen=True, slots=True)
class DrawnArc:
    """Valence over the song as it was drawn: two or more values, -1 to 1, at equal distances.

    They are meant within the library: 1 is as bright as its brightest songs.
    """

    values: tuple[float, ...]

    @property
    def moods(self) -> tuple[str, ...]:
        return ()


Arc = MoodArc | DrawnArc


@dataclass(frozen=True, slots=True, eq=False)
class Ranked:
    """Songs (n,) with how near each comes to the wish (n,), the nearest first: 1 takes just that
    course, 0 has nothing of it."""

    songs: npt.NDArray[np.int64]
    nearness: Scores


def rank(curves: StackedCurves, arc: Arc) -> Ranked:
    """Every song of `curves` by how near it comes to the arc; none where the arc names a mood
    that their tagger does not know, or names nothing."""
    found = _of_drawn(curves, arc) if isinstance(arc, DrawnArc) else _of_moods(curves, arc)
    if found is None or not len(curves.songs):
        return Ranked(np.zeros(0, np.int64), np.zeros(0, np.float32))
    nearness = _nearness(*found).astype(np.float32)
    order = np.argsort(-nearness, kind="stable")
    return Ranked(curves.songs[order], nearness[order])


def presence(curves: StackedCurves, mood: str) -> Floats | None:
    """(S, STAGES) how present a mood is, 0..1: 0.5 is just at the bar from which it is a tag, and
    the more above or below, the rarer that is among these songs. None where the tagger does not
    know the mood."""
    if mood not in curves.note.moods:
        return None
    at = curves.note.moods.index(mood)
    bar = min(curves.note.experimental.get(mood, curves.note.thresholds[at]), 1.0)
    clear = min(max(bar, _CERTAIN), 1 - _CERTAIN) if bar < 1 else 0.5
    above = curves.stages[:, :, at].astype(np.float32) - np.log(clear / (1 - clear))
    spread = min(max(float(above.std()), _LEAST_SPREAD), 1.0) if above.size else 1.0
    return 1 / (1 + np.exp(-above / spread))


def reach(affect: Floats) -> tuple[float, float]:
    """The middle of the valences (..., 2) of a library, and how far most of them lie from it."""
    valence = affect[..., 0].astype(np.float32)
    if not valence.size:
        return 0.0, 1.0
    low, high = np.percentile(valence, [5, 95]).tolist()
    return (low + high) / 2, max((high - low) / 2, _LEAST_REACH)


def resampled(values: tuple[float, ...], count: int) -> Floats:
    """(count,) values at the middles of `count` equal parts of what was drawn."""
    drawn = np.array(values, np.float64)
    places = (np.arange(count) + 0.5) / count * (len(drawn) - 1)
    return np.interp(places, np.arange(len(drawn)), drawn)


def wished(arc: MoodArc) -> Floats:
    """(STAGES, W) how present each of the arc's moods shall be: 1 where it is named, 0 where
    another is; between two named stages it goes evenly from one to the other."""
    named = [at for at, mood in enumerate(arc.stages) if mood]
    wish = np.zeros((STAGES, len(arc.moods)))
    for column, mood in enumerate(arc.moods):
        values = [float(arc.stages[at] == mood) for at in named]
        wish[:, column] = np.interp(np.arange(STAGES), named, values)
    return wish


def _of_moods(curves: StackedCurves, arc: MoodArc) -> tuple[Floats, Floats] | None:
    courses = [presence(curves, mood) for mood in arc.moods]
    known = [course for course in courses if course is not None]
    if not known or len(known) < len(courses):
        return None
    return np.stack(known, axis=2), wished(arc)


def _of_drawn(curves: StackedCurves, arc: DrawnArc) -> tuple[Floats, Floats] | None:
    if len(arc.values) < 2 or not len(curves.songs):
        return None
    middle, most = reach(curves.affect)
    course = np.clip((curves.affect[:, :, :1].astype(np.float32) - middle) / most, -1, 1)
    # Halved, so that from one end of the plane to the other is as far as from absent to present.
    return course / 2, resampled(arc.values, POINTS)[:, None] / 2


def _nearness(courses: Floats, wish: Floats) -> Floats:
    """(S,) how near courses (S, T, C) come to a wish (T, C), 0..1.

    How well the two go together (their correlation, none where they go against each other), times
    how far the course goes beside how far it should, less for a mean that lies elsewhere.
    """
    means, meant = courses.mean(axis=1), wish.mean(axis=0)
    bends, wished_bends = courses - means[:, None], wish - meant
    way = np.sqrt((bends ** 2).mean(axis=(1, 2)))
    wished_way = float(np.sqrt((wished_bends ** 2).mean()))
    if wished_way > _LEAST_WAY:
        together = (bends * wished_bends).mean(axis=(1, 2))
        course = np.clip(together / (wished_way * np.maximum(way, wished_way)), 0, 1)
    else:
        course = np.clip(1 - 2 * way, 0, 1)
    level = np.clip(np.sqrt(((means - meant) ** 2).mean(axis=1)), 0, 1)
    counts = 1 - (1 - _LEVEL) * min(1.0, wished_way / _WHOLE_WAY)
    return course * (1 - counts * level)
