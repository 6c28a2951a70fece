"""Markdown to a Draft: marks are shown and kept from the words.

Knows headings, emphasis, quotes, lists, links, rules, fences and a YAML head with title and artist.
"""

import re
from itertools import takewhile

from engine.tagging.lyric import LineKind
from engine.tagging.readers.draft import Draft, DraftLine, text_lines

_HEADING = re.compile(r"#{1,6}\s+(.*?)\s*#*")
_RULE = re.compile(r"(?:[-*_=]\s?){3,}|`{3,}.{0,40}|~{3,}.{0,40}")
_COMMENT = re.compile(r"<!--.{0,2000}-->")
_LEAD = re.compile(r"(?:>\s?|[-*+]\s+)+")
_IMAGE = re.compile(r"!\[[^\[\]]{0,200}\]\([^()]{0,500}\)")
_LINK = re.compile(r"\[([^\[\]]{1,200})\]\([^()]{1,500}\)")
_EMPHASIS = re.compile(r"(?<!\\)(?:\*{1,3}|`{1,2}|~~|(?<!\w)_{1,3}|_{1,3}(?!\w))")
_TAG = re.compile(r"</?[A-Za-z][^<>]{0,80}>")
_ESCAPE = re.compile(r"\\([\\`*_{}\[\]()#+.!>-])")
_FIELD = re.compile(r"(title|artist|album)\s*:\s*[\"']?(.{1,200}?)[\"']?", re.IGNORECASE)


def parse_markdown(text: str) -> Draft:
    """The lines of a Markdown text, its marks taken off the words."""
    lines = text_lines(text)
    head = _head(lines)
    fields = {match[1].lower(): match[2] for line in head if (match := _FIELD.fullmatch(line))}
    body = lines[len(head) + 2:] if head else lines
    title = fields.get("title", "")
    drafted: list[DraftLine] = []
    for line in body:
        heading = _HEADING.fullmatch(line) if len(line) < 400 else None
        if heading and line.startswith("# ") and not title:
            title = _bare(heading[1])
        drafted.append(_heading(line) if heading else _line(line))
    return Draft(tuple(drafted), title, fields.get("artist", ""), fields.get("album", ""))


def _head(lines: list[str]) -> list[str]:
    """The lines of a YAML head, without its rules; empty where there is none."""
    if not lines or lines[0] != "---":
        return []
    head = list(takewhile(lambda line: line not in ("---", "..."), lines[1:200]))
    return head if len(head) + 1 < len(lines) and all(":" in line for line in head if line) else []


def _heading(line: str) -> DraftLine:
    return DraftLine(line, words="", kind=LineKind.HEADING)


def _line(line: str) -> DraftLine:
    if _RULE.fullmatch(line) or _COMMENT.fullmatch(line):
        return DraftLine(line, words="", kind=LineKind.RESIDUE)
    words = _bare(_LEAD.sub("", line, count=1) if _LEAD.match(line) else line)
    return DraftLine(line, words=words) if words != line else DraftLine(line)


def _bare(text: str) -> str:
    text = _LINK.sub(r"\1", _IMAGE.sub("", text))
    text = _TAG.sub(" ", text).removesuffix("\\")
    return " ".join(_ESCAPE.sub(r"\1", _EMPHASIS.sub("", text)).split())
