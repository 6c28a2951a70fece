"""How long a person waits for the window: from a cold process to one that answers events.

    python -m tests.benchmarks.start_up [--runs 5]

Each run is a process of its own with an empty home. The clock starts before Python does and stops
when the shown window has answered an event that was posted after its first paint. Fails where the
median is too long, or where anything made for training was imported on the way.
"""

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
LIMIT_SECONDS = 0.7
HEAVY = ("torch", "transformers", "optimum", "onnx", "peft", "sklearn")
CHILD = "import sys; from tests.benchmarks.start_up import open_window; open_window(sys.argv[1])"


def main() -> int:
    """Prints every run and the median; 0 if it is within the limit."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--runs", type=int, default=5)
    runs = parser.parse_args().runs
    one_run()  # warms the disk
    waits = [one_run() for _ in range(runs)]
    median = statistics.median(waits)
    print("runs    " + "  ".join(f"{wait:.3f}" for wait in waits) + "  s")
    print(f"median  {median:.3f} s to a window that answers (limit {LIMIT_SECONDS} s)")
    return 0 if median <= LIMIT_SECONDS else 1


def one_run() -> float:
    """Seconds from starting a process to its window's first answer."""
    with tempfile.TemporaryDirectory() as home:
        environment = {**os.environ, "UNDERTONE_HOME": home, "PYTHONPATH": str(ROOT),
                       "QT_QPA_PLATFORM": os.environ.get("QT_QPA_PLATFORM", "offscreen")}
        start = time.monotonic()
        child = subprocess.run([sys.executable, "-c", CHILD, repr(start)], cwd=ROOT, check=True,
                               env=environment, capture_output=True, text=True)
    return float(child.stdout.split()[-1])


def open_window(start: str) -> None:
    """The child: opens the real window, waits for an answer, prints how long it all took."""
    from PySide6.QtCore import QTimer
    from PySide6.QtWidgets import QApplication

    from engine.paths import find_paths
    from gui.app import Program

    app = QApplication(["undertone"])
    program = Program(app, find_paths())
    waits: list[float] = []

    def answer() -> None:
        waits.append(time.monotonic() - float(start))
        heavy = [name for name in HEAVY if name in sys.modules]
        assert not heavy, f"imported at start: {heavy}"
        program.window.close()
        app.quit()

    # first_painted is itself told by the event loop, after the paint; one more turn answers it.
    program.window.first_painted.connect(lambda: QTimer.singleShot(0, answer))
    program.window.show()
    app.exec()
    program.close()
    print(waits[0])


if __name__ == "__main__":
    sys.exit(main())
