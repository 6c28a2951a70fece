"""Songs that the tagger in use has not read are told of, and tagged with one press."""

from dataclasses import replace

from gui.library.waiting_strip import WaitingStrip
from tests.gui.library.conftest import LibraryBench


def shown(bench: LibraryBench) -> WaitingStrip:
    strip = WaitingStrip(bench.presenter, bench.page)
    strip.show()
    strip.refresh()
    return strip


def test_nothing_is_said_while_all_songs_are_read(five: LibraryBench) -> None:
    assert shown(five).isHidden()


def test_after_another_tagger_was_chosen_all_can_be_tagged(five: LibraryBench) -> None:
    # GIVEN songs that one tagger read, WHEN another is chosen
    strip, again = shown(five), []
    five.presenter.again_wanted.connect(again.append)
    five.use_settings(replace(five.settings, tagger="another"))
    # THEN it is said how many show no moods
    assert not strip.isHidden() and strip.words.text().startswith("5 songs were not read")
    # AND one press asks for all of them, and says no more of it
    strip.tag.click()
    five.settle()
    assert [len(rows) for rows in again] == [5] and strip.isHidden()
    # AND once they are read, it is quiet until songs wait again
    five.use_settings(replace(five.settings, tagger=""))
    assert strip.isHidden()
    five.use_settings(replace(five.settings, tagger="another"))
    assert not strip.isHidden()
