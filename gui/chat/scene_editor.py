"""The window in which a scene is written: where a talk takes place, what is so there, who is in it,
its first words."""

from collections.abc import Sequence
from dataclasses import dataclass

import msgspec
from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QLineEdit, QWidget

from engine.chat.scene import Scene
from gui.chat.characters import Character
from gui.chat.editor_sheet import EditorSheet, FieldRow, lines_in, parts_in, text_area
from gui.chat.note_field import NoteField
from gui.chat.spoken_lines import SpokenLines
from gui.controls import Switch
from gui.menu_button import MenuButton
from gui.text_line import text_line
from gui.theme import SPACE

_LINES = 5


@dataclass(frozen=True, slots=True)
class SceneWritten:
    """What was written; `for_others`: other talks are to have it too."""

    scene: Scene
    for_others: bool = False


class SceneEditor(EditorSheet):
    """`kept` carries a SceneWritten to be stored. `of_talk`: it is the open talk's own copy, which
    needs no title unless other talks are to have it too."""

    kept = Signal(object)

    def __init__(self, scene: Scene, characters: Sequence[Character], of_talk: bool = False,
                 parent: QWidget | None = None) -> None:
        super().__init__("scene-editor", "", parent)
        self.setWindowTitle(self._named(scene, of_talk))
        self._scene = scene
        self._of_talk = of_talk
        self.title, self.mode, self.mood = QLineEdit(), QLineEdit(), QLineEdit()
        self.keywords = QLineEdit()
        self.scenario, self.facts = text_area(_LINES), text_area(_LINES)
        self.cast = CastField(characters)
        self.opening = SpokenLines()
        self.note = NoteField()
        self.for_others: QCheckBox = Switch(self.tr("Keep it for other talks too"),
                                            lambda _: self.refresh())
        self.for_others.setVisible(of_talk)
        self.source = text_line("meta", scene.source)
        self.lay_out(self._rows(), self.for_others)
        self._show(scene)
        self._before = self.written
        self.title.textChanged.connect(self.refresh)
        self.cast.field.textChanged.connect(self._offer_speakers)
        self._offer_speakers()
        self.refresh()
        (self.scenario if of_talk else self.title).setFocus()

    @property
    def complete(self) -> bool:
        """A title is all that is needed, and that only in the library."""
        needed = not self._of_talk or self.for_others.isChecked()
        return bool(self.title.text().strip()) or not needed

    @property
    def changed(self) -> bool:
        return self.written != self._before

    @property
    def written(self) -> Scene:
        """The scene as it stands in the fields."""
        return msgspec.structs.replace(
            self._scene, title=" ".join(self.title.text().split()),
            scenario=self.scenario.toPlainText(), facts=lines_in(self.facts),
            keywords=parts_in(self.keywords.text()), mode=" ".join(self.mode.text().split()),
            mood=" ".join(self.mood.text().split()), cast=self.cast.names,
            opening=self.opening.lines, authors_note=self.note.note)

    @property
    def outcome(self) -> Scene:
        """What is stored: as it was written, and what nobody touched exactly as it came."""
        written = self.written
        return msgspec.structs.replace(written, **{
            field: getattr(self._scene, field) for field in Scene.__struct_fields__
            if getattr(written, field) == getattr(self._before, field)})

    def refresh(self) -> None:
        super().refresh()
        self.title.setPlaceholderText("" if self.complete else self.tr("It needs a title"))

    def store(self) -> None:
        self.kept.emit(SceneWritten(self.outcome, self.for_others.isChecked()))

    def _named(self, scene: Scene, of_talk: bool) -> str:
        if of_talk:
            return self.tr("The scene of this talk")
        return self.tr("Edit the scene") if scene.title else self.tr("New scene")

    def _show(self, scene: Scene) -> None:
        for field, text in ((self.title, scene.title), (self.mode, scene.mode),
                            (self.mood, scene.mood), (self.keywords, ", ".join(scene.keywords)),
                            (self.cast.field, ", ".join(scene.cast))):
            field.setText(text)
            field.setCursorPosition(0)
        self.scenario.setPlainText(scene.scenario)
        self.facts.setPlainText("\n".join(scene.facts))
        self.opening.show_lines(scene.opening)
        self.note.show_note(scene.authors_note)

    def _offer_speakers(self) -> None:
        self.opening.offer_speakers(self.cast.called)

    def _rows(self) -> list[FieldRow]:
        rows: list[FieldRow] = [
            (self.tr("Title"), self.title, ""),
            (self.tr("Scenario"), self.scenario, self.tr("Where they are, and what happens.")),
            (self.tr("Kind"), self.mode, self.tr("In a word or two, such as: comedy, quarrel.")),
            (self.tr("Mood"), self.mood, self.tr("How it feels, such as: tense, then kind.")),
            (self.tr("Cast"), self.cast, self.tr(
                "Who it was written for, with commas between. Anybody can play it.")),
            (self.tr("Facts"), self.facts, self.tr(
                "What is so here and everyone knows: one sentence a line.")),
            (self.tr("Keywords"), self.keywords, self.tr(
                "What it should touch on, with commas between.")),
            (self.tr("Opening lines"), self.opening, self.tr(
                "How a talk begins. Without any, the first of the cast greets.")),
            (self.tr("Author's note"), self.note, ""),
        ]
        return [*rows, (self.tr("Made from"), self.source, "")] if self._scene.source else rows


class CastField(QWidget):
    """Names with commas between; the characters of the library are one click away."""

    def __init__(self, characters: Sequence[Character], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._characters = characters
        self.field = QLineEdit()
        self.add = MenuButton(self.tr("Add"))
        self.add.setAccessibleName(self.tr("Add a character to the cast"))
        self.menu = self.add.menu_of
        self.menu.aboutToShow.connect(self._offer)
        self.add.setVisible(bool(characters))
        self.setFocusProxy(self.field)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(SPACE)
        row.addWidget(self.field, 1)
        row.addWidget(self.add)

    @property
    def names(self) -> tuple[str, ...]:
        return parts_in(self.field.text())

    @property
    def called(self) -> tuple[str, ...]:
        """What those of the cast are called in talk; everyone there is, while nobody was named."""
        names = {one.name.casefold(): one.called or one.name for one in self._characters}
        named = tuple(names.get(name.casefold(), name) for name in self.names)
        return named or tuple(names.values())

    def _offer(self) -> None:
        self.menu.clear()
        present = {name.casefold() for name in self.names}
        for one in self._characters:
            action = self.menu.addAction(one.name.replace("&", "&&"))
            action.setEnabled(one.name.casefold() not in present)
            action.triggered.connect(lambda _=False, name=one.name: self._join(name))

    def _join(self, name: str) -> None:
        self.field.setText(", ".join((*self.names, name)))
