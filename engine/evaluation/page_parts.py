"""The parts a page of figures is built from: tables, figures with captions, folding sections.

Plain HTML that reads well aloud and without a style. Knows no report.
"""

from collections.abc import Sequence

from engine.evaluation.pictures import shown, shown_range
from engine.evaluation.report import Interval
from engine.evaluation.svg import Node, as_text, node

_POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"
_WORDS = "words"
Cell = Node | str | None


def page(title: str, style: str, *parts: Node | None) -> str:
    """A whole page that loads nothing and runs nothing."""
    head = node(
        "head", None, node("meta", {"charset": "utf-8"}), node("title", None, title),
        node("meta", {"name": "viewport", "content": "width=device-width, initial-scale=1"}),
        node("meta", {"http-equiv": "Content-Security-Policy", "content": _POLICY}),
        node("style", None, style))
    body = node("body", None, node("main", None, *parts))
    return "<!doctype html>\n" + as_text(node("html", {"lang": "en"}, head, body)) + "\n"


def paragraph(said: str, style: str = "") -> Node:
    return node("p", {"class": style or None}, said)


def bullets(sentences: Sequence[str]) -> Node | None:
    """A list; nothing for no sentences."""
    if not sentences:
        return None
    return node("ul", None, *(node("li", None, each) for each in sentences))


def interval(figure: Interval | None, signed: bool = False, mark: str = "") -> Node:
    """A cell: the figure, below it how far it may be off."""
    if figure is None:
        return node("td", {"class": "quiet"}, "–")
    return node("td", {"class": mark or None}, node("b", None, shown(figure.value, signed)),
                node("small", None, shown_range(figure.low, figure.high, signed)))


def table(caption: str, head: Sequence[str], rows: Sequence[Sequence[Cell]]) -> Node:
    """A table whose first cell of a row names it; wide ones scroll. Cells are texts or <td>s."""
    shapes = rows[0] if rows else ()
    titles = node("tr", None, *(
        node("th", {"scope": "col", "class": _words_below(shapes, place)}, title)
        for place, title in enumerate(head)))
    body = [node("tr", None, *(_cell(cell, first=not place) for place, cell in enumerate(row)))
            for row in rows]
    return node("div", {"class": "wide", "tabindex": "0", "role": "region", "aria-label": caption},
                node("table", None, node("caption", None, caption),
                     node("thead", None, titles), node("tbody", None, *body)))


def _words_below(row: Sequence[Cell], place: int) -> str | None:
    """A heading stands over its column: to the left where words are."""
    below = row[place] if place < len(row) else None
    return below.get("class") if isinstance(below, Node) and below.get("class") == _WORDS else None


def _cell(cell: Cell, first: bool) -> Node:
    if isinstance(cell, Node):
        return cell
    return node("th", {"scope": "row"}, cell or "") if first else node("td", None, cell or "–")


def words(said: str) -> Node:
    """A cell of words: set to the left."""
    return node("td", {"class": _WORDS}, said)


def figure(caption: str, *pictures: Node) -> Node:
    """Pictures with what they show; several stand side by side where there is room."""
    return node("figure", None, *(node("div", {"class": "wide", "tabindex": "0"}, each)
                                  for each in pictures), node("figcaption", None, caption))


def titled(title: str, picture: Node) -> Node:
    """A picture under a title of its own, where several stand in one figure."""
    return node("div", None, node("p", {"class": "over"}, title), picture)


def folded(title: str, beside: str, *parts: Node | None, unfolded: bool = False) -> Node:
    """A section that opens at a click, without any script."""
    return node("details", {"open": "open" if unfolded else None},
                node("summary", None, node("b", None, title), node("span", None, beside)),
                node("div", None, *parts))


def facts(pairs: Sequence[tuple[str, str]]) -> Node:
    """Names with their values, side by side."""
    return node("dl", {"class": "facts card"}, *(
        node("div", None, node("dt", None, name), node("dd", None, value))
        for name, value in pairs))
