"""What can be measured, and with how many words of the person's own."""

from pathlib import Path

import pytest

from engine.library.database import Database
from engine.models.manifest import GENERATIVE_MOOD_TAGGING, TEXT_GENERATION
from engine.paths import AppPaths
from engine.tagging.labels import Verdict
from engine.tagging.lyric_store import LyricStore
from gui.models.model_card import ModelCard
from gui.models.quality import OwnCount
from gui.models.quality_room import count_own, measurable
from tests.fakes import lyric


def test_without_a_library_nothing_was_said(isolated_home: AppPaths) -> None:
    assert count_own(isolated_home) == OwnCount()
    assert not isolated_home.library_file.exists()


def test_every_word_on_a_mood_counts(isolated_home: AppPaths) -> None:
    isolated_home.home.mkdir(parents=True)
    database = Database.open(isolated_home.library_file)
    store = LyricStore(database)
    for number in range(2):
        song = store.record_song(f"paste:{number}", None, lyric(f"the words of song {number}"),
                                 "en")
        store.set_label(song, "sadness", Verdict.ACCEPTED)
        store.set_label(song, "anger", Verdict.REJECTED)
    database.close()
    assert count_own(isolated_home) == OwnCount(4, 2)


def test_taggers_come_before_chat_models_in_both_ways_and_what_is_broken_does_not() -> None:
    cards = (ModelCard("beta", "Beta", "mood-tagging", in_use=True),
             ModelCard("smol", "Smol", TEXT_GENERATION),
             ModelCard("alpha", "Alpha", "mood-tagging"),
             ModelCard("lists", "Lists", GENERATIVE_MOOD_TAGGING),
             ModelCard("crashed", "Crashed", TEXT_GENERATION, problem="It crashed."),
             ModelCard("torn", "Torn", "mood-tagging", broken=True),
             ModelCard("spam", "Spam", "text-classification"))
    assert list(measurable(cards, str)) == [
        ("beta", "Beta"), ("alpha", "Alpha"), ("lists", "Lists"),
        ("generative:smol", "Smol, writing a list (slow)"),
        ("zero-shot:smol", "Smol, asked mood by mood (slow)")]


@pytest.mark.parametrize("way", ["generative:", "zero-shot:"])
def test_the_ways_are_those_the_engine_opens(way: str, tmp_path: Path) -> None:
    from engine.tagging.opening import WAYS

    assert way.removesuffix(":") in WAYS
