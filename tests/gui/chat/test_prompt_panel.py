"""The prompt as a person looks at it: which format, what fills the window, the exact text."""

import pytest
from PySide6.QtGui import QGuiApplication

from engine.chat.persona import Persona
from engine.chat.prompt_budget import PromptBudget
from engine.chat.prompts.writing import PromptPart
from engine.errors import EngineError
from engine.paths import AppPaths
from gui.chat.drawer import Leaf
from gui.chat.page import ChatPage
from gui.chat.prompt_panel import PromptPanel
from gui.chat.prompt_view import PromptView
from gui.chat.token_bar import shares_of
from tests.gui.chat.conftest import Bench

ANN = Persona("Ann Ray", nickname="Ann", description="Rows boats.", traits="calm",
              greetings=("Hello.",), facts=("Ann owns a boat.",))


def begin_talk(bench: Bench) -> None:
    with bench.open_chat() as services:  # type: ignore[attr-defined] # a context manager
        number = services.company.personas.add(ANN).id
    bench.presenter.characters.begin([number])
    bench.settle()


def measured(bench: Bench) -> None:
    bench.presenter.measure()
    view = bench.presenter.meter.view
    bench.qtbot.waitUntil(lambda: bench.presenter.meter.view is not view)
    bench.settle()


@pytest.fixture
def panel(bench: Bench, page: ChatPage) -> PromptPanel:
    """The leaf, shown."""
    bench.presenter.models.make_ready()
    bench.settle()
    page.show_drawer(True)
    shown = page.drawer.show_leaf(Leaf.PROMPT)
    assert isinstance(shown, PromptPanel)
    bench.settle()
    return shown


def test_with_nothing_said_the_leaf_says_what_will_be_here(bench: Bench,
                                                           panel: PromptPanel) -> None:
    bench.qtbot.waitUntil(lambda: bench.presenter.meter.view is not None)
    assert panel.why.isVisible() and "As you write" in panel.why.text()
    assert not panel.text.isVisible() and not panel.format.isEnabled()


def test_a_plain_talk_shows_its_prompt_and_what_is_typed(bench: Bench, page: ChatPage,
                                                         panel: PromptPanel) -> None:
    bench.presenter.open.set_system_prompt("Be brief.")
    bench.say("Hello")
    page.input.field.setPlainText("And rain?")
    bench.qtbot.waitUntil(lambda: "And rain?" in panel.text.toPlainText())
    assert "Be brief." in panel.text.toPlainText() and not panel.edit.isVisible()
    shares = {share.kind: share.tokens for share in panel.bar.shares}
    assert shares["persona"] == len("Be brief.") and shares["turns"] > 5
    window = bench.model.window
    assert sum(shares.values()) == window and f"{window:,}".replace(
        ",", "\u202f") in panel.filled.text()
    panel.copy.click()
    assert QGuiApplication.clipboard().text() == panel.text.toPlainText()


def test_it_says_why_there_is_no_prompt(bench: Bench, panel: PromptPanel) -> None:
    bench.say("Hello")
    bench.trouble.append(EngineError("The model is damaged.", "Fetch it again."))
    bench.presenter.measure()
    bench.qtbot.waitUntil(
        lambda: panel.why.text() == "The model is damaged. Fetch it again.")
    assert panel.why.isVisible()
    bench.trouble.clear()
    bench.presenter.measure()
    bench.qtbot.waitUntil(lambda: not panel.why.isVisible())


def test_a_format_is_chosen_and_used_from_the_next_reply_on(bench: Bench,
                                                            panel: PromptPanel) -> None:
    begin_talk(bench)
    measured(bench)
    assert [panel.format.itemText(n) for n in range(panel.format.count())] == [
        "The model's own template", "Movie style", "Plain role-play", "SODA style"]
    assert "<|im_start|>" in panel.text.toPlainText() and panel.edit.isVisible()
    panel.format.setCurrentIndex(1)
    panel.format.activated.emit(1)
    bench.settle()
    bench.qtbot.waitUntil(lambda: "###P###" in panel.text.toPlainText())
    assert panel.bar.shares[0].words == "Persona" and "Facts" in [
        share.words for share in panel.bar.shares]
    bench.say("Where is the boat?")
    assert "###C###" in bench.model.prompts[-1]
    # THEN the talk keeps it
    one = bench.presenter.open.id
    bench.presenter.new()
    bench.settle()
    assert panel.format.currentText() == "The model's own template"
    bench.presenter.show(one)
    bench.settle()
    assert panel.format.currentText() == "Movie style"


def test_a_broken_format_says_what_is_wrong_with_it(bench: Bench, panel: PromptPanel,
                                                    isolated_home: AppPaths) -> None:
    folder = isolated_home.own_dialogue_formats
    folder.mkdir(parents=True)
    (folder / "mine.toml").write_text('form = "text"\nhead = "{nobody}"\nperson = "{name}"')
    begin_talk(bench)
    panel.prompt.load()
    bench.settle()
    panel.prompt.choose("mine")
    bench.settle()
    bench.qtbot.waitUntil(lambda: "{nobody}" in panel.why.text())
    assert panel.why.isVisible() and panel.format.currentText() == "mine"
    assert panel.edit.isVisible()


def test_it_reads_nothing_while_it_is_hidden(bench: Bench, page: ChatPage,
                                             panel: PromptPanel) -> None:
    page.show_drawer(False)
    bench.say("Hello")
    assert "Hello" not in panel.text.toPlainText()
    page.show_drawer(True)
    bench.qtbot.waitUntil(lambda: "Hello" in panel.text.toPlainText())


def test_the_window_at_full_size_follows(bench: Bench, page: ChatPage,
                                         panel: PromptPanel) -> None:
    bench.say("Hello")
    bench.qtbot.waitUntil(lambda: panel.larger.isVisible())
    panel.larger.click()
    full = panel.full
    assert full is not None
    page.input.field.setPlainText("More words")
    bench.qtbot.waitUntil(lambda: "More words" in full.text.toPlainText())
    full.close()
    assert panel.full is None


def test_what_found_no_room_is_said_by_name(bench: Bench, panel: PromptPanel) -> None:
    bench.say("Hello")
    bench.settle()
    parts = (PromptPart("persona", "Ann", "", 50), PromptPart("lore", "The mill", "", 30, False),
             PromptPart("lore", "The dam", "", 1200, False),
             PromptPart("turns", "Earlier turns", "", 400, False),
             PromptPart("turns", "Turns", "", 40))
    bench.presenter.meter.show_prompt(
        PromptBudget(200, 100, 60, 1700, dropped=3), "text", parts)
    words = panel.dropped.text()
    assert "The 3 oldest messages" in words
    assert "Left out, 1\u202f230 tokens in all: The mill, The dam." in words
    assert "Persona: 50" in panel.bar.accessibleName()


def test_shares_are_the_whole_window_even_where_seams_count_twice() -> None:
    parts = (PromptPart("persona", "Ann", "", 60), PromptPart("turns", "Turns", "", 50))
    shares = shares_of(PromptView(PromptBudget(200, 100, 60, 100), "", parts))
    assert [(share.kind, share.tokens) for share in shares] == [
        ("persona", 60), ("turns", 50), ("reply", 60), ("free", 40)]
