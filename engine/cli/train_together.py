"""The command `train` under torchrun or accelerate launch: this process is one of a crew.

    torchrun --nproc-per-node 2 main.py train RECIPE.toml --data FILE

The one of rank 0 does the job in its folder, as the job's own process would; the others compute
their share of every step. Each needs the data and the base where it runs.
"""

import tempfile
from collections.abc import Mapping
from contextlib import nullcontext
from pathlib import Path

from engine.cli.command import Context
from engine.cli.learning_lines import LearningLines, report_lines
from engine.events import Event, Finished, Report
from engine.jobs.child import KINDS, ExitCode, Kind, carry_out
from engine.jobs.job_folder import JobFolder
from engine.jobs.spec import JobSpec
from engine.training.learning_job import KIND, LearningJob
from engine.training.runs.report import read_report


def run_together(job: LearningJob, context: Context) -> int:
    """Leads the crew or follows it, as torchrun says. The exit code."""
    from engine.training.loop.crew import close_crew, crew_rank

    try:
        return _lead(job, context) if crew_rank() == 0 else _follow(job)
    finally:
        close_crew()


def _follow(job: LearningJob) -> int:
    from engine.export.learning.job import follow_learning_job

    with tempfile.TemporaryDirectory() as aside:
        follow_learning_job(job.as_arguments(), Path(aside))
    return ExitCode.DONE


def _lead(job: LearningJob, context: Context) -> int:
    spec = JobSpec.ask(KIND, job.as_arguments(), job.recipe.name)
    folder = JobFolder.create(context.paths.jobs, spec)
    folder.lock.take()  # given back when this process ends
    lines = LearningLines()
    code = carry_out(folder, _telling(lines), False, nullcontext())
    lines.end()
    ending = folder.ending()
    if ending is not None:
        print(ending.sentence())
    if isinstance(ending, Finished):
        print("\n".join(report_lines(read_report(folder.output))))
    return code


def _telling(lines: LearningLines) -> Mapping[str, Kind]:
    """The kind "learn", whose events are shown as they are written."""
    def learn(arguments: dict[str, object], output: Path, report: Report,
              resume: bool) -> Finished:
        def both(event: Event) -> None:
            report(event)
            lines.take(event)

        return KINDS[KIND](arguments, output, both, resume)

    return {KIND: learn}
