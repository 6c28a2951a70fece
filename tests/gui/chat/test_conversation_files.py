"""Chats that come in from files and go out to files, as a person has it done."""

import json
from collections.abc import Sequence
from pathlib import Path

import pytest
from PySide6.QtCore import Qt, QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QApplication, QFileDialog

from engine.chat.chat_files.read_chat import MOST_SAID
from engine.chat.chat_files.reading import read_chats
from engine.chat.chat_files.writing import ChatForm
from engine.chat.persona import Persona
from engine.errors import EngineError
from gui.chat.exchange_strip import SentencesDialog
from gui.chat.page import ChatPage
from tests.gui.chat.conftest import ANSWER, Bench
from tests.gui.chat.test_talks import drop

CTRL = Qt.KeyboardModifier.ControlModifier


def messages(file: Path, *firsts: str) -> Path:
    """A file of conversations, a line each."""
    lines = [json.dumps({"messages": [{"role": "user", "content": first},
                                      {"role": "assistant", "content": f"Re: {first}"}]})
             for first in firsts]
    file.write_text("\n".join(lines) + "\n", "utf-8")
    return file


def take(bench: Bench, page: ChatPage, *files: Path) -> None:
    page.files.take(files)
    bench.settle()


def say(bench: Bench, *texts: str) -> list[int]:
    """Conversations that begin with these words, in their order."""
    ids: list[int] = []
    for text in texts:
        bench.presenter.new()
        bench.say(text)
        ids.append(bench.presenter.open.id)
    return ids


def chosen_ids(page: ChatPage) -> list[int]:
    return page.panel.menu.ids


def save(bench: Bench, page: ChatPage, form: ChatForm, place: Path) -> None:
    """Goes on from the question for the form."""
    dialog = page.files.dialog
    assert dialog is not None
    dialog.buttons[form].click()
    dialog.go_on.click()
    places = page.findChildren(QFileDialog)[-1]
    places.fileSelected.emit(str(place))
    places.close()
    bench.settle()


# In

def test_chats_of_a_file_come_in_are_chosen_and_the_first_is_opened(
        bench: Bench, page: ChatPage, tmp_path: Path) -> None:
    take(bench, page, messages(tmp_path / "chats.jsonl", "About rain", "About sun"))
    assert sorted(bench.titles) == ["About rain", "About sun"]
    assert len(chosen_ids(page)) == 2 and bench.presenter.open.id in chosen_ids(page)
    assert bench.said[1].startswith("Re: ")
    assert page.exchange.isVisible()
    assert page.exchange.message.text() == "2 conversations came in."
    # WHEN it is undone, THEN they are gone, and that can be taken back as well
    page.exchange.undo.click()
    bench.settle()
    assert bench.titles == [] and not page.exchange.isVisible()
    bench.presenter.undo()
    bench.settle()
    assert len(bench.titles) == 2


def test_what_was_wrong_is_said_and_hides_nothing_else(
        bench: Bench, page: ChatPage, tmp_path: Path) -> None:
    good = messages(tmp_path / "good.jsonl", "About rain")
    good.write_text(good.read_text("utf-8") + "{broken\n", "utf-8")
    bad = tmp_path / "bad.json"
    bad.write_text("{}", "utf-8")
    take(bench, page, good, bad)
    assert bench.titles == ["About rain"] and bench.problems == []
    said = page.exchange.said.text()
    assert "good.jsonl: Line 2 is left out" in said
    assert "No conversation could be read from bad.json" in said
    page.exchange.close_button.click()
    assert not page.exchange.isVisible()


def test_many_sentences_are_read_apart(bench: Bench, page: ChatPage, tmp_path: Path) -> None:
    file = messages(tmp_path / "chats.jsonl", "About rain")
    file.write_text(file.read_text("utf-8") + "{broken\n" * (MOST_SAID + 5), "utf-8")
    take(bench, page, file)
    assert "And 19 more." in page.exchange.said.text()
    page.exchange.every.click()
    dialog = page.window().findChild(SentencesDialog)
    assert dialog is not None and dialog.isVisible()
    dialog.close()


