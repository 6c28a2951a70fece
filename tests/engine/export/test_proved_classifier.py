"""What a classifier's config says of its labels, and when a smaller form of it will do."""

import json
from pathlib import Path

import numpy as np
import pytest

from engine.errors import EngineError
from engine.export.architectures import OPTIMUM, Plan
from engine.export.proved_classifier import FIRST, LARGEST, MEAN, ProvedClassifier
from engine.inference.tokenizer import Tokenizer
from tests.tiny_decoder import tiny_bpe

PLAN = Plan(OPTIMUM, "encoder", "text-classification", "bert")


class Says:
    """A reference that answers every text with the same logits."""

    def __init__(self, *logits: float, vocabulary: int = 1000) -> None:
        self.logits = np.array(logits, np.float32)
        self.vocabulary, self.window, self.parameters = vocabulary, 20, 7
        self.lengths: list[int] = []

    def classes(self, ids: np.ndarray) -> np.ndarray:
        self.lengths.append(len(ids))
        return self.logits


def asked(folder: Path, reference: Says, **config: object) -> ProvedClassifier:
    (folder / "config.json").write_text(json.dumps(config), "utf-8")
    tokenizer = Tokenizer(tiny_bpe("<s>", "</s>"))
    return ProvedClassifier.asked(folder, PLAN, tokenizer, reference)  # type: ignore[arg-type]


@pytest.mark.parametrize("problem, exclusive", [
    ("single_label_classification", True), ("multi_label_classification", False), (None, True)])
def test_labels_exclude_each_other_unless_said_otherwise(
    tmp_path: Path, problem: str | None, exclusive: bool
) -> None:
    proved = asked(tmp_path, Says(1, 2), problem_type=problem)
    assert proved.manifest().exclusive_labels is exclusive


@pytest.mark.parametrize("named, labels", [
    ({"0": "joy", "1": "grief", "2": "rage"}, ["joy", "grief", "rage"]),
    ({"1": "grief", "0": "joy"}, ["joy", "grief", "LABEL_2"]),
    ({"0": "", "1": None, "2": 5}, ["LABEL_0", "LABEL_1", "5"]),
    ({"0": "x", "1": "y", "2": "x"}, ["x 0", "y", "x 2"]),
    (None, ["LABEL_0", "LABEL_1", "LABEL_2"]),
    (["joy"], ["LABEL_0", "LABEL_1", "LABEL_2"]),
])
def test_every_logit_has_a_label_of_its_own(
    tmp_path: Path, named: object, labels: list[str]
) -> None:
    proved = asked(tmp_path, Says(1, 2, 3), id2label=named)
    assert [label.id for label in proved.manifest().labels] == labels


def test_texts_are_cut_to_the_window(tmp_path: Path) -> None:
    reference = Says(1, 2)
    asked(tmp_path, reference)
    assert set(reference.lengths) == {20}


@pytest.mark.parametrize("reference, config, said", [
    (Says(1), {}, "not labels"),
    (Says(1, 2), {"problem_type": "regression"}, "not labels"),
    (Says(1, float("nan")), {}, "damaged"),
    (Says(1, float("inf")), {}, "damaged"),
    (Says(1, 2, vocabulary=50), {}, "belongs to another"),
])
def test_what_gives_no_labels_is_refused(
    tmp_path: Path, reference: Says, config: dict[str, object], said: str
) -> None:
    with pytest.raises(EngineError, match=said):
        asked(tmp_path, reference, **config)


@pytest.mark.parametrize("mean, largest, first, kept", [
    (0.0, 0.0, 1.0, True), (0.01, 0.1, 0.9, True), (0.011, 0.02, 1.0, False),
    (0.001, 0.2, 1.0, False), (0.001, 0.02, 0.8, False), (float("nan"), 0.0, 1.0, False)])
def test_a_smaller_form_must_change_little(
    tmp_path: Path, mean: float, largest: float, first: float, kept: bool
) -> None:
    proved = asked(tmp_path, Says(1, 2))
    assert proved.is_as_good({MEAN: mean, LARGEST: largest, FIRST: first}) is kept
