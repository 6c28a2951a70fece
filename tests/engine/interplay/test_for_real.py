"""Interplay with the shipped tagger, the sample songs and, where installed, real models."""

import os
from pathlib import Path

import pytest

from engine.inference.opening import open_text_model
from engine.inference.sentence_encoder import open_sentence_encoder
from engine.interplay.hearing import MoodListener
from engine.interplay.rewrite_prompt import load_rewrite_prompt
from engine.interplay.rewriting import LineRewritten, MoodRewriter, RewriteRequest
from engine.interplay.similar_songs import SimilarSongs
from engine.interplay.talk_moods import TalkMoodReader
from engine.library.database import Database
from engine.paths import AppPaths
from engine.settings import Settings
from engine.tagging.encoder_tagger import EncoderTagger
from engine.tagging.language import LanguageDetector
from engine.tagging.lyric_store import LyricStore
from engine.tagging.requests import TagRequest
from engine.tagging.service import TaggingService
from engine.tagging.vocabulary import Vocabulary
from tests.engine.interplay.talks import ended, talk

pytestmark = pytest.mark.slow

LINES = ("I wait for you at the corner by the old cinema.", "The dog sleeps by the fire.",
         "She sold the house and moved to the coast.")


@pytest.fixture
def tagger(isolated_home: AppPaths) -> EncoderTagger:
    return EncoderTagger.open(isolated_home.shipped_models / "moods-minilm", threads=1)


def test_a_talk_calls_the_sample_songs_that_feel_like_it(isolated_home: AppPaths,
                                                         tagger: EncoderTagger) -> None:
    store, settings = LyricStore(Database.in_memory()), Settings()
    detector = LanguageDetector()
    list(TaggingService(store, detector, lambda: tagger, lambda: settings).run(
        TagRequest((isolated_home.samples,))))
    reader = TalkMoodReader(MoodListener(tagger), detector)
    for conversation, wanted in (
            (talk(("Ann", "The house is so empty since he left."), "Do you miss him?",
                  ("Ann", "Every evening I cook for two and wait for the door.")),
             "The Chair by the Window"),
            (talk("You lied to me again!", ("Bob", "I did not. Get out of my kitchen!"),
                  "You broke everything, I hate you."), "Paper Badge"),
            (talk("Hush, sleep now.", ("Ann", "The boats lie in the sand, I hear the sea breathe."),
                  "Stay a while, there is no hurry."), "Low Tide")):
        moods = ended(list(reader.follow(conversation, settings.collation)))
        found = SimilarSongs(store).like(moods, tagger, settings, 3)
        assert wanted in [song.row.title for song in found]


def test_a_real_model_moves_most_lines(isolated_home: AppPaths, tagger: EncoderTagger) -> None:
    """UNDERTONE_REAL_HOME names a home in which a chat model and the encoder are installed."""
    home = os.environ.get("UNDERTONE_REAL_HOME", "")
    if not home:
        pytest.skip("UNDERTONE_REAL_HOME names no home with models")
    paths = AppPaths(Path(home), isolated_home.resources)
    encoder = open_sentence_encoder(paths)
    assert encoder is not None
    rewriter = MoodRewriter(
        open_text_model(paths, "", Settings()), MoodListener(tagger), encoder,
        Vocabulary.load(paths.moods_file), load_rewrite_prompt(paths), LanguageDetector())
    lines = [event for mood in ("sadness", "happiness") for text in LINES
             for event in rewriter.rewrite(RewriteRequest(text, mood))
             if isinstance(event, LineRewritten)]
    assert sum(line.after != line.before for line in lines) >= 4
