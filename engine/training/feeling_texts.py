"""Short texts whose feelings people named: what an encoder learns feelings from before songs.

GoEmotions gives each comment its emotions, EmoBank each sentence a place by valence, arousal and
dominance. Reads files; knows no model.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from engine.errors import EngineError
from engine.inference.tokenizer import Ids, Tokenizer
from engine.training.dataset import Floats, read_rows

EMOTIONS_FILE, PLACES_FILE = "goemotions.jsonl.gz", "emobank.jsonl.gz"
_AXES = ("V", "A", "D")


@dataclass(frozen=True, slots=True, eq=False)
class FeelingTexts:
    """n texts: `ids` their tokens; `emotions` (n, E) 0 or 1, nan for a text with a place instead;
    `places` (n, 3) standardised valence, arousal, dominance, nan for a text with emotions."""

    ids: tuple[Ids, ...]
    emotions: Floats
    places: Floats


def read_feeling_texts(folder: Path, tokenizer: Tokenizer, longest: int = 96) -> FeelingTexts:
    """The training parts of both files. EngineError where one is missing or broken.

    Texts are cut at `longest` tokens.
    """
    for name in (EMOTIONS_FILE, PLACES_FILE):
        if not (folder / name).is_file():
            raise EngineError(f"{folder} holds no {name}.",
                              "Name the folder of the emotion texts in the recipe (feelings).")
    named = list(_training_part(folder / EMOTIONS_FILE, ("text", "labels")))
    placed = list(_training_part(folder / PLACES_FILE, ("text", *_AXES)))
    if not named or not placed:
        raise EngineError(f"The emotion texts in {folder} hold nothing to learn from.")
    capacity = longest - tokenizer.special_tokens
    ids = [tokenizer.wrap(tokenizer.encode(str(row["text"])).ids[:capacity])
           for row in (*named, *placed)]
    emotions = _emotions(named)
    places = _places(placed)
    return FeelingTexts(
        tuple(ids),
        np.concatenate([emotions, np.full((len(placed), emotions.shape[1]), np.nan, np.float32)]),
        np.concatenate([np.full((len(named), len(_AXES)), np.nan, np.float32), places]),
    )


def _training_part(file: Path, needed: Sequence[str]) -> Iterator[dict[str, Any]]:
    for row in read_rows(file):
        if row.get("split", "train") != "train":
            continue
        for name in needed:
            if name not in row:
                raise EngineError(f'{file.name} cannot be learned from: "{row["id"]}" has no '
                                  f"{name}.")
        yield row


def _emotions(rows: Sequence[Mapping[str, Any]]) -> Floats:
    names = sorted({name for row in rows for name in row["labels"]})
    column = {name: at for at, name in enumerate(names)}
    found = np.zeros((len(rows), len(names)), np.float32)
    for at, row in enumerate(rows):
        found[at, [column[name] for name in row["labels"]]] = 1
    return found


def _places(rows: Sequence[Mapping[str, Any]]) -> Floats:
    raw: npt.NDArray[np.float64] = np.array([[row[axis] for axis in _AXES] for row in rows])
    return ((raw - raw.mean(0)) / raw.std(0).clip(min=1e-6)).astype(np.float32)
