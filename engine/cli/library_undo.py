"""The acts `library history`, `undo` and `redo`: what was written into files, and back again."""

import argparse
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from engine.cli.command import Commands, Context
from engine.cli.consent import agreed
from engine.cli.json_lines import print_object
from engine.cli.library_write import open_writer
from engine.cli.plain_text import say
from engine.cli.song_shelf import SongShelf, open_shelf
from engine.cli.write_told import (
    batch_line,
    batch_object,
    counted,
    note_lines,
    note_object,
    undone_lines,
    undone_object,
    written_lines,
    written_object,
)
from engine.errors import EngineError
from engine.tagging.song_identity import place_of
from engine.tagging.writing.values import (
    NotUndone,
    Undone,
    WriteNote,
    WriteScope,
    WriteState,
    Written,
)

if TYPE_CHECKING:
    from engine.tagging.writing.tag_writer import TagWriter

DONE, KNOWN_ERROR = 0, 2


def register(acts: Commands) -> None:
    """Adds `library history`, `undo` and `redo`."""
    history = acts.add_parser("history", help="what was written into files, newest first")
    history.add_argument("--batch", type=int, metavar="ID", help="the files of one batch")
    history.add_argument("--json", action="store_true", help="one JSON object a line")
    history.set_defaults(run=run_history)
    for name, about, again in (
            ("undo", "take moods out of files again, to the last byte where possible", False),
            ("redo", "write again what was taken out", True)):
        parser = acts.add_parser(name, help=about)
        _add_scope(parser, "redo" if again else "undo")
        parser.add_argument("--yes", action="store_true", help="do not ask where many are meant")
        parser.add_argument("--json", action="store_true", help="one JSON object a line")
        parser.set_defaults(run=partial(_run, again=again))


def run_history(options: argparse.Namespace, context: Context) -> int:
    """Prints the batches, or the files of one of them."""
    with open_shelf(context) as shelf:
        writer = open_writer(shelf)
        if options.batch is not None:
            _known(writer, options.batch)
            for note in writer.writes(WriteScope(batch=options.batch)):
                _tell(note_object(note) if options.json else note_lines(note))
            return DONE
        batches = writer.batches()
        for batch in batches:
            _tell(batch_object(batch) if options.json else batch_line(batch))
        if not batches:
            say("Nothing was written into files yet.")
    return DONE


def _add_scope(parser: argparse.ArgumentParser, verb: str) -> None:
    which = parser.add_mutually_exclusive_group(required=True)
    which.add_argument("--last", action="store_true", help=f"{verb} what was done last")
    which.add_argument("--batch", type=int, metavar="ID", help="see “library history”")
    which.add_argument("--song", metavar="SONG", help="all of one song: a file, title or number")
    which.add_argument("--tagger", metavar="ID",
                       help="all that this tagger said; with @version only of that version")
    which.add_argument("--all", action="store_true", help="everything that was ever written")


def _run(options: argparse.Namespace, context: Context, again: bool) -> int:
    with open_shelf(context) as shelf:
        writer = open_writer(shelf)
        wanted = WriteState.UNDONE if again else WriteState.WRITTEN
        scope = _scope(options, shelf, writer, wanted)
        notes = [note for note in writer.writes(scope) if note.state is wanted] if scope else []
        if scope is None or not notes:
            say("There is nothing to write again." if again else "There is nothing to take back.")
            return DONE
        if not _agreed(notes, options.yes, again):
            say("Nothing was changed.")
            return DONE
        return _redo(writer, scope, options.json) if again else _undo(writer, scope, options.json)


def _scope(options: argparse.Namespace, shelf: SongShelf, writer: "TagWriter",
           wanted: WriteState) -> WriteScope | None:
    """What is meant; None where there is nothing left of the kind."""
    if options.last:
        return next((WriteScope(batch=batch.id) for batch in writer.batches()
                     if (batch.undone if wanted is WriteState.UNDONE
                         else batch.files - batch.undone)), None)
    if options.batch is not None:
        _known(writer, options.batch)
        return WriteScope(batch=options.batch)
    if options.song:
        return _of_song(options.song, shelf, writer)
    return WriteScope(tagger=options.tagger or "")


def _of_song(name: str, shelf: SongShelf, writer: "TagWriter") -> WriteScope:
    """By its file also where the library has forgotten the song since."""
    place = Path(place_of(Path(name)))
    writes = tuple(note.id for note in writer.writes(WriteScope()) if note.path == place)
    return WriteScope(writes=writes) if writes else WriteScope(songs=(shelf.song(name),))


def _known(writer: "TagWriter", batch: int) -> None:
    if all(each.id != batch for each in writer.batches()):
        raise EngineError(f"There is no batch {batch}.", "“library history” lists them.")


def _agreed(notes: Sequence[WriteNote], yes: bool, again: bool) -> bool:
    """One file is changed as asked; before more are, their list is shown."""
    files = {note.path for note in notes}
    if len(files) == 1 or yes:
        return True
    for file in sorted(files):
        say(f"    {file}")
    verb = "Write moods into" if again else "Take moods out of"
    return agreed(f"{verb} {counted(len(files))} again?", yes)


def _undo(writer: "TagWriter", scope: WriteScope, as_json: bool) -> int:
    done = left = 0
    for told in writer.undo(scope):
        _tell(undone_object(told) if as_json else undone_lines(told))
        done, left = done + isinstance(told, Undone), left + isinstance(told, NotUndone)
    return _ended(done, left, "taken back")


def _redo(writer: "TagWriter", scope: WriteScope, as_json: bool) -> int:
    done = left = 0
    for told in writer.redo(scope):
        _tell(written_object(told) if as_json else written_lines(told))
        done, left = done + isinstance(told, Written), left + (not isinstance(told, Written))
    return _ended(done, left, "written again")


def _ended(done: int, left: int, verb: str) -> int:
    rest = f", {left} left as {'it was' if left == 1 else 'they were'}" if left else ""
    say(f"{counted(done)} {verb}{rest}.")
    return DONE if done else KNOWN_ERROR


def _tell(told: dict[str, object] | str) -> None:
    if isinstance(told, str):
        print(told, flush=True)
    else:
        print_object(told)
