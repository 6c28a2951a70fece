"""Comparing taggers in the whole window: asked for, read, looked at, accepted, taken back."""

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtWidgets import QApplication, QDialog
from pytestqt.qtbot import QtBot

from engine.tagging.results import Excerpt, ExcerptScores
from gui.app import Program
from gui.library.retag_choice import RetagChoice
from gui.library.retag_dialog import RetagDialog
from gui.library.retag_strip import RetagStrip
from gui.tagger_choices import TaggerChoice, Taggers
from tests.fakes import MOODS, FakeTagger

SUN = "The sun is a bright brass band\nso dance with the dust in your hand\n"
RAIN = "The rain came down on the harbour wall\nand I cry goodbye to you all\n"


class Contrary(FakeTagger):
    """Says the next mood of the list wherever the other says one."""

    def score(self, excerpts: Sequence[Excerpt]) -> ExcerptScores:
        said = super().score(excerpts)
        return ExcerptScores(said.moods[:, [-1, *range(len(MOODS) - 1)]], said.affect,
                             said.vectors)


def calm(program: Program, qtbot: QtBot) -> None:
    """Waits until nothing runs any more."""
    qtbot.waitUntil(lambda: not (program.desk.busy or program.library.queue.busy
                                 or program.tagging.busy), timeout=15_000)


def window_of(program: Program, kind: type[QDialog]) -> QDialog:
    windows = [window for window in program.window.findChildren(QDialog)
               if isinstance(window, kind)]
    assert len(windows) == 1
    return windows[0]


def shown(program: Program, qtbot: QtBot) -> dict[str, list[str]]:
    """Title -> moods of the Library's table."""
    calm(program, qtbot)
    found: list[object] = []
    presenter = program.library.presenter
    assert presenter.found is not None
    presenter.read(presenter.found.keys.tolist(), found.extend)
    calm(program, qtbot)
    return {song.title: [tag.tag for tag in song.tags] for song in found}  # type: ignore[attr-defined]


def test_a_tagger_is_compared_accepted_and_taken_back(
        program: Program, qtbot: QtBot, tmp_path: Path) -> None:
    # GIVEN two tagged songs in the Library
    for name, text in (("sun.txt", SUN), ("rain.txt", RAIN)):
        (tmp_path / name).write_text(text, "utf-8")
    program.tag.tag([tmp_path / "sun.txt", tmp_path / "rain.txt"])
    program.window.show_page("library")
    QApplication.processEvents()
    library = program.library
    qtbot.waitUntil(lambda: library.presenter.found is not None
                    and library.presenter.found.total == 2, timeout=15_000)
    run = library.retagging.run
    run._taggers = Taggers(lambda: [TaggerChoice("contrary", "Contrary")],
                           lambda _: Contrary("contrary@1", languages=frozenset()))
    # WHEN another tagger is asked for all of them
    compare = library.presenter.actions.get("compare_all")
    assert compare is not None
    compare.act(library.presenter.selection)
    choice = window_of(program, RetagChoice)
    assert isinstance(choice, RetagChoice)
    qtbot.waitUntil(choice.go.isEnabled, timeout=15_000)
    with qtbot.waitSignal(library.retagging.told, timeout=15_000) as told:
        choice.go.click()
    # THEN nothing has changed, and a strip offers to look
    assert told.args[0] == "2 songs were compared with Contrary."
    assert shown(program, qtbot) == {"sun": ["happiness"], "rain": ["sadness"]}
    strip = program.window.findChild(RetagStrip)
    assert strip is not None
    qtbot.waitUntil(strip.isVisible, timeout=15_000)
    # WHEN all are accepted THEN the Library shows them, and the strip is gone
    strip.look.click()
    dialog = window_of(program, RetagDialog)
    assert isinstance(dialog, RetagDialog)
    qtbot.waitUntil(lambda: len(dialog.table.songs) == 2, timeout=15_000)
    dialog.accept_songs.click()
    calm(program, qtbot)
    dialog.accept()
    assert shown(program, qtbot) == {"sun": ["calmness"], "rain": ["happiness"]}
    qtbot.waitUntil(lambda: not strip.isVisible(), timeout=15_000)
    # WHEN that is taken back in the Library THEN all is as before, and waits again
    library.presenter.steps.undo()
    calm(program, qtbot)
    assert shown(program, qtbot) == {"sun": ["happiness"], "rain": ["sadness"]}
    assert "another tagger's moods for 2 songs" in library.presenter.steps.told.words
    qtbot.waitUntil(strip.isVisible, timeout=15_000)
    library.presenter.steps.tell("")
