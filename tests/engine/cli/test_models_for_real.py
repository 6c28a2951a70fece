"""`models add` and `models check` with real child processes, from a file to a model that writes."""

from pathlib import Path

import pytest

from engine.cli.command import Context
from engine.cli.main import run
from engine.models.manifest import read_manifest
from engine.paths import AppPaths
from tests.tiny_hub import TinyShape, save_gguf


def test_from_a_gguf_to_a_model_that_writes(isolated_home: AppPaths, tmp_path: Path,
                                            capsys: pytest.CaptureFixture[str]) -> None:
    # GIVEN a file of the person's, in a folder with any letters
    place = tmp_path / "Bördel 歌 词"
    place.mkdir()
    file = save_gguf(place / "Tiny Chat.Q4_1.gguf", TinyShape(), kind="Q4_1")
    context = Context(isolated_home)
    # WHEN it is added
    assert run(["models", "add", str(file)], context) == 0
    # THEN its id is the answer, and it is installed
    told = capsys.readouterr()
    assert told.out == "Tiny-Chat.Q4_1\n" and "is ready" in told.err
    assert read_manifest(isolated_home.models / "Tiny-Chat.Q4_1").precision == "4-bit"
    # AND it proves itself
    assert run(["models", "check", "Tiny-Chat.Q4_1"], context) == 0
    assert "tokens a second" in capsys.readouterr().out


def test_a_damaged_file_is_one_sentence_and_leaves_nothing(
        isolated_home: AppPaths, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = save_gguf(tmp_path / "half.gguf", TinyShape(), kind="Q8_0")
    file.write_bytes(file.read_bytes()[:-5_000])
    assert run(["models", "add", str(file)], Context(isolated_home)) == 2
    told = capsys.readouterr()
    assert told.out == "" and "damaged or was not fetched whole" in told.err
    assert "Traceback" not in told.err
    assert list(isolated_home.models.iterdir()) == []
