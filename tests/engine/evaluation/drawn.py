"""Finds the parts of a drawn picture again, for looking whether they are where they should be."""

from engine.evaluation.svg import Node


def parts(picture: Node, tag: str, style: str = "") -> list[Node]:
    """The elements of this name that carry the class `style`."""
    return [part for part in picture.iter(tag)
            if not style or style in (part.get("class") or "").split()]


def number(part: Node, name: str) -> float:
    return float(part.get(name, "nan"))


def words(picture: Node) -> list[str]:
    return [part.text or "" for part in picture.iter("text")]


def told(picture: Node) -> str:
    """What is said to those who cannot see it."""
    return next(picture.iter("desc")).text or ""
