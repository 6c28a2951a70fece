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

    From both ends inwards each place takes the nearest song that is left; then any two change
    places as long as that brings them nearer together (pairwise exchange: Croes, "A method for
    solving traveling-salesman problems", 1958). Fewer where songs run out.
    """
    count = min(len(places), len(wish))
    wish = wish[np.linspace(0, len(wish) - 1, count).round().astype(np.int64)]
    free = np.ones(len(places), bool)
    order = [0] * count
    for at in sorted(range(count), key=lambda at: (min(at, count - 1 - at), at)):
        distance = np.where(free, ((places - wish[at]) ** 2).sum(axis=1), np.inf)
        order[at] = int(np.argmin(distance))
        free[order[at]] = False
    return _exchanged(((places[order][:, None] - wish[None]) ** 2).sum(axis=2), order)


def _exchanged(cost: Floats, order: Order) -> Order:
    """The same songs, none of which would rather change places; `cost` (K, K) of song and place."""
    line = np.arange(len(order))
    for _ in range(len(order) ** 2):  # each exchange is for the better, so this never goes round
        now = cost[line, np.arange(len(line))]
        swapped = cost[line][:, np.arange(len(line))]
        gain = now[:, None] + now[None] - swapped - swapped.T
        one, other = divmod(int(np.argmax(gain)), len(line))
        if gain[one, other] <= _BETTER:
            break
        line[[one, other]] = line[[other, one]]
    return [order[at] for at in line.tolist()]


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
