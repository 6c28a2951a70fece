"""Makes a token less likely for having been said: by itself, or as the next of a longer repeat.

Numbers in, numbers out; the logits given are left as they are.
"""

import numpy as np

from engine.inference.decoder import Ids, Logits

RECENT = 256
LONGEST_REPEAT = 50


def punish_repeats(logits: Logits, history: Ids, penalty: float,
                   spared: frozenset[int] = frozenset()) -> Logits:
    """Divides (or multiplies, below 0) the logits of recent tokens, as in CTRL (2019); those of
    `spared` stay: who may not end a turn for having ended one before never ends."""
    said = np.array([token for token in np.unique(history[-RECENT:]) if token not in spared],
                    np.int64)
    changed = logits.copy()
    values = changed[said]
    changed[said] = np.where(values > 0, values / penalty, values * penalty)
    return changed


def punish_loops(
    logits: Logits,
    history: Ids,
    multiplier: float,
    base: float,
    allowed: int,
    breakers: frozenset[int],
) -> Logits:
    """DRY ("don't repeat yourself", p-e-w 2024): what would make a repeat longer costs more,
    the longer it is already."""
    lengths = repeat_lengths(history, breakers)
    changed = logits.copy()
    for token, length in lengths.items():
        if length >= allowed:
            changed[token] -= multiplier * base ** (length - allowed)
    return changed


def repeat_lengths(history: Ids, breakers: frozenset[int]) -> dict[int, int]:
    """For each token that once followed the last ones: how many of the last ones stood before."""
    last = int(history[-1])
    if last in breakers:
        return {}
    found: dict[int, int] = {}
    reach = min(LONGEST_REPEAT, len(history))
    end = next((n for n in range(1, reach) if int(history[-1 - n]) in breakers), reach)
    tail = history[len(history) - end :][::-1]
    for place in np.flatnonzero(history[:-1] == last):
        before = history[max(place + 1 - end, 0) : place + 1][::-1]
        differ = np.flatnonzero(before != tail[: len(before)])
        length = int(differ[0]) if len(differ) else len(before)
        token = int(history[place + 1])
        if token not in breakers:  # they hold lists and talks together, and come again by nature
            found[token] = max(found.get(token, 0), length)
    return found
