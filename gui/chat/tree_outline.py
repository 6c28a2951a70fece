"""The tree of a conversation as rows to read from above: the way that is shown stands in one line,
and every other way moved in beneath the place where it parts.

Pure functions of values.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from engine.chat.conversation import ChatMessage, Conversation, Role
from engine.chat.tree import ConversationTree, Stretch, tree_of
from gui.chat.finding import shown_text
from gui.chat.wording import name_of

_WORDS = 160


@dataclass(frozen=True, slots=True)
class OutlineRow:
    """A stretch of talk. `message_id` is its first message, 0 of the row that stands for the
    beginning where there are several.

    `words` are the first ones said in it, `last_words` those of its last message where that is
    another. `column` is how far it is moved in; `turns_off` says that it leaves the column before
    it, else it goes on in its own. `ways` counts how many follow it. `shown` is whether it is on
    the path that is shown.
    """

    message_id: int
    speaker: str
    words: str
    last_words: str
    messages: int
    column: int
    turns_off: bool
    ways: int
    shown: bool
    colour: str = ""
    mine: bool = False


def outline(conversation: Conversation, models: Mapping[str, str],
            colours: Mapping[str, str]) -> tuple[OutlineRow, ...]:
    """All stretches, each after the one it follows; of several ways the one that would be shown
    stands last and goes on in the same column. `models` are the models' names by their ids,
    `colours` those of the cast by their names."""
    tree = tree_of(conversation)
    first = [stretch.number for stretch in tree.stretches if stretch.parent is None]
    rows: list[OutlineRow] = []
    column = 0
    if len(first) > 1:
        rows.append(OutlineRow(0, "", "", "", 0, 0, False, len(first), True))
    waiting = _ordered(tree, tuple(first), conversation.chosen.get(None), column)
    while waiting:
        number, column, turns_off = waiting.pop()
        stretch = tree.stretches[number]
        rows.append(_row(stretch, column, turns_off, models, colours))
        chosen = conversation.chosen.get(stretch.messages[-1].id)
        waiting += _ordered(tree, stretch.ways, chosen, column)
    return tuple(rows)


def _ordered(tree: ConversationTree, ways: tuple[int, ...], chosen: int | None,
             column: int) -> list[tuple[int, int, bool]]:
    """The ways on, last first: the one to follow, which stays in the column, before the others."""
    if not ways:
        return []
    main = next((way for way in ways if tree.stretches[way].messages[0].id == chosen), ways[0])
    beside = [(way, column + 1, True) for way in reversed(ways) if way != main]
    return [(main, column, False), *beside]


def _row(stretch: Stretch, column: int, turns_off: bool, models: Mapping[str, str],
         colours: Mapping[str, str]) -> OutlineRow:
    first, last = stretch.messages[0], stretch.messages[-1]
    return OutlineRow(
        first.id, name_of(first, models), _words(first),
        _words(last) if len(stretch.messages) > 1 else "", len(stretch.messages), column,
        turns_off, len(stretch.ways), stretch.shown, colours.get(first.author, ""),
        first.role is Role.USER)


def _words(message: ChatMessage) -> str:
    return " ".join(shown_text(message.text)[:_WORDS].split())
