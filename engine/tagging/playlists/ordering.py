"""In which order songs of a list follow each other: smoothly, or along a wished course.

Pure arithmetic over places on the plane of moods; knows no songs.
"""

import numpy as np
import numpy.typing as npt

from engine.tagging.playlists.arcs import resampled

_MOST_MOVED = 150
"""Songs of a list whose order is still looked over; in a longer one nobody hears the difference."""
_BETTER = 1e-6

Floats = npt.NDArray[np.floating]
Order = list[int]


def smooth_order(begins: Floats, ends: Floats, first: int = 0) -> Order:
    """An order of N songs in which the end of one lies near the beginning of the next.

    `begins` and `ends` (N, 2); `first` stays first. The nearest unused song follows each time;
    then single songs move to where they lengthen the way least, as long as it gets shorter
    (Or, "Traveling salesman-type combinatorial problems", 1976).
    """
    if len(begins) < 3:
        return [first, *(at for at in range(len(begins)) if at != first)]
    way = np.linalg.norm(ends[:, None].astype(np.float32) - begins[None].astype(np.float32), axis=2)
    order = _nearest_next(way, first)
    moves = len(order) if len(order) <= _MOST_MOVED else 0
    while moves and _move_one(way, order):
        moves -= 1
    return order


def order_along(values: Floats, wish: tuple[float, ...]) -> Order:
    """An order of N songs of these values (N,) that follows the wished course.

    Each place takes the song of its rank, which is the nearest fit there is in one dimension.
    """
    count = len(values)
    places = np.argsort(resampled(wish, count), kind="stable")
    order = np.empty(count, np.int64)
    order[places] = np.argsort(values, kind="stable")
    return order.tolist()


def pick_along(places: Floats, wish: Floats) -> Order:
    """Songs for a list whose places (K, C) are wished for, out of N songs that lie at (N, C).

    From the first place on each takes the nearest song that is left; none where songs run out.
    """
    free = np.ones(len(places), bool)
    order: Order = []
    for place in wish[:len(places)]:
        distance = np.where(free, ((places - place) ** 2).sum(axis=1), np.inf)
        order.append(int(np.argmin(distance)))
        free[order[-1]] = False
    return order


def _nearest_next(way: Floats, first: int) -> Order:
    order, free = [first], np.ones(len(way), bool)
    free[first] = False
    while len(order) < len(way):
        order.append(int(np.argmin(np.where(free, way[order[-1]], np.inf))))
        free[order[-1]] = False
    return order


def _move_one(way: Floats, order: Order) -> bool:
    """Moves the one song whose move shortens the way most; False where none does."""
    best, gain = None, _BETTER
    line = np.array(order)
    for at in range(1, len(order)):
        song = line[at]
        rest = np.delete(line, at)
        saved = way[line[at - 1], song]
        if at + 1 < len(line):
            saved += way[song, line[at + 1]] - way[line[at - 1], line[at + 1]]
        costs = way[rest, song]
        costs[:-1] += way[song, rest[1:]] - way[rest[:-1], rest[1:]]
        to = int(np.argmin(costs))
        if saved - costs[to] > gain:
            best, gain = (at, to + 1), float(saved - costs[to])
    if best is None:
        return False
    order.insert(best[1], order.pop(best[0]))
    return True
