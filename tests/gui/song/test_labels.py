"""Chips show tags and labels together; every word of the person can be taken back."""

import numpy as np

from engine.tagging.labels import Verdict
from engine.tagging.results import ExcerptMoods, SongMoods, Tag
from gui.song.labels import Chip, chips_of

MOODS = ("sadness", "calmness", "anger")


def moods() -> SongMoods:
    scores = np.array([0.75, 0.5, 0.125], np.float32)
    tagged = ExcerptMoods(0, 1, 1.0, scores, 0, 0, tags=(Tag("sadness", 0.75),))
    silent = ExcerptMoods(2, 3, 1.0, scores, 0, 0)
    return SongMoods("fake", (Tag("sadness", 0.75), Tag("calmness", 0.5)), scores, 0, 0,
                     (tagged, silent, tagged), MOODS)


def test_tags_come_first_with_their_votes_then_what_was_added() -> None:
    chips = chips_of(moods(), {"calmness": Verdict.REJECTED, "anger": Verdict.ADDED,
                               "erotic": Verdict.ADDED})
    assert chips == (
        Chip("sadness", 0.75, None, 2), Chip("calmness", 0.5, Verdict.REJECTED, 0),
        Chip("anger", 0.125, Verdict.ADDED), Chip("erotic", None, Verdict.ADDED))


def test_a_chip_knows_that_its_mood_is_experimental() -> None:
    said = SongMoods("fake", (Tag("sadness", 0.75), Tag("anger", 0.125, experimental=True)),
                     np.array([0.75, 0.5, 0.125], np.float32), 0, 0, (), MOODS)
    assert [chip.experimental for chip in chips_of(said, {"calmness": Verdict.ADDED})] == [
        False, True, False]


def test_what_was_rejected_and_is_no_longer_shown_has_no_chip() -> None:
    assert "anger" not in [chip.mood for chip in chips_of(moods(), {"anger": Verdict.REJECTED})]


def test_a_song_nobody_tagged_shows_what_was_added() -> None:
    assert chips_of(None, {"anger": Verdict.ADDED}) == (Chip("anger", None, Verdict.ADDED),)
