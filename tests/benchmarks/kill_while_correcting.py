"""Kills the program again and again while somebody corrects, and looks at what the library kept.

    python -m tests.benchmarks.kill_while_correcting --kills 50

Each run is a process of its own that accepts, rejects, adds, draws spans over lines, takes songs
off the list, takes steps back and makes them again, and tells each step once it was acknowledged.
It is ended by SIGKILL (on Windows by TerminateProcess) at a random moment. The steps come from a
seed, so that what the library must hold is known without it: all that was told, and of the step
under way everything or nothing.
"""

import argparse
import os
import random
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

from engine.library.database import Database
from engine.library.journal import MOST_STEPS
from engine.paths import AppPaths, program_folder
from engine.settings import Settings
from engine.tagging.corrections.line_words import LineWord, Saying, after_saying
from engine.tagging.corrections.stepping import redo_step, undo_step
from engine.tagging.labels import Verdict
from engine.tagging.language import LanguageDetector
from engine.tagging.lyric_store import LyricStore
from engine.tagging.reading import lyric_from_text
from engine.tagging.requests import NamedLyric, TagRequest
from engine.tagging.service import TaggingService
from tests.fakes import MOODS, FakeTagger

SONGS = 40
LINES = 12
LONGEST_WAIT = 1.2
KILLED = 1 if sys.platform == "win32" else -9
STARTS = 5  # one kill in so many falls into the program's start
_Line = tuple[str, int, int, str]


@dataclass
class State:
    """What the library must hold: per song labels and words on lines, and whether it is listed."""

    labels: dict[int, dict[str, str]]
    lines: dict[int, tuple[LineWord, ...]]
    listed: set[int]

    def told(self) -> tuple[object, ...]:
        """The same as something to compare."""
        return ({song: said for song, said in self.labels.items() if said},
                {song: _plain(words) for song, words in self.lines.items() if words},
                frozenset(self.listed))

    def copy(self) -> "State":
        return State({song: dict(said) for song, said in self.labels.items()}, dict(self.lines),
                     set(self.listed))


@dataclass(frozen=True)
class Move:
    """What is done next: `kind` with what it needs."""

    kind: str
    song: int = 0
    labels: tuple[tuple[str, Verdict | None], ...] = ()
    saying: Saying | None = None


@dataclass
class Course:
    """The moves of a seed, one after the other, and the state after each."""

    seed: int
    songs: tuple[int, ...]
    number: int = 0
    done: list[State] = field(default_factory=list)
    undone: list[State] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.state = State({}, {}, set(self.songs))
        self._random = random.Random(self.seed)

    def forward(self) -> Move:
        """The next move; the state is what it leads to."""
        move = self._choose()
        self.number += 1
        before = self.state.copy()
        if move.kind == "undo":
            self._turn(self.done, self.undone)
        elif move.kind == "redo":
            self._turn(self.undone, self.done)
        else:
            _apply(self.state, move, f"{self.number:09}")
            if self.state.told() != before.told():
                self.done = [*self.done[1 - MOST_STEPS:], before]
                self.undone = []
        return move

    def _turn(self, source: list[State], other: list[State]) -> None:
        if source:
            other.append(self.state.copy())
            self.state = source.pop()

    def _choose(self) -> Move:
        kind = self._random.choices(["label", "labels", "lines", "forget", "undo", "redo"],
                                    [5, 2, 5, 1, 3, 2])[0]
        song = self._random.choice(self.songs)
        verdicts: list[Verdict | None] = [*Verdict, None]
        first = self._random.randrange(LINES)
        last = min(LINES - 1, first + self._random.randrange(5))
        moods = self._random.sample(MOODS, 3)
        chosen = [self._random.choice(verdicts) for _ in moods]
        match kind:
            case "label" | "labels":
                count = 1 if kind == "label" else 3
                return Move(kind, song, tuple(zip(moods, chosen, strict=True))[:count])
            case "lines":
                return Move(kind, song, saying=Saying(moods[0], first, last, chosen[0]))
            case "forget":
                return Move(kind, song if song in self.state.listed else 0)
            case _:
                return Move(kind)


def _apply(state: State, move: Move, at: str) -> None:
    if move.kind == "forget":
        state.listed.discard(move.song)
    elif move.saying is not None:
        state.lines[move.song] = after_saying(state.lines.get(move.song, ()), move.saying, at)
    else:
        said = state.labels.setdefault(move.song, {})
        for mood, verdict in move.labels:
            said.pop(mood, None)
            if verdict is not None:
                said[mood] = verdict.value


def _do(move: Move, store: LyricStore, database: Database) -> None:
    """The same in the library, by what the window calls."""
    match move.kind:
        case "undo":
            undo_step(database)
        case "redo":
            redo_step(database)
        case "forget":
            store.forget([_place(move.song)] if move.song else [])
        case "lines":
            assert move.saying is not None
            store.say_of_lines(move.song, [move.saying])
        case _:
            store.set_labels(move.song, dict(move.labels))


