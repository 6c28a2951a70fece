"""A hub's folder of a family without the fast graph -> a whole model folder, by way of torch.

Exported, proved to say what torch says, made smaller as far as it stays as good, and only then
put in its place. Knows the order of things; writers and classifiers have rooms of their own.
"""

import shutil
from collections.abc import Callable, Sequence
from pathlib import Path

import msgspec

from engine.errors import EngineError
from engine.events import Note, Progress, Report
from engine.export.architectures import ENCODER, Plan
from engine.export.decoder_import import called, licence_of
from engine.export.family_graphs import GRAPHS, WHOLE, take_graphs, write_form
from engine.export.model_place import taking_place
from engine.export.prepare_tokenizer import prepare_tokenizer
from engine.export.proved_classifier import ProvedClassifier
from engine.export.proved_model import ProvedModel
from engine.export.proved_writer import ProvedWriter
from engine.export.torch_model import TorchModel
from engine.inference.tokenizer import Tokenizer
from engine.models.manifest import ModelManifest, describe_file, write_manifest

SMALLEST = "smallest"
_EXPORTED, _FORM = ".exported", ".form"
_STEPS = 5


def export_family(source: Path, plan: Plan, models: Path, model_id: str, report: Report,
                  precision: str = SMALLEST) -> ModelManifest:
    """Installs the folder `source` below `models` as `model_id` and returns its manifest.

    `precision` SMALLEST keeps the smallest form that is as good, WHOLE always fp32. EngineError
    where the folder is not whole or the export does not answer as torch does; nothing is left.
    """
    name = called(source)
    with taking_place(models, model_id) as folder:
        report(Progress(0, _STEPS, f"Reading {name}"))
        prepare_tokenizer(source, folder)
        tokenizer = Tokenizer.open(folder / "tokenizer.json")
        torch_model = TorchModel.load(source, plan.kind)
        report(Progress(1, _STEPS, "Asking torch what it answers"))
        kind = ProvedClassifier if plan.kind == ENCODER else ProvedWriter
        proved = kind.asked(folder, plan, tokenizer, torch_model)
        report(Progress(2, _STEPS, "Exporting"))
        torch_model.export(folder / _EXPORTED)
        del torch_model  # as large as all that follows
        take_graphs(folder / _EXPORTED, folder, plan.kind)
        shutil.rmtree(folder / _EXPORTED)
        report(Progress(3, _STEPS, "Comparing it with torch"))
        manifest = msgspec.structs.replace(
            proved.manifest(), id=model_id, name=name, licence=licence_of(source),
            about=f"{proved.does} Added from the folder {source.name}.", made_from=(name,),
            precision=WHOLE)
        proved.require_equal(manifest)
        report(Progress(4, _STEPS, "Making it smaller"))
        forms = proved.forms if precision == SMALLEST else ()
        manifest = _smallest(folder, plan.kind, manifest, proved, forms, report)
        version = describe_file(folder, folder / manifest.graph).sha256[:8]
        return write_manifest(folder, msgspec.structs.replace(manifest, version=version))


def _smallest(folder: Path, kind: str, manifest: ModelManifest, proved: ProvedModel,
              forms: Sequence[str], report: Report) -> ModelManifest:
    """The manifest after the first form that stays as good took the place of the whole one."""
    form = folder / _FORM
    for precision in forms:
        form.mkdir()
        quality = _measured(lambda wanted=precision: write_form(folder, form, kind, wanted),
                            lambda: proved.measure(form, manifest))
        if quality is not None and proved.is_as_good(quality):
            for name in GRAPHS[kind]:
                for file in folder.glob(f"{name}*"):
                    file.unlink()
            for file in form.iterdir():
                file.rename(folder / file.name)
            form.rmdir()
            return msgspec.structs.replace(manifest, precision=precision, quality=quality)
        shutil.rmtree(form)
        report(Note(f"{precision} was tried and not kept: {_why(quality)}."))
    return manifest


def _measured(write: Callable[[], bool],
              measure: Callable[[], dict[str, float]]) -> dict[str, float] | None:
    """What was measured of a form; None where there is none or it does not work."""
    try:
        return measure() if write() else None
    except EngineError:
        return None


def _why(quality: dict[str, float] | None) -> str:
    if quality is None:
        return "this model cannot be kept so"
    figures = ", ".join(f"{name} {value:.3f}" for name, value in quality.items())
    return f"it answers too differently ({figures})"
