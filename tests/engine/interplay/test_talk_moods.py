"""The moods of a conversation: its arc, who feels how, and what can be drawn of it."""

import numpy as np
import pytest

from engine.chat.conversation import Role
from engine.interplay.hearing import AT_ONCE, MoodListener
from engine.interplay.talk_moods import (
    MoodsRead,
    Speaker,
    TalkMoodReader,
    smoothed,
)
from engine.settings import CollationSettings
from engine.tagging.language import LanguageDetector
from engine.tagging.lyric import LineKind
from engine.tagging.results import ExcerptMoods
from engine.tagging.song import SongState
from gui.song_map import SongMap
from tests.engine.interplay.talks import ended, moods_of, talk
from tests.fakes import FakeTagger

SAD, GLAD = "my tears fall with the rain tonight", "dance with me in the sun today"


def excerpt(score: float, weight: float = 10, line: int = 0) -> ExcerptMoods:
    return ExcerptMoods(line, line, weight, np.array([score], np.float32), 0.0, 0.0)


def test_a_talk_is_held_as_a_song_is() -> None:
    # GIVEN two who talk, one of them on two lines
    found = moods_of(talk(("Ann", SAD), ("Ann", "and\n" + SAD), ("Bob", GLAD), "so it goes"))
    lines = found.song.lyric.lines
    # THEN names are headings where who speaks changes, and all said are lines
    assert [(line.text, line.kind) for line in lines] == [
        ("Ann", LineKind.HEADING), (SAD, LineKind.WORDS), ("and", LineKind.WORDS),
        (SAD, LineKind.WORDS), ("Bob", LineKind.HEADING), (GLAD, LineKind.WORDS),
        ("", LineKind.HEADING), ("so it goes", LineKind.WORDS)]
    assert found.messages == (1, 1, 2, 2, 3, 3, 4, 4)
    # AND every excerpt lies on the lines of its message
    moods = found.song.moods
    assert moods is not None and found.excerpt_messages == (1, 2, 3, 4)
    assert [(one.first_line, one.last_line) for one in moods.excerpts] == [
        (1, 1), (2, 3), (5, 5), (7, 7)]
    assert found.song.row.state is SongState.TAGGED and found.song.row.tags == moods.tags
    assert {tag.tag for tag in moods.tags} <= {"sadness", "happiness"}


def test_the_arc_goes_the_way_of_the_talk() -> None:
    found = moods_of(talk(*[("Ann", f"{SAD} {n}") for n in range(5)],
                          *[("Bob", f"{GLAD} {n}") for n in range(5)]))
    assert found.song.moods is not None
    sadness = [float(one.scores[0]) for one in found.song.moods.excerpts]
    valence = [one.valence for one in found.song.moods.excerpts]
    assert sadness[0] > 0.6 > 0.4 > sadness[-1]
    assert sadness[4] > sadness[5] and sadness[2] > sadness[4]
    assert valence[0] < 0 < valence[-1]


def test_a_message_without_a_mood_takes_that_of_those_around() -> None:
    scores = [float(one.scores[0]) for one in smoothed([excerpt(.9), excerpt(.2, 1), excerpt(.9)])]
    assert scores[1] > 0.7 and scores[0] > 0.8
    assert smoothed([]) == []
    # One alone is as it was, and a very long one does not drown its neighbours.
    assert float(smoothed([excerpt(.3)])[0].scores[0]) == pytest.approx(.3)
    drowned = smoothed([excerpt(.9, 20), excerpt(.1, 5000)])
    assert float(drowned[0].scores[0]) > 0.15


def test_everyone_has_a_meter_in_which_the_last_words_count_most() -> None:
    # GIVEN Ann who was sad and is glad, and the person who was glad and is sad
    found = moods_of(talk(("*", "It rains tears."), ("Ann", SAD), GLAD, ("Ann", GLAD + " again"),
                          SAD + " too"), person="Kim")
    # THEN the meters say how each feels now, and what happens has none
    ann, kim = found.meters
    assert ann.speaker == Speaker(Role.ASSISTANT, "Ann") and ann.messages == 2
    assert kim.speaker == Speaker(Role.USER, "Kim") and kim.messages == 2
    order = FakeTagger().moods
    sad, glad = order.index("sadness"), order.index("happiness")
    assert ann.moods.scores[glad] > ann.moods.scores[sad]
    assert kim.moods.scores[sad] > kim.moods.scores[glad]
    assert ann.moods.valence > kim.moods.valence


