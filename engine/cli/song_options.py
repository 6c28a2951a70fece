"""Which songs of the library a command means: the options that all such commands share, and the
query they come to.

Knows how a wish is written down; what answers it is the index's to know.
"""

import argparse
import re
from collections.abc import Sequence
from typing import cast

from engine.cli.song_shelf import SongShelf
from engine.errors import EngineError
from engine.tagging.browsing.song_query import MoodWish, ShelfState, SongQuery, SongSort
from engine.tagging.language import language_code

EXAMPLES = """\
how to say which:
  Words are looked for in lyrics, titles and artists: all of them, in any order;
  "in quotes" together; artist:nina and title:rain in one place only.
  A mood alone means songs that show it; with a score, songs that reach it:
  --mood joy, --mood joy:0.7, --mood "joy>0.7", --mood joy:70%.
  --language, --state, --mood and --without can be given several times.
"""
UNKNOWN_LANGUAGE = "unknown"
_SCORED = re.compile(r"(?P<mood>[^<>:=]+?)\s*(?:>=?|:|=)\s*(?P<score>\d*\.?\d+)\s*(?P<percent>%?)")
_STATES = {state.value.replace("_", "-"): state for state in ShelfState}
_SORTS = {sort.value: sort for sort in SongSort}
_QUESTIONS = ("words", "text", "mood", "without", "language", "state", "missing", "changed",
              "corrected", "read_by", "playlist", "like", "limit")


def add_song_options(parser: argparse.ArgumentParser, words: bool = False) -> None:
    """Adds what says which songs; with `words` also as bare words, which leaves room for no
    other positional argument. They are explained at the end of the help."""
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.epilog = "\n".join(filter(None, (parser.epilog, EXAMPLES)))
    group = parser.add_argument_group("which songs")
    if words:
        parser.add_argument("words", nargs="*", metavar="WORDS", help="the same as --text")
    group.add_argument("--text", action="append", default=[], metavar="WORDS",
                       help="words of the lyric, the title or the artist")
    group.add_argument("--mood", action="append", default=[], metavar="MOOD[:SCORE]",
                       help="songs with this mood, or with so much of it from 0 to 1")
    group.add_argument("--without", action="append", default=[], metavar="MOOD[:SCORE]",
                       help="songs without it")
    group.add_argument("--any", action="store_true", help="one of the moods is enough")
    group.add_argument("--language", action="append", default=[], metavar="LANGUAGE",
                       help="“en”, “German” or “unknown”")
    group.add_argument("--state", action="append", default=[], choices=tuple(_STATES))
    for flag, about in (("missing", "songs of which no file is left"),
                        ("changed", "songs whose file changed since it was read"),
                        ("corrected", "songs you said something about")):
        group.add_argument(f"--{flag}", action=argparse.BooleanOptionalAction, help=about)
    group.add_argument("--read-by", default="", metavar="TAGGER",
                       help="songs that this tagger has read, by its id with its version")
    group.add_argument("--playlist", default="", metavar="NAME", help="songs of this playlist")
    group.add_argument("--like", default="", metavar="SONG",
                       help="other songs, those most alike first; a file, a title or a number")
    group.add_argument("--sort", choices=tuple(_SORTS), help="the order (added, or the best match)")
    group.add_argument("--reverse", action="store_true", help="the other way round")
    group.add_argument("--limit", type=_count, default=0, metavar="N", help="no more than N songs")
    group.add_argument("--tagger", default="", metavar="ID",
                       help="whose moods are meant, instead of the tagger in your settings")


def asks_for_songs(options: argparse.Namespace) -> bool:
    """Whether anything narrows down which songs are meant."""
    given = (getattr(options, name, None) for name in _QUESTIONS)
    return any(value or value is False for value in given)


def chosen_keys(options: argparse.Namespace, shelf: SongShelf) -> tuple[int, ...]:
    """The keys of the songs that are meant, in the order that was asked for; see Keys."""
    found = shelf.index.find(song_query(options, shelf)).keys
    return tuple(int(key) for key in (found[:options.limit] if options.limit else found))


def song_query(options: argparse.Namespace, shelf: SongShelf) -> SongQuery:
    """The query of these options. EngineError for a mood, song, playlist or language that there
    is none of."""
    words, wished = _parted(options)
    return SongQuery(
        text=" ".join(words),
        wishes=(*(mood_wish(wish, shelf) for wish in wished),
                *(mood_wish(wish, shelf, without=True) for wish in options.without)),
        match_all=not options.any,
        languages=tuple(map(_language, options.language)),
        states=tuple(_STATES[state] for state in options.state),
        missing=options.missing, changed=options.changed, corrected=options.corrected,
        read_by=options.read_by,
        playlist=shelf.playlist(options.playlist) if options.playlist else None,
        like=shelf.song(options.like) if options.like else None,
        sort=_sort(options), descending=options.reverse)


def wanted_words(options: argparse.Namespace) -> str:
    """The words that are looked for in lyrics, titles and artists."""
    return " ".join(_parted(options)[0])


def mood_wish(words: str, shelf: SongShelf, without: bool = False) -> MoodWish:
    """What “joy”, “joy>0.7”, “joy:0.7” and “joy:70%” wish for. EngineError for anything else."""
    scored = _SCORED.fullmatch(words.strip())
    if scored is None:
        return MoodWish(shelf.mood(words), None, without)
    least = float(scored["score"]) / (100 if scored["percent"] else 1)
    if least > 1:
        raise EngineError(f"“{words}” asks for more than a whole mood.",
                          "Scores go from 0 to 1, or from 0% to 100%.")
    return MoodWish(shelf.mood(scored["mood"]), least, without)


def _parted(options: argparse.Namespace) -> tuple[list[str], list[str]]:
    """The words, and the moods that are wished for: a bare “joy>0.7” is one of these."""
    bare = cast(Sequence[str], getattr(options, "words", []))
    wished = [word for word in bare if ">" in word and _SCORED.fullmatch(word.strip())]
    return ([*(word for word in bare if word not in wished), *options.text],
            [*wished, *options.mood])


def _language(word: str) -> str:
    if word.strip().casefold() == UNKNOWN_LANGUAGE:
        return ""
    code = language_code(word)
    if code is None:
        raise EngineError(f"“{word}” is no language that is known here.",
                          "Name it in English or by its code: “German” or “de”.")
    return code


def _sort(options: argparse.Namespace) -> SongSort:
    """What was asked for, else what the question itself suggests."""
    if options.sort:
        return _SORTS[options.sort]
    if options.like:
        return SongSort.NEARNESS
    if wanted_words(options):
        return SongSort.RELEVANCE
    return SongSort.LISTED if options.playlist else SongSort.ADDED


def _count(text: str) -> int:
    if not text.isascii() or not text.isdecimal() or not 0 < int(text) < 10**9:
        raise argparse.ArgumentTypeError("must be a whole number from 1 on")
    return int(text)
