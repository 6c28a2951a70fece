"""The act `library search`: which songs fit, for a person, as JSON lines, or only how many."""

import argparse
import re
from collections.abc import Iterator, Mapping
from typing import Any

from engine.cli.answers import tag_text
from engine.cli.command import Commands, Context
from engine.cli.json_lines import print_object
from engine.cli.plain_text import plain, say
from engine.cli.song_options import add_song_options, chosen_keys, song_query, wanted_words
from engine.cli.song_shelf import SongShelf, open_shelf
from engine.tagging.browsing.song_query import Facets, ShelfSong, ShelfState
from engine.tagging.browsing.song_search import HIT_CLOSE, HIT_OPEN
from engine.tagging.language import language_name
from engine.tagging.playlists.song_documents import STATUS, tag_object

DONE = 0
ROWS_AT_ONCE = 500
_EMPTY = "The library holds no songs yet. Tag some: tag PATH"
_SPACE = re.compile(r"\s+")


def register(acts: Commands) -> None:
    """Adds `library search`."""
    parser = acts.add_parser("search", help="find songs by words, moods and more")
    add_song_options(parser, words=True)
    parser.add_argument("--json", action="store_true", help="one JSON object a line")
    parser.add_argument("--paths", action="store_true",
                        help="only the files, one a line, for other programs")
    parser.add_argument("--count", action="store_true",
                        help="how many there are of each mood, language and state")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace, context: Context) -> int:
    """Prints the songs that fit; none is no failure."""
    with open_shelf(context, options.tagger) as shelf:
        if options.count:
            return _count(options, shelf)
        keys = chosen_keys(options, shelf)
        words = wanted_words(options)
        for first in range(0, len(keys), ROWS_AT_ONCE):
            part = keys[first:first + ROWS_AT_ONCE]
            hits = shelf.index.snippets(part, words) if words else {}
            for song in shelf.index.rows(part):
                _tell(song, hits.get(song.key, ""), options)
        say(_summary(len(keys), shelf, words))
    return DONE


def song_object(song: ShelfSong, hit: str = "") -> dict[str, Any]:
    """A song as JSON, in the words of `tag --json`; `song` is its number in the library."""
    tagged = song.state is ShelfState.TAGGED
    told: dict[str, Any] = {
        "song": song.song_id, "path": song.place, "artist": song.artist, "title": song.title,
        "language": song.language, "status": STATUS.get(song.state, "failed"),
        "tags": [tag_object(tag) for tag in song.tags],
        "valence": round(song.valence, 6) if tagged else None,
        "arousal": round(song.arousal, 6) if tagged else None,
        "added": song.added, "places": song.places, "corrected": song.corrected,
        "missing": song.missing, "changed": song.changed}
    if not tagged and song.message:
        told |= {"error": song.message} | ({"hint": song.hint} if song.hint else {})
    return told | ({"found": _marked(hit, "", "")} if hit else {})


def song_lines(song: ShelfSong, hit: str = "") -> str:
    """A few lines for a person: the song, its moods or what is in the way, where it lies."""
    lines = [_named(song)]
    if song.state is ShelfState.TAGGED:
        lines.append("   ".join(map(tag_text, song.tags)) or "No mood stands out.")
    else:
        lines.append(" ".join(filter(None, (song.message, song.hint))) or "Not tagged yet.")
    if hit:
        lines.append(_SPACE.sub(" ", _marked(hit, "[", "]")))
    lines.append(_place(song))
    return plain("\n    ".join(filter(None, lines)))


def _marked(hit: str, before: str, after: str) -> str:
    return hit.replace(HIT_OPEN, before).replace(HIT_CLOSE, after)


def _tell(song: ShelfSong, hit: str, options: argparse.Namespace) -> None:
    if options.json:
        print_object(song_object(song, hit))
    elif not options.paths:
        print(song_lines(song, hit), flush=True)
    elif song.place and not song.missing:
        print(song.place, flush=True)


def _named(song: ShelfSong) -> str:
    name = _SPACE.sub(" ", song.title or song.place or f"Song {song.song_id}").strip()
    artist = _SPACE.sub(" ", song.artist).strip()
    return f"{name}, {artist}" if artist else name


def _place(song: ShelfSong) -> str:
    more = f" and {song.places - 1} more" if song.places > 1 else ""
    news = " (gone)" if song.missing else " (changed since it was read)" if song.changed else ""
    return f"{song.place}{more}{news}"


def _count(options: argparse.Namespace, shelf: SongShelf) -> int:
    found = shelf.index.find(song_query(options, shelf))
    kinds = _kinds(found.facets)
    if options.json:
        print_object({"songs": len(found.keys), **kinds})
        return DONE
    print(f"songs  {len(found.keys)}")
    for line in _counted(kinds):
        print(plain(line))
    return DONE


def _kinds(facets: Facets) -> dict[str, Mapping[str, int]]:
    return {"moods": _ranked(facets.moods), "languages": _ranked(facets.languages),
            "states": _ranked({state.value.replace("_", "-"): count
                               for state, count in facets.states.items()}),
            "read_by": _ranked(facets.read_by),
            "news": _ranked({"corrected": facets.corrected, "missing": facets.missing,
                             "changed": facets.changed})}


def _ranked(counts: Mapping[str, int]) -> dict[str, int]:
    return {name: counts[name] for name in sorted(counts, key=lambda name: (-counts[name], name))
            if counts[name]}


def _counted(kinds: Mapping[str, Mapping[str, int]]) -> Iterator[str]:
    for kind, counts in kinds.items():
        if counts:
            yield f"{kind.replace('_', ' ')}:"
        for name, count in counts.items():
            shown = (language_name(name) or "unknown") if kind == "languages" else name
            yield f"    {shown}  {count}"


def _summary(count: int, shelf: SongShelf, words: str) -> str:
    total, = shelf.database.first("SELECT count(*) FROM song") or (0,)
    if not total and not count:
        return _EMPTY
    if count:
        return f"{count} of {total} songs."
    mood = shelf.vocabulary.canonical(words)
    return f"No song fits. For songs with that mood: --mood {mood}" if mood else "No song fits."
