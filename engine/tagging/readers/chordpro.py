"""ChordPro to a Draft: chords and directives are shown and kept from the words.

Knows the usual directives and their short forms; unknown ones are kept from the model as well.
"""

import re

from engine.tagging.lyric import LineKind
from engine.tagging.readers.chords import is_chord
from engine.tagging.readers.draft import Draft, DraftLine, text_lines

_DIRECTIVE = re.compile(r"\{\s*([A-Za-z_]+)(?:-[\w!]+)?\s*(?:[:\s]\s*(.*?))?\s*\}")
_CHORD = re.compile(r"\[([^\[\]]{0,60})\]")
_META = {"title": "title", "t": "title", "artist": "artist", "album": "album"}
_COMMENTS = frozenset({"c", "comment", "ci", "comment_italic", "cb", "comment_box", "highlight"})
_CREDITS = frozenset({"composer", "lyricist", "arranger", "copyright", "subtitle", "st", "artist",
                      "album", "year"})
_PART_STARTS = re.compile(r"(?:start_of_|so)(\w{1,30})")
_NO_WORDS = frozenset({"tab", "t", "grid", "g", "abc", "ly", "svg", "textblock", "musicxml"})


def parse_chordpro(text: str) -> Draft:
    """The lines of a ChordPro text; {title}, {artist} and {album} become the song's."""
    meta: dict[str, str] = {}
    drafted: list[DraftLine] = []
    wordless = ""
    for line in text_lines(text):
        directive = _DIRECTIVE.fullmatch(line) if len(line) < 400 else None
        if directive:
            name, value = directive[1].lower(), directive[2] or ""
            wordless = _part(name, wordless)
            name, value = _meta(name, value)
            if name in _META and value:
                meta.setdefault(_META[name], value)
            drafted.append(_directive_line(line, name, value))
        elif wordless or line.startswith("#"):
            drafted.append(DraftLine(line, words="", kind=LineKind.RESIDUE))
        else:
            drafted.append(_sung(line))
    return Draft(tuple(drafted), meta.get("title", ""), meta.get("artist", ""),
                 meta.get("album", ""))


def _part(name: str, wordless: str) -> str:
    """The wordless environment (tab, grid...) that is open after this directive, or nothing."""
    start = _PART_STARTS.fullmatch(name)
    if start and start[1] in _NO_WORDS:
        return start[1]
    ends = wordless and name in (f"end_of_{wordless}", f"eo{wordless}", f"eo{wordless[0]}")
    return "" if ends else wordless


def _meta(name: str, value: str) -> tuple[str, str]:
    """{meta: artist Ann} says the same as {artist: Ann}."""
    if name != "meta":
        return name, value
    key, _, rest = value.partition(" ")
    return key.lower(), rest.strip()


def _directive_line(line: str, name: str, value: str) -> DraftLine:
    if name in _COMMENTS and value:
        # A comment may be a section ("Chorus"), a repeat mark ("x2") or a word to the player.
        return DraftLine(line, words=f"[{value}]")
    part = _PART_STARTS.fullmatch(name) is not None or name == "chorus"
    kind = LineKind.HEADING if part or name in ("title", "t") else (
        LineKind.CREDIT if name in _CREDITS else LineKind.RESIDUE)
    return DraftLine(line, words="", kind=kind)


def _sung(line: str) -> DraftLine:
    brackets = [match[1] for match in _CHORD.finditer(line)]
    if not brackets:
        return DraftLine(line)
    if _CHORD.fullmatch(line) and not is_chord(brackets[0].strip()):
        return DraftLine(line)  # [Chorus]: a heading, for markup to judge
    words = " ".join(_CHORD.sub("", line).split())
    return DraftLine(line, words=words, kind=None if words else LineKind.RESIDUE)
