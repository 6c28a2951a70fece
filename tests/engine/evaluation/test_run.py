"""One evaluation from songs to report: what is measured, kept, compared and survived."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import pytest

from engine.errors import Cancelled, EngineError
from engine.evaluation.candidates import LearnedShare
from engine.evaluation.folds import IntArray
from engine.evaluation.job import EvaluationJob
from engine.evaluation.judged_song import JudgedSong
from engine.evaluation.label_sets import LabelSpace
from engine.evaluation.report import EvaluationReport, read_report
from engine.evaluation.run import EvaluationRun, Material, fold_songs
from engine.evaluation.score_table import ScoreTable
from engine.evaluation.scoring import score_songs
from engine.events import Event, Note, Report
from tests.engine.evaluation.labelled_songs import SPACES, labelled_row
from tests.fakes import MOODS, FakeTagger

SONGS = 60


class FakeCandidate:
    """A fake tagger's scores, drawn towards chance by `noise`; `fails` makes it refuse."""

    def __init__(self, key: str, noise: float = 0.0, fails: str = "", tagger: str = "",
                 moods: tuple[str, ...] = MOODS) -> None:
        self.key = key
        self.note = f"{key} was made up."
        self.runs = 0
        self._noise = noise
        self._fails = fails
        self._tagger = FakeTagger(tagger or key, moods)

    def scores(self, songs: Sequence[JudgedSong], folds: IntArray | None,
               report: Report) -> ScoreTable:
        self.runs += 1
        if self._fails:
            raise EngineError(self._fails, "Do something else.")
        return self._noisy(songs, folds, report, self._noise)

    def learning(self, songs: Sequence[JudgedSong], folds: IntArray | None,
                 report: Report) -> Iterator[LearnedShare]:
        for share in (0.5, 1.0):
            table = self._noisy(songs, folds, report, self._noise + 1 - share)
            yield LearnedShare(share, round(share * len(songs)), table)

    def _noisy(self, songs: Sequence[JudgedSong], folds: IntArray | None, report: Report,
               noise: float) -> ScoreTable:
        table = score_songs(self._tagger, songs, report=report, name=f"Called {self.key}")
        chance = np.random.default_rng(3).random(table.scores.shape)
        mixed = (1 - noise) * table.scores + noise * chance
        return ScoreTable(table.tagger, table.name, table.ids, table.moods,
                          mixed.astype(np.float32), table.affect, table.thresholds, folds, 2.0)


@pytest.fixture
def material() -> Material:
    return material_of(SONGS)


def material_of(count: int, folds: int = 0) -> Material:
    sets = {name: tuple(space["tags"]) for name, space in SPACES.items() if "tags" in space}
    space = LabelSpace(sets, MOODS, {"glad": "happiness"},
                       {name: "weak" if name.startswith("moody") else
                        "multi" if name == "gems9" else "single" for name in sets})
    songs = tuple(judged(number) for number in range(count))
    return Material("songs.jsonl", space, songs, songs, fold_songs(songs, folds))


def judged(number: int) -> JudgedSong:
    row = labelled_row(number)
    labels: dict[str, object] = dict(row["labels"])  # type: ignore[call-overload]
    given = {name: dict.fromkeys(said if isinstance(said, list) else [
        "happiness" if said == "glad" else str(said)], 1) for name, said in labels.items()}
    return JudgedSong(str(row["id"]), str(row["artist"]), str(row["title"]), str(row["split"]),
                      str(row["lyrics"]), given, (row["valence"], row["arousal"]))  # type: ignore[arg-type]


def new_run(material: Material, output: Path, report: Report = lambda event: None,
            learning_curve: bool = False, folds: int = 0) -> EvaluationRun:
    output.mkdir(exist_ok=True)
    job = EvaluationJob(home=output, data=output / "songs.jsonl",
                        taggers=("x",), learning_curve=learning_curve, folds=folds, rounds=20)
    return EvaluationRun(job, material, output, report)


def test_everything_measured_stands_in_the_report(material: Material, tmp_path: Path) -> None:
    # GIVEN a tagger that hears the words and one that hardly does
    good, poor = FakeCandidate("good"), FakeCandidate("poor", noise=0.9)
    # WHEN both are measured
    found = new_run(material, tmp_path / "out").run([good, poor])
    # THEN they stand in the order they were named, chance and the usual after them
    assert [(each.tagger, each.baseline) for each in found.taggers] == [
        ("good", False), ("poor", False), ("baseline:random", True), ("baseline:majority", True)]
    # AND the figures tell them apart
    told = [each.block("nju4").figures["accuracy"].value  # type: ignore[union-attr]
            for each in found.taggers]
    assert told[0] > 0.8 > told[1] and told[1] < 0.6
    # AND so does the comparison, over every label set both know
    comparison, = found.comparisons
    assert (comparison.one, comparison.other) == ("good", "poor")
    assert {block.block for block in comparison.blocks} >= {"gems9", "nju4", "rasbt_binary"}
    assert all(block.difference.value > 0 for block in comparison.blocks)
    # AND what was measured on is said
    assert (found.data.songs, found.data.artists, found.data.left_out) == (SONGS, 11, 0)
    assert found.taggers[0].note == "good was made up."
    assert found.complete


def test_what_is_told_lies_on_disk_as_json_and_as_a_page(material: Material,
                                                         tmp_path: Path) -> None:
    found = new_run(material, tmp_path / "out").run([FakeCandidate("good")])
    assert read_report(tmp_path / "out" / "report.json") == found
    assert "Called good" in (tmp_path / "out" / "report.html").read_text("utf-8")
    kept, = (tmp_path / "out").glob("scores-*.npz")
    assert ScoreTable.read(kept).ids == tuple(song.id for song in material.judged)
    assert {file.suffix for file in (tmp_path / "out").iterdir()} == {".json", ".html", ".npz"}


