"""The lines that carry a mood are found by leaving them out, in one call of the tagger."""

import math
from pathlib import Path

import pytest

from engine.errors import EngineError
from engine.settings import CollationSettings
from engine.tagging.collation import collate, excerpt_moods
from engine.tagging.encoder_tagger import EncoderTagger
from engine.tagging.lyric import Lyric
from engine.tagging.reasons import Reason, explain
from engine.tagging.results import Excerpt, ExcerptScores
from engine.tagging.tagger import Tagger
from tests.fakes import FakeTagger, lyric

SONG = lyric("The kettle sings", "we dance in the sun", "a cup of tea", "a slice of bread", "",
             "The door is open", "the rain came in", "I cry and cry", "the floor is wet")


@pytest.fixture(scope="module")
def tiny(tiny_model: Path) -> EncoderTagger:
    return EncoderTagger.open(tiny_model, 64, threads=1)


class Counted:
    """A tagger that counts how often it is asked and keeps what it read."""

    def __init__(self, tagger: Tagger) -> None:
        self.id, self.moods = tagger.id, tagger.moods
        self.thresholds, self.languages = tagger.thresholds, tagger.languages
        self.experimental = tagger.experimental
        self.runs = 0
        self.read: list[str] = []
        self._tagger = tagger

    def cut(self, song: Lyric) -> tuple[Excerpt, ...]:
        return self._tagger.cut(song)

    def score(self, excerpts: list[Excerpt]) -> ExcerptScores:
        self.runs += 1
        self.read += [excerpt.text for excerpt in excerpts]
        return self._tagger.score(excerpts)


def strongest(reason: Reason) -> int:
    return max(reason.lines, key=lambda line: line.change).line


def song_score(tagger: Tagger, song: Lyric, mood: str, settings: CollationSettings) -> float:
    cut = tagger.cut(song)
    moods = collate(tagger.id, tagger.moods, tagger.thresholds,
                    excerpt_moods(cut, tagger.score(cut)), settings)
    return float(moods.scores[tagger.moods.index(mood)])


def test_the_line_with_the_sign_carries_the_mood() -> None:
    # GIVEN a tagger that hears happiness in "dance" and "sun"
    tagger = FakeTagger(lines=4)
    # WHEN it is asked why
    reason = explain(tagger, SONG, "happiness")
    # THEN the line with both counts most, the others next to nothing, after one single call
    assert strongest(reason) == 1
    changes = {line.line: line.change for line in reason.lines}
    assert changes[1] > 0.2
    assert max(abs(change) for number, change in changes.items() if number != 1) < 0.1
    assert tagger.runs == 1
    # AND every line of words was tried
    assert list(changes) == [0, 1, 2, 3, 5, 6, 7, 8]


def test_the_excerpts_that_voted_are_named_strongest_first() -> None:
    tagger = FakeTagger(lines=4)
    assert explain(tagger, SONG, "happiness").excerpts == (0,)
    assert explain(tagger, SONG, "sadness").excerpts == (1,)
    assert explain(tagger, SONG, "anger").excerpts == ()


def test_an_experimental_mood_has_its_votes_counted_from_its_own_threshold() -> None:
    tagger = FakeTagger(lines=4)
    tagger.thresholds = tuple(math.inf for _ in tagger.moods)
    tagger.experimental = dict.fromkeys(tagger.moods, 0.5)
    assert explain(tagger, SONG, "happiness").excerpts == (0,)


@pytest.mark.parametrize("settings", [CollationSettings(), CollationSettings(peak_share=0.7),
                                      CollationSettings(count_repeats=False)])
def test_scores_and_changes_are_those_of_the_song_as_it_is_shown(
        settings: CollationSettings) -> None:
    # GIVEN the song's score, and its score with line 1 left out by hand
    tagger = FakeTagger(lines=4)
    reason = explain(tagger, SONG, "happiness", settings)
    assert reason.score == pytest.approx(song_score(tagger, SONG, "happiness", settings))
    cut = tagger.cut(SONG)
    shorter = tagger.cut(lyric("The kettle sings", "a cup of tea", "a slice of bread"))
    scores = tagger.score([*shorter, cut[1]])
    left = collate(tagger.id, tagger.moods, tagger.thresholds, excerpt_moods(cut, scores),
                   settings)
    # THEN the change is their difference
    [change] = [line.change for line in reason.lines if line.line == 1]
    fallen = reason.score - float(left.scores[tagger.moods.index("happiness")])
    assert change == pytest.approx(fallen, abs=1e-6)


def test_an_unknown_mood_is_refused() -> None:
    with pytest.raises(EngineError, match='"hunger"') as caught:
        explain(FakeTagger(), SONG, "hunger")
    assert caught.value.hint


def test_a_lyric_of_one_line_or_none_has_nothing_to_leave_out() -> None:
    tagger = FakeTagger()
    assert explain(tagger, lyric("we dance"), "happiness").lines == ()
    assert explain(tagger, lyric("we dance"), "happiness").score > 0.5


def test_without_words_there_is_no_reason(tiny: EncoderTagger) -> None:
    assert explain(tiny, lyric("", ""), "sadness") == Reason("sadness", 0.0, (), ())


def test_a_real_graph_names_the_line_that_carries(tiny: EncoderTagger) -> None:
    # GIVEN a real encoder and a song with tears in one line
    song = lyric(*["river stone light bread letter", "paper silver thunder mirror button",
                   "ladder candle feather pocket sugar", "copper marble cotton rain road"],
                 "tears on the window tears", "table shadow bell rope cloud field",
                 "corner whistle sleeve hand heart mouth", "voice tooth shoulder mother brother",
                 "stranger neighbour sailor baker come leave")
    tagger = Counted(tiny)
    # WHEN it is asked why the song is sad
    reason = explain(tagger, song, "sadness")
    # THEN that line has by far the greatest change, found in one call
    assert strongest(reason) == 4
    changes = sorted((line.change for line in reason.lines), reverse=True)
    assert changes[0] > 5 * max(changes[1], 0.001)
    assert tagger.runs == 1


def test_a_repeated_line_is_left_out_of_every_place(tiny: EncoderTagger) -> None:
    song = lyric("tears again and again tonight", "", "river stone", "",
                 "tears again and again tonight", "", "paper light")
    reason = explain(tiny, song, "sadness")
    assert [line.line for line in reason.lines] == [0, 2, 6]
    assert strongest(reason) == 0


def test_lines_that_come_to_stand_together_are_not_taken_for_repeats(tiny: EncoderTagger) -> None:
    # GIVEN a short line on both sides of another
    song = lyric("tears river", "stone light bread", "tears river", "paper")
    tagger = Counted(tiny)
    explain(tagger, song, "sadness")
    # WHEN the line between is left out THEN both stay
    assert "tears river\ntears river\npaper" in tagger.read


def test_a_line_over_the_window_is_explained_piece_by_piece(tiny: EncoderTagger) -> None:
    # GIVEN a lyric without line breaks whose second sentence holds the tears
    text = ("river stone light bread letter road table shadow bell rope. "
            "tears and tears and tears in the cold window. "
            "paper silver thunder mirror button ladder candle feather pocket sugar. "
            "copper marble cotton rain cloud field corner whistle sleeve hand heart.")
    reason = explain(tiny, lyric(text), "sadness")
    best = max(reason.lines, key=lambda line: line.change)
    assert text[best.start:best.end].startswith("tears and tears")
    assert "".join(text[line.start:line.end] for line in reason.lines) == text
