"""Flows run the whole program, with the fake tagger behind it."""

from tests.gui.conftest import (
    no_window_left_open,
    program,
    pytest_collection_modifyitems,
    shelf,
    start,
)

__all__ = ["no_window_left_open", "program", "pytest_collection_modifyitems", "shelf", "start"]
