"""The Try field: asks when typing stops, shows bars, never waits, says what is missing."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from engine.errors import EngineError
from engine.models.manifest import TEXT_GENERATION, ModelManifest, write_manifest
from engine.models.registry import ModelRegistry
from engine.paths import AppPaths
from engine.tagging.classify_prompt import PromptShelf
from engine.tagging.vocabulary import Vocabulary
from gui.app import Program
from gui.background import WorkQueue
from gui.tag.score_bars import Bar, ScoreBars
from gui.tag.try_dialog import TryDialog
from gui.tag.try_presenter import TryAnswer, TryPresenter, TryTools
from gui.theme import ThemeSource
from tests.fakes import FakeTextModel


def chance(prompt: str, label: str) -> float:
    """Likes each label that stands in the text."""
    text = prompt.rpartition("Text:")[2].rpartition("excerpt:")[2].casefold()
    return (3.0 * (label.strip().casefold() in text) - 1) * len(label.encode())


@dataclass
class TryBench:
    """A presenter on a queue of its own. `problem` is what opening the model raises."""

    queue: WorkQueue
    models: Path
    qtbot: QtBot
    model: FakeTextModel = field(default_factory=lambda: FakeTextModel("", chance))
    problem: EngineError | None = None
    presenter: TryPresenter = field(init=False)
    answers: list[TryAnswer | None] = field(default_factory=list)
    failures: list[object] = field(default_factory=list)
    advice: list[str] = field(default_factory=list)

    def open(self) -> FakeTextModel:
        if self.problem:
            raise self.problem
        return self.model

    def install(self) -> None:
        folder = self.models / "writer"
        folder.mkdir(parents=True)
        write_manifest(folder, ModelManifest(id="writer", name="Writer", kind="decoder",
                                             task=TEXT_GENERATION))

    def settle(self) -> None:
        self.qtbot.waitUntil(
            lambda: not self.presenter.busy and not self.queue.busy
            and not self.presenter._pause.isActive(), timeout=10_000)

    def ask(self, labels: str, text: str) -> TryAnswer | None:
        self.presenter.write(labels, text)
        self.settle()
        return self.answers[-1]


@pytest.fixture
def trying(qapp: QApplication, qtbot: QtBot, tmp_path: Path,
           isolated_home: AppPaths) -> Iterator[TryBench]:
    queue = WorkQueue()
    bench = TryBench(queue, tmp_path / "models", qtbot)
    bench.install()
    bench.presenter = TryPresenter(TryTools(
        queue, bench.open, ModelRegistry(tmp_path / "none", bench.models).entries,
        PromptShelf(isolated_home.own_prompts, isolated_home.prompts),
        Vocabulary.load(isolated_home.moods_file)))
    bench.presenter.answered.connect(bench.answers.append)
    bench.presenter.failed.connect(bench.failures.append)
    bench.presenter.advised.connect(bench.advice.append)
    yield bench
    bench.presenter.close()
    queue.close()


def shown(trying: TryBench, theme_source: ThemeSource, qtbot: QtBot) -> Iterator[TryDialog]:
    """The dialog, open until it is let go."""
    made = TryDialog(trying.presenter, theme_source)
    made.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)
    with qtbot.waitExposed(made):
        made.show()
    yield made
    made.close()
    made.deleteLater()


@pytest.fixture
def dialog(trying: TryBench, theme_source: ThemeSource, qtbot: QtBot) -> Iterator[TryDialog]:
    yield from shown(trying, theme_source, qtbot)


def test_it_asks_once_when_typing_stops(trying: TryBench) -> None:
    # WHEN letter after letter is typed
    for end in range(1, 11):
        trying.presenter.write("sun, rain", "sun is out"[:end])
    trying.settle()
    # THEN only the whole was asked
    [answer] = trying.answers
    assert answer is not None and answer.question.text == "sun is out"
    assert answer.said.best == "sun" and answer.lexicon is None
    assert not any("Text: sun is o\n" in prompt for prompt in trying.model.prompts)


def test_writing_the_same_again_asks_nothing(trying: TryBench) -> None:
    trying.ask("sun, rain", "sun")
    asked = len(trying.model.prompts)
    trying.presenter.write("sun, rain", "sun")
    assert not trying.presenter._pause.isActive()
    assert len(trying.model.prompts) == asked


def test_what_labels_get_anyway_is_learned_once(trying: TryBench) -> None:
    trying.ask("sun, rain", "sun")
    first = len(trying.model.prompts)
    trying.ask("sun, rain", "rain")
    assert len(trying.model.prompts) == first + 1


def test_polarity_brings_the_word_lists_view(trying: TryBench) -> None:
    answer = trying.ask("positive, negative", "I hate it, it is horrible")
    assert answer is not None and answer.lexicon is not None
    assert answer.lexicon.label == "negative"


def test_moods_are_asked_as_moods(trying: TryBench) -> None:
    answer = trying.ask(trying.presenter.mood_labels, "nothing but sadness")
    assert answer is not None and answer.said.best == "sadness"
    assert "Song excerpt: nothing but sadness\nMood:" in trying.model.prompts[-1]


@pytest.mark.parametrize("labels, text", [("", "sun"), ("a, b", ""), ("a, b", "  \n"), ("", "")])
def test_with_nothing_to_ask_nothing_is_asked(trying: TryBench, labels: str, text: str) -> None:
    assert trying.ask(labels or " ", text or " ") is None
    assert not trying.model.prompts and trying.advice[-1] == ""


def test_one_label_is_told_to_want_another(trying: TryBench) -> None:
    assert trying.ask("sun", "sun") is None
    assert trying.advice[-1].startswith("There have to be two labels")


def test_a_newer_question_takes_the_place_of_an_older(trying: TryBench) -> None:
    # GIVEN a question that waits behind another piece of work
    trying.queue.pause()
    trying.presenter.write("sun, rain", "sun")
    trying.presenter.ask_now()
    # WHEN another is asked
    trying.presenter.write("sun, rain", "rain")
    trying.presenter.ask_now()
    trying.queue.resume()
    trying.settle()
    # THEN only the newer is answered
    assert [answer.question.text for answer in trying.answers if answer] == ["rain"]


def test_a_model_that_fails_is_told_and_asked_again(trying: TryBench) -> None:
    trying.problem = EngineError("It is broken.", "Add it again.")
    trying.presenter.write("sun, rain", "sun")
    trying.settle()
    assert trying.failures == [trying.problem] and not trying.answers
    trying.problem = None
    answer = trying.ask("sun, rain", "rain")
    assert answer is not None and answer.said.best == "rain"


def test_another_model_learns_anew(trying: TryBench) -> None:
    trying.ask("sun, rain", "sun")
    trying.model = FakeTextModel("", chance, id="other")
    trying.ask("sun, rain", "rain")
    assert len(trying.model.prompts) > 1


def test_the_field_shows_bars_as_one_types(dialog: TryDialog, trying: TryBench,
                                           qtbot: QtBot) -> None:
    qtbot.keyClicks(dialog.labels, "rain, sun")
    qtbot.keyClicks(dialog.text, "the sun")
    trying.settle()
    assert [(bar.name, bar.first) for bar in dialog.bars.bars] == [("rain", False), ("sun", True)]
    assert dialog.bars.accessibleName() == "sun"
    assert "never taught" in dialog.how.text() and dialog.words.isHidden()
    # WHEN the text is taken away THEN the bars go as well
    dialog.text.clear()
    trying.settle()
    assert dialog.bars.bars == () and dialog.how.text() == ""


def test_the_word_list_has_thin_bars_beside(dialog: TryDialog, trying: TryBench) -> None:
    dialog.labels.setText("negative, positive")
    dialog.text.setPlainText("I love it")
    trying.settle()
    negative, positive = dialog.bars.bars
    assert positive.second is not None and positive.second > 0.5
    assert negative.second == pytest.approx(1 - positive.second)
    assert "without a model, says positive (+0." in dialog.words.text()
    dialog.text.setPlainText("xyzzy")
    trying.settle()
    assert [bar.second for bar in dialog.bars.bars] == [None, None]
    assert "knows none of these words" in dialog.words.text()


def test_of_many_labels_the_best_are_shown(dialog: TryDialog, trying: TryBench) -> None:
    dialog.examples[-1].click()
    dialog.text.setPlainText("grief and anger")
    trying.settle()
    names = [bar.name for bar in dialog.bars.bars]
    assert len(names) == 8 and set(names[:2]) == {"grief", "anger"}
    assert "25 more labels score below" in dialog.how.text()


def test_advice_and_troubles_stand_in_the_field(dialog: TryDialog, trying: TryBench) -> None:
    dialog.labels.setText("one")
    dialog.text.setPlainText("x")
    trying.settle()
    assert dialog.note.isVisible() and "two labels" in dialog.note.text()
    trying.problem = EngineError("It is broken.", "Add it again.")
    dialog.labels.setText("one, two")
    trying.settle()
    assert dialog.note.text() == "It is broken. Add it again."
    trying.problem = None
    dialog.text.setPlainText("two")
    trying.settle()
    assert dialog.note.isHidden() and dialog.bars.bars


def test_without_a_model_there_is_one_thing_to_do(
        trying: TryBench, theme_source: ThemeSource, qtbot: QtBot) -> None:
    (trying.models / "writer" / "model.json").unlink()
    made = TryDialog(trying.presenter, theme_source)
    with qtbot.waitExposed(made):
        made.show()
    assert made.add_model.isVisible() and not made.labels.isVisible()
    assert "none is installed yet" in made.note.text()
    with qtbot.waitSignal(made.models_wanted):
        made.add_model.click()
    assert not trying.model.prompts


def test_closing_lets_go_of_what_is_asked(dialog: TryDialog, trying: TryBench,
                                          qtbot: QtBot) -> None:
    trying.queue.pause()
    dialog.labels.setText("a, b")
    dialog.text.setPlainText("a")
    trying.presenter.ask_now()
    qtbot.keyClick(dialog, Qt.Key.Key_Escape)
    assert not dialog.isVisible() and not trying.presenter.busy
    trying.queue.resume()
    trying.settle()
    assert not trying.answers


def test_the_tag_page_opens_one_field_and_leads_to_the_models(program: Program,
                                                              qtbot: QtBot) -> None:
    page = program.tag_page
    page.try_labels()
    page.try_labels()
    [dialog] = page.findChildren(TryDialog)
    assert dialog.isVisible() and dialog.add_model.isVisible()
    dialog.add_model.click()
    assert program.window.page == "models"
    # and it opens anew after it was closed
    qtbot.waitUntil(lambda: not page.findChildren(TryDialog))
    page.empty.try_wanted.emit()
    [again] = page.findChildren(TryDialog)
    again.close()


def test_bars_have_a_row_each_and_paint_any_score(theme_source: ThemeSource,
                                                  qtbot: QtBot) -> None:
    bars = ScoreBars(theme_source)
    qtbot.addWidget(bars)
    bars.resize(300, 200)
    bars.show_bars([Bar("a" * 99, 0.0), Bar("b", 1.0, 0.5, True), Bar("", -3.0, 7.0)])
    assert bars.sizeHint().height() == 120
    assert not bars.grab().isNull()
