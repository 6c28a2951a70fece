"""What an archive may hold: names that stay within the person's folder on every system, and sizes
somebody can have meant. Knows no zip and no disk.
"""

import re
from collections.abc import Iterable

from engine.errors import EngineError
from engine.library.incoming import FILES, FOLDERS, SHELVES

LIBRARY = "library.sqlite3"
MANIFEST = "manifest.json"
MOST_FILES = 50_000
MOST_MANIFEST = 16 << 20
OWN_MOODS = "models/mood-"
"""So the names of moods of one's own begin: models of a few kilobytes, and part of what is said of
songs, so that they go along with the library."""
_GIGABYTE = 1 << 30
# Of a single file, in bytes.
_MOST = {LIBRARY: 64 * _GIGABYTE, "settings.json": 1 << 20, "window.ini": 4 << 20,
         "prompts": 4 << 20, "reports": 256 << 20, "checks": 16 << 20, "models": 64 * _GIGABYTE}
_MOST_LETTERS, _MOST_PARTS = 200, 8
# Nothing of ours packs better than this; what does is made to fill a disk.
_MOST_RATIO, _RATIO_FROM = 200, 16 << 20
_FORBIDDEN = re.compile(r'[\x00-\x1f\x7f<>:"|?*\\]')
_DEVICES = re.compile(r"(?:con|prn|aux|nul|com\d|lpt\d)(?:\..*)?", re.IGNORECASE)


def refused() -> EngineError:
    """What to raise for an archive nobody of us has made so."""
    return EngineError("This file is not as Undertone writes it, so nothing was taken from it.",
                       "Export it again where it was made, or ask where it comes from.")


def area_of(name: str) -> str:
    """Which part of the person's data a name belongs to: a file's own name, or its folder's.

    EngineError for a name that is none of ours or would lead elsewhere.
    """
    parts = name.split("/")
    if len(name) > _MOST_LETTERS or len(parts) > _MOST_PARTS or not all(map(_is_plain, parts)):
        raise refused()
    area = parts[0]
    alone = area in (*FILES, LIBRARY)
    if alone != (len(parts) == 1) or not (alone or area in (*FOLDERS, *SHELVES)):
        raise refused()
    if area in ("models",) and len(parts) < 3:
        raise refused()
    return area


def check_names(names: Iterable[str]) -> None:
    """EngineError where two names are one file on some system, or one the folder of another."""
    folded = sorted(name.casefold() for name in names)
    known = set(folded)
    if len(known) < len(folded):
        raise refused()
    for name in folded:
        parts = name.split("/")
        if any("/".join(parts[:count]) in known for count in range(1, len(parts))):
            raise refused()


def check_size(name: str, size: int, packed: int) -> None:
    """EngineError for a file that is larger than any of its kind, in bytes, or packs too well."""
    if not 0 <= size <= _MOST[area_of(name)]:
        raise refused()
    if not packs_plausibly(size, packed):
        raise refused()


def packs_plausibly(size: int, packed: int) -> bool:
    """Whether so many bytes can have become so few."""
    return size <= _RATIO_FROM or size <= _MOST_RATIO * packed


def _is_plain(part: str) -> bool:
    """Whether a part of a path names the same on Linux, macOS and Windows."""
    return (bool(part) and not part.startswith(".") and not part.endswith((".", " "))
            and part == part.strip() and not _FORBIDDEN.search(part)
            and not _DEVICES.fullmatch(part))
