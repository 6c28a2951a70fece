"""What makes a song the same song: its words, how alike two versions are, how a place is named.

Pure questions about text and paths; who holds which song is for song_places to decide.
"""

import hashlib
import unicodedata
from pathlib import Path

from engine.tagging.lyric import Lyric, lyric_hash

ALIKE = 0.4
_GRAM = 5


def song_hash(lyric: Lyric) -> str:
    """The lyric's hash; for a lyric without words, one of all it shows and who made it.

    Without the second, all instrumentals would be one song.
    """
    if lyric.words.strip():
        return lyric_hash(lyric)
    shown = [lyric.title, lyric.artist, lyric.album, *(line.text for line in lyric.lines)]
    return "wordless " + hashlib.sha256("\n".join(shown).encode("utf-8", "replace")).hexdigest()


def alike(words: str, others: str) -> bool:
    """Whether two texts are versions of one lyric: the shorter shares enough with the longer.

    Shared runs of five characters are counted, so that a corrected word or an added verse keeps
    a song what it is, in any script, while another song in its place does not inherit from it.
    """
    one, other = _grams(words), _grams(others)
    return len(one & other) >= ALIKE * min(len(one), len(other))


def _grams(words: str) -> set[str]:
    folded = " ".join(unicodedata.normalize("NFKC", words).casefold().split())
    return {folded[start:start + _GRAM] for start in range(max(1, len(folded) - _GRAM + 1))}


def place_of(path: Path) -> str:
    """The place of a file: its absolute path. Bytes of a name that are no text are replaced, so
    that a place can always be stored and shown."""
    whole = path.absolute()
    name = str(whole.resolve() if ".." in whole.parts else whole)
    return name.encode("utf-8", "surrogateescape").decode("utf-8", "replace")


def still_there(place: str) -> bool:
    """False only when the file is certainly gone; a folder we may not enter proves nothing."""
    try:
        Path(place).stat()
    except (FileNotFoundError, NotADirectoryError):
        return False
    except (OSError, ValueError):
        return True
    return True


def same_file(place: str, other: str) -> bool:
    """Whether two spellings of a path (Song.txt, song.txt) name one file on this disk."""
    if _folded(place) != _folded(other):
        return False
    try:
        return Path(place).samefile(Path(other))
    except OSError:
        return False


def _folded(place: str) -> str:
    return unicodedata.normalize("NFC", place).casefold()
