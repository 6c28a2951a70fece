"""What main.py decides, and that it imports nothing heavy to decide it."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from engine.paths import AppPaths, program_folder
from main import main

MAIN = program_folder() / "main.py"


def run_program(*arguments: str, home: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, str(MAIN), *arguments], capture_output=True, encoding="utf-8",
        timeout=120, check=False,
        env=os.environ | {"UNDERTONE_HOME": str(home), "QT_QPA_PLATFORM": "offscreen"})


@pytest.fixture
def without_screen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "linux")
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
        monkeypatch.delenv(name, raising=False)


def test_deciding_imports_nothing_heavy() -> None:
    code = ("import sys, main; heavy = {'PySide6', 'onnxruntime', 'numpy', 'engine.cli', 'gui'}"
            " & set(sys.modules); sys.exit(','.join(heavy) or 0)")
    done = subprocess.run([sys.executable, "-c", code], cwd=MAIN.parent, capture_output=True,
                          text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


def test_without_a_screen_the_samples_are_tagged_in_the_terminal(
        without_screen: None, isolated_home: AppPaths,
        capsys: pytest.CaptureFixture[str]) -> None:
    assert main([]) == 0
    told = capsys.readouterr()
    assert told.err.startswith("There is no screen here")
    assert len(told.out.splitlines()) >= 24
    # AND the person's library is not filled with songs of ours
    assert not isolated_home.library_file.exists()


def test_paths_alone_are_tagged(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "song.txt"
    file.write_text("The rain came down on the harbour wall\nand I cry goodbye to you all\n")
    assert main([str(file), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["path"] == str(file)


def test_a_command_is_a_command_even_beside_a_folder_of_its_name(
        tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
        capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "models").mkdir()
    assert main(["models", "list"]) == 0
    assert "moods-minilm" in capsys.readouterr().out


def test_what_is_neither_is_a_known_error(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["sing"]) == 2
    assert "sing" in capsys.readouterr().err


def test_an_empty_name_is_a_known_error_and_not_this_folder(
        isolated_home: AppPaths, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([""]) == 2
    assert not capsys.readouterr().out and not isolated_home.library_file.exists()


def test_pictures_need_one_folder(capsys: pytest.CaptureFixture[str]) -> None:
    for rest in ([], ["--help"], ["here", "there"]):
        assert main(["screenshots", *rest]) == 2
        assert "screenshots DIR" in capsys.readouterr().err
    assert main(["--help"]) == 0
    assert "screenshots DIR" in capsys.readouterr().out


def test_a_stop_before_the_command_has_begun_is_exit_3(
        monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    # GIVEN Ctrl+C while the modules of the commands are still being read
    class Interrupted:
        def find_spec(self, name: str, path: object = None, target: object = None) -> None:
            if name == "engine.cli.main":
                raise KeyboardInterrupt

    monkeypatch.delitem(sys.modules, "engine.cli.main", raising=False)
    monkeypatch.setattr(sys, "meta_path", [Interrupted(), *sys.meta_path])
    assert main(["models", "list"]) == 3
    assert capsys.readouterr().err == "Stopped.\n"


def test_a_job_that_is_not_there_is_a_known_error(tmp_path: Path,
                                                  capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--job", str(tmp_path / "none")]) == 2
    assert capsys.readouterr().err


def test_a_program_without_a_console_works_silently(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdout", None)
    monkeypatch.setattr(sys, "stderr", None)
    assert main(["models", "list"]) == 0
    sys.stdout.close()
    sys.stderr.close()


def test_names_of_any_letters_pass_a_narrow_console(tmp_path: Path) -> None:
    file = tmp_path / "Ночь 🌙.txt"
    file.write_text("The rain came down on the harbour wall\nand I cry goodbye to you all\n")
    done = subprocess.run(
        [sys.executable, str(MAIN), "tag", "--no-store", str(file)], capture_output=True,
        env=os.environ | {"PYTHONIOENCODING": "ascii", "UNDERTONE_HOME": str(tmp_path / "home")},
        timeout=120, check=False)
    assert done.returncode == 0
    assert "Ночь 🌙".encode() in done.stdout


def test_the_program_proves_itself(tmp_path: Path) -> None:
    done = run_program("selfcheck", "--json", home=tmp_path / "home")
    checks = {told["check"]: told["passed"] for told in map(json.loads, done.stdout.splitlines())}
    assert checks == dict.fromkeys(
        ["system", "shipped models", "session", "vocabulary", "library", "tagging", "reply",
         "window"],
        True), done.stdout + done.stderr
    assert done.returncode == 0
    # AND it leaves nothing in the person's folder
    assert not (tmp_path / "home").exists()


def test_the_version_is_said_without_loading_the_window(isolated_home: AppPaths) -> None:
    code = ("import sys; from main import main; code = main(['--version']);"
            "heavy = {'PySide6', 'onnxruntime', 'numpy', 'engine.cli'} & set(sys.modules);"
            "sys.exit(','.join(heavy) or code)")
    done = subprocess.run([sys.executable, "-c", code], cwd=MAIN.parent, capture_output=True,
                          text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    name, version = done.stdout.split()
    assert name == "Undertone" and version[0].isdigit()
    assert not isolated_home.home.exists()
