"""Help, About and icons: what people read, and that it is complete."""

import re
import tomllib
from pathlib import Path

from PySide6.QtWidgets import QApplication, QListWidget, QPlainTextEdit, QTextBrowser
from pytestqt.qtbot import QtBot

from engine.paths import AppPaths, program_folder
from gui.about import AboutDialog
from gui.help import HelpDialog
from gui.icons import Glyph, IconSource
from gui.licences import DIRECT, own_version, parts
from gui.theme import DARK, LINE_HEIGHT, TITLE, ThemeSource


def test_help_is_typeset(qtbot: QtBot, isolated_home: AppPaths) -> None:
    dialog = HelpDialog(isolated_home.resources / "help.md")
    qtbot.addWidget(dialog)
    document = dialog.findChild(QTextBrowser).document()
    head = document.begin()
    assert head.begin().fragment().charFormat().font().pixelSize() == TITLE
    assert 100 < head.blockFormat().lineHeight() <= 100 * LINE_HEIGHT
    assert "Ctrl+O" in document.toPlainText()


def test_a_missing_help_page_still_says_how_to_begin(qtbot: QtBot, tmp_path: Path) -> None:
    dialog = HelpDialog(tmp_path / "none.md")
    qtbot.addWidget(dialog)
    assert "Drop lyrics" in dialog.findChild(QTextBrowser).toPlainText()


def test_every_package_the_program_asks_for_is_listed() -> None:
    project = tomllib.loads((program_folder() / "pyproject.toml").read_text("utf-8"))
    asked = {re.split(r"[^\w.-]", need, maxsplit=1)[0].casefold()
             for need in project["project"]["dependencies"]}
    assert {name.casefold() for name in DIRECT} == asked


def test_every_part_has_name_version_and_licence() -> None:
    found = parts()
    assert found[0].name == "Python"
    assert len(found) > len(DIRECT)
    for part in found:
        assert part.name and part.version and part.licence
    mutagen = next(part for part in found if part.name == "mutagen")
    assert mutagen.licence == "GPL-2.0-or-later"
    assert "GNU GENERAL PUBLIC LICENSE" in mutagen.text


def test_the_version_is_that_of_the_checkout_where_nothing_is_installed(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text('[project]\nversion = "9.8.7"\n', "utf-8")
    assert own_version(tmp_path) in ("9.8.7", own_version(program_folder()))
    assert own_version(program_folder())


def test_about_shows_the_licence_of_each_part(qtbot: QtBot, isolated_home: AppPaths) -> None:
    dialog = AboutDialog(isolated_home)
    qtbot.addWidget(dialog)
    names = dialog.findChild(QListWidget)
    text = dialog.findChild(QPlainTextEdit)
    assert "GPL-3.0-or-later" in names.item(0).text()
    for row in range(names.count()):
        names.setCurrentRow(row)
        assert text.toPlainText().strip()


def test_icons_take_the_ink_of_the_theme_that_holds(qapp: QApplication) -> None:
    source = ThemeSource(qapp.styleHints(), "light")
    icon = IconSource(source).icon(Glyph.TAG)
    light = icon.pixmap(40, 40).toImage()
    source.choose("dark", reduce_motion=False)
    dark = icon.pixmap(40, 40).toImage()
    source.choose("system", reduce_motion=False)
    assert light != dark
    opaque = [dark.pixelColor(x, y) for x in range(40) for y in range(40)
              if dark.pixelColor(x, y).alpha() == 255]
    assert opaque
    assert all(colour.name().upper() == DARK.ink for colour in opaque)


def test_every_glyph_is_in_the_font(qapp: QApplication) -> None:
    icons = IconSource(ThemeSource(qapp.styleHints()))
    pictures = {glyph: icons.icon(glyph).pixmap(20, 20).toImage() for glyph in Glyph}
    drawn = [image.bits().tobytes() for image in pictures.values()]
    assert len(set(drawn)) == len(Glyph)
