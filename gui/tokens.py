"""The design tokens: every size and colour the window may use, written once.

Plain values without Qt widgets. Mood colours are computed in gui.mood_colours.
"""

from dataclasses import dataclass

SPACE = 8
GAP = 16
CARD_PADDING = 16
PAGE_MARGIN = 24
RADIUS_CARD = 10
RADIUS_CONTROL = 6
RADIUS_CHIP = 12

META = 12
BODY = 14
READING = 16
TITLE = 20
EMPTY = 28

LINE_HEIGHT = 1.5
READING_COLUMNS = 72
ICON = 20
TITLE_HEIGHT = 32
MOTION_MS = 150


@dataclass(frozen=True, slots=True)
class Theme:
    """The colours of one appearance, as "#rrggbb".

    `paper` is the window, `card` what lies on it, `sunken` what is let into it (rail, tracks).
    `ink` is text, `quiet` secondary text, `line` a hairline between things, `edge` the outline
    of a control (3:1). `hover` and `selection` lie under ink. `accent` is for focus, selection
    and the one primary button of a page, with `accent_ink` on it; `danger` only for loss.
    """

    dark: bool
    paper: str
    card: str
    sunken: str
    ink: str
    quiet: str
    line: str
    edge: str
    hover: str
    selection: str
    accent: str
    accent_hover: str
    accent_ink: str
    danger: str
    danger_ink: str


LIGHT = Theme(
    dark=False,
    paper="#FBFAF7",
    card="#FFFFFF",
    sunken="#F3F1EB",
    ink="#1F2328",
    quiet="#5D636B",
    line="#E2DFD6",
    edge="#85888B",
    hover="#ECEAE2",
    selection="#D8EAE8",
    accent="#0B6665",
    accent_hover="#085150",
    accent_ink="#FFFFFF",
    danger="#B3261E",
    danger_ink="#FFFFFF",
)
DARK = Theme(
    dark=True,
    paper="#16181C",
    card="#1E2126",
    sunken="#121417",
    ink="#E7E5DF",
    quiet="#A2A6AC",
    line="#2D3138",
    edge="#777D86",
    hover="#272B31",
    selection="#1D3C3D",
    accent="#58BDB6",
    accent_hover="#79CFC9",
    accent_ink="#0B1A1A",
    danger="#F2857C",
    danger_ink="#1F0906",
)
