"""Teaches the small learner in a folder until it ends or is killed: `killed_loop.py FOLDER`."""

import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[4]))

import torch

from engine.events import Event, Metric, encode
from engine.training.loop.step_loop import StepLoop
from engine.training.recipe import LoopOptions
from tests.engine.training.loop.small_learner import SmallLearner

STEPS = 120
SLOWLY = 0.004  # seconds a step, so that a kill finds a step and not the end
OPTIONS = LoopOptions(epochs=12, rate=0.02, warmup=0.1, validate_every=10, patience=0,
                      precision="fp32", averaging=0.9)


def main(folder: Path) -> None:
    torch.set_num_threads(1)
    with (folder / "events.jsonl").open("ab") as file:
        def report(event: Event) -> None:
            if isinstance(event, Metric) and event.split in ("train", "valid"):
                file.write(encode(event))
                file.flush()
                time.sleep(SLOWLY)
        StepLoop(SmallLearner(), OPTIONS, folder, report).run(resume=True)
    (folder / "ended").touch()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
