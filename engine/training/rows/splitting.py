"""Which rows are learned from and which judge: by group, never by row, so that no song, talk or
artist stands on both sides. The data's own split wins where there is one. Knows no model.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256

from engine.training.recipe import DataOptions
from engine.training.rows.near_doubles import near_doubles
from engine.training.rows.row import ChoiceRow, PlainRow, Row, TalkRow, TextRow
from engine.training.rows.word_hashes import hashed_words

JUDGES = ("valid", "test")
LEARNS = "learn"
"""The split of what was written to be learned: it tells nothing of how good a model is."""
_OWN, _SONG, _ARTIST = "own", "song", "artist"


@dataclass(frozen=True, slots=True)
class Split:
    """`how` says in a sentence what decided."""

    learning: tuple[Row, ...]
    judging: tuple[Row, ...]
    how: str = ""


def split_rows(rows: Sequence[Row], options: DataOptions, seed: int = 7,
               alike: Sequence[tuple[int, int]] | None = None) -> Split:
    """The same rows and seed give the same split, and nearly the same one once others join them:
    what an earlier training learned from must not judge whether a later one is better.

    `options.split_by`: "group" (song, talk, artist and near doubles together; the default),
    "artist", "song", or "own" (only what the data say). Beside a split of the data's own, rows that
    say nothing learn, unless their song, talk or near double judges. `alike` are the near doubles
    where they are known already.
    """
    parts = [split_of(row) for row in rows]
    own = "train" in parts and any(part in JUDGES for part in parts)
    if own or options.split_by == _OWN:
        return _own_split(rows, parts, alike)
    if not options.held_out or len(rows) < 2:
        return Split(tuple(rows), (), "Nothing is held out to judge by.")
    groups = groups_of(rows, options.split_by, alike)
    free = [part != LEARNS for part in parts]
    judging = _drawn(groups, _names(rows, groups, options.split_by), options.held_out, seed,
                     free if any(free) else [True] * len(rows))
    return Split(tuple(row for row, group in zip(rows, groups, strict=True)
                       if group not in judging),
                 tuple(row for row, group in zip(rows, groups, strict=True) if group in judging),
                 _how(len(judging), len(set(groups)), options.split_by))


def groups_of(rows: Sequence[Row], split_by: str = "group",
              alike: Sequence[tuple[int, int]] | None = None) -> list[int]:
    """For each row the number of its group; rows that share a song, a talk, an artist or nearly
    all their words are of one group, also by way of others."""
    groups = _Groups(len(rows))
    firsts: dict[tuple[str, str], int] = {}
    for at, row in enumerate(rows):
        for key in keys_of(row, split_by):
            groups.join(firsts.setdefault(key, at), at)
    if split_by not in (_ARTIST, _SONG):
        for one, other in (near_doubles(hashed_words(map(text_of, rows))) if alike is None
                           else alike):
            groups.join(one, other)
    return [groups.first(at) for at in range(len(rows))]


def split_of(row: Row) -> str:
    """What the data say of a row: "train", "valid", "test" or "", LEARNS of one a model wrote."""
    return row.talk.split if isinstance(row, ChoiceRow) else row.split


def text_of(row: Row) -> str:
    """The words of a row that tell whether it is another's double."""
    if isinstance(row, TextRow | PlainRow):
        return row.text
    lines = row.talk.lines if isinstance(row, ChoiceRow) else row.lines
    # Choices for the same words belong together, whatever was answered.
    return "\n".join(line.text for line in lines if line.role != "system")


def keys_of(row: Row, split_by: str = "group") -> Iterator[tuple[str, str]]:
    """What a row belongs to: ("song", …), ("artist", …) or ("talk", …)."""
    talk = row.talk if isinstance(row, ChoiceRow) else row
    if isinstance(talk, TalkRow):
        if talk.talk:
            yield "talk", talk.talk
        return
    if talk.song and split_by != _ARTIST:
        yield "song", talk.song
    if talk.artist and split_by not in (_SONG, _OWN):
        yield "artist", talk.artist.casefold()
    elif talk.song and split_by == _ARTIST:
        yield "song", talk.song


def _own_split(rows: Sequence[Row], parts: Sequence[str],
               alike: Sequence[tuple[int, int]] | None) -> Split:
    judges = "valid" if "valid" in parts else "test"
    parts = _followed(rows, parts, judges, alike)
    learning = tuple(row for row, part in zip(rows, parts, strict=True) if part not in JUDGES)
    judging = tuple(row for row, part in zip(rows, parts, strict=True) if part == judges)
    left = len(rows) - len(learning) - len(judging)
    beside = f" {left:,} rows of its test part are left out." if left else ""
    return Split(learning, judging, f"The data say themselves who judges.{beside}")


def _followed(rows: Sequence[Row], parts: Sequence[str], judges: str,
              alike: Sequence[tuple[int, int]] | None) -> Sequence[str]:
    """The parts, where those that say nothing judge with what judges of their group."""
    if judges not in parts or "" not in parts:
        return parts
    groups = groups_of(rows, _OWN, alike)
    judged = {group for group, part in zip(groups, parts, strict=True) if part == judges}
    return [part or (judges if group in judged else part)
            for group, part in zip(groups, parts, strict=True)]


def _names(rows: Sequence[Row], groups: Sequence[int], split_by: str) -> Mapping[int, str]:
    """What each group is known by, whatever other rows there are."""
    names: dict[int, str] = {}
    for row, group in zip(rows, groups, strict=True):
        name = "\x1f".join(min(keys_of(row, split_by), default=("", text_of(row))))
        names[group] = min(names.get(group, name), name)
    return names


def _drawn(groups: Sequence[int], names: Mapping[int, str], share: float, seed: int,
           free: Sequence[bool]) -> set[int]:
    """Groups by chance until they hold the share of the `free` rows, which alone judge; one group
    at least, never all. Large groups learn where a small one would do. A group's lot is drawn by
    its name, so that it stays the same when others join."""
    sizes: dict[int, int] = defaultdict(int)
    for group in groups:
        sizes[group] += 1
    bound = {group for group, is_free in zip(groups, free, strict=True) if not is_free}
    order = sorted(sizes.keys() - bound, key=lambda group: (_lot(names[group], seed), group))
    wanted = max(1.0, share * sum(free))
    judging: set[int] = set()
    held = 0
    for group in order:
        if held >= wanted or len(judging) + 1 >= len(sizes):
            break
        if held + sizes[group] <= max(1.5 * wanted, wanted + 1):
            judging.add(group)
            held += sizes[group]
    return judging


def _lot(name: str, seed: int) -> bytes:
    return sha256(f"{seed}\x1f{name}".encode("utf-8", "surrogatepass")).digest()


def _how(judging: int, groups: int, split_by: str) -> str:
    if not judging:
        return "All rows belong together, so nothing is held out to judge by."
    what = {_ARTIST: "artists", _SONG: "songs"}.get(split_by, "groups")
    return f"{judging:,} of {groups:,} {what} judge; none of them is learned from."


class _Groups:
    """Which rows belong together (Galler and Fischer 1964)."""

    def __init__(self, size: int) -> None:
        self._above = list(range(size))

    def first(self, at: int) -> int:
        while self._above[at] != at:
            self._above[at] = self._above[self._above[at]]
            at = self._above[at]
        return at

    def join(self, one: int, other: int) -> None:
        one, other = self.first(one), self.first(other)
        self._above[max(one, other)] = min(one, other)
