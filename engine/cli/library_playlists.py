"""The act `library playlist`: lists of songs made, shown, changed and written for players."""

import argparse
from collections import deque
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from engine.cli.command import Commands, Context
from engine.cli.json_lines import print_object
from engine.cli.library_export import add_export_options, export_songs
from engine.cli.library_search import song_lines, song_object
from engine.cli.plain_text import plain, say
from engine.cli.song_options import add_song_options, asks_for_songs, chosen_keys, song_query
from engine.cli.song_shelf import SongShelf, open_shelf
from engine.errors import EngineError
from engine.tagging.browsing.song_query import SongQuery, SongSort, query_as_json
from engine.tagging.playlists.arcs import MoodArc
from engine.tagging.playlists.exporting import ExportFormat
from engine.tagging.playlists.list_making import NEAR, ListMaking
from engine.tagging.playlists.playlist import Playlist
from engine.tagging.playlists.playlist_steps import journaled
from engine.tagging.playlists.playlist_store import PlaylistStore

DONE = 0
LENGTH = 25
_STAGES = "MOOD,MOOD[,MOOD]"
_EXAMPLES = """\
examples:
  library playlist make "Rainy days" --mood sadness --language en
  library playlist make Joyful --mood joy:0.7 --rule
  library playlist make Darkening --turns optimism,sadness --limit 30
  library playlist make Evening --along excitement,calmness --limit 20
  library playlist make "Like Rain" --like Rain --limit 15
"""


def register(acts: Commands) -> None:
    """Adds `library playlist` with its acts."""
    parser = acts.add_parser("playlist", help="lists of songs: make, show, export and more")
    own = parser.add_subparsers(required=True, metavar="ACT")
    _add(own, "list", "all playlists", _list).add_argument(
        "--json", action="store_true", help="one JSON object a line")
    show = _add(own, "show", "the songs of one", _show, "NAME")
    show.add_argument("--json", action="store_true", help="one JSON object a line")
    show.add_argument("--paths", action="store_true", help="only the files, one a line")
    make = _add(own, "make", "a new one", _make, "NAME")
    make.epilog = _EXAMPLES
    make.add_argument("--rule", action="store_true",
                      help="keep what is looked for: the list follows the library")
    make.add_argument("--turns", default="", metavar=_STAGES,
                      help="songs that begin with the first mood and end on the last")
    make.add_argument("--along", default="", metavar=_STAGES,
                      help="songs that one after the other lead from the first mood to the last")
    add_song_options(make)
    _register_changes(own)


def _register_changes(own: Commands) -> None:
    add_song_options(_add(own, "add", "put songs into one", _put_in, "NAME"))
    export = _add(own, "export", "write one into a file", _export, "NAME")
    export.add_argument("file", type=Path, metavar="FILE",
                        help="list.m3u8, songs.csv or songs.json")
    export.add_argument("--format", choices=list(ExportFormat),
                        help="otherwise by the ending of FILE")
    add_export_options(export)
    rename = _add(own, "rename", "give one another name", _rename, "NAME")
    rename.add_argument("new", metavar="NEW")
    _add(own, "remove", "take one away; its songs stay", _remove, "NAME")


def _add(own: Commands, name: str, about: str, act: Callable[..., int],
         playlist: str = "") -> argparse.ArgumentParser:
    parser = own.add_parser(name, help=about)
    if playlist:
        parser.add_argument("name", metavar=playlist, help="what it is called")

    def run(options: argparse.Namespace, context: Context) -> int:
        with open_shelf(context, getattr(options, "tagger", "")) as shelf:
            return act(options, shelf)
    parser.set_defaults(run=run)
    return parser


def _list(options: argparse.Namespace, shelf: SongShelf) -> int:
    kept = journaled(shelf.database)
    for each in kept.all():
        count = len(shelf.playlist(each.name)) if each.by_rule else each.count
        if options.json:
            print_object(_object(each, count))
        else:
            print(plain(f"{each.name}   {_songs(count)}{'   by rule' if each.by_rule else ''}"))
    if not kept.all():
        say("There is no playlist yet. Make one: library playlist make NAME --mood joy")
    return DONE


def _show(options: argparse.Namespace, shelf: SongShelf) -> int:
    songs = shelf.playlist(options.name)
    for song in shelf.index.rows(songs):
        if options.json:
            print_object(song_object(song))
        elif not options.paths:
            print(song_lines(song), flush=True)
        elif song.place and not song.missing:
            print(song.place, flush=True)
    say(f"{_songs(len(songs))}.")
    return DONE


