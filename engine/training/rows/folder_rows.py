"""A folder of lyrics and recordings whose tags hold moods, as rows.

The moods are read where the program writes them, and from a .moods.json beside a file. A word that
is no mood of the vocabulary is left out and told. Writes nothing.
"""

import re
from collections.abc import Iterator
from pathlib import Path

from engine.errors import EngineError
from engine.tagging.intake import Unreadable, find_lyrics
from engine.tagging.lyric import lyric_hash
from engine.tagging.playlists.song_documents import sidecar_of
from engine.tagging.reading import AUDIO_SUFFIXES, read_lyric
from engine.tagging.vocabulary import Vocabulary
from engine.tagging.writing.formats import tag_holder
from engine.tagging.writing.sidecar import open_sidecar
from engine.training.rows.row import BadRow, RowPlace, TextRow

_SEVERAL = re.compile(r"[;,/|\0]")
_NO_MOODS = "Its tags hold no moods, and no .moods.json stands beside it."


def read_folder(folder: Path, vocabulary: Vocabulary) -> Iterator[TextRow | BadRow]:
    """A row for every file with words and moods, a BadRow for every other. A mood that is not
    among a file's counts as absent. EngineError where there is no such folder."""
    if not folder.is_dir():
        raise EngineError(f"There is no folder {folder}.",
                          "It may have been moved: choose it again.")
    for found in find_lyrics([folder]):
        if isinstance(found, Unreadable):
            yield BadRow(RowPlace(found.path.name), found.message)
        else:
            yield _row(found, folder, vocabulary)


def _row(file: Path, folder: Path, vocabulary: Vocabulary) -> TextRow | BadRow:
    place = RowPlace(file.relative_to(folder.absolute()).as_posix())
    try:
        lyric = read_lyric(file)
        told = moods_in(file)
    except EngineError as problem:
        return BadRow(place, problem.message)
    known = tuple(dict.fromkeys(
        mood for word in told if (mood := vocabulary.canonical(word)) is not None))
    if not told:
        return BadRow(place, _NO_MOODS, lyric.title)
    if not known:
        return BadRow(place, f"“{told[0]}” is no mood this program knows.", lyric.title)
    return TextRow(lyric.words, known, place, None, lyric_hash(lyric), lyric.artist, lyric.title)


def moods_in(file: Path) -> tuple[str, ...]:
    """The words for moods that a file's tag or its sidecar holds, () for none."""
    found: tuple[str, ...] = ()
    if file.suffix.lower() in AUDIO_SUFFIXES:
        found = _in_tag(file)
    beside = sidecar_of(file)
    if not found and beside.is_file():
        try:
            with beside.open("rb") as opened:
                found = open_sidecar(opened).read().moods
        except OSError as problem:
            raise EngineError(f"{beside.name} cannot be read: {problem.strerror}.") from problem
    parts = (part.strip() for value in found for part in _SEVERAL.split(value))
    return tuple(dict.fromkeys(filter(None, parts)))


def _in_tag(file: Path) -> tuple[str, ...]:
    """None where the kind of file has no place for moods."""
    try:
        with file.open("rb") as opened:
            return tag_holder(opened, file).read().moods
    except (EngineError, OSError):
        return ()
