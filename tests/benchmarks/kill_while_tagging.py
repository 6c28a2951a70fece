"""Kills the program while it tags, again and again, and looks at what the library kept.

    python -m tests.benchmarks.kill_while_tagging --kills 50

Each run is the real command line in a process of its own, ended by SIGKILL (on Windows by
TerminateProcess) at a random moment. Whatever it had answered must be stored, once and whole.
`--fake` puts the fake tagger in the place of the shipped one.
"""

import argparse
import json
import os
import random
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from engine.library.database import Database
from engine.paths import AppPaths, program_folder
from engine.settings import Settings
from engine.tagging.lyric_store import LyricStore
from tests.fakes import SIGNS, FakeTagger

SONGS = 2000
LONGEST_WAIT = 1.5
KILLED = 1 if sys.platform == "win32" else -9
STARTS = 5  # one kill in so many falls into the program's start


@dataclass
class Shelf:
    """A folder of songs and a home, with what the killed programs said of the songs."""

    root: Path
    fake: bool
    random: random.Random
    answered: dict[str, dict[str, Any]] = field(default_factory=dict)

    @property
    def paths(self) -> AppPaths:
        return AppPaths(self.root / "home", program_folder() / "resources")

    def write_songs(self, count: int) -> None:
        """`count` songs of 8 to 40 lines; one in ten has the words of another."""
        folder = self.root / "songs"
        folder.mkdir()
        words = [*sorted({word for signs in SIGNS.values() for word in signs}), "the", "on", "we",
                 "night", "road", "house", "never", "always", "you", "carry", "light", "stone"]
        text = ""
        for number in range(count):
            if number % 10 != 9:
                text = f"This is song number {number}\n" + "".join(
                    " ".join(self.random.choices(words, k=6)) + "\n"
                    for _ in range(self.random.randint(8, 40)))
            (folder / f"{number:05}.txt").write_text(text)

    def run_and_kill(self) -> int:
        """Starts the program, kills it at a random moment, and returns how many new songs it had
        answered; -1 where it came to its end."""
        clock_runs = self.random.randrange(STARTS) == 0
        process = subprocess.Popen(
            self._command(), stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
            env=os.environ | {"UNDERTONE_HOME": str(self.paths.home)}, cwd=program_folder())
        assert process.stdout is not None
        wait = self.random.uniform(0, LONGEST_WAIT)
        with process:
            killer = threading.Timer(wait, process.kill)
            if clock_runs:
                killer.start()
            before = len(self.answered)
            for line in process.stdout:
                self._note(line)
                # What it tagged before is answered again first; the clock starts with new songs.
                if len(self.answered) > before and not clock_runs:
                    clock_runs = True
                    killer.start()
            killer.cancel()
            if clock_runs:
                killer.join()
        assert process.returncode in (0, KILLED), f"it ended by itself: {process.returncode}"
        return -1 if process.returncode == 0 else len(self.answered) - before

    def _command(self) -> list[str]:
        songs = str(self.root / "songs")
        if self.fake:
            return [sys.executable, "-m", "tests.benchmarks.kill_while_tagging",
                    "--child", str(self.paths.home), songs]
        return [sys.executable, str(program_folder() / "main.py"), "tag", songs, "--json"]

    def _note(self, line: bytes) -> None:
        if line.endswith(b"\n"):  # else cut off in the middle by the kill
            answer = json.loads(line)
            self.answered[answer["path"]] = answer

    def problems(self) -> Iterator[str]:
        """Whatever is wrong with the library; nothing, if all is well."""
        database = Database.open(self.paths.library_file)
        try:
            yield from self._damage(database)
            yield from self._losses(LyricStore(database))
        finally:
            database.close()

    def _damage(self, database: Database) -> Iterator[str]:
        checks = {
            "PRAGMA integrity_check": [("ok",)],
            "PRAGMA foreign_key_check": [],
            "INSERT INTO song_text (song_text, rank) VALUES ('integrity-check', 1)": [],
            "SELECT lyric_hash FROM song GROUP BY lyric_hash HAVING count(*) > 1": [],
            "SELECT path FROM place GROUP BY path HAVING count(*) > 1": [],
            "SELECT song_id FROM tagging GROUP BY song_id, tagger_id HAVING count(*) > 1": [],
            "SELECT id FROM tagging WHERE id NOT IN (SELECT tagging_id FROM excerpt)": [],
            "SELECT tagging_id FROM excerpt GROUP BY tagging_id"
            " HAVING count(*) != max(number) + 1": [],
            "SELECT id FROM song WHERE id NOT IN (SELECT song_id FROM place)": [],
        }
        for sql, expected in checks.items():
            found = database.all(sql)
            if found != expected:
                yield f"{sql}: {found[:3]}"

    def _losses(self, store: LyricStore) -> Iterator[str]:
        for place, answer in self.answered.items():
            row = store.row(place, Settings())
            if row is None or row.song_id is None:
                yield f"lost: {place}"
                continue
            tags = [{"tag": tag.tag, "score": round(tag.score, 6)} for tag in row.tags]
            song = store.song(row.song_id, Settings())
            stored = len(song.moods.excerpts) if song and song.moods else 0
            if (tags, stored) != (answer["tags"], len(answer["excerpts"])):
                yield f"changed: {place}"


def kill_often(root: Path, kills: int, songs: int, fake: bool, seed: int) -> Iterator[str]:
    """One line a kill. AssertionError with what is wrong as soon as something is."""
    shelf = Shelf(root, fake, random.Random(seed))
    shelf.write_songs(songs)
    for number in range(1, kills + 1):
        count = shelf.run_and_kill()
        problems = list(shelf.problems())
        assert not problems, problems
        when = "after its end" if count < 0 else f"after {count} new songs"
        yield f"kill {number}: {when}; {len(shelf.answered)} songs stored, none lost or doubled"
        if count < 0:  # nothing left to do: begin with an empty library
            shelf.answered.clear()
            for file in shelf.paths.home.glob("library.sqlite3*"):
                file.unlink()


def tag_with_fake(home: Path, songs: Path) -> int:
    """What the killed process does with --fake."""
    from engine.cli.command import Context
    from engine.cli.main import run

    paths = AppPaths(home, program_folder() / "resources")
    context = Context(paths, open_tagger=lambda *_: FakeTagger())
    return run(["tag", str(songs), "--json"], context)


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="kill_while_tagging")
    parser.add_argument("--kills", type=int, default=50)
    parser.add_argument("--songs", type=int, default=SONGS)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--fake", action="store_true", help="the fake tagger, not the shipped one")
    parser.add_argument("--child", nargs=2, type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args(arguments)
    if options.child:
        return tag_with_fake(*options.child)
    with tempfile.TemporaryDirectory() as root:
        for told in kill_often(Path(root), options.kills, options.songs, options.fake,
                               options.seed):
            print(told, flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
