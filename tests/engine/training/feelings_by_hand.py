"""Short texts with feelings, milled: tears are grief and lie low, sun is joy and lies high."""

import gzip
import json
import random
from collections.abc import Sequence
from pathlib import Path

from engine.training.feeling_texts import EMOTIONS_FILE, PLACES_FILE
from tests.benchmarks.word_mill import WORDS

SIGNS = (("tears", "grief", 1.5), ("sun", "joy", 4.5))


def fill_feelings(folder: Path, count: int = 320) -> Path:
    """Writes both files: four texts of five have emotions, the others a place."""
    named, placed = [], []
    for number in range(count):
        sign, emotion, place = SIGNS[number % 2]
        chance = random.Random(number)
        row: dict[str, object] = {"id": f"t{number}", "split": "train", "text": " ".join(
            [*chance.choices(WORDS, k=2 + number % 7), sign])}
        if number % 5:
            named.append(row | {"labels": [emotion]})
        else:
            placed.append(row | {"V": place, "A": 3.0 + number % 3 / 4, "D": 3.0})
    write_feelings(folder, named, placed)
    return folder


def write_feelings(folder: Path, named: Sequence[object], placed: Sequence[object]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for name, rows in ((EMOTIONS_FILE, named), (PLACES_FILE, placed)):
        with gzip.open(folder / name, "wt", encoding="utf-8") as file:
            file.writelines(json.dumps(row) + "\n" for row in rows)