def test_meters_do_not_hang_on_how_a_song_counts_its_chorus() -> None:
    conversation = talk(("Ann", SAD), ("Ann", GLAD))
    reader = TalkMoodReader(MoodListener(FakeTagger()), LanguageDetector())
    plain = ended(list(reader.follow(conversation, CollationSettings(count_repeats=False))))
    usual = ended(list(reader.follow(conversation, CollationSettings())))
    assert plain.meters[0].moods.scores == pytest.approx(usual.meters[0].moods.scores)


def test_only_what_is_new_is_read_when_the_talk_goes_on() -> None:
    tagger = FakeTagger()
    reader = TalkMoodReader(MoodListener(tagger), LanguageDetector())
    first = talk(("Ann", SAD), GLAD)
    list(reader.follow(first, CollationSettings()))
    list(reader.follow(talk(("Ann", SAD), GLAD, ("Ann", "a quiet sea")), CollationSettings()))
    assert tagger.read == [SAD, GLAD, "a quiet sea"]


def test_a_long_talk_says_how_far_it_is_and_can_be_left() -> None:
    tagger = FakeTagger()
    reader = TalkMoodReader(MoodListener(tagger), LanguageDetector())
    long = talk(*[f"{SAD} number {n}" for n in range(AT_ONCE + 3)])
    following = reader.follow(long, CollationSettings())
    assert next(following) == MoodsRead(AT_ONCE, AT_ONCE + 3)
    following.close()  # type: ignore[attr-defined]
    assert ended(list(reader.follow(long, CollationSettings()))).song.moods is not None
    assert len(tagger.read) == AT_ONCE + 3


def test_only_the_path_shown_counts() -> None:
    whole = talk(("Ann", SAD), ("Bob", GLAD))
    # WHEN another beginning is shown, of which nothing follows
    other = type(whole)(whole.id, whole.title, messages=whole.messages, chosen={None: 1})
    assert moods_of(other).excerpt_messages == (1,)


def test_where_nothing_is_said_there_is_nothing_to_draw() -> None:
    for silent in (talk(), talk(("Ann", "  "), ""), talk("hm hm hm")):
        found = moods_of(silent)
        assert found.song.moods is None and found.meters == () and found.vector is None
        assert found.song.row.state is SongState.NO_WORDS and found.song.row.message


def test_a_language_the_tagger_does_not_know_gets_a_sentence() -> None:
    german = "Der Regen fällt auf den alten Hafen, und niemand will in dieser Stunde schlafen"
    found = moods_of(talk(german, ("Ann", "Die Lichter brennen noch bis zum frühen Morgen")))
    assert found.song.row.state is SongState.UNKNOWN_LANGUAGE
    assert found.song.row.message == "This talk is in German, which this tagger does not know."
    assert found.song.moods is None and found.vector is None
    # A tagger that knows any language reads it.
    anyone = FakeTagger(languages=frozenset())
    assert moods_of(talk(german), anyone).song.moods is not None


def test_what_draws_songs_can_draw_a_talk() -> None:
    # GIVEN a talk, and the map by which the window draws a song
    found = moods_of(talk(("Ann", SAD + "\n\nand so it goes"), GLAD, ("Bob", "well"), SAD + " so"))
    drawn = SongMap(found.song)
    # THEN it runs from beginning to end, a stretch for each message, at its lines
    stretches = drawn.stretches()
    assert [stretch.excerpt for stretch in stretches] == [0, 1, 2, 3]
    assert stretches[0].start == 0 and stretches[-1].end == 1 and not drawn.timed
    for stretch in stretches:
        line = drawn.line_at((stretch.start + stretch.end) / 2)
        assert found.messages[line] == found.excerpt_messages[stretch.excerpt]
    assert (drawn.score(0, "sadness") or 0) > 0.5


def test_the_vector_of_a_talk_is_of_length_1() -> None:
    found = moods_of(talk(("Ann", SAD), GLAD))
    assert found.vector is not None
    assert float(np.linalg.norm(found.vector)) == pytest.approx(1, abs=1e-5)
