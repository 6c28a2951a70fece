"""The act `library write`: moods into the files of songs, after a look at what would change."""

import argparse
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from engine.cli.command import Commands, Context
from engine.cli.consent import agreed
from engine.cli.json_lines import print_object
from engine.cli.plain_text import say
from engine.cli.song_options import add_song_options, asks_for_songs, chosen_keys
from engine.cli.song_shelf import SongShelf, open_shelf
from engine.cli.write_options import add_write_options, write_options
from engine.cli.write_told import (
    counted,
    planned_lines,
    planned_object,
    written_lines,
    written_object,
)
from engine.errors import EngineError
from engine.tagging.writing.values import PlannedWrite, Written

if TYPE_CHECKING:
    from engine.tagging.writing.tag_writer import TagWriter

DONE, KNOWN_ERROR = 0, 2
_ABOUT = """\
Shows for each file what is in it now and what would be, and asks before it writes. Only the mood
fields change; each file is written to a copy, read back and compared before it takes its place.
Everything can be taken back: see “library history” and “library undo”.
"""


def register(acts: Commands) -> None:
    """Adds `library write`."""
    parser = acts.add_parser("write", help="write moods into the files of songs")
    parser.description = _ABOUT
    add_song_options(parser, words=True)
    parser.add_argument("--all", action="store_true", help="every song of the library")
    add_write_options(parser)
    parser.add_argument("--dry-run", action="store_true", help="show it and change nothing")
    parser.add_argument("--yes", action="store_true", help="do not ask before writing")
    parser.add_argument("--json", action="store_true", help="one JSON object a line")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace, context: Context) -> int:
    """Plans, shows, asks and writes. EngineError where nothing says which songs are meant."""
    if not options.all and not asks_for_songs(options):
        raise EngineError("Say which songs are meant.",
                          "Name words, moods or a playlist, or --all for the whole library.")
    with open_shelf(context, options.tagger) as shelf:
        writer = open_writer(shelf)
        plan = _planned(options, shelf, writer)
        fitting = [each for each in plan if each.changes]
        say(plan_summary(plan))
        if options.dry_run or not plan:
            return DONE
        if not fitting:
            return KNOWN_ERROR if all(each.message for each in plan) else DONE
        if not agreed(f"Write moods into {counted(len(fitting))}?", options.yes):
            say("Nothing was written.")
            return DONE
        return write_all(writer, fitting, options.json)


def open_writer(shelf: SongShelf) -> "TagWriter":
    """Who writes, for this shelf. What reads tags is loaded once it is wanted."""
    from engine.tagging.writing.tag_writer import TagWriter

    return TagWriter(shelf.database, shelf.store, shelf.vocabulary, shelf.paths.writing_lock)


def write_all(writer: "TagWriter", planned: Sequence[PlannedWrite], as_json: bool) -> int:
    """Writes what was planned and tells each file; the exit code."""
    written = refused = batch = 0
    for told in writer.write(planned):
        if as_json:
            print_object(written_object(told))
        else:
            print(written_lines(told), flush=True)
        if isinstance(told, Written):
            written, batch = written + 1, told.batch
        else:
            refused += 1
    say(f"{counted(written)} written{_left(refused)}.")
    if written:
        say(f"Take it back with: library undo --batch {batch}")
    return DONE if written else KNOWN_ERROR


def plan_summary(plan: Iterable[PlannedWrite]) -> str:
    """How many files would change, and how many not."""
    every = list(plan)
    changing = sum(each.changes for each in every)
    refused = sum(bool(each.message) for each in every)
    same = len(every) - changing - refused
    told = [f"{counted(changing)} would change"]
    if same:
        told.append(f"{same} already hold what they should" if same > 1
                    else "1 already holds what it should")
    if refused:
        told.append(f"{refused} cannot be written")
    return f"{', '.join(told)}." if every else "No file belongs to these songs."


def _planned(options: argparse.Namespace, shelf: SongShelf,
             writer: "TagWriter") -> list[PlannedWrite]:
    songs = [key for key in chosen_keys(options, shelf) if key > 0]
    if not songs:
        say("No song fits.")
        return []
    plan: list[PlannedWrite] = []
    for planned in writer.plan(songs, shelf.settings, write_options(options, shelf.settings)):
        plan.append(planned)
        _show(planned, options)
    return plan


def _show(planned: PlannedWrite, options: argparse.Namespace) -> None:
    """Where nobody is asked and something is done, only what was done is told."""
    if options.yes and not options.dry_run and not planned.message:
        return
    if options.json:
        print_object(planned_object(planned))
    elif planned.changes or planned.message:
        print(planned_lines(planned), flush=True)


def _left(refused: int) -> str:
    if not refused:
        return ""
    return f", {refused} left as {'it was' if refused == 1 else 'they were'}"
