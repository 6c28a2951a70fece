"""The leaf of facts beside a talk: what replies were given, and what the person does with facts."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QPushButton

from engine.chat.conversation import ChatMessage, Role
from engine.chat.fact import Fact, FactSource
from engine.chat.fact_store import FactStore
from engine.chat.lorebook import Lorebook, LoreEntry
from engine.chat.truth.reply_mark import MarkKind, ReplyMark
from gui.chat.drawer import Leaf
from gui.chat.fact_row import FactRow
from gui.chat.fact_words import drawn_text
from gui.chat.facts_panel import MANY, FactsPanel
from gui.chat.page import ChatPage
from tests.gui.chat.conftest import Bench
from tests.gui.chat.test_talks import ANN, BOB, put, talk_with

KEY = Qt.Key
BOAT = "Ann owns a boat."


@pytest.fixture
def panel(bench: Bench, page: ChatPage) -> FactsPanel:
    """Beside a talk with Ann, who owns a boat."""
    put(bench, ANN, BOB)
    talk_with(bench, page, "Ann Ray")
    return opened(bench, page)


def opened(bench: Bench, page: ChatPage) -> FactsPanel:
    page.show_drawer(True)
    made = page.drawer.show_leaf(Leaf.FACTS)
    assert isinstance(made, FactsPanel)
    bench.settle()
    page.activateWindow()
    bench.qtbot.waitUntil(page.isActiveWindow)
    return made


def stored(bench: Bench) -> list[Fact]:
    bench.settle()
    with bench.open_chat() as services:  # type: ignore[attr-defined] # a context manager
        return FactStore(services.company.database).facts(bench.presenter.open.id)


def offer(bench: Bench, *texts: str) -> None:
    """Puts facts there that wait for the person's word."""
    with bench.open_chat() as services:  # type: ignore[attr-defined] # a context manager
        for text in texts:
            FactStore(services.company.database).add(
                Fact(0, text, FactSource.TALK, bench.presenter.open.id, approved=False))


def said(bench: Bench, text: str, *marks: ReplyMark) -> ChatMessage:
    """A reply of Ann's in the store, with its marks, shown."""
    with bench.open_chat() as services:  # type: ignore[attr-defined] # a context manager
        store, one = services.store, bench.presenter.open.id
        leaf = store.conversation(one).leaf
        message = store.add_message(one, Role.ASSISTANT, text, leaf.id if leaf else None, "Ann")
        store.keep_marks(message.id, marks)
    bench.presenter.show(one)
    bench.settle()
    return message


def texts(rows: list[FactRow]) -> list[str]:
    return [row.fact.text for row in rows]


def row_of(panel: FactsPanel, text: str) -> FactRow:
    return next(row for row in panel.all.rows if row.fact.text == text)


def write(bench: Bench, panel: FactsPanel, text: str) -> None:
    bench.qtbot.keyClicks(panel.new.field, text)
    bench.qtbot.keyClick(panel.new.field, KEY.Key_Return)
    bench.settle()


def test_without_a_cast_it_says_how_to_begin(bench: Bench, page: ChatPage) -> None:
    panel = opened(bench, page)
    assert panel.alone.isVisible() and "Ctrl+T" in panel.alone.text()
    assert not panel.body.isVisible()


def test_a_reply_shows_what_it_was_given(bench: Bench, panel: FactsPanel) -> None:
    # GIVEN that the greeting was given nothing
    assert panel.reasons.none.isVisible() and texts(panel.all.rows) == [BOAT]
    # WHEN Ann replies
    bench.say("Do you own a boat?")
    # THEN the fact she was given stands above all others, with who knows it
    assert texts(panel.reasons.rows.rows) == [BOAT]
    assert "Ann knows it" in panel.reasons.rows.rows[0].about.text()
    assert panel.reasons.heading.text() == "For the last reply"


