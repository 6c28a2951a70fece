"""A prompt format is edited: checked while it is written, kept as a copy, taken back, brought
back."""

import pytest
from PySide6.QtCore import Qt

from engine.paths import AppPaths
from gui.chat.drawer import Leaf
from gui.chat.page import ChatPage
from gui.chat.prompt_editor import PromptEditor
from gui.chat.prompt_panel import PromptPanel
from tests.gui.chat.conftest import Bench
from tests.gui.chat.test_prompt_panel import begin_talk


@pytest.fixture
def panel(bench: Bench, page: ChatPage) -> PromptPanel:
    bench.presenter.models.make_ready()
    begin_talk(bench)
    page.show_drawer(True)
    shown = page.drawer.show_leaf(Leaf.PROMPT)
    assert isinstance(shown, PromptPanel)
    bench.settle()
    shown.prompt.choose("movie")
    bench.settle()
    return shown


def opened(bench: Bench, panel: PromptPanel) -> PromptEditor:
    panel.edit.click()
    bench.settle()
    editor = panel.editor
    assert editor is not None and editor.isVisible()
    return editor


def write(bench: Bench, editor: PromptEditor, old: str, new: str) -> None:
    editor.text.setPlainText(editor.text.toPlainText().replace(old, new))
    editor.check()
    bench.settle()


def test_what_is_written_is_checked_and_shown_at_once(bench: Bench, panel: PromptPanel) -> None:
    editor = opened(bench, panel)
    assert "###C###" in editor.preview.toPlainText() and not editor.save.isEnabled()
    assert "can be used" in editor.checked.text()
    write(bench, editor, "About: ", "Who they are: ")
    assert "Who they are: " in editor.preview.toPlainText() and editor.save.isEnabled()
    # WHEN it is broken, THEN a sentence says how, and it cannot be saved
    write(bench, editor, "{scenario}", "{szene}")
    assert "{szene}" in editor.checked.text() and not editor.save.isEnabled()
    write(bench, editor, 'form = "text"', 'form = [')
    assert "movie cannot be used" in editor.checked.text()
    editor.reject()


def test_a_copy_is_kept_and_the_shipped_one_comes_back(bench: Bench, panel: PromptPanel,
                                                       isolated_home: AppPaths) -> None:
    file = isolated_home.own_dialogue_formats / "movie.toml"
    editor = opened(bench, panel)
    write(bench, editor, "About: ", "Who they are: ")
    bench.qtbot.keyClick(editor.text, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    bench.settle()
    assert panel.editor is None and "Who they are: " in file.read_text("utf-8")
    assert panel.format.currentText() == "Movie style (your copy)"
    bench.say("Hello")
    assert "Who they are: " in bench.model.prompts[-1]
    # WHEN the shipped one is wanted again, THEN it holds, and the copy can be brought back
    editor = opened(bench, panel)
    editor.back.click()
    bench.settle()
    assert not file.exists() and "About: " in editor.text.toPlainText()
    assert not editor.back.isVisible() and editor.undo.isVisible()
    editor.undo.click()
    bench.settle()
    assert "Who they are: " in editor.text.toPlainText() and file.exists()
    editor.back.click()
    bench.settle()
    editor.reject()
    assert panel.undo.isVisible() and panel.format.currentText() == "Movie style"
    panel.undo.click()
    bench.settle()
    assert file.exists() and not panel.undo.isVisible()


def test_another_name_makes_another_format(bench: Bench, panel: PromptPanel,
                                           isolated_home: AppPaths) -> None:
    editor = opened(bench, panel)
    editor.name.setText("My movie")
    editor.check()
    editor.save.click()
    bench.settle()
    assert (isolated_home.own_dialogue_formats / "My movie.toml").exists()
    assert panel.format.currentText() == "My movie" and panel.prompt.name == "My movie"
    # WHEN it is deleted, THEN the talk is written by the model's own template, until undone
    editor = opened(bench, panel)
    assert editor.back.text() == "Delete this format"
    editor.back.click()
    bench.settle()
    assert panel.editor is None and panel.format.currentText() == "The model's own template"
    assert "My movie" not in [panel.format.itemText(n) for n in range(panel.format.count())]
    panel.undo.click()
    bench.settle()
    assert panel.format.currentText() == "My movie"


def test_a_name_that_is_none_is_refused_in_a_sentence(bench: Bench, panel: PromptPanel) -> None:
    editor = opened(bench, panel)
    editor.name.setText("../up")
    editor.check()
    editor.save.click()
    bench.settle()
    assert panel.editor is editor and "cannot be the name" in editor.said.text()
    assert editor.save.isEnabled()
    editor.reject()


def test_what_is_not_saved_is_only_thrown_away_by_cancel(bench: Bench,
                                                         panel: PromptPanel) -> None:
    editor = opened(bench, panel)
    write(bench, editor, "About: ", "Who: ")
    bench.qtbot.keyClick(editor.text, Qt.Key.Key_Escape)
    assert panel.editor is editor and "not saved" in editor.said.text()
    editor.leave.click()
    assert panel.editor is None
