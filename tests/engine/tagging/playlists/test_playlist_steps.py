"""Steps with playlists are taken back and made again, also by the next start."""

from pathlib import Path

from engine.library.database import Database
from engine.tagging.corrections.undo_kinds import open_journal
from engine.tagging.playlists.playlist_steps import journaled


def test_steps_with_playlists_outlive_the_program(tmp_path: Path) -> None:
    # GIVEN a playlist that was made, renamed and removed before the program ended
    file = tmp_path / "library.sqlite3"
    database = Database.open(file)
    store = journaled(database)
    made = store.make("Rain")
    store.rename(made.id, "Storm")
    store.remove(made.id)
    database.close()
    # WHEN the next start takes back step by step
    database = Database.open(file)
    journal, store = open_journal(database), journaled(database)
    names: list[list[str]] = []
    told: list[str] = []
    while (step := journal.undo()) is not None:
        names.append([each.name for each in store.all()])
        told.append(step.before["name"])
    # THEN each is what it was
    assert names == [["Storm"], ["Rain"], []]
    assert told == ["Storm", "Rain", "Rain"]
    # AND made again, it is gone again
    while journal.redo() is not None:
        pass
    assert store.all() == []
    database.close()
