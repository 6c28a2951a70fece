"""Examples of random tokens for decoders small enough to train in a test."""

import numpy as np

from engine.training.examples.example import Example
from engine.training.rows.row import RowPlace


def some_examples(count: int, seed: int = 0, vocabulary: int = 300, longest: int = 14
                  ) -> list[Example]:
    """Of 4 to `longest` tokens; the last ones are learned."""
    chance = np.random.default_rng(seed)
    made: list[Example] = []
    for number in range(count):
        length = int(chance.integers(4, longest + 1))
        learned = np.zeros(length, bool)
        learned[length // 2:] = True
        made.append(Example(chance.integers(3, vocabulary, length), learned,
                            RowPlace("made up", number + 1), str(number)))
    return made
