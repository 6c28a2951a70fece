"""The command `moods`: moods of one's own, learned from a handful of songs."""

import argparse
from collections.abc import Generator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, cast

import msgspec

from engine.cli.command import Commands, Context
from engine.cli.json_lines import print_object
from engine.cli.plain_text import plain, say
from engine.errors import EngineError
from engine.library.database import Database
from engine.settings import load_settings

if TYPE_CHECKING:
    from engine.export.own_moods_desk import OwnMoodsDesk, ShownSong, Trial
    from engine.tagging.own_moods import InstalledMood
    from engine.tagging.tagger import Tagger

DONE = 0
_SHOWN = 10


def register(commands: Commands) -> None:
    """Adds `moods`."""
    parser = commands.add_parser("moods", help="moods of your own, from 8 to 20 songs")
    acts = parser.add_subparsers(required=True, metavar="ACT")
    listed = acts.add_parser("list", help="the moods of your own")
    listed.set_defaults(run=_list)
    learned = acts.add_parser("learn", help="learn a mood from songs, or again from more of them")
    learned.add_argument("name", metavar="NAME")
    learned.add_argument("songs", nargs="*", type=Path, metavar="FILE",
                         help="songs that carry it; none: those you said it of before")
    learned.add_argument("--not", dest="noes", nargs="+", type=Path, default=[], metavar="FILE",
                         help="songs that do not")
    learned.add_argument("--about", default="", metavar="TEXT", help="what it is, in your words")
    learned.add_argument("--place", nargs=2, type=float, metavar=("VALENCE", "AROUSAL"),
                         help="its place on the circle, -1 to 1 each")
    learned.add_argument("--preview", action="store_true",
                         help="only show which songs would carry it")
    learned.set_defaults(run=_learn)
    renamed = acts.add_parser("rename", help="call a mood something else")
    renamed.add_argument("name", metavar="NAME")
    renamed.add_argument("to", metavar="NEW")
    renamed.set_defaults(run=_rename)
    for act, words, run in (("remove", "take a mood out of everything", _remove),
                            ("back", "have a removed mood back", _back)):
        one = acts.add_parser(act, help=words)
        one.add_argument("name", metavar="NAME")
        one.set_defaults(run=run)
    for one in (listed, learned):
        one.add_argument("--json", action="store_true", help="one JSON object a line")


def _list(options: argparse.Namespace, context: Context) -> int:
    from engine.tagging.own_moods import own_moods

    for one in own_moods(context.paths):
        if options.json:
            print_object(_described(one))
        else:
            label = one.manifest.labels[0]
            doubt = "  experimental" if label.experimental else ""
            print(plain(f"{one.mood.name}  AUC {label.auc or 0:.2f}{doubt}  {one.mood.about}")
                  .rstrip())
    return DONE


def _learn(options: argparse.Namespace, context: Context) -> int:
    from engine.tagging.own_moods import own_moods
    from engine.training.new_mood.library_songs import Examples

    with _desk(context) as (desk, database, tagger):
        known = _known(options.name, own_moods(context.paths))
        mood = known.mood if known else desk.new_mood(options.name, options.about)
        if options.about:
            mood = msgspec.structs.replace(mood, about=options.about)
        if options.place:
            valence, arousal = _place(options.place)
            mood = msgspec.structs.replace(mood, valence=valence, arousal=arousal, placed=True)
        said = desk.examples(mood.id) if known else Examples((), ())
        yes = _songs(database, tagger, context, cast(Sequence[Path], options.songs))
        no = _songs(database, tagger, context, cast(Sequence[Path], options.noes))
        examples = Examples((*(s for s in said.yes if s not in no), *yes),
                            (*(s for s in said.no if s not in yes), *no))
        trial = desk.try_out(examples, (mood.valence, mood.arousal) if mood.placed else None)
        _show(trial, options.json)
        if not options.preview:
            kept = desk.keep(mood, trial)
            say(f"{kept.mood.name} is one of your moods now.")
    return DONE


def _rename(options: argparse.Namespace, context: Context) -> int:
    with _desk(context) as (desk, _, _):
        mood = msgspec.structs.replace(_wanted(options.name, desk.moods()).mood, name=options.to)
        print(plain(f"It is called {desk.rename(mood).mood.name} now."))
    return DONE


def _remove(options: argparse.Namespace, context: Context) -> int:
    with _desk(context) as (desk, _, _):
        one = _wanted(options.name, desk.moods())
        desk.remove(one.mood.id)
        print(plain(f"{one.mood.name} is removed. To have it back: moods back {one.mood.id}"))
    return DONE


