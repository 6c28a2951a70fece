"""Above the field while characters talk: who they are, who speaks next, whether they go on by
themselves, and as whom the person speaks."""

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QHBoxLayout, QMenu, QPushButton, QWidget

from engine.chat.talk import CastMember, TurnOrder
from gui.chat.faces import face_icon
from gui.chat.persona_colours import colours_of
from gui.chat.presenter import ChatPresenter
from gui.chat.speak_as import SpeakAs
from gui.controls import Choice
from gui.flow import FlowLayout
from gui.text_line import plain_tip
from gui.theme import SPACE, ThemeSource

_FACE, _BESIDE = 20, 4
_LONGEST_NAME = 24


class CastBar(QWidget):
    """Hidden where the model talks as itself. `add_wanted` asks for others to choose from,
    `edit_wanted` carries a persona's id."""

    add_wanted = Signal()
    edit_wanted = Signal(int)

    def __init__(self, presenter: ChatPresenter, theme_source: ThemeSource,
                 parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._presenter = presenter
        self._theme_source = theme_source
        self._shown: object = None
        self.members: list[QPushButton] = []
        self._row = FlowLayout(SPACE // 2)
        self.order = Choice([
            (TurnOrder.NATURAL, self.tr("Whoever fits")), (TurnOrder.ROUND, self.tr("In order")),
            (TurnOrder.HAND, self.tr("By hand"))], self._set_order)
        self.order.setAccessibleName(self.tr("Who speaks next"))
        self.order.setToolTip(self.tr("Who speaks next"))
        self.order.setMinimumWidth(120)
        self.order.setStyleSheet("padding: 2px 8px;")  # as high as the chips beside it
        self.add = _chip(self.tr("Add…"))
        self.add.setToolTip(self.tr("Add another character to this talk"))
        self.add.clicked.connect(self.add_wanted)
        self.play = _chip("")
        self.play.clicked.connect(self._play)
        self.speak_as = SpeakAs(presenter, theme_source)
        around = QHBoxLayout(self)
        around.setContentsMargins(0, 0, 0, 0)
        around.addLayout(self._row, 1)
        self.left = QPushButton()
        self.left.setProperty("role", "link")
        self.left.clicked.connect(presenter.cast.bring_back)
        for widget in (self.add, self.order, self.play, self.speak_as, self.left):
            self._row.addWidget(widget)
        presenter.state_changed.connect(self.refresh)
        for news in (theme_source.changed, presenter.characters.changed):
            news.connect(self._redress)
        self.refresh()

    def refresh(self) -> None:
        """Shows who talks now."""
        presenter, cast = self._presenter, self._presenter.cast
        setup = cast.setup
        self.setVisible(bool(setup.cast))
        if setup.cast != self._shown:
            self._shown = setup.cast
            self._show_members(setup.cast)
        for button in self.members:
            button.setEnabled(presenter.can_send)
        self.order.show_value(setup.turn_order)
        self.order.setVisible(cast.several)
        self.play.setVisible(cast.several)
        self.play.setText(self.tr("Stop") if presenter.turns.playing else self.tr("Let them talk"))
        talkers = sum(not member.muted for member in setup.cast)
        self.play.setEnabled(presenter.turns.playing or (presenter.can_send and talkers > 1))
        self.play.setToolTip("" if talkers > 1 else self.tr(
            "Nobody else is left to talk with: the others are muted."))
        self.left.setText(self.tr("Bring {name} back").format(
            name=_shortened(cast.left).replace("&", "&&")))
        self.left.setVisible(bool(cast.left))
        self.left.setEnabled(not presenter.run.busy)
        self.add.setEnabled(not presenter.run.busy and not presenter.turns.playing)

    def _show_members(self, cast: tuple[CastMember, ...]) -> None:
        for button in self.members:
            button.hide()
            self._row.removeWidget(button)
            button.deleteLater()
        self.members = [self._member(member) for member in cast]
        for place, button in enumerate(self.members):
            self._row.insert(place, button)
            button.show()
        # Made later than what stands behind them, they would be reached by keys after the rest.
        before: QWidget = self.previousInFocusChain() or self
        for button in self.members:
            QWidget.setTabOrder(before, button)
            before = button

    def _member(self, member: CastMember) -> QPushButton:
        """Its own button: pressed, it speaks next."""
        called = member.persona.called
        # A name of a foreign card may hold the sign that marks a key.
        button = _chip(_shortened(called).replace("&", "&&"))
        button.setIcon(self._face(called))
        button.setIconSize(QSize(_FACE + _BESIDE, _FACE))
        says = self.tr("{name} speaks next").format(name=called)
        button.setAccessibleName(says)
        button.setAccessibleDescription(self.tr("Muted") if member.muted else "")
        button.setToolTip(plain_tip(says))
        button.clicked.connect(lambda: self._presenter.turns.speak(called))
        button.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        button.customContextMenuRequested.connect(
            lambda where: self.menu(member).popup(button.mapToGlobal(where)))
        if member.muted:
            button.setText(self.tr("{name} (muted)").format(name=button.text()))
        return button

    def menu(self, member: CastMember) -> QMenu:
        """What can be done with one of the cast."""
        cast, number = self._presenter.cast, member.persona_id
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addAction(self.tr("Speak as {name}").format(
            name=member.persona.called.replace("&", "&&")),
            lambda: self._presenter.speaking.speak_as(number))
        menu.addAction(self.tr("Edit…"), lambda: self.edit_wanted.emit(number))
        if member.muted:
            menu.addAction(self.tr("Let speak"), lambda: cast.mute(number, False))
        else:
            menu.addAction(self.tr("Mute"), lambda: cast.mute(number, True))
        leave = menu.addAction(self.tr("Leave the talk"), lambda: cast.remove(number))
        leave.setEnabled(cast.several)
        return menu

    def _face(self, called: str) -> QIcon:
        member = self._presenter.cast.setup.member(called)
        known = self._presenter.characters.named(member.persona_id) if member else None
        return face_icon(_FACE, known.face if known else None, called,
                         colours_of(self._presenter.cast.setup)[called],
                         self._theme_source.current, _BESIDE)

    def _set_order(self, order: str) -> None:
        self._presenter.cast.set_order(TurnOrder(order))

    def _play(self) -> None:
        if self._presenter.turns.playing:
            self._presenter.stop()
        else:
            self._presenter.turns.play()

    def _redress(self) -> None:
        self._shown = None
        self.refresh()


def _shortened(name: str) -> str:
    return name if len(name) <= _LONGEST_NAME else f"{name[:_LONGEST_NAME]}…"


def _chip(words: str) -> QPushButton:
    button = QPushButton(words)
    button.setProperty("role", "chip")
    return button