def test_a_folder_brings_all_chats_in_it(bench: Bench, page: ChatPage, tmp_path: Path) -> None:
    inner = tmp_path / "chats" / "Nadia"
    inner.mkdir(parents=True)
    messages(inner / "a.jsonl", "One")
    messages(tmp_path / "chats" / "b.json", "Two")
    (inner / "face.png").write_bytes(b"no chat")
    take(bench, page, tmp_path / "chats")
    assert sorted(bench.titles) == ["One", "Two"] and page.exchange.said.text() == ""
    (tmp_path / "empty").mkdir()
    take(bench, page, tmp_path / "empty")
    assert page.exchange.message.text() == "No chat came in."


def test_stopping_keeps_what_came_in(bench: Bench, page: ChatPage, tmp_path: Path) -> None:
    exchange = page.files.exchange
    exchange.changed.connect(lambda: exchange.cancel() if exchange.came else None)
    page.files.take([messages(tmp_path / f"{n}.jsonl", f"Number {n}") for n in range(1_000)])
    bench.qtbot.waitUntil(lambda: not exchange.busy, timeout=20_000)
    bench.settle()
    assert exchange.arrived is not None and exchange.arrived.stopped
    assert 1 <= len(bench.titles) < 1_000
    assert len(bench.titles) == len(exchange.arrived.ids)
    assert page.exchange.message.text().startswith("Stopped. ")


def test_files_are_told_apart_by_what_is_in_them(
        bench: Bench, page: ChatPage, tmp_path: Path) -> None:
    # GIVEN a character and a chat that are called alike
    card = tmp_path / "Ann.json"
    card.write_text(json.dumps({"spec": "chara_card_v2", "spec_version": "2.0", "data": {
        "name": "Ann", "description": "She waits.", "first_mes": "You came."}}), "utf-8")
    chat = messages(tmp_path / "Bob.json", "Hello Bob")
    # WHEN both are let go over the page
    take(bench, page, card, chat)
    # THEN the chat is in the list, and a talk with the character is offered
    assert bench.titles == ["Hello Bob"]
    chooser = page.casting.chooser
    assert chooser is not None
    bench.qtbot.waitUntil(lambda: any(row.name == "Ann" for row in chooser.list.chosen))
    chooser.reject()


def test_personas_that_came_with_a_chat_leave_with_it(
        bench: Bench, page: ChatPage, tmp_path: Path) -> None:
    with bench.open_chat() as services:  # type: ignore[attr-defined] # a context manager
        ann = services.company.personas.add(Persona("Ann", greetings=("Hello.",))).id
        known = {row.id for row in services.company.personas.rows()}
        one = services.company.begin([ann]).id
    bench.presenter.conversations.refresh()
    bench.settle()
    page.files.save([one])
    save(bench, page, ChatForm.OURS, tmp_path / "ann.json")
    told = json.loads((tmp_path / "ann.json").read_text("utf-8"))
    told["setup"]["cast"][0]["persona"]["name"] = "Zoe"
    (tmp_path / "zoe.json").write_text(json.dumps(told), "utf-8")

    def personas() -> set[int]:
        with bench.open_chat() as services:  # type: ignore[attr-defined]
            return {row.id for row in services.company.personas.rows()}

    take(bench, page, tmp_path / "zoe.json")
    assert len(personas() - known) == 1
    page.exchange.undo.click()
    bench.settle()
    assert personas() == known


def test_only_one_exchange_at_a_time(bench: Bench, page: ChatPage, tmp_path: Path) -> None:
    file = messages(tmp_path / "chats.jsonl", "About rain")
    page.files.take([file])
    page.files.take([file])
    bench.settle()
    problem, = bench.problems
    assert isinstance(problem, EngineError) and bench.titles == ["About rain"]


def test_files_are_asked_for(bench: Bench, page: ChatPage, tmp_path: Path) -> None:
    menu = page.panel.more_menu()
    menu.actions()[0].trigger()
    dialog = page.findChild(QFileDialog)
    assert dialog is not None and ".jsonl" in dialog.nameFilters()[0]
    dialog.filesSelected.emit([str(messages(tmp_path / "chats.jsonl", "About rain"))])
    dialog.close()
    bench.settle()
    assert bench.titles == ["About rain"]


