"""Which file of a song can be played, and how long it plays. Reads tags at most, never sound."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, cast

import msgspec

from engine.library.database import Database
from engine.tagging.reading import AUDIO_SUFFIXES


def recordings_of(database: Database, songs: Sequence[int]) -> Mapping[int, Path]:
    """Song id -> a recording of it that is there: a place of the song, or one beside its lyric.

    A song that is only known by its words has none.
    """
    found: dict[int, Path] = {}
    wanted = msgspec.json.encode(songs).decode()
    for song, place in database.all(
            "SELECT song_id, path FROM place WHERE is_file AND NOT missing AND song_id IN"
            " (SELECT value FROM json_each(?)) ORDER BY id", (wanted,)):
        if song not in found:
            recording = recording_at(place)
            if recording is not None:
                found[song] = recording
    return found


def recording_at(place: str) -> Path | None:
    """The recording at a place, or the one of the same name beside the lyric that lies there."""
    if "\0" in place:
        return None
    path = Path(place)
    if path.suffix.lower() in AUDIO_SUFFIXES:
        return path if _is_file(path) else None
    try:
        beside = sorted(other for other in path.parent.iterdir()
                        if other.stem == path.stem and other.suffix.lower() in AUDIO_SUFFIXES)
    except OSError:
        return None
    return next((other for other in beside if _is_file(other)), None)


def seconds_of(recording: Path) -> int:
    """How long it plays, -1 where that cannot be told."""
    import mutagen  # slow to import; only recordings need it

    try:
        audio: Any = cast("Any", mutagen).File(recording)
        length = float(audio.info.length)
    except Exception:
        # Damaged files reach every corner of a parser; a list of songs goes on without a length.
        return -1
    return max(1, round(length)) if 0 < length < 1e7 else -1


def _is_file(path: Path) -> bool:
    try:
        return path.is_file()
    except OSError:
        return False
