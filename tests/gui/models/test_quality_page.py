"""The page that compares taggers, as a person meets it: by mouse, by keyboard, by ear."""

from collections.abc import Callable, Iterator
from pathlib import Path

import msgspec
import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDesktopServices, QDragEnterEvent, QDragLeaveEvent, QDropEvent
from PySide6.QtWidgets import QApplication, QFileDialog, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from engine.paths import AppPaths
from engine.tagging.vocabulary import Vocabulary
from gui.background import WorkQueue
from gui.icons import IconSource
from gui.jobs import JobWatcher
from gui.models.page import ModelsPage
from gui.models.presenter import ModelsPresenter
from gui.models.quality_measure import MeasureDialog
from gui.models.quality_page import QualityPage
from gui.theme import DARK, LIGHT, ThemeSource, palette, style_sheet
from tests.engine.evaluation.sample_report import sample_report
from tests.gui.models.quality_bench import ENOUGH, QualityBench, words_of


@pytest.fixture
def bench(tmp_path: Path, qtbot: QtBot, queue: WorkQueue,
          watcher: JobWatcher) -> Iterator[QualityBench]:
    made = QualityBench(tmp_path, qtbot, queue, watcher)
    yield made
    made.until(lambda: not queue.busy)


@pytest.fixture
def open_page(bench: QualityBench, qapp: QApplication, isolated_home: AppPaths,
              qtbot: QtBot) -> Callable[[], QualityPage]:
    """Shows the page once all there is has been read."""
    def open_one() -> QualityPage:
        theme_source = ThemeSource(qapp.styleHints(), "light")
        page = QualityPage(bench.quality, IconSource(theme_source), theme_source,
                           Vocabulary.load(isolated_home.moods_file))
        qtbot.addWidget(page)
        page.resize(1000, 800)
        with qtbot.waitSignal(bench.quality.own_counted), qtbot.waitExposed(page):
            page.show()
        page.activateWindow()
        qtbot.waitUntil(page.isActiveWindow)
        return page
    return open_one


@pytest.fixture
def page(bench: QualityBench, open_page: Callable[[], QualityPage]) -> QualityPage:
    bench.ship()
    return open_page()


def button(widget: QWidget, words: str) -> QPushButton:
    return next(b for b in widget.findChildren(QPushButton)
                if words in (b.text(), b.accessibleName()) and b.isVisibleTo(widget))


def dialog_of(page: QualityPage) -> MeasureDialog:
    return page.findChildren(MeasureDialog)[-1]


def drag(widget: QWidget, *files: Path) -> QDragEnterEvent:
    mime = mime_of(*files)
    event = QDragEnterEvent(QPoint(9, 9), Qt.DropAction.CopyAction, mime,
                            Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier)
    QApplication.sendEvent(widget, event)
    return event


def drop(widget: QWidget, *files: Path) -> None:
    mime = mime_of(*files)
    QApplication.sendEvent(widget, QDropEvent(
        QPointF(9, 9), Qt.DropAction.CopyAction, mime, Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier))


_KEPT: list[QMimeData] = []  # Qt does not keep what a drag carries


def mime_of(*files: Path) -> QMimeData:
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(file)) for file in files])
    _KEPT[:] = [mime]
    return mime


def test_the_first_look_says_what_this_is_and_what_to_do(
        open_page: Callable[[], QualityPage]) -> None:
    page = open_page()
    said = words_of(page)
    assert "No tagger has been measured here yet" in said
    assert "songs you have labelled yourself" in said
    assert page.measure_button.hasFocus()
    assert not page.detail.isVisible() and not page.reports.isVisible()


def test_a_full_page_says_who_is_best_and_how_sure_that_is(page: QualityPage) -> None:
    said = words_of(page)
    for part in ("Compare taggers", "At a glance", "78 times in 100", "No other does better here",
                 "Mood by mood", "Can its scores be taken at their word?",
                 "Experimental, because chance could do as well: wonder."):
        assert part in said
    table = page.grid.table
    assert (table.rowCount(), table.columnCount()) == (3, 2)
    told = table.data(table.index(0, 0), Qt.ItemDataRole.AccessibleTextRole)
    assert told == ("Moods, Nine emotions, by people on the lyrics, Macro AUC 0.78, "
                    "0.75 to 0.81, best")
    assert "What does it mix up?" not in said


