"""The steps `resources/steps.md` counts, taken as a person takes them, and counted."""

import re
from dataclasses import dataclass
from pathlib import Path

import pytest
from PySide6.QtCore import QItemSelectionModel, Qt
from PySide6.QtWidgets import QApplication, QPushButton

from engine.chat.cards.writing import write_card
from engine.chat.fact_store import FactStore
from engine.chat.persona import Persona
from gui.chat.page import ChatPage
from gui.chat.shown import Act
from gui.chat.talk_chooser import TalkChooser
from tests.gui.chat.conftest import ANSWER, Bench
from tests.gui.chat.test_talks import drop

CTRL = Qt.KeyboardModifier.ControlModifier
COUNTED = Path(__file__).resolve().parents[3] / "resources" / "steps.md"
ANN = Persona("Ann", description="Rows boats.", greetings=("Hello.",))
BOB = Persona("Bob", description="Keeps bees.", greetings=("Hm.",))


@dataclass
class Hand:
    """Takes steps and counts them: a press, a choice, words with Enter at their end."""

    bench: Bench
    page: ChatPage
    steps: int = 0

    def click(self, button: QPushButton) -> None:
        assert button.isVisible() and button.isEnabled()
        self.steps += 1
        button.click()
        self.bench.settle()

    def press(self, key: Qt.Key | str,
              modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        self.steps += 1
        focus = QApplication.focusWidget()
        assert focus is not None
        self.bench.qtbot.keyClick(focus, key, modifier)
        self.bench.settle()

    def write(self, words: str) -> None:
        """Words where the keyboard is, and Enter."""
        focus = QApplication.focusWidget()
        assert focus is not None
        self.bench.qtbot.keyClicks(focus, words)
        self.press(Qt.Key.Key_Return)

    def drop(self, file: Path) -> None:
        self.steps += 1
        assert drop(self.page, file)
        self.bench.settle()

    def choose(self, chooser: TalkChooser, name: str) -> None:
        """A click on one of the characters, with Ctrl held."""
        self.steps += 1
        place = next(at for at, row in enumerate(chooser.list.table.rows) if row.name == name)
        chooser.list.selectionModel().select(
            chooser.list.table.index(place), QItemSelectionModel.SelectionFlag.Select)


@pytest.fixture
def hand(bench: Bench, page: ChatPage) -> Hand:
    return Hand(bench, page)


def counted(task: str) -> list[int]:
    """The numbers of a task's row: Undertone first, then its peers; 0 where one cannot do it."""
    row = next(line for line in COUNTED.read_text("utf-8").splitlines()
               if line.startswith(f"| {task}"))
    found = [re.match(r"\d+", cell.strip()) for cell in row.strip("|").split("|")[1:]]
    return [int(number[0]) if number else 0 for number in found]


@pytest.mark.parametrize("task", ["Import a card", "Regenerate", "Change what the character knows",
                                  "Let two talk", "Find what was said"])
def test_no_peer_needs_fewer_steps(task: str) -> None:
    ours, *peers = counted(task)
    assert len(peers) == 3 and ours > 0
    assert all(ours <= peer for peer in peers if peer)


def test_importing_a_card_and_getting_the_first_reply(hand: Hand, tmp_path: Path) -> None:
    write_card(ANN, b"", tmp_path / "Ann.png", "png")
    hand.drop(tmp_path / "Ann.png")
    hand.press(Qt.Key.Key_Return)
    # A window system gives the page the keyboard back once the chooser has gone.
    hand.page.activateWindow()
    hand.bench.qtbot.waitUntil(hand.page.input.field.hasFocus)
    hand.write("Who are you?")
    assert hand.bench.said[-1] == ANSWER
    assert hand.steps == counted("Import a card")[0]


def test_another_answer_and_back(hand: Hand) -> None:
    hand.bench.say("Hello")
    hand.page.transcript.setFocus()
    answer = hand.bench.presenter.open.shown[-1].id
    hand.page.transcript.go_to_message(answer)
    hand.press("r")
    assert hand.bench.presenter.open.shown[-1].of == 2
    hand.press(Qt.Key.Key_Left)
    assert hand.bench.presenter.open.shown[-1].number == 1
    assert Act.REGENERATE in hand.bench.presenter.open.shown[-1].acts
    assert hand.steps == counted("Regenerate")[0]


def test_letting_two_talk(hand: Hand) -> None:
    with hand.bench.open_chat() as services:  # type: ignore[attr-defined] # a context manager
        for persona in (ANN, BOB):
            services.company.personas.add(persona)
    hand.click(hand.page.talk)
    chooser = hand.page.casting.chooser
    assert chooser is not None
    hand.choose(chooser, "Ann")
    hand.choose(chooser, "Bob")
    hand.click(chooser.start)
    hand.steps += 1
    hand.page.cast_bar.play.click()
    hand.bench.qtbot.waitUntil(lambda: len(hand.bench.presenter.open.shown) >= 3)
    hand.bench.presenter.stop()
    hand.bench.settle()
    assert hand.steps == counted("Let two talk")[0]


def test_finding_what_was_said(hand: Hand) -> None:
    for text in ("About the harbour", "About rain"):
        hand.bench.presenter.new()
        hand.bench.say(text)
    table = hand.bench.presenter.conversations.table
    hand.press("f", CTRL)
    hand.steps += 1  # the words; what is found meanwhile is chosen next
    hand.bench.qtbot.keyClicks(hand.page.panel.search, "harbour")
    hand.bench.qtbot.waitUntil(lambda: table.searching)
    hand.press(Qt.Key.Key_Return)
    assert hand.bench.said[0] == "About the harbour"
    assert hand.steps == counted("Find what was said")[0]


def test_changing_what_the_character_knows(hand: Hand) -> None:
    with hand.bench.open_chat() as services:  # type: ignore[attr-defined]
        ann = services.company.personas.add(ANN).id
    hand.bench.presenter.characters.begin([ann])
    hand.bench.settle()
    hand.page.input.field.setFocus()
    hand.press("k", CTRL)
    hand.write("The ferry leaves at noon.")
    with hand.bench.open_chat() as services:  # type: ignore[attr-defined]
        facts = FactStore(services.company.database).facts(hand.bench.presenter.open.id)
    assert "The ferry leaves at noon." in [fact.text for fact in facts]
    assert hand.steps == counted("Change what the character knows")[0]
