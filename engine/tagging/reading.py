"""From a path or a pasted text to a Lyric: picks the reader, the sidecar and the names.

Every file that cannot become a lyric raises an EngineError whose sentence stands beside it.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path

from engine.errors import EngineError
from engine.tagging.lyric import Lyric
from engine.tagging.markup import mark_lines
from engine.tagging.readers.audio import Recording, read_recording
from engine.tagging.readers.chordpro import parse_chordpro
from engine.tagging.readers.draft import Draft, plain_draft
from engine.tagging.readers.lrc import looks_like_lrc, parse_lrc
from engine.tagging.readers.markdown import parse_markdown
from engine.tagging.readers.srt import parse_srt
from engine.tagging.readers.text_file import read_text
from engine.tagging.readers.ttml import parse_ttml

CHORDPRO_SUFFIXES = frozenset({".cho", ".chordpro", ".chopro", ".crd", ".pro"})
LYRIC_SUFFIXES = frozenset({".txt", ".lrc", ".elrc", ".srt", ".ttml", ".md"}) | CHORDPRO_SUFFIXES
AUDIO_SUFFIXES = frozenset({
    ".mp3", ".flac", ".ogg", ".oga", ".opus", ".m4a", ".m4b", ".mp4", ".aac", ".wma", ".aif",
    ".aiff", ".wav", ".ape", ".dsf", ".wv", ".mpc"})
# The first that can be read wins over the others and over words embedded in the recording.
SIDECAR_SUFFIXES = (".lrc", ".elrc", ".srt", ".ttml", ".txt")

_MOST_LINES = 20_000
_MOST_CHARACTERS = 200_000
_TOO_LONG = ("This text is far longer than one song.", "Give each song a file of its own.")
_NUMBERED = re.compile(r"(?:\d{1,3}\s?[-._)]\s+|0\d\s+|\d-\d\d\s+)(?=\S)")


class NoWordsError(EngineError):
    """The file is whole, and there is no lyric in it: nothing is wrong, nothing can be tagged."""


_Parser = Callable[[str], Draft]


def read_lyric(path: Path) -> Lyric:
    """The lyric of a file, or of a recording with its sidecar. EngineError for every other file."""
    suffix = path.suffix.lower()
    if suffix in AUDIO_SUFFIXES:
        return _from_recording(path)
    if suffix not in LYRIC_SUFFIXES:
        kind = f"{suffix} files are" if suffix else "Files without an ending are"
        raise EngineError(f"{kind} not read as lyrics.",
                          "Save it as .txt or .lrc, or paste the lyric.")
    return _named(_lyric(_parsed(path), suffix[1:]), path)


def lyric_from_text(text: str, title: str = "", artist: str = "", source: str = "paste") -> Lyric:
    """The lyric of a text without a file. LRC stamps are found by themselves. EngineError if empty
    or far too long."""
    if not text.strip():
        raise EngineError("There are no words here.", "Paste the lyric of one song.")
    draft = _drafted(text, _plain_or_lrc)
    return _lyric(replace(draft, title=title or draft.title, artist=artist or draft.artist), source)


def sidecars(path: Path) -> Iterator[Path]:
    """The lyric files that stand beside a recording under its name, the best first."""
    for suffix in SIDECAR_SUFFIXES:
        for spelling in (suffix, suffix.upper()):
            beside = path.with_name(path.stem + spelling)
            if beside.is_file():
                yield beside
                break


def _from_recording(path: Path) -> Lyric:
    """A sidecar that can be read wins; the recording still tells the names if it is whole."""
    beside, problem = _from_sidecar(path)
    try:
        recording = read_recording(path)
    except EngineError:
        if beside is None or not path.exists():
            raise
        recording = Recording()
    if beside is not None:
        names = replace(beside, title=recording.title or beside.title,
                        artist=recording.artist or beside.artist,
                        album=recording.album or beside.album)
        return _named(names, path)
    if recording.lyric is not None:
        draft = replace(recording.lyric, title=recording.title, artist=recording.artist,
                        album=recording.album)
        _check_length(draft)
        return _named(_lyric(draft, recording.source), path)
    raise problem or NoWordsError("This file holds no words.",
                                 "Drop its .lrc beside it, or paste the lyric.")


def _from_sidecar(path: Path) -> tuple[Lyric | None, EngineError | None]:
    """The first sidecar that can be read, else what was wrong with the first that cannot."""
    problem: EngineError | None = None
    for beside in sidecars(path):
        suffix = beside.suffix.lower()
        try:
            return _lyric(_parsed(beside), f"sidecar {suffix[1:]}"), None
        except EngineError as error:
            problem = problem or EngineError(f"{beside.name}, beside this recording: "
                                             f"{error.message[0].lower()}{error.message[1:]}",
                                             error.hint)
    return None, problem


def _parsed(path: Path) -> Draft:
    return _drafted(read_text(path), _PARSERS.get(path.suffix.lower(), parse_chordpro))


def _drafted(text: str, parse: _Parser) -> Draft:
    """The draft of a text, refused before and after parsing where it is no song's length: by its
    lines, and by its stamps, of which each could begin a line."""
    if any(sum(map(text.count, marks)) > 2 * _MOST_LINES for marks in ("\n\r", "[<")):
        raise EngineError(*_TOO_LONG)
    draft = parse(text)
    _check_length(draft)
    return draft


def _check_length(draft: Draft) -> None:
    size = sum(len(line.text) for line in draft.lines)
    if len(draft.lines) > _MOST_LINES or size > _MOST_CHARACTERS:
        raise EngineError(*_TOO_LONG)
    if not size:
        raise NoWordsError("This file holds no words.", "Put the lyric into it, or remove it.")


def _plain_or_lrc(text: str) -> Draft:
    return parse_lrc(text) if looks_like_lrc(text) else plain_draft(text)


_PARSERS: Mapping[str, _Parser] = {
    ".lrc": parse_lrc, ".elrc": parse_lrc, ".srt": parse_srt, ".ttml": parse_ttml,
    ".md": parse_markdown, ".txt": _plain_or_lrc}


def _lyric(draft: Draft, source: str) -> Lyric:
    return Lyric(mark_lines(draft.lines, draft.title, draft.artist), draft.title, draft.artist,
                 draft.album, source)


def _named(lyric: Lyric, path: Path) -> Lyric:
    """A song without a title takes its file's name: "03 - Ann - Rain" is Rain by Ann."""
    if lyric.title:
        return lyric
    stem = path.stem.encode("utf-8", "replace").decode()
    name = " ".join(_NUMBERED.sub("", stem.replace("_", " "), count=1).split()) or stem
    artist, dash, title = name.partition(" - ")
    if dash and title and not lyric.artist:
        return replace(lyric, title=title, artist=artist)
    return replace(lyric, title=title if dash and artist == lyric.artist else name)
