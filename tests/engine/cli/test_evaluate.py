"""`evaluate` on the command line: a real job in a process of its own, with a tiny model."""

import json
import shutil
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from engine.cli import evaluate, job_watch
from engine.cli.command import Context
from engine.cli.main import run as run_line
from engine.evaluation.report import read_report
from engine.events import Event, Note
from engine.jobs.job_folder import JobFolder, JobState, list_jobs
from engine.jobs.process import JobProcess
from engine.library.database import Database
from engine.models.manifest import read_manifest, write_manifest
from engine.paths import AppPaths
from engine.tagging.labels import Verdict
from engine.tagging.lyric_store import LyricStore
from tests.engine.evaluation.labelled_songs import write_labelled
from tests.engine.jobs.conftest import end_for_good
from tests.fakes import lyric


class Line:
    """The program on the command line, in this test's home."""

    def __init__(self, paths: AppPaths, capsys: pytest.CaptureFixture[str]) -> None:
        self.paths = paths
        self.out = self.err = ""
        self._capsys = capsys

    def __call__(self, *arguments: str | Path) -> int:
        code = run_line([str(argument) for argument in arguments], Context(self.paths))
        self.out, self.err = self._capsys.readouterr()
        return code

    def job(self) -> JobFolder:
        found, = list_jobs(self.paths.jobs)
        return found


@pytest.fixture
def line(isolated_home: AppPaths, tiny_model: Path,
         capsys: pytest.CaptureFixture[str]) -> Iterator[Line]:
    shutil.copytree(tiny_model, isolated_home.models / "tiny")
    line = Line(isolated_home, capsys)
    yield line
    for folder in list_jobs(isolated_home.jobs):
        end_for_good(JobProcess(folder))


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return write_labelled(tmp_path / "data", 60)


def test_a_tagger_is_measured_and_told_in_a_table(line: Line, data: Path,
                                                  tmp_path: Path) -> None:
    # WHEN an installed tagger is measured
    code = line("evaluate", "--data", data, "--tagger", "tiny", "--rounds", "20", "--tags",
                "--out", tmp_path / "out")
    # THEN every label set is a table on stdout, with its tags
    assert code == 0, line.err
    assert "Happy or sad: " in line.out and "Accuracy" in line.out and "Chance" in line.out
    assert "Nine emotions, by people on the lyrics, where two agree" in line.out
    assert any(row.split()[0] == "sadness" for row in line.out.splitlines() if row.strip())
    # AND progress and the place of the report are told on stderr
    assert "Measuring Tiny" in line.err
    assert line.err.splitlines()[-1] == f"The report: {tmp_path / 'out' / 'report.html'}"
    # AND everything lies where it was wanted, and with the job
    names = {file.suffix for file in (tmp_path / "out").iterdir()}
    assert names == {".html", ".json", ".npz"}
    report = read_report(tmp_path / "out" / "report.json")
    assert report == read_report(line.job().output / "report.json")
    assert [tagger.name for tagger in report.taggers] == ["Tiny", "Chance", "Always the usual"]
    # AND its "tears" and "sun" are heard: better than chance
    block = report.taggers[0].block("rasbt_binary")
    assert block is not None and block.figures["accuracy"].value > 0.5
    assert (data.parent / "songs.jsonl.gz").is_file()


def test_two_taggers_are_compared_and_told_as_json(line: Line, data: Path) -> None:
    # GIVEN a second model, the same under another name
    twin = line.paths.models / "twin"
    shutil.copytree(line.paths.models / "tiny", twin)
    manifest = read_manifest(twin)
    write_manifest(twin, type(manifest)(**{
        name: getattr(manifest, name) for name in manifest.__struct_fields__
    } | {"id": "twin", "name": "Twin"}))
    # WHEN both are measured in folds
    code = line("evaluate", "--data", data, "--tagger", "tiny", "--tagger", "twin", "--folds", "3",
                "--rounds", "20", "--split", "train", "--json")
    # THEN stdout is one JSON object, the report itself
    assert code == 0, line.err
    told = json.loads(line.out)
    assert [each["name"] for each in told["taggers"]][:2] == ["Tiny", "Twin"]
    assert (told["data"]["split"], told["data"]["folds"]) == ("train", 3)
    assert told == json.loads((line.job().output / "report.json").read_text("utf-8"))
    # AND two that say the same do not differ
    for block in told["comparisons"][0]["blocks"]:
        assert block["difference"]["value"] == 0 and block["p_holm"] == 1
    # AND each fold has figures of its own
    assert len(told["taggers"][0]["blocks"][0]["by_fold"]["macro_auc"]) == 3


