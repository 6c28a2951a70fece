"""How long the window keeps a person waiting while a chat model is trained and its curve moves.

    python -m tests.benchmarks.event_loop_training --model FOLDER [--seconds 60]

The training is a real one in a process of its own (see slow_down), followed by the real window as
any job: on the page of trainings, where the curve is drawn, with walks through the other rooms.
"""

import argparse
import os
import sys
import tempfile
import time
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication

from engine.jobs.job_folder import JobFolder
from engine.jobs.spec import JobSpec
from engine.paths import AppPaths, find_paths
from engine.training.learning_job import KIND, LearningJob, WhileUsed
from engine.training.rows.sources import OwnMoods
from gui.app import SWITCH_SECONDS, Program
from tests.benchmarks.event_loop import LIMIT_MS, Heartbeat, Witness, percentile
from tests.benchmarks.figures import needed, parser
from tests.benchmarks.slow_down import RECIPE, begin_training, wait_for

WALK_MS = 1000
ROOMS = ("tag", "settings", "library", "settings", "chat", "settings")


class Walk:
    """Goes from room to room, and back to the curve in between."""

    def __init__(self, program: Program) -> None:
        self._program = program
        self._turn = 0
        self.timer = QTimer(interval=WALK_MS)
        self.timer.timeout.connect(self.go)

    def go(self) -> None:
        room = ROOMS[self._turn % len(ROOMS)]
        self._turn += 1
        self._program.window.show_page(room)
        if room == "settings":
            self._program.settings_page.show_fine_tuning()


def run(options: argparse.Namespace, home: Path) -> bool:
    paths = AppPaths(home=home, resources=find_paths().resources)
    job = LearningJob(recipe=RECIPE, stages=((OwnMoods(),),), home=home,
                      models=paths.models)
    folder = JobFolder.create(paths.jobs, JobSpec.ask(KIND, job.as_arguments(), RECIPE.name))
    training = begin_training(options.model, home, WhileUsed.SLOW_DOWN, folder.path)
    try:
        wait_for(home / "begun", training)
        return watched(options, paths, folder)
    finally:
        training.kill()
        training.wait()


def watched(options: argparse.Namespace, paths: AppPaths, folder: JobFolder) -> bool:
    app = QApplication.instance() or QApplication(sys.argv[:1])
    assert isinstance(app, QApplication)
    sys.setswitchinterval(SWITCH_SECONDS)
    program = Program(app, paths)
    program.window.show()
    walk, heart = Walk(program), Heartbeat()
    for _ in ROOMS:  # pages are built when first shown: that is the start's affair
        walk.go()
        app.processEvents()

    def start() -> None:
        heart.last = time.perf_counter()
        heart.timer.start()
        walk.timer.start()

    followed: list[str] = []

    def end() -> None:
        followed.extend(view.id for view in program.jobs.running)  # quitting lets go of them
        app.quit()

    QTimer.singleShot(2000, start)
    QTimer.singleShot(2000 + 1000 * options.seconds, end)
    witness = Witness(heart)
    app.exec()
    heart.timer.stop()
    walk.timer.stop()
    witness.stop()
    program.close()
    return told(heart.delays, witness, folder, followed)


def told(delays: list[float], witness: Witness, folder: JobFolder, followed: list[str]) -> bool:
    late = percentile(delays, 0.999)
    steps = (folder.path.parent.parent / "begun").read_text("ascii")
    print(f"steps learned     {steps}, followed by the window: {folder.id in followed}")
    print(f"delay, median     {percentile(delays, 0.5):6.1f} ms")
    print(f"delay, 99 %       {percentile(delays, 0.99):6.1f} ms")
    print(f"delay, 99.9 %     {late:6.1f} ms   (under {LIMIT_MS:.0f})")
    print(f"delay, longest    {max(delays):6.1f} ms")
    for delay, what in sorted(witness.seen, reverse=True)[:8]:
        print(f"  {delay:6.1f} ms  {what}")
    return late < LIMIT_MS and folder.id in followed


def main() -> int:
    found = parser(__doc__ or "")
    found.add_argument("--seconds", type=int, default=60)
    options = found.parse_args()
    needed(options, "model")
    with tempfile.TemporaryDirectory() as place:
        return 0 if run(options, Path(place)) else 1


if __name__ == "__main__":
    sys.exit(main())
