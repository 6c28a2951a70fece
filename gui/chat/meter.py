"""How full the model's window is with a conversation and what is being typed: measured a moment
after the last letter, one measuring at a time."""

from typing import cast

from PySide6.QtCore import QObject, QTimer, Signal

from engine.chat.conversation import ChatMessage, Conversation, Role
from engine.chat.prompt_budget import PromptBudget, fit_prompt
from gui.chat.asking import Asking
from gui.chat.services import ChatServices

METER_MS = 300


class Meter(QObject):
    """`budget` is the last one measured, None where nothing could be."""

    changed = Signal()

    def __init__(self, asking: Asking, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._asking = asking
        self._wanted: tuple[Conversation, str] | None = None
        self._measuring = self._closed = False
        self.budget: PromptBudget | None = None
        self._timer = QTimer(self, singleShot=True, interval=METER_MS)
        self._timer.timeout.connect(self._measure)

    def want(self, conversation: Conversation, draft: str) -> None:
        """Asks for the budget of this conversation with this text to be sent."""
        if not self._closed:
            self._wanted = (conversation, draft)
            self._timer.start()

    def show(self, budget: PromptBudget | None) -> None:
        """Takes a budget that was measured elsewhere, or none."""
        self._timer.stop()
        self._wanted = None
        self._set(budget)

    def close(self) -> None:
        """Measures no more."""
        self._closed = True
        self.show(None)

    def _measure(self) -> None:
        if self._measuring or self._wanted is None:
            return
        (conversation, draft), self._wanted = self._wanted, None
        self._measuring = True
        self._asking.ask(lambda services: _measured(services, conversation, draft),
                         self._take, lambda _: self._take(None))

    def _take(self, budget: object) -> None:
        self._measuring = False
        if self._wanted is None:
            self._set(cast("PromptBudget | None", budget))
        else:
            self._timer.start()

    def _set(self, budget: PromptBudget | None) -> None:
        if budget != self.budget:
            self.budget = budget
            self.changed.emit()


def _measured(services: ChatServices, conversation: Conversation, draft: str) -> PromptBudget:
    if conversation.id:
        return services.chatbot.meter(conversation.id, draft)
    sent = [ChatMessage(0, None, Role.USER, draft)] if draft.strip() else []
    return fit_prompt(services.models(""), conversation.system_prompt, sent,
                      conversation.settings.max_tokens).budget
