"""What stands unsent in the field of each conversation, remembered between runs."""

from PySide6.QtCore import QSettings

_GROUP = "chat/drafts"


class Drafts:
    """Texts by the id of a conversation; 0 is the one that is not stored yet."""

    def __init__(self, memory: QSettings) -> None:
        self._memory = memory

    def of(self, conversation_id: int) -> str:
        return str(self._memory.value(f"{_GROUP}/{conversation_id}", "") or "")

    def keep(self, conversation_id: int, text: str) -> None:
        """Remembers a text; an empty one is forgotten."""
        if text.strip():
            self._memory.setValue(f"{_GROUP}/{conversation_id}", text)
        else:
            self._memory.remove(f"{_GROUP}/{conversation_id}")
