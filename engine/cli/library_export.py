"""The act `library export`: songs as a playlist for players, as a table, as JSON, or as a small
file of moods beside each recording."""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from engine.cli.command import Commands, Context
from engine.cli.consent import agreed
from engine.cli.plain_text import say
from engine.cli.song_options import add_song_options, chosen_keys
from engine.cli.song_shelf import SongShelf, open_shelf
from engine.errors import EngineError
from engine.tagging.playlists.exporting import (
    Exported,
    ExportFormat,
    Exporting,
    ExportProgress,
    follow,
    format_of,
)
from engine.tagging.playlists.sidecars import PlannedSidecar, Sidecars, SidecarState, write

DONE, KNOWN_ERROR = 0, 2
SIDECAR = "sidecar"
_TOLD = {SidecarState.NEW: "new", SidecarState.UPDATED: "replaced", SidecarState.SAME: "unchanged",
         SidecarState.FOREIGN: "left, as it is not ours"}


def register(acts: Commands) -> None:
    """Adds `library export`."""
    parser = acts.add_parser("export", help="write songs into a file for other programs")
    parser.add_argument("file", nargs="?", type=Path, metavar="FILE",
                        help="list.m3u8, songs.csv or songs.json; none with --format sidecar")
    parser.add_argument("--format", choices=[*ExportFormat, SIDECAR],
                        help="otherwise by the ending of FILE; sidecar: Song.moods.json beside "
                             "each recording")
    add_export_options(parser)
    parser.add_argument("--dry-run", action="store_true",
                        help="with sidecar: only list what would be written")
    parser.add_argument("--yes", action="store_true", help="with sidecar: do not ask")
    add_song_options(parser)
    parser.set_defaults(run=run)


def add_export_options(parser: argparse.ArgumentParser) -> None:
    """Adds how a file is written."""
    parser.add_argument("--overwrite", action="store_true", help="replace FILE if it is there")
    parser.add_argument("--absolute", action="store_true",
                        help="whole paths in a playlist, instead of from where it lies")


def run(options: argparse.Namespace, context: Context) -> int:
    """Writes the songs that fit."""
    with open_shelf(context, options.tagger) as shelf:
        keys = chosen_keys(options, shelf)
        if options.format == SIDECAR:
            return _write_sidecars(options, shelf, [key for key in keys if key > 0])
        if options.file is None:
            raise EngineError("There is no file to write to.",
                              "Name one: library export list.m3u8")
        kind = ExportFormat(options.format) if options.format else None
        return export_songs(options, shelf, keys, kind, "")


def export_songs(options: argparse.Namespace, shelf: SongShelf, keys: Sequence[int],
                 kind: ExportFormat | None, name: str) -> int:
    """Writes these songs into `options.file`, whose ending says how where `kind` does not."""
    chosen = kind or format_of(options.file)
    if chosen is None:
        raise EngineError(f"What {options.file.name} shall be is not clear from its name.",
                          "End it in .m3u8, .csv or .json, or add --format.")
    exporting = Exporting(shelf.database, shelf.store, shelf.index, shelf.settings)
    steps = exporting.export(keys, chosen, options.file, name or options.file.stem,
                             options.overwrite, not options.absolute)
    say(_sentence(follow(steps, _tell)))
    return DONE


def _tell(progress: ExportProgress) -> None:
    if sys.stderr.isatty():
        print(f"\r{progress.done} of {progress.total}", end="", file=sys.stderr, flush=True)
        if progress.done == progress.total:
            print("\r", end="", file=sys.stderr)


def _sentence(done: Exported) -> str:
    songs = f"{done.songs} {'song' if done.songs == 1 else 'songs'}"
    rest = f" {done.left_out} without a recording left out." if done.left_out else ""
    return f"{songs} written to {done.file}.{rest}"


def _write_sidecars(options: argparse.Namespace, shelf: SongShelf, songs: Sequence[int]) -> int:
    sidecars = Sidecars(shelf.database, shelf.store, shelf.index, shelf.settings)
    planned = list(sidecars.plan(songs))
    if not planned:
        raise EngineError("None of these songs has a recording and moods.",
                          "Tag some first, or choose others.")
    for each in planned:
        say(f"    {each.file}   {_TOLD[each.state]}")
    wanted = [each for each in planned if each.state in (SidecarState.NEW, SidecarState.UPDATED)]
    if options.dry_run or not wanted:
        say("Nothing was written." if options.dry_run else "There is nothing to write.")
        return DONE
    files = f"{len(wanted)} {'file' if len(wanted) == 1 else 'files'}"
    if not agreed(f"Write {files} beside your music?", options.yes):
        say("Nothing was written.")
        return DONE
    return _written(wanted)


def _written(wanted: Sequence[PlannedSidecar]) -> int:
    failures = [failure for each in wanted if (failure := write(each)) is not None]
    for failure in failures:
        say(f"{failure.message} {failure.hint}")
    count = len(wanted) - len(failures)
    say(f"{count} {'file' if count == 1 else 'files'} written.")
    return DONE if count else KNOWN_ERROR
