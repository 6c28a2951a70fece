"""Lorebooks at hand."""

from engine.chat.direction.lore_shelf import LoreShelf
from engine.chat.lore.activation import LoreSettings
from engine.chat.lorebook import Lorebook, LoreEntry
from engine.chat.scene import SpokenLine

BRIDGE = LoreEntry(("bridge",), "The bridge is old.", name="Bridge")
TALK = [SpokenLine("Sam", "The bridge and the mill.")]


def called(shelf: LoreShelf, *books: Lorebook | None, path: tuple[int, ...] = ()) -> list[str]:
    found = shelf.called(books, TALK, LoreSettings(), len, 1, path)
    return [lore.text for lore in found.lore]


def test_books_are_searched_in_turn() -> None:
    mill = Lorebook((LoreEntry(("mill",), "The mill stands."),))
    shelf = LoreShelf()
    found = shelf.called([Lorebook((BRIDGE,)), None, mill], TALK, LoreSettings(), len, 1, ())
    assert [(lore.title, lore.text) for lore in found.lore] == [
        ("Bridge", "The bridge is old."), ("", "The mill stands.")]


def test_one_book_brought_twice_tells_once() -> None:
    assert called(LoreShelf(), Lorebook((BRIDGE,)), Lorebook((BRIDGE,))) == ["The bridge is old."]


def test_a_broken_key_is_told() -> None:
    broken = Lorebook((LoreEntry(("/(/",), "x", regex=True),))
    assert len(LoreShelf().called([broken, broken], TALK, LoreSettings(), len, 1, ()).said) == 1


def test_what_is_told_once_is_not_told_again_on_the_same_path() -> None:
    # GIVEN an entry that is told once in a talk
    once = Lorebook((LoreEntry(("bridge",), "@@dont_activate_after_match\nThe bridge is old."),))
    shelf = LoreShelf()
    first = shelf.called([once], TALK, LoreSettings(), len, 1, ())
    assert [lore.text for lore in first.lore] == ["The bridge is old."]
    # WHEN the reply of message 7 was told it
    shelf.note(7, first)
    # THEN what follows 7 is not, and what does not follow it is
    assert called(shelf, once, path=(6, 7, 8)) == []
    assert called(shelf, once, path=(6, 9)) == ["The bridge is old."]


def test_many_books_pass_through() -> None:
    shelf = LoreShelf()
    for number in range(30):
        book = Lorebook((LoreEntry(("bridge",), f"Bridge {number}."),))
        assert called(shelf, book) == [f"Bridge {number}."]
