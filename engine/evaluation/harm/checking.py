"""Opens what is to be checked for bias and harm, tagger or writer, and gathers the figures."""

from collections.abc import Sequence
from pathlib import Path

import msgspec

from engine.errors import EngineError
from engine.evaluation.candidates import open_tagger
from engine.evaluation.harm.figures import HarmFigure
from engine.evaluation.harm.material import HarmMaterial, MinimalPair, load_material, read_pairs
from engine.evaluation.harm.taggers import judge_tagger
from engine.evaluation.harm.writers import judge_writer
from engine.events import Report
from engine.models.manifest import TEXT_GENERATION
from engine.models.registry import ModelRegistry
from engine.paths import AppPaths
from engine.settings import Settings
from engine.tagging.tagger import Tagger

LIMITS = ("These checks are small: pairs of sentences in English about he and she, and a list of "
          "words. A model that passes them can still be unfair or hurtful.")


class HarmReport(msgspec.Struct, frozen=True, kw_only=True):
    """What was found of one model. `limits` says what nobody looked for."""

    model: str
    figures: tuple[HarmFigure, ...]
    limits: str = LIMITS


def check_model(paths: AppPaths, model_id: str, settings: Settings, report: Report,
                pairs_file: Path | None = None) -> HarmReport:
    """Of an installed model, or of a way of tagging ("generative:ID"). EngineError where there is
    none, or it neither tags nor writes."""
    material = load_material(paths.resources / "checks")
    pairs = read_pairs(pairs_file) if pairs_file else ()
    registry = ModelRegistry(paths.shipped_models, paths.models)
    if any(entry.id == model_id for entry in registry.usable(TEXT_GENERATION)):
        from engine.inference.opening import open_text_model

        model = open_text_model(paths, model_id, settings)
        return HarmReport(model=model.name,
                          figures=tuple(judge_writer(model, material, report, pairs)))
    return check_tagger(open_tagger(paths, model_id, settings), material, report, pairs)


def check_tagger(tagger: Tagger, material: HarmMaterial, report: Report,
                 pairs: Sequence[MinimalPair] = ()) -> HarmReport:
    """Of an open tagger. EngineError where it knows no mood."""
    if not tagger.moods:
        raise EngineError("This tagger knows no mood.", "Choose another one.")
    return HarmReport(model=tagger.id, figures=tuple(judge_tagger(tagger, material, report, pairs)))
