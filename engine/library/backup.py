"""The backups of the library: made, listed, kept for a while, thrown away.

Each is a whole library file in one folder, named by why and when it was made, so that the folder
alone tells everything and a file can also be put back by hand. Restoring is `restoring`'s.
"""

import enum
import re
import shutil
import time
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from engine.errors import EngineError
from engine.events import Report
from engine.library.library_copy import LibraryFigures, copy_library, figures_of, silent
from engine.paths import AppPaths

_STAMP = "%Y%m%d-%H%M%S-%f"
_NAME = re.compile(r"(?:library|everything)-(?P<kind>[a-z-]+?)(?:-\d+)?-"
                   r"(?P<stamp>\d{8}-\d{6}-\d{6})\.(?:sqlite3|zip)")


class BackupKind(enum.StrEnum):
    """Why a backup was made."""

    HAND = "by-hand"
    DAY = "daily"
    RESTORE = "before-restore"
    IMPORT = "before-import"
    VERSION = "version"
    DAMAGED = "damaged"  # what stood there when a backup was restored; none to restore from


KEPT = {BackupKind.RESTORE: 5, BackupKind.IMPORT: 3}
"""How many of a kind stay; of the daily ones the settings say it, all others wait for a hand."""
MOST_BYTES = 2 << 30
"""Of one kind that goes by itself: a library of 100,000 songs has more than one GB."""
_ALWAYS_KEPT = 2
_DAY_SECONDS = 86_400


@dataclass(frozen=True, slots=True)
class Backup:
    """One backup. `at` is in UTC, `size` in bytes; `figures` are None where it cannot be used or
    is an archive of everything, which knows them itself."""

    file: Path
    kind: BackupKind
    at: datetime
    size: int
    figures: LibraryFigures | None = None

    @property
    def name(self) -> str:
        return self.file.name

    @property
    def is_archive(self) -> bool:
        """Whether it holds settings and prompts too, not the library alone."""
        return self.file.suffix == ".zip"


class BackupShelf:
    """The backups of one library. Any thread may ask; two at once do no harm."""

    def __init__(self, paths: AppPaths) -> None:
        self._library = paths.library_file
        self._folder = paths.backups

    def all(self, with_figures: bool = True) -> tuple[Backup, ...]:
        """All there are, newest first."""
        found = [backup for file in self._files() if (backup := _read(file, with_figures))]
        return tuple(sorted(found, key=lambda backup: (backup.at, backup.name), reverse=True))

    def find(self, name: str) -> Backup:
        """The backup of that file name. EngineError where there is none."""
        for backup in self.all():
            if backup.name == name:
                return backup
        raise EngineError(f"There is no backup “{name}”.",
                          "“library backup --list” names those there are.")

    def make(self, kind: BackupKind = BackupKind.HAND, report: Report = silent) -> Backup:
        """Copies and checks the library as it is now. EngineError where that cannot be done: then
        all that was there is still there."""
        file = self.place_for(kind)
        figures = copy_library(self._library, file, report)
        made = _read(file, with_figures=False)
        assert made is not None
        return Backup(file, kind, made.at, made.size, figures)

    def keep_damaged(self) -> None:
        """Keeps a library that cannot be read, file by file: somebody may still mend it."""
        place = self.place_for(BackupKind.DAMAGED)
        for rest in ("", "-wal"):
            with suppress(FileNotFoundError):
                shutil.copyfile(self._library.with_name(f"{self._library.name}{rest}"),
                                place.with_name(f"{place.name}{rest}"))

    def place_for(self, kind: BackupKind, is_archive: bool = False) -> Path:
        """A file that is not there yet, in a folder that is."""
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
        except OSError as failure:
            raise EngineError(f"{self._folder} cannot be made: {failure.strerror or failure}.",
                              "Check that you may write there.") from failure
        stamp = datetime.now(UTC).strftime(_STAMP)
        what, ending = ("everything", "zip") if is_archive else ("library", "sqlite3")
        return self._folder / f"{what}-{kind.value}-{stamp}.{ending}"

    def day_is_due(self, now: datetime | None = None) -> bool:
        """Whether the library changed since the newest backup of it, and none was made today."""
        now = now or datetime.now(UTC)
        usable = [backup for backup in self.all(with_figures=False)
                  if backup.kind is not BackupKind.DAMAGED]
        newest = usable[0].at if usable else None
        changed = _changed_at(self._library)
        if changed is None or (newest is not None and changed <= newest):
            return False
        return newest is None or newest.astimezone().date() < now.astimezone().date()

    def tidy(self, kind: BackupKind, most: int | None = None) -> None:
        """Throws the oldest of a kind away, beyond `most` (KEPT by default) or, but for the two
        newest, beyond MOST_BYTES. What cannot be deleted now is tried again the next time."""
        of_kind = [each for each in self.all(with_figures=False) if each.kind is kind]
        kept, size = 0, 0
        for backup in of_kind:
            size += backup.size
            if kept >= (KEPT.get(kind, 0) if most is None else most) or (
                    kept >= _ALWAYS_KEPT and size > MOST_BYTES):
                with suppress(OSError):
                    backup.file.unlink()
            else:
                kept += 1

    def delete(self, backup: Backup) -> None:
        """Deletes one for good. EngineError where the system does not let us."""
        try:
            backup.file.unlink(missing_ok=True)
        except OSError as failure:
            raise EngineError(f"{backup.name} could not be deleted: "
                              f"{failure.strerror or failure}.", "Try again later.") from failure

    def _files(self) -> list[Path]:
        try:
            return [file for file in self._folder.iterdir() if file.is_file()]
        except OSError:
            return []


def make_daily(paths: AppPaths, days: int, report: Report = silent) -> Backup | None:
    """The backup of the day where one is due; afterwards so many daily ones are kept, 0 makes
    none. EngineError where it could not be made: then none is thrown away either."""
    shelf = BackupShelf(paths)
    sweep(paths)
    if days <= 0 or not shelf.day_is_due():
        return None
    made = shelf.make(BackupKind.DAY, report)
    shelf.tidy(BackupKind.DAY, days)
    return made


def sweep(paths: AppPaths) -> None:
    """Throws away what backups and exports that were killed left half made. Others may be at work
    on theirs: only what is a day old."""
    for left in (*paths.backups.glob("*.part"), *paths.home.glob(".outgoing-*")):
        with suppress(OSError):
            if time.time() - left.stat().st_mtime > _DAY_SECONDS:
                shutil.rmtree(left) if left.is_dir() else left.unlink()


def _read(file: Path, with_figures: bool) -> Backup | None:
    """None for a file that is no backup."""
    match = _NAME.fullmatch(file.name)
    if match is None or match["kind"] not in set(BackupKind):
        return None
    try:
        at = datetime.strptime(match["stamp"], _STAMP).replace(tzinfo=UTC)
        size = file.stat().st_size
    except (ValueError, OSError):
        return None
    kind = BackupKind(match["kind"])
    figures = None
    if with_figures and file.suffix == ".sqlite3" and kind is not BackupKind.DAMAGED:
        with suppress(EngineError, OSError):
            figures = figures_of(file)
    return Backup(file, kind, at, size, figures)


def _changed_at(library: Path) -> datetime | None:
    """When the library or what waits to be merged into it was written last."""
    times: list[float] = []
    for name in (library.name, f"{library.name}-wal"):
        with suppress(OSError):
            stat = library.with_name(name).stat()
            if stat.st_size:
                times.append(stat.st_mtime)
    # File systems keep times more coarsely than we do: one tick later is not missed.
    return datetime.fromtimestamp(max(times), UTC) + timedelta(seconds=1) if times else None