def test_what_it_was_given_is_shown_while_it_is_written(bench: Bench,
                                                       panel: FactsPanel) -> None:
    bench.half_said("Do you own a boat?")
    bench.qtbot.waitUntil(lambda: texts(panel.reasons.rows.rows) == [BOAT])
    # AND it stays where the reply is stopped
    bench.presenter.stop()
    bench.brake.let_go()
    bench.settle()
    assert texts(panel.reasons.rows.rows) == [BOAT]


def test_the_lore_a_reply_was_told_is_named(bench: Bench, panel: FactsPanel) -> None:
    book = Lorebook((LoreEntry(("boat",), "It leaks.", name="The boat"),
                     LoreEntry(("swan",), "It bites.", name="The swan")))
    with bench.open_chat() as services:  # type: ignore[attr-defined] # a context manager
        services.company.casts.set_lorebook(bench.presenter.open.id, book)
    assert not panel.reasons.lore.isVisible()
    bench.say("Do you own a boat?")
    assert panel.reasons.lore.text() == "Lore it was told: The boat"


def test_another_reply_can_be_asked_about(bench: Bench, page: ChatPage,
                                          panel: FactsPanel) -> None:
    greeting = bench.presenter.open.shown[0].id
    bench.say("Do you own a boat?")
    page.show_drawer(False)
    # WHEN it is asked why the greeting is as it is
    page.transcript.act_wanted.emit("why", greeting)
    bench.settle()
    # THEN the drawer shows that one
    assert panel.isVisible() and panel.reasons.heading.text() == "For this reply"
    assert "Hello" in panel.reasons.said.text() and panel.reasons.none.isVisible()
    # AND the way back is there
    panel.reasons.back.click()
    bench.settle()
    assert texts(panel.reasons.rows.rows) == [BOAT] and not panel.reasons.back.isVisible()


def test_a_fact_is_added_by_keys_alone(bench: Bench, page: ChatPage, panel: FactsPanel) -> None:
    panel.setFocus(Qt.FocusReason.ShortcutFocusReason)
    assert panel.new.field.hasFocus() and not panel.new.add.isEnabled()
    write(bench, panel, "  It rains.")
    panel.new.whom.setCurrentIndex(1)
    write(bench, panel, "The key is red.")
    ann = bench.presenter.cast.setup.cast[0].persona_id
    assert [(f.text, f.heard_by, f.persona_id) for f in stored(bench)[1:]] == [
        ("It rains.", None, None), ("The key is red.", (ann,), ann)]
    assert panel.new.field.hasFocus() and panel.heading.text() == "All facts (3)"
    # AND an empty one is none
    write(bench, panel, "   ")
    assert len(stored(bench)) == 3


def test_a_fact_is_edited_where_it_stands(bench: Bench, panel: FactsPanel) -> None:
    row = row_of(panel, BOAT)
    row.buttons["edit"].click()
    assert row.field is not None and row.field.hasFocus() and row.field.toPlainText() == BOAT
    # Escape leaves it, and only the field
    bench.qtbot.keyClicks(row.field, "Nonsense")
    bench.qtbot.keyClick(row.field, KEY.Key_Escape)
    assert row.field is None and row.buttons["edit"].hasFocus() and row.words.isVisible()
    row.buttons["edit"].click()
    bench.qtbot.keyClicks(row.field, "Ann owns a red boat.")
    bench.qtbot.keyClick(row.field, KEY.Key_Return)
    assert [fact.text for fact in stored(bench)] == ["Ann owns a red boat."]
    assert texts(panel.all.rows) == ["Ann owns a red boat."]
    assert QApplication.focusWidget() is panel.all.rows[0].buttons["edit"]


def test_a_field_that_is_open_outlives_other_changes(bench: Bench, panel: FactsPanel) -> None:
    row = row_of(panel, BOAT)
    row.buttons["edit"].click()
    bench.qtbot.keyClicks(row.field, "Ann owns a r")
    panel.facts.add("It rains.")
    bench.say("Hello.")
    assert row_of(panel, BOAT) is row and row.field is not None
    assert row.field.hasFocus() and row.field.toPlainText() == "Ann owns a r"
    assert texts(panel.all.rows) == [BOAT, "It rains."]


