"""Kills the program while it writes moods into files and takes them back, and looks at the files.

    python -m tests.benchmarks.write_kills --kills 50

Each run is a process of its own, ended by SIGKILL (on Windows by TerminateProcess) at a random
moment. After each, every file must be whole: just as it was or just as written, with nothing left
over beside it, and the record must say which of the two it is.
"""

import argparse
import hashlib
import os
import random
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

from engine.library.database import Database
from engine.paths import program_folder
from engine.settings import Settings
from engine.tagging.intake import fingerprint
from engine.tagging.labels import Verdict
from engine.tagging.lyric_store import LyricStore
from engine.tagging.reading import lyric_from_text
from engine.tagging.song_identity import place_of
from engine.tagging.vocabulary import Vocabulary
from engine.tagging.writing.tag_writer import TagWriter
from engine.tagging.writing.values import WriteOptions, WriteScope, WriteState
from tests.engine.tagging.tiny_audio import write_tiny

SUFFIXES = (".mp3", ".flac", ".ogg", ".opus", ".m4a", ".wma", ".aiff", ".wav", ".ape", ".dsf",
            ".wv", ".mpc")
LONGEST_WAIT = 0.6
KILLED = 1 if sys.platform == "win32" else -9


def open_writer(root: Path) -> tuple[TagWriter, Database]:
    """The writer over the library in `root`, as a start of the program would have it."""
    database = Database.open(root / "library.sqlite3")
    vocabulary = Vocabulary.load(program_folder() / "resources" / "moods.toml")
    return (TagWriter(database, LyricStore(database), vocabulary, root / "writing.lock"),
            database)


def make_library(root: Path, files: int) -> list[Path]:
    """Tiny recordings of all formats with some sound behind them, each a song with a mood."""
    (root / "music").mkdir()
    writer, database = open_writer(root)
    store = LyricStore(database)
    paths: list[Path] = []
    for number in range(files):
        path = write_tiny(root / "music" / f"{number:03}{SUFFIXES[number % len(SUFFIXES)]}")
        if path.suffix in (".mp3", ".wv", ".ape"):  # a longer file is longer under way
            path.write_bytes(path.read_bytes() * 200)
        song = store.record_song(place_of(path), fingerprint(path),
                                 lyric_from_text(f"words {number}"), "en")
        store.set_label(song, "optimism", Verdict.ADDED)
        paths.append(path)
    database.close()
    del writer
    return paths


def hashes(paths: Sequence[Path]) -> dict[Path, str]:
    return {path: hashlib.sha256(path.read_bytes()).hexdigest() for path in paths}


def write_and_undo(root: Path) -> None:
    """What the killed process does: writes everything and takes everything back, over and over."""
    writer, database = open_writer(root)
    writer.settle()
    songs = [song for song, in database.all("SELECT id FROM song")]
    print("ready", flush=True)
    while True:
        for _ in writer.write(list(writer.plan(songs, Settings(), WriteOptions()))):
            pass
        for _ in writer.undo(WriteScope()):
            pass


def kill_often(root: Path, kills: int, files: int, seed: int) -> Iterator[str]:
    """Kills `kills` times and tells of each; AssertionError where a file is not whole."""
    chance = random.Random(seed)
    paths = make_library(root, files)
    clean = hashes(paths)
    written = _written_once(root, paths)
    found: Counter[str] = Counter()
    for number in range(kills):
        _run_and_kill(root, chance.uniform(0, LONGEST_WAIT))
        left = [path for path in (root / "music").iterdir() if path not in clean]
        settled, states = _settle(root)
        now = hashes(paths)
        for path in paths:
            state = "clean" if now[path] == clean[path] else "written"
            assert now[path] in (clean[path], written[path]), f"{path.name} is damaged"
            said = states.get(place_of(path), WriteState.UNDONE)
            assert (said is WriteState.WRITTEN) == (state == "written"), (path.name, said)
            found[state] += 1
        over = [path for path in (root / "music").iterdir() if path not in clean]
        assert not over, f"left over: {over}"
        yield (f"kill {number + 1}: {sum(now[path] == written[path] for path in paths)} of "
               f"{len(paths)} written, {settled} settled, {len(left)} copies removed")
    yield (f"{kills} kills, {len(paths)} files: 0 damaged, 0 left over;"
           f" seen {found['clean']} times clean and {found['written']} times written")


def _written_once(root: Path, paths: Sequence[Path]) -> dict[Path, str]:
    """What each file becomes, to the byte."""
    writer, database = open_writer(root)
    songs = [song for song, in database.all("SELECT id FROM song")]
    before = hashes(paths)
    list(writer.write(list(writer.plan(songs, Settings(), WriteOptions()))))
    after = hashes(paths)
    assert all(before[path] != after[path] for path in paths)
    list(writer.undo(WriteScope()))
    assert hashes(paths) == before
    database.close()
    return after


def _settle(root: Path) -> tuple[int, dict[str, WriteState]]:
    """How many writes were under way, and what the record says of each file then."""
    writer, database = open_writer(root)
    settled = writer.settle()
    states: dict[str, WriteState] = {}
    for note in reversed(writer.writes(WriteScope())):
        states[str(note.path)] = note.state
    assert database.first("PRAGMA integrity_check") == ("ok",)
    database.close()
    return settled, states


def _run_and_kill(root: Path, wait: float) -> None:
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.benchmarks.write_kills", "--child", str(root)],
        stdout=subprocess.PIPE, cwd=program_folder(), env={**os.environ, "PYTHONPATH": "."})
    assert process.stdout is not None
    try:
        assert process.stdout.readline().strip() == b"ready"
        time.sleep(wait)
    finally:
        process.kill()
        process.stdout.close()
        assert process.wait() == KILLED


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="write_kills", description=__doc__.split("\n", 1)[0])
    parser.add_argument("--kills", type=int, default=50)
    parser.add_argument("--files", type=int, default=48)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--child", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args(arguments)
    if options.child:
        write_and_undo(options.child)
    with tempfile.TemporaryDirectory() as root:
        for told in kill_often(Path(root), options.kills, options.files, options.seed):
            print(told, flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
