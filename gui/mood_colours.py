"""The colour of a mood, from its place on the valence/arousal plane.

Hue follows the angle: warm for joy, red to violet for anger and tension, blue for sadness,
cyan to green for calm. Depth of colour follows the distance from the centre. Lightness is
solved for a contrast, so that no mood can become unreadable. Colours are OKLCH (B. Ottosson,
2020), contrast is WCAG 2.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from itertools import pairwise

from PySide6.QtGui import QColor

from gui.tokens import DARK, LIGHT, Theme

# Hue in OKLCH degrees at each angle of the circle, falling all the way round: 360 is 0 again.
_HUES = ((0, 118), (45, 74), (90, 46), (135, 22), (180, -42), (225, -98), (270, -148),
         (315, -196), (360, -242))
_GRAPHIC_CONTRAST = 3.6
_TEXT_CONTRAST = 5.0


@dataclass(frozen=True, slots=True)
class ChipColours:
    """A mood's chip: a soft `fill`, `text` readable on it, and its `mark` (dot or edge)."""

    fill: QColor
    text: QColor
    mark: QColor


def mood_colour(valence: float, arousal: float, dark: bool) -> QColor:
    """The colour for bars, ridges and dots: at least 3:1 against paper and card.

    `valence` and `arousal` are -1..1. Continuous in both.
    """
    return _graphic(round(valence, 3), round(arousal, 3), dark)


def chip_colours(valence: float, arousal: float, dark: bool) -> ChipColours:
    """The colours of a mood's chip; its text has at least 4.5:1 on its fill."""
    return _chip(round(valence, 3), round(arousal, 3), dark)


def contrast(one: QColor, other: QColor) -> float:
    """WCAG 2 contrast ratio of two opaque colours, 1 to 21."""
    low, high = sorted((_luminance(one), _luminance(other)))
    return (high + 0.05) / (low + 0.05)


def mixed(top: QColor, under: QColor, share: float) -> QColor:
    """`share` of `top` laid over `under`, opaque."""
    parts = ((top.redF(), under.redF()), (top.greenF(), under.greenF()),
             (top.blueF(), under.blueF()))
    return QColor.fromRgbF(*(share * a + (1 - share) * b for a, b in parts))


def hue_at(angle: float) -> float:
    """OKLCH hue in degrees for an angle in degrees, counted from valence towards arousal."""
    angle %= 360
    for (start, low), (end, high) in pairwise(_HUES):
        if angle <= end:
            return (low + (high - low) * (angle - start) / (end - start)) % 360
    return _HUES[0][1]


@cache
def _graphic(valence: float, arousal: float, dark: bool) -> QColor:
    theme = DARK if dark else LIGHT
    # Joy is let glow: nearer to white by night, nearest to the limit by day.
    bright = max(0.0, min(valence, arousal))
    wished = 6.2 + 3.0 * bright if dark else 4.4 - 1.1 * bright
    wished = max(wished, _GRAPHIC_CONTRAST)
    hue, chroma = _hue_and_chroma(valence, arousal)
    return _solved(hue, chroma, wished, QColor(_nearer_ground(theme)), dark)


@cache
def _chip(valence: float, arousal: float, dark: bool) -> ChipColours:
    theme = DARK if dark else LIGHT
    mark = _graphic(valence, arousal, dark)
    fill = mixed(mark, QColor(theme.card), 0.20 if dark else 0.14)
    hue, chroma = _hue_and_chroma(valence, arousal)
    text = _solved(hue, chroma * 0.8, _TEXT_CONTRAST + 1.0, fill, dark)
    return ChipColours(fill, text, mark)


def _nearer_ground(theme: Theme) -> str:
    """Of paper and card, the one that is harder to stand out from."""
    return theme.card if theme.dark else theme.paper


def _hue_and_chroma(valence: float, arousal: float) -> tuple[float, float]:
    angle = math.degrees(math.atan2(arousal, valence))
    strength = min(1.0, math.hypot(valence, arousal))
    return hue_at(angle), 0.05 + 0.11 * strength


def _solved(hue: float, chroma: float, wished: float, ground: QColor, dark: bool) -> QColor:
    """The colour of this hue whose contrast with `ground` is `wished`, found by halving."""
    def enough(lightness: float) -> bool:
        return contrast(_colour(lightness, chroma, hue), ground) >= wished
    return _colour(_edge(enough, dark), chroma, hue)


def _edge(enough: Callable[[float], bool], dark: bool) -> float:
    """The lightness nearest to the ground that is still `enough`."""
    good, bad = (1.0, 0.0) if dark else (0.0, 1.0)
    for _ in range(18):
        middle = (good + bad) / 2
        good, bad = (middle, bad) if enough(middle) else (good, middle)
    return good


def _colour(lightness: float, chroma: float, hue: float) -> QColor:
    """OKLCH to sRGB; what the screen cannot show loses chroma until it can."""
    channels = _linear(lightness, chroma, hue)
    for step in range(10, -1, -1):
        if all(-0.0005 <= channel <= 1.0005 for channel in channels):
            break
        channels = _linear(lightness, chroma * step / 11, hue)
    return QColor.fromRgbF(*(_encoded(channel) for channel in channels))


def _linear(lightness: float, chroma: float, hue: float) -> tuple[float, float, float]:
    a = chroma * math.cos(math.radians(hue))
    b = chroma * math.sin(math.radians(hue))
    long = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3
    medium = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3
    short = (lightness - 0.0894841775 * a - 1.2914855480 * b) ** 3
    return (4.0767416621 * long - 3.3077115913 * medium + 0.2309699292 * short,
            -1.2684380046 * long + 2.6097574011 * medium - 0.3413193965 * short,
            -0.0041960863 * long - 0.7034186147 * medium + 1.7076147010 * short)


def _encoded(channel: float) -> float:
    channel = min(1.0, max(0.0, channel))
    return 12.92 * channel if channel <= 0.0031308 else 1.055 * channel ** (1 / 2.4) - 0.055


def _decoded(channel: float) -> float:
    return channel / 12.92 if channel <= 0.04045 else ((channel + 0.055) / 1.055) ** 2.4


def _luminance(colour: QColor) -> float:
    red, green, blue = (_decoded(c) for c in (colour.redF(), colour.greenF(), colour.blueF()))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
