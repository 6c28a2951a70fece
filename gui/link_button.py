"""A button that looks like a link: a small step aside, such as taking something back."""

from PySide6.QtWidgets import QPushButton


def link_button(words: str) -> QPushButton:
    """Such a button, with nothing done yet when it is pressed."""
    button = QPushButton(words)
    button.setProperty("role", "link")
    return button
