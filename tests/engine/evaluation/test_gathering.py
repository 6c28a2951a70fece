"""What an evaluation is measured on, from a file and from the person's own library."""

from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from engine.errors import EngineError
from engine.evaluation.gathering import gather
from engine.evaluation.job import EvaluationJob
from engine.events import Event
from engine.library.database import Database
from engine.paths import AppPaths
from engine.tagging.labels import Verdict
from engine.tagging.lyric_store import LyricStore
from tests.benchmarks.word_mill import milled_song
from tests.engine.evaluation.labelled_songs import write_labelled
from tests.fakes import lyric


@pytest.fixture
def job(tmp_path: Path, isolated_home: AppPaths) -> EvaluationJob:
    return EvaluationJob(home=isolated_home.home,
                         data=write_labelled(tmp_path / "data", 40), taggers=("x",))


def no_report(event: Event) -> None:
    pass


@pytest.mark.parametrize("split, songs", [("all", 40), ("valid", 8), ("train", 32)])
def test_a_part_is_measured_on_and_the_usual_is_learned_from_train(
        job: EvaluationJob, split: str, songs: int) -> None:
    material = gather(replace(job, split=split), no_report)
    assert (len(material.judged), len(material.learned)) == (songs, 32)
    assert material.name == "songs.jsonl.gz" and material.folds is None
    assert material.artists == (8 if split == "valid" else 11)


def test_annotators_counts_are_found_beside_the_data(job: EvaluationJob) -> None:
    material = gather(job, no_report)
    counts = {count for song in material.judged
              for count in song.given.get("gems9", {}).values()}
    assert counts == {1, 2}


def test_folds_are_made_where_they_are_asked_for(job: EvaluationJob) -> None:
    material = gather(replace(job, folds=4), no_report)
    assert material.folds is not None
    assert sorted(set(material.folds.tolist())) == [0, 1, 2, 3]


def test_an_empty_part_is_one_sentence(job: EvaluationJob, tmp_path: Path) -> None:
    few = write_labelled(tmp_path / "few", 3)
    with pytest.raises(EngineError, match=r"songs.jsonl.gz has no songs .* part “valid”"):
        gather(replace(job, data=few, split="valid"), no_report)


def test_songs_nobody_judged_are_told_which_label_sets_there_are(job: EvaluationJob) -> None:
    assert job.data is not None
    job.data.with_suffix("").write_text('{"id": 1, "lyrics": "a", "labels": {"zorn": "x"}}')
    with pytest.raises(EngineError, match=r"songs.jsonl has no songs to measure on\.$") as caught:
        gather(replace(job, data=job.data.with_suffix("")), no_report)
    assert "gems9, nju4, rasbt_binary" in caught.value.hint


def say_of_songs(paths: AppPaths, songs: int, moods: tuple[str, ...]) -> None:
    """A library whose songs the person has said something of."""
    with closing(Database.open(paths.library_file)) as database:
        store = LyricStore(database)
        for number in range(songs):
            words = milled_song(number).splitlines()
            song = store.record_song(f"/songs/{number}.txt", None, lyric(
                *words, artist=f"Artist {number}"), "en")
            for place, mood in enumerate(moods):
                rejected = (place + number) % 2
                store.set_label(song, mood, Verdict.REJECTED if rejected else Verdict.ACCEPTED)


def test_without_a_file_it_is_the_persons_own_words(job: EvaluationJob) -> None:
    say_of_songs(job.paths, 6, ("sadness", "happiness", "calmness", "tension"))
    material = gather(replace(job, data=None, folds=2), no_report)
    assert len(material.judged) == 6 and material.judged == material.learned
    assert material.name == "your own labels"
    assert material.judged[0].given == {
        "own": {"sadness": 1, "happiness": 0, "calmness": 1, "tension": 0}}
    assert material.folds is not None and len(set(material.folds.tolist())) == 2


def test_too_few_words_of_ones_own_say_how_to_give_more(job: EvaluationJob) -> None:
    with pytest.raises(EngineError, match="needs 20 of them") as caught:
        gather(replace(job, data=None), no_report)
    assert "say of its moods" in caught.value.hint
    assert not job.paths.library_file.exists()  # looking makes no library
