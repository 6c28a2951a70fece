"""Above the field while characters talk: as whom the person says the next line."""

from PySide6.QtCore import QPoint, QSize
from PySide6.QtGui import QActionGroup, QIcon, QKeySequence, QShortcut
from PySide6.QtWidgets import QWidget

from engine.chat.talk import CastMember
from gui.chat.faces import face_icon
from gui.chat.persona_colours import colours_of
from gui.chat.presenter import ChatPresenter
from gui.menu_button import MenuButton
from gui.theme import ThemeSource

KEYS = "Ctrl+R"
_FACE, _BESIDE = 20, 4
_LONGEST_NAME = 20


class SpeakAs(MenuButton):
    """Hidden where nobody is in the cast."""

    def __init__(self, presenter: ChatPresenter, theme_source: ThemeSource,
                 parent: QWidget | None = None) -> None:
        super().__init__("", "chip", parent)
        self._presenter = presenter
        self._speaking = presenter.speaking
        self._theme_source = theme_source
        self._shown: object = None
        self.setToolTip(self.tr("As whom you say the next line ({keys})").format(keys=KEYS))
        self.setIconSize(QSize(_FACE + _BESIDE, _FACE))
        self.menu_of.aboutToShow.connect(self.fill)
        # The page's own key: it opens the menu from wherever the keyboard is there.
        self._shortcut = QShortcut(QKeySequence(KEYS), self)
        self._shortcut.activated.connect(self.open)
        presenter.state_changed.connect(self.refresh)
        for news in (theme_source.changed, presenter.characters.changed):
            news.connect(self._redress)
        self.refresh()

    def open(self) -> None:
        """Opens the menu above the button, with what holds now chosen."""
        self.fill()
        above = self.mapToGlobal(QPoint(0, -self.menu_of.sizeHint().height()))
        self.menu_of.popup(above)
        self.menu_of.setActiveAction(next(a for a in self.menu_of.actions() if a.isChecked()))

    def refresh(self) -> None:
        """Shows as whom the person speaks now."""
        setup, member = self._presenter.cast.setup, self._speaking.member
        self.setVisible(bool(setup.cast))
        shown = (setup.cast, setup.person, member)
        if shown != self._shown:
            self._shown = shown
            called = member.persona.called if member else self._yourself()
            short = called if len(called) <= _LONGEST_NAME else f"{called[:_LONGEST_NAME]}…"
            self.setText(self.tr("As {name}").format(name=short.replace("&", "&&"))
                         if member else short.replace("&", "&&"))
            self.setIcon(self._face(member) if member else QIcon())
            self.setAccessibleName(self.tr("You speak as: {name}").format(name=called))
            self.setAccessibleDescription(
                self.tr("Only you speak as {name}.").format(name=called)
                if self._speaking.taken else "")

    def fill(self) -> None:
        """What can be chosen now."""
        menu, speaking = self.menu_of, self._speaking
        menu.clear()
        group = QActionGroup(menu)
        for member in (None, *self._presenter.cast.setup.cast):
            words = member.persona.called if member else self._yourself()
            action = menu.addAction(words.replace("&", "&&"))
            action.setCheckable(True)
            action.setChecked(member == speaking.member)
            group.addAction(action)
            number = member.persona_id if member else 0
            action.triggered.connect(lambda _=False, one=number: speaking.speak_as(one))
        if speaking.member is not None:
            menu.addSeparator()
            alone = menu.addAction(self.tr("Only you speak as {name}").format(
                name=speaking.author.replace("&", "&&")))
            alone.setCheckable(True)
            alone.setChecked(speaking.taken)
            alone.triggered.connect(speaking.take)

    def _yourself(self) -> str:
        person = self._presenter.cast.setup.person
        return self.tr("You ({name})").format(name=person) if person else self.tr("You")

    def _face(self, member: CastMember) -> QIcon:
        known = self._presenter.characters.named(member.persona_id)
        called = member.persona.called
        return face_icon(_FACE, known.face if known else None, called,
                         colours_of(self._presenter.cast.setup)[called],
                         self._theme_source.current, _BESIDE)

    def _redress(self) -> None:
        self._shown = None
        self.refresh()
