"""The window of a mood of one's own: real keys, a real library, a fake tagger."""

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QFocusEvent
from pytestqt.qtbot import QtBot

from engine.models.trash import remove_model, restore_model
from engine.tagging.browsing.song_query import MoodWish, SongQuery
from engine.tagging.labels import Verdict
from engine.tagging.own_moods import own_moods
from gui.app import Program
from gui.library.selection import Selection
from gui.settings.fine_tuning.new_mood_dialog import FOUND, SAID, SURE, UNSURE, NewMoodDialog
from gui.song.mood_field import MoodField
from tests.gui.conftest import FakeShelf

NIGHT, DAY = "The rain is quiet and slow tonight", "We dance and we fight in the sun"
NIGHTS, SONGS = 12, 30


class Bench:
    """A program with songs of nights and days, and the window of a mood."""

    def __init__(self, program: Program, qtbot: QtBot, shelf: FakeShelf) -> None:
        self.program, self.qtbot, self.shelf = program, qtbot, shelf

    @property
    def dialog(self) -> NewMoodDialog:
        dialog = self.program.new_moods.dialog
        assert dialog is not None
        return dialog

    def settle(self) -> None:
        making = self.program.new_moods.making
        self.qtbot.waitUntil(lambda: not (
            making.busy or self.program.desk.busy or self.program.tagging.busy), timeout=20_000)

    def tag(self, folder: Path) -> None:
        folder.mkdir()
        for number in range(SONGS):
            line = NIGHT if number < NIGHTS else DAY
            words = "\n".join(f"{line} and number {number} in verse {verse} of the song"
                              for verse in range(6))
            (folder / f"Song {number}.txt").write_text(words, "utf-8")
        self.program.tag.tag((folder,))
        self.settle()

    def open(self, *songs: int) -> NewMoodDialog:
        self.program.new_moods.open(self.program.window, songs)
        self.settle()
        return self.dialog

    def find(self, text: str) -> None:
        self.dialog.search.setFocus()
        self.dialog.search.clear()
        self.qtbot.keyClicks(self.dialog.search, text)
        self.qtbot.waitUntil(lambda: len(self.dialog.table.songs) > 0, timeout=10_000)
        self.settle()

    def press(self, key: Qt.Key, rows: int = 1) -> None:
        for _ in range(rows):
            self.qtbot.keyClick(self.dialog.list, key)

    def name(self, words: str) -> None:
        self.dialog.name.clear()
        self.qtbot.keyClicks(self.dialog.name, words)

    def teach(self, count: int = 8) -> None:
        """Names it, and says yes to songs of the night."""
        self.name("Late night")
        self.find("rain tonight")
        self.dialog.list.selectRow(0)
        self.press(Qt.Key.Key_Y, count)
        self.settle()

    def keep(self) -> None:
        with self.qtbot.waitSignal(self.program.new_moods.changed, timeout=20_000):
            self.qtbot.mouseClick(self.dialog.keep, Qt.MouseButton.LeftButton)
        self.settle()


@pytest.fixture
def bench(start: Callable[[], Program], qtbot: QtBot, shelf: FakeShelf, tmp_path: Path) -> Bench:
    made = Bench(start(), qtbot, shelf)
    made.tag(tmp_path / "songs")
    return made


def test_a_mood_is_named_taught_looked_at_and_kept(bench: Bench) -> None:
    # GIVEN the window, which says what to do
    dialog = bench.open()
    assert "at least 8" in dialog.state.text()
    assert not dialog.keep.isEnabled()
    # AND lists songs before any word is typed; where none holds the words, it says so
    bench.settle()
    assert dialog.tab == FOUND and dialog.table.songs
    dialog.search.setText("zzgrmbl")
    bench.qtbot.waitUntil(lambda: not dialog.table.songs)
    assert "holds these words" in dialog.empty.text()
    # WHEN seven songs are found and said to carry it
    bench.teach(7)
    assert "1 more" in dialog.state.text()
    # AND one more
    bench.press(Qt.Key.Key_Y)
    bench.settle()
    # THEN it shows what would come of it, before anything is kept
    assert "would carry it" in dialog.state.text()
    dialog.show_tab(SURE)
    sure = {song.title for song in dialog.table.songs}
    dialog.show_tab(UNSURE)
    assert dialog.table.songs
    assert not sure & {song.title for song in dialog.table.songs}
    assert own_moods(bench.program.paths) == ()
    # WHEN it is kept
    bench.keep()
    # THEN it is one of the person's moods, everywhere
    (installed,) = own_moods(bench.program.paths)
    assert installed.mood.name == "Late night"
    assert bench.program.vocabulary.canonical("late night") == "late_night"
    assert bench.program.new_moods.dialog is None


def test_a_kept_mood_shows_in_the_library_and_is_offered_where_moods_are_added(
    bench: Bench,
) -> None:
    # GIVEN a mood that was just kept
    room = bench.program.library
    bench.open()
    bench.teach()
    bench.keep()
    # THEN songs the person said nothing of are found by it in the Library
    found: list[object] = []
    wanted = MoodWish("late_night", 0.4)
    room.presenter.asking.ask(
        lambda services: services.index().find(SongQuery(wishes=(wanted,))), found.append)
    bench.settle()
    assert len(found[0].keys) >= 8
    # AND the field that adds moods offers it
    bench.program.window.show_page("library")
    field = room.page.findChild(MoodField)
    assert field is not None
    field.focusInEvent(QFocusEvent(QEvent.Type.FocusIn))
    table = field.completer().model()
    assert "Late night" in [table.index(row, 0).data() for row in range(table.rowCount())]


