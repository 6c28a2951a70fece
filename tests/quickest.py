"""How long work takes, for tests of bounded time.

A busy machine adds to one try; work that takes too long by itself does so in every one. So the
quickest of some tries counts, and only the first is made where it was quick enough.
"""

import time
from collections.abc import Callable

TRIES = 3


def quickest(work: Callable[[], object], enough: float,
             clock: Callable[[], float] = time.process_time) -> float:
    """Seconds of the quickest try. Tried again, `TRIES` times at most, while above `enough`."""
    best = float("inf")
    for _ in range(TRIES):
        begun = clock()
        work()
        best = min(best, clock() - begun)
        if best < enough:
            break
    return best
