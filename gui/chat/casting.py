"""Opens the windows in which characters are chosen and edited, one of each kind at a time."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QWidget

from engine.chat.persona import Persona
from gui.chat.characters import Portrait
from gui.chat.presenter import ChatPresenter
from gui.theme import ThemeSource

if TYPE_CHECKING:
    from gui.chat.persona_editor import PersonaEditor
    from gui.chat.talk_chooser import TalkChooser


class Casting(QObject):
    """`page` is what the windows stand before; `closed` says that one was left."""

    closed = Signal()

    def __init__(self, presenter: ChatPresenter, theme_source: ThemeSource,
                 page: QWidget) -> None:
        super().__init__(page)
        self._presenter = presenter
        self._characters = presenter.characters
        self._theme_source = theme_source
        self._page = page
        self.chooser: TalkChooser | None = None
        self.editor: PersonaEditor | None = None
        self._characters.opened.connect(self._open_editor)

    def choose(self) -> None:
        """Lets the person begin a talk with characters."""
        self._open_chooser(None)

    def add(self) -> None:
        """Lets the person put others into the open talk."""
        self._open_chooser([member.persona_id for member in self._presenter.cast.setup.cast])

    def edit(self, persona_id: int) -> None:
        """Lets the person edit a character, 0 a new one."""
        if persona_id:
            self._characters.open(persona_id)
        else:
            self._open_editor(Portrait(0, Persona("")))

    def take_cards(self, files: Sequence[Path]) -> None:
        """Imports cards that were let go over the page, and offers a talk with who is in them."""
        self.choose()
        self._characters.take_cards(files)

    def _open_chooser(self, adding: Sequence[int] | None) -> None:
        # Windows few people open: they need not wait for the first paint.
        from gui.chat.talk_chooser import TalkChooser

        if self.chooser is not None:
            return
        chooser = self.chooser = TalkChooser(self._characters, self._theme_source, adding,
                                             self._page)
        chooser.added.connect(self._presenter.cast.add)
        chooser.edit_wanted.connect(self.edit)
        chooser.finished.connect(self._forget_chooser)
        chooser.setWindowModality(Qt.WindowModality.WindowModal)
        chooser.open()

    def _open_editor(self, portrait: Portrait) -> None:
        from gui.chat.persona_editor import PersonaEditor

        if self.editor is not None:
            return
        editor = self.editor = PersonaEditor(self._characters, portrait, self._theme_source,
                                             self.chooser or self._page)
        editor.finished.connect(self._forget_editor)
        editor.setWindowModality(Qt.WindowModality.WindowModal)
        editor.open()

    def _forget_editor(self) -> None:
        self.editor = None
        if self.chooser is None:
            self.closed.emit()

    def _forget_chooser(self) -> None:
        self.chooser = None
        self.closed.emit()
