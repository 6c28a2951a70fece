"""Labelled songs made by hand: whatever a test says of them, and a line of words."""

from collections.abc import Mapping, Sequence

import numpy as np

from engine.evaluation.label_sets import LabelSpace
from engine.tagging.results import Excerpt
from engine.training.dataset import Judgement, LabelledSong

MOODS = ("sadness", "happiness", "power", "wry")
SPACE = LabelSpace({"gems9": ("sadness", "power"), "nju4": ("sadness", "happiness"),
                    "mirex_adjective": ("wry",)}, MOODS, {})


def song(name: str, said: Mapping[str, Sequence[str]] | None = None, artist: str = "",
         text: str = "river stone", affect: tuple[float, float] | None = None,
         split: str = "train", group: str = "") -> LabelledSong:
    """A song of one excerpt. `said`: what each label set that judged it gave."""
    ids = np.array([len(word) for word in text.split()], np.int64)
    excerpt = Excerpt(0, 0, text, ids, float(len(ids)), ())
    judgements = tuple(judgement(name, tags) for name, tags in (said or {}).items())
    return LabelledSong(name, artist or name, split, (excerpt,), judgements, affect, group)


def judgement(label_set: str, tags: Sequence[str]) -> Judgement:
    known = SPACE.sets[label_set]
    present = np.array([mood in tags and mood in known for mood in MOODS], np.float32)
    return Judgement(SPACE.set_names.index(label_set), present,
                     np.array([mood in known for mood in MOODS], np.float32))