def _back(options: argparse.Namespace, context: Context) -> int:
    from engine.models.trash import find_removed
    from engine.tagging.own_moods import folder_name

    with _desk(context) as (desk, _, _):
        desk.restore(find_removed(context.paths.models, folder_name(options.name)))
        print(plain(f"{_wanted(options.name, desk.moods()).mood.name} is back."))
    return DONE


@contextmanager
def _desk(context: Context) -> "Generator[tuple[OwnMoodsDesk, Database, Tagger]]":
    from engine.export.own_moods_desk import OwnMoodsDesk

    settings = load_settings(context.paths.settings_file)
    tagger = context.open_tagger(context.paths, "", settings)
    with closing(Database.open(context.paths.library_file, context.paths.backups)) as database:
        yield OwnMoodsDesk(context.paths, database, tagger), database, tagger


def _songs(database: Database, tagger: "Tagger", context: Context, files: Sequence[Path]
           ) -> tuple[int, ...]:
    """The songs of these files, tagged now where they were not. EngineError naming the first file
    that holds none."""
    from engine.tagging.language import LanguageDetector
    from engine.tagging.lyric_store import LyricStore
    from engine.tagging.requests import Answered, TagRequest
    from engine.tagging.service import TaggingService

    if not files:
        return ()
    settings = load_settings(context.paths.settings_file)
    service = TaggingService(LyricStore(database), LanguageDetector(), lambda: tagger,
                             lambda: settings)
    found: dict[int, None] = {}
    for event in service.run(TagRequest(tuple(files))):
        if isinstance(event, Answered):
            if event.row.song_id is None:
                raise EngineError(f"{Path(event.row.place).name}: {event.row.message}",
                                  event.row.hint)
            found[event.row.song_id] = None
    if not found:
        raise EngineError("No songs were found there.", "Name files of songs, or their folder.")
    return tuple(found)


def _show(trial: "Trial", as_json: bool) -> None:
    quality = trial.quality
    if as_json:
        print_object({
            "auc": round(quality.auc, 3), "interval": [round(quality.low, 3),
                                                       round(quality.high, 3)],
            "proven": quality.proven, "yes": quality.yes, "no": quality.no,
            "called": trial.called, "songs": trial.songs,
            "sure": [_song(song) for song in trial.sure],
            "unsure": [_song(song) for song in trial.unsure]})
        return
    print(f"Learned from {quality.yes} songs with it and {quality.no} without. {trial.called} of "
          f"{trial.songs} songs would carry it.")
    print(f"AUC {quality.auc:.2f} ({quality.low:.2f} to {quality.high:.2f}), each example left "
          "out in turn with its artist" + ("." if quality.proven else ": not shown to be better "
                                           "than chance."))
    for words, songs in (("Would carry it", trial.sure), ("Not sure", trial.unsure)):
        if songs:
            print(f"{words}:")
        for song in songs[:_SHOWN]:
            print(plain(f"  {song.score:.2f}  {song.title} – {song.artist}").rstrip(" –"))


def _song(song: "ShownSong") -> dict[str, object]:
    return {"title": song.title, "artist": song.artist, "score": round(song.score, 4)}


def _described(one: "InstalledMood") -> dict[str, object]:
    label = one.manifest.labels[0]
    return {"id": one.mood.id, "name": one.mood.name, "about": one.mood.about,
            "valence": one.mood.valence, "arousal": one.mood.arousal, "tagger": one.head.tagger,
            "threshold": label.threshold, "auc": label.auc,
            "interval": [label.auc_low, label.auc_high], "experimental": label.experimental}


def _place(values: Sequence[float]) -> tuple[float, float]:
    valence, arousal = values
    if not (-1 <= valence <= 1 and -1 <= arousal <= 1):
        raise EngineError("A place on the circle has two numbers from -1 to 1.",
                          "The first says how pleasant the mood is, the second how stirred.")
    return valence, arousal


def _known(name: str, moods: "Sequence[InstalledMood]") -> "InstalledMood | None":
    from engine.tagging.vocabulary import fold

    return next((one for one in moods if fold(name) in (fold(one.mood.id), fold(one.mood.name))),
                None)


def _wanted(name: str, moods: "Sequence[InstalledMood]") -> "InstalledMood":
    found = _known(name, moods)
    if found is None:
        names = ", ".join(one.mood.name for one in moods) or "none"
        raise EngineError(f"There is no mood of yours called “{name}”.", f"There are: {names}.")
    return found
