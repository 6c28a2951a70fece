"""A job that misbehaves on request, run as a real child process: `fake_job.py --job DIR`.

Its kind "fake" reads {"behaviour": ...} from the spec. Whatever waits here gives up by itself
after a minute, so that a failed test leaves nothing behind.
"""

import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from threading import Event as Bell

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from engine.errors import EngineError
from engine.events import Finished, Metric, Note, Progress, Report, Started
from engine.jobs import child
from engine.jobs.job_folder import JobFolder

COMMAND = (sys.executable, str(Path(__file__).resolve()))
STEPS = 20
Behaviour = Callable[[Path, Report], None]


def wait_forever() -> None:
    Bell().wait(60)


def complete(output: Path, report: Report) -> None:
    print("a line of print")
    os.write(2, b"a line from below Python\n")


def work_until_asked(output: Path, report: Report) -> None:
    for step in range(6_000):
        report(Progress(step))
        Bell().wait(0.01)


def report_nothing(output: Path, report: Report) -> None:
    wait_forever()


def ignore_everything(output: Path, report: Report) -> None:
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    report(Note("deaf"))
    wait_forever()


def fail(output: Path, report: Report) -> None:
    raise EngineError("The songs are gone.", "Choose another folder.")


def meet_a_mistake(output: Path, report: Report) -> None:
    raise ZeroDivisionError("a mistake of ours")


def miss_a_library(output: Path, report: Report) -> None:
    import a_library_nobody_has  # type: ignore[import-not-found]  # noqa: F401


def fill_the_disk(output: Path, report: Report) -> None:
    raise OSError(28, "No space left on device")


def need_too_much(output: Path, report: Report) -> None:
    raise MemoryError


def count(output: Path, report: Report) -> None:
    """Real work with a checkpoint: killed anywhere, it goes on where it was."""
    mark = output / "step"
    first = int(mark.read_text()) if mark.exists() else 0
    report(Started(STEPS, "steps"))
    for step in range(first, STEPS):
        fresh = mark.with_suffix(".new")
        fresh.write_text(str(step + 1))
        fresh.replace(mark)
        report(Metric(step, "loss", 1.0 / (step + 1)))
        if step + 1 == STEPS // 2 and first == 0:
            report(Note("half"))
            wait_forever()


BEHAVIOURS: dict[str, Behaviour] = {
    "completes": complete,
    "lingers": complete,
    "works": work_until_asked,
    "must be terminated": report_nothing,
    "must be killed": ignore_everything,
    "fails": fail,
    "fails and lingers": fail,
    "mistake": meet_a_mistake,
    "no library": miss_a_library,
    "no disk": fill_the_disk,
    "no memory": need_too_much,
    "counts": count,
}


def behave(arguments: dict[str, object], output: Path, report: Report, resume: bool) -> Finished:
    report(Note("resumed" if resume else "begun"))
    BEHAVIOURS[str(arguments["behaviour"])](output, report)
    return Finished("Done.", (str(output),))


def main() -> int:
    path = Path(sys.argv[sys.argv.index("--job") + 1])
    code = child.run(path, {"fake": behave})
    folder = JobFolder(path)
    if folder.ending() and "lingers" in str(folder.spec().argument_values()["behaviour"]):
        (path / "lingering").touch()
        wait_forever()
    return code


if __name__ == "__main__":
    sys.exit(main())
