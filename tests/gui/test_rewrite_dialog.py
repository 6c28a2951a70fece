"""Rewriting in a window: candidates come one by one, each with its figures, one is chosen."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot
from shiboken6 import isValid

from engine.chat.memory.sentence_vectors import NoEncoder, SentenceEncoder
from engine.errors import EngineError
from engine.interplay.rewriting import Candidate
from engine.models.manifest import DecoderInfo, ModelManifest
from engine.models.registry import RegistryEntry
from engine.paths import AppPaths
from engine.settings import Settings
from engine.tagging.language import LanguageDetector
from engine.tagging.vocabulary import Vocabulary
from gui.background import WorkQueue
from gui.mood_source import MoodSource
from gui.rewrite_dialog import RewriteDialog, RewriteUse
from gui.rewriting import CANDIDATES, RewriteTools, Rewriting
from gui.rewritten_lines import lines_of
from tests.fakes import FakeSentenceEncoder, FakeTagger, FakeTextModel

LINE = "We walk home on the river road"
SAD = "We walk home on the river road with tears"
SADDER = "We walk home on the river road with tears and rain"
GLAD = "We dance home on the river road"


@dataclass
class Desk:
    """A rewriting with all it stands on; `said` is what the model says, in turn."""

    qtbot: QtBot
    queue: WorkQueue
    paths: AppPaths
    detector: LanguageDetector
    said: list[str] = field(default_factory=lambda: [SAD, GLAD, SADDER])
    encoder: SentenceEncoder = field(default_factory=FakeSentenceEncoder)
    entries: list[RegistryEntry] = field(default_factory=list)
    used: list[str] = field(default_factory=list)
    trouble: EngineError | None = None
    hold: Event | None = None
    reached: Event = field(default_factory=Event)
    asked: int = 0
    opened: list[RewriteDialog] = field(default_factory=list)

    def model(self) -> FakeTextModel:
        if self.trouble:
            raise self.trouble

        def answer(prompt: str) -> str:
            self.asked += 1
            if self.hold is not None and self.asked > 1:
                self.reached.set()
                assert self.hold.wait(20)
            return self.said[(self.asked - 1) % len(self.said)]

        return FakeTextModel(answer, window=8192)

    def open(self, text: str = LINE, mood: str = "sadness") -> RewriteDialog:
        tagger = FakeTagger()
        moods = MoodSource(self.paths, Vocabulary.load(self.paths.moods_file), self.detector,
                           lambda: tagger, lambda: Settings(tagger=tagger.id))
        tools = RewriteTools(self.queue, self.model, lambda: self.encoder, lambda: self.entries,
                             moods)
        self.rewriting = Rewriting(tools)
        dialog = RewriteDialog(self.rewriting, text, (RewriteUse("Use it", self.used.append),),
                               mood)
        self.opened.append(dialog)
        dialog.show()
        return dialog

    def done(self, dialog: RewriteDialog) -> None:
        dialog.go.click()
        self.qtbot.waitUntil(lambda: not self.rewriting.busy, timeout=20_000)


@pytest.fixture(scope="module")
def detector() -> LanguageDetector:
    return LanguageDetector()


@pytest.fixture
def desk(qapp: QApplication, qtbot: QtBot, isolated_home: AppPaths,
         detector: LanguageDetector) -> Iterator[Desk]:
    queue = WorkQueue()
    manifest = ModelManifest(
        id="w", name="Writer", kind="decoder", task="text-generation",
        decoder=DecoderInfo(layout="shared-cache", layers=1, kv_heads=1, head_size=8,
                            vocabulary=258, stop_ids=(257,)))
    made = Desk(qtbot, queue, isolated_home, detector, entries=[RegistryEntry(Path("w"), manifest)])
    yield made
    if made.hold is not None:
        made.hold.set()
    for dialog in made.opened:
        if isValid(dialog):
            dialog.close()
    queue.close()


def shown(dialog: RewriteDialog) -> list[str]:
    return [row.words.text() for group in dialog.groups for row in group.rows
            if not row.isHidden()]


def test_the_best_way_is_chosen_and_each_has_its_figures(desk: Desk) -> None:
    # GIVEN a line, and a model that says it sadly, gladly and very sadly
    dialog = desk.open()
    assert not dialog.uses[0].isEnabled() and dialog.text.toPlainText() == LINE
    # WHEN it shall be sad
    desk.done(dialog)
    # THEN the ways are ranked, with how far each moves the odds and how much of it stays
    assert shown(dialog)[0] in (SAD, SADDER) and shown(dialog)[-1] == GLAD
    first, *_, last = dialog.groups[0].rows
    odds = re.match(r"Sadness: ([\d.]+) times the odds · \d+ % of the meaning kept$",
                    first.figures.text())
    assert odds and float(odds[1]) > 1
    worse = re.match(r"Sadness: ([\d.]+) times the odds", last.figures.text())
    assert worse and float(worse[1]) < 1
    assert last.figures.text().endswith("not better")
    assert first.option.accessibleName().startswith(first.words.text())
    # AND the best of them is the text, which goes where the person wants it
    assert dialog.result_text == shown(dialog)[0] and first.option.isChecked()
    dialog.copy.click()
    assert QGuiApplication.clipboard().text() == dialog.result_text
    wanted = dialog.result_text
    dialog.uses[0].click()
    assert desk.used == [wanted] and not dialog.isVisible()


def test_another_can_be_chosen_and_stays_chosen(desk: Desk, qtbot: QtBot) -> None:
    dialog = desk.open()
    desk.done(dialog)
    rows = dialog.groups[0].rows
    # WHEN the person chooses the last by its words
    qtbot.mouseClick(rows[2].words, Qt.MouseButton.LeftButton)
    assert dialog.result_text == GLAD
    # AND by the keys the one before it, and what it was (Qt finds it by where it is laid)
    qtbot.waitUntil(lambda: rows[2].y() > rows[1].y() > rows[0].y())
    rows[2].option.setFocus()
    qtbot.keyClick(rows[2].option, Qt.Key.Key_Up)
    assert dialog.result_text in (SAD, SADDER)
    dialog.groups[0].as_it_was.option.click()
    assert dialog.result_text == LINE and not dialog.uses[0].isEnabled()
    # THEN a candidate that comes later does not take its place
    line = dialog._lines.lines[0]
    line.take((Candidate("So sad", 5.0, 1.0, 5.0, better=True), *line.candidates))
    assert line.after == LINE


def test_they_come_one_by_one_and_it_can_be_cancelled(desk: Desk, qtbot: QtBot) -> None:
    # GIVEN a model that holds before its second way to say it
    desk.hold = Event()
    dialog = desk.open()
    dialog.go.click()
    assert dialog.cancel.isVisible() and not dialog.go.isVisible()
    # THEN the first can be seen, and taken, meanwhile
    qtbot.waitUntil(lambda: shown(dialog) == [SAD])
    qtbot.waitUntil(desk.reached.is_set)
    assert dialog.note.text() == f"Try 1 of {CANDIDATES}…" and dialog.uses[0].isEnabled()
    # WHEN it is cancelled
    dialog.cancel.click()
    desk.hold.set()
    # THEN nothing more is asked, and what there is stays
    qtbot.waitUntil(lambda: not desk.queue.busy)
    assert desk.asked <= 3 and shown(dialog) == [SAD] and dialog.go.isVisible()


def test_lines_are_rewritten_each_for_itself(desk: Desk) -> None:
    desk.said = [SAD]
    dialog = desk.open(f"{LINE}\n\n{LINE} again")
    desk.done(dialog)
    assert dialog.result_text == f"{SAD}\n\n{SAD}" and len(dialog.groups) == 2
    assert dialog.note.text().startswith("The whole: Sadness: ")
    dialog.groups[1].as_it_was.option.click()
    assert dialog.result_text == f"{SAD}\n\n{LINE} again"


def test_where_none_is_better_it_says_so_and_tries_others_next_time(desk: Desk) -> None:
    desk.said = [GLAD]
    dialog = desk.open()
    desk.done(dialog)
    assert dialog.note.text().startswith("No way to say it is better")
    assert dialog.result_text == LINE and not dialog.uses[0].isEnabled()
    desk.said = [SAD]
    desk.done(dialog)
    assert dialog.result_text == SAD and dialog.note.text() == ""


def test_without_an_encoder_words_are_compared_and_said_so(desk: Desk) -> None:
    desk.encoder = NoEncoder()
    dialog = desk.open()
    desk.done(dialog)
    assert "% of the words kept" in dialog.groups[0].rows[0].figures.text()


def test_trouble_is_a_sentence(desk: Desk) -> None:
    desk.trouble = EngineError("The model is gone.", "Choose another.")
    dialog = desk.open()
    desk.done(dialog)
    assert dialog.note.text() == "The model is gone. Choose another." and dialog.go.isVisible()
    desk.trouble = None
    dialog.text.setPlainText("Der Regen fällt auf die leeren Straßen, niemand geht nach Hause")
    desk.done(dialog)
    assert "German" in dialog.note.text()


def test_without_a_chat_model_it_offers_one(desk: Desk, qtbot: QtBot) -> None:
    desk.entries.clear()
    dialog = desk.open()
    assert dialog.add_model.isVisible() and not dialog.go.isEnabled()
    with qtbot.waitSignal(dialog.models_wanted):
        dialog.add_model.click()


def test_closing_lets_go_of_what_is_asked(desk: Desk, qtbot: QtBot) -> None:
    desk.hold = Event()
    dialog = desk.open()
    dialog.go.click()
    qtbot.waitUntil(desk.reached.is_set)
    dialog.reject()
    desk.hold.set()
    qtbot.waitUntil(lambda: not desk.queue.busy)
    assert not desk.rewriting.busy


def test_a_text_is_parted_as_the_rewriting_parts_it() -> None:
    made = lines_of("\nOne two\n***\n  Three four  \n")
    assert [line.before for line in made.lines] == ["One two", "Three four  "] or [
        line.before.strip() for line in made.lines] == ["One two", "Three four"]
    assert made.text == "\nOne two\n***\n  Three four  \n" and not made.changed


