"""How even-handed a tagger is before and after a training: the checks of engine.evaluation.harm as
figures of a report. Only for taggers that answer at once."""

from pathlib import Path

from engine.evaluation.harm.checking import LIMITS
from engine.evaluation.harm.figures import HarmFigure
from engine.evaluation.harm.material import load_material
from engine.evaluation.harm.taggers import judge_tagger
from engine.events import Report
from engine.tagging.encoder_tagger import EncoderTagger
from engine.training.runs.report import Measured

CHECKS = "checks"


def harm_figures(before: EncoderTagger | None, after: EncoderTagger, resources: Path,
                 report: Report) -> tuple[Measured, ...]:
    """0 is what an even-handed tagger has. Their limits are those of the checks: see LIMITS."""
    material = load_material(resources / CHECKS)
    theirs: dict[str, HarmFigure] = {}
    if before is not None:
        theirs = {figure.name: figure for figure in judge_tagger(before, material, report)}
    return tuple(_measured(figure, theirs.get(figure.name))
                 for figure in judge_tagger(after, material, report))


def _measured(after: HarmFigure, before: HarmFigure | None) -> Measured:
    return Measured(
        name=after.name, before=before.value if before else None, after=after.value,
        before_interval=(before.low, before.high) if before else None,
        after_interval=(after.low, after.high),
        difference=round(after.value - before.value, 4) if before else None,
        better_high=False, of=f"{after.of} pairs of lines. {LIMITS}")
