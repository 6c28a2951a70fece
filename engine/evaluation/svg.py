"""The strokes pictures and pages are made of: elements that cannot break out of their page, scales.

Everything said goes through `node`, which leaves the escaping to ElementTree. Knows no figures
and no colours: a page's style gives every class its colour, by day and by night.
"""

import math
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import count
from xml.etree import ElementTree

Node = ElementTree.Element
Attribute = str | float | None

_TURNS = frozenset({"LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"})
LETTER = 6.6  # a letter's usual width in px at 13 px, for leaving enough room


def node(tag: str, attributes: Mapping[str, Attribute] | None = None,
         *children: Node | str | None) -> Node:
    """An element; attributes and children that are None are left out."""
    made = ElementTree.Element(tag, {
        name: _plain(value) for name, value in (attributes or {}).items() if value is not None})
    last: Node | None = None
    for child in children:
        if isinstance(child, ElementTree.Element):
            made.append(child)
            last = child
        elif child is not None and last is None:
            made.text = (made.text or "") + _plain(child)
        elif child is not None and last is not None:
            last.tail = (last.tail or "") + _plain(child)
    return made


def as_text(root: Node) -> str:
    """HTML as a browser reads it."""
    return ElementTree.tostring(root, encoding="unicode", method="html")


def _plain(value: str | float) -> str:
    """Numbers short; of texts what a document may hold: no control signs, no half letters, and
    nothing that would turn the figures after a name around."""
    if not isinstance(value, str):
        return f"{value:.2f}".rstrip("0").rstrip(".") if value % 1 else f"{value:.0f}"
    kept = "".join(letter for letter in value if letter in "\n\t" or (
        unicodedata.category(letter) != "Cc" and unicodedata.bidirectional(letter) not in _TURNS))
    return kept.encode("utf-8", "replace").decode("utf-8")


@dataclass(frozen=True, slots=True)
class Scale:
    """Places a value of `low`..`high` between the pixels `start` and `end`; never outside."""

    low: float
    high: float
    start: float
    end: float

    def __call__(self, value: float) -> float:
        share = (value - self.low) / (self.high - self.low or 1.0)
        return self.start + min(max(share, 0.0), 1.0) * (self.end - self.start)

    def ticks(self, most: int = 6) -> list[float]:
        """Round values within the scale, at most `most`, evenly apart."""
        step = _round_step((self.high - self.low) / max(most - 1, 1))
        first = math.ceil(round(self.low / step, 6))
        last = math.floor(round(self.high / step, 6))
        return [round(step * place, 10) for place in range(first, last + 1)]


def covering(values: list[float], start: float, end: float, step: float = 0.05) -> Scale:
    """A scale whose ends are multiples of `step` and hold every value; one step wide at least."""
    low = math.floor(round(min(values, default=0.0) / step, 6)) * step
    high = math.ceil(round(max(values, default=0.0) / step, 6)) * step
    return Scale(low, high if high > low else low + step, start, end)


def _round_step(least: float) -> float:
    """The smallest of 1, 2, 5 times a power of ten that is not below `least`."""
    if least <= 0:
        return 1.0
    power = 10.0 ** math.floor(math.log10(least))
    return next(power * factor for factor in (1, 2, 5, 10)
                if power * factor >= least * (1 - 1e-9))


def text(x: float, y: float, said: str, style: str = "", anchor: str = "") -> Node:
    """A text whose baseline begins at (x, y)."""
    return node("text", {"x": x, "y": y, "class": style or None, "text-anchor": anchor or None},
                said)


def line(x1: float, y1: float, x2: float, y2: float, style: str) -> Node:
    return node("line", {"x1": x1, "y1": y1, "x2": x2, "y2": y2, "class": style})


class Canvas:
    """Pictures of one page: each gets a name of its own, by which its title is found."""

    def __init__(self) -> None:
        self._numbers = count(1)

    def picture(self, width: float, height: float, title: str, told: str, *parts: Node) -> Node:
        """An image with a title and a description for those who cannot see it."""
        name = f"picture-{next(self._numbers)}"
        return node(
            "svg", {"viewBox": f"0 0 {width:.0f} {height:.0f}", "width": f"{width:.0f}",
                    "height": f"{height:.0f}", "role": "img",
                    "aria-labelledby": f"{name}-title {name}-told"},
            node("title", {"id": f"{name}-title"}, title),
            node("desc", {"id": f"{name}-told"}, told), *parts)
