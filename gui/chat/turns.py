"""Turns of the cast: one by whom the person chooses, or one after the other until stopped.

Knows no widgets; replies are asked for as the presenter asks for all.
"""

from collections.abc import Callable, Iterator

from PySide6.QtCore import QObject, QTimer, Signal

from engine.chat.conversation import Role
from engine.chat.talk import TurnOrder
from gui.chat.open_conversation import OpenConversation
from gui.chat.reply_run import ReplyRun
from gui.chat.services import ChatServices

PAUSE_SECONDS = 1.0
"""Between two turns, where the talk says nothing else: long enough to press Stop."""
MOST_TURNS = 60

Ask = Callable[[Callable[[ChatServices], Iterator[object]]], object]


class Turns(QObject):
    """`playing` says that they talk by themselves."""

    changed = Signal()

    def __init__(self, ask: Ask, conversation: OpenConversation, run: ReplyRun,
                 parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._ask = ask
        self._open = conversation
        self._left = 0
        self._where = 0
        self._pause = QTimer(self, singleShot=True)
        self._pause.timeout.connect(self._next)
        run.ended.connect(self._wait)
        run.stopped.connect(self.end)
        run.failed.connect(self.end)
        conversation.opened.connect(self._leave)
        conversation.messages_changed.connect(self._follow_cast)
        conversation.changed.connect(self._follow_cast)

    @property
    def playing(self) -> bool:
        return self._left > 0

    @property
    def awaited(self) -> bool:
        """Whether the person has spoken to several, and nobody answered yet; by hand also where
        they spoke as one of them."""
        leaf, setup = self._open.stored.leaf, self._open.setup
        if leaf is None or len(setup.cast) < 2 or self._open.streaming:
            return False
        by_hand = setup.turn_order is TurnOrder.HAND
        return leaf.role is Role.USER or (by_hand and not leaf.model)

    def speak(self, name: str) -> None:
        """Has one of the cast speak next."""
        one = self._open.id
        self._ask(lambda services: services.chatbot.reply(one, name))

    def play(self) -> None:
        """Lets them talk, turn after turn."""
        self._left, self._where = MOST_TURNS, self._open.id
        self._next()
        self.changed.emit()

    def end(self) -> None:
        """Has them wait for the person again; a turn that is being taken is not cut."""
        self._pause.stop()
        if self._left:
            self._left = 0
            self.changed.emit()

    def _next(self) -> None:
        one = self._where
        self._ask(lambda services: services.chatbot.play(one, 1))

    def _wait(self) -> None:
        if self._left:
            self._left -= 1
            self.changed.emit()
        if self._left:
            seconds = self._open.setup.pause_seconds or PAUSE_SECONDS
            self._pause.start(round(1000 * seconds))

    def _follow_cast(self) -> None:
        """Who is left alone waits for the person: nobody else is there to answer."""
        if self._left and self._open.id == self._where and len(self._open.setup.cast) < 2:
            self.end()

    def _leave(self) -> None:
        if self._open.id != self._where:
            self.end()
