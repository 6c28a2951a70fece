"""The inside of a job's process: reads what is asked, does it, and tells exactly one ending.

Knows the kinds of job by name only; the rooms that do the work are entered when it begins.
"""

import enum
import errno
import faulthandler
import os
import signal
import sys
import time
import traceback
from collections.abc import Callable, Generator, Mapping
from contextlib import AbstractContextManager, contextmanager, suppress
from pathlib import Path
from types import FrameType
from typing import NoReturn

from engine.errors import Cancelled, EngineError
from engine.events import (
    Continued,
    Ending,
    Event,
    Failed,
    Finished,
    Paused,
    Pulse,
    Report,
    Resumed,
    Stopped,
)
from engine.jobs.job_folder import JobFolder, JobState

NICENESS = 10
PAUSE_POLL_SECONDS = 0.1

Kind = Callable[[dict[str, object], Path, Report, bool], Finished]
"""arguments, output folder, report, resume -> ending. Known failures are raised as EngineError."""


class ExitCode(enum.IntEnum):
    """What the process says to the one who started it."""

    DONE = 0
    BUG = 1
    KNOWN_ERROR = 2
    CANCELLED = 3


def _train(arguments: dict[str, object], output: Path, report: Report, resume: bool) -> Finished:
    from engine.export.pipeline import run_training_job

    return run_training_job(arguments, output, report, resume)


def _try_device(arguments: dict[str, object], output: Path, report: Report,
                resume: bool) -> Finished:
    from engine.export.device_job import run_device_job

    return run_device_job(arguments, output, report)


def _fetch_model(arguments: dict[str, object], output: Path, report: Report,
                 resume: bool) -> Finished:
    from engine.export.model_jobs import fetch_model

    return fetch_model(arguments, output, report, resume)


def _fetch_hub_model(arguments: dict[str, object], output: Path, report: Report,
                     resume: bool) -> Finished:
    from engine.export.hub_job import fetch_hub_model

    return fetch_hub_model(arguments, output, report, resume)


def _import_model(arguments: dict[str, object], output: Path, report: Report,
                  resume: bool) -> Finished:
    from engine.export.model_jobs import import_model

    return import_model(arguments, output, report, resume)


def _export_model(arguments: dict[str, object], output: Path, report: Report,
                  resume: bool) -> Finished:
    from engine.export.bundle_job import export_model

    return export_model(arguments, output, report, resume)


def _try_model(arguments: dict[str, object], output: Path, report: Report,
               resume: bool) -> Finished:
    from engine.export.model_trial import try_model

    return try_model(arguments, output, report, resume)


def _evaluate(arguments: dict[str, object], output: Path, report: Report,
              resume: bool) -> Finished:
    from engine.training.evaluation_job import run_evaluation_job

    return run_evaluation_job(arguments, output, report)


def _learn(arguments: dict[str, object], output: Path, report: Report, resume: bool) -> Finished:
    from engine.export.learning.job import run_learning_job
    from engine.training.learning_job import read_learning
    from engine.training.runs.courtesy import open_courtesy

    job = read_learning(arguments)
    courtesy = open_courtesy(job.manners, job.paths)
    return run_learning_job(arguments, output, report, resume, courtesy)


def _get_training(arguments: dict[str, object], output: Path, report: Report,
                  resume: bool) -> Finished:
    from engine.export.learning.parts_job import get_training_parts

    return get_training_parts(arguments, output, report, resume)


KINDS: Mapping[str, Kind] = {
    "train": _train, "try-device": _try_device, "fetch-model": _fetch_model,
    "fetch-hub-model": _fetch_hub_model,
    "import-model": _import_model, "export-model": _export_model, "try-model": _try_model,
    "evaluate": _evaluate, "learn": _learn, "get-training": _get_training,
}


def run(path: Path, kinds: Mapping[str, Kind] = KINDS) -> int:
    """Runs the job at `path` as this process: prints go to its log. The exit code."""
    try:
        folder = JobFolder.open(path)
        _print_to(folder.log_file)
        resume = folder.lock.was_taken()
        # Never closed: whoever looks shall see the process until it is gone.
        folder.lock.take()
        code = carry_out(folder, kinds, resume, _as_own_process(folder))
    except EngineError as error:
        if sys.stderr:  # a windowed program has none
            sys.stderr.write(f"{error.message} {error.hint}\n")
        return ExitCode.KNOWN_ERROR
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    return code


