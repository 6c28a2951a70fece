"""A process killed while it restores leaves the library as it was or as it was to be."""

import random
import signal
import subprocess
import sys
from contextlib import closing
from pathlib import Path

from engine.library.backup import BackupShelf
from engine.library.database import Database
from engine.library.incoming import Incoming, settle
from engine.library.library_copy import check_library, copy_library
from engine.paths import AppPaths, program_folder

KILLS = 3
SCRIPT = """
import sys
from pathlib import Path
from engine.library.restoring import restore_library
from engine.paths import AppPaths
paths = AppPaths(Path(sys.argv[1]), Path(sys.argv[2]))
print("begun", flush=True)
while True:
    for name in sys.argv[3:]:
        restore_library(paths, Path(name))
        print(name, flush=True)
"""


def written(paths: AppPaths, words: str) -> Path:
    """A backup of a library that holds just these words, many times."""
    with closing(Database.open(paths.library_file, paths.backups)) as database:
        database.execute("DELETE FROM conversation")
        database.execute_many(
            "INSERT INTO conversation (title, created_at, changed_at) VALUES (?, 'a', 'b')",
            [(words * 99,)] * 1000)
    return BackupShelf(paths).make().file


def test_killed_at_any_moment_the_library_is_whole(isolated_home: AppPaths,
                                                   tmp_path: Path) -> None:
    backups = [written(isolated_home, words) for words in ("one", "two")]
    chance = random.Random(6)
    seen: set[str] = set()
    for _ in range(KILLS):
        with subprocess.Popen(
                [sys.executable, "-c", SCRIPT, str(isolated_home.home),
                 str(isolated_home.resources), *map(str, backups)],
                stdout=subprocess.PIPE, text=True, cwd=program_folder()) as child:
            assert child.stdout is not None and child.stdout.readline() == "begun\n"
            for _ in range(chance.randrange(2)):
                child.stdout.readline()
            try:
                child.wait(chance.random() * 0.06)
            except subprocess.TimeoutExpired:
                child.send_signal(signal.SIGKILL)
            assert child.wait() == -signal.SIGKILL
        settle(isolated_home)
        copy_library(isolated_home.library_file, tmp_path / "copy")
        check_library(tmp_path / "copy")
        with closing(Database.open(isolated_home.library_file)) as database:
            (words,), = database.all("SELECT DISTINCT title FROM conversation")
            assert database.first("SELECT count(*) FROM conversation") == (1000,)
        seen.add(words[:3])
        assert not Incoming(isolated_home).folder.exists()
    assert seen <= {"one", "two"}