def test_what_is_forgotten_comes_back(bench: Bench, panel: FactsPanel) -> None:
    write(bench, panel, "It rains.")
    row_of(panel, BOAT).buttons["forget"].click()
    assert [fact.text for fact in stored(bench)] == ["It rains."]
    assert panel.news.removed.text() == "Forgot 1 fact"
    panel.news.undo.click()
    assert [fact.text for fact in stored(bench)] == [BOAT, "It rains."]
    assert not panel.news.isVisible()


def test_the_keys_take_back_what_was_done_to_facts_in_its_turn(
        bench: Bench, page: ChatPage, panel: FactsPanel) -> None:
    # GIVEN a message edited, then a fact forgotten and another one added
    bench.say("Do you own a boat?")
    asked = next(message for message in bench.presenter.open.shown if message.mine)
    bench.presenter.edit(asked.id, "Do you sail?", False, True)
    bench.settle()
    row_of(panel, BOAT).buttons["forget"].click()
    bench.settle()
    write(bench, panel, "It rains.")
    bench.settle()
    assert panel.new.field.hasFocus()
    # WHEN the keys are pressed again and again, THEN each comes back, the last first
    for facts, words in (([], "Do you sail?"), ([BOAT], "Do you sail?"),
                         ([BOAT], "Do you own a boat?")):
        bench.presenter.undo()
        bench.settle()
        assert [fact.text for fact in stored(bench)] == facts and words in bench.said
    assert not panel.news.isVisible()


def test_what_a_reply_was_given_and_is_forgotten_is_counted(
        bench: Bench, panel: FactsPanel) -> None:
    bench.say("Do you own a boat?")
    panel.reasons.rows.rows[0].buttons["forget"].click()
    bench.settle()
    assert panel.reasons.rows.rows == [] and not panel.reasons.none.isVisible()
    assert panel.reasons.lost.text() == "1 fact it was given is forgotten now."


def test_a_pinned_one_stands_first(bench: Bench, panel: FactsPanel) -> None:
    write(bench, panel, "It rains.")
    row_of(panel, "It rains.").buttons["pin"].click()
    bench.settle()
    assert texts(panel.all.rows) == ["It rains.", BOAT]
    assert panel.all.rows[0].about.text().startswith("Pinned")
    panel.all.rows[0].buttons["pin"].click()
    assert not any(fact.pinned for fact in stored(bench))


def test_who_knows_a_fact_can_be_said(bench: Bench, page: ChatPage, panel: FactsPanel) -> None:
    bob = next(row.id for row in bench.presenter.characters.rows if row.name == "Bob Hill")
    bench.presenter.cast.add([bob])
    bench.settle()
    menu = row_of(panel, BOAT).menu()
    everyone, _, ann, other = menu.actions()
    assert [a.isChecked() for a in (everyone, ann, other)] == [False, True, False]
    # What is of Ann's own life she knows
    assert not ann.isEnabled()
    other.trigger()
    assert bob in (stored(bench)[0].heard_by or ())
    assert "Ann and Bob know it" in row_of(panel, BOAT).about.text()
    row_of(panel, BOAT).menu().actions()[0].trigger()
    assert stored(bench)[0].heard_by is None


def test_many_facts_can_be_searched(bench: Bench, panel: FactsPanel) -> None:
    assert not panel.search.isVisible()
    for number in range(MANY):
        panel.facts.add(f"Fact {number} is so.")
    bench.settle()
    assert panel.search.isVisible()
    bench.qtbot.keyClicks(panel.search, "so 3")
    assert texts(panel.all.rows) == ["Fact 3 is so."]
    bench.qtbot.keyClicks(panel.search, " nothing")
    assert panel.none.isVisible() and panel.none.text() == "No fact holds these words."


