"""The report on a problem tells what helps, and nothing of the person."""

import logging
from pathlib import Path

import pytest

from engine.jobs.job_folder import JobFolder
from engine.jobs.problem_report import problem_report, without_home
from engine.jobs.spec import JobSpec
from engine.paths import AppPaths
from engine.program_log import FILE, close_log, log, newest_lines, open_log, without_words


@pytest.fixture(autouse=True)
def no_log_left_open() -> object:
    yield
    close_log()


def test_it_tells_versions_machine_models_jobs_and_the_log(isolated_home: AppPaths) -> None:
    open_log(isolated_home.logs)
    log().info("window opened")
    (isolated_home.models / "broken one").mkdir(parents=True)
    JobFolder.create(isolated_home.jobs, JobSpec.ask(
        "import-model", {"source": "/home/ann/secret/song.gguf"}, "Adding my secret song"))
    report = problem_report(isolated_home, "1.2.3", isolated_home.home.parent)
    for word in ("Undertone 1.2.3", "onnxruntime", "moods-minilm", "broken one: ", "cores",
                 "import-model", "waiting", "window opened", "Settings: tagger"):
        assert word in report, word
    # AND no place and no name of the person's is in it
    assert "secret" not in report and str(isolated_home.home.parent) not in report
    assert "Data lie where UNDERTONE_HOME says" in report


def test_it_can_be_made_where_nothing_is_yet(tmp_path: Path, isolated_home: AppPaths) -> None:
    assert "Log" in problem_report(isolated_home, "", tmp_path / "elsewhere")


@pytest.mark.parametrize("home, text, expected", [
    ("/home/ann", "in /home/ann/x and /HOME/Ann", "in ~/x and ~"), ("/", "a/b", "a/b"),
    ("/home/ann", "in /home/annabel/x", "in /home/annabel/x")])
def test_homes_are_told_as_tildes(home: str, text: str, expected: str) -> None:
    assert without_home(text, Path(home)) == expected


def test_the_log_turns_over_and_survives_what_cannot_be_written(tmp_path: Path) -> None:
    open_log(tmp_path / "logs")
    for number in range(6_000):
        log().info("line %d \udcff %s", number, "x" * 200)
    assert newest_lines(tmp_path / "logs", 1)[0].endswith("x" * 200)
    files = sorted(file.name for file in (tmp_path / "logs").iterdir())
    assert files == [FILE, f"{FILE}.1", f"{FILE}.2"]
    assert sum(file.stat().st_size for file in (tmp_path / "logs").iterdir()) < 1_600_000
    close_log()
    (tmp_path / "a file").write_text("")
    open_log(tmp_path / "a file")  # no folder can be made there
    log().info("goes nowhere")
    assert newest_lines(tmp_path / "a file") == []


def test_without_a_file_lines_go_nowhere(capsys: pytest.CaptureFixture[str]) -> None:
    close_log()
    log().error("nobody hears this")
    assert capsys.readouterr() == ("", "")
    assert logging.getLogger("undertone").handlers


def test_an_exception_is_told_without_its_words() -> None:
    names = ["/media/Ann/My secret song.txt"]

    def opening() -> None:
        raise PermissionError(13, "no", names[0])

    try:
        try:
            opening()
        except PermissionError as inner:
            raise ValueError("".join(names)) from inner
    except ValueError as problem:
        told = without_words(problem)
    assert "ValueError" in told and "PermissionError" in told and "in opening" in told
    assert "My secret song" not in told


def test_a_part_that_cannot_be_read_leaves_the_others(
        isolated_home: AppPaths, monkeypatch: pytest.MonkeyPatch) -> None:
    def unreadable(jobs: Path) -> list[JobFolder]:
        raise PermissionError(13, "no", str(jobs))

    monkeypatch.setattr("engine.jobs.problem_report.list_jobs", unreadable)
    report = problem_report(isolated_home, "1.2.3")
    assert "could not be read: PermissionError" in report and "\nLog" in report
