"""The command `jobs`: what runs and ran, told again from the folders; stop, pause and resume.

Events go to stdout, as sentences or with --json as they stand in the file.
"""

import argparse
import sys
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path

import msgspec

from engine.cli.command import Commands, Context
from engine.errors import EngineError
from engine.events import Event, Finished, encode
from engine.jobs.child import ExitCode
from engine.jobs.following import follow
from engine.jobs.job_folder import JobFolder, JobState, list_jobs
from engine.jobs.process import JobProcess
from engine.jobs.stop_ladder import Rung, StopLadder

GOODBYE_SECONDS = 5.0
_TRAINING = "learn"  # as engine.training.learning_job calls it, which takes long to load
ENDED: dict[JobState, int] = {
    JobState.FINISHED: ExitCode.DONE,
    JobState.FAILED: ExitCode.KNOWN_ERROR,
    JobState.INTERRUPTED: ExitCode.KNOWN_ERROR,
    JobState.STOPPED: ExitCode.CANCELLED,
}
RUNG_SENTENCES = {
    Rung.ASKED: "Asked the job to stop.",
    Rung.TERMINATED: "It did not answer: told its process to end.",
    Rung.KILLED: "It did not end: killed its process.",
}


def register(commands: Commands) -> None:
    """Adds `jobs list`, `show`, `stop`, `pause` and `resume`."""
    jobs = commands.add_parser("jobs", help="list, follow, stop, pause and resume jobs")
    verbs = jobs.add_subparsers(required=True, metavar="list|show|stop|pause|resume")
    listing = verbs.add_parser("list", help="every job, newest first")
    listing.add_argument("--json", action="store_true", help="one JSON object a line")
    listing.set_defaults(run=run_list)
    show = verbs.add_parser("show", help="what a job has told")
    show.add_argument("--follow", action="store_true", help="stay until the job ends")
    show.set_defaults(run=run_show)
    stop = verbs.add_parser("stop", help="end a running job, gently first")
    stop.set_defaults(run=run_stop)
    pause = verbs.add_parser("pause", help="have a running job wait until it is resumed")
    pause.set_defaults(run=run_pause)
    resume = verbs.add_parser("resume", help="go on with a job that waits or did not finish")
    resume.add_argument("--follow", action="store_true", help="stay until the job ends")
    resume.set_defaults(run=run_resume)
    for verb in (show, stop, pause, resume):
        verb.add_argument("id", metavar="ID", help="the job's id, or a part that names only it")
    for verb in (show, resume):
        verb.add_argument("--json", action="store_true", help="one JSON object a line")


def run_list(options: argparse.Namespace, context: Context) -> int:
    """Prints every job; one that cannot be read says so and hides no other."""
    for folder in list_jobs(context.paths.jobs):
        print(_listed_as_json(folder) if options.json else _listed(folder))
    return ExitCode.DONE


def run_show(options: argparse.Namespace, context: Context) -> int:
    """Prints what the job has told so far; with --follow goes on until it ends."""
    folder = find_job(context.paths.jobs, options.id)
    if options.follow:
        return follow_job(JobProcess(folder), 0, options.json)
    events, _ = folder.events_since()
    tell, end = _teller(folder, options.json)
    for event in events:
        tell(event)
    end()
    if not options.json:
        print(f"State: {folder.state()}", file=sys.stderr)
    return ExitCode.DONE


def run_stop(options: argparse.Namespace, context: Context) -> int:
    """Climbs the stop ladder to its end. EngineError if the process survives that."""
    folder = find_job(context.paths.jobs, options.id)
    process = JobProcess(folder)
    if not process.living():
        print(f"This job does not run. State: {folder.state()}", file=sys.stderr)
        return ExitCode.DONE
    for rung in StopLadder(process).rungs():
        if rung is Rung.LINGERS:
            raise EngineError("The job's process could not be ended.",
                              "Restart the computer if it is in the way.")
        if rung in RUNG_SENTENCES:
            print(RUNG_SENTENCES[rung], file=sys.stderr)
    print(f"State: {folder.state()}", file=sys.stderr)
    return ExitCode.DONE


def run_pause(options: argparse.Namespace, context: Context) -> int:
    """Asks a running job to wait where it reports next. EngineError where it does not run."""
    folder = find_job(context.paths.jobs, options.id)
    if folder.state() is not JobState.RUNNING:
        raise EngineError("This job does not run.", f"It is {folder.state()}.")
    folder.ask_to_pause()
    print(f"Asked the job to wait. Let it go on with: jobs resume {folder.id}", file=sys.stderr)
    return ExitCode.DONE


