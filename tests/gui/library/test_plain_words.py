"""Words of files and of the person are shown as they are: neither as markup nor as keys."""

from PySide6.QtCore import Qt

from gui.library.facet_row import Asked, FacetRow
from gui.library.filter_chip import FilterChip
from gui.theme import ThemeSource
from tests.gui.library.conftest import LibraryBench


def test_what_is_told_under_the_songs_is_no_markup(five: LibraryBench) -> None:
    five.show()
    five.presenter.steps.tell("Removed “<b>Rain</b><img src=x>”.")
    told = five.browser.foot.told
    assert told.text() == "Removed “<b>Rain</b><img src=x>”."
    assert told.textFormat() is Qt.TextFormat.PlainText


def test_an_ampersand_that_is_searched_for_makes_no_key(theme_source: ThemeSource) -> None:
    chip = FilterChip("R&B", theme_source)
    assert chip.text() == "R&B" and chip.shortcut().isEmpty()
    chip.deleteLater()


def test_a_facet_keeps_its_tip_whatever_is_counted(theme_source: ThemeSource) -> None:
    row = FacetRow("A tagger", theme_source)
    row.setToolTip("moods@1.0")
    row.show_facet(3, Asked.WITH)
    assert row.toolTip() == "moods@1.0"
    both = FacetRow("Joy", theme_source, can_be_without=True)
    both.show_facet(3, Asked.NO)
    assert "minus" in both.toolTip()
    row.deleteLater()
    both.deleteLater()
