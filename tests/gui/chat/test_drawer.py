"""The drawer's leaves: built when they are first shown, remembered, reached by key."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QScrollArea

from gui.chat.drawer import Drawer, Leaf
from gui.chat.facts_panel import FactsPanel
from gui.chat.model_panel import ModelPanel
from gui.chat.page import ChatPage
from gui.icons import IconSource
from gui.theme import ThemeSource
from tests.gui.chat.conftest import Bench


@pytest.mark.parametrize("leaf", list(Leaf))
def test_each_leaf_comes_on_top_by_its_button(page: ChatPage, leaf: Leaf) -> None:
    page.show_drawer(True)
    page.drawer.buttons[leaf].click()
    panel = page.drawer.panel(leaf)
    assert page.drawer.shown is leaf and panel.isVisible()
    assert type(panel).__name__ == f"{leaf.value.capitalize()}Panel"
    # AND all others are out of sight
    assert all(not page.drawer.panel(other).isVisible() for other in Leaf if other is not leaf)


def test_a_leaf_is_built_when_it_is_first_shown(page: ChatPage) -> None:
    assert not page.drawer.findChildren(QScrollArea)
    page.show_drawer(True)
    assert len(page.drawer.findChildren(ModelPanel)) == 1
    assert not page.drawer.findChildren(FactsPanel)


def test_the_leaf_is_remembered(bench: Bench, page: ChatPage, theme_source: ThemeSource,
                                icons: IconSource) -> None:
    page.drawer.show_leaf(Leaf.PROMPT)
    fresh = Drawer(bench.presenter, theme_source, icons, bench.memory)
    bench.qtbot.addWidget(fresh)
    assert fresh.shown is Leaf.PROMPT and fresh.buttons[Leaf.PROMPT].isChecked()
    # AND a name nobody knows leads to the model
    bench.memory.setValue("chat/leaf", "cellar")
    other = Drawer(bench.presenter, theme_source, icons, bench.memory)
    bench.qtbot.addWidget(other)
    assert other.shown is Leaf.MODEL


def test_leaves_are_turned_by_keys(bench: Bench, page: ChatPage) -> None:
    page.show_drawer(True)
    button = page.drawer.buttons[Leaf.MODEL]
    button.setFocus()
    bench.qtbot.keyClick(button, Qt.Key.Key_Left)
    bench.qtbot.keyClick(page.drawer.buttons[Leaf.MOOD], Qt.Key.Key_Space)
    assert page.drawer.shown is Leaf.MOOD


def test_what_was_typed_is_handed_on_when_the_leaf_is_turned(
        bench: Bench, page: ChatPage) -> None:
    page.show_drawer(True)
    panel = page.drawer.show_leaf(Leaf.MODEL)
    assert isinstance(panel, ModelPanel)
    panel.prompt.setPlainText("Be brief.")
    page.drawer.show_leaf(Leaf.FACTS)
    assert bench.presenter.open.stored.system_prompt == "Be brief."
