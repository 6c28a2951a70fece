"""Trying a model says whether it opens, how fast it writes, and what is wrong where it does not."""

import shutil
from pathlib import Path
from typing import Any

import pytest

from engine.errors import EngineError
from engine.events import Event, Metric, Note, Sample
from engine.export import model_trial
from engine.export.decoder_folder import build_folder
from engine.export.decoder_import import folder_source
from engine.export.model_trial import TOKENS, try_model
from engine.inference.language_model import LanguageModel
from tests.fakes import FakeTextModel
from tests.tiny_hub import TinyShape, save_folder


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One small chat model, "tiny", that never stops by itself. Only to be read."""
    place = tmp_path_factory.mktemp("models")
    source = save_folder(place / "source" / "tiny", TinyShape())
    build_folder(folder_source(source, 8), place, lambda event: None)
    return place


def tried(folder: Path, **more: Any) -> tuple[list[Event], str]:
    """What was reported, and the summary."""
    events: list[Event] = []
    ending = try_model({"folder": str(folder), **more}, folder, events.append, False)
    return events, ending.summary


def test_a_model_that_writes_is_timed(models: Path) -> None:
    events, summary = tried(models / "tiny", model="tiny", models=str(models), stamp="x")
    metrics = {event.name: event.value for event in events if isinstance(event, Metric)}
    assert metrics.keys() == {"load_seconds", "memory_bytes", "tokens_per_second"}
    # So small a model may find its memory held already.
    assert all(value > 0 or name == "memory_bytes" for name, value in metrics.items())
    assert [event for event in events if isinstance(event, Sample)]
    assert "tokens a second on CPU" in summary


def test_its_files_are_compared_where_that_is_asked(models: Path, tmp_path: Path) -> None:
    events, _ = tried(models / "tiny", check=True)
    assert any(isinstance(event, Note) and "files" in event.message for event in events)
    changed = Path(shutil.copytree(models / "tiny", tmp_path / "tiny"))
    (changed / "tokenizer_config.json").write_text("{}")
    with pytest.raises(EngineError, match="not the file that was installed"):
        tried(changed, check=True)


def test_a_graph_that_is_cut_is_a_sentence(models: Path, tmp_path: Path) -> None:
    cut = Path(shutil.copytree(models / "tiny", tmp_path / "tiny"))
    graph = (cut / "model.onnx").read_bytes()
    (cut / "model.onnx").write_bytes(graph[:len(graph) // 2])
    with pytest.raises(EngineError, match="cannot be opened") as caught:
        tried(cut)
    assert caught.value.hint


def test_a_model_that_does_not_write_is_opened(tiny_model: Path) -> None:
    events, summary = tried(tiny_model, check=True)
    assert "opens in" in summary and "tokens" not in summary
    assert [event.name for event in events if isinstance(event, Metric)] == [
        "load_seconds", "memory_bytes"]


def test_a_model_that_says_nothing(models: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(LanguageModel, "open", lambda *given: FakeTextModel(""))
    with pytest.raises(EngineError, match="says nothing"):
        tried(models / "tiny")


def test_it_says_no_more_than_is_needed(models: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    talker = FakeTextModel("long " * 100)
    monkeypatch.setattr(LanguageModel, "open", lambda *given: talker)
    _, summary = tried(models / "tiny")
    assert talker.tokens == TOKENS and "writes" in summary


def test_a_folder_that_is_no_model(tmp_path: Path) -> None:
    with pytest.raises(EngineError, match=r"holds no model\.json"):
        tried(tmp_path)
    with pytest.raises(EngineError, match="cannot be read"):
        model_trial.try_model({"folder": 3}, tmp_path, lambda event: None, False)