def test_a_folder_of_songs_is_left_to_the_window(
        bench: Bench, page: ChatPage, tmp_path: Path) -> None:
    songs, chats = tmp_path / "songs", tmp_path / "chats" / "Nadia"
    for folder in (songs, chats):
        folder.mkdir(parents=True)
        (folder / "Rain.txt").write_text("Rain on the roof", "utf-8")
    messages(chats / "a.jsonl", "One")
    assert not drop(page, songs)
    assert drop(page, tmp_path / "chats")
    bench.settle()
    assert bench.titles == ["One"] and "Rain.txt" in page.exchange.said.text()


def test_a_text_let_go_is_a_chat_if_people_talk_in_it(
        bench: Bench, page: ChatPage, tmp_path: Path) -> None:
    song, chat = tmp_path / "song.txt", tmp_path / "chat.txt"
    song.write_text("Rain on the roof\nand rain in my shoes", "utf-8")
    chat.write_text("You: Hello\nAnn: Hi\nYou: So late?", "utf-8")
    assert not drop(page, song) and drop(page, chat)
    bench.settle()
    assert bench.said == ["Hello", "Hi", "So late?"]


# Out

@pytest.mark.parametrize("form", list(ChatForm))
def test_a_conversation_is_saved_in_every_form(
        bench: Bench, page: ChatPage, tmp_path: Path, form: ChatForm) -> None:
    say(bench, "About rain")
    page.panel.list.setFocus()
    bench.qtbot.keyClick(QApplication.focusWidget(), "s", CTRL)
    place = tmp_path / f"talk{form.ending}"
    save(bench, page, form, place)
    assert "About rain" in place.read_text("utf-8")
    assert page.exchange.message.text() == f"Saved as {place}"
    if form is not ChatForm.MARKDOWN:
        first = read_chats(place).chats[0].conversation.path
        assert [message.text for message in first] == ["About rain", ANSWER]


def test_the_form_and_the_folder_are_remembered(
        bench: Bench, page: ChatPage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    say(bench, "About rain")
    page.files.save(page.panel.chosen())
    save(bench, page, ChatForm.TEXT, tmp_path / "talk.txt")
    page.files.save(page.panel.chosen())
    assert page.files.dialog is not None and page.files.dialog.form is ChatForm.TEXT
    page.files.dialog.accept()
    places = page.findChildren(QFileDialog)[-1]
    assert Path(places.directory().absolutePath()) == tmp_path
    places.close()
    opened: list[QUrl] = []
    monkeypatch.setattr(QDesktopServices, "openUrl", opened.append)
    page.exchange.folder.click()
    assert [Path(url.toLocalFile()) for url in opened] == [tmp_path]


def test_several_go_into_one_file_where_the_form_holds_them(
        bench: Bench, page: ChatPage, tmp_path: Path) -> None:
    ids = say(bench, "About rain", "About sun", "About snow")
    page.panel.menu.export_wanted.emit(ids)
    save(bench, page, ChatForm.OURS, tmp_path / "all.json")
    assert len(read_chats(tmp_path / "all.json").chats) == 3
    assert page.exchange.message.text().startswith("Saved 3 conversations: ")


def test_several_get_files_of_their_own_and_overwrite_none(
        bench: Bench, page: ChatPage, tmp_path: Path) -> None:
    say(bench, "About rain", "About rain", "About sun")
    (tmp_path / "About sun.txt").write_text("mine", "utf-8")
    page.panel.more_menu().actions()[-1].trigger()
    save(bench, page, ChatForm.TEXT, tmp_path)
    names = {file.name for file in tmp_path.glob("About*")}
    assert names == {"About rain.txt", "About rain 2.txt", "About sun.txt", "About sun 2.txt"}
    assert (tmp_path / "About sun.txt").read_text("utf-8") == "mine"


def test_a_place_that_cannot_be_written_gets_a_sentence(
        bench: Bench, page: ChatPage, tmp_path: Path) -> None:
    ids = say(bench, "About rain")
    page.files.save(ids)
    save(bench, page, ChatForm.TEXT, tmp_path / "nowhere" / "talk.txt")
    problem, = bench.problems
    assert isinstance(problem, EngineError) and "could not be written" in problem.message
    assert not page.exchange.isVisible() and not page.files.exchange.busy


def test_nothing_to_save_asks_nothing(bench: Bench, page: ChatPage) -> None:
    files: Sequence[int] = page.panel.chosen()
    page.files.save(files)
    assert files == [] and page.files.dialog is None
