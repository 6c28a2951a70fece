"""The commands `models versions` and `models back`: earlier and waiting versions of a model."""

import argparse
import sys
from datetime import datetime
from typing import Protocol

import msgspec

from engine.cli.command import Context
from engine.errors import EngineError
from engine.models.registry import ModelRegistry
from engine.models.trash import restore_model
from engine.models.versions import ModelVersion, ModelVersions

DONE = 0


class Verbs(Protocol):
    """Where a verb adds itself, as argparse's add_subparsers gives it."""

    def add_parser(self, name: str, *,
                   help: str) -> argparse.ArgumentParser: ...  # noqa: A002 - argparse's own name


def add_to(verbs: Verbs) -> None:
    """Adds `versions` and `back`."""
    listing = verbs.add_parser("versions", help="the versions of a model; of all where none is "
                               "named")
    listing.add_argument("id", nargs="?", default="", metavar="ID")
    listing.add_argument("--delete", default="", metavar="VERSION",
                         help="set this version aside; it is kept for a week")
    listing.add_argument("--restore", default="", metavar="VERSION",
                         help="take a deleted version back")
    listing.add_argument("--json", action="store_true", help="one JSON object a line")
    listing.set_defaults(run=run_versions)
    back = verbs.add_parser("back", help="use an earlier, or a new and waiting, version")
    back.add_argument("id", metavar="ID")
    back.add_argument("version", metavar="VERSION", help="its name, or how it begins")
    back.set_defaults(run=run_back)


def run_versions(options: argparse.Namespace, context: Context) -> int:
    """Prints versions, the one in use first."""
    shelf = _shelf(context)
    if options.delete:
        shelf.delete(options.id, options.delete)
        print(f"Version {options.delete} is set aside. Take it back with: models versions "
              f"{options.id} --restore {options.delete}", file=sys.stderr)
        return DONE
    if options.restore:
        restore_model(shelf.removed(options.id, options.restore))
        print(f"Version {options.restore} of {options.id} is back.", file=sys.stderr)
        return DONE
    for model_id in (options.id,) if options.id else shelf.ids():
        versions = shelf.of(model_id)
        if not versions:
            raise EngineError(f'There is no model "{model_id}".', 'See "models list".')
        for version in versions:
            print(_as_json(version) if options.json else _as_text(version))
    return DONE


def run_back(options: argparse.Namespace, context: Context) -> int:
    """Puts a version in place; the one there is kept."""
    shelf = _shelf(context)
    known = {entry.id for entry in
             ModelRegistry(context.paths.shipped_models, context.paths.models).entries()}
    if options.id not in known and not shelf.of(options.id):
        raise EngineError(f'There is no model "{options.id}".', 'See "models list".')
    stands = shelf.bring(options.id, options.version)
    print(f"{options.id} is now version {stands.name}. The other is kept: models versions "
          f"{options.id}", file=sys.stderr)
    return DONE


def _shelf(context: Context) -> ModelVersions:
    shelf = ModelVersions(context.paths.models, context.paths.shipped_models)
    shelf.settle()
    return shelf


def _state(version: ModelVersion) -> str:
    if version.in_place:
        return "in use"
    return "new" if version.waiting else "shipped" if version.shipped else "kept"


def _as_text(version: ModelVersion) -> str:
    made = datetime.fromtimestamp(version.made_at).astimezone()
    quality = version.manifest.quality if version.manifest else {}
    figures = ", ".join(f"{name} {value:.3g}" for name, value in list(quality.items())[:3])
    return (f"{version.model_id:24} {version.name:12} {_state(version):8} "
            f"{made:%Y-%m-%d %H:%M} {version.bytes / 1e6:8.1f} MB  {figures}").rstrip()


def _as_json(version: ModelVersion) -> str:
    manifest = version.manifest
    return msgspec.json.encode({
        "id": version.model_id, "version": version.name, "state": _state(version),
        "made_at": version.made_at, "bytes": version.bytes, "folder": str(version.folder),
        "learned": manifest.learned if manifest else "",
        "quality": manifest.quality if manifest else {}}).decode()
