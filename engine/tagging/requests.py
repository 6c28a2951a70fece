"""What the tagging queue is asked for and what it answers. Frozen values that can be printed."""

from dataclasses import dataclass
from pathlib import Path

from engine.tagging.lyric import Lyric
from engine.tagging.song import SongRow


@dataclass(frozen=True, slots=True)
class NamedLyric:
    """Words that come without a file of their own: pasted, or a line of a JSONL file."""

    place: str
    lyric: Lyric


@dataclass(frozen=True, slots=True)
class TagRequest:
    """Read and tag these. `again` runs the tagger even where its stored scores are current."""

    paths: tuple[Path, ...] = ()
    lyrics: tuple[NamedLyric, ...] = ()
    tagger: str = ""
    again: bool = False


@dataclass(frozen=True, slots=True)
class Found:
    """Places that will be read, in reading order; sent as folders are walked."""

    places: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Answered:
    """One place is done: tagged, abstained from or failed, as its row says. Already stored."""

    row: SongRow


TagEvent = Found | Answered