def test_of_very_many_more_is_shown_on_request(bench: Bench, panel: FactsPanel) -> None:
    with bench.open_chat() as services:  # type: ignore[attr-defined] # a context manager
        store = FactStore(services.company.database)
        with services.company.database.transaction():
            for number in range(100):
                store.add(Fact(0, f"Fact {number}.", FactSource.TALK, bench.presenter.open.id))
    panel.facts.read()
    bench.settle()
    assert len(panel.all.rows) == 30 and panel.all.more.text() == "Show more (71)"
    panel.all.more.click()
    assert len(panel.all.rows) == 60
    assert panel.all.rows[30].isAncestorOf(QApplication.focusWidget())


class TestOffered:
    def test_one_is_kept_and_one_discarded(self, bench: Bench, panel: FactsPanel) -> None:
        offer(bench, "Ann sings.", "Ann limps.", "Ann rows.")
        panel.facts.read()
        bench.settle()
        assert panel.offered_heading.text() == "Are these so? (3)"
        panel.offered.rows[0].buttons["keep"].click()
        bench.settle()
        panel.offered.rows[0].buttons["forget"].click()
        assert [(f.text, f.approved) for f in stored(bench)] == [
            (BOAT, True), ("Ann sings.", True), ("Ann rows.", False)]
        # AND what was discarded comes back as offered
        panel.news.undo.click()
        bench.settle()
        assert texts(panel.offered.rows) == ["Ann limps.", "Ann rows."]

    def test_all_are_kept(self, bench: Bench, panel: FactsPanel) -> None:
        offer(bench, "Ann sings.", "Ann limps.")
        panel.facts.read()
        bench.settle()
        panel.keep_all.click()
        assert all(fact.approved for fact in stored(bench))
        assert not panel.offer.isVisible()


    def test_the_keyboard_goes_on_to_the_next_and_then_to_the_field(
            self, bench: Bench, panel: FactsPanel) -> None:
        # GIVEN two that wait, and the keyboard on keeping the first
        offer(bench, "Ann sings.", "Ann limps.")
        panel.facts.read()
        bench.settle()
        for text in ("Ann sings.", "Ann limps."):
            keep = panel.offered.rows[0].buttons["keep"]
            assert texts(panel.offered.rows)[0] == text
            keep.setFocus()
            # WHEN it is kept by keys
            bench.qtbot.keyClick(keep, KEY.Key_Space)
            bench.settle()
            # THEN the next can be kept at once
            assert not panel.offered.rows or panel.offered.rows[0].buttons["keep"].hasFocus()
        # AND after the last one another fact can be written
        assert panel.new.isAncestorOf(QApplication.focusWidget())


@pytest.mark.parametrize(("sentences", "offered", "known", "told"), [
    (1, 0, 0, "Nothing new was found in 1 sentence."),
    (4, 0, 2, "Nothing new was found in 4 sentences."),
    (4, 1, 1, "1 fact was found. 1 more was known."),
    (4, 2, 0, "2 facts were found.")])
def test_what_drawing_brought_is_said_in_right_numbers(sentences: int, offered: int, known: int,
                                                       told: str) -> None:
    assert drawn_text(sentences, offered, known) == told