def test_arrows_in_the_table_choose_what_stands_below(
        bench: QualityBench, page: QualityPage, qtbot: QtBot) -> None:
    page.grid.setFocus()
    qtbot.keyClick(page.grid, Qt.Key.Key_Right)
    assert (bench.quality.tagger, bench.quality.block) == ("moods@3", "quadrant_allmusic")
    said = words_of(page)
    assert "It names the label people gave for 79 of 100 songs" in said
    assert "What does it mix up?" in said and "Mood by mood" not in said
    qtbot.keyClick(page.grid, Qt.Key.Key_Down)
    assert bench.quality.tagger == "words@1"
    assert "That is no clear difference from Moods" in words_of(page)
    # AND the lists say the same
    assert page.detail.sets.currentData() == "quadrant_allmusic"
    assert page.detail.taggers_list.currentData() == "words@1"


def test_the_lists_choose_too_and_the_table_follows(
        bench: QualityBench, page: QualityPage, qtbot: QtBot) -> None:
    page.detail.sets.setFocus()
    qtbot.keyClick(page.detail.sets, Qt.Key.Key_Down)
    assert bench.quality.block == "quadrant_allmusic"
    qtbot.keyClick(page.detail.taggers_list, Qt.Key.Key_Down)
    assert bench.quality.tagger == "words@1"
    at = page.grid.currentIndex()
    assert (at.row(), at.column()) == (1, 1)


def test_a_bar_chooses_its_tagger_by_mouse_and_by_key(
        bench: QualityBench, page: QualityPage, qtbot: QtBot) -> None:
    bars = page.detail.taggers
    assert [bar.key for bar in bars.bars] == ["moods@3", "words@1", "random"]
    middle = bars.row_box("words@1").center().toPoint()
    qtbot.mouseClick(bars, Qt.MouseButton.LeftButton, pos=middle)
    assert bench.quality.tagger == "words@1"
    qtbot.keyClick(bars, Qt.Key.Key_End)
    assert bench.quality.tagger == "random"
    qtbot.keyClick(bars, Qt.Key.Key_Down)  # there is no further one
    assert bench.quality.tagger == "random"
    qtbot.keyClick(bars, Qt.Key.Key_Home)
    assert bench.quality.tagger == "moods@3"
    # AND a place beside the rows is no row
    qtbot.mouseClick(bars, Qt.MouseButton.LeftButton, pos=QPoint(5, 2))
    assert bench.quality.tagger == "moods@3"


def test_every_mood_says_what_it_is_worth_to_eyes_and_ears(
        page: QualityPage, qtbot: QtBot) -> None:
    moods = page.detail.moods
    assert "Joyful energy" in [bar.name for bar in moods.bars]
    qtbot.keyClick(moods, Qt.Key.Key_End)
    last = moods.bars[-1]
    assert moods.current == last.key
    assert last.told in words_of(page) and last.told in moods.accessibleName()


def test_a_choice_among_moods_survives_another_tagger(
        bench: QualityBench, page: QualityPage) -> None:
    page.detail.moods.choose("tension")
    bench.quality.choose("words@1")
    assert page.detail.moods.current == "tension"


def test_a_tagger_that_was_not_judged_on_a_label_set_says_so(
        bench: QualityBench, open_page: Callable[[], QualityPage]) -> None:
    report = sample_report()
    part = msgspec.structs.replace(report.taggers[1], blocks=report.taggers[1].blocks[:1])
    bench.ship(msgspec.structs.replace(report, taggers=(report.taggers[0], part)))
    page = open_page()
    bench.quality.choose("words@1", "quadrant_allmusic")
    assert "It knows too few of the moods of this label set" in words_of(page)
    assert [bar.key for bar in page.detail.taggers.bars] == ["moods@3"]
    table = page.grid.table
    assert table.data(table.index(1, 1)) == "–"
    assert "not measured" in str(table.data(table.index(1, 1),
                                            Qt.ItemDataRole.AccessibleTextRole))


def test_escape_and_the_button_lead_back(page: QualityPage, qtbot: QtBot) -> None:
    with qtbot.waitSignal(page.left):
        qtbot.keyClick(page, Qt.Key.Key_Escape)
    with qtbot.waitSignal(page.left):
        qtbot.mouseClick(button(page, "Models"), Qt.MouseButton.LeftButton)


def test_another_report_is_chosen_from_the_list(
        bench: QualityBench, open_page: Callable[[], QualityPage], qtbot: QtBot) -> None:
    bench.ship()
    bench.job("mine.jsonl", msgspec.structs.replace(
        sample_report(), complete=False, unusable=("gone was left out: <b>No.",)))
    page = open_page()
    assert page.reports.currentText() == "Shipped with Undertone"
    assert "was stopped before its end" not in words_of(page)
    qtbot.keyClick(page.reports, Qt.Key.Key_Up)
    assert page.reports.currentText().startswith("mine.jsonl, ")
    assert "was stopped before its end" in words_of(page)
    assert "gone was left out: <b>No." in words_of(page)