def correct(file: Path, seed: int, start: int) -> None:
    """What the killed process does: goes on after `start` moves, and tells each one it made."""
    with closing(Database.open(file)) as database:
        store = LyricStore(database)
        course = Course(seed, _songs(database))
        for _ in range(start):
            course.forward()
        while True:
            _do(course.forward(), store, database)
            sys.stdout.write(f"{course.number}\n")
            sys.stdout.flush()


@dataclass
class Shelf:
    """A library, the course of its corrections, and how far the killed programs came."""

    root: Path
    seed: int
    random: random.Random

    @property
    def file(self) -> Path:
        return AppPaths(self.root / "home", program_folder() / "resources").library_file

    def make(self) -> None:
        """A library of tagged songs."""
        with closing(Database.open(self.file)) as database:
            tagger = FakeTagger(lines=3)
            service = TaggingService(LyricStore(database), LanguageDetector(), lambda: tagger,
                                     Settings)
            list(service.run(TagRequest(lyrics=tuple(
                NamedLyric(_place(number), lyric_from_text(_words(number), f"Song {number}"))
                for number in range(1, SONGS + 1)))))
            self.course = Course(self.seed, _songs(database))

    def run_and_kill(self) -> int:
        """Starts the program, kills it at a random moment; how many moves it told."""
        clock_runs = self.random.randrange(STARTS) == 0
        process = subprocess.Popen(
            [sys.executable, "-m", "tests.benchmarks.kill_while_correcting", "--child",
             str(self.file), str(self.seed), str(self.course.number)],
            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=dict(os.environ),
            cwd=program_folder())
        assert process.stdout is not None
        told = self.course.number
        began = told
        with process:
            killer = threading.Timer(self.random.uniform(0, LONGEST_WAIT), process.kill)
            if clock_runs:
                killer.start()
            for line in process.stdout:
                if not clock_runs:
                    clock_runs = True
                    killer.start()
                if line.endswith(b"\n"):  # else cut off in the middle by the kill
                    told = int(line)
            killer.join()
        assert process.returncode == KILLED, f"it ended by itself: {process.returncode}"
        while self.course.number < told:
            self.course.forward()
        return told - began

    def problems(self) -> Iterator[str]:
        """Whatever is wrong with the library; nothing, if all is well. A move that was under way
        and is there counts as made."""
        with closing(Database.open(self.file)) as database:
            yield from damage(database)
            found = held(database)
            if found != self._expected():
                self.course.forward()
                if found != self._expected():
                    yield f"after {self.course.number} moves: {found} is not {self._expected()}"

    def _expected(self) -> tuple[object, ...]:
        return (*self.course.state.told(), len(self.course.done), len(self.course.undone))


def damage(database: Database) -> Iterator[str]:
    """What is broken in a library of these songs, each as a line."""
    for sql, expected in (
            ("PRAGMA integrity_check", [("ok",)]), ("PRAGMA foreign_key_check", []),
            ("INSERT INTO song_text (song_text, rank) VALUES ('integrity-check', 1)", []),
            ("SELECT id FROM journal WHERE undone AND id < (SELECT max(id) FROM journal"
             " WHERE NOT undone)", []),
            (f"SELECT count(*) FROM song HAVING count(*) != {SONGS}", [])):
        found = database.all(sql)
        if found != expected:
            yield f"{sql}: {found[:3]}"


def held(database: Database) -> tuple[object, ...]:
    """What the library holds, in the form of what is expected."""
    store = LyricStore(database)
    labels = {song: {mood: said.value for mood, said in words.items()}
              for song, words in store.all_labels().items()}
    lines = {song: _plain(words) for song in _songs(database)
             if (words := store.line_words(song))}
    listed = frozenset(song for song, in database.all("SELECT song_id FROM place"))
    done, undone = database.first(
        "SELECT count(*) FILTER (WHERE NOT undone), count(*) FILTER (WHERE undone) FROM journal"
    ) or (0, 0)
    return labels, lines, listed, done, undone


def _plain(words: Sequence[LineWord]) -> tuple[_Line, ...]:
    return tuple((word.mood, word.first, word.last, word.verdict.value) for word in words)


def _songs(database: Database) -> tuple[int, ...]:
    return tuple(song for song, in database.all("SELECT id FROM song ORDER BY id"))


def _place(song: int) -> str:
    return f"paste:{song}"


def _words(number: int) -> str:
    return "\n".join(f"line {line} of song number {number} in the rain" for line in range(LINES))


def kill_often(root: Path, kills: int, seed: int) -> Iterator[str]:
    """One line a kill. AssertionError with what is wrong as soon as something is."""
    shelf = Shelf(root, seed, random.Random(seed))
    shelf.make()
    for number in range(1, kills + 1):
        count = shelf.run_and_kill()
        problems = list(shelf.problems())
        assert not problems, problems
        yield (f"kill {number}: after {count} steps; {shelf.course.number} steps in all, "
               "none lost, none half")


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="kill_while_correcting")
    parser.add_argument("--kills", type=int, default=50)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--child", nargs=3, help=argparse.SUPPRESS)
    options = parser.parse_args(arguments)
    if options.child:
        file, seed, start = options.child
        correct(Path(file), int(seed), int(start))
    with tempfile.TemporaryDirectory() as root:
        for told in kill_often(Path(root), options.kills, options.seed):
            print(told, flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
