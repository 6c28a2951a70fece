"""Whether the model may use tools in the open conversation, and what that means."""

from dataclasses import replace

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from gui.chat.presenter import ChatPresenter
from gui.controls import Switch
from gui.theme import SPACE


class ToolsSwitch(QWidget):
    """Off unless the person switches it on, for this conversation alone."""

    def __init__(self, presenter: ChatPresenter, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._presenter = presenter
        self.switch = Switch(self.tr("Let the model use tools"), self._set)
        told = QLabel(self.tr(
            "Before it answers you, it may search your library, look at the moods of a song and "
            "look up facts. What it did stands beneath your message. Only what you say sets it to "
            "work, in a line of its own: never words of songs, cards or replies, nor a text you "
            "paste. Holds for this conversation."))
        told.setProperty("role", "meta")
        told.setTextFormat(Qt.TextFormat.PlainText)
        told.setWordWrap(True)
        self.switch.setAccessibleDescription(told.text())
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACE // 2)
        column.addWidget(self.switch)
        column.addWidget(told)
        presenter.state_changed.connect(self.refresh)
        self.refresh()

    def refresh(self) -> None:
        """Shows what holds now."""
        self.switch.show_value(self._presenter.open.stored.settings.tools)

    def _set(self, allowed: bool) -> None:
        settings = self._presenter.open.stored.settings
        self._presenter.open.set_reply_settings(replace(settings, tools=allowed))
