"""The values of a lyric: its lines as found, and what of each the model may see.

Pure values. Who read the file, and how, is the readers' business; who stores it, the library's.
"""

import enum
import hashlib
import unicodedata
from dataclasses import dataclass


class LineKind(enum.StrEnum):
    """What a line of a lyric file is. Only WORDS reach the model; all are shown."""

    WORDS = "words"
    BLANK = "blank"
    HEADING = "heading"
    CREDIT = "credit"
    RESIDUE = "residue"


@dataclass(frozen=True, slots=True)
class LyricLine:
    """One line. `text` is shown; `words` is what the model sees, empty where kept from it.

    `repeats` is how often the line is to be sung ("x3" gives 3). Times are milliseconds.
    """

    text: str
    words: str
    kind: LineKind
    repeats: int = 1
    start_ms: int | None = None
    end_ms: int | None = None


@dataclass(frozen=True, slots=True)
class Lyric:
    """The text of one song with what its file says about the song.

    `source` names where the words came from: "txt", "lrc", "sidecar lrc", "ID3 USLT", "paste"...
    """

    lines: tuple[LyricLine, ...]
    title: str = ""
    artist: str = ""
    album: str = ""
    source: str = ""

    @property
    def words(self) -> str:
        """All lines the model may see, one a row."""
        return "\n".join(line.words for line in self.lines if line.kind is LineKind.WORDS)

    @property
    def timed(self) -> bool:
        return any(line.start_ms is not None for line in self.lines)


def lyric_hash(lyric: Lyric) -> str:
    """The identity of a lyric: sha256 of its words, blind to case, spacing and line breaks.

    Artist and title stay out, so that one text found twice is one song.
    """
    folded = unicodedata.normalize("NFKC", lyric.words).casefold()
    return hashlib.sha256(" ".join(folded.split()).encode()).hexdigest()
