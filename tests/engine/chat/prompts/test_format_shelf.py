"""Formats on their shelf: ours, the person's copies of them, and the way back from each."""

from pathlib import Path

import pytest

from engine.chat.prompts.format_shelf import FormatShelf
from engine.errors import EngineError

TEXT = 'form = "text"\nhead = "Talk:"\nperson = "{name}"\nabout = "Short."\n'


@pytest.fixture
def shelf(tmp_path: Path) -> FormatShelf:
    shipped = tmp_path / "shipped"
    shipped.mkdir()
    (shipped / "short.toml").write_text(TEXT)
    return FormatShelf(tmp_path / "own", shipped)


def test_a_copy_of_ours_wins_until_it_is_dropped(shelf: FormatShelf) -> None:
    assert shelf.is_shipped("short") and not shelf.is_own("short")
    shelf.keep("short", TEXT.replace("Short", "Mine"))
    assert shelf.read("short").about == "Mine." and shelf.is_own("short")
    shelf.drop_own("short")
    assert shelf.read("short").about == "Short." and shelf.names() == ("short",)


def test_one_of_their_own_is_none_of_ours(shelf: FormatShelf) -> None:
    shelf.keep("My own", TEXT)
    assert shelf.names() == ("My own", "short")
    assert shelf.is_own("My own") and not shelf.is_shipped("My own")


def test_what_was_dropped_is_put_back_as_it_was_even_broken(shelf: FormatShelf) -> None:
    shelf.restore_own("short", "head = [")
    assert shelf.text("short") == "head = ["
    with pytest.raises(EngineError, match="short cannot be used"):
        shelf.read("short")


@pytest.mark.parametrize("name", ["", "../up", "a/b", "dot.", " space"])
def test_a_name_that_is_none_stores_nothing(shelf: FormatShelf, name: str) -> None:
    with pytest.raises(EngineError, match="cannot be the name"):
        shelf.keep(name, TEXT)
    assert shelf.names() == ("short",)
