"""What is about to take the place of the person's data: gathered and checked beside them first.

All of it lies in one folder until a note says that it is whole. From then on it goes to its place
whatever happens: after a kill the next start does the rest. Knows no backup and no archive.
"""

import json
import os
import shutil
import sqlite3
from collections.abc import Generator, Iterable
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import Any, cast

from engine.errors import EngineError
from engine.events import Report
from engine.library.database import Database, sentences
from engine.library.library_copy import (
    check_library,
    figures_of,
    overwrite,
    silent,
    sync_file,
)
from engine.library.migrations import NEWEST, STEPS, statements
from engine.library.steps.song_changes import NEW_ERA
from engine.paths import AppPaths

FILES = ("settings.json", "window.ini")
FOLDERS = ("prompts", "reports")
SHELVES = ("models", "checks")
"""Folders of which single entries are added; what is there already stays."""
_LIBRARY, _NOTE, _CLAIM = "library.sqlite3", "ready.json", "claim"
_RUNS_CODE = ("trigger", "view")
_UNREADABLE = (sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_CORRUPT)


class Incoming:
    """The gathering place of one home. Use it within `claimed`."""

    def __init__(self, paths: AppPaths) -> None:
        self._paths = paths
        self.folder = paths.home / "incoming"

    @property
    def library(self) -> Path:
        """Where the library that shall come is put."""
        return self.folder / _LIBRARY

    @property
    def files(self) -> Path:
        """Where files are put as they shall lie in the person's folder."""
        return self.folder / "files"

    @contextmanager
    def claimed(self) -> Generator[None]:
        """One process at a time. What an earlier one had finished gathering is put in its place
        first, anything else of it is thrown away; nothing is left behind."""
        self.folder.mkdir(parents=True, exist_ok=True)
        with closing(sqlite3.connect(self.folder / _CLAIM, timeout=0, isolation_level=None)) as way:
            # The lock is the system's: it ends with the process, however that ends.
            try:
                way.execute("BEGIN EXCLUSIVE")
            except sqlite3.OperationalError as taken:
                raise EngineError("Data are being brought in by another Undertone.",
                                  "Wait until it is done, then try again.") from taken
            try:
                self._go_on()
                self._clear()
                self.files.mkdir(parents=True, exist_ok=True)
                yield
            finally:
                if not self.is_waiting():
                    shutil.rmtree(self.folder, ignore_errors=True)

    def is_waiting(self) -> bool:
        """Whether something stands ready that is not in its place yet."""
        return (self.folder / _NOTE).is_file()

    def prepare_library(self, report: Report = silent) -> None:
        """Brings the gathered library up to date and makes sure that nothing in it acts by itself
        but what is ours. EngineError if it cannot be used."""
        check_library(self.library, report)
        if figures_of(self.library).version < NEWEST:
            Database.open(self.library, self.folder / "older").close()
        with sentences(self.library), closing(sqlite3.connect(self.library)) as opened:
            strange = _acting(opened) - _our_acting()
        if strange:
            raise EngineError("This library does things by itself that no Undertone taught it.",
                              "Do not use this file; ask where it comes from.")
        with sentences(self.library), closing(sqlite3.connect(self.library)) as opened:
            opened.execute(NEW_ERA)  # an index in memory is of the library before
            opened.commit()

    def ready(self, replaces: Iterable[str] = ()) -> None:
        """Notes that all is gathered. Of FILES and FOLDERS, those named in `replaces` are as they
        were gathered afterwards, or gone where they were not."""
        if self.library.exists():
            sync_file(self.library)
        comes = {name: (self.files / name).exists() for name in replaces}
        self._note({"library": self.library.exists(), "replaces": comes})

    def place_library(self, report: Report = silent) -> None:
        """Puts the library in its place, in one transaction: whoever has it open sees the new one
        from then on. EngineError where another program writes to it; then all is as it was."""
        note = self._noted()
        if note.get("library"):
            _overwrite(self.library, self._paths.library_file, report)
            # Made from the one before; it is made again.
            shutil.rmtree(self._paths.cache, ignore_errors=True)
            self._note({**note, "library": False})

    def place_files(self) -> None:
        """Puts all files in their places. Can be done again after it was cut short."""
        note = self._noted()
        replaces = cast("dict[str, bool]", note.get("replaces", {}))
        try:
            for name in (*FILES, *FOLDERS):
                if name in replaces:
                    self._replace(name, replaces[name])
                elif name in FOLDERS:
                    self._add_below(name)
            for shelf in SHELVES:
                self._add_to(shelf)
            (self.folder / _NOTE).unlink(missing_ok=True)
        except OSError as failure:
            raise EngineError(
                f"A file could not be put in its place: {failure.strerror or failure}.",
                f"Check that {self._paths.home} can be written to. The rest is done at the next "
                "start.") from failure

    def give_up(self) -> None:
        """Takes the note away: nothing more of what was gathered is put in its place."""
        (self.folder / _NOTE).unlink(missing_ok=True)

    def _go_on(self) -> None:
        if self.is_waiting():
            try:
                self.place_library()
            except EngineError:
                self.give_up()  # not at a later start, over what was done until then
                raise
            self.place_files()

    def _replace(self, name: str, comes: bool) -> None:
        """What stood there goes aside in one move, and what comes takes its place in another."""
        coming, place = self.files / name, self._paths.home / name
        if comes and not coming.exists():
            return  # it is in its place since an earlier try
        aside = self.folder / "before" / name
        if place.exists() and not aside.exists():
            aside.parent.mkdir(exist_ok=True)
            place.replace(aside)
        if comes:
            coming.replace(place)

    def _add_to(self, shelf: str) -> None:
        place = self._paths.home / shelf
        coming = self.files / shelf
        for entry in sorted(coming.iterdir()) if coming.is_dir() else ():
            if not (place / entry.name).exists():
                place.mkdir(exist_ok=True)
                entry.rename(place / entry.name)

    def _add_below(self, folder: str) -> None:
        """File by file, those that are not there."""
        coming = self.files / folder
        for file in sorted(coming.rglob("*")) if coming.is_dir() else ():
            place = self._paths.home / file.relative_to(self.files)
            if file.is_file() and not place.exists():
                place.parent.mkdir(parents=True, exist_ok=True)
                file.replace(place)

    def _clear(self) -> None:
        for entry in list(self.folder.iterdir()) if self.folder.is_dir() else []:
            if entry.is_dir():
                shutil.rmtree(entry, ignore_errors=True)
            elif not entry.name.startswith(_CLAIM):
                with suppress(OSError):
                    entry.unlink()

    def _noted(self) -> dict[str, Any]:
        try:
            noted = json.loads((self.folder / _NOTE).read_text("utf-8"))
        except (OSError, ValueError, RecursionError):
            return {}
        return cast("dict[str, Any]", noted) if isinstance(noted, dict) else {}

    def _note(self, note: dict[str, Any]) -> None:
        fresh = self.folder / "ready.new"
        with fresh.open("w", encoding="utf-8") as opened:
            opened.write(json.dumps(note))
            opened.flush()
            os.fsync(opened.fileno())
        fresh.replace(self.folder / _NOTE)


