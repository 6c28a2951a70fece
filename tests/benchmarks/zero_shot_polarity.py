"""Polarity without training: how often a chat model and a prompt file tell good from bad.

All sentences of EmoBank's test split that people placed clearly (valence below 2.6 or above 3.4
of 1 to 5), one at a time, with what the prompt file says; beside it the content-free calibration,
a batch of the unlabelled sentences, and a word list. The data is not part of the repository.

    python -m tests.benchmarks.zero_shot_polarity DATA [--model FOLDER] [--split test] [--fit]

DATA holds emotion_text/emobank.jsonl.gz. `--fit` finds the threshold on the train split instead.
"""

import argparse
import gzip
import json
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import numpy.typing as npt

from engine.errors import EngineError
from engine.inference.language_model import LanguageModel
from engine.inference.opening import find_text_model
from engine.paths import find_paths
from engine.settings import Settings
from engine.tagging.classify_prompt import POLARITY, ClassifyPrompt
from engine.tagging.lexicon import Lexicon
from engine.tagging.opening import prompt_shelf
from engine.tagging.zero_shot import ZeroShotClassifier, log_softmax

LABELS = ("positive", "negative")
LOW, HIGH = 2.6, 3.4
WANTED = 0.87
FILE = Path("emotion_text") / "emobank.jsonl.gz"

Bools = npt.NDArray[np.bool_]
Floats = npt.NDArray[np.float64]


def main() -> int:
    """Prints a line a way of deciding; 0 if the prompt file reaches what is wanted."""
    options = _options()
    try:
        texts, truth = clear_sentences(options.data, "train" if options.fit else options.split)
        folder = options.model or find_text_model(find_paths(), "", Settings()).folder
        model = LanguageModel.open(folder, options.threads)
    except EngineError as problem:
        print(f"{problem.message} {problem.hint}", file=sys.stderr)
        return 2
    prompt = prompt_shelf(find_paths()).read(options.prompt)
    raw = _raw_scores(ZeroShotClassifier(model, prompt), texts)
    if options.fit:
        return _print_fit(raw, truth, model.id)
    return _print_figures(model, prompt, texts, truth, raw)


def clear_sentences(data: Path, split: str) -> tuple[list[str], Bools]:
    """The sentences with a clear valence and whether it is positive. EngineError without data."""
    file = data / FILE
    if not file.is_file():
        raise EngineError(f"{file} is not there.", "Name the folder that holds it.")
    with gzip.open(file, "rt", encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines]
    kept = [row for row in rows if row["split"] == split and not LOW <= row["V"] <= HIGH]
    return [row["text"] for row in kept], np.array([row["V"] > HIGH for row in kept])


def balanced_accuracy(truth: Bools, said: Bools) -> float:
    """The mean of the shares of positives and of negatives that were told right."""
    return float((said[truth].mean() + (~said[~truth]).mean()) / 2)


def best_threshold(margins: Floats, truth: Bools) -> float:
    """Where the balanced accuracy is highest: the middle of the tenth of thresholds that do best,
    since the single best one is a matter of chance."""
    places = np.quantile(margins, np.linspace(0.05, 0.95, 181))
    reached = np.array([balanced_accuracy(truth, margins > place) for place in places])
    return float(np.mean(places[np.argsort(-reached, kind="stable")[: len(places) // 10]]))


def _raw_scores(classifier: ZeroShotClassifier, texts: list[str]) -> Floats:
    """(n, 2) log-probabilities of the labels, one text at a time."""
    return np.array([log_softmax(classifier.raw(text, LABELS)) for text in texts])


def _print_fit(raw: Floats, truth: Bools, model: str) -> int:
    margins = raw[:, 0] - raw[:, 1]
    threshold = best_threshold(margins, truth)
    reached = balanced_accuracy(truth, margins > threshold)
    print(f'model = "{model}"')
    print(f"bias = {{ positive = {threshold:.2f}, negative = 0.0 }}")
    print(f"on these {len(truth)} sentences: balanced accuracy {reached:.1%}")
    return 0


def _print_figures(model: LanguageModel, prompt: ClassifyPrompt, texts: list[str], truth: Bools,
                   raw: Floats) -> int:
    in_force = ZeroShotClassifier(model, prompt).calibration(LABELS)
    content_free = ZeroShotClassifier(model, replace(prompt, fitted=())).calibration(LABELS)
    lexicon = Lexicon()
    listed = np.array([lexicon.view(text, LABELS).compound > 0 for text in texts])
    print(f"{len(texts)} sentences, {int(truth.sum())} of them positive; {model.name}, "
          f"prompt “{prompt.name}”; balanced accuracy")
    reached = 0.0
    for name, bias in ((f"as the prompt file says ({in_force.kind})", in_force.bias),
                       ("content-free calibration", content_free.bias),
                       ("a batch of the sentences, unlabelled", raw.mean(axis=0)),
                       ("nothing taken off", np.zeros(2))):
        right = balanced_accuracy(truth, (raw - bias)[:, 0] > (raw - bias)[:, 1])
        reached = reached or right
        print(f"  {name:40} {right:6.1%}")
    print(f"  {'a word list (VADER)':40} {balanced_accuracy(truth, listed):6.1%}")
    print(f"wanted: at least {WANTED:.0%} as the prompt file says")
    return 0 if reached >= WANTED else 1


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("data", type=Path, help="the folder with emotion_text/")
    parser.add_argument("--model", type=Path, help="a chat model's folder; else the installed one")
    parser.add_argument("--prompt", default=POLARITY)
    parser.add_argument("--split", default="test", choices=("train", "valid", "test"))
    parser.add_argument("--fit", action="store_true", help="find the threshold on train")
    parser.add_argument("--threads", type=int, default=0)
    return parser.parse_args()


if __name__ == "__main__":
    raise SystemExit(main())
