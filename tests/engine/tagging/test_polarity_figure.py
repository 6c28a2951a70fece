"""The arithmetic behind the polarity figure, and its sentence where the data is not there."""

import gzip
import json
from pathlib import Path

import numpy as np
import pytest

from engine.errors import EngineError
from engine.paths import AppPaths
from engine.tagging.classify_prompt import POLARITY
from engine.tagging.opening import prompt_shelf
from tests.benchmarks.zero_shot_polarity import (
    FILE,
    LABELS,
    balanced_accuracy,
    best_threshold,
    clear_sentences,
)


def test_balanced_accuracy_counts_both_sides_alike() -> None:
    truth = np.array([True, False, False, False])
    assert balanced_accuracy(truth, np.array([False] * 4)) == 0.5
    assert balanced_accuracy(truth, truth) == 1.0
    assert balanced_accuracy(truth, np.array([True, True, False, False])) == pytest.approx(5 / 6)


def test_the_threshold_lies_between_what_it_parts() -> None:
    margins = np.concatenate([np.linspace(-3, -1, 60), np.linspace(1, 3, 40)])
    threshold = best_threshold(margins, margins > 0)
    assert -1 < threshold < 1.2
    assert balanced_accuracy(margins > 0, margins > threshold) > 0.98


def test_only_clear_sentences_of_the_split_count(tmp_path: Path) -> None:
    file = tmp_path / FILE
    file.parent.mkdir(parents=True)
    rows = [("glad", 3.5, "test"), ("sad", 2.5, "test"), ("so", 3.4, "test"), ("so", 2.6, "test"),
            ("glad", 5.0, "train")]
    file.write_bytes(gzip.compress("\n".join(
        json.dumps({"text": text, "V": v, "split": split}) for text, v, split in rows).encode()))
    texts, truth = clear_sentences(tmp_path, "test")
    assert texts == ["glad", "sad"] and truth.tolist() == [True, False]


def test_without_the_data_there_is_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(EngineError, match="is not there") as caught:
        clear_sentences(tmp_path, "test")
    assert caught.value.hint == "Name the folder that holds it."


def test_the_shipped_prompt_says_how_its_number_was_found(isolated_home: AppPaths) -> None:
    prompt = prompt_shelf(isolated_home).read(POLARITY)
    fitted = prompt.bias_for("SmolLM2-135M-Instruct", LABELS)
    assert fitted is not None and "train" in fitted.how
    assert len(prompt.rounds) == 3 and {len(shown) for shown in prompt.rounds} == {4}
    for shown in prompt.rounds:  # no label is favoured by coming up more often
        assert sum(example.label == "positive" for example in shown) == 2
