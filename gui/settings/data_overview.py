"""What there is of a person's data: how large, and which backups. Read on a work queue."""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from engine.library.archive.packing import personal_sizes
from engine.library.backup import Backup, BackupKind, BackupShelf
from engine.paths import AppPaths

UNDO_DAYS = 7
_BEFORE = (BackupKind.RESTORE, BackupKind.IMPORT)


@dataclass(frozen=True, slots=True)
class Overview:
    """What there is. `sizes` are bytes by part, as in `personal_sizes`; backups newest first."""

    sizes: dict[str, int] = field(default_factory=dict[str, int])
    backups: tuple[Backup, ...] = ()

    @property
    def usable(self) -> tuple[Backup, ...]:
        """The backups that can be restored."""
        return tuple(backup for backup in self.backups
                     if backup.figures is not None or backup.is_archive)

    @property
    def before(self) -> Backup | None:
        """What was here before the last restore or import, while that is not long ago."""
        oldest = datetime.now(UTC) - timedelta(days=UNDO_DAYS)
        return next((backup for backup in self.usable
                     if backup.kind in _BEFORE and backup.at > oldest), None)


def read_overview(paths: AppPaths) -> Iterator[object]:
    """One Overview."""
    sizes: dict[str, int] = {}
    with suppress(OSError):
        sizes = personal_sizes(paths)
    yield Overview(sizes, BackupShelf(paths).all())
