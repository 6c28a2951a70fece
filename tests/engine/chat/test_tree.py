"""The tree of a conversation as it is looked at."""


from hypothesis import given
from hypothesis import strategies as st

from engine.chat.conversation import ChatMessage, Conversation, Role
from engine.chat.tree import ConversationTree, tree_of
from tests.quickest import quickest


def talk(parents: list[int | None], chosen: dict[int | None, int] | None = None) -> Conversation:
    """A conversation of messages 1, 2, ...; each names its parent."""
    messages = tuple(ChatMessage(number + 1, parent, Role.USER, f"{number + 1}")
                     for number, parent in enumerate(parents))
    return Conversation(1, "", messages=messages, chosen=chosen or {})


def ids(tree: ConversationTree) -> list[list[int]]:
    return [[message.id for message in stretch.messages] for stretch in tree.stretches]


def test_nothing_said_is_no_tree() -> None:
    tree = tree_of(talk([]))
    assert tree == ConversationTree((), 0) and tree.partings == 0


def test_a_talk_without_alternatives_is_one_stretch() -> None:
    tree = tree_of(talk([None, 1, 2], {None: 1, 1: 2, 2: 3}))
    assert ids(tree) == [[1, 2, 3]] and tree.lanes == 1 and tree.partings == 0
    assert tree.stretches[0].shown


def test_each_way_has_a_lane() -> None:
    #  1 - 2 - 3
    #    \     \ 6
    #     4 - 5
    tree = tree_of(talk([None, 1, 2, 1, 4, 2], {None: 1, 1: 4, 4: 5}))
    assert ids(tree) == [[1], [2], [3], [6], [4, 5]]
    assert [s.lane for s in tree.stretches] == [0, 0, 0, 1, 2]
    assert [s.parent for s in tree.stretches] == [None, 0, 1, 1, 0]
    assert [s.depth for s in tree.stretches] == [0, 1, 2, 2, 1]
    assert [s.shown for s in tree.stretches] == [True, False, False, False, True]
    assert [s.ways for s in tree.stretches] == [(1, 4), (2, 3), (), (), ()]
    assert (tree.lanes, tree.partings) == (3, 2)


def test_there_may_be_several_beginnings() -> None:
    tree = tree_of(talk([None, None, 2], {None: 2}))
    assert ids(tree) == [[1], [2, 3]] and (tree.lanes, tree.partings) == (2, 1)
    assert [s.shown for s in tree.stretches] == [False, True]


def test_a_very_deep_talk_is_quick() -> None:
    parents = [None, *[max(1, n - n % 2) for n in range(1, 5_000)]]
    tree = tree_of(talk(parents))
    assert sum(len(s.messages) for s in tree.stretches) == 5_000
    assert quickest(lambda: tree_of(talk(parents)), 1) < 1


@given(st.lists(st.integers(0, 40), max_size=40))
def test_every_message_stands_once_and_after_its_parent(draws: list[int]) -> None:
    parents = [None if draw % (n + 1) == 0 else draw % (n + 1) for n, draw in enumerate(draws)]
    conversation = talk(parents)
    tree = tree_of(conversation)
    assert sorted(n for stretch in ids(tree) for n in stretch) == list(range(1, len(draws) + 1))
    for number, stretch in enumerate(tree.stretches):
        first = stretch.messages[0]
        assert stretch.number == number and stretch.depth == len(
            conversation.path_to(first.id)) - 1
        parent = tree.stretches[stretch.parent] if stretch.parent is not None else None
        assert (parent.messages[-1].id if parent else None) == first.parent
        assert parent is None or number in parent.ways
    taken = [(s.lane, s.depth + n) for s in tree.stretches for n in range(len(s.messages))]
    assert len(set(taken)) == len(taken), "two messages are drawn at one place"
