"""How long it takes to say what another tagger would change, to accept all of it and undo that.

    python -m tests.benchmarks.retag_speed [SONGS]

Mills a library of SONGS (10,000), lets every second song have a proposal that differs from what it
shows, and measures each step once.
"""

import resource
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from engine.library.database import Database
from engine.settings import Settings
from engine.tagging.corrections.undo_kinds import open_journal
from engine.tagging.retagging.differences import compare, outdated
from engine.tagging.retagging.proposals import Proposals
from tests.benchmarks.library_mill import TAGGER, LibraryMill

Answer = TypeVar("Answer")
PROPOSED = "moods-minilm@three"


def main(songs: int) -> None:
    """Prints a line for each step."""
    with tempfile.TemporaryDirectory() as scratch:
        database = Database.open(Path(scratch) / "library.sqlite3")
        LibraryMill(database).add(songs)
        propose(database)
        settings, proposals = Settings(tagger="moods-minilm"), Proposals(database)
        note = proposals.taggers()[0]
        journal = open_journal(database)
        timed("is anything outdated", lambda: outdated(database, PROPOSED))
        found = timed("compare", lambda: compare(database, note, settings))
        print(f"  {len(found.songs)} compared, {len(found.changing)} would change")
        ids = [song.song_id for song in found.songs]
        timed("accept all", lambda: proposals.accept(journal, note, ids))
        timed("undo", journal.undo)
        timed("redo", journal.redo)
        database.close()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"at most {peak:.0f} MB of memory")


def propose(database: Database) -> None:
    """Every second song gets what the tagger said of the song before it."""
    database.execute(
        "INSERT INTO tagger (name, moods, thresholds, languages, experimental, used_at)"
        " SELECT ?, moods, thresholds, languages, experimental, used_at FROM tagger"
        " WHERE name = ?", (PROPOSED, TAGGER))
    with database.transaction():
        database.execute(
            "INSERT INTO proposal (song_id, tagger_id, run_at, vector)"
            " SELECT song_id, (SELECT id FROM tagger WHERE name = ?), run_at, vector FROM tagging"
            " WHERE song_id % 2 = 0 AND tagger_id = (SELECT id FROM tagger WHERE name = ?)",
            (PROPOSED, TAGGER))
        database.execute(
            "INSERT INTO proposed_excerpt SELECT proposal.id, number, first_line, last_line,"
            " start_ms, end_ms, weight, valence, arousal, echoes, scores FROM proposal"
            " JOIN tagging ON tagging.song_id = proposal.song_id - 1"
            " JOIN excerpt ON tagging_id = tagging.id"
            " WHERE tagging.tagger_id = (SELECT id FROM tagger WHERE name = ?)", (TAGGER,))


def timed(what: str, act: Callable[[], Answer]) -> Answer:
    """Does it once and says how long it took."""
    start = time.perf_counter()
    answer = act()
    print(f"{what}: {time.perf_counter() - start:.2f} s")
    return answer


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 10_000)
