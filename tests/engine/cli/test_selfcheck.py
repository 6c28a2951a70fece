"""The check that a chat model answers: with one, without one, with one that is broken."""

from dataclasses import replace
from pathlib import Path

import pytest

from engine.cli.main import main
from engine.paths import AppPaths, find_paths
from tests.tiny_decoder import write_tiny_chat_model


@pytest.fixture
def paths(tmp_path: Path) -> AppPaths:
    return replace(find_paths(), home=tmp_path / "home")


def reply_line(paths: AppPaths, capsys: pytest.CaptureFixture[str]) -> str:
    main(["selfcheck"], paths)
    return next(line for line in capsys.readouterr().out.splitlines() if " reply: " in line)


def test_without_a_chat_model_there_is_nothing_to_check(
        paths: AppPaths, capsys: pytest.CaptureFixture[str]) -> None:
    assert reply_line(paths, capsys).startswith("passed  reply: no chat model")


def test_a_chat_model_says_something(paths: AppPaths, capsys: pytest.CaptureFixture[str]) -> None:
    write_tiny_chat_model(paths.models / "tiny")
    assert reply_line(paths, capsys).startswith("passed  reply: Tiny writer says: ")


def test_a_broken_chat_model_fails_the_check(
        paths: AppPaths, capsys: pytest.CaptureFixture[str]) -> None:
    # GIVEN a model whose graph is cut off
    folder = write_tiny_chat_model(paths.models / "tiny")
    graph = folder / "model.onnx"
    graph.write_bytes(graph.read_bytes()[:500])
    # THEN the check fails with a sentence, and the others still ran
    assert main(["selfcheck"], paths) == 2
    out = capsys.readouterr().out
    assert "FAILED  reply: " in out and "passed  tagging" in out
