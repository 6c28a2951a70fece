"""What the command line says of a song marks what is only experimental."""

import numpy as np

from engine.cli.answers import Answer, as_json, as_text
from engine.tagging.results import SongMoods, Tag
from engine.tagging.song import SongRow, SongState

TAGS = (Tag("anger", 0.7), Tag("power", 0.25, experimental=True))


def answer() -> Answer:
    row = SongRow("a.txt", 1, SongState.TAGGED, "Stone", tags=TAGS)
    moods = SongMoods("t", TAGS, np.array([0.7, 0.25], np.float32), 0, 0, (), ("anger", "power"))
    return Answer(("path", "a.txt"), row, "t", None, moods)


def test_scripts_are_told_which_tags_are_experimental() -> None:
    assert as_json(answer(), all_scores=False)["tags"] == [
        {"tag": "anger", "score": 0.7}, {"tag": "power", "score": 0.25, "experimental": True}]


def test_people_are_told_too() -> None:
    assert "anger 0.70   power 0.25 (experimental)" in as_text(answer(), all_scores=False)
