"""What is said of watched folders, their files, and songs that lie elsewhere now."""

from datetime import UTC, datetime
from pathlib import PurePath

from PySide6.QtCore import QCoreApplication

from engine.tagging.folders.news import FileNews, NewsCounts, NewsKind
from engine.tagging.folders.relocation import Likeness, Lost
from engine.tagging.folders.watch_list import WatchedFolder
from gui.figures import count_text
from gui.mood_words import one_line

translate = QCoreApplication.translate


def news_text(counts: NewsCounts) -> str:
    """How much there is to tell, on one line."""
    parts: list[str] = []
    if counts.new == 1:
        parts.append(translate("Folders", "1 new song file"))
    elif counts.new:
        parts.append(translate("Folders", "{n} new song files").format(n=count_text(counts.new)))
    if counts.changed:
        parts.append(translate("Folders", "{n} changed").format(n=count_text(counts.changed)))
    if counts.missing:
        parts.append(translate("Folders", "{n} missing").format(n=count_text(counts.missing)))
    told = ", ".join(parts)
    told = f"{told[:1].upper()}{told[1:]}." if told else ""
    return " ".join(filter(None, [told, away_text(counts.away)]))


def away_text(away: tuple[str, ...]) -> str:
    """Which folders are not there; "" where all are."""
    if not away:
        return ""
    if len(away) == 1:
        return translate("Folders", "“{folder}” is not there: is its disk connected?").format(
            folder=one_line(away[0]))
    return translate("Folders", "{n} watched folders are not there: are their disks connected?"
                     ).format(n=count_text(len(away)))


def kind_text(kind: NewsKind, count: int) -> str:
    """A tab of the window of news."""
    words = {NewsKind.NEW: translate("Folders", "New"),
             NewsKind.CHANGED: translate("Folders", "Changed"),
             NewsKind.MISSING: translate("Folders", "Missing")}[kind]
    return f"{words}  {count_text(count)}"


def about_kind(kind: NewsKind) -> str:
    """What such files are, and what can be done."""
    return {
        NewsKind.NEW: translate(
            "Folders", "These lie in your watched folders, and nobody has read them yet."),
        NewsKind.CHANGED: translate(
            "Folders", "These are no longer as they were read. Tag them again to take in new"
                       " words; what you said of them stays."),
        NewsKind.MISSING: translate(
            "Folders", "These are no longer where they were. Find them in another folder, or take"
                       " their songs off the list."),
    }[kind]


def nothing_text(kind: NewsKind) -> str:
    """Where there are none."""
    return {NewsKind.NEW: translate("Folders", "No new files."),
            NewsKind.CHANGED: translate("Folders", "No changed files."),
            NewsKind.MISSING: translate("Folders", "No missing files.")}[kind]


def file_words(file: FileNews) -> tuple[str, str]:
    """A file in two lines: what it is, where it lies."""
    name = one_line(PurePath(file.place).name)
    song = " – ".join(filter(None, [one_line(file.artist), one_line(file.title)]))
    return song or name, one_line(file.place)


def folder_words(folder: WatchedFolder) -> tuple[str, str]:
    """A folder in two lines."""
    if folder.away:
        told = translate("Folders", "Not there now")
    elif folder.paused:
        told = translate("Folders", "Paused")
    elif folder.scanned_at:
        told = translate("Folders", "Looked through {when}").format(
            when=when_text(folder.scanned_at))
    else:
        told = translate("Folders", "Not looked through yet")
    songs = (translate("Folders", "1 file known") if folder.songs == 1
             else translate("Folders", "{n} files known").format(n=count_text(folder.songs)))
    eager = translate("Folders", "new songs are tagged") if folder.tags_new else ""
    return one_line(folder.path), " · ".join(filter(None, [songs, told, eager]))


def when_text(stamp: str, now: datetime | None = None) -> str:
    """How long ago something was, roughly."""
    try:
        then = datetime.fromisoformat(stamp)
    except ValueError:
        return ""
    minutes = int(((now or datetime.now(UTC)) - then).total_seconds() // 60)
    if minutes < 2:
        return translate("Folders", "just now")
    if minutes < 120:
        return translate("Folders", "{n} minutes ago").format(n=minutes)
    if minutes < 48 * 60:
        return translate("Folders", "{n} hours ago").format(n=minutes // 60)
    return translate("Folders", "{n} days ago").format(n=minutes // (24 * 60))


def likeness_text(likeness: Likeness) -> str:
    """Why a file is taken for the one that is missing."""
    return {Likeness.SAME_FILE: translate("Folders", "the same file"),
            Likeness.SAME_SIZE: translate("Folders", "the same name and size"),
            Likeness.SAME_WORDS: translate("Folders", "the same words"),
            Likeness.EDITED: translate("Folders", "most of its words; it will count as changed"),
            }[likeness]


def lost_words(lost: Lost) -> str:
    """A missing song on one line."""
    song = " – ".join(filter(None, [one_line(lost.artist), one_line(lost.title)]))
    return song or one_line(PurePath(lost.place).name)