def test_a_mood_can_be_put_near_another(bench: Bench) -> None:
    dialog = bench.open()
    assert dialog.near.findData("nostalgia") > 0
    bench.program.new_moods.making.set_near("nostalgia")
    bench.teach()
    bench.keep()
    (installed,) = own_moods(bench.program.paths)
    near = bench.program.vocabulary.get("nostalgia")
    assert near is not None
    assert (installed.mood.valence, installed.mood.arousal) == (near.valence, near.arousal)
    assert installed.mood.placed


def test_a_no_can_be_said_and_taken_back(bench: Bench) -> None:
    dialog = bench.open()
    bench.find("dance")
    dialog.list.selectRow(0)
    bench.press(Qt.Key.Key_N)
    making = bench.program.new_moods.making
    assert len(making.draft.no) == 1
    dialog.show_tab(SAID)
    assert dialog.table.index(0, 3).data() == "✗ does not"
    dialog.list.selectRow(0)
    bench.press(Qt.Key.Key_Delete)
    assert making.draft.said == {}
    assert "Find some" in dialog.empty.text()


def test_songs_chosen_in_the_library_are_its_first_examples(bench: Bench) -> None:
    room = bench.program.library
    action = room.presenter.actions.get("new_mood")
    assert action is not None
    assert action.words.endswith("…")
    assert not action.usable(Selection((-4,)))
    action.act(Selection((1, 2, 3)))
    bench.settle()
    dialog = bench.dialog
    assert dialog.tab == SAID
    assert len(dialog.table.songs) == 3
    assert "5 more" in dialog.state.text()


def test_a_taken_name_is_told_and_nothing_is_kept(bench: Bench) -> None:
    dialog = bench.open()
    bench.teach()
    bench.name("Nostalgic")
    bench.qtbot.mouseClick(dialog.keep, Qt.MouseButton.LeftButton)
    bench.settle()
    assert "taken" in dialog.state.text()
    assert own_moods(bench.program.paths) == ()
    # AND another name is accepted at once
    bench.name("Small hours")
    assert "taken" not in dialog.state.text()
    assert dialog.keep.isEnabled()


def test_a_kept_mood_is_opened_again_renamed_and_removed_with_a_way_back(bench: Bench) -> None:
    bench.open()
    bench.teach()
    bench.keep()
    # WHEN it is chosen in the window
    dialog = bench.open()
    dialog._choose_mood("late_night")
    bench.settle()
    assert dialog.name.text() == "Late night"
    assert len(dialog.table.songs) == 8
    # AND renamed
    bench.name("Small hours")
    bench.keep()
    assert bench.program.vocabulary.canonical("small hours") == "late_night"
    # AND removed
    dialog = bench.open()
    dialog._choose_mood("late_night")
    bench.settle()
    offers: list[object] = []
    bench.program.notifier.offered.connect(offers.append)
    with bench.qtbot.waitSignal(bench.program.new_moods.changed, timeout=20_000):
        bench.qtbot.mouseClick(dialog.remove, Qt.MouseButton.LeftButton)
    bench.settle()
    assert own_moods(bench.program.paths) == ()
    # THEN it can be had back
    with bench.qtbot.waitSignal(bench.program.new_moods.changed, timeout=20_000):
        offers[-1].act()
    bench.settle()
    assert [one.mood.name for one in own_moods(bench.program.paths)] == ["Small hours"]


def test_closing_the_window_changes_nothing(bench: Bench) -> None:
    dialog = bench.open()
    bench.teach(4)
    bench.qtbot.keyClick(dialog, Qt.Key.Key_Escape)
    bench.settle()
    assert own_moods(bench.program.paths) == ()
    labels: list[dict[int, dict[str, Verdict]]] = []
    bench.program.library.presenter.asking.ask(
        lambda services: services.store.all_labels(), labels.append)
    bench.settle()
    assert labels == [{}]


def test_the_tabs_and_lists_are_reached_by_the_keyboard(bench: Bench) -> None:
    dialog = bench.open()
    bench.find("rain")
    assert dialog.tab == FOUND
    bench.qtbot.keyClick(dialog.search, Qt.Key.Key_Down)
    assert dialog.list.hasFocus()
    assert dialog.list.chosen_rows() == [0]
    bench.press(Qt.Key.Key_Y)
    assert dialog.list.chosen_rows() == [1]
    for button in dialog.tabs.values():
        assert button.focusPolicy() & Qt.FocusPolicy.TabFocus
    for field in (dialog.name, dialog.about, dialog.search, dialog.list):
        assert field.accessibleName()


def test_a_mood_removed_among_the_models_leaves_the_songs_and_comes_back(bench: Bench) -> None:
    bench.open()
    bench.teach()
    bench.keep()
    models = bench.program.models
    # WHEN its model is removed on the Models page, which knows no moods
    removed = remove_model(bench.program.paths.models / "mood-late_night")
    with bench.qtbot.waitSignal(bench.program.new_moods.changed, timeout=20_000):
        models.load()
    bench.settle()
    # THEN nothing offers it any more
    assert bench.program.vocabulary.get("late_night") is None
    # WHEN it is put back
    restore_model(removed)
    with bench.qtbot.waitSignal(bench.program.new_moods.changed, timeout=20_000):
        models.load()
    bench.settle()
    assert bench.program.vocabulary.canonical("late night") == "late_night"
