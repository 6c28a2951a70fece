"""A field for every pair of tags as SVG: what is taken for what, and what goes together.

Draws shares and writes counts in; a table of the same counts belongs beside it. Knows no report
and no colour.
"""

from collections.abc import Sequence

from engine.evaluation.pictures import shown
from engine.evaluation.svg import LETTER, Canvas, Node, node, text

CELL, SMALL_CELL = 46.0, 22.0


def grid(canvas: Canvas, title: str, names: Sequence[str], columns: Sequence[str],
         shares: Sequence[Sequence[float | None]], cells: Sequence[Sequence[str]] | None = None
         ) -> Node:
    """A field for every pair, the darker the larger its share (0 to 1); `cells` are written in.

    `shares` has a row for every name and a value for every column, None for a field left blank.
    """
    side = CELL if cells is not None else SMALL_CELL
    longest = max(map(len, (*names, *columns)), default=0)
    left = min(max(70.0, longest * LETTER + 14), 220.0)
    top = left * 0.75 + 10
    parts: list[Node] = []
    for place, name in enumerate(columns):
        x = left + (place + 0.5) * side
        parts.append(node("text", {"x": x, "y": top - 8, "class": "label",
                                   "transform": f"rotate(-45 {x:.0f} {top - 8:.0f})"}, name))
    for down, name in enumerate(names):
        y = top + down * side
        parts.append(text(left - 10, y + side / 2 + 4, name, "label", "end"))
        for along, share in enumerate(shares[down]):
            written = cells[down][along] if cells is not None else ""
            if share is not None and (share > 0 or written):
                said = f"{name}, {columns[along]}: {written or shown(share)}"
                parts.append(_field(left + along * side, y, side, share, written, said))
    width = left + len(columns) * side + left * 0.75
    return canvas.picture(width, top + len(names) * side + 8, title,
                          _strongest(names, columns, shares), *parts)


def _field(x: float, y: float, side: float, share: float, written: str, said: str) -> Node:
    """One field of a grid; what it holds is said when the pointer rests on it."""
    field = node("rect", {"x": x + 1, "y": y + 1, "width": side - 2, "height": side - 2, "rx": 3,
                          "class": "field", "style": f"--share:{min(max(share, 0.0), 1.0):.3f}"})
    hover = node("title", None, said)
    if not written:
        field.append(hover)
        return field
    return node("g", None, field, text(x + side / 2, y + side / 2 + 4, written, "label", "middle"),
                hover)


def _strongest(names: Sequence[str], columns: Sequence[str],
               shares: Sequence[Sequence[float | None]]) -> str:
    """The five largest fields, in words."""
    pairs = [(share, f"{name} and {column}")
             for name, row in zip(names, shares, strict=True)
             for column, share in zip(columns, row, strict=True) if share is not None]
    pairs.sort(key=lambda pair: -pair[0])
    return "The largest: " + ", ".join(f"{name} {shown(share)}" for share, name in pairs[:5])