def run_resume(options: argparse.Namespace, context: Context) -> int:
    """Lets a paused job go on, or starts the job again in its own process; with --follow stays
    until it ends."""
    folder = find_job(context.paths.jobs, options.id)
    if folder.pause_asked() and folder.state() is JobState.RUNNING:
        _, offset = folder.events_since()
        folder.forget_pause()
        print("The job goes on.", file=sys.stderr)
        return (follow_job(JobProcess(folder), offset, options.json) if options.follow
                else ExitCode.DONE)
    return start_job(folder, options.follow, options.json)


def start_job(folder: JobFolder, stay: bool, as_json: bool, command: Sequence[str] = ()) -> int:
    """Starts or resumes `folder`; `command` as for JobProcess.start. The exit code."""
    _, offset = folder.events_since()
    process = JobProcess.start(folder, command)
    if stay:
        return follow_job(process, offset, as_json)
    process.let_go()
    print(f"The job runs. Follow it with: jobs show {folder.id} --follow", file=sys.stderr)
    return ExitCode.DONE


def follow_job(process: JobProcess, offset: int, as_json: bool) -> int:
    """Prints events from `offset` on until the job ends; the exit code says how it ended."""
    folder = process.folder
    tell, end = _teller(folder, as_json)
    try:
        for event in follow(process, offset):
            tell(event)
        end()
    except KeyboardInterrupt:
        process.let_go()
        print(f"The job goes on. End it with: jobs stop {folder.id}", file=sys.stderr)
        return ExitCode.CANCELLED
    # It has told its end; who resumes it next shall not meet it at the door.
    process.wait(GOODBYE_SECONDS)
    state = folder.state()
    if state is JobState.INTERRUPTED:
        print("The job's process ended without a word.\n"
              f"Go on with: jobs resume {folder.id}", file=sys.stderr)
    process.let_go()
    return ENDED.get(state, ExitCode.KNOWN_ERROR)


def find_job(jobs: Path, wanted: str) -> JobFolder:
    """The one job whose id is or contains `wanted`. EngineError if there is none or several."""
    found = [job for job in list_jobs(jobs) if wanted in job.id]
    exact = [job for job in found if job.id == wanted]
    if len(exact or found) == 1:
        return (exact or found)[0]
    if not found or not wanted:
        raise EngineError(f'There is no job "{wanted}".', 'See "jobs list" for what there is.')
    raise EngineError(f'Several jobs match "{wanted}".',
                      "Name one of them: " + ", ".join(job.id for job in found[:5]))


def _teller(folder: JobFolder, as_json: bool) -> tuple[Callable[[Event], None],
                                                       Callable[[], None]]:
    """How events of this job are told, and what is said once all are. Of a training not every
    step is a line, and its report stands at the end."""
    def report() -> None:
        lines.end()
        if isinstance(folder.ending(), Finished):
            print("\n".join(report_lines(read_report(folder.output))), flush=True)

    if as_json or folder.spec().kind != _TRAINING:
        return lambda event: _print_event(event, as_json), lambda: None
    from engine.cli.learning_lines import LearningLines, report_lines
    from engine.training.runs.report import read_report

    lines = LearningLines()
    return lines.take, report


def _print_event(event: Event, as_json: bool) -> None:
    if as_json:
        print(encode(event).decode("utf-8"), end="", flush=True)
    else:
        print(f"{_clock(event.at):%H:%M:%S}  {event.sentence()}", flush=True)


def _listed(folder: JobFolder) -> str:
    try:
        spec = folder.spec()
    except EngineError as error:
        return f"{'unreadable':11}  {folder.id}  {error.message}"
    made = _clock(spec.created_at)
    return f"{folder.state():11}  {made:%Y-%m-%d %H:%M}  {folder.id}  {spec.title}"


def _listed_as_json(folder: JobFolder) -> str:
    told: dict[str, object] = {"id": folder.id}
    try:
        spec = folder.spec()
        told |= {"state": folder.state(), "kind": spec.kind, "title": spec.title,
                 "created_at": spec.created_at}
    except EngineError as error:
        told |= {"state": "unreadable", "error": error.message, "hint": error.hint}
    return msgspec.json.encode(told).decode("utf-8")


def _clock(at: float) -> datetime:
    # A clock that was set wrongly must not hide the job.
    return datetime.fromtimestamp(min(max(at, 0.0), 4e9)).astimezone()
