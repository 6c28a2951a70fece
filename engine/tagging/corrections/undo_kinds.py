"""The journal with every kind of step of a library's songs: the one place that gathers them."""

from engine.library.database import Database
from engine.library.journal import Journal
from engine.tagging.corrections.forgetting import FORGOTTEN, put_places
from engine.tagging.corrections.label_steps import LABELS, put_labels


def open_journal(database: Database) -> Journal:
    """The journal of a library; it can take back and make again all that is noted there."""
    journal = Journal(database)
    journal.register(LABELS, put_labels)
    journal.register(FORGOTTEN, put_places)
    return journal
