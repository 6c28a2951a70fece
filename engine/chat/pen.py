"""Writes one reply into the store while it is made: often enough that a kill loses little, seldom
enough that nobody waits for the disk."""

from collections.abc import Callable
from contextlib import suppress

from engine.chat.conversation import MessageState
from engine.chat.conversation_store import ConversationStore
from engine.errors import EngineError

# Together at most 0.2 s of text are in memory alone.
PACE_SECONDS = 0.15
SLOW_SECONDS = 0.05
STIR_SECONDS = 1.0
_ENDS = {"length": MessageState.LENGTH}


class Pen:
    """The text of message `message_id` as far as it goes."""

    def __init__(self, store: ConversationStore, message_id: int, text: str,
                 clock: Callable[[], float]) -> None:
        self._store = store
        self._clock = clock
        self._stored_at = self._added_at = clock()
        self._ended = False
        self.message_id = message_id
        self.text = text

    def add(self, text: str) -> str:
        """Takes more of the text and says what of it counts: a reply begins with a word."""
        said = text if self.text else text.lstrip()
        if said:
            self.text += said
            now = self._clock()
            slow = now - self._added_at >= SLOW_SECONDS
            self._added_at = now
            if slow or now - self._stored_at >= PACE_SECONDS:
                self._store_now(now)
        return said

    def begin_anew(self, text: str) -> None:
        """Takes back all that was said but `text`."""
        self.text = text
        self._store_now(self._clock())

    def stir(self) -> None:
        """Tells other windows that somebody still writes, though there is no new text yet."""
        now = self._clock()
        if now - self._stored_at >= STIR_SECONDS:
            self._store_now(now)

    def end_as(self, ended: str) -> None:
        """Stores the whole reply by how the model ended it."""
        if not self.text.strip():
            self.end(MessageState.FAILED, "The model ended its reply before it said anything.")
        else:
            self.end(_ENDS.get(ended, MessageState.WHOLE))

    def end(self, state: MessageState, problem: str = "") -> None:
        """Stores the text with its final state. The first end counts."""
        if not self._ended:
            self._ended = True
            text = self.text.rstrip() if state is MessageState.WHOLE else self.text
            self._store.write(self.message_id, text, state, problem)

    def _store_now(self, now: float) -> None:
        # A library that is busy just now is no reason to break off a reply; its end is stored.
        with suppress(EngineError):
            self._store.write(self.message_id, self.text, MessageState.STREAMING)
            self._stored_at = now
