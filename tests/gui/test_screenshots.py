"""Every page can be brought into its looks and drawn, without anything of the person's."""

from pathlib import Path

import pytest
from PySide6.QtGui import QImage

from engine.paths import AppPaths
from gui.app import Program
from gui.looks import NARROW, WIDE
from gui.screenshots import photograph


@pytest.fixture
def pictures(program: Program, tmp_path: Path) -> dict[str, QImage]:
    folder = tmp_path / "pictures"
    folder.mkdir()
    photograph(program, tmp_path / "bad", folder, "light")
    return {file.stem.removesuffix("-light"): QImage(str(file)) for file in folder.iterdir()}


def test_every_page_is_drawn_in_its_looks(
        pictures: dict[str, QImage], isolated_home: AppPaths) -> None:
    # The shipped tagger may be absent from a checkout; then no song can be shown.
    always = {"tag-first", "tag-drop", "models", "models-fetching", "models-failed",
              "quality", "quality-narrow", "quality-busy", "quality-failed", "measure",
              "models-full", "models-broken", "models-removed", "models-narrow", "settings",
              "settings-narrow", "settings-devices", "settings-device-gone", "help", "about",
              "chat-first", "chat-fetching", "chat-no-weights", "chat-empty", "chat-talk",
              "chat-message", "chat-editing", "chat-drawer", "chat-search", "chat-busy",
              "chat-failed", "chat-many", "talk-choose", "talk-imported", "talk-nobody",
              "talk-editor", "talk-editor-end", "talk-greeting", "talk-two", "talk-two-narrow",
              "talk-tree", "talk-find", "talk-find-narrow", "talk-prompt", "talk-prompt-end",
              "talk-prompt-narrow", "talk-format", "talk-format-wrong",
              "scene-choose", "scene-editor", "scene-editor-end", "scene-panel",
              "scene-panel-none", "scene-panel-empty", "scene-panel-end", "scene-panel-undo",
              "scene-panel-narrow", "scene-panel-undo-narrow", "speak-as-menu",
              "facts-alone", "facts-greeting", "facts-reply", "facts-end", "facts-narrow"}
    assert always <= set(pictures)
    assert (pictures["tag-first"].width(), pictures["tag-first"].height()) == WIDE
    assert pictures["settings-narrow"].width() == NARROW[0]
    narrow = {name for name in always if name.endswith("-narrow")}
    looks = [pictures[name] for name in always - narrow]
    assert all(one != other for place, one in enumerate(looks) for other in looks[:place])
