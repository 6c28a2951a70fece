"""The page as a person uses it: first look, keys, labels, reasons, search, removal."""

import math
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, Qt, QUrl
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import (
    QApplication,
    QFileDialog,
    QLabel,
    QLineEdit,
    QPushButton,
    QStackedWidget,
    QWidget,
)

from engine.settings import CollationSettings, Settings
from engine.tagging.labels import Verdict
from engine.tagging.song import SongRow, SongState
from gui.song.chips import MoodChip
from gui.tag.dropped import Dropped
from gui.tag.page import TagPage
from gui.tag.paste_dialog import PasteDialog
from tests.gui.tag_bench import ANGRY, CALM, MIXED, SAD, SUNNY, Bench

SHIFT = Qt.KeyboardModifier.ShiftModifier
CTRL = Qt.KeyboardModifier.ControlModifier


def press(bench: Bench, key: Qt.Key | str,
          modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    focus = QApplication.focusWidget()
    assert focus is not None
    bench.qtbot.keyClick(focus, key, modifier)
    bench.settle()


def button(page: QWidget, words: str) -> QPushButton:
    return next(b for b in page.findChildren(QPushButton) if b.text() == words and b.isVisible())


def chips(page: TagPage) -> dict[str, MoodChip]:
    return {chip.chip.mood: chip for chip in page.song.chips.findChildren(MoodChip)
            if chip.isVisible()}


def shown_words(widget: QWidget) -> list[str]:
    return [label.text() for label in widget.findChildren(QLabel) if label.isVisible()]


@pytest.fixture
def three(bench: Bench, page: TagPage) -> TagPage:
    """Three tagged songs, the first one open, the focus in the queue."""
    bench.tag(bench.write("a.txt", MIXED), bench.write("b.txt", ANGRY), bench.write("c.txt", CALM))
    assert page.queue.list.hasFocus()
    return page


def test_the_first_look_has_one_thing_to_do(bench: Bench, page: TagPage) -> None:
    # GIVEN nothing tagged
    assert page.empty.isVisible() and page.empty.samples.hasFocus()
    # WHEN the one button is pressed
    press(bench, Qt.Key.Key_Space)
    # THEN the samples are there, and the page shows them
    assert bench.presenter.table.size > 10 and page.queue.isVisible()
    assert page.queue.list.hasFocus()


def test_songs_sent_from_another_page_leave_the_keys_there(bench: Bench, page: TagPage) -> None:
    # GIVEN another page in front, where the person types
    stack, field = QStackedWidget(), QLineEdit()
    bench.qtbot.addWidget(stack)
    stack.addWidget(page)
    stack.addWidget(field)
    stack.setCurrentWidget(field)
    stack.show()
    field.setFocus()
    # WHEN songs are tagged, THEN the keys stay with it
    bench.tag(bench.write("a.txt", MIXED))
    assert field.hasFocus()
    page.setParent(None)


def test_stored_songs_come_after_the_first_paint(bench: Bench, page: TagPage) -> None:
    bench.qtbot.waitUntil(lambda: bench.presenter.loaded)


def test_arrows_walk_through_songs(bench: Bench, three: TagPage) -> None:
    for key, end in ((Qt.Key.Key_Down, "b.txt"), (Qt.Key.Key_End, "c.txt"),
                     (Qt.Key.Key_Up, "b.txt")):
        press(bench, key)
        row = bench.presenter.desk.row
        assert row and row.place == bench.place(end)


def test_keys_accept_and_reject_the_current_chip(bench: Bench, three: TagPage) -> None:
    first, second = bench.moods()
    press(bench, "a")
    press(bench, Qt.Key.Key_Right)
    press(bench, "r")
    assert bench.presenter.desk.labels == {first: Verdict.ACCEPTED, second: Verdict.REJECTED}
    assert "accepted" in chips(three)[first].accessibleName()
    assert "rejected" in chips(three)[second].accessibleName()


def test_undo_and_redo_by_key(bench: Bench, three: TagPage) -> None:
    press(bench, "a")
    press(bench, Qt.Key.Key_Z, CTRL)
    assert bench.presenter.desk.labels == {}
    press(bench, Qt.Key.Key_Z, CTRL | SHIFT)
    assert list(bench.presenter.desk.labels.values()) == [Verdict.ACCEPTED]


def test_keys_work_from_the_lyric_too(bench: Bench, three: TagPage) -> None:
    three.song.lyric.setFocus()
    press(bench, "a")
    press(bench, Qt.Key.Key_Space)
    assert list(bench.presenter.desk.labels.values()) == [Verdict.ACCEPTED]
    assert bench.presenter.desk.asked
    press(bench, Qt.Key.Key_Z, CTRL)
    assert bench.presenter.desk.labels == {}


def test_a_mood_is_added_by_typing_its_synonym(bench: Bench, three: TagPage) -> None:
    press(bench, "+")
    for letter in "lonely":
        press(bench, letter)
    press(bench, Qt.Key.Key_Return)
    assert bench.presenter.desk.labels == {"loneliness": Verdict.ADDED}
    assert "added by you" in chips(three)["loneliness"].accessibleName()


def test_a_song_with_a_mood_added_by_hand_has_one(bench: Bench, page: TagPage) -> None:
    # GIVEN a song that says nothing to the tagger
    bench.tag(bench.write("flat.txt", "We talk of the wall\nand walk down the hall\n"))
    none = "No mood stood out in this song."
    assert bench.moods() == [] and none in shown_words(page.song)
    # WHEN the person adds a mood, THEN the sentence goes, and comes back with undo
    bench.presenter.add("lonely")
    bench.settle()
    assert none not in shown_words(page.song)
    bench.presenter.undo()
    bench.settle()
    assert none in shown_words(page.song)


def test_a_word_that_is_no_mood_is_refused_kindly(bench: Bench, three: TagPage) -> None:
    before = bench.moods()
    press(bench, "+")
    for letter in "xyzzy":
        press(bench, letter)
    press(bench, Qt.Key.Key_Return)
    labels = [w.text() for w in three.song.chips.findChildren(QWidget)
              if w.isVisible() and hasattr(w, "text")]
    assert "Undertone has no such mood. Pick one from the list." in labels
    assert bench.moods() == before
    press(bench, Qt.Key.Key_Escape)
    assert bench.moods() == before


def test_letters_typed_into_the_search_stay_letters(bench: Bench, three: TagPage) -> None:
    press(bench, Qt.Key.Key_F, CTRL)
    bench.qtbot.waitUntil(three.queue.search.hasFocus)
    for letter in "anger":
        press(bench, letter)
    assert three.queue.search.text() == "anger"
    assert bench.presenter.desk.labels == {}
    assert bench.presenter.table.rowCount() == 1


def test_escape_empties_the_search_and_keeps_the_reason(bench: Bench, three: TagPage) -> None:
    # GIVEN a reason that is shown, and a search
    press(bench, Qt.Key.Key_Space)
    press(bench, Qt.Key.Key_F, CTRL)
    press(bench, "A", SHIFT)
    assert three.queue.search.text() == "A" and bench.presenter.desk.labels == {}
    # WHEN Escape is pressed in the field, THEN all songs are back, and only they
    press(bench, Qt.Key.Key_Escape)
    assert three.queue.search.text() == "" and bench.presenter.table.rowCount() == 3
    assert bench.presenter.desk.asked
    # WHEN it is pressed once more, THEN it clears the reason as everywhere
    press(bench, Qt.Key.Key_Escape)
    assert not bench.presenter.desk.asked


@pytest.mark.parametrize("key, verdict", [(Qt.Key.Key_A, Verdict.ACCEPTED),
                                          (Qt.Key.Key_R, Verdict.REJECTED)])
def test_capital_letters_judge_too(bench: Bench, three: TagPage, key: Qt.Key,
                                   verdict: Verdict) -> None:
    press(bench, key, SHIFT)
    assert list(bench.presenter.desk.labels.values()) == [verdict]


def test_a_reason_dims_all_other_lines_and_escape_clears_it(bench: Bench, three: TagPage) -> None:
    # WHEN the reason for the first chip is asked for
    press(bench, Qt.Key.Key_Space)
    desk = bench.presenter.desk
    assert desk.reason and desk.asked == bench.moods()[0]
    # THEN lines are marked, with the whole rest dimmed below them
    assert len(three.song.lyric.extraSelections()) >= 2
    # AND Escape shows the lyric as before
    press(bench, Qt.Key.Key_Escape)
    assert not desk.asked and not three.song.lyric.extraSelections()


def test_experimental_moods_come_with_the_switch_and_say_what_they_are(
        bench: Bench, page: TagPage) -> None:
    # GIVEN a song of two moods, one of which the tagger could not be shown to tell
    place = bench.tagger.moods.index("happiness")
    bench.tagger.thresholds = tuple(math.inf if at == place else bar
                                    for at, bar in enumerate(bench.tagger.thresholds))
    bench.tagger.experimental = {"happiness": 0.5}
    bench.tag(bench.write("a.txt", MIXED))
    assert bench.moods() == ["sadness"]
    narrow, runs = chips(page)["sadness"].width(), bench.tagger.runs
    # WHEN the person asks for such moods
    bench.presenter.use_settings(replace(Settings(), collation=CollationSettings(
        experimental=True)))
    bench.settle()
    # THEN it is there without the tagger, says the word, and takes the room the word needs
    assert bench.tagger.runs == runs and set(bench.moods()) == {"sadness", "happiness"}
    chip = chips(page)["happiness"]
    assert "experimental" in chip.accessibleName()
    assert "experimental" not in chips(page)["sadness"].accessibleName()
    assert chip.width() > narrow + 40
    # AND its reason says so too
    bench.qtbot.mouseClick(chip, Qt.MouseButton.LeftButton)
    bench.settle()
    assert any("This mood is experimental" in said for said in shown_words(page))
    # WHEN the switch is off again THEN it is gone
    bench.presenter.use_settings(Settings())
    bench.settle()
    assert bench.moods() == ["sadness"]


def test_a_chip_answers_to_the_mouse_and_to_enter(bench: Bench, three: TagPage) -> None:
    mood = bench.moods()[1]
    bench.qtbot.mouseClick(chips(three)[mood], Qt.MouseButton.LeftButton)
    bench.settle()
    assert bench.presenter.desk.asked == mood
    chips(three)[mood].setFocus()
    press(bench, Qt.Key.Key_Return)
    assert bench.presenter.desk.asked == ""


def test_focus_stays_on_chips_while_songs_change(bench: Bench, three: TagPage) -> None:
    chips(three)[bench.moods()[0]].setFocus()
    press(bench, Qt.Key.Key_Down)
    assert bench.presenter.desk.row and bench.presenter.desk.row.place == bench.place("b.txt")
    assert isinstance(QApplication.focusWidget(), MoodChip)


def test_removing_and_taking_it_back(bench: Bench, three: TagPage) -> None:
    press(bench, Qt.Key.Key_Delete)
    assert bench.presenter.table.size == 2
    button(three, "Undo").click()
    bench.settle()
    assert bench.presenter.table.size == 3


def test_a_removal_is_taken_back_by_key_before_older_words(bench: Bench, three: TagPage) -> None:
    # GIVEN a label, then a removal
    press(bench, "a")
    removed = bench.presenter.selected
    press(bench, Qt.Key.Key_Delete)
    # WHEN undo is pressed, THEN the song is back and open, its label untouched
    press(bench, Qt.Key.Key_Z, CTRL)
    assert bench.presenter.table.size == 3 and bench.presenter.selected == removed
    assert list(bench.presenter.desk.labels.values()) == [Verdict.ACCEPTED]
    # WHEN it is pressed again, THEN the label goes
    press(bench, Qt.Key.Key_Z, CTRL)
    assert bench.presenter.desk.labels == {}


def test_the_next_thing_done_settles_a_removal(bench: Bench, three: TagPage) -> None:
    press(bench, Qt.Key.Key_Delete)
    assert button(three, "Undo")
    # WHEN a mood of another song is judged
    press(bench, "a")
    # THEN the foot counts songs again, and undo means the mood
    assert "2 songs" in [label.text() for label in three.queue.findChildren(QLabel)]
    press(bench, Qt.Key.Key_Z, CTRL)
    assert bench.presenter.table.size == 2 and bench.presenter.desk.labels == {}


def test_a_new_run_settles_a_removal(bench: Bench, three: TagPage) -> None:
    press(bench, Qt.Key.Key_Delete)
    bench.tag(bench.write("d.txt", SAD))
    assert not bench.presenter.way_back.removed
    assert "3 songs" in [label.text() for label in three.queue.findChildren(QLabel)]


def test_failed_files_say_why_and_can_be_tried_again(bench: Bench, page: TagPage) -> None:
    bench.tag(bench.songs / "late.txt")
    row = bench.presenter.desk.row
    assert row and row.state is SongState.FAILED
    bench.write("late.txt", SUNNY)
    button(page, "Try again").click()
    bench.settle()
    assert bench.presenter.desk.row and bench.presenter.desk.row.state is SongState.TAGGED


def test_the_open_song_is_in_sight_in_the_queue(bench: Bench, three: TagPage) -> None:
    # GIVEN a long queue
    files = [bench.write(f"{number:03d}.txt", SAD, f"verse {number}") for number in range(60)]
    bench.tag(*files)
    # WHEN a song far away is opened from elsewhere
    bench.open("059.txt")
    # THEN its row can be seen
    view = three.queue.list
    bench.qtbot.waitUntil(lambda: view.viewport().rect().contains(
        view.visualRect(view.currentIndex()).center()))
    assert view.currentIndex().data() == "059"


def test_the_page_follows_into_samples_that_have_moods(bench: Bench, page: TagPage) -> None:
    bench.presenter.try_samples()
    bench.settle()
    assert bench.presenter.desk.row and bench.presenter.desk.row.state is SongState.TAGGED


def test_songs_a_cancelled_run_left_can_be_tagged(bench: Bench, three: TagPage) -> None:
    # GIVEN rows that wait and nothing that runs
    files = [bench.write(f"late{number}.txt", SAD, str(number)) for number in range(3)]
    bench.presenter.table.put(SongRow(str(file), None, SongState.WAITING) for file in files)
    # WHEN the page offers to tag them, and is asked to
    button(three, "Tag the rest").click()
    bench.settle()
    # THEN nothing waits, and the offer is gone
    assert bench.presenter.table.counts[SongState.TAGGED] == 6
    assert not [b for b in three.findChildren(QPushButton)
                if b.text() == "Tag the rest" and b.isVisible()]


def test_a_search_without_result_says_so(bench: Bench, three: TagPage) -> None:
    three.queue.search.setText("<b>zzz</b>")
    labels = [w for w in three.queue.findChildren(QWidget) if w.isVisible() and hasattr(w, "text")]
    assert "No song fits \u201c<b>zzz</b>\u201d." in [w.text() for w in labels]


def test_pasting_words_goes_through_a_place_to_name_them(bench: Bench, page: TagPage) -> None:
    QGuiApplication.clipboard().setText(SAD)
    page.paste()
    dialog, = page.findChildren(PasteDialog)
    assert dialog.words.toPlainText() == SAD
    dialog.title.setText("Mine")
    dialog.tag_button.click()
    bench.settle()
    assert bench.presenter.desk.row and bench.presenter.desk.row.title == "Mine"


def test_an_empty_paste_cannot_be_tagged(page: TagPage) -> None:
    QGuiApplication.clipboard().clear()
    page.paste()
    dialog, = page.findChildren(PasteDialog)
    assert not dialog.tag_button.isEnabled()
    dialog.reject()


def test_copied_files_are_tagged_at_once(bench: Bench, page: TagPage) -> None:
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(bench.write("a.txt", SAD)))])
    QGuiApplication.clipboard().setMimeData(mime)
    page.paste()
    bench.settle()
    assert bench.presenter.table.size == 1


