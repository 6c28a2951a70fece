"""What flows of training share: a home with tiny models, data in files, jobs run to their end."""

import json
from collections.abc import Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path

import msgspec

from engine.events import Event
from engine.jobs.child import KINDS, ExitCode, carry_out
from engine.jobs.job_folder import JobFolder
from engine.jobs.spec import JobSpec
from engine.models.manifest import ModelManifest
from engine.models.registry import ModelRegistry
from engine.paths import AppPaths
from engine.training.learning_job import KIND, LearningJob, Manners, WhileUsed
from engine.training.recipe import LoopOptions, Recipe
from engine.training.rows.sources import FileSource, Source
from engine.training.runs.report import LearningReport, read_report
from tests.engine.export.learning.labelled_songs import mood_rows

QUICK = LoopOptions(epochs=2, rate=1e-3, batch_tokens=256, precision="fp32", patience=0)
AT_ONCE = Manners(threads=1, while_used=WhileUsed.GO_ON, on_battery=True)


@dataclass
class LearningBench:
    """Runs learning jobs in this process, as the job's own process would."""

    paths: AppPaths
    place: Path

    def songs(self, count: int, name: str = "songs.jsonl") -> FileSource:
        """A file of songs with moods."""
        lines = [json.dumps({"text": row.text, "labels": list(row.labels), "artist": row.artist,
                             "song_id": row.song}) for row in mood_rows(count)]
        return self.file(name, lines)

    def file(self, name: str, lines: Sequence[str]) -> FileSource:
        self.place.mkdir(exist_ok=True)
        (self.place / name).write_text("\n".join(lines), "utf-8")
        return FileSource((self.place / name).resolve())

    def job(self, recipe: Recipe, *stages: Source) -> LearningJob:
        return LearningJob(recipe=recipe, stages=tuple((source,) for source in stages),
                           home=self.paths.home,
                           models=self.paths.models, manners=AT_ONCE)

    def learn(self, job: LearningJob) -> JobFolder:
        """Runs it to its end, which must be the one hoped for."""
        spec = JobSpec.ask(KIND, job.as_arguments(), job.recipe.name, polite=False)
        folder = JobFolder.create(self.paths.jobs, spec)
        code = carry_out(folder, KINDS, False, nullcontext())
        assert code == ExitCode.DONE, folder.ending()
        return folder

    def report(self, folder: JobFolder) -> LearningReport:
        return read_report(folder.output)

    def events(self, folder: JobFolder) -> tuple[Event, ...]:
        return folder.events_since()[0]

    def installed(self, model_id: str) -> ModelManifest:
        entries = ModelRegistry(self.paths.shipped_models, self.paths.models).entries()
        found = [entry.manifest for entry in entries if entry.id == model_id]
        assert found and found[0] is not None
        return found[0]


def with_loop(recipe: Recipe, **changes: object) -> Recipe:
    return msgspec.structs.replace(
        recipe, loop=msgspec.structs.replace(recipe.loop, **changes))
