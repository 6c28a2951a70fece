"""The work of a job "evaluate": what is asked for becomes candidates, and they are measured.

Lives above evaluation because recipes are measured too, by learning them fold by fold. Recipes are
opened once it is their turn: until then nothing heavy is loaded.
"""

from collections import Counter
from pathlib import Path

from engine.errors import EngineError
from engine.evaluation.candidates import Candidate, InstalledTagger, OpenTagger, open_tagger
from engine.evaluation.gathering import gather
from engine.evaluation.job import PAGE_FILE, REPORT_FILE, EvaluationJob, read_evaluation
from engine.evaluation.report import EvaluationReport
from engine.evaluation.report_words import NOTHING, blocks_of, short_of
from engine.evaluation.run import EvaluationRun
from engine.events import Finished, Report
from engine.training.config import config_from_json
from engine.training.recipe_candidate import RecipeCandidate


def run_evaluation_job(arguments: dict[str, object], output: Path, report: Report,
                       open_one: OpenTagger = open_tagger) -> Finished:
    """Measures by `arguments`; leaves report.json, report.html and the scores in `output`.

    What a stopped run has scored there is not scored again.
    """
    job = read_evaluation(arguments)
    material = gather(job, report)
    run = EvaluationRun(job, material, output, report)
    found = run.run(candidates(job, output, open_one))
    return Finished(summary(found), (str(output / REPORT_FILE), str(output / PAGE_FILE)))


def candidates(job: EvaluationJob, output: Path,
               open_one: OpenTagger = open_tagger) -> tuple[Candidate, ...]:
    """Everything a job asks to measure, each once, in the order it was asked for.

    EngineError for recipes that cannot be read or that would make the same model.
    """
    found: list[Candidate] = [InstalledTagger(job.paths, tagger_id, open_one)
                              for tagger_id in dict.fromkeys(job.taggers)]
    configs = [config_from_json(recipe) for recipe in job.recipes]
    twice = [name for name, count in Counter(each.model_id for each in configs).items()
             if count > 1]
    if twice:
        raise EngineError(f"Two recipes make the same model: {twice[0]}.",
                          "Give each a model_id of its own.")
    # One folder for all: what two recipes compute alike is computed once.
    found += [RecipeCandidate(config, job, output / "recipes") for config in configs]
    return tuple(found)


def summary(found: EvaluationReport) -> str:
    """Who does best on the first label set, and that the rest stands in the report."""
    blocks = blocks_of(found)
    return short_of(found, blocks[0]) if blocks else NOTHING
