"""What `tag --write-tags` adds: the moods just found go into the files that were named."""

import argparse
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

from engine.cli.command import Context
from engine.cli.plain_text import say
from engine.cli.write_options import write_options
from engine.cli.write_told import counted
from engine.errors import EngineError
from engine.library.database import Database
from engine.settings import Settings
from engine.tagging.lyric_store import LyricStore
from engine.tagging.own_moods import open_vocabulary
from engine.tagging.playlists.song_documents import sidecar_of
from engine.tagging.song import SongRow, SongState
from engine.tagging.writing.tag_writer import TagWriter
from engine.tagging.writing.values import NotWritten, PlannedWrite, Written

_AT_ONCE = 500


def check(options: argparse.Namespace) -> None:
    """EngineError where what is written could not be taken back."""
    if options.write_tags and options.no_store:
        raise EngineError("Moods cannot be written into files with --no-store.",
                          "The library keeps what it takes to take them out again: leave one out.")


def write_tags(rows: Sequence[SongRow], options: argparse.Namespace, context: Context,
               settings: Settings) -> bool:
    """Writes the moods of these rows into their own files, not into others that hold the same
    song. Whether anything went well; what did not is said."""
    tagged = [row for row in rows if row.state is SongState.TAGGED and row.song_id is not None]
    paths = context.paths
    with closing(Database.open(paths.library_file, paths.backups)) as database:
        writer = TagWriter(database, LyricStore(database), open_vocabulary(paths),
                           paths.writing_lock)
        planned = _planned(tagged, writer, options, settings)
        for one in planned:
            if one.message:
                _tell(one)
        told = [*writer.write([one for one in planned if one.changes])]
    for failed in told:
        if isinstance(failed, NotWritten):
            _tell(failed)
    return not planned or _sum_up(planned, told) < len(planned)


def _planned(rows: Sequence[SongRow], writer: TagWriter, options: argparse.Namespace,
             settings: Settings) -> list[PlannedWrite]:
    wanted = write_options(options, settings)
    planned: list[PlannedWrite] = []
    for first in range(0, len(rows), _AT_ONCE):
        part = rows[first:first + _AT_ONCE]
        places = {row.place for row in part}
        places |= {str(sidecar_of(Path(place))) for place in places}
        songs = dict.fromkeys(row.song_id for row in part if row.song_id is not None)
        planned += [one for one in writer.plan(songs, settings, wanted)
                    if str(one.path) in places]
    return planned


def _tell(one: PlannedWrite | NotWritten) -> None:
    say(f"{one.path}: {' '.join(filter(None, (one.message, one.hint)))}")


def _sum_up(planned: Sequence[PlannedWrite], told: Sequence[Written | NotWritten]) -> int:
    """Says what came of it; the number of files that were left as they are against the wish."""
    written = [one for one in told if isinstance(one, Written)]
    left = len(told) - len(written) + sum(bool(one.message) for one in planned)
    same = len(planned) - len(written) - left
    parts = [f"Moods written into {counted(len(written))}"]
    if same:
        parts.append(f"{same} already held them" if same > 1 else "1 already held them")
    if left:
        parts.append(f"{left} left as {'it was' if left == 1 else 'they were'}")
    say(f"{', '.join(parts)}.")
    if written:
        say(f"Take them out with: library undo --batch {written[0].batch}")
    return left