def test_one_that_cannot_be_used_hides_no_other(material: Material, tmp_path: Path) -> None:
    told: list[Event] = []
    found = new_run(material, tmp_path / "out", told.append).run(
        [FakeCandidate("broken", fails="It is broken."), FakeCandidate("good")])
    assert [each.tagger for each in found.taggers if not each.baseline] == ["good"]
    assert any(isinstance(event, Note) and event.message == "broken was left out: It is broken."
               for event in told)
    # AND whoever reads the report later knows as well
    assert found.unusable == ("broken was left out: It is broken.",)


def test_guessing_is_among_the_tags_that_any_tagger_knows(material: Material,
                                                          tmp_path: Path) -> None:
    narrow = FakeCandidate("narrow", moods=("happiness", "sadness"))
    for candidates, known in (([narrow], 2), ([narrow, FakeCandidate("good")], 4)):
        found = new_run(material, tmp_path / str(known)).run(candidates)
        for each in found.taggers:
            block = each.block("nju4")
            assert block is not None
            assert block.tags_known == (2 if each.tagger == "narrow" else known)


def test_if_none_can_be_used_the_first_says_why(material: Material, tmp_path: Path) -> None:
    with pytest.raises(EngineError, match="First"):
        new_run(material, tmp_path / "out").run(
            [FakeCandidate("a", fails="First."), FakeCandidate("b", fails="Second.")])


def test_the_same_tagger_asked_for_twice_counts_once(material: Material, tmp_path: Path) -> None:
    found = new_run(material, tmp_path / "out").run(
        [FakeCandidate("", tagger="good"), FakeCandidate("good")])
    assert [each.tagger for each in found.taggers if not each.baseline] == ["good"]
    assert found.comparisons == ()


def test_a_stop_keeps_what_was_found_and_a_second_run_goes_on(material: Material,
                                                             tmp_path: Path) -> None:
    # GIVEN a run that is stopped as it begins to measure its second tagger
    first, second = FakeCandidate("first"), FakeCandidate("second")

    def stopping(event: Event) -> None:
        if isinstance(event, Note) and event.message == "Measuring Called second":
            raise Cancelled

    with pytest.raises(Cancelled):
        new_run(material, tmp_path / "out", stopping).run([first, second])
    # THEN what the first was found to be is there, and said to be unfinished
    kept = read_report(tmp_path / "out" / "report.json")
    assert [each.tagger for each in kept.taggers if not each.baseline] == ["first"]
    assert not kept.complete
    assert "stopped before its end" in (tmp_path / "out" / "report.html").read_text("utf-8")
    # AND the next run scores neither of them again
    found = new_run(material, tmp_path / "out").run([first, second])
    assert (first.runs, second.runs) == (1, 1)
    assert len(found.comparisons) == 1 and found.complete


@pytest.mark.parametrize("other", [material_of(SONGS - 20), material_of(SONGS + 20),
                                   material_of(SONGS, folds=3)], ids=["fewer", "more", "folds"])
def test_scores_of_other_songs_are_not_taken_for_these(other: Material, tmp_path: Path) -> None:
    candidate = FakeCandidate("good")
    new_run(material_of(SONGS), tmp_path / "out").run([candidate])
    found = new_run(other, tmp_path / "out").run([candidate])
    assert candidate.runs == 2 and found.taggers[0].songs == len(other.judged)


def test_broken_scores_are_taken_anew(material: Material, tmp_path: Path) -> None:
    candidate = FakeCandidate("good")
    new_run(material, tmp_path / "out").run([candidate])
    kept, = (tmp_path / "out").glob("scores-*.npz")
    kept.write_bytes(kept.read_bytes()[:100])
    assert new_run(material, tmp_path / "out").run([candidate]).complete
    assert candidate.runs == 2


def test_folds_are_told_one_by_one(tmp_path: Path) -> None:
    material = material_of(SONGS, folds=3)
    found = new_run(material, tmp_path / "out", folds=3).run([FakeCandidate("good")])
    block = found.taggers[0].block("gems9")
    assert block is not None and len(block.by_fold["macro_auc"]) == 3
    assert found.data.folds == 3


def test_no_artist_stands_in_two_folds() -> None:
    material = material_of(SONGS, folds=4)
    assert material.folds is not None
    of_artist: dict[str, set[int]] = {}
    for song, fold in zip(material.judged, material.folds.tolist(), strict=True):
        of_artist.setdefault(song.artist, set()).add(fold)
    assert all(len(folds) == 1 for folds in of_artist.values())
    assert fold_songs(material.judged, 0) is None
    with pytest.raises(EngineError, match="artists"):
        fold_songs(material.judged[:3], 5)


def test_a_learning_curve_grows_with_what_was_learned(material: Material, tmp_path: Path) -> None:
    found = new_run(material, tmp_path / "out", learning_curve=True).run(
        [FakeCandidate("good", noise=0.3)])
    curve = next(each for each in found.curves if each.block == "nju4")
    assert [point.songs for point in curve.points] == [SONGS // 2, SONGS]
    assert curve.points[0].figure.value < curve.points[1].figure.value
    assert (curve.figure, curve.name) == ("accuracy", "Called good")
    assert "What more songs bring" in (tmp_path / "out" / "report.html").read_text("utf-8")


def test_a_tagger_that_knows_no_tag_of_the_data_is_told_so(material: Material,
                                                          tmp_path: Path) -> None:
    found: EvaluationReport = new_run(material, tmp_path / "out").run(
        [FakeCandidate("other", moods=("unheard",))])
    assert found.taggers[0].blocks == () and found.taggers[0].songs == SONGS
    assert "Called other" in (tmp_path / "out" / "report.html").read_text("utf-8")