def test_ones_own_labels_are_measured_on(line: Line) -> None:
    # GIVEN a library with words of the person on 12 songs
    with closing(Database.open(line.paths.library_file)) as database:
        store = LyricStore(database)
        for number in range(12):
            sign = "tears" if number % 2 else "sun"
            song = store.record_song(f"/{number}.txt", None, lyric(
                f"the {sign} of the harbour number {number}", f"and {sign} again",
                artist=f"A {number}"), "en")
            for mood, right in (("sadness", "tears"), ("happiness", "sun")):
                said = Verdict.ACCEPTED if sign == right else Verdict.REJECTED
                store.set_label(song, mood, said)
    # WHEN the tagger is measured on them
    assert line("evaluate", "--own-labels", "--tagger", "tiny", "--rounds", "20") == 0, line.err
    # THEN they are a label set of their own
    assert "Your own labels: 12 songs" in line.out
    assert line.job().spec().title == "Measuring on your own labels"


@pytest.mark.parametrize("arguments, sentence", [
    ([], "required"),
    (["--data", "nowhere.jsonl"], "There is no file"),
    (["--data", "DATA", "--split", "test"], "invalid choice"),
    (["--data", "DATA", "--own-labels"], "not allowed with"),
    (["--data", "DATA", "--folds", "1"], "at least 2 folds"),
    (["--data", "DATA", "--labels", "nowhere.json"], "There is no file"),
    (["--data", "DATA", "--learning-curve"], "learning curve"),
    (["--data", "DATA", "--recipe", "nowhere.toml"], "nowhere.toml cannot be read"),
    (["--data", "DATA", "--out", "DATA"], "cannot be made"),
])
def test_what_cannot_be_measured_starts_no_job(line: Line, data: Path, arguments: list[str],
                                               sentence: str) -> None:
    wanted = [str(data) if argument == "DATA" else argument for argument in arguments]
    assert line("evaluate", *wanted) == 2
    assert sentence in line.err and not line.out
    assert list(list_jobs(line.paths.jobs)) == []


def test_a_folder_nothing_can_be_written_to_is_found_out_at_once(
        line: Line, data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "out" / "report.html").mkdir(parents=True)
    assert line("evaluate", "--data", data, "--out", tmp_path / "out") == 2
    assert "report.html is a folder" in line.err

    def locked(dir: Path) -> None:  # noqa: A002 - named as in tempfile
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(evaluate, "TemporaryFile", locked)
    assert line("evaluate", "--data", data, "--out", tmp_path / "other") == 2
    assert "Nothing can be written to" in line.err and "Permission denied" in line.err
    assert list(list_jobs(line.paths.jobs)) == []


def test_a_report_that_cannot_be_copied_is_not_lost(
        line: Line, data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(source: Path, target: Path) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(shutil, "copyfile", full)
    assert line("evaluate", "--data", data, "--tagger", "tiny", "--rounds", "5",
                "--out", tmp_path / "out") == 2
    assert f"It lies in {line.job().output}" in line.err and "No space left" in line.err
    assert read_report(line.job().output / "report.json").complete


@pytest.mark.parametrize("content, sentence", [
    (b'{"id": "a", "lyrics": "words", "labels": {"nju4": "sadness"}}\n{broken\n', "line 2"),
    (b"\n", "has no songs to measure on")])
def test_songs_that_cannot_be_used_are_a_known_error(line: Line, data: Path, content: bytes,
                                                     sentence: str) -> None:
    file = data.with_name("wrong.jsonl")
    file.write_bytes(content)
    assert line("evaluate", "--data", file, "--tagger", "tiny") == 2
    assert sentence in line.err and "Traceback" not in line.err


def test_a_tagger_that_is_not_there_is_a_known_error(line: Line, data: Path) -> None:
    assert line("evaluate", "--data", data, "--tagger", "gone", "--rounds", "5") == 2
    assert 'There is no model "gone"' in line.err and not line.out


def test_ctrl_c_keeps_what_was_measured(line: Line, data: Path, tmp_path: Path,
                                        monkeypatch: pytest.MonkeyPatch) -> None:
    # GIVEN somebody who presses Ctrl+C once the first tagger has been measured
    real = job_watch.follow

    def interrupted(process: JobProcess, offset: int = 0) -> Iterator[Event]:
        for event in real(process, offset):
            yield event
            if isinstance(event, Note) and "gone was left out" in event.message:
                raise KeyboardInterrupt

    monkeypatch.setattr(job_watch, "follow", interrupted)
    # WHEN another one is still to be scored
    code = line("evaluate", "--data", data, "--tagger", "tiny", "--tagger", "gone",
                "--tagger", "moods-minilm", "--rounds", "200", "--out", tmp_path / "out")
    # THEN it is exit 3, unless the job was quicker than the finger
    state = line.job().state()
    assert (code, state) in ((3, JobState.STOPPED), (0, JobState.FINISHED))
    # AND what was found until then is told and lies where it was wanted
    report = read_report(tmp_path / "out" / "report.json")
    assert report.taggers[0].name == "Tiny"
    assert report.complete == (state is JobState.FINISHED)
    assert "Tiny" in line.out and "The report: " in line.err
