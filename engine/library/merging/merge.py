"""Adds another library to this one, in one transaction: all of it or nothing.

Not added are what belongs to one computer (watched folders, what was written into files) and the
steps that could be undone there.
"""

from dataclasses import dataclass
from pathlib import Path

from engine.events import Progress, Report
from engine.library.database import Database
from engine.library.library_copy import silent
from engine.library.merging.characters import add_characters
from engine.library.merging.growth import add_growth
from engine.library.merging.numbers import attach, detach
from engine.library.merging.playlists import add_playlists
from engine.library.merging.songs import add_scores, add_songs, add_words_of_the_person
from engine.library.merging.talks import add_talks


@dataclass(frozen=True, slots=True)
class Merged:
    """How many of each were not here before; of labels, also those that are later than ours."""

    songs: int = 0
    labels: int = 0
    playlists: int = 0
    personas: int = 0
    talks: int = 0
    messages: int = 0


def merge_library(database: Database, other: Path, report: Report = silent) -> Merged:
    """Adds what the library file `other` holds. It must be of the present version and sound.

    EngineError where ours cannot be written; then, and when `report` stops it, nothing changed.
    """
    steps = ("Adding songs", "Adding scores", "Adding your words", "Adding playlists",
             "Adding personas", "Adding talks")

    def tell(step: int) -> None:
        report(Progress(done=step, total=len(steps), message=steps[step]))

    attach(database, str(other))
    try:
        with database.transaction(durable=True):
            tell(0)
            songs = add_songs(database)
            tell(1)
            add_scores(database)
            tell(2)
            labels = add_words_of_the_person(database)
            tell(3)
            playlists = add_playlists(database)
            tell(4)
            personas = add_characters(database)
            tell(5)
            talks, messages = add_talks(database)
            add_growth(database)
    finally:
        detach(database)
    return Merged(songs, labels, playlists, personas, talks, messages)
