"""The command `models pack`: what an adapter learned, as a small folder to give away or to keep."""

import argparse
import sys
from pathlib import Path

from engine.cli.command import Commands, Context
from engine.cli.find_model import find_model
from engine.errors import EngineError
from engine.models.manifest import ModelManifest

DONE = 0


def add_to(verbs: Commands) -> None:
    """Adds `pack`."""
    packing = verbs.add_parser("pack", help="write what an adapter learned into a small folder, "
                               "which “models add” joins to the same base elsewhere")
    packing.add_argument("id", metavar="ID")
    packing.add_argument("folder", metavar="FOLDER", type=Path, help="empty, or not there yet")
    packing.set_defaults(run=run_pack)


def run_pack(options: argparse.Namespace, context: Context) -> int:
    """Fills the folder. EngineError where it holds something, or the model is no adapter."""
    folder: Path = options.folder
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise EngineError(f"{folder} is not empty.", "Name a folder that is not there yet.")
    entry = find_model(context, options.id)
    if entry.problem is not None:
        raise entry.problem
    folder.mkdir(parents=True, exist_ok=True)
    manifest = _packed(entry.folder, folder)
    print(f"{manifest.name}: {manifest.bytes / 1e6:.1f} MB in {folder}", file=sys.stderr)
    return DONE


def _packed(adapter: Path, folder: Path) -> ModelManifest:
    from engine.export.changes_folder import pack

    return pack(adapter, folder)