def _make(options: argparse.Namespace, shelf: SongShelf) -> int:
    kept = journaled(shelf.database)
    if options.rule:
        if options.limit or options.turns or options.along:
            raise EngineError("A list that follows the library has no length and no course.",
                              "Leave --limit, --turns and --along away, or --rule.")
        made = kept.make(options.name, rule=query_as_json(song_query(options, shelf)))
        count = len(shelf.playlist(made.name))
    else:
        songs = _wanted(options, shelf)
        if not songs:
            raise EngineError("No song fits, so no playlist was made.",
                              "Ask for less, or tag more songs.")
        made = kept.make(options.name, songs)
        count = made.count
    say(f"“{made.name}” holds {_songs(count)}.")
    return DONE


def _wanted(options: argparse.Namespace, shelf: SongShelf) -> Sequence[int]:
    """The songs a new list is made of, in its order."""
    lists = ListMaking(shelf.database, shelf.index, shelf.settings.tagger, shelf.vocabulary)
    if options.turns or options.along:
        return _of_course(options, shelf, lists)
    if options.like and song_query(options, shelf) == SongQuery(
            like=shelf.song(options.like), sort=SongSort.NEARNESS):
        return lists.like(shelf.song(options.like), options.limit or LENGTH)
    if not asks_for_songs(options):
        raise EngineError("Which songs it shall hold is not said.",
                          "Name moods, words or a song; see --help.")
    return [key for key in chosen_keys(options, shelf) if key > 0]


def _of_course(options: argparse.Namespace, shelf: SongShelf,
               lists: ListMaking) -> Sequence[int]:
    keys = shelf.index.find(song_query(options, shelf)).keys
    length = options.limit or LENGTH
    if options.along:
        return lists.along(_arc(options.along, shelf), keys.tolist(), length)
    deque(lists.prepare(), maxlen=0)
    return lists.of_course(_arc(options.turns, shelf), keys, NEAR).songs[:length].tolist()


def _arc(words: str, shelf: SongShelf) -> MoodArc:
    """“hope,bitterness”: two moods or three, one of which may be left out between commas."""
    stages = [shelf.mood(word) if word.strip() else "" for word in words.split(",")]
    if len(stages) == 2:
        stages.insert(1, "")
    if len(stages) != 3 or not any(stages):
        raise EngineError(f"“{words}” is no course of moods.",
                          "Name the first and the last, and one between if you like: joy,anger")
    return MoodArc(*stages)


def _put_in(options: argparse.Namespace, shelf: SongShelf) -> int:
    if not asks_for_songs(options):
        raise EngineError("Which songs are meant is not said.", "Name moods, words or a song.")
    kept, playlist = _found(options.name, shelf)
    added = kept.add(playlist.id, [key for key in chosen_keys(options, shelf) if key > 0])
    say(f"{_songs(added)} added to “{playlist.name}”.")
    return DONE


def _export(options: argparse.Namespace, shelf: SongShelf) -> int:
    _, playlist = _found(options.name, shelf)
    kind = ExportFormat(options.format) if options.format else None
    return export_songs(options, shelf, shelf.playlist(playlist.name), kind, playlist.name)


def _rename(options: argparse.Namespace, shelf: SongShelf) -> int:
    kept, playlist = _found(options.name, shelf)
    say(f"“{playlist.name}” is now “{kept.rename(playlist.id, options.new).name}”.")
    return DONE


def _remove(options: argparse.Namespace, shelf: SongShelf) -> int:
    kept, playlist = _found(options.name, shelf)
    kept.remove(playlist.id)
    say(f"“{playlist.name}” is taken away; its songs are still in the library. "
        "Ctrl+Z in the Library brings it back.")
    return DONE


def _found(name: str, shelf: SongShelf) -> tuple[PlaylistStore, Playlist]:
    shelf.playlist(name)  # says which there are, where there is none of this name
    kept = journaled(shelf.database)
    found = kept.named(name)
    assert found is not None
    return kept, found


def _object(playlist: Playlist, count: int) -> dict[str, Any]:
    return {"name": playlist.name, "songs": count, "by_rule": playlist.by_rule}


def _songs(count: int) -> str:
    return f"{count} {'song' if count == 1 else 'songs'}"