def test_a_report_that_cannot_be_read_says_why(
        bench: QualityBench, open_page: Callable[[], QualityPage]) -> None:
    bench.shipped.parent.mkdir(parents=True)
    bench.shipped.write_text("{", "utf-8")
    page = open_page()
    said = words_of(page)
    assert "taggers.json cannot be read" in said and "Measure the taggers again." in said
    assert not page.page_button.isVisible() and not page.detail.isVisible()


def test_a_report_without_label_sets_says_so(
        bench: QualityBench, open_page: Callable[[], QualityPage]) -> None:
    bench.ship(msgspec.structs.replace(sample_report(), taggers=(), comparisons=()))
    assert "Nothing could be measured here" in words_of(open_page())


def test_the_report_opens_in_the_browser(
        page: QualityPage, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[QUrl] = []
    monkeypatch.setattr(QDesktopServices, "openUrl", opened.append)
    qtbot.mouseClick(page.page_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: bool(opened))
    assert opened[0].toLocalFile().endswith("taggers.html")


def test_a_measurement_is_started_watched_and_looked_at(
        bench: QualityBench, page: QualityPage, qtbot: QtBot) -> None:
    # GIVEN the dialog with the tagger in use ticked
    songs = bench.songs("slow.jsonl")
    qtbot.mouseClick(page.measure_button, Qt.MouseButton.LeftButton)
    dialog = dialog_of(page)
    assert [tick.isChecked() for tick in dialog.ticks.values()] == [True, False, False]
    assert not dialog.start.isEnabled() and "Choose the file of songs." in words_of(dialog)
    # WHEN a file is given and the button pressed
    qtbot.keyClicks(dialog.file, str(songs))
    assert dialog.start.isEnabled()
    qtbot.mouseClick(dialog.start, Qt.MouseButton.LeftButton)
    # THEN the page shows how far it is, and it can be stopped there
    bench.until(lambda: any(view.done for view in bench.quality.running))
    assert "Measuring Moods on slow.jsonl" in words_of(page)
    qtbot.mouseClick(button(page, "Cancel"), Qt.MouseButton.LeftButton)
    bench.until(lambda: bench.quality.trouble is not None)
    assert "Stopped, as you asked." in words_of(page)
    # AND it goes on, and its report comes into sight
    qtbot.mouseClick(button(page, "Go on"), Qt.MouseButton.LeftButton)
    bench.until(lambda: bool(bench.quality.found and not bench.quality.found.shipped))
    assert "Stopped, as you asked." not in words_of(page)


def test_a_measurement_that_fails_says_why_on_the_page(
        bench: QualityBench, page: QualityPage, qtbot: QtBot) -> None:
    page.measure(bench.songs("broken.jsonl"))
    dialog = dialog_of(page)
    qtbot.mouseClick(dialog.start, Qt.MouseButton.LeftButton)
    bench.until(lambda: bench.quality.trouble is not None)
    assert "The file ends too early." in words_of(page)
    qtbot.mouseClick(button(page, "Dismiss"), Qt.MouseButton.LeftButton)
    assert "The file ends too early." not in words_of(page)


def test_own_labels_say_how_to_give_more_of_them(
        bench: QualityBench, page: QualityPage, qtbot: QtBot) -> None:
    page.measure()
    dialog = dialog_of(page)
    qtbot.waitUntil(dialog.isActiveWindow)
    dialog.from_file.setFocus()
    qtbot.keyClick(dialog.from_file, Qt.Key.Key_Down)
    assert dialog.own.isChecked() and not dialog.start.isEnabled()
    assert not dialog.file.isEnabled()
    said = words_of(dialog)
    assert "You have judged 7 moods; 20 are needed" in said and "press A or R" in said
    # WHEN there are enough
    bench.own = ENOUGH
    bench.count()
    assert "You have judged 24 moods of 3 songs." in words_of(dialog)
    assert dialog.start.isEnabled() and dialog.wish().data is None
    # AND without any tagger it says so
    dialog.ticks["moods"].click()
    assert not dialog.start.isEnabled() and "Choose a tagger." in words_of(dialog)
    dialog.reject()


def test_songs_are_dropped_on_the_page_or_on_the_dialog(
        bench: QualityBench, page: QualityPage) -> None:
    songs, other = bench.songs(), bench.folder / "words.txt"
    other.write_text("", "utf-8")
    assert not drag(page, other).isAccepted()
    assert drag(page, songs).isAccepted() and "Drop to measure on these songs" in words_of(page)
    QApplication.sendEvent(page, QDragLeaveEvent())
    assert "Drop to measure on these songs" not in words_of(page)
    drag(page, songs)
    drop(page, songs)
    dialog = dialog_of(page)
    assert dialog.file.text() == str(songs)
    # AND another one on the dialog
    more = bench.songs("more.jsonl.gz")
    dialog.own.setChecked(True)
    assert not drag(dialog, other).isAccepted() and drag(dialog, more).isAccepted()
    drop(dialog, more)
    assert (dialog.file.text(), dialog.from_file.isChecked()) == (str(more), True)
    dialog.reject()


def test_the_file_is_chosen_in_a_dialog_too(
        bench: QualityBench, page: QualityPage, qtbot: QtBot) -> None:
    page.measure()
    dialog = dialog_of(page)
    qtbot.mouseClick(button(dialog, "Choose the file of songs"), Qt.MouseButton.LeftButton)
    chooser = dialog.findChild(QFileDialog)
    chooser.fileSelected.emit(str(bench.songs()))
    assert dialog.file.text().endswith("mine.jsonl")
    chooser.close()
    dialog.reject()


def test_the_dialog_is_there_once(page: QualityPage, qtbot: QtBot) -> None:
    page.measure()
    page.measure()
    assert len(page.findChildren(MeasureDialog)) == 1
    with qtbot.waitSignal(dialog_of(page).destroyed):
        dialog_of(page).reject()
    page.measure()
    assert len(page.findChildren(MeasureDialog)) == 1
    dialog_of(page).reject()


def test_every_control_has_a_name_for_screen_readers(page: QualityPage) -> None:
    page.measure()
    dialog = dialog_of(page)
    for widget in (page.grid, page.reports, page.detail.sets, page.detail.taggers_list,
                   page.detail.taggers, page.detail.moods, page.detail.reliability,
                   dialog.file, dialog.split):
        assert widget.accessibleName()
    dialog.reject()


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize("width", [560, 1100])
def test_the_page_fits_its_width(
        bench: QualityBench, page: QualityPage, theme: object, width: int) -> None:
    """Nothing reaches out of it sideways, in either look, on either kind of label set."""
    page.setPalette(palette(theme))  # type: ignore[arg-type] # a Theme
    page.setStyleSheet(style_sheet(theme))  # type: ignore[arg-type] # a Theme
    page.resize(width, 700)
    for block in ("gems9", "quadrant_allmusic"):
        bench.quality.choose(block=block)
        QApplication.processEvents()
        page.grab()
        for part in (page.grid, page.detail, page.detail.taggers, page.detail.confusion):
            if part.isVisible():
                right = part.mapTo(page, part.rect().topRight()).x()
                assert right <= page.width(), part


def test_models_and_taggers_are_one_press_apart(
        page: QualityPage, models: ModelsPresenter, qtbot: QtBot, qapp: QApplication) -> None:
    made: list[QualityPage] = []

    def make() -> QualityPage:
        made.append(page)
        return page

    cards = ModelsPage(models, IconSource(ThemeSource(qapp.styleHints())), make)
    qtbot.addWidget(cards)
    with qtbot.waitExposed(cards):
        cards.show()
    assert made == []
    for _ in range(2):
        qtbot.mouseClick(button(cards, "Compare taggers"), Qt.MouseButton.LeftButton)
        assert page.isVisible()
        qtbot.keyClick(page, Qt.Key.Key_Escape)
        assert not page.isVisible()
    assert len(made) == 1


def test_without_anything_to_compare_there_is_no_button(
        models: ModelsPresenter, qtbot: QtBot, qapp: QApplication) -> None:
    cards = ModelsPage(models, IconSource(ThemeSource(qapp.styleHints())))
    qtbot.addWidget(cards)
    cards.show_quality()
    assert not any(b.text() == "Compare taggers" and b.isVisibleTo(cards)
                   for b in cards.findChildren(QPushButton))


def test_a_name_is_never_markup_nor_a_shortcut(
        bench: QualityBench, open_page: Callable[[], QualityPage],
        monkeypatch: pytest.MonkeyPatch) -> None:
    # GIVEN taggers whose makers gave them odd names
    report = sample_report()
    odd = msgspec.structs.replace(report.taggers[0], name="<img src=x> R&B")
    bench.ship(msgspec.structs.replace(report, taggers=(odd, *report.taggers[1:])))
    monkeypatch.setattr("tests.gui.models.quality_bench.CHOICES", (("odd", "R&B moods"),))
    page = open_page()
    # THEN tool tips show them as they are
    table, tip, upright = page.grid.table, Qt.ItemDataRole.ToolTipRole, Qt.Orientation.Vertical
    told = [table.headerData(0, upright, tip), table.data(table.index(0, 0), tip)]
    assert all("&lt;img src=x&gt; R&amp;B" in each for each in told)
    assert table.headerData(0, upright) == "<img src=x> R&B"
    # AND so does the list of what can be measured
    page.measure()
    assert [tick.text() for tick in dialog_of(page).ticks.values()] == ["R&&B moods"]
