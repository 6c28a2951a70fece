"""The colour of who has none of their own: always the same for the same name. No widgets."""

import colorsys
import zlib
from collections.abc import Mapping

from engine.chat.talk import TalkSetup

_SATURATION, _LIGHTNESS = 0.45, 0.42


def colour_of(name: str) -> str:
    """As "#rrggbb"."""
    hue = zlib.crc32(name.casefold().encode("utf-8", "replace")) % 360 / 360
    parts = colorsys.hls_to_rgb(hue, _LIGHTNESS, _SATURATION)
    return "#" + "".join(f"{round(255 * part):02x}" for part in parts)


def colours_of(setup: TalkSetup) -> Mapping[str, str]:
    """The colour of each of the cast by what they are called."""
    return {member.persona.called: member.persona.colour or colour_of(member.persona.name)
            for member in setup.cast}
