"""What commands open is opened on a device that proved itself, and the rest is said."""

from pathlib import Path

import pytest

from engine.cli.command import Context, open_model, open_tagger
from engine.cli.main import run
from engine.paths import AppPaths
from engine.settings import Settings, save_settings
from tests.tiny_decoder import write_tiny_chat_model


@pytest.fixture
def model(isolated_home: AppPaths) -> Path:
    return write_tiny_chat_model(isolated_home.models / "tiny")


def test_a_device_that_is_not_here_is_passed_over_aloud(
        isolated_home: AppPaths, model: Path, capsys: pytest.CaptureFixture[str]) -> None:
    opened = open_model(isolated_home, "tiny", Settings(device="directml"))
    assert opened.device == "CPU"
    told = capsys.readouterr()
    assert 'offers no device "directml"' in told.err and told.out == ""


def test_the_processor_needs_no_word(isolated_home: AppPaths, model: Path,
                                     capsys: pytest.CaptureFixture[str]) -> None:
    assert open_model(isolated_home, "tiny", Settings()).device == "CPU"
    assert capsys.readouterr().err == ""
    assert not isolated_home.trials.exists()


def test_tagging_goes_on_without_the_device_too(isolated_home: AppPaths,
                                               capsys: pytest.CaptureFixture[str]) -> None:
    tagger = open_tagger(isolated_home, "", Settings(device="cuda:7"))
    assert tagger.moods
    assert "cuda:7" in capsys.readouterr().err


def test_a_reply_is_made_all_the_same(isolated_home: AppPaths, model: Path,
                                      capsys: pytest.CaptureFixture[str]) -> None:
    save_settings(isolated_home.settings_file, Settings(device="coreml:3"))
    assert run(["chat", "--no-store", "--max-tokens", "2", "--seed", "1", "Hello"],
               Context(isolated_home)) == 0
    assert "The processor is used instead." in capsys.readouterr().err
