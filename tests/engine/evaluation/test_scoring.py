"""Scores for judging are those a person would see: the same as `tag --all-scores`."""

import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from engine.cli.command import Context
from engine.cli.main import run as run_line
from engine.errors import EngineError
from engine.evaluation.judged_song import JudgedSong
from engine.evaluation.scoring import MOST_EXCERPTS, score_songs
from engine.events import Event, Note, Progress
from engine.paths import AppPaths
from engine.settings import CollationSettings
from engine.tagging.encoder_tagger import EncoderTagger
from engine.tagging.results import Excerpt, ExcerptScores
from engine.tagging.tagger import Tagger
from tests.benchmarks.word_mill import milled_song
from tests.engine.evaluation.songs_to_judge import judged
from tests.fakes import FakeTagger

RAIN = "The rain came down on the harbour wall\nand I cry goodbye to you all\n"
SUN = "The sun is a bright brass band\nso dance with the dust in your hand\n"
SONGS = [judged("rain", lyrics=RAIN), judged("sun", lyrics=SUN),
         judged("both", lyrics="\n".join([RAIN, SUN] * 3)),
         *(judged(f"mill {n}", lyrics="\n".join(milled_song(n))) for n in range(6))]


def tagged(paths: AppPaths, capsys: pytest.CaptureFixture[str], tagger: Tagger, folder: Path,
           songs: list[JudgedSong]) -> dict[str, dict]:
    """What the command line says of the same songs, by id."""
    file = folder / "songs.jsonl"
    file.write_text("\n".join(json.dumps({"id": song.id, "lyrics": song.lyrics})
                              for song in songs), "utf-8")
    context = Context(paths, open_tagger=lambda paths, wanted, settings: tagger)
    assert run_line(["tag", "--from-jsonl", str(file), "--json", "--all-scores", "--no-store"],
                    context) == 0
    return {told["id"]: told for told in map(json.loads, capsys.readouterr().out.splitlines())}


@pytest.mark.parametrize("real", [False, True])
def test_scores_are_those_of_tagging(isolated_home: AppPaths, tmp_path: Path, tiny_model: Path,
                                     capsys: pytest.CaptureFixture[str], real: bool) -> None:
    tagger: Tagger = EncoderTagger.open(tiny_model, threads=1) if real else FakeTagger()
    table = score_songs(tagger, SONGS)
    told = tagged(isolated_home, capsys, tagger, tmp_path, SONGS)
    assert table.ids == tuple(song.id for song in SONGS)
    for row, song in enumerate(table.ids):
        said = [told[song]["scores"][mood] for mood in table.moods]
        assert table.scores[row] == pytest.approx(said, abs=2e-5), song
        place = (told[song]["valence"], told[song]["arousal"])
        assert table.affect is not None
        if told[song]["status"] == "tagged":
            assert table.affect[row] == pytest.approx(place, abs=2e-5), song


def test_a_table_says_whose_it_is() -> None:
    tagger = FakeTagger("fake@2")
    table = score_songs(tagger, SONGS, name="The fake")
    assert (table.tagger, table.name, table.moods) == ("fake@2", "The fake", tagger.moods)
    assert table.thresholds == tagger.thresholds and table.fold is None
    assert table.seconds > 0
    assert table.scores.dtype == np.float32


def test_collation_is_that_of_the_settings() -> None:
    mean = score_songs(FakeTagger(), SONGS)
    peak = score_songs(FakeTagger(), SONGS, CollationSettings(peak_share=1.0))
    assert (peak.scores >= mean.scores - 1e-6).all() and (peak.scores > mean.scores + 0.01).any()


def test_songs_that_cannot_be_read_are_left_out_and_counted() -> None:
    told: list[Event] = []
    songs = [judged("empty", lyrics=" \n "), SONGS[0], judged("la", lyrics="la la la\n"),
             judged("huge", lyrics="x\n" * 50_000), SONGS[1]]
    table = score_songs(FakeTagger(), songs, report=told.append)
    assert table.ids == ("rain", "sun")
    assert isinstance(told[-1], Note) and "3 songs could not be read" in told[-1].message


def test_a_song_the_tagger_fails_on_hides_no_other() -> None:
    table = score_songs(FakeTagger(refuses="harbour"), SONGS)
    assert table.ids == tuple(song.id for song in SONGS if song.id not in ("rain", "both"))
    whole = score_songs(FakeTagger(), SONGS).rows(table.ids)
    np.testing.assert_allclose(table.scores, whole.scores, atol=1e-6)


def test_scores_that_are_no_numbers_are_not_judged() -> None:
    class Broken(FakeTagger):
        """Overflows on songs that hold a word."""

        def score(self, excerpts: Sequence[Excerpt]) -> ExcerptScores:
            said = super().score(excerpts)
            said.moods[["harbour" in excerpt.text for excerpt in excerpts], 1] = np.nan
            return said

    assert score_songs(Broken(), SONGS).ids == tuple(
        song.id for song in SONGS if song.id not in ("rain", "both"))
    with pytest.raises(EngineError, match="no numbers"):
        score_songs(Broken(), SONGS[:1])


def test_where_none_can_be_scored_the_reason_is_said() -> None:
    with pytest.raises(EngineError, match="more than the tagger can take"):
        score_songs(FakeTagger(refuses="harbour"), SONGS[:1])
    with pytest.raises(EngineError, match="None of these songs has words"):
        score_songs(FakeTagger(), [judged("a", lyrics="")])
    with pytest.raises(EngineError, match="None of these songs"):
        score_songs(FakeTagger(), [])


def test_progress_counts_every_song_and_can_stop_the_work() -> None:
    songs = [judged(str(n), lyrics=RAIN * 20) for n in range(30)]
    told: list[Event] = []
    tagger = FakeTagger()
    score_songs(tagger, songs, report=told.append)
    counts = [event.done for event in told if isinstance(event, Progress)]
    assert counts == sorted(counts) and counts[-1] == 30 and len(counts) > 2
    assert len(counts) <= tagger.runs <= 2 * len(counts)

    def stop(event: Event) -> None:
        raise InterruptedError

    again = FakeTagger()
    with pytest.raises(InterruptedError):
        score_songs(again, songs, report=stop)
    assert again.runs < tagger.runs


def test_no_request_is_larger_than_in_tagging() -> None:
    sizes: list[int] = []

    class Counting(FakeTagger):
        def score(self, excerpts):
            sizes.append(len(excerpts))
            return super().score(excerpts)

    long = [judged("long", lyrics="\n".join(f"line {n} of the rain" for n in range(900)))]
    score_songs(Counting(), [*SONGS, *long])
    assert max(sizes) == MOST_EXCERPTS and sum(sizes) > 225
