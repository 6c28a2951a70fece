"""The text of an M3U8 playlist: one entry a recording, as players read it.

There is no formal standard: UTF-8 without a mark at its beginning, #EXTM3U first, then #EXTINF
with seconds and a name before each path. Knows text and paths only.
"""

import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Entry:
    """One recording. `seconds` is -1 where nobody knows."""

    recording: Path
    title: str = ""
    artist: str = ""
    seconds: int = -1


def m3u8_text(name: str, entries: Iterable[Entry], file: Path, relative: bool = True) -> str:
    """The playlist `file` of this name. Paths are relative to it where they can be, with "/".

    A recording whose path cannot stand in one line of text is left out.
    """
    lines = ["#EXTM3U"]
    if one_line(name):
        lines.append(f"#PLAYLIST:{one_line(name)}")
    for entry in entries:
        path = path_text(entry.recording, file, relative)
        if path is not None:
            lines += [f"#EXTINF:{entry.seconds},{_shown(entry)}", path]
    return "\n".join(lines) + "\n"


def path_text(recording: Path, file: Path, relative: bool) -> str | None:
    """How a recording is named in the playlist `file`; None where no line of text can name it."""
    path = recording.absolute()
    text = str(path)
    if relative:
        try:
            text = os.path.relpath(path, file.absolute().parent)
        except ValueError:  # another drive
            text = str(path)
    text = text.replace(os.sep, "/") if relative else text
    if any(sign in text for sign in "\r\n\0") or not _is_text(text):
        return None
    # A line that begins with "#" would be a remark, and spaces at its ends would be cut off.
    return f"./{text}" if text.startswith(("#", " ")) else text


def one_line(text: str) -> str:
    """Text without line breaks and other control characters."""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())


def _shown(entry: Entry) -> str:
    title = one_line(entry.title) or one_line(entry.recording.stem)
    artist = one_line(entry.artist)
    return f"{artist} - {title}" if artist else title


def _is_text(text: str) -> bool:
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True
