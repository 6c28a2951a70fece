"""How full the model's window is with a conversation and what is being typed: measured a moment
after the last letter, one measuring at a time."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from engine.chat.conversation import Conversation
from engine.chat.prompt_budget import PromptBudget
from engine.errors import EngineError
from gui.chat.prompt_view import PromptView, prompt_view
from gui.chat.services import ChatAsking

if TYPE_CHECKING:
    from engine.chat.prompts.writing import PromptPart

METER_MS = 300


class Meter(QObject):
    """`budget` is the last one measured, None where nothing could be; `view` is the prompt it was
    measured of, `problem` why there is none."""

    changed = Signal()

    def __init__(self, asking: ChatAsking, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._asking = asking
        self._wanted: tuple[Conversation, str, str] | None = None
        self._measuring = self._closed = False
        self.budget: PromptBudget | None = None
        self.view: PromptView | None = None
        self.problem: EngineError | None = None
        self._timer = QTimer(self, singleShot=True, interval=METER_MS)
        self._timer.timeout.connect(self._measure)

    def want(self, conversation: Conversation, draft: str, author: str = "") -> None:
        """Asks for the budget of this conversation with this text to be sent, for the person or
        for `author`."""
        if not self._closed:
            self._wanted = (conversation, draft, author)
            self._timer.start()

    def show(self, budget: PromptBudget | None) -> None:
        """Takes a budget that was measured elsewhere, or none; the prompt stays what it was."""
        self._timer.stop()
        self._wanted = None
        self._set(budget, self.view if budget else None)

    def show_prompt(self, budget: PromptBudget, shown: str,
                    parts: "tuple[PromptPart, ...]") -> None:
        """Takes a prompt that was written elsewhere."""
        self._timer.stop()
        self._wanted = None
        self._set(budget, PromptView(budget, shown, parts))

    def close(self) -> None:
        """Measures no more."""
        self._closed = True
        self.show(None)

    def _measure(self) -> None:
        if self._measuring or self._wanted is None:
            return
        (conversation, draft, author), self._wanted = self._wanted, None
        self._measuring = True
        self._asking.ask(lambda services: prompt_view(services, conversation, draft, author=author),
                         self._take, self._take)

    def _take(self, found: object) -> None:
        """A PromptView, or the exception that came instead."""
        self._measuring = False
        if self._wanted is not None:
            self._timer.start()
        elif isinstance(found, PromptView):
            self._set(found.budget, found)
        else:
            self._set(None, None, found if isinstance(found, EngineError) else None)

    def _set(self, budget: PromptBudget | None, view: PromptView | None,
             problem: EngineError | None = None) -> None:
        if (budget, view, problem) != (self.budget, self.view, self.problem):
            self.budget, self.view, self.problem = budget, view, problem
            self.changed.emit()