def settle(paths: AppPaths) -> None:
    """At every start, before anything is opened: what a kill kept from its place is put there.

    Costs one look at a folder where there is nothing to do. EngineError where it cannot be done.
    """
    incoming = Incoming(paths)
    if incoming.folder.is_dir():
        with incoming.claimed():
            pass


def _overwrite(coming: Path, place: Path, report: Report) -> None:
    """The whole of `coming` into the library at `place`; what cannot be read there makes room."""
    size = coming.stat().st_size
    words = "Putting the library in its place"
    place.parent.mkdir(parents=True, exist_ok=True)
    with sentences(place), closing(sqlite3.connect(coming)) as source:
        try:
            with closing(sqlite3.connect(place, timeout=0)) as target:
                overwrite(source, target, words, size, report)
        except sqlite3.DatabaseError as failure:
            if failure.sqlite_errorcode & 0xFF not in _UNREADABLE:
                raise
            for rest in ("", "-wal", "-shm"):
                place.with_name(f"{place.name}{rest}").unlink(missing_ok=True)
            with closing(sqlite3.connect(place)) as target:
                overwrite(source, target, words, size, report)


def _acting(opened: sqlite3.Connection) -> set[tuple[str, str]]:
    """Triggers and views, by name and wording."""
    return {(name, sql) for kind, name, sql in opened.execute(
        "SELECT type, name, sql FROM sqlite_master") if kind in _RUNS_CODE}


def _our_acting() -> set[tuple[str, str]]:
    with closing(sqlite3.connect(":memory:")) as fresh:
        for step in STEPS:
            for statement in statements(step):
                fresh.execute(statement)
        return _acting(fresh)
