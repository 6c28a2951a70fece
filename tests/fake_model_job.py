"""Jobs around models that do as they are told: `fake_model_job.py --job DIR`.

What a job does is in the name of its model, source or device: adding what is "slow" and trying what
is "idle" waits to be stopped, "offline" and "broken" fail, "crash" ends its process; all else
works. Measuring goes by the name of its data. Added models are folders with a manifest and one
small file.
"""

import os
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from threading import Event as Bell
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import msgspec

from engine.errors import EngineError
from engine.evaluation.job import REPORT_FILE
from engine.evaluation.report import write_report
from engine.events import Finished, Metric, Note, Progress, Report, Started
from engine.jobs import child
from engine.models.manifest import TEXT_GENERATION, ModelManifest, write_manifest
from tests.engine.evaluation.sample_report import sample_report

COMMAND = (sys.executable, str(Path(__file__).resolve()))
TOTAL = 93_000_000


def add(arguments: dict[str, object], output: Path, report: Report, resume: bool) -> Finished:
    wanted = str(arguments.get("model") or Path(str(arguments["source"])).stem).split("/")[-1]
    report(Started(TOTAL, "bytes"))
    report(Progress(TOTAL // 2 if resume else 0, TOTAL, "Fetching"))
    misbehave(wanted, report, waits="slow" in wanted and not resume)
    report(Note("Building the graph"))
    install(Path(str(arguments["models"])), wanted)
    return Finished(f"{wanted} is installed.", (wanted,))


def install(models: Path, name: str, **more: Any) -> None:
    """A chat model as a job leaves it; `more` are further fields of its manifest."""
    folder = models / name
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "model.onnx").write_bytes(name.encode())
    write_manifest(folder, ModelManifest(
        id=name, name=name, kind="decoder", task=TEXT_GENERATION, window=2048,
        about=f"About {name}.", licence="Apache-2.0", precision="8-bit", **more))


def attempt(arguments: dict[str, object], output: Path, report: Report, resume: bool) -> Finished:
    report(Note("Loading"))
    name = str(arguments.get("model") or arguments["device"])
    misbehave(name, report, waits="idle" in name)
    report(Metric(0, "load_seconds", 0.25))
    report(Metric(0, "tokens_per_second", 171.0))
    return Finished("Opens in 0.3 s, 171 tokens a second.", ("Gather tokens",))


def measure(arguments: dict[str, object], output: Path, report: Report, resume: bool) -> Finished:
    """Leaves a report of made-up figures where a measurement leaves its own."""
    data = Path(str(arguments["data"])).stem if arguments["data"] else "own labels"
    report(Started(TOTAL, "songs"))
    misbehave(data, report, waits="slow" in data and not resume)
    found = msgspec.structs.replace(sample_report(), made_at=time.time())
    write_report(found, output / REPORT_FILE)
    return Finished("Best is Moods.", (str(output / REPORT_FILE),))


def export(arguments: dict[str, object], output: Path, report: Report, resume: bool) -> Finished:
    """Writes a small file, by the name of which it waits or fails."""
    target = Path(str(arguments["target"]))
    misbehave(target.stem, report, waits="slow" in target.stem)
    target.write_bytes(b"a model")
    return Finished(f"{target.stem} is in {target.name}.", (str(target),))


def misbehave(name: str, report: Report, waits: bool) -> None:
    if "crash" in name:
        os._exit(139)
    if waits:
        for step in range(6_000):
            report(Progress(step * TOTAL // 6_000, TOTAL, "Fetching"))
            Bell().wait(0.01)
    if "offline" in name:
        raise EngineError("This computer has no connection to pypi.org.", "Connect it.")
    if "broken" in name:
        raise EngineError("The file ends too early.", "Get it again.")


KINDS: Mapping[str, child.Kind] = {"fetch-model": add, "import-model": add,
                                   "fetch-hub-model": add, "export-model": export,
                                   "try-model": attempt, "try-device": attempt,
                                   "evaluate": measure}

if __name__ == "__main__":
    sys.exit(child.run(Path(sys.argv[sys.argv.index("--job") + 1]), KINDS))
