"""The lines of the list of conversations, made of what the store told. Values only.

Pinned ones come first, then the folders with theirs, then the others.
"""

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass

from engine.chat.conversation import ConversationRow, FoundMessage, Role
from gui.chat.wording import translate

_BEFORE = 12
_SPACES = re.compile(r"\s+")

@dataclass(frozen=True, slots=True)
class ListRow:
    """One line. Of a found message `excerpt` holds its words, with `marks` where they are, `who`
    said them; `message_id` is then the message, else 0.

    A folder's own line has no conversation (0): `holds` says how many are in it, `closed` that
    they are not shown.
    """

    conversation_id: int
    title: str
    changed_at: str = ""
    excerpt: str = ""
    marks: tuple[tuple[int, int], ...] = ()
    message_id: int = 0
    writing: bool = False
    folder: str = ""
    pinned: bool = False
    who: str = ""
    holds: int = 0
    closed: bool = False

    @property
    def is_folder(self) -> bool:
        """Whether it is a folder's own line."""
        return self.holds > 0

    @property
    def key(self) -> tuple[int, int, str]:
        """What makes it the same line when the list is read anew."""
        return self.conversation_id, self.message_id, self.folder


def grouped(rows: Iterable[ConversationRow], closed: Collection[str],
            writing: int) -> list[ListRow]:
    """All conversations, in the order of the store within each group."""
    loose: list[ListRow] = []
    folders: dict[str, list[ListRow]] = {}
    for row in rows:
        line = ListRow(row.id, row.title, row.changed_at, writing=row.id == writing,
                       folder=row.folder, pinned=row.pinned)
        (folders.setdefault(row.folder, []) if row.folder else loose).append(line)
    return [*(line for line in loose if line.pinned), *_in_folders(folders, closed),
            *(line for line in loose if not line.pinned)]


def found_rows(found: Iterable[FoundMessage], writing: int) -> list[ListRow]:
    """What a search found."""
    return [ListRow(one.conversation_id, one.title, one.said_at, one.excerpt, one.marks,
                    one.message_id or 0, one.conversation_id == writing, who=_speaker(one))
            for one in found]


def folder_names(rows: Sequence[ConversationRow]) -> list[str]:
    """The folders there are, as a list shows them."""
    return sorted({row.folder for row in rows if row.folder}, key=_order)


def _in_folders(folders: dict[str, list[ListRow]], closed: Collection[str]) -> Iterator[ListRow]:
    for name in sorted(folders, key=_order):
        inside = folders[name]
        yield ListRow(0, name, folder=name, holds=len(inside), closed=name in closed)
        yield from () if name in closed else inside


def _speaker(one: FoundMessage) -> str:
    if one.author or one.role is None:
        return one.author
    return translate("Chat", "You") if one.role is Role.USER else translate("Chat", "Assistant")


def _order(name: str) -> tuple[str, str]:
    return name.casefold(), name


def found_parts(row: ListRow) -> list[tuple[str, bool]]:
    """What was found, from a little before the first word that was searched for: pieces of it,
    and whether each is one of those words."""
    start = _beginning(row)
    parts = [("…", False)] if start else []
    for begin, end in row.marks:
        if begin >= start:
            parts += [(row.excerpt[start:begin], False), (row.excerpt[begin:end], True)]
            start = end
    parts.append((row.excerpt[start:], False))
    return [(_SPACES.sub(" ", text), found) for text, found in parts if text]


def _beginning(row: ListRow) -> int:
    start = max(0, row.marks[0][0] - _BEFORE) if row.marks else 0
    before = row.excerpt[:start]
    # From the beginning of a word on, where one is near.
    return before.rfind(" ") + 1 if start - before.rfind(" ") < _BEFORE else start
