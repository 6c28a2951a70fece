"""Kills a training at random moments, resumes it, and compares it with one nobody disturbed.

    python -m tests.benchmarks.learning_kills --kills 30 [--recipe FILE --data FILE --base FOLDER]

Each run is the program's own job in a process of its own, ended by SIGKILL (on Windows by
TerminateProcess) once it has told a random number of events, so that every part of it is hit:
reading, learning, building, judging, installing. After each kill every model among the installed
ones must be whole. A job that came to its end is compared, and the next one begins. Without a
recipe a tiny encoder learns milled songs.
"""

import argparse
import random
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import msgspec

from engine.events import Failed, Finished, Metric
from engine.jobs.job_folder import JobFolder, JobState
from engine.jobs.process import JobProcess
from engine.jobs.spec import JobSpec
from engine.models.manifest import check_files
from engine.models.registry import ModelRegistry
from engine.paths import find_paths
from engine.training.learning_job import KIND, LearningJob, Manners, WhileUsed
from engine.training.recipe import LoopOptions, Method, Recipe, read_learning_recipe
from engine.training.rows.sources import FileSource

REACH = 1e-4
LONGEST_WAIT = 0.05
GIVEN_UP = 600.0
Curve = dict[tuple[str, str, int], float]


@dataclass(frozen=True, slots=True)
class Case:
    """What is trained over and over, each time into models of its own."""

    root: Path
    recipe: Recipe
    data: Path
    base: Path

    def begin(self, name: str) -> JobFolder:
        place = self.root / name
        job = LearningJob(
            recipe=self.recipe, stages=((FileSource(self.data.resolve()),),), home=place,
            models=place / "models",
            base_folder=self.base.resolve(), manners=Manners(
                while_used=WhileUsed.GO_ON, on_battery=True))
        spec = JobSpec.ask(KIND, job.as_arguments(), self.recipe.name, polite=False)
        return JobFolder.create(place / "jobs", spec)


def tiny_case(root: Path) -> Case:
    """A tiny encoder that learns two labels of milled songs, every third of which is wrong, so
    that there is a loss to compare."""
    from tests.engine.training.songs_to_learn import milled_row
    from tests.tiny_encoder import save_sentence_encoder

    data = root / "songs.jsonl"
    rows: list[dict[str, object]] = []
    for number in range(60):
        song, wrong = milled_row(number), number % 3 == 0
        rows.append({"text": song["lyrics"], "song_id": song["id"],
                     "labels": ["grey" if (number % 2 == 1) ^ wrong else "bright"]})
    data.write_bytes(b"".join(msgspec.json.encode(row) + b"\n" for row in rows))
    loop = LoopOptions(epochs=6, rate=2e-3, batch_tokens=512, patience=0, precision="fp32")
    recipe = Recipe(name="Kills", model_id="kills", method=Method.CLASSIFIER, loop=loop,
                    options={"labels": "any", "window": 64})
    return Case(root, recipe, data, save_sentence_encoder(root / "tiny"))


def kill_often(case: Case, kills: int, seed: int) -> Iterator[str]:
    """Tells of each kill and of each end; AssertionError where something is not as it should."""
    chance, hit, worst, ended = random.Random(seed), Counter[str](), 0.0, 0
    whole = case.begin("unbroken")
    run_to_its_end(whole)
    wanted, events = curve(whole), len(whole.events_since()[0])
    yield f"unbroken: {events} events, final loss {final(wanted):.6f}"
    folder, done = case.begin("run-0"), 0
    while done < kills:
        if run_and_kill(folder, chance.randrange(events), chance.uniform(0, LONGEST_WAIT)):
            done += 1
            hit[phase(folder)] += 1
            look_at_models(folder)
            continue
        off, where = apart(curve(folder), wanted)
        ended, worst = ended + 1, max(worst, off)
        yield f"{done} kills, run {ended} came to its end, at most {off:.1e} apart{where}"
        folder = case.begin(f"run-{ended}")
    run_to_its_end(folder)
    worst = max(worst, apart(curve(folder), wanted)[0])
    off = abs(final(curve(folder)) - final(wanted))
    told = ", ".join(f"{count} while {name}" for name, count in hit.most_common())
    yield (f"{kills} kills over {ended + 1} runs ({told}): final loss {off:.1e} apart, any figure "
           f"of the curves at most {worst:.1e}, 0 models half there")
    assert worst <= REACH and off <= REACH


def run_and_kill(folder: JobFolder, events: int, wait: float) -> bool:
    """Runs until it has told so many more events, and a little longer. False where it ended."""
    told, offset = 0, folder.events_since()[1]
    process = JobProcess.start(folder)
    began = time.monotonic()
    while told < events and process.poll() is None:
        found, offset = folder.events_since(offset)
        told += len(found)
        assert time.monotonic() - began < GIVEN_UP
        time.sleep(0.002)
    time.sleep(wait)
    process.kill()
    process.wait(30)
    state = folder.state()
    assert state is not JobState.FAILED, folder.ending()
    return state is not JobState.FINISHED


def run_to_its_end(folder: JobFolder) -> None:
    process = JobProcess.start(folder)
    assert process.wait(GIVEN_UP) is not None
    ending = folder.ending()
    assert isinstance(ending, Finished), ending.details if isinstance(ending, Failed) else ending
    look_at_models(folder)


def look_at_models(folder: JobFolder) -> None:
    """Every model that is listed is whole; where the job ended there is one."""
    paths = find_paths()
    models = folder.path.parent.parent / "models"
    entries = [entry for entry in ModelRegistry(paths.shipped_models, models).entries()
               if not entry.shipped]
    for entry in entries:
        assert entry.manifest is not None and entry.problem is None, entry
        check_files(entry.folder, entry.manifest)
    assert entries or folder.state() is not JobState.FINISHED


def phase(folder: JobFolder) -> str:
    """What the job was at, roughly."""
    told = folder.events_since()[0]
    steps = [event for event in told if isinstance(event, Metric)]
    if not steps:
        return "preparing"
    return "learning" if told[-1].at - steps[-1].at < LONGEST_WAIT else "building and judging"


def curve(folder: JobFolder) -> Curve:
    """Every figure that was told, a repeated one as it was told last."""
    return {(e.split, e.name, e.step): e.value for e in folder.events_since()[0]
            if isinstance(e, Metric) and e.split != "run" and e.value is not None}


def apart(one: Curve, other: Curve) -> tuple[float, str]:
    """The largest difference and where it is; of curves with other points, infinite."""
    if one.keys() != other.keys():
        return float("inf"), f", points {sorted(one.keys() ^ other.keys())[:3]}"
    off, where = max((abs(one[at] - other[at]), at) for at in one)
    return off, f" ({' '.join(map(str, where))})" if off else ""


def final(figures: Curve) -> float:
    """The last loss on what is held out."""
    steps = [step for split, name, step in figures if (split, name) == ("valid", "loss")]
    return figures["valid", "loss", max(steps)]


def main() -> int:
    options = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    options.add_argument("--kills", type=int, default=30)
    options.add_argument("--seed", type=int, default=7)
    options.add_argument("--recipe", type=Path)
    options.add_argument("--data", type=Path)
    options.add_argument("--base", type=Path, help="folder of the installed model to begin with")
    chosen = options.parse_args()
    with tempfile.TemporaryDirectory() as place:
        root = Path(place)
        case = tiny_case(root) if chosen.recipe is None else Case(
            root, read_learning_recipe(chosen.recipe), chosen.data, chosen.base)
        for line in kill_often(case, chosen.kills, chosen.seed):
            print(line, flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
