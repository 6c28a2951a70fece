"""The values of playlists. Pure values: who stores them is the store's business."""

from dataclasses import dataclass

MOST_NAME = 120
"""Characters of a name; more is cut off."""


@dataclass(frozen=True, slots=True)
class Playlist:
    """A list of songs under a name.

    By hand: it holds just the `count` songs the person put into it. By rule: `rule` is a query of
    the library as JSON, what it finds is what the list holds, and `count` is 0.
    """

    id: int
    name: str
    rule: str = ""
    count: int = 0

    @property
    def by_rule(self) -> bool:
        return bool(self.rule)


@dataclass(frozen=True, slots=True)
class PlaylistDocument:
    """The whole of a playlist, as steps remember it: `place` is its row among the playlists,
    `songs` are the ids it holds, in order."""

    id: int
    name: str
    rule: str
    place: int
    made_at: str
    songs: tuple[int, ...] = ()


def tidy_name(name: str) -> str:
    """A name in one line, without space around it, of at most MOST_NAME characters."""
    printable = "".join(sign if sign.isprintable() else " " for sign in name)
    return " ".join(printable.split())[:MOST_NAME].rstrip()
