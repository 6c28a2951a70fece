"""The command `models`: what is installed, broken ones with their reason."""

import argparse

import msgspec

from engine.cli.command import Commands, Context
from engine.models.registry import ModelRegistry, RegistryEntry


def register(commands: Commands) -> None:
    """Adds `models list`."""
    models = commands.add_parser("models", help="the installed models")
    verbs = models.add_subparsers(required=True, metavar="list")
    listing = verbs.add_parser("list", help="every installed model")
    listing.add_argument("--json", action="store_true", help="one JSON object a line")
    listing.set_defaults(run=run_list)


def run_list(options: argparse.Namespace, context: Context) -> int:
    """Prints every model folder; one that cannot be read says so and hides no other."""
    entries = ModelRegistry(context.paths.shipped_models, context.paths.models).entries()
    for entry in entries:
        print(_as_json(entry) if options.json else _as_text(entry))
    if not entries and not options.json:
        print("No model is installed.")
    return 0


def _as_json(entry: RegistryEntry) -> str:
    told: dict[str, object] = {"id": entry.id, "shipped": entry.shipped,
                               "folder": str(entry.folder)}
    if entry.manifest is not None:
        kept = msgspec.to_builtins(entry.manifest)
        told |= {name: kept[name] for name in (
            "name", "kind", "task", "version", "precision", "languages", "licence", "made_from",
            "quality", "speed")}
        told |= {"bytes": entry.manifest.bytes,
                 "labels": [label.id for label in entry.manifest.labels]}
    if entry.problem is not None:
        told |= {"error": entry.problem.message, "hint": entry.problem.hint}
    return msgspec.json.encode(told).decode()


def _as_text(entry: RegistryEntry) -> str:
    manifest = entry.manifest
    if manifest is None:
        problem = entry.problem
        return f"{entry.id}\n    {problem.message} {problem.hint}" if problem else entry.id
    facts = (manifest.task, manifest.precision, f"{manifest.bytes / 1e6:.1f} MB",
             f"{len(manifest.labels)} labels" if manifest.labels else "",
             ", ".join(manifest.languages), manifest.licence)
    return f"{manifest.id}   {manifest.name}\n    {'   '.join(filter(None, facts))}"
