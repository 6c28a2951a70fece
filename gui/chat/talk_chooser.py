"""Where a talk with characters begins: who, in which scene, and what the person is called there.

The same window adds others to a talk. What can be done with a character is done here too.
"""

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAction, QKeyEvent, QKeySequence
from PySide6.QtWidgets import (
    QDialog,
    QFileDialog,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from gui.chat.character_list import CharacterList
from gui.chat.characters import Characters, SceneOffer
from gui.chat.company import CARD_FORMS, Imported
from gui.chat.scene_choice import SceneChoice
from gui.chat.scenes import Scenes
from gui.chat.wording import file_name
from gui.flow import FlowLayout
from gui.row_list import add_row_actions
from gui.search_field import SearchField
from gui.text_line import text_line
from gui.theme import PAGE_MARGIN, SPACE, ThemeSource

CHOOSER_SIZE = (600, 520)
_MOST_SAID = 4


class TalkChooser(QDialog):
    """`added` carries the ids of who joins the open talk; with `adding` nothing is begun.
    `edit_wanted` carries an id, 0 for a new character; `scene_wanted` that of a scene."""

    added = Signal(list)
    edit_wanted = Signal(int)
    scene_wanted = Signal(int)

    def __init__(self, characters: Characters, scenes: Scenes, theme_source: ThemeSource,
                 adding: Sequence[int] | None = None, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._characters = characters
        self._scenes = scenes
        self._present = frozenset(adding or ())
        self._adding = adding is not None
        self._wanted: list[int] = []
        self.setObjectName("talk-chooser")  # by which it is found for pictures
        self.setWindowTitle(self.tr("Add to this talk") if self._adding
                            else self.tr("New talk with…"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setModal(True)
        self.search = self._make_search()
        self.list = CharacterList(theme_source)
        self.list.setContextMenuPolicy(Qt.ContextMenuPolicy.ActionsContextMenu)
        self.list.selectionModel().selectionChanged.connect(self.refresh)
        self.list.doubleClicked.connect(self.begin)
        self.said, self.who = text_line("quiet"), text_line("meta")
        self.nobody = text_line("quiet")
        self.nobody.setAlignment(Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop)
        self.undo = QPushButton(self.tr("Undo"))
        self.undo.setProperty("role", "link")
        self.undo.clicked.connect(self._undo)
        self.scenes, self.person = SceneChoice(scenes), QLineEdit()
        self._make_setting()
        self.start = QPushButton(self.tr("Add") if self._adding else self.tr("Begin"))
        self.start.setProperty("role", "primary")
        self.start.setDefault(True)
        self.start.clicked.connect(self.begin)
        self.buttons = self._make_buttons()
        self._actions = self._make_actions()
        self._lay_out()
        characters.changed.connect(self._show_rows)
        characters.imported.connect(self.show_imported)
        characters.saved.connect(self._choose_saved)
        scenes.changed.connect(self.refresh)
        self._show_rows()
        characters.load()
        self.resize(*CHOOSER_SIZE)
        self.search.setFocus()

    def done(self, result: int) -> None:
        """Who was deleted is told of no more."""
        self._characters.forget_removed()
        self._scenes.forget_removed()
        super().done(result)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.matches(QKeySequence.StandardKey.Undo):
            self._undo()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.list.hasFocus():
            self.begin()
        else:
            super().keyPressEvent(event)

    def begin(self) -> None:
        """Begins a talk with who is chosen, or puts them into the open one."""
        ids = [row.id for row in self.list.chosen]
        if not ids:
            return
        if self._adding:
            self.added.emit(ids)
        else:
            self._characters.begin(ids, self.scenes.scene_id, self.person.text())
        self.accept()

    def refresh(self) -> None:
        """What can be done with who is chosen."""
        chosen = self.list.chosen
        self.start.setEnabled(bool(chosen))
        for button in self.buttons[2:]:
            button.setEnabled(len(chosen) == 1)
        names = ", ".join(row.name for row in chosen)
        self.who.setText(self.tr("With {names}").format(names=names) if chosen else self.tr(
            "Choose one, or several with Ctrl."))
        removed = self._scenes.removed or ", ".join(self._characters.removed)
        self.undo.setVisible(bool(removed))
        if removed:
            self._say([self.tr("Deleted {names}.").format(names=removed)])

    def import_cards(self) -> None:
        """Lets the person choose cards."""
        dialog = QFileDialog(self, self.tr("Import characters"))
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setFileMode(QFileDialog.FileMode.ExistingFiles)
        dialog.setNameFilter(self.tr("Character cards") + " (*.png *.json *.charx)")
        dialog.filesSelected.connect(
            lambda names: self._characters.take_cards([Path(name) for name in names]))
        dialog.open()

    def show_imported(self, cards: Sequence[Imported]) -> None:
        """Says what became of cards, and chooses who came of them."""
        several = len(cards) > 1
        said: list[str] = []
        for card in cards:
            about = [card.problem] if card.problem else list(card.said)
            said += [f"{card.name}: {one}" if several or card.problem else one for one in about]
            if not card.problem and not about:
                said.append(self.tr("{name} is here now.").format(name=card.name))
        self._say(said)
        self._wanted = [card.id for card in cards if card.id]
        self._choose_wanted()

    def export(self) -> None:
        """Lets the person say where the chosen one is written to, and as which kind of card."""
        row = next(iter(self.list.chosen), None)
        if row is None:
            return
        dialog = QFileDialog(self, self.tr("Save as a card"))
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        filters = {f"{form.upper()} (*{ending})": form for ending, form in CARD_FORMS.items()}
        dialog.setNameFilters(list(filters))
        dialog.setDefaultSuffix("png")
        dialog.filterSelected.connect(lambda one: dialog.setDefaultSuffix(filters[one]))
        dialog.selectFile(file_name(row.name, self.tr("character")))
        dialog.fileSelected.connect(
            lambda name: self._characters.write_card(row.id, Path(name)))
        dialog.open()

    def _edit(self) -> None:
        for row in self.list.chosen[:1]:
            self.edit_wanted.emit(row.id)

    def _duplicate(self) -> None:
        for row in self.list.chosen[:1]:
            self._characters.duplicate(row.id, self.tr("{name} (copy)").format(name=row.name))

    def _undo(self) -> None:
        (self._scenes if self._scenes.removed else self._characters).undo()
        self._say([])

    def _delete(self) -> None:
        self._scenes.forget_removed()
        self._characters.delete([row.id for row in self.list.chosen])

    def _show_rows(self) -> None:
        rows = [row for row in self._characters.rows if row.id not in self._present]
        self.list.show_rows(rows, self.search.text())
        nobody = self._characters.known and not self.list.table.rows
        self.list.setVisible(not nobody)
        self.nobody.setVisible(nobody)
        needle = " ".join(self.search.text().split())
        self.nobody.setText(self.tr("Nobody here fits “{text}”.").format(text=needle) if needle
                            else self.tr("Nobody is left to choose. Import a card, or write a"
                                         " character of your own."))
        self.scenes.offer(self._characters.scenes)
        self._choose_wanted()
        self.refresh()

    def _choose_wanted(self) -> None:
        if self._wanted and any(row.id in self._wanted for row in self.list.table.rows):
            self.list.choose(self._wanted)
            self._wanted = []
            self.list.setFocus()

    def _choose_saved(self, persona_id: int) -> None:
        self._wanted = [persona_id]
        self.search.clear()

    def _bring_cast(self, scene: SceneOffer | None) -> None:
        """A scene brings those it was written for, where nobody was chosen yet."""
        if scene is not None and not self.list.chosen:
            names = {name.casefold() for name in scene.cast}
            self.list.choose([row.id for row in self.list.table.rows
                              if {row.name.casefold(), row.called.casefold()} & names])

    def _say(self, sentences: Sequence[str]) -> None:
        more = len(sentences) - _MOST_SAID
        told = [*sentences[:_MOST_SAID], *([self.tr("And {n} more.").format(n=more)]
                                           if more > 0 else [])]
        self.said.setText("\n".join(told))
        self.said.setVisible(bool(told))
        self.said.setAccessibleDescription(self.said.text())

    def _make_search(self) -> SearchField:
        field = SearchField()
        field.setPlaceholderText(self.tr("Search the characters"))
        field.setAccessibleName(self.tr("Search the characters"))
        field.setClearButtonEnabled(True)
        field.textChanged.connect(self._show_rows)
        field.entered.connect(self._enter_list)
        return field

    def _enter_list(self) -> None:
        self.list.setFocus()
        if self.list.table.rows and not self.list.chosen:
            self.list.choose([self.list.table.rows[0].id])

    def _make_setting(self) -> None:
        self.scene = self.scenes.choice
        self.scenes.chosen.connect(self._bring_cast)
        self.scenes.edit_wanted.connect(self.scene_wanted)
        self.person.setAccessibleName(self.tr("Your name in this talk"))
        self.person.setPlaceholderText(self.tr("Friend"))

    def _make_buttons(self) -> list[QPushButton]:
        made: list[QPushButton] = []
        for words, act in ((self.tr("Import a card…"), self.import_cards),
                           (self.tr("New character…"), lambda: self.edit_wanted.emit(0)),
                           (self.tr("Edit…"), self._edit), (self.tr("Duplicate"), self._duplicate),
                           (self.tr("Save card…"), self.export),
                           (self.tr("Delete"), self._delete)):
            button = QPushButton(words)
            button.setProperty("role", "link")
            button.setAutoDefault(False)
            button.clicked.connect(act)
            made.append(button)
        return made

    def _make_actions(self) -> list[QAction]:
        none, delete = QKeySequence(), QKeySequence(QKeySequence.StandardKey.Delete)
        return add_row_actions(self.list, (
            (self.tr("Edit…"), QKeySequence(Qt.Key.Key_F2), self._edit),
            (self.tr("Duplicate"), none, self._duplicate),
            (self.tr("Save card…"), none, self.export),
            (self.tr("Delete"), delete, self._delete)))

    def _lay_out(self) -> None:
        tools = FlowLayout(SPACE // 2)
        for button in self.buttons:
            tools.addWidget(button)
        told = QHBoxLayout()
        told.addWidget(self.said, 1)
        told.addWidget(self.undo)
        where = QHBoxLayout()
        where.setSpacing(SPACE)
        for words, field in ((self.tr("Scene"), self.scenes), (self.tr("You are"), self.person)):
            label = QLabel(words)
            label.setBuddy(field)
            where.addWidget(label)
            where.addWidget(field, 2 if field is self.scenes else 1)
            label.setVisible(not self._adding)
            field.setVisible(not self._adding)
        leave = QPushButton(self.tr("Cancel"))
        leave.setAutoDefault(False)
        leave.clicked.connect(self.reject)
        foot = QHBoxLayout()
        foot.setSpacing(SPACE)
        foot.addWidget(self.who, 1)
        foot.addWidget(leave)
        foot.addWidget(self.start)
        column = QVBoxLayout(self)
        column.setContentsMargins(PAGE_MARGIN, PAGE_MARGIN, PAGE_MARGIN, PAGE_MARGIN)
        column.setSpacing(SPACE)
        column.addWidget(self.search)
        column.addWidget(self.list, 1)
        column.addWidget(self.nobody, 1)
        for row in (told, tools, where, foot):
            column.addLayout(row)
        self.said.hide()
