"""How long a watched folder takes to look through, and what it does to memory.

    python -m tests.benchmarks.folder_scan [FILES]

Makes FILES (100,000) small lyric files in a folder that is thrown away, notes them in a library as
read, and looks through the folder: unchanged, with a few changes, and all moved at once.
"""

import resource
import shutil
import sys
import tempfile
import time
from pathlib import Path

from engine.library.database import Database
from engine.tagging.folders.news import FolderNewsBook
from engine.tagging.folders.scan import FolderScan, Scanned
from engine.tagging.folders.walk import FolderWalk
from engine.tagging.folders.watch_list import WatchList

IN_ONE_FOLDER = 12


def main(files: int) -> None:
    """Prints a line for each scan."""
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch) / "music"
        make(folder, files)
        database = Database.open(Path(scratch) / "library.sqlite3")
        note(database, folder)
        WatchList(database).add(folder)
        tell("unchanged", database)
        for number in range(3):
            path = folder / "0" / f"{number}.txt"
            path.write_text("other words, and more of them", "utf-8")
        (folder / "1" / "13.txt").unlink()
        tell("3 changed, 1 missing", database)
        start = time.perf_counter()
        counts = FolderNewsBook(database).counts()
        print(f"  news counted in {1000 * (time.perf_counter() - start):.0f} ms: {counts}")
        shutil.move(folder, Path(scratch) / "hidden")
        folder.mkdir()
        shutil.move(Path(scratch) / "hidden", folder / "moved")
        tell("all moved", database)
        database.close()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"at most {peak:.0f} MB of memory")


def make(folder: Path, files: int) -> None:
    """Files as albums hold them."""
    for number in range(files):
        album = folder / str(number // IN_ONE_FOLDER)
        if number % IN_ONE_FOLDER == 0:
            album.mkdir(parents=True)
        (album / f"{number}.txt").write_text(f"words of song number {number}", "utf-8")


def note(database: Database, folder: Path) -> None:
    """Every file as one that was read."""
    with database.transaction():
        for number, seen in enumerate(FolderWalk(folder), 1):
            database.execute(
                "INSERT INTO song (id, lyric_hash, title, artist, album, language, has_words,"
                " words, lyric, source, added_at) VALUES (?, ?, '', '', '', 'en', 1, '', '{}',"
                " '', '')", (number, str(number)))
            database.execute(
                "INSERT INTO place (path, song_id, is_file, size, mtime_ns, found_at)"
                " VALUES (?, ?, 1, ?, ?, '')",
                (seen.place, number, seen.mark.size, seen.mark.mtime_ns))


def tell(what: str, database: Database) -> None:
    """Scans once."""
    start = time.perf_counter()
    *_, found = FolderScan(database).run()
    seconds = time.perf_counter() - start
    assert isinstance(found, Scanned)
    print(f"{what}: {found.files} files in {seconds:.2f} s;"
          f" {len(found.new)} new, {len(found.changed)} changed, {len(found.missing)} missing,"
          f" {len(found.moved)} moved")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 100_000)