class TestDrawing:
    def test_what_was_said_is_offered(self, bench: Bench, panel: FactsPanel) -> None:
        said(bench, "I own a red kite. I keep bees.")
        bench.model._answer = lambda prompt: (
            "Ann owns a red kite." if prompt.rstrip().endswith("red kite.<|im_end|>\n"
                                                               "<|im_start|>assistant") else "")
        panel.draw.draw.click()
        assert panel.draw.stop.isVisible() and not panel.draw.draw.isVisible()
        bench.settle()
        assert texts(panel.offered.rows) == ["Ann owns a red kite."]
        assert panel.draw.news.text() == "1 fact was found."
        assert panel.draw.draw.isVisible() and not stored(bench)[-1].approved

    def test_where_nothing_was_told_it_says_so(self, bench: Bench, panel: FactsPanel) -> None:
        panel.draw.draw.click()
        bench.settle()
        assert panel.draw.news.text().startswith("Nobody has told anything new")

    def test_it_can_be_stopped_and_gives_way_to_a_reply(self, bench: Bench,
                                                         panel: FactsPanel) -> None:
        said(bench, "I own a red kite. I keep bees.")
        for end in (panel.draw.stop.click, lambda: bench.presenter.send("Well?")):
            bench.brake.hold_after(3)
            panel.draw.draw.click()
            bench.qtbot.waitUntil(bench.brake.reached.is_set)
            end()
            bench.brake.let_go()
            bench.settle()
            assert not panel.drawing.busy and panel.draw.news.text().startswith("Stopped.")

    def test_how_it_went_is_told_in_its_own_talk_only(self, bench: Bench, page: ChatPage,
                                                      panel: FactsPanel) -> None:
        # GIVEN a talk whose facts are being drawn
        said(bench, "I own a red kite. I keep bees.")
        bench.brake.hold_after(3)
        panel.draw.draw.click()
        bench.qtbot.waitUntil(bench.brake.reached.is_set)
        # WHEN another talk is begun meanwhile
        bench.presenter.characters.begin([panel.facts.setup.cast[0].persona_id])
        bench.qtbot.waitUntil(lambda: panel.draw.news.text() == "" and not bench.desk.busy)
        bench.brake.let_go()
        bench.settle()
        # THEN nothing is said there of what was stopped here
        assert not panel.drawing.busy and panel.draw.news.text() == ""


class TestMarks:
    TEXT = "I live in Leith. I row."

    def test_they_stand_beneath_the_reply_and_can_be_acted_on(
            self, bench: Bench, page: ChatPage, panel: FactsPanel) -> None:
        # GIVEN a reply that says something nobody knows
        mark = ReplyMark(MarkKind.INVENTION, 0, 16, "I live in Leith.",
                         "Nothing that Ann knows says so.")
        message = said(bench, self.TEXT, mark)
        line = "? Nothing that Ann knows says so. (“I live in Leith.”)"
        assert bench.presenter.open.shown[-1].marks == (line,)
        # WHEN it is made a fact
        again, keep = panel.reasons.marks[0].findChildren(QPushButton)
        keep.click()
        # THEN it stands in the field, for Ann alone, to be put right
        assert panel.new.field.words == "I live in Leith."
        assert panel.new.whom.currentText() == "Only Ann knows it"
        # AND another answer has no mark
        again.click()
        bench.settle()
        shown = bench.presenter.open.shown[-1]
        assert (shown.number, shown.of, shown.marks) == (2, 2, ()) and shown.id != message.id

    def test_the_fact_it_goes_against_can_be_edited(self, bench: Bench,
                                                    panel: FactsPanel) -> None:
        number = stored(bench)[0].id
        said(bench, self.TEXT, ReplyMark(MarkKind.CONTRADICTION, 0, 16, "I live in Leith.",
                                         f"Ann knows otherwise: {BOAT}", number))
        assert bench.presenter.open.shown[-1].marks[0].startswith("≠")
        _, edit = panel.reasons.marks[0].findChildren(QPushButton)
        edit.click()
        assert row_of(panel, BOAT).field is not None

    def test_they_are_those_of_the_open_talk(self, bench: Bench, panel: FactsPanel) -> None:
        said(bench, self.TEXT, ReplyMark(MarkKind.INVENTION, 0, 1, "I", "No."))
        assert bench.presenter.open.marks
        bench.presenter.new()
        bench.settle()
        assert not bench.presenter.open.marks and panel.alone.isVisible()


def test_a_change_that_cannot_be_made_is_said(bench: Bench, panel: FactsPanel) -> None:
    panel.facts.pin(9999, True)
    bench.settle()
    assert "no longer there" in panel.news.said.text()
    assert bench.problems == []


def test_it_reads_nothing_while_it_is_hidden(bench: Bench, page: ChatPage,
                                             panel: FactsPanel) -> None:
    page.drawer.show_leaf(Leaf.MODEL)
    offer(bench, "Ann sings.")
    bench.say("Hello.")
    assert panel.facts.offered == ()
    page.drawer.show_leaf(Leaf.FACTS)
    bench.settle()
    assert texts(panel.offered.rows) == ["Ann sings."]
