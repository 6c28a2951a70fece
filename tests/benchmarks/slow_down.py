"""The speed of a reply while a chat model is being trained, beside the same reply alone.

    python -m tests.benchmarks.slow_down --model FOLDER [--while-used slow-down] [--rounds 5]

The training is a real one in a process of its own (the whole model, on tokens drawn at random,
which cost as much as any), with the manners of a job. Alone and beside take turns: for "alone" the
process is stopped by the system. Between two replies a person reads for a second.
"""

import argparse
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from engine.inference.benchmark import Figure, median
from engine.inference.devices import CPU
from engine.inference.in_use import InUse
from engine.inference.language_model import LanguageModel, TextRequest
from engine.inference.sampling import SamplingSettings
from engine.jobs.job_folder import JobFolder
from engine.models.template_manners import Message
from engine.paths import AppPaths
from engine.training.examples.example import Example
from engine.training.learning_job import Manners, WhileUsed
from engine.training.recipe import LoopOptions, Method, Recipe
from engine.training.rows.row import RowPlace
from tests.benchmarks.figures import as_text, needed, parser

REPLY, REACH, READING_SECONDS = 128, 0.6, 1.0
STEP_TOKENS, TEXT_TOKENS = 1024, 128
RECIPE = Recipe(name="Slow down", model_id="slow", method=Method.DIALOGUE,
                loop=LoopOptions(epochs=1000, rate=1e-6, batch_tokens=STEP_TOKENS))
ASKED = "Tell me a long story about a lighthouse, a storm and a letter."


def main() -> int:
    found = parser(__doc__ or "")
    found.add_argument("--while-used", type=WhileUsed, default=WhileUsed.SLOW_DOWN)
    found.add_argument("--home", type=Path, help="used by the process that trains")
    found.add_argument("--job", type=Path, help="likewise: the job's folder it tells to")
    options = found.parse_args()
    needed(options, "model")
    if options.home is not None:
        train(options.model, options.home, options.while_used, options.job)
        return 0
    missed = False
    for figure in measure(options):
        missed |= figure.met is False
        print(as_text(figure), flush=True)
    return int(missed)


def measure(options: argparse.Namespace) -> Iterator[Figure]:
    model = LanguageModel.open(options.model, options.threads, CPU)
    with tempfile.TemporaryDirectory() as place:
        mark = InUse(AppPaths(Path(place), Path(place)).in_use_mark)
        training = begin_training(options.model, Path(place), options.while_used)
        try:
            wait_for(Path(place) / "begun", training)
            yield _measured(model, mark, training, Path(place), options)
        finally:
            training.send_signal(signal.SIGCONT)
            training.kill()
            training.wait()


def _measured(model: LanguageModel, mark: InUse, training: "subprocess.Popen[bytes]",
              place: Path, options: argparse.Namespace) -> Figure:
    alone: list[float] = []
    beside: list[float] = []
    training.send_signal(signal.SIGSTOP)
    speed(model, mark)  # warm
    for _ in range(options.rounds):
        alone.append(speed(model, mark))
        training.send_signal(signal.SIGCONT)
        time.sleep(READING_SECONDS)
        beside.append(speed(model, mark))
        training.send_signal(signal.SIGSTOP)
    share = median([one / other for one, other in zip(beside, alone, strict=True)])
    steps = (place / "begun").read_text("ascii")
    return Figure(
        "slow down", f"a reply while a model is trained ({options.while_used}), against alone",
        f"{share:.0%} of the speed ({median(beside):.0f} of {median(alone):.0f} tokens a second; "
        f"{steps} steps were learned meanwhile)", f"at least {REACH:.0%}", share >= REACH,
        {"share": share, "alone": median(alone), "beside": median(beside)})


def speed(model: LanguageModel, mark: InUse) -> float:
    """Tokens a second of one reply, its prompt read anew."""
    prompt = model.render([Message("user", f"{time.time()} {ASKED}")])
    request = TextRequest(max_tokens=REPLY, sampling=SamplingSettings(temperature=0))
    began = time.perf_counter()
    with mark.held():
        count = sum(piece.token is not None for piece in model.stream(prompt, request))
    return count / (time.perf_counter() - began)


def begin_training(model: Path, home: Path, while_used: WhileUsed, job: Path | None = None
                   ) -> "subprocess.Popen[bytes]":
    """A process that trains until it is killed."""
    own = [] if job is None else ["--job", str(job)]
    return subprocess.Popen(
        [sys.executable, "-m", "tests.benchmarks.slow_down", "--model", str(model),
         "--home", str(home), "--while-used", while_used, *own])


def wait_for(file: Path, training: "subprocess.Popen[bytes]") -> None:
    while not file.exists():
        if training.poll() is not None:
            sys.exit("The training could not begin.")
        time.sleep(0.1)


def train(folder: Path, home: Path, while_used: WhileUsed, job: Path | None) -> None:
    """Trains the model until it is killed; `begun` in `home` counts its steps. It steps back as a
    job does, but after its first step, so that a busy machine measures too."""
    from engine.events import Event, Metric, Pulse
    from engine.export.learned_decoder import trainable
    from engine.export.weights_from_graph import read_installed
    from engine.training.loop.step_loop import StepLoop
    from engine.training.runs.courtesy import open_courtesy
    from engine.training.runs.stepping_back import step_back
    from engine.training.tasks.causal.learner import CausalLearner

    told = JobFolder(job) if job is not None else None
    if told is not None:
        told.lock.take()

    def report(event: Event) -> None:
        if told is not None and not isinstance(event, Pulse):
            told.append(event)
        if isinstance(event, Metric) and event.split == "train":
            if event.step == 1 and while_used is not WhileUsed.GO_ON:
                os.nice(10)
                step_back()
            (home / "begun").write_text(str(event.step), "ascii")

    weights = trainable(read_installed(folder))
    learner = CausalLearner(weights, RECIPE, _examples(weights.shape.vocabulary), ())
    courtesy = open_courtesy(Manners(while_used=while_used, on_battery=True),
                             AppPaths(home, home))
    StepLoop(learner, RECIPE.loop, home, report, courtesy).run()


def _examples(vocabulary: int) -> list[Example]:
    chance, learned = np.random.default_rng(7), np.arange(TEXT_TOKENS) > 0
    return [Example(chance.integers(0, vocabulary, TEXT_TOKENS), learned, RowPlace("chance"))
            for _ in range(256)]


if __name__ == "__main__":
    sys.exit(main())
