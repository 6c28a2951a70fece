"""A data file of songs milled for measuring: the words hold the signs the fake tagger hears.

Every label set speaks of some of them; one song in ten says something else than its words.
"""

import gzip
import json
from pathlib import Path

from tests.benchmarks.word_mill import milled_song

SPACES = {
    "gems9": {"kind": "complete", "tags": ["sadness", "calmness", "power"]},
    "nju4": {"kind": "single label", "tags": ["happiness", "anger", "sadness", "calmness"]},
    "rasbt_binary": {"kind": "single label", "tags": ["happiness", "sadness"]},
    "moodylyrics_lexicon": {"kind": "WEAK", "tags": ["happiness"]},
    "canonical_map": {"glad": "happiness"},
}
HEARD = {"sadness": "tears", "happiness": "smile", "calmness": "quiet", "anger": "burn"}
ORDER = tuple(HEARD)


def labelled_row(number: int) -> dict[str, object]:
    """A song as a line of the data; its first sign is what people say, except for one in ten."""
    mood = ORDER[number % 4]
    said = ORDER[(number + number // 40 % 2) % 4] if number % 10 == 9 else mood
    labels: dict[str, object] = {"nju4": said}
    if number % 3:
        labels["gems9"] = [tag for tag in (said, "calmness") if tag in ("sadness", "calmness")]
    if said in ("happiness", "sadness"):
        labels["rasbt_binary"] = "glad" if said == "happiness" else said
    lines = milled_song(number).splitlines()
    return {"id": f"s{number}", "artist": f"Artist {number % 11}", "title": f"Song {number}",
            "lyrics": "\n".join(f"{line} {HEARD[mood]}" if line else line for line in lines),
            "split": "valid" if number % 5 == 4 else "train", "labels": labels,
            "valence": {"sadness": -1.0, "happiness": 1.0}.get(mood, number % 3 / 3),
            "arousal": number % 7 / 7}


def write_labelled(folder: Path, songs: int = 80) -> Path:
    """Writes songs, label sets and annotators' counts; the file of the songs."""
    folder.mkdir(parents=True, exist_ok=True)
    rows = [labelled_row(number) for number in range(songs)]
    (folder / "label_spaces.json").write_text(json.dumps(SPACES), "utf-8")
    counts = [{"id": row["id"], "counts": {"calmness": 2}} for row in rows
              if "gems9" in row["labels"]]  # type: ignore[operator] - a dictionary, see above
    with gzip.open(folder / "gems9_counts.jsonl.gz", "wt", encoding="utf-8") as file:
        file.writelines(json.dumps(row) + "\n" for row in counts)
    songs_file = folder / "songs.jsonl.gz"
    with gzip.open(songs_file, "wt", encoding="utf-8") as file:
        file.writelines(json.dumps(row) + "\n" for row in rows)
    return songs_file
