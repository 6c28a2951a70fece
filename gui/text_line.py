"""Wrapped lines of words in the theme's roles. Words are shown as they are, never as markup."""

from html import escape

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel


def text_line(role: str, text: str = "") -> QLabel:
    """A label of this role."""
    label = QLabel(text)
    label.setProperty("role", role)
    label.setWordWrap(True)
    label.setTextFormat(Qt.TextFormat.PlainText)
    return label


def plain_tip(text: str) -> str:
    """Words for a tooltip, which would read those of a card as markup if they look like it."""
    return f"<qt>{escape(text)}</qt>" if "<" in text else text


def selectable_line(role: str, text: str = "") -> QLabel:
    """The same, whose words the mouse can take along."""
    label = text_line(role, text)
    label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    return label
