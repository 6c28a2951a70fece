"""A data folder of songs milled for training: what people said shows in the words.

Sad songs hold "tears", glad ones "sun"; each label set speaks in its own way.
"""

import gzip
import json
import random
from pathlib import Path

from tests.benchmarks.word_mill import milled_song

MOODS = ("sadness", "happiness", "calmness", "power")
SPACES = {
    "gems9": {"kind": "complete", "tags": ["sadness", "calmness", "power", "wonder"]},
    "lastfm27": {"kind": "counts", "tags": ["sadness", "happiness"]},
    "nju4": {"kind": "one word", "tags": ["happiness", "sadness", "calmness"]},
    "canonical_map": {"happy": "happiness", "sad": "sadness", "relaxed": "calmness"},
}
WEIGHTS = {"gems9": 2.0, "lastfm27": 1.0, "nju4": 0.5}


def fill_data(folder: Path, songs: int) -> Path:
    """Writes both files of a data folder; every fifth song is held out."""
    folder.mkdir(parents=True, exist_ok=True)
    rows = [milled_row(number) for number in range(songs)]
    (folder / "label_spaces.json").write_text(json.dumps(SPACES), "utf-8")
    with gzip.open(folder / "lyrics_moods.jsonl.gz", "wt", encoding="utf-8") as file:
        file.writelines(json.dumps(row) + "\n" for row in rows)
    return folder


def milled_row(number: int) -> dict[str, object]:
    """A song as a line of the data, with the labels of one label set."""
    sad = number % 2 == 0
    sign = "tears" if sad else "sun"
    chance = random.Random(number)
    lines = [f"{line} {sign}" if line and chance.random() < 0.6 else line
             for line in milled_song(number).splitlines()]
    labels = ({"gems9": ["sadness", "calmness"] if sad else ["power"]},
              {"lastfm27": {"sadness": 3} if sad else {"happiness": 5}},
              {"nju4": "sad" if sad else "happy"})[number // 2 % 3]
    return {"id": f"s{number}", "artist": f"a{number % 7}", "title": f"Song {number}",
            "lyrics": "\n".join(lines), "labels": labels,
            "valence": -1.0 if sad else 1.0, "arousal": (number % 9 - 4) / 4,
            "split": "valid" if number % 5 == 4 else "train"}
