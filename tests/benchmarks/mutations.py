"""Damage that any file may come to."""

import random


def flipped(dice: random.Random, data: bytes) -> bytes:
    changed = bytearray(data)
    for _ in range(dice.choice((1, 1, 2, 8, 64))):
        changed[dice.randrange(len(changed))] = dice.randrange(256)
    return bytes(changed)


def cut(dice: random.Random, data: bytes) -> bytes:
    start = dice.choice((0, 0, 0, dice.randrange(len(data))))
    return data[start:dice.randrange(start, len(data) + 1)]


def taken_out(dice: random.Random, data: bytes) -> bytes:
    start = dice.randrange(len(data))
    return data[:start] + data[start + dice.choice((1, 4, 100, 1000)):]
