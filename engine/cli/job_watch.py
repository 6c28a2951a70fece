"""Stays with a job in a terminal: one moving line on stderr, and an end at Ctrl+C.

For jobs that somebody waits for; `jobs show --follow` tells every event of those that run on.
"""

import sys
from collections.abc import Callable
from dataclasses import dataclass

from engine.cli.jobs import ENDED, GOODBYE_SECONDS
from engine.cli.progress_line import ProgressLine
from engine.events import Event, Failed, Finished, Stopped, encode
from engine.jobs.child import ExitCode
from engine.jobs.following import follow
from engine.jobs.job_folder import JobFolder, JobState
from engine.jobs.process import JobProcess
from engine.jobs.stop_ladder import StopLadder

CRASHED = "Its process ended without a word: it crashed."

Start = Callable[[JobFolder], JobProcess]


@dataclass(frozen=True, slots=True)
class Watched:
    """How a job ended: the exit code and, where it was finished, what it said and produced."""

    code: int
    finished: Finished | None = None
    crashed: bool = False


def stay_with(folder: JobFolder, as_json: bool = False,
              start: Start = JobProcess.start) -> Watched:
    """Starts the job, shows its progress and waits for its end. Ctrl+C stops it.

    With `as_json` its events go to stdout as they are. What went wrong is told on stderr.
    """
    line = ProgressLine(sys.stderr)
    _, offset = folder.events_since()
    process = start(folder)
    ending: Event | None = None
    try:
        for event in follow(process, offset):
            ending = event
            if as_json:
                print(encode(event).decode(), end="", flush=True)
            else:
                line.tell(event)
        process.wait(GOODBYE_SECONDS)
    except KeyboardInterrupt:
        line.end()
        for _ in StopLadder(process).rungs():
            pass
        ending = folder.ending()
    line.end()
    return _ended(folder, process, ending)


def _ended(folder: JobFolder, process: JobProcess, ending: Event | None) -> Watched:
    state = folder.state()
    process.let_go()
    if isinstance(ending, Finished):
        return Watched(ExitCode.DONE, ending)
    if isinstance(ending, Failed):
        print("\n".join(filter(None, (ending.message, ending.hint, ending.details))),
              file=sys.stderr)
        return Watched(ExitCode.BUG if ending.details else ExitCode.KNOWN_ERROR)
    if isinstance(ending, Stopped):
        print("Stopped. What has arrived is kept.", file=sys.stderr)
        return Watched(ExitCode.CANCELLED)
    print(CRASHED, file=sys.stderr)
    return Watched(ENDED.get(state, ExitCode.KNOWN_ERROR), crashed=state is JobState.INTERRUPTED)
