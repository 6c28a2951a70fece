"""The tree of a conversation as it can be looked at: stretches of talk, and where they part.

Pure functions of values; a stretch is what stands between two partings, so that a long talk is a
short tree. Knows no screen.
"""

from collections import defaultdict
from dataclasses import dataclass

from engine.chat.conversation import ChatMessage, Conversation


@dataclass(frozen=True, slots=True)
class Stretch:
    """Messages that follow each other without another way to go on.

    `number` is its place in the tree, `parent` that of the stretch it follows, None for a first
    one. `depth` counts the messages before it, `lane` the column it is drawn in: 0 is the oldest
    way, every other way has one of its own. `shown` is whether any of it is on the path shown,
    `ways` are the stretches that follow it, oldest first.
    """

    number: int
    parent: int | None
    messages: tuple[ChatMessage, ...]
    depth: int
    lane: int
    shown: bool
    ways: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class ConversationTree:
    """All stretches; a stretch stands after its parent and at `stretches[number]`."""

    stretches: tuple[Stretch, ...]
    lanes: int

    @property
    def partings(self) -> int:
        """How many places have more than one way to go on, the beginning too."""
        begun = sum(stretch.parent is None for stretch in self.stretches) > 1
        return begun + sum(len(stretch.ways) > 1 for stretch in self.stretches)


def tree_of(conversation: Conversation) -> ConversationTree:
    """The tree of a conversation, however deep."""
    following: dict[int | None, list[ChatMessage]] = defaultdict(list)
    for message in conversation.messages:
        following[message.parent].append(message)
    shown = {message.id for message in conversation.path}
    ways: dict[int, list[int]] = defaultdict(list)
    found: list[Stretch] = []
    lanes = 0
    # Last in, first out: the oldest way is followed to its end before the next one gets its lane.
    waiting: list[tuple[ChatMessage, int | None, int, int | None]] = [
        (first, None, 0, None) for first in reversed(following[None])]
    while waiting:
        first, parent, depth, lane = waiting.pop()
        if lane is None:
            lane, lanes = lanes, lanes + 1
        run = _run(first, following)
        number = len(found)
        if parent is not None:
            ways[parent].append(number)
        found.append(Stretch(number, parent, run, depth, lane, run[0].id in shown))
        after = following[run[-1].id]
        waiting += [(way, number, depth + len(run), None) for way in reversed(after[1:])]
        waiting += [(way, number, depth + len(run), lane) for way in after[:1]]
    return ConversationTree(tuple(_with_ways(stretch, ways) for stretch in found), lanes)


def _run(first: ChatMessage,
         following: dict[int | None, list[ChatMessage]]) -> tuple[ChatMessage, ...]:
    run = [first]
    while len(after := following[run[-1].id]) == 1:
        run.append(after[0])
    return tuple(run)


def _with_ways(stretch: Stretch, ways: dict[int, list[int]]) -> Stretch:
    return Stretch(stretch.number, stretch.parent, stretch.messages, stretch.depth, stretch.lane,
                   stretch.shown, tuple(ways[stretch.number]))
