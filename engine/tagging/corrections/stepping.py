"""Takes the person's last step back, or makes it again, and tells which song or files it was about.

Knows no screen: what is told is put into words elsewhere.
"""

from dataclasses import dataclass
from typing import Any

from engine.library.database import Database
from engine.library.journal import Journal, Step
from engine.tagging.corrections.forgetting import FORGOTTEN
from engine.tagging.corrections.label_steps import LABELS
from engine.tagging.corrections.span_steps import SPANS


@dataclass(frozen=True, slots=True)
class Turned:
    """A step that was taken back (`undone`) or made again.

    `song_id` is the song it was about, None where it was about several or none; `title` is that
    song's, and `places` where it lies, or the files that came or went.
    """

    step: Step
    undone: bool
    song_id: int | None = None
    title: str = ""
    places: tuple[str, ...] = ()


def undo_step(database: Database) -> Turned | None:
    """Takes back the last step of the library; None where there is none. OutOfReachError where
    what it changed is gone for good."""
    return _told(database, _journal(database).undo(), undone=True)


def redo_step(database: Database) -> Turned | None:
    """Makes the step again that was taken back last; None where there is none."""
    return _told(database, _journal(database).redo(), undone=False)


def _journal(database: Database) -> Journal:
    # It gathers half of what changes a library: not before the window is there.
    from engine.tagging.corrections.undo_kinds import open_journal

    return open_journal(database)


def _told(database: Database, step: Step | None, undone: bool) -> Turned | None:
    if step is None:
        return None
    if step.kind in (LABELS, SPANS):
        return _about_song(database, step, undone)
    if step.kind == FORGOTTEN:
        rows: list[dict[str, Any]] = [*step.before["places"], *step.after["places"]]
        title = rows[0]["title"] if len(rows) == 1 else ""
        return Turned(step, undone, title=title, places=tuple(row["path"] for row in rows))
    return Turned(step, undone)


def _about_song(database: Database, step: Step, undone: bool) -> Turned:
    song_id, _ = step.after["song"]
    title, = database.first("SELECT title FROM song WHERE id = ?", (song_id,)) or ("",)
    places = database.all("SELECT path FROM place WHERE song_id = ? ORDER BY missing, id",
                          (song_id,))
    return Turned(step, undone, song_id, title, tuple(path for path, in places))
