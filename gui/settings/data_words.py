"""What is said of backups and archives: when, how much, what for."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication

from engine.library.backup import Backup, BackupKind
from engine.library.library_copy import LibraryFigures
from gui.figures import count_text, megabytes_text

if TYPE_CHECKING:
    from engine.library.archive.manifest import Manifest
    from engine.library.merging.merge import Merged

translate = QCoreApplication.translate


def when_text(at: datetime, now: datetime | None = None) -> str:
    """A moment as people say it, on this computer's clock: "today at 14:03"."""
    here = at.astimezone()
    today = (now or datetime.now()).astimezone().date()
    hour = f"{here:%H:%M}"
    if here.date() == today:
        return translate("YourData", "today at {hour}").format(hour=hour)
    if here.date() == today - timedelta(days=1):
        return translate("YourData", "yesterday at {hour}").format(hour=hour)
    return translate("YourData", "on {day} at {hour}").format(
        day=f"{here.day} {here:%B} {here.year}", hour=hour)


def counts_text(songs: int, talks: int) -> str:
    """So many songs and talks; of what there is none, nothing is said."""
    told = translate("YourData", "1 song") if songs == 1 else translate(
        "YourData", "{n} songs").format(n=count_text(songs))
    said = translate("YourData", "1 talk") if talks == 1 else translate(
        "YourData", "{n} talks").format(n=count_text(talks))
    parts = [words for count, words in ((songs, told), (talks, said)) if count]
    return ", ".join(parts) or translate("YourData", "nothing yet")


def contents_text(figures: LibraryFigures | None) -> str:
    """What stands in a library."""
    return counts_text(figures.songs, figures.talks) if figures else ""


def backup_words(backup: Backup) -> tuple[str, str]:
    """A backup in two lines: when and what for; what it holds."""
    when = when_text(backup.at)
    held = contents_text(backup.figures)
    if backup.is_archive:
        held = translate("YourData", "Library, settings and prompts")
    elif not held:
        held = (translate("YourData", "The damaged file as it was; it cannot be restored")
                if backup.kind is BackupKind.DAMAGED
                else translate("YourData", "Damaged, or of a newer Undertone"))
    return (f"{when[:1].upper()}{when[1:]} · {_reasons()[backup.kind]}",
            f"{held} · {megabytes_text(backup.size)}")


def manifest_lines(manifest: "Manifest") -> tuple[str, ...]:
    """What an archive holds, a line each."""
    lines: list[str] = []
    if manifest.at is not None:
        lines.append(translate("YourData", "Made {when}.").format(when=when_text(manifest.at)))
    if manifest.has_library:
        what = counts_text(manifest.songs, manifest.talks)
        lines.append(translate("YourData", "{what}, your words on {n} moods.").format(
            what=what, n=count_text(manifest.labels)) if manifest.labels else
            translate("YourData", "{what}, no words of yours on moods.").format(what=what))
    prompts = len(manifest.of("prompts"))
    if prompts:
        lines.append(translate("YourData", "Prompts of your own: {n}.").format(n=prompts))
    models = manifest.models
    if models:
        lines.append(translate("YourData", "Models: {names} ({size}).").format(
            names=", ".join(models), size=megabytes_text(sum(models.values()))))
    return tuple(lines)


def added_text(merged: "Merged") -> str:
    """What an import added."""
    if not any((merged.songs, merged.labels, merged.playlists, merged.personas, merged.messages)):
        return translate("YourData", "All of it was here already; nothing was added.")
    counts = ((merged.songs, translate("YourData", "songs {n}")),
              (merged.labels, translate("YourData", "your words on moods {n}")),
              (merged.playlists, translate("YourData", "playlists {n}")),
              (merged.personas, translate("YourData", "personas {n}")),
              (merged.talks, translate("YourData", "talks {n}")),
              (merged.messages, translate("YourData", "messages {n}")))
    told = ", ".join(words.format(n=count_text(count)) for count, words in counts if count)
    return translate("YourData", "Added: {what}.").format(what=told)


def _reasons() -> dict[BackupKind, str]:
    return {
        BackupKind.HAND: translate("YourData", "made by you"),
        BackupKind.DAY: translate("YourData", "daily"),
        BackupKind.RESTORE: translate("YourData", "before a backup was restored"),
        BackupKind.IMPORT: translate("YourData", "before an import"),
        BackupKind.VERSION: translate("YourData", "before Undertone was updated"),
        BackupKind.DAMAGED: translate("YourData", "damaged library"),
    }
