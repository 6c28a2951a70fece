"""`classify --model ID` where ID is a classifier that was trained: its own labels, at once.

Knows the terminal's form of its answers; the scores are engine.tagging.text_classifier's.
"""

from collections.abc import Iterator
from itertools import islice
from textwrap import shorten

import msgspec
import numpy as np

from engine.errors import EngineError
from engine.inference.devices import usable_cores
from engine.models.manifest import TEXT_CLASSIFICATION
from engine.models.registry import ModelRegistry
from engine.paths import AppPaths
from engine.tagging.text_classifier import TextClassifier

_AT_ONCE = 64
_BAR, _SHOWN = 20, 200


def trained_classifier(paths: AppPaths, model_id: str) -> TextClassifier | None:
    """The trained classifier of this id; None where the id means another kind of model."""
    for entry in ModelRegistry(paths.shipped_models, paths.models).usable(TEXT_CLASSIFICATION):
        if entry.id == model_id:
            return TextClassifier.open(entry.folder, usable_cores())
    return None


def answer(classifier: TextClassifier, texts: Iterator[str], as_json: bool) -> int:
    """Prints what it says of each text, in order. EngineError where there is none."""
    answered = 0
    while part := list(islice(texts, _AT_ONCE)):
        scores = classifier.scores(part)
        chosen = classifier.chosen(scores)
        for text, row, given in zip(part, scores, chosen, strict=True):
            told = _json if as_json else _lines
            print(told(text, classifier, row, given), flush=True)
        answered += len(part)
    if not answered:
        raise EngineError("There is no text to classify.", "Write it behind the command.")
    return 0


def _json(text: str, classifier: TextClassifier, scores: np.ndarray, given: np.ndarray) -> str:
    labels = [label for label, is_given in zip(classifier.labels, given, strict=True) if is_given]
    return msgspec.json.encode({
        "text": text, "labels": labels,
        "scores": {label: round(float(score), 6)
                   for label, score in zip(classifier.labels, scores, strict=True)}}).decode()


def _lines(text: str, classifier: TextClassifier, scores: np.ndarray, given: np.ndarray) -> str:
    """The text, and a bar a label with a mark at those it is given."""
    width = max(map(len, classifier.labels))
    order: list[int] = np.argsort(-scores, kind="stable").tolist()
    return "\n".join([shorten(text, _SHOWN, placeholder=" …"), *(
        f"  {'*' if given[at] else ' '} {classifier.labels[at].ljust(width)}  "
        f"{'█' * round(_BAR * float(scores[at])):{_BAR}}  {scores[at]:.2f}" for at in order)])
