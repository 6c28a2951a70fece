"""What is said of a finished training: its report, and the card of the model that came of it.

Puts together what others found out; measures nothing itself.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import msgspec

from engine.export.learning.kept_rows import KeptRows
from engine.export.learning.kit import Judged
from engine.models.manifest import ModelManifest, read_manifest, write_manifest
from engine.training.learning_job import LearningJob
from engine.training.loop.outcome import Outcome
from engine.training.recipe import Recipe
from engine.training.rows.sources import FileSource, FolderSource, Source
from engine.training.runs.report import LearningReport, Measured, write_report

RECIPE_FILE = "recipe.json"
CARD_FILE = "README.md"
_NOT_JUDGED = "Whether it is better cannot be told: there was nothing to judge it by."
_CARD = """# {name}

{about}

- **Made from**: {made_from}. Licence: {licence}.
- **Learned from**: {data}.
- **Rights**: {rights}
- **Precision**: {precision}; {parameters:,} parameters.

## Measured

{verdict}

{figures}

## How it was trained

Method “{method}”, tuning “{tuning}”, {how}, seed {seed}. {learned:,} rows were learned from,
{judged:,} judged.
The whole recipe stands in {recipe_file}, all figures in {report_file}.

## Limits

It was trained on one person's machine, on little data, and judged on rows of the same kind: on
anything else it may be worse than what it was made from. What it says is no advice.
"""
_CHOSEN = ("Which step was kept was decided by the rows that judge, so the figures of afterwards "
           "are a little too kind.")
_OWN = ("What it learned from is the person's own and is not in this folder, but a model can "
        "repeat what it has read: think before you hand it on.")
_THEIRS = ("The files named above belong to whoever wrote them; whether a model made from them "
           "may be handed on, their licence says.")


@dataclass(frozen=True, slots=True)
class Ended:
    """All that came of a job before its model is laid into its place."""

    job: LearningJob
    rows: KeptRows
    outcomes: tuple[Outcome, ...]
    judged: Judged
    replaces: str = ""


def told(ended: Ended, manifest: ModelManifest) -> LearningReport:
    """The report of a job whose model this is."""
    judged, last = ended.judged, ended.outcomes[-1]
    energies = [outcome.energy for outcome in ended.outcomes if outcome.energy]
    notes = [outcome.sentence for outcome in ended.outcomes if outcome.sentence]
    notes += [_CHOSEN] * bool(last.best and judged.figures)
    return LearningReport(
        verdict=judged.verdict or _NOT_JUDGED, better=judged.better, model_id=manifest.id,
        model_version=manifest.version, replaces=ended.replaces, figures=judged.figures,
        spoken=judged.spoken, notes=(*judged.notes, *notes), sources=ended.rows.told.sources,
        bad_rows=ended.rows.told.bad,
        learned_rows=sum(len(stage.learning) for stage in ended.rows.stages),
        judged_rows=sum(len(stage.judging) for stage in ended.rows.stages),
        seconds=sum(outcome.seconds for outcome in ended.outcomes),
        steps=sum(outcome.steps for outcome in ended.outcomes), best_step=last.best_step,
        energy=" ".join(energies))


def dress(place: Path, ended: Ended) -> tuple[ModelManifest, LearningReport]:
    """Lays recipe, report and card beside the model and writes its manifest anew."""
    recipe = ended.job.recipe
    manifest = read_manifest(place)
    quality = {name: round(value, 4) for name, value in ended.judged.quality.items()}
    manifest = msgspec.structs.replace(manifest, learned=recipe.method.value,
                                       quality=manifest.quality | quality)
    report = told(ended, manifest)
    write_report(place, report)
    described = msgspec.json.format(msgspec.json.encode(recipe), indent=1)
    (place / RECIPE_FILE).write_bytes(described)
    (place / CARD_FILE).write_text(card(manifest, recipe, ended, report), "utf-8")
    return write_manifest(place, manifest), report


def card(manifest: ModelManifest, recipe: Recipe, ended: Ended, report: LearningReport) -> str:
    """The model card, in Markdown."""
    from engine.training.runs.report import REPORT_FILE

    return _CARD.format(
        name=manifest.name, about=manifest.about or recipe.about or recipe.name,
        made_from=", ".join(manifest.made_from) or recipe.base or "nothing before it",
        licence=manifest.licence or "not known", data=_data(manifest, report),
        rights=_rights(ended.job), precision=manifest.precision or "not told",
        parameters=manifest.parameters, verdict=report.verdict,
        figures="\n".join(map(_figure, report.figures)) or "- Nothing was measured.",
        method=recipe.method, tuning=recipe.tuning, how=_how(recipe, report),
        seed=recipe.loop.seed, learned=report.learned_rows, judged=report.judged_rows,
        recipe_file=RECIPE_FILE, report_file=REPORT_FILE)


def _how(recipe: Recipe, report: LearningReport) -> str:
    """By steps, or in one go."""
    if not report.steps:
        return "solved for in one go"
    return (f"{report.steps:,} steps, the best after {report.best_step:,}; learning rate "
            f"{recipe.loop.rate:g}, {recipe.loop.epochs:g} epochs")


def _data(manifest: ModelManifest, report: LearningReport) -> str:
    """The sources with their rows, and data the base model's makers named."""
    own = [f"{name} ({rows:,} rows)" for name, rows in sorted(report.sources.items())]
    return ", ".join(dict.fromkeys([*own, *manifest.data])) or "nothing that is named"


def _rights(job: LearningJob) -> str:
    sources: Sequence[Source] = [source for stage in job.stages for source in stage]
    files = [isinstance(source, FileSource | FolderSource) for source in sources]
    said = [_THEIRS] * any(files) + [_OWN] * (not all(files))
    return " ".join(said)


def _figure(figure: Measured) -> str:
    """One figure as a line: before, after, the difference with its interval."""
    before = "" if figure.before is None else f"{figure.before:.4g} before, "
    line = f"- {figure.name}: {before}{figure.after:.4g} after{_span(figure.after_interval)}"
    if figure.difference is not None:
        line += f"; difference {figure.difference:+.4g}{_span(figure.difference_interval)}"
    of = f", {figure.of}" if figure.of else ""
    return f"{line} {figure.unit}".rstrip() + of


def _span(interval: tuple[float, float] | None) -> str:
    return f" (95 % {interval[0]:.4g} to {interval[1]:.4g})" if interval else ""
