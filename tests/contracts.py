"""What every implementation of a seam must keep, the fakes as well as the real ones.

A test class inherits a contract and provides the thing as a fixture.
"""

import numpy as np
import pytest

from engine.tagging.lyric import Lyric
from engine.tagging.tagger import Tagger
from tests.fakes import lyric

SONG = lyric(
    "The rain came down on the harbour wall", "and you were gone by the evening call",
    "I folded your letter and put it away", "there was nothing left for a heart to say", "",
    "Oh quiet sea, carry me slow", "to the other side of the world I know", "",
    "Morning has opened its yellow door", "we dance with the dust on the kitchen floor",
    "and nobody asks what the bright day is for", "",
    "Goodbye to the rooms and the rain and the wall", "goodbye to the one that I loved most of all")
OTHER = lyric("I will not bend and I will not break", "this fist is burning for goodness' sake")


class TaggerContract:
    """Inherit, and give a fixture `tagger` that yields the Tagger under test."""

    def test_describes_itself(self, tagger: Tagger) -> None:
        assert tagger.id
        assert len(set(tagger.moods)) == len(tagger.moods) > 0
        assert len(tagger.thresholds) == len(tagger.moods)
        assert all(threshold > 0 for threshold in tagger.thresholds)
        assert all(code == code.lower() and len(code) == 2 for code in tagger.languages)

    def test_cuts_all_the_words_in_order(self, tagger: Tagger) -> None:
        # WHEN a lyric without repeats is cut
        excerpts = tagger.cut(SONG)
        # THEN its words come out whole and in order, with lines that exist
        assert " ".join(e.text for e in excerpts).split() == SONG.words.split()
        spans = [(e.first_line, e.last_line) for e in excerpts]
        assert spans == sorted(spans)
        for excerpt in excerpts:
            assert 0 <= excerpt.first_line <= excerpt.last_line < len(SONG.lines)
            assert excerpt.weight > 0
            assert excerpt.token_ids.ndim == 1 and len(excerpt.token_ids) > 0
            assert {piece.line for piece in excerpt.pieces} <= set(
                range(excerpt.first_line, excerpt.last_line + 1))

    def test_cuts_nothing_from_nothing(self, tagger: Tagger) -> None:
        assert tagger.cut(Lyric(lines=())) == ()
        assert tagger.cut(lyric("", "")) == ()

    def test_scores_are_in_range_and_shape(self, tagger: Tagger) -> None:
        excerpts = [*tagger.cut(SONG), *tagger.cut(OTHER)]
        said = tagger.score(excerpts)
        assert said.moods.shape == (len(excerpts), len(tagger.moods))
        assert said.affect.shape == (len(excerpts), 2)
        assert said.vectors.shape[0] == len(excerpts) and said.vectors.ndim == 2
        assert said.moods.dtype == np.float32
        assert np.all((said.moods >= 0) & (said.moods <= 1))
        assert np.all(np.abs(said.affect) <= 1)
        assert np.isfinite(said.vectors).all()

    def test_company_does_not_change_a_score(self, tagger: Tagger) -> None:
        # GIVEN the scores of excerpts read together
        excerpts = [*tagger.cut(SONG), *tagger.cut(OTHER)]
        together = tagger.score(excerpts)
        # WHEN they are read in another order, and one alone
        backwards = tagger.score(excerpts[::-1])
        alone = tagger.score(excerpts[-1:])
        # THEN each keeps its own; a quantized model rounds by what else is in the batch
        assert backwards.moods[::-1] == pytest.approx(together.moods, abs=0.01)
        assert alone.moods[0] == pytest.approx(together.moods[-1], abs=0.15)

    def test_the_same_question_has_the_same_answer(self, tagger: Tagger) -> None:
        excerpts = tagger.cut(SONG)
        assert np.array_equal(tagger.score(excerpts).moods, tagger.score(excerpts).moods)

    def test_different_words_differ(self, tagger: Tagger) -> None:
        one, other = tagger.score(tagger.cut(SONG)), tagger.score(tagger.cut(OTHER))
        assert not np.allclose(one.moods[0], other.moods[0], atol=1e-4)
