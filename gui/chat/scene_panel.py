"""The leaf of the scene: where the open talk takes place, who is in it, in which order, which lore.

Shows what `OpenScene` holds and hands every change to it; reads nothing while it is hidden.
"""

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QLineEdit, QVBoxLayout, QWidget

from engine.chat.talk import TurnOrder
from gui.chat.cast_rows import CastRows
from gui.chat.editor_sheet import add_field
from gui.chat.lore_section import LoreSection
from gui.chat.note_field import NoteField
from gui.chat.open_scene import OpenScene, Part
from gui.chat.part_news import PartNews
from gui.chat.persona_colours import colours_of
from gui.chat.presenter import ChatPresenter
from gui.chat.scene_section import SceneSection
from gui.controls import Choice, Number
from gui.icons import IconSource
from gui.text_line import text_line
from gui.theme import GAP, SPACE, ThemeSource

if TYPE_CHECKING:
    from gui.chat.scene_editor import SceneEditor, SceneWritten

_LONGEST_PAUSE = 600


class ScenePanel(QWidget):
    """Without a cast it says how to begin a talk."""

    def __init__(self, presenter: ChatPresenter, theme_source: ThemeSource, icons: IconSource,
                 parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._presenter = presenter
        self._of = presenter.open.id
        self.editor: SceneEditor | None = None
        self.talk = OpenScene(presenter, self)
        self.alone = text_line("quiet", self.tr(
            "Scenes are for talks with characters. Press New talk with… above, or Ctrl+T, to begin"
            " one."))
        self.news = {part: PartNews() for part in Part}
        self.scene, self.note, self.lore = SceneSection(), NoteField(), LoreSection()
        self.person, self.cast = QLineEdit(), CastRows(theme_source)
        self.order = Choice([
            (TurnOrder.NATURAL, self.tr("Whoever fits")), (TurnOrder.ROUND, self.tr("In order")),
            (TurnOrder.HAND, self.tr("By hand"))],
            self.talk.set_order)
        self.pause = Number(0, _LONGEST_PAUSE, 1, self.tr(" s"), self.talk.set_pause,
                            self.tr("a moment"))
        self.body, self.turns = QWidget(), QWidget()
        self._lay_out()
        self._connect()
        self._follow_opened()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if not event.spontaneous():
            self._presenter.characters.load()
            self.refresh()

    def flush(self) -> None:
        """Hands on what was typed a moment ago, to the talk it was typed in."""
        self.scene.scenario.flush()
        self.note.flush()
        self._name_person()

    def refresh(self) -> None:
        """Shows what holds now."""
        if not self.isVisible():
            return
        setup, characters = self.talk.setup, self._presenter.characters
        self.alone.setVisible(not setup.cast)
        self.body.setVisible(bool(setup.cast))
        for part, news in self.news.items():
            news.show_removed(self.talk.removed(part))
        self.scene.show_scene(setup.scene)
        self.scene.offer(characters.scenes)
        self.note.show_note(self.talk.note)
        if not self.person.hasFocus():
            self.person.setText(setup.person)
        known = [characters.named(member.persona_id) for member in setup.cast]
        colours = colours_of(setup)
        self.cast.show_cast(setup.cast, [colours[name] for name in setup.names],
                            [one.face if one else None for one in known],
                            setup.turn_order is TurnOrder.NATURAL)
        self.turns.setVisible(len(setup.cast) > 1)
        self.order.show_value(setup.turn_order)
        self.pause.show_value(round(setup.pause_seconds))
        self.lore.show_setup(setup)

    def edit(self) -> None:
        """Opens the editor on the talk's own scene, an empty one where there is none."""
        from gui.chat.scene_editor import SceneEditor

        if self.editor is not None:
            return
        self.flush()
        editor = self.editor = SceneEditor(self.talk.sheet, self._presenter.characters.rows,
                                           of_talk=True, parent=self.window())
        editor.kept.connect(self._keep)
        editor.finished.connect(self._forget_editor)
        editor.setWindowModality(Qt.WindowModality.WindowModal)
        editor.open()

    def _keep(self, written: "SceneWritten") -> None:
        editor = self.editor
        if editor is not None:
            self.talk.write(written.scene, written.for_others, editor.leave_saved, editor.stay)

    def _forget_editor(self) -> None:
        self.editor = None
        self._presenter.characters.load()

    def _connect(self) -> None:
        talk, section = self.talk, self.scene
        section.chosen.connect(talk.choose)
        section.left.connect(talk.take_away)
        section.edit_wanted.connect(self.edit)
        section.written.connect(lambda text: talk.set_scenario(text, self._of))
        self.note.changed.connect(lambda: talk.set_note(self.note.note, self._of))
        self.person.editingFinished.connect(self._name_person)
        self.cast.moved.connect(talk.reorder)
        self.cast.muted.connect(talk.mute)
        self.cast.shared.connect(talk.set_talkativeness)
        self.cast.left.connect(self._presenter.cast.remove)
        self.lore.taken.connect(talk.take_lorebook)
        self.lore.removed.connect(talk.remove_lorebook)
        talk.changed.connect(self.refresh)
        talk.said.connect(lambda part, sentence: self.news[part].say(sentence))
        for part, news in self.news.items():
            news.undone.connect(partial(talk.undo, part))
        self._presenter.characters.changed.connect(self.refresh)
        self._presenter.open.opened.connect(self._follow_opened)

    def _follow_opened(self) -> None:
        self.flush()
        self._of = self.talk.id
        for news in self.news.values():
            news.say("")
        self.refresh()

    def _name_person(self) -> None:
        name = " ".join(self.person.text().split())
        if self.person.isModified():
            self.person.setModified(False)
            self.talk.set_person(name, self._of)

    def _lay_out(self) -> None:
        self.person.setPlaceholderText(self.tr("Friend"))
        turns = QVBoxLayout(self.turns)
        turns.setContentsMargins(0, 0, 0, 0)
        turns.setSpacing(SPACE // 2)
        add_field(turns, self.tr("Who speaks next"), self.order)
        add_field(turns, self.tr("Pause between turns"), self.pause, self.tr(
            "When they talk by themselves."))
        inside = QVBoxLayout(self.body)
        inside.setContentsMargins(0, 0, 0, 0)
        inside.setSpacing(SPACE // 2)
        self._section(inside, "", self.news[Part.SCENE], self.scene)
        self._section(inside, self.tr("Author's note"), self.note)
        self._section(inside, self.tr("Cast"), self.news[Part.CAST], self.cast,
                      self.turns)
        self._section(inside, self.tr("Your name in this talk"), self.person)
        self._section(inside, self.tr("Lore"), self.news[Part.LORE], self.lore)
        self.person.setAccessibleName(self.tr("Your name in this talk"))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACE)
        column.addWidget(self.alone)
        column.addWidget(self.body)
        column.addStretch(1)

    def _section(self, column: QVBoxLayout, words: str, *widgets: QWidget) -> None:
        if column.count():
            column.addSpacing(GAP)
        if words:
            column.addWidget(text_line("heading", words))
        for widget in widgets:
            column.addWidget(widget)
