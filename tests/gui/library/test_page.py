"""The Library page as a person uses it: looks, search, filters, keys, labels, removal, memory."""

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLabel, QMenu, QPushButton, QWidget

from engine.settings import CollationSettings, Settings
from engine.tagging.browsing.song_query import MoodWish, ShelfState, SongQuery, SongSort
from gui.library.columns import Column
from gui.library.detail_drawer import Leaf
from gui.library.filter_line import Shape
from gui.library.selection import selection_of
from tests.gui.library.conftest import MIXED, LibraryBench

CTRL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier


def press(bench: LibraryBench, key: Qt.Key | str,
          modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    focus = QApplication.focusWidget()
    assert focus is not None
    bench.qtbot.keyClick(focus, key, modifier)
    bench.settle()


def button(widget: QWidget, words: str) -> QPushButton:
    return next(b for b in widget.findChildren(QPushButton)
                if b.text() == words and b.isVisible())


def shown_words(widget: QWidget) -> list[str]:
    return [label.text() for label in widget.findChildren(QLabel) if label.isVisible()]


def search(bench: LibraryBench, text: str) -> None:
    bench.browser.head.search.setText(text)
    bench.browser.head.flush()
    bench.settle()


def key_of(bench: LibraryBench, title: str) -> int:
    table = bench.presenter.table
    return next(key for key in table.keys.tolist()
                if (song := table.song(key)) and song.title == title)


def choose(bench: LibraryBench, *titles: str) -> None:
    keys = [key_of(bench, title) for title in titles]
    bench.browser.list.choose(keys, keys[-1])
    bench.presenter.select(keys, keys[-1])
    bench.settle()


def test_the_first_look_says_what_this_is_and_offers_one_thing(library: LibraryBench) -> None:
    asked: list[str] = []
    library.presenter.folder_wanted.connect(lambda: asked.append("folder"))
    library.presenter.samples_wanted.connect(lambda: asked.append("samples"))
    # GIVEN a library without songs, WHEN the page is shown
    library.show()
    # THEN it says so, and nothing that needs songs is offered
    assert "Your songs will be here" in shown_words(library.page)
    assert not library.browser.filters.isVisible() and not library.browser.facets.isVisible()
    assert button(library.page, "Open a folder of songs").hasFocus()
    button(library.page, "Open a folder of songs").click()
    button(library.page, "Try the sample songs").click()
    assert asked == ["folder", "samples"]


def test_nothing_is_built_before_the_page_is_looked_at(library: LibraryBench) -> None:
    assert library.page.browser is None and library.presenter.found is None
    library.page.prepare()
    library.settle()
    assert library.page.browser is not None and library.presenter.found is not None


def test_all_songs_are_shown_with_counts(five: LibraryBench) -> None:
    assert sorted(five.titles()) == ["Both", "Kitchen Dance", "Last Bus", "Paper Badge",
                                     "Slow Water"]
    assert five.browser.foot.counts.text() == "5 songs"
    moods = five.browser.facets.moods.rows
    assert moods["sadness"].count == 2 and moods["anger"].count == 1
    assert five.browser.facets.states.rows["tagged"].count == 5


def test_words_of_lyrics_titles_and_artists_are_found(five: LibraryBench) -> None:
    for text, found in (("train", {"Last Bus"}), ("odo", {"Slow Water", "Last Bus"}),
                        ("badge", {"Paper Badge"}), ("dan", {"Kitchen Dance", "Both"})):
        search(five, text)
        assert set(five.titles()) == found
    # AND the line that holds the words is shown, the best match first
    search(five, "lonely")
    assert five.browser.delegate.snippets
    assert five.presenter.query.sort is SongSort.RELEVANCE


def test_odd_searches_find_nothing_and_break_nothing(five: LibraryBench) -> None:
    for text in ('"', "(", "*", "<b>x</b>", "a AND OR NOT", "artist:", "'; DROP TABLE song; --",
                 "\\", "^", "☂"):
        search(five, text)
    search(five, "")
    assert not five.problems and len(five.titles()) == 5


def test_nothing_found_says_what_to_take_away(five: LibraryBench) -> None:
    # GIVEN words that are found, and a mood none of those songs has
    search(five, "train")
    five.presenter.wish(MoodWish("anger"))
    five.settle()
    assert "No song fits" in shown_words(five.page)
    # WHEN one of the offers is taken, THEN there are songs again
    button(five.page, "Take away Anger").click()
    five.settle()
    assert five.titles() == ["Last Bus"]


def test_who_types_a_mood_is_offered_the_songs_that_have_it(five: LibraryBench) -> None:
    # GIVEN the name of a mood that no song sings
    search(five, "melancholy")
    assert "No song fits" in shown_words(five.page)
    # WHEN the offer is taken, THEN the songs with that mood are shown
    button(five.page, "Songs with the mood Sadness").click()
    five.settle()
    assert len(five.titles()) == 2 and not five.presenter.query.text


def test_all_songs_come_back_with_one_press(five: LibraryBench) -> None:
    search(five, "nothing like this")
    button(five.page, "Show all songs").click()
    five.settle()
    assert len(five.titles()) == 5 and five.browser.head.search.text() == ""


def test_facets_narrow_and_widen(five: LibraryBench) -> None:
    row = five.browser.facets.moods.rows["sadness"]
    row.click()
    five.settle()
    assert set(five.titles()) == {"Last Bus", "Both"}
    # The same mood can be left out instead, and then be no matter again.
    row.without_wanted.emit()
    five.settle()
    assert set(five.titles()) == {"Slow Water", "Kitchen Dance", "Paper Badge"}
    assert "left out" in row.accessibleName()
    row.without_wanted.emit()
    five.settle()
    assert len(five.titles()) == 5


def test_a_least_score_is_asked_for_on_the_chip(five: LibraryBench) -> None:
    five.presenter.wish(MoodWish("sadness"))
    five.settle()
    chip, = five.browser.filters.chips
    chip.click()
    popup = five.browser.filters.popup
    assert popup is not None
    popup.least.slider.setValue(95)
    popup.scored.click()
    five.settle()
    assert five.presenter.query.wishes == (MoodWish("sadness", 0.95),)
    popup.close()
    chip, = five.browser.filters.chips
    assert chip.text() == "Sadness from 0.95"
    chip.setFocus()
    press(five, Qt.Key.Key_Delete)
    assert five.presenter.query.wishes == ()


def test_a_mood_is_found_by_its_synonym(five: LibraryBench) -> None:
    button(five.page, "+ Mood").click()
    for letter in "sad":
        press(five, letter)
    press(five, Qt.Key.Key_Return)
    assert [wish.mood for wish in five.presenter.query.wishes] == ["sadness"]


def test_columns_sort_and_turn_round(five: LibraryBench) -> None:
    five.browser.list.column_pressed.emit(Column.TITLE)
    five.settle()
    assert five.titles() == sorted(five.titles())
    five.browser.list.column_pressed.emit(Column.TITLE)
    five.settle()
    assert five.titles() == sorted(five.titles(), reverse=True)
    assert five.browser.filters.sort.currentText() == "Title"


def test_arrows_walk_and_enter_opens_the_song(five: LibraryBench) -> None:
    press(five, Qt.Key.Key_Home)
    assert not five.browser.drawer.isVisible() and five.presenter.desk.row is None
    press(five, Qt.Key.Key_Return)
    assert five.browser.drawer.isVisible()
    first = five.presenter.desk.row
    assert first and first.title == five.titles()[0]
    press(five, Qt.Key.Key_Down)
    assert five.presenter.desk.row and five.presenter.desk.row.title == five.titles()[1]
    # Escape puts the song away and leaves the keyboard in the table.
    press(five, Qt.Key.Key_Escape)
    assert not five.browser.drawer.isVisible() and five.browser.list.hasFocus()


def test_moods_are_judged_from_the_table(five: LibraryBench) -> None:
    choose(five, "Both")
    press(five, Qt.Key.Key_Return)
    song = key_of(five, "Both")
    moods = [chip.mood for chip in five.presenter.desk.chips]
    assert len(moods) == 2
    press(five, "a")
    press(five, Qt.Key.Key_Right)
    press(five, "r")
    assert five.labels(song) == {moods[0]: "accepted", moods[1]: "rejected"}
    # THEN the table shows the person's word, and Ctrl+Z takes back one word after the other
    five.qtbot.waitUntil(lambda: five.presenter.table.song(song) is not None
                         and len(five.presenter.table.song(song).tags) == 1, timeout=5000)
    press(five, Qt.Key.Key_Z, CTRL)
    press(five, Qt.Key.Key_Z, CTRL)
    assert five.labels(song) == {}
    press(five, Qt.Key.Key_Z, CTRL | SHIFT)
    assert five.labels(song) == {moods[0]: "accepted"}


def test_slash_goes_to_the_search_and_letters_stay_letters(five: LibraryBench) -> None:
    choose(five, "Both")
    press(five, Qt.Key.Key_Return)
    five.browser.list.setFocus()
    press(five, "/")
    assert five.browser.head.search.hasFocus()
    for letter in "rain":
        press(five, letter)
    assert five.browser.head.search.text() == "rain"
    assert five.labels(key_of(five, "Both")) == {}
    # Enter leads to what was found.
    press(five, Qt.Key.Key_Return)
    assert five.browser.list.hasFocus() and five.presenter.selection.current


def test_removal_is_told_and_taken_back(five: LibraryBench) -> None:
    choose(five, "Last Bus", "Both")
    press(five, Qt.Key.Key_Delete)
    assert set(five.titles()) == {"Slow Water", "Kitchen Dance", "Paper Badge"}
    assert five.browser.foot.told.text().startswith("Removed 2 songs")
    assert not five.presenter.selection.keys
    five.browser.foot.undo.click()
    five.settle()
    assert len(five.titles()) == 5


def test_a_labelled_song_is_removed_like_any_other(five: LibraryBench) -> None:
    choose(five, "Both")
    press(five, Qt.Key.Key_Return)
    press(five, "a")
    five.browser.list.setFocus()
    press(five, Qt.Key.Key_Delete)
    assert "Both" not in five.titles()
    press(five, Qt.Key.Key_Z, CTRL)
    assert "Both" in five.titles()


def test_actions_are_told_of_by_what_they_carry(five: LibraryBench, tmp_path: Path) -> None:
    five.store_files(tmp_path / "songs", ["One.txt", "Two.txt"])
    five.presenter.wake()
    five.settle()
    again: list[list[str]] = []
    shown: list[str] = []
    five.presenter.again_wanted.connect(lambda rows: again.append([row.place for row in rows]))
    five.presenter.song_wanted.connect(shown.append)
    keys = [key for key in five.presenter.table.keys.tolist()
            if five.presenter.table.song(key).place.endswith(".txt")]
    five.presenter.select(keys, keys[0])
    five.browser.list.choose(keys, keys[0])
    press(five, Qt.Key.Key_F5)
    press(five, Qt.Key.Key_Return, CTRL)
    assert len(again) == 1 and len(again[0]) == 2 and len(shown) == 1


def test_the_menu_greys_out_what_does_not_fit(five: LibraryBench) -> None:
    choose(five, "Last Bus", "Both")
    menu = QMenu()
    five.browser.fill_menu(menu)
    usable = {entry.text(): entry.isEnabled() for entry in menu.actions() if entry.text()}
    assert usable["Tag again"] and usable["Remove from the Library"]
    assert not usable["Order by likeness to this song"]


def test_similar_songs_are_listed_and_opened(five: LibraryBench) -> None:
    choose(five, "Last Bus")
    press(five, Qt.Key.Key_Return)
    five.browser.drawer.show_leaf(Leaf.SIMILAR)
    five.settle()
    found = five.browser.drawer.similar.songs
    assert found and all(like.song.title != "Last Bus" for like in found)
    assert [like.nearness for like in found] == sorted(
        (like.nearness for like in found), reverse=True)
    five.browser.drawer.similar_list.song_chosen.emit(found[0].song.key)
    five.settle()
    assert five.presenter.desk.row and five.presenter.desk.row.title == found[0].song.title


def test_all_songs_are_ordered_by_likeness(five: LibraryBench) -> None:
    choose(five, "Last Bus")
    five.presenter.like(key_of(five, "Last Bus"))
    five.settle()
    assert five.presenter.query.sort is SongSort.NEARNESS
    assert [chip.text() for chip in five.browser.filters.chips] == ["Like “Last Bus”"]
    assert "Last Bus" not in five.titles() and len(five.titles()) == 4
    # The nearest stands first, as in the list of similar songs.
    five.browser.drawer.similar.show(five.presenter.query.like or 0)
    five.settle()
    found = five.browser.drawer.similar.songs
    assert found and [like.song.title for like in found] == five.titles()


def test_files_of_the_song_are_told(five: LibraryBench, tmp_path: Path) -> None:
    five.store_files(tmp_path / "songs", ["Only.txt"])
    five.presenter.wake()
    five.settle()
    key = next(key for key in five.presenter.table.keys.tolist()
               if five.presenter.table.song(key).place.endswith("Only.txt"))
    five.presenter.opens = True
    five.presenter.select((key,), key)
    five.browser.show_drawer(True)
    five.browser.drawer.show_leaf(Leaf.FILES)
    five.settle()
    assert "Only.txt" in shown_words(five.browser.drawer.places)


def test_the_map_shows_the_same_songs(five: LibraryBench) -> None:
    five.browser.show_shape(Shape.MAP)
    five.settle()
    panel = five.browser.map_panel()
    assert panel.isVisible() and len(panel.view.songs) == 5
    panel.view.chosen.emit((key_of(five, "Both"),), key_of(five, "Both"))
    five.settle()
    assert five.presenter.selection.one == key_of(five, "Both")
    five.browser.show_shape(Shape.TABLE)
    five.settle()
    assert five.browser.list.keys() == [key_of(five, "Both")]


def test_what_was_sought_is_there_after_a_restart(five: LibraryBench) -> None:
    five.presenter.ask_for(SongQuery(wishes=(MoodWish("sadness", 0.3),), sort=SongSort.TITLE,
                                     states=(ShelfState.TAGGED,)))
    five.browser.list.show_column(Column.LANGUAGE, False)
    five.settle()
    five.presenter.close()
    again = five.make_presenter()
    again.prepare()
    five.settle()
    assert again.query == SongQuery(wishes=(MoodWish("sadness", 0.3),), sort=SongSort.TITLE,
                                    states=(ShelfState.TAGGED,))
    again.close()


def test_songs_picked_by_hand_are_not_remembered(five: LibraryBench) -> None:
    five.presenter.ask_for(SongQuery(within=(1, 2), sort=SongSort.TITLE))
    five.settle()
    five.presenter.close()
    assert "within\":null" in str(five.memory.value("library/query"))


def test_songs_tagged_meanwhile_appear(five: LibraryBench) -> None:
    choose(five, "Both")
    five.store(("New One", "Bo", "The sun and the rain of a bright new day\n" + MIXED))
    five.presenter.note_change()
    five.qtbot.waitUntil(lambda: "New One" in five.titles(), timeout=5000)
    # AND what was chosen stays chosen
    assert five.browser.list.keys() == [key_of(five, "Both")]


def test_a_library_that_cannot_be_read_says_so_and_is_tried_again(library: LibraryBench) -> None:
    library.paths.home.mkdir(parents=True, exist_ok=True)
    library.paths.library_file.write_bytes(b"this is no library, it only looks so" * 40)
    library.show()
    assert "Your songs could not be read" in shown_words(library.page)
    library.paths.library_file.unlink()
    button(library.page, "Try again").click()
    library.settle()
    assert "Your songs will be here" in shown_words(library.page)


@pytest.mark.parametrize("width", [720, 1100, 1500])
def test_it_fits_every_width(five: LibraryBench, width: int) -> None:
    five.page.resize(width, 640)
    five.settle()
    choose(five, "Both")
    press(five, Qt.Key.Key_Return)
    shown = [five.browser.list.columnWidth(column) for column in Column
             if not five.browser.list.isColumnHidden(column)]
    assert sum(shown) <= five.browser.list.viewport().width() + 1
    # In a narrow window the song takes the room of the facets.
    assert five.browser.drawer.isVisible()
    assert five.browser.facets.isVisible() == (width > 1000)


def test_everything_that_takes_focus_has_a_name(five: LibraryBench) -> None:
    choose(five, "Both")
    press(five, Qt.Key.Key_Return)
    stops = [w for w in five.page.findChildren(QWidget)
             if w.focusPolicy() & Qt.FocusPolicy.TabFocus and w.isVisible()]
    assert len(stops) >= 15
    for stop in stops:
        assert stop.accessibleName() or getattr(stop, "text", lambda: "")(), stop


def test_selections_know_what_they_are() -> None:
    chosen = selection_of((4, -2, 7), 7)
    assert chosen.songs == (4, 7) and chosen.refused == (2,) and chosen.one == 0
    assert selection_of((4,)).one == 4 and selection_of((4,), 9).current == 4


def test_rows_in_sight_stay_where_they_are_when_songs_come(library: LibraryBench) -> None:
    library.store(*((f"Song {at:02}", "Odo", f"{MIXED}\nverse {at} of rain") for at in range(60)))
    library.show()
    library.presenter.sort_by(SongSort.TITLE, False)
    library.settle()
    songs = library.browser.list
    songs.verticalScrollBar().setValue(30 * songs.rowHeight(0) + 7)
    library.settle()
    top = library.presenter.table.key_at(songs.rowAt(0))
    # WHEN a song comes that stands before them
    library.store(("A First One", "Bo", MIXED))
    library.presenter.note_change()
    library.qtbot.waitUntil(lambda: len(library.presenter.table.keys) == 61, timeout=5000)
    # THEN the same song is at the top of what is in sight
    assert library.presenter.table.key_at(songs.rowAt(0)) == top
    # AND another search begins at its top
    search(library, "rain")
    assert songs.verticalScrollBar().value() == 0


def test_any_of_several_moods_can_be_asked_for(five: LibraryBench) -> None:
    five.presenter.ask_for(SongQuery(wishes=(MoodWish("anger"), MoodWish("calmness"))))
    five.settle()
    assert "No song fits" in shown_words(five.page)
    button(five.page, "all of these moods").click()
    five.settle()
    assert set(five.titles()) == {"Paper Badge", "Slow Water"}


def test_the_column_songs_are_ordered_by_says_so(five: LibraryBench) -> None:
    def heads() -> list[str]:
        header = five.browser.list.horizontalHeader()
        return [str(header.model().headerData(column, Qt.Orientation.Horizontal))
                for column in (Column.TITLE, Column.ADDED)]
    assert heads() == ["Title", "Added ↓"]
    five.presenter.sort_by(SongSort.TITLE, False)
    five.settle()
    assert heads() == ["Title ↑", "Added"]


def test_the_open_song_follows_what_its_file_becomes(library: LibraryBench,
                                                     tmp_path: Path) -> None:
    # GIVEN a song that is open
    library.store_files(tmp_path / "songs", ["Only.txt"])
    library.show()
    library.browser.list.step(0)
    library.browser.open_song()
    library.settle()
    desk = library.presenter.desk
    assert [chip.mood for chip in desk.chips] == ["sadness"]
    # WHEN its file is edited and tagged again
    (tmp_path / "songs" / "Only.txt").write_text(
        "Tears on the window and tears in the rain\nI scream and I burn on the lonely train\n"
        "I fight and I break and I burn\nverse 0 of a train\n", "utf-8")
    library.retag(tmp_path / "songs")
    library.presenter.note_change()
    # THEN it is shown as it is now
    library.qtbot.waitUntil(lambda: "anger" in [chip.mood for chip in desk.chips], timeout=5000)


def test_other_settings_show_other_moods(five: LibraryBench) -> None:
    five.browser.show_shape(Shape.MAP)
    five.settle()
    before = five.browser.map_panel().view.songs
    five.use_settings(Settings(collation=CollationSettings(most_tags=1)))
    both = five.presenter.table.song(key_of(five, "Both"))
    assert both and len(both.tags) == 1
    assert five.browser.map_panel().view.songs is not before
    # WHEN songs are only ordered otherwise, THEN the map is left as it is
    now = five.browser.map_panel().view.songs
    five.presenter.sort_by(SongSort.TITLE, False)
    five.settle()
    assert five.browser.map_panel().view.songs is now


def test_the_first_look_has_the_keyboard_at_what_to_do(library: LibraryBench) -> None:
    # GIVEN a page that was made ready, and a part of it that Qt gave the keyboard to
    library.page.prepare()
    library.settle()
    library.browser.head.search.setFocus()
    # WHEN it is looked at for the first time, THEN the keyboard is at what there is to do
    library.show()
    assert button(library.page, "Open a folder of songs").hasFocus()


def test_one_song_is_told_as_one(five: LibraryBench) -> None:
    assert five.browser.facets.moods.rows["anger"].accessibleName() == "Anger, 1 song"
