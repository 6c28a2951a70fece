"""Contrast and colour hold for every mood, in both themes."""

import math
import re
from itertools import product
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtGui import QColor, QGuiApplication

from engine.paths import program_folder
from gui.theme import (
    BODY,
    DARK,
    LIGHT,
    MOTION_MS,
    Theme,
    ThemeSource,
    chip_colours,
    contrast,
    font,
    hue_at,
    mood_colour,
    palette,
    style_sheet,
)

THEMES = pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])
EVERYWHERE = [step / 10 for step in range(-10, 11)]
places = st.floats(-1, 1)


def ratio(one: str, other: str) -> float:
    return contrast(QColor(one), QColor(other))


@THEMES
@pytest.mark.parametrize("ground", ["paper", "card", "sunken", "hover", "selection"])
def test_text_is_readable_on_every_ground(theme: Theme, ground: str) -> None:
    under = getattr(theme, ground)
    assert ratio(theme.ink, under) >= 7
    assert ratio(theme.quiet, under) >= 4.5
    assert ratio(theme.accent, under) >= 4.5


@THEMES
def test_buttons_and_outlines_stand_out(theme: Theme) -> None:
    assert ratio(theme.accent_ink, theme.accent) >= 4.5
    assert ratio(theme.accent_ink, theme.accent_hover) >= 4.5
    assert ratio(theme.danger_ink, theme.danger) >= 4.5
    assert ratio(theme.danger, theme.card) >= 4.5
    for ground in (theme.paper, theme.card, theme.sunken):
        assert ratio(theme.edge, ground) >= 3


@THEMES
def test_every_mood_stands_out_as_graphics_and_reads_on_its_chip(theme: Theme) -> None:
    for valence, arousal in product(EVERYWHERE, EVERYWHERE):
        colour = mood_colour(valence, arousal, theme.dark)
        assert contrast(colour, QColor(theme.paper)) >= 3
        assert contrast(colour, QColor(theme.card)) >= 3
        chip = chip_colours(valence, arousal, theme.dark)
        assert contrast(chip.text, chip.fill) >= 4.5
        assert contrast(chip.mark, chip.fill) >= 3


def hue_distance(one: float, other: float) -> float:
    return abs((one - other + 180) % 360 - 180)


@given(st.floats(0, 360))
def test_hue_has_no_jump_anywhere_on_the_circle(angle: float) -> None:
    assert hue_distance(hue_at(angle), hue_at(angle + 0.5)) < 1.0


@pytest.mark.parametrize("valence, arousal, low, high", [
    (0.7, 0.6, 0.06, 0.17),    # joy: orange to yellow
    (-0.6, 0.7, 0.95, 1.04),   # anger: red, wherever red wraps
    (-0.9, 0.1, 0.75, 0.92),   # tension at its lowest: violet
    (-0.7, -0.5, 0.55, 0.68),  # sadness: blue
    (0.6, -0.6, 0.40, 0.52),   # calm: green to cyan
])
@THEMES
def test_hue_says_where_a_mood_stands(theme: Theme, valence: float, arousal: float,
                                      low: float, high: float) -> None:
    hue = mood_colour(valence, arousal, theme.dark).hsvHueF()
    assert low <= hue <= high or low <= hue + 1 <= high


@given(places, places)
def test_moods_far_from_the_centre_are_deeper(valence: float, arousal: float) -> None:
    # GIVEN a direction that can be told
    if math.hypot(valence, arousal) < 0.5:
        return
    # WHEN a mood lies near the centre in the same direction
    near = mood_colour(valence / 5, arousal / 5, False)
    # THEN it is greyer
    assert near.hslSaturationF() < mood_colour(valence, arousal, False).hslSaturationF() + 0.02


@THEMES
def test_the_sheet_names_only_colours_of_the_theme(theme: Theme) -> None:
    sheet = style_sheet(theme)
    known = {getattr(theme, name) for name in Theme.__slots__}
    found = {word.strip(";,") for word in sheet.split() if word.startswith("#")}
    assert "$" not in sheet
    assert found <= known


def test_fonts_are_measured_in_layout_pixels(qapp: QGuiApplication) -> None:
    chosen = font(BODY, bold=True)
    assert chosen.pixelSize() == BODY
    assert chosen.weight() >= 600
    assert palette(DARK).window().color().name().upper() == DARK.paper


def test_the_persons_choice_beats_the_system(qapp: QGuiApplication) -> None:
    # GIVEN a source that follows the system
    source = ThemeSource(qapp.styleHints())
    seen: list[Theme] = []
    source.changed.connect(seen.append)
    # WHEN dark is chosen, twice, then light
    source.choose("dark", reduce_motion=False)
    source.choose("dark", reduce_motion=False)
    source.choose("light", reduce_motion=False)
    source.choose("system", reduce_motion=False)
    # THEN each change is told once
    assert seen[:2] == [DARK, LIGHT]
    assert source.current is seen[-1]


def test_less_motion_means_none(qapp: QGuiApplication) -> None:
    source = ThemeSource(qapp.styleHints(), reduce_motion=True)
    assert source.motion_ms == 0
    source.choose("light", reduce_motion=False)
    assert source.motion_ms in (0, MOTION_MS)
    source.choose("system", reduce_motion=False)


@pytest.mark.parametrize("file", sorted((program_folder() / "gui").rglob("*.py")),
                         ids=lambda file: file.relative_to(program_folder()).as_posix())
def test_colours_are_named_in_the_tokens_only(file: Path) -> None:
    if file.name == "tokens.py":
        return
    text = file.read_text("utf-8")
    assert not re.search(r"#[0-9a-fA-F]{6}\b|#[0-9a-fA-F]{3}\b|QColor\(\s*\d|rgba?\(\d", text)
    assert not re.search(r"GlobalColor\.(?!transparent)", text)
