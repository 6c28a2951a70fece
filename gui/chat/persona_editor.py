"""The window in which a character is written: who they are, what they know, how they speak."""

import msgspec
from PySide6.QtWidgets import QLineEdit, QWidget

from engine.chat.persona import Persona
from gui.chat.characters import Characters, Portrait
from gui.chat.editor_sheet import (
    EDITOR_SIZE,
    EditorSheet,
    FieldRow,
    fit_lines,
    lines_in,
    text_area,
)
from gui.chat.persona_colours import colour_of
from gui.chat.persona_fields import ColourField, PictureField, TextPages
from gui.controls import Choice
from gui.theme import ThemeSource

__all__ = ["EDITOR_SIZE", "PersonaEditor"]

_LINES = 3
_MORE_LINES = 6


class PersonaEditor(EditorSheet):
    """What a card brought and has no field here stays as it is."""

    def __init__(self, characters: Characters, portrait: Portrait, theme_source: ThemeSource,
                 parent: QWidget | None = None) -> None:
        super().__init__("persona-editor", "", parent)
        self.setWindowTitle(self.tr("Edit the character") if portrait.id
                            else self.tr("New character"))
        self._characters = characters
        self._portrait = portrait
        self._make_fields(theme_source)
        self.lay_out(self._rows())
        self._show(portrait)
        # As the fields have it: a card's own line ends and doubled facts are no change.
        self._before = (self.written, self.picture.picture)
        self.name.textChanged.connect(self.refresh)
        self.colour.changed.connect(self.refresh)
        self.picture.said.connect(self.say)
        characters.saved.connect(self.leave_saved)
        characters.failed.connect(self.stay)
        self.refresh()
        self.name.setFocus()

    @property
    def complete(self) -> bool:
        """A name is all that is needed."""
        return bool(self.name.text().strip())

    def refresh(self) -> None:
        super().refresh()
        face = self.picture.face
        face.name = self.name.text()
        face.colour = self.colour.colour or colour_of(self.name.text())
        face.update()

    def store(self) -> None:
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
            facts=lines_in(self.facts), greetings=self.greetings.texts,
            example_dialogue=self.example.toPlainText(),
            system_prompt=self.prompt.toPlainText(), colour=self.colour.colour,
            model=str(self.voice.currentData() or ""))

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
        self._show_voice(persona.model)
        self.picture.show_picture(portrait.picture)

    def _show_voice(self, model: str) -> None:
        """Offers the models there are; one that is gone is named, so that it can be changed."""
        offered = [("", self.tr("The model of the talk")),
                   *((choice.id, choice.name) for choice in self._characters.voices())]
        if model not in (known for known, _ in offered):
            offered.append((model, self.tr("{name} (not installed)").format(name=model)))
        self.voice.offer(offered)
        self.voice.show_value(model)

    def _make_fields(self, theme_source: ThemeSource) -> None:
        self.name, self.nickname = QLineEdit(), QLineEdit()
        self.gender, self.age, self.tags = QLineEdit(), QLineEdit(), QLineEdit()
        self.description, self.traits = text_area(_MORE_LINES), text_area(_LINES)
        self.facts, self.example = text_area(_MORE_LINES), text_area(_MORE_LINES)
        self.prompt = text_area(_LINES)
        self.greetings = TextPages()
        fit_lines(self.greetings.field, _MORE_LINES)
        self.colour, self.picture = ColourField(), PictureField(theme_source)
        self.voice = Choice([], lambda _: self.refresh())

    def _rows(self) -> list[FieldRow]:
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
            (self.tr("Speaks with"), self.voice, self.tr(
                "A model of their own, made by fine-tuning. Going from one to another loads nothing"
                " where both are adapters of the same model.")),
            (self.tr("System prompt"), self.prompt, self.tr(
                "What the model is told before everything else.")),
        ]
