"""Which examples share a step: those of like length, in an order drawn by seed and epoch alone.

Numbers only; knows no texts.
"""

import random
from collections.abc import Sequence

_POOL_STEPS = 24  # lengths are sorted among so many steps' examples, so that steps stay mixed


def length_steps(lengths: Sequence[int], tokens: int, seed: int | None = None,
                 epoch: int = 0) -> list[list[int]]:
    """The numbers of the examples of each step, about `tokens` tokens a step with padding, one at
    least. Without a seed: all sorted, for judging."""
    order = list(range(len(lengths)))
    if seed is None:
        return _filled(sorted(order, key=lambda at: -lengths[at]), lengths, tokens)
    chance = random.Random(seed * 100_003 + epoch)
    chance.shuffle(order)
    pool = max(1, round(_POOL_STEPS * tokens * len(lengths) / max(1, sum(lengths))))
    steps: list[list[int]] = []
    for at in range(0, len(order), pool):
        # Equal lengths keep the order that was drawn, so that their company changes too.
        near = sorted(order[at : at + pool], key=lambda row: -lengths[row])
        steps += _filled(near, lengths, tokens)
    chance.shuffle(steps)
    return steps


def _filled(order: Sequence[int], lengths: Sequence[int], tokens: int) -> list[list[int]]:
    steps: list[list[int]] = []
    for row in order:
        longest = lengths[steps[-1][0]] if steps else 0
        if not steps or (len(steps[-1]) + 1) * longest > tokens:
            steps.append([])
        steps[-1].append(row)
    return steps
