"""The acts `library backup`, `restore`, `pack` and `unpack`: the person's data kept and carried."""

import argparse
import sys
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from engine.cli.command import Commands, Context
from engine.cli.consent import agreed
from engine.cli.json_lines import print_object
from engine.cli.plain_text import plain, say
from engine.cli.progress_line import ProgressLine
from engine.errors import Cancelled, EngineError
from engine.events import Report
from engine.library.archive.bringing_in import BroughtIn, Way, bring_in, look_into
from engine.library.archive.manifest import Manifest
from engine.library.archive.packing import pack
from engine.library.archive.putting_back import last_before, put_back
from engine.library.backup import Backup, BackupShelf
from engine.library.incoming import settle

DONE = 0


def register(acts: Commands) -> None:
    """Adds the four acts."""
    kept = acts.add_parser("backup", help="copy the library as it is now, or list the copies")
    kept.add_argument("--list", action="store_true", help="name the backups, newest first")
    kept.add_argument("--json", action="store_true", help="one JSON object a line")
    kept.set_defaults(run=_backup)
    restored = acts.add_parser("restore", help="put a backup in the library's place")
    which = restored.add_mutually_exclusive_group(required=True)
    which.add_argument("backup", nargs="?", metavar="BACKUP",
                       help="a name that “library backup --list” tells, or a file")
    which.add_argument("--undo", action="store_true",
                       help="back to what was here before the last restore or import")
    restored.add_argument("--yes", action="store_true", help="do not ask")
    restored.set_defaults(run=_restore)
    packed = acts.add_parser("pack", help="write everything personal into one file")
    packed.add_argument("file", type=Path, metavar="FILE", help="ends with .zip")
    packed.add_argument("--models", action="store_true", help="your own models too")
    packed.add_argument("--force", action="store_true", help="write over a file that is there")
    packed.set_defaults(run=_pack)
    unpacked = acts.add_parser("unpack", help="bring such a file in, or look into it")
    unpacked.add_argument("file", type=Path, metavar="FILE")
    way = unpacked.add_mutually_exclusive_group()
    way.add_argument("--replace", action="store_true", help="in the place of what is here")
    way.add_argument("--add", action="store_true", help="added to what is here, each thing once")
    unpacked.add_argument("--no-models", action="store_true", help="leave its models out")
    unpacked.add_argument("--yes", action="store_true", help="do not ask")
    unpacked.add_argument("--json", action="store_true", help="one JSON object a line")
    unpacked.set_defaults(run=_unpack)


def _backup(options: argparse.Namespace, context: Context) -> int:
    shelf = BackupShelf(context.paths)
    if not options.list:
        with _progress() as report:
            made = shelf.make(report=report)
        _tell_backup(made, options.json)
        return DONE
    for backup in (found := shelf.all()):
        _tell_backup(backup, options.json)
    if not found:
        say("There is no backup yet. “library backup” makes one.")
    return DONE


def _restore(options: argparse.Namespace, context: Context) -> int:
    shelf = BackupShelf(context.paths)
    if options.undo:
        file = last_before(shelf).file
    else:
        given = Path(options.backup)
        file = given if given.is_file() else shelf.find(options.backup).file
    if not agreed(f"Put {file.name} in the place of your library? It is backed up first.",
                  options.yes):
        return DONE
    with _progress() as report:
        before = put_back(context.paths, file, report)
    settle(context.paths)
    print(plain(f"The library is as it was in {file.name}."))
    if before is not None:
        say(f"What was here until now is kept in {before.name}; “library restore --undo” brings "
            "it back.")
    return DONE


def _pack(options: argparse.Namespace, context: Context) -> int:
    file: Path = options.file
    if file.suffix.lower() != ".zip":
        raise EngineError(f"{file.name} does not end with .zip.", "Give it that ending.")
    if file.exists() and not options.force:
        raise EngineError(f"{file.name} is there already.", "Choose another name, or --force.")
    with _progress() as report:
        packed = pack(context.paths, file, options.models, report)
    print(plain(f"{file}: {_contents(packed.manifest)}, {packed.size / 1e6:.1f} MB"))
    return DONE


def _unpack(options: argparse.Namespace, context: Context) -> int:
    file: Path = options.file
    manifest = look_into(file)
    if not (options.replace or options.add):
        if options.json:
            print_object(_manifest_object(manifest))
        else:
            print(plain(f"{file.name}: {_contents(manifest)}, made at {manifest.made_at}"))
            say("Nothing was taken from it. Choose --replace or --add.")
        return DONE
    way = Way.REPLACE if options.replace else Way.ADD
    question = "Put it in the place of" if options.replace else "Add it to"
    if not agreed(f"{file.name} holds {_contents(manifest)}. {question} your data? What is here is "
                  "kept first.", options.yes):
        return DONE
    with _progress() as report:
        brought = bring_in(context.paths, file, way, not options.no_models, report)
    settle(context.paths)
    _tell_brought(brought, options.json)
    return DONE


def _tell_brought(brought: BroughtIn, as_json: bool) -> None:
    merged = brought.merged
    added: dict[str, Any] = {} if merged is None else {
        name: getattr(merged, name) for name in merged.__dataclass_fields__}
    if as_json:
        print_object({"way": "replace" if merged is None else "add", **added,
                      "before": str(brought.before)})
        return
    if merged is None:
        print("All is as it was where the file was made.")
    else:
        print("New here: " + ", ".join(f"{count} {name}" for name, count in added.items()) + ".")
    say(f"What was here until now is kept in {brought.before.name}; “library restore --undo” "
        "brings it back.")


def _tell_backup(backup: Backup, as_json: bool) -> None:
    figures = backup.figures
    if as_json:
        known = {} if figures is None else {
            "songs": figures.songs, "talks": figures.talks, "labels": figures.labels}
        print_object({"name": backup.name, "kind": backup.kind.value,
                      "at": backup.at.isoformat(), "bytes": backup.size, **known})
        return
    held = "" if figures is None else f"  {_counts(figures.songs, figures.talks)}"
    print(plain(f"{backup.name}  {backup.size / 1e6:.1f} MB{held}"))


def _contents(manifest: Manifest) -> str:
    models = len(manifest.models)
    return _counts(manifest.songs, manifest.talks) + (
        f", {models} {'model' if models == 1 else 'models'}" if models else "")


def _counts(songs: int, talks: int) -> str:
    return (f"{songs} {'song' if songs == 1 else 'songs'}, "
            f"{talks} {'talk' if talks == 1 else 'talks'}")


def _manifest_object(manifest: Manifest) -> dict[str, Any]:
    return {"made_at": manifest.made_at, "songs": manifest.songs, "talks": manifest.talks,
            "labels": manifest.labels, "bytes": manifest.size, "models": manifest.models}


@contextmanager
def _progress() -> Generator[Report]:
    """Ctrl+C ends it where it reports, with nothing half done."""
    line = ProgressLine(sys.stderr)
    try:
        yield line.tell
    except KeyboardInterrupt as asked:
        raise Cancelled from asked
    finally:
        line.end()
