"""The command that measures prompt formats scores what was said, and nothing that gives it away."""

import gzip
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from engine.errors import EngineError
from tests.benchmarks.prompt_perplexity import asked, dialogues, formats, measure
from tests.fakes import FakeTextModel

TALK: dict[str, Any] = {
    "id": "1", "source": "own", "split": "valid", "keywords": ["secret"], "situation": "A pier.",
    "persona": {"user1": ["I bake.", "I sing."], "user2": []},
    "facts": {"user2": [{"text": "Bread rises. It takes an hour."}]},
    "turns": [{"speaker": ("user1", "user2")[n % 2], "text": f"Line {n}."} for n in range(9)]}


def test_the_turns_are_evenly_spread_and_know_their_speaker() -> None:
    found = list(asked(TALK, 3))
    assert [said for _, said in found] == ["Line 2.", "Line 5.", "Line 8."]
    assert [script.speaker for script, _ in found] == ["Alex", "Sam", "Alex"]
    assert [script.facts for script, _ in found] == [(), ("Bread rises.",), ()]
    assert found[0][0].cast[0].description == "I bake.\nI sing."
    assert [len(script.turns) for script, _ in found] == [2, 5, 8]


def test_each_format_is_scored_on_the_same_words() -> None:
    # GIVEN a model that holds every reply for equally likely by the token
    model = FakeTextModel(log_chance=lambda prompt, text: -2.0 * len(text.encode()))
    # WHEN the formats are measured
    figures = list(measure(model, formats(None), [TALK], 2))
    # THEN each has its perplexity, over the same turns
    assert [figure.name.rpartition(" ")[2] for figure in figures] == [
        "chat_template", "movie", "role_play", "soda"]
    for figure in figures:
        assert figure.values["perplexity"] == pytest.approx(np.exp(2.0))
        assert figure.values["turns"] == 2
    # AND no prompt holds what is to be said, or the words drawn from it
    assert all("Line 8." not in prompt and "secret" not in prompt for prompt in model.prompts)
    assert sum("Line 7." in prompt for prompt in model.prompts) == len(figures)


def test_talks_are_taken_from_every_source(tmp_path: Path) -> None:
    (tmp_path / "dialogues").mkdir()
    for name in ("a", "b"):
        rows = [{**TALK, "source": name, "split": split} for split in ("train", "valid", "valid")]
        with gzip.open(tmp_path / "dialogues" / f"{name}.jsonl.gz", "wt") as file:
            file.write("\n".join(map(json.dumps, rows)))
    assert [talk["source"] for talk in dialogues(tmp_path, 1, "valid")] == ["a", "b"]
    with pytest.raises(EngineError, match="no dialogues"):
        list(dialogues(tmp_path / "none", 1, "valid"))
