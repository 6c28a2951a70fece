"""The command `scene-from`: a scene to talk in, made of a song's moods, its arc and its themes.

The song is a file, which is tagged first where it is new, or words that find one in the library.
"""

import argparse
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import msgspec

from engine.chat.cards.card_writing import book_as_json
from engine.chat.lorebook import Lorebook
from engine.chat.scene_store import SceneStore
from engine.cli.command import Commands, Context
from engine.cli.json_lines import print_object
from engine.cli.plain_text import plain, say
from engine.cli.rewrite import find_encoder
from engine.errors import EngineError
from engine.interplay.song_finding import find_songs
from engine.interplay.song_scene import SceneMaker, SongScene
from engine.library.database import Database
from engine.settings import Settings, load_settings
from engine.tagging.language import LanguageDetector
from engine.tagging.lyric_store import LyricStore
from engine.tagging.own_moods import open_vocabulary
from engine.tagging.requests import Answered, TagRequest
from engine.tagging.service import TaggingService
from engine.tagging.song import Song, SongState

_NO_ENCODER = ("No sentence encoder is installed, so the themes are those the song names most "
               "often. To add it: models add all-MiniLM-L6-v2")
_SHOWN = 5


def register(commands: Commands) -> None:
    """Adds `scene-from`."""
    parser = commands.add_parser("scene-from", help="make a scene to talk in out of a song")
    parser.add_argument("song", metavar="SONG",
                        help="a lyric or recording, or words of a title in the library")
    parser.add_argument("--tagger", default="", metavar="ID", help="who hears the moods of a file")
    parser.add_argument("--save", action="store_true", help="keep the scene in the library")
    parser.add_argument("--out", type=Path, metavar="FILE",
                        help="write the scene as JSON, for “chat --scene FILE”")
    parser.add_argument("--lorebook", type=Path, metavar="FILE",
                        help="write its lorebook as other programs read it")
    parser.add_argument("--json", action="store_true", help="one JSON object with both")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace, context: Context) -> int:
    """Makes the scene and tells it. EngineError where there is no such song."""
    settings = load_settings(context.paths.settings_file)
    with closing(Database.open(context.paths.library_file, context.paths.backups)) as database:
        song = _song(options, context, database, settings)
        encoder = find_encoder(context.paths, settings, _NO_ENCODER)
        made = SceneMaker(open_vocabulary(context.paths), encoder).scene_from(song)
        if options.save:
            store = SceneStore(database)
            say(f"“{store.add(made.scene).value.title}” is in the library.")
    if options.out:
        _write(options.out, msgspec.json.encode(made.scene))
    if options.lorebook:
        _write(options.lorebook, _book(made.lorebook))
    if options.json:
        print_object({"scene": msgspec.to_builtins(made.scene),
                      "lorebook": book_as_json(made.lorebook)})
    else:
        print(plain(_text(made)))
    return 0


def _song(options: argparse.Namespace, context: Context, database: Database,
          settings: Settings) -> Song:
    store = LyricStore(database)
    named = str(options.song)
    if named and Path(named).is_file():
        return _of_file(Path(named), options.tagger, context, store, settings)
    found = find_songs(database, named, _SHOWN)
    song = store.shown_song(found[0].id, settings) if found else None
    if song is None:
        raise EngineError(f"There is no song “{named}”, neither as a file nor in the library.",
                          "Name its file, or words of its title.")
    if len(found) > 1:
        say(f"Made of “{found[0].title}”; also found: "
            f"{', '.join(f'“{other.title}”' for other in found[1:])}.")
    return song


def _of_file(file: Path, tagger_id: str, context: Context, store: LyricStore,
             settings: Settings) -> Song:
    tagger = context.open_tagger(context.paths, tagger_id, settings)
    chosen = replace(settings, tagger=tagger.id)
    service = TaggingService(store, LanguageDetector(), lambda: tagger, lambda: chosen)
    answers = service.run(TagRequest((file.absolute(),)))
    row = next(event.row for event in answers if isinstance(event, Answered))
    if row.song_id is None or row.state is not SongState.TAGGED:
        raise EngineError(row.message or "This file holds no song.", row.hint)
    song = store.shown_song(row.song_id, chosen)
    assert song is not None  # it has just been stored
    return song


def _text(made: SongScene) -> str:
    scene = made.scene
    facts = "\n".join(f"  {fact}" for fact in scene.facts)
    keys = ", ".join(entry.name for entry in made.lorebook.entries)
    told = [scene.title, "", scene.scenario, "", f"Mood: {scene.mood}. Kind: {scene.mode}.",
            "Facts:", facts, scene.authors_note.text]
    return "\n".join([*told, *([f"Lore: {keys}."] if keys else []), scene.source])


def _book(book: Lorebook) -> bytes:
    return msgspec.json.encode({"spec": "lorebook_v3", "data": book_as_json(book)})


def _write(file: Path, told: bytes) -> None:
    """Beside the file first, so that a kill leaves one whole version."""
    fresh = file.with_name(f"{file.name}.new")
    try:
        fresh.write_bytes(msgspec.json.format(told, indent=2))
        fresh.replace(file)
    except OSError as failure:
        raise EngineError(f"{file} cannot be written: {failure.strerror}.",
                          "Choose another place for it.") from failure