def carry_out(folder: JobFolder, kinds: Mapping[str, Kind], resume: bool,
              listening: AbstractContextManager[None]) -> int:
    """Does the work of a folder whose lock is held, and tells its ending there. The exit code.

    `listening` is open while the work goes on and may be stopped. EngineError, and nothing told,
    if the job has finished before.
    """
    if folder.state() is JobState.FINISHED:
        raise EngineError("This job has finished.", "Start a new one to go further.")
    folder.keep_room()
    try:
        with listening:
            ending: Ending = _work(folder, kinds, resume)
        code = ExitCode.DONE
    except (Cancelled, KeyboardInterrupt):
        ending, code = Stopped("Stopped as asked. The job can be resumed."), ExitCode.CANCELLED
    except BaseException as error:  # whatever it was: the job must tell an ending
        with suppress(OSError):  # the log may have no room left
            traceback.print_exc()
        ending = _failure(error)
        code = ExitCode.BUG if ending.details else ExitCode.KNOWN_ERROR
    folder.give_room()
    folder.append(ending)
    folder.forget_stop()
    folder.forget_pause()
    return code


def _work(folder: JobFolder, kinds: Mapping[str, Kind], resume: bool) -> Finished:
    def report(event: Event) -> None:
        if isinstance(event, Ending):
            raise ValueError("A kind returns its ending, it does not report it.")
        if not isinstance(event, Pulse):
            folder.append(event)
        _stop_if_asked(folder)
        if folder.pause_asked():
            _wait(folder)

    if resume:
        folder.append(Resumed())
    _stop_if_asked(folder)
    spec = folder.spec()
    if spec.kind not in kinds:
        raise EngineError(f'This version of the program knows no job of the kind "{spec.kind}".',
                          "Update the program, or start the work anew.")
    folder.output.mkdir(exist_ok=True)
    return kinds[spec.kind](spec.argument_values(), folder.output, report, resume)


def _stop_if_asked(folder: JobFolder) -> None:
    if folder.stop_asked():
        raise Cancelled


def _wait(folder: JobFolder) -> None:
    """Until the person lets the job go on, or asks it to stop."""
    folder.append(Paused(why="You paused it.", by_hand=True))
    while folder.pause_asked():
        time.sleep(PAUSE_POLL_SECONDS)
        _stop_if_asked(folder)
    folder.append(Continued())


def _failure(error: BaseException) -> Failed:
    if isinstance(error, EngineError):
        return Failed(error.message, error.hint)
    if isinstance(error, ModuleNotFoundError):
        return Failed(f"This job needs a part that is not installed: {error.name}.",
                      "Install the program's training parts, then resume the job.")
    if isinstance(error, MemoryError):
        return Failed("The memory of this computer was not enough.",
                      "Close other programs or choose a smaller batch, then resume the job.")
    if _found_no_room(error):
        return Failed("The disk is full.", "Make room, then resume the job.")
    if isinstance(error, PermissionError) or (
            isinstance(error, OSError) and error.errno == errno.EROFS):
        return Failed(f"The system does not let Undertone at a file: {error.filename or error}.",
                      "See to it that it may read and write there, then resume the job.")
    return Failed(f"The job met a mistake in the program: {error or type(error).__name__}",
                  "Copy the details and report them. The job can be resumed.",
                  "".join(traceback.format_exception(error)))


def _found_no_room(error: BaseException) -> bool:
    """Whether the disk is full. What copies folders, and libraries, tell of it by words alone."""
    if isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT):
        return True
    return os.strerror(errno.ENOSPC) in str(error)


@contextmanager
def _as_own_process(folder: JobFolder) -> Generator[None]:
    """Only what has a process to itself may let others go first, and take signals."""
    spec = folder.spec()
    if spec.polite and sys.platform != "win32":
        os.nice(NICENESS)  # on Windows whoever starts the process sets it
    if spec.polite and spec.kind == "learn":
        _take_what_is_left(spec.argument_values())
    with _terminate_stops():
        yield


def _take_what_is_left(arguments: dict[str, object]) -> None:
    """A training steps back further, unless it is to go on whatever the person does."""
    from engine.training.learning_job import WhileUsed, read_learning
    from engine.training.runs.stepping_back import step_back

    with suppress(EngineError):  # what is wrong with them is told when they are read to be used
        if read_learning(arguments).manners.while_used is not WhileUsed.GO_ON:
            step_back()


@contextmanager
def _terminate_stops() -> Generator[None]:
    """Terminate, the second rung, is felt anywhere, not only where the job reports.

    Afterwards it is ignored, so that the ending gets written.
    """
    signal.signal(signal.SIGTERM, _stop_at_once)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, signal.SIG_IGN)


def _stop_at_once(_number: int, _frame: FrameType | None) -> NoReturn:
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    raise Cancelled


def _print_to(log_file: Path) -> None:
    """Sends all prints to the log: of Python, of C libraries, and of a crash."""
    log = log_file.open("a", encoding="utf-8", errors="backslashreplace", buffering=1)
    for standard in (1, 2):
        os.dup2(log.fileno(), standard)
    sys.stdout = sys.stderr = log
    faulthandler.enable(log)
