"""The journal with every kind of step of a library's songs: the one place that gathers them."""

from engine.library.database import Database
from engine.library.journal import Journal
from engine.tagging.corrections.forgetting import FORGOTTEN, put_places
from engine.tagging.corrections.label_steps import LABELS, put_labels
from engine.tagging.corrections.span_steps import SPANS, put_spans
from engine.tagging.folders.relocation import RELOCATED, put_relocated
from engine.tagging.playlists.playlist_steps import PLAYLIST, put_playlist
from engine.tagging.retagging.proposals import (
    REFUSED,
    RETAGGED,
    put_refused,
    put_retagged,
)


def open_journal(database: Database) -> Journal:
    """The journal of a library; it can take back and make again all that is noted there."""
    journal = Journal(database)
    journal.register(LABELS, put_labels)
    journal.register(SPANS, put_spans)
    journal.register(FORGOTTEN, put_places)
    journal.register(PLAYLIST, put_playlist)
    journal.register(RELOCATED, put_relocated)
    journal.register(RETAGGED, put_retagged)
    journal.register(REFUSED, put_refused)
    return journal
