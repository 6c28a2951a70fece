"""The window in which a character is written: who they are, what they know, how they speak."""

import msgspec
from PySide6.QtCore import Qt
from PySide6.QtGui import QCloseEvent, QKeyEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QDialog,
    QFrame,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from engine.chat.persona import Persona
from gui.chat.characters import Characters, Portrait
from gui.chat.persona_colours import colour_of
from gui.chat.persona_fields import ColourField, PictureField, TextPages
from gui.theme import CARD_PADDING, PAGE_MARGIN, SPACE, ThemeSource

EDITOR_SIZE = (640, 500)
_LINES = 3
_MORE_LINES = 6


class PersonaEditor(QDialog):
    """Saves on Save alone; what a card brought and has no field here stays as it is. It closes
    once what was written is stored."""

    def __init__(self, characters: Characters, portrait: Portrait, theme_source: ThemeSource,
                 parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._characters = characters
        self._portrait = portrait
        self._saving = False
        self.setObjectName("persona-editor")  # by which it is found for pictures
        self.setWindowTitle(self.tr("Edit the character") if portrait.id
                            else self.tr("New character"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._make_fields(theme_source)
        self.said = QLabel()
        self.said.setProperty("role", "danger")
        self.said.setTextFormat(Qt.TextFormat.PlainText)
        self.said.setWordWrap(True)
        self.said.hide()
        self.save, self.leave = QPushButton(self.tr("Save")), QPushButton(self.tr("Cancel"))
        self.save.setProperty("role", "primary")
        self.save.clicked.connect(self.keep)
        self.leave.clicked.connect(self.reject)
        self.leave.setAutoDefault(False)
        self._lay_out()
        self._show(portrait)
        # As the fields have it: a card's own line ends and doubled facts are no change.
        self._before = (self.written, self.picture.picture)
        self.name.textChanged.connect(self.refresh)
        self.colour.changed.connect(self.refresh)
        self.picture.said.connect(self._say)
        characters.saved.connect(self._leave_saved)
        characters.failed.connect(self._stay)
        shortcut = QShortcut(QKeySequence("Ctrl+Return"), self)
        shortcut.activated.connect(self.keep)
        self.resize(*EDITOR_SIZE)
        self.refresh()
        self.name.setFocus()

    def refresh(self) -> None:
        """A name is all that is needed."""
        self.save.setEnabled(bool(self.name.text().strip()) and not self._saving)
        face = self.picture.face
        face.name = self.name.text()
        face.colour = self.colour.colour or colour_of(self.name.text())
        face.update()

    def keep(self) -> None:
        """Stores what was written."""
        if self.save.isEnabled():
            self._saving = True
            self._say("")
            self.refresh()
            self._characters.save(Portrait(self._portrait.id, self.kept, self.picture.picture))

    @property
    def written(self) -> Persona:
        """The persona as it stands in the fields."""
        return msgspec.structs.replace(
            self._portrait.persona, name=" ".join(self.name.text().split()),
            nickname=" ".join(self.nickname.text().split()),
            description=self.description.toPlainText(), traits=self.traits.toPlainText(),
            gender=self.gender.text().strip(), age=self.age.text().strip(),
            tags=tuple(filter(None, (tag.strip() for tag in self.tags.text().split(",")))),
            facts=_lines(self.facts), greetings=self.greetings.texts,
            example_dialogue=self.example.toPlainText(),
            system_prompt=self.prompt.toPlainText(), colour=self.colour.colour)

    @property
    def kept(self) -> Persona:
        """What is stored: as it was written, and what nobody touched exactly as it came."""
        written, (before, _), came = self.written, self._before, self._portrait.persona
        return msgspec.structs.replace(written, **{
            field: getattr(came, field) for field in Persona.__struct_fields__
            if getattr(written, field) == getattr(before, field)})

    @property
    def changed(self) -> bool:
        """Whether something was written that is not stored."""
        return (self.written, self.picture.picture) != self._before

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and self.changed:
            self._warn()
        else:
            super().keyPressEvent(event)

    def closeEvent(self, event: QCloseEvent) -> None:
        if self.isVisible() and self.changed:
            self._warn()
            event.ignore()
        else:
            super().closeEvent(event)

    def _warn(self) -> None:
        """What was written is only thrown away by the button that says so."""
        self._say(self.tr("This is not saved. Cancel throws it away."))

    def _show(self, portrait: Portrait) -> None:
        persona = portrait.persona
        for field, text in ((self.name, persona.name), (self.nickname, persona.nickname),
                            (self.gender, persona.gender), (self.age, persona.age),
                            (self.tags, ", ".join(persona.tags))):
            field.setText(text)
            field.setCursorPosition(0)
        for area, text in ((self.description, persona.description), (self.traits, persona.traits),
                           (self.facts, "\n".join(persona.facts)),
                           (self.example, persona.example_dialogue),
                           (self.prompt, persona.system_prompt)):
            area.setPlainText(text)
        self.greetings.show_texts(persona.greetings)
        self.colour.show_colour(persona.colour)
        self.picture.show_picture(portrait.picture)

    def _leave_saved(self) -> None:
        if self._saving:
            self.accept()

    def _stay(self, problem: object) -> None:
        """What cannot be stored is kept in the fields, and said here where it is seen."""
        if self._saving:
            self._saving = False
            self.refresh()
            self._say(" ".join(filter(None, (getattr(problem, "message", ""),
                                             getattr(problem, "hint", "")))))

    def _say(self, sentence: str) -> None:
        self.said.setText(sentence)
        self.said.setVisible(bool(sentence))

    def _make_fields(self, theme_source: ThemeSource) -> None:
        self.name, self.nickname = QLineEdit(), QLineEdit()
        self.gender, self.age, self.tags = QLineEdit(), QLineEdit(), QLineEdit()
        self.description, self.traits = _area(_MORE_LINES), _area(_LINES)
        self.facts, self.example = _area(_MORE_LINES), _area(_MORE_LINES)
        self.prompt = _area(_LINES)
        self.greetings = TextPages()
        _fit(self.greetings.field, _MORE_LINES)
        self.colour, self.picture = ColourField(), PictureField(theme_source)

    def _rows(self) -> list[tuple[str, QWidget, str]]:
        return [
            (self.tr("Name"), self.name, ""),
            (self.tr("Called"), self.nickname, self.tr("In talk, where that is not the name.")),
            (self.tr("Picture"), self.picture, ""),
            (self.tr("Colour"), self.colour, ""),
            (self.tr("Description"), self.description, ""),
            (self.tr("Traits"), self.traits, self.tr("How they are, in words.")),
            (self.tr("Gender"), self.gender, ""),
            (self.tr("Age"), self.age, ""),
            (self.tr("Tags"), self.tags, self.tr("With commas between.")),
            (self.tr("Facts"), self.facts, self.tr(
                "What is so in their life: one sentence a line. What is not here they do not"
                " know.")),
            (self.tr("Greetings"), self.greetings, self.tr(
                "The first opens a talk, the others are its alternatives.")),
            (self.tr("Example dialogue"), self.example, self.tr(
                "How they speak. Begin each piece with a line <START>.")),
            (self.tr("System prompt"), self.prompt, self.tr(
                "What the model is told before everything else.")),
        ]

    def _lay_out(self) -> None:
        inner = QWidget()
        column = QVBoxLayout(inner)
        column.setContentsMargins(0, 0, CARD_PADDING, 0)
        column.setSpacing(SPACE // 2)
        for words, control, hint in self._rows():
            self._add(column, words, control, hint)
        column.addStretch(1)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setWidget(inner)
        foot = QHBoxLayout()
        foot.setSpacing(SPACE)
        foot.addWidget(self.said, 1)
        foot.addStretch(0)
        foot.addWidget(self.leave)
        foot.addWidget(self.save)
        around = QVBoxLayout(self)
        around.setContentsMargins(PAGE_MARGIN, PAGE_MARGIN, PAGE_MARGIN, PAGE_MARGIN)
        around.setSpacing(SPACE)
        around.addWidget(area, 1)
        around.addLayout(foot)

    def _add(self, column: QVBoxLayout, words: str, control: QWidget, hint: str) -> None:
        label = QLabel(words)
        takes_focus = control.focusProxy() or control
        label.setBuddy(takes_focus)
        takes_focus.setAccessibleName(words)
        takes_focus.setAccessibleDescription(hint)
        column.addSpacing(SPACE // 2)
        column.addWidget(label)
        column.addWidget(control)
        if hint:
            told = QLabel(hint)
            told.setProperty("role", "meta")
            told.setTextFormat(Qt.TextFormat.PlainText)
            told.setWordWrap(True)
            column.addWidget(told)


def _area(lines: int) -> QPlainTextEdit:
    field = QPlainTextEdit()
    field.setTabChangesFocus(True)
    _fit(field, lines)
    return field


def _fit(field: QPlainTextEdit, lines: int) -> None:
    field.setFixedHeight(lines * field.fontMetrics().lineSpacing() + 2 * SPACE)


def _lines(field: QPlainTextEdit) -> tuple[str, ...]:
    found = (" ".join(line.split()) for line in field.toPlainText().split("\n"))
    return tuple(dict.fromkeys(filter(None, found)))