def test_what_cannot_be_read_is_told(bench: Bench, page: TagPage) -> None:
    page.take(Dropped(refusal="This holds neither files nor words."))
    assert [str(problem) for problem in bench.problems] == ["This holds neither files nor words."]


def test_files_and_folders_are_chosen_in_dialogs(bench: Bench, page: TagPage) -> None:
    file = bench.write("a.txt", SAD)
    for act in (page.open_files, page.open_folder):
        act()
        dialog = next(d for d in page.findChildren(QFileDialog) if d.isVisible())
        dialog.filesSelected.emit([str(file)])
        dialog.close()
        bench.settle()
    assert bench.presenter.table.size == 1


def test_dialogs_begin_where_the_last_one_ended(bench: Bench, page: TagPage) -> None:
    file = bench.write("a.txt", SAD)
    page.open_files()
    dialog = next(d for d in page.findChildren(QFileDialog) if d.isVisible())
    dialog.filesSelected.emit([str(file)])
    dialog.close()
    bench.settle()
    page.open_folder()
    dialog = next(d for d in page.findChildren(QFileDialog) if d.isVisible())
    assert Path(dialog.directory().absolutePath()) == file.parent
    dialog.close()


def test_everything_that_takes_focus_has_a_name(bench: Bench, three: TagPage) -> None:
    stops = [w for w in three.findChildren(QWidget)
             if w.focusPolicy() & Qt.FocusPolicy.TabFocus and w.isVisible()]
    assert len(stops) >= 7
    for stop in stops:
        named = stop.accessibleName() or getattr(stop, "text", lambda: "")()
        assert named, stop
