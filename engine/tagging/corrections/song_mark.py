"""Names a song in a step that may be taken back much later, when its number may be another's.

A number that is free again is given to the next new song; the moment a song was added tells the
two apart.
"""

from typing import Any

from engine.errors import EngineError
from engine.library.database import Database
from engine.library.journal import OutOfReachError


def mark_of(database: Database, song_id: int) -> list[Any]:
    """What a step's document keeps of a song: its number and when it was added. EngineError where
    the library does not know it any more."""
    row = database.first("SELECT added_at FROM song WHERE id = ?", (song_id,))
    if row is None:
        raise EngineError("This song is no longer in the library.",
                          "It may have been removed in another window.")
    return [song_id, row[0]]


def marked_song(database: Database, mark: list[Any]) -> int:
    """The number of the song a mark names. OutOfReachError where the library has it no more."""
    song_id, added_at = mark
    if database.first("SELECT 1 FROM song WHERE id = ? AND added_at = ?",
                      (song_id, added_at)) is None:
        raise OutOfReachError("The song of that step is no longer in the library.",
                              "What you did before it can still be taken back.")
    return song_id
