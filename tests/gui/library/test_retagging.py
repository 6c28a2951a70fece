"""Comparing taggers in the window: asked for, read in the background, looked at, chosen, undone."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog
from pytestqt.qtbot import QtBot

from engine.errors import EngineError
from engine.library.database import Database
from engine.paths import AppPaths
from engine.tagging.lyric_store import LyricStore
from engine.tagging.results import Excerpt, ExcerptScores
from engine.tagging.retagging.retagger import RetagProgress
from engine.tagging.tagger import Tagger
from gui.background import WorkQueue
from gui.library.retag_choice import RetagChoice
from gui.library.retag_dialog import RetagDialog
from gui.library.retag_run import Offered, RetagRun
from gui.library.retag_strip import RetagStrip
from gui.library.retag_table import RetagColumn
from gui.song.services import TagServices
from gui.tagger_choices import TaggerChoice, Taggers
from gui.theme import ThemeSource
from tests.engine.tagging.folders.watched import DETECTOR, RAIN, SEA, SUN
from tests.fakes import MOODS, FakeTagger
from tests.gui.library.folder_room import FolderRoom

OTHER = TaggerChoice("contrary", "The contrary one")


class Contrary(FakeTagger):
    """Says the next mood of the list wherever the other says one, but of the sea."""

    def score(self, excerpts: Sequence[Excerpt]) -> ExcerptScores:
        said = super().score(excerpts)
        moods = said.moods[:, [-1, *range(len(MOODS) - 1)]]
        for row, excerpt in enumerate(excerpts):
            if "sea" in excerpt.text:
                moods[row] = said.moods[row]
        return ExcerptScores(moods, -said.affect, said.vectors)


class RetagRoom(FolderRoom):
    """A library of three tagged songs, and a run that compares them."""

    def __init__(self, root: Path, paths: AppPaths, qtbot: QtBot) -> None:
        super().__init__(root, paths, qtbot)
        for name, text in (("rain.txt", RAIN), ("sun.txt", SUN), ("sea.txt", SEA)):
            self.files.write(name, text)
        self.files.tag()
        self.tagging = WorkQueue()
        self.other: Tagger = Contrary("contrary@1", languages=frozenset())
        self.problem: EngineError | None = None
        self.run = RetagRun(Taggers(lambda: [OTHER], self._open_tagger), self._open_songs,
                            self.tagging, self.asking, self.working)

    def compare(self, *songs: int) -> None:
        self.run.start(OTHER, songs)
        self.settle_all()

    def settle_all(self) -> None:
        self._qtbot.waitUntil(lambda: not (
            self.tagging.busy or self.desk.busy or self.queue.busy), timeout=5000)

    def tags(self, name: str) -> list[str]:
        song = self.files.store.song(self.files.song_at(self.files.folder / name),
                                     self.files.settings)
        assert song is not None and song.moods is not None
        return [tag.tag for tag in song.moods.tags]

    def close(self) -> None:
        self.tagging.close()
        super().close()

    def _open_tagger(self, tagger: str) -> Tagger:
        assert tagger == OTHER.id
        if self.problem:
            raise self.problem
        return self.other

    @contextmanager
    def _open_songs(self) -> Iterator[TagServices]:
        from engine.tagging.service import TaggingService

        database = Database.open(self._root / "home" / "library.sqlite3")
        try:
            store = LyricStore(database)
            service = TaggingService(store, DETECTOR, lambda: self.files.tagger,
                                     lambda: self.files.settings)
            yield TagServices(database, store, service, lambda: self.files.tagger)
        finally:
            database.close()


@pytest.fixture
def room(tmp_path: Path, isolated_home: AppPaths, qtbot: QtBot) -> Iterator[RetagRoom]:
    room = RetagRoom(tmp_path, isolated_home, qtbot)
    yield room
    room.close()


@pytest.fixture
def dialog(room: RetagRoom, theme_source: ThemeSource, qtbot: QtBot) -> RetagDialog:
    """The window after all songs were compared."""
    room.compare()
    dialog = RetagDialog(room.run, room.vocabulary, theme_source)
    keep(dialog, qtbot)
    dialog.show()
    room.settle_all()
    return dialog


def keep(dialog: QDialog, qtbot: QtBot) -> None:
    """Lets a window outlive its closing until the test is over."""
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)
    qtbot.addWidget(dialog)


def test_songs_are_compared_in_the_background(room: RetagRoom, qtbot: QtBot) -> None:
    strip = RetagStrip(room.run)
    qtbot.addWidget(strip)
    assert strip.isHidden()
    with qtbot.waitSignal(room.run.ended) as ended:
        room.run.start(OTHER)
        assert room.run.running and room.run.name == "The contrary one"
    assert ended.args == [RetagProgress(3, 3), False]
    room.settle_all()
    assert strip.words.text() == "3 songs were compared and wait for your choice."
    assert room.tags("rain.txt") == ["sadness"]
    with qtbot.waitSignal(strip.look_wanted):
        strip.look.click()


def test_a_run_that_is_stopped_says_so(room: RetagRoom, qtbot: QtBot) -> None:
    room.other = Contrary("contrary@1", languages=frozenset(), before_score=room.run.stop)
    with qtbot.waitSignal(room.run.ended) as ended:
        room.run.start(OTHER)
    assert ended.args[1] is True and not room.run.running


def test_a_tagger_that_does_not_open_says_why(room: RetagRoom, qtbot: QtBot) -> None:
    room.problem = EngineError("This model is broken.", "Choose another.")
    with qtbot.waitSignal(room.run.failed) as failed:
        room.run.start(OTHER)
    assert failed.args == [room.problem] and not room.run.running


def test_the_window_shows_what_would_change(dialog: RetagDialog, room: RetagRoom) -> None:
    assert dialog.message.text() == "contrary 1 would change 2 of 3 songs."
    assert (dialog.other.text(), dialog.same.text()) == ("Other moods  2", "The same moods  1")
    titles = [song.title for song in dialog.table.songs]
    assert sorted(titles) == ["rain", "sun"]
    row = titles.index("rain")
    shown = [dialog.table.index(row, column).data() for column in RetagColumn]
    assert shown == ["rain", "Sadness", "Happiness"]
    spoken = dialog.table.index(row, 0).data(Qt.ItemDataRole.AccessibleTextRole)
    assert "Gains: Happiness" in spoken and "Loses: Sadness" in spoken
    # WHEN it is narrowed to one mood, and to songs that stay
    dialog.moods.show_value("sadness")
    dialog._narrow_mood("sadness")
    assert [song.title for song in dialog.table.songs] == ["rain"]
    dialog.same.click()
    assert [song.title for song in dialog.table.songs] == ["sea"]


def test_one_song_is_accepted_by_key_and_taken_back(
        dialog: RetagDialog, room: RetagRoom, qtbot: QtBot) -> None:
    row = [song.title for song in dialog.table.songs].index("rain")
    dialog.view.selectRow(row)
    assert dialog.accept_songs.text() == "Accept"
    dialog.view.setFocus()
    qtbot.keyClick(dialog.view, Qt.Key.Key_A)
    room.settle_all()
    assert room.tags("rain.txt") == ["happiness"] and room.tags("sun.txt") == ["happiness"]
    # THEN the next song is chosen, and the way back is there
    assert [song.title for song in dialog.table.songs] == ["sun"]
    assert dialog.view.chosen_rows() == [0] and dialog.undo.isVisible()
    dialog.undo.click()
    room.settle_all()
    qtbot.waitUntil(lambda: len(dialog.table.songs) == 2)
    assert room.tags("rain.txt") == ["sadness"] and not dialog.undo.isVisible()


def test_all_are_accepted_at_once(dialog: RetagDialog, room: RetagRoom, qtbot: QtBot) -> None:
    assert dialog.accept_songs.text() == "Accept all 2 songs"
    dialog.accept_songs.click()
    room.settle_all()
    assert room.tags("sun.txt") == ["calmness"] and room.run.waiting == 1
    assert dialog.empty.isVisible()
    dialog.same.click()
    dialog.refuse_songs.click()
    room.settle_all()
    assert room.run.waiting == 0 and "choose it under Models" in dialog.empty.text()
    assert dialog.message.text() == "There is nothing left to choose about."


def test_keys_do_nothing_where_nothing_is_chosen(
        dialog: RetagDialog, room: RetagRoom, qtbot: QtBot) -> None:
    dialog.view.clearSelection()
    dialog.view.setFocus()
    qtbot.keyClick(dialog.view, Qt.Key.Key_A)
    qtbot.keyClick(dialog.view, Qt.Key.Key_R)
    room.settle_all()
    assert room.run.waiting == 3


def test_another_version_of_the_tagger_is_told_of(room: RetagRoom, qtbot: QtBot) -> None:
    strip = RetagStrip(room.run)
    qtbot.addWidget(strip)
    room.run.look_for_update()
    room.settle_all()
    assert strip.isHidden()
    # WHEN the tagger in use is another version than the one that tagged
    room.files.tagger = FakeTagger("minds@1", languages=frozenset())
    room.files.tag()
    room.files.tagger = FakeTagger("minds@2", languages=frozenset())
    room.run.look_for_update()
    room.settle_all()
    assert room.run.offered == Offered("minds@2", 3)
    assert not strip.isHidden() and strip.words.text().startswith("3 songs were tagged by another")
    with qtbot.waitSignal(strip.update_wanted):
        strip.compare.click()
    room.run.dismiss_offer()
    assert strip.isHidden()


def test_the_choice_asks_which_tagger_and_which_songs(room: RetagRoom, qtbot: QtBot) -> None:
    choice = RetagChoice(room.run, (1, 2), (1, 2, 3))
    keep(choice, qtbot)
    choice.show()
    assert not choice.go.isEnabled()
    room.settle_all()
    assert choice.taggers.currentText() == "The contrary one"
    assert [option.text() for option, _ in choice._scopes] == [
        "The chosen: 2 songs", "All that are found now: 3 songs", "All songs of the Library"]
    choice._scopes[1][0].click()
    with qtbot.waitSignal(choice.wanted) as wanted:
        choice.go.click()
    assert wanted.args == [OTHER, (1, 2, 3)]


def test_nothing_to_compare_is_said(room: RetagRoom, theme_source: ThemeSource,
                                    qtbot: QtBot) -> None:
    dialog = RetagDialog(room.run, room.vocabulary, theme_source)
    keep(dialog, qtbot)
    dialog.show()
    room.settle_all()
    assert dialog.message.text() == "There is nothing left to choose about."
    assert not dialog.accept_songs.isVisible() and not dialog.other.isVisible()
    assert "Compare with another tagger" in dialog.empty.text()
