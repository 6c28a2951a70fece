"""A reason made ready to be shown: which lines carried the mood, and what to say about it."""

from dataclasses import dataclass

from PySide6.QtCore import QCoreApplication

from engine.tagging.lyric import LyricLine
from engine.tagging.reasons import LineReason, Reason
from gui.mood_words import score_text

translate = QCoreApplication.translate
_LEAST = 0.005  # what rounds to 0.00 or 0.01 has not carried anything
_SHARE = 0.2  # of the strongest line; less is not worth an eye's way


@dataclass(frozen=True, slots=True)
class Span:
    """Characters [start, end) of a shown line, which carried `change` of the score."""

    line: int
    start: int
    end: int
    change: float


def carrying(reason: Reason, lines: tuple[LyricLine, ...]) -> tuple[Span, ...]:
    """The spans that carried the mood, in song order; none where the song as a whole did."""
    strongest = max((piece.change for piece in reason.lines), default=0.0)
    least = max(_LEAST, _SHARE * strongest)
    read = {piece.line for piece in reason.lines}
    spans: list[Span] = []
    for piece in reason.lines:
        if piece.change >= least and piece.line < len(lines):
            places = [piece.line, *_echoes(piece.line, lines, read)]
            spans += [_span(piece, place, lines[place]) for place in places]
    return tuple(sorted(spans, key=lambda span: (span.line, span.start)))


def why_text(reason: Reason, mood: str, spans: tuple[Span, ...]) -> str:
    """The answer in one or two sentences; `mood` is its name."""
    score = score_text(reason.score)
    if not spans:
        told = translate("Tag", "{mood} {score}: the song as a whole, no single line.")
    elif len({span.line for span in spans}) == 1:
        told = translate("Tag", "{mood} {score}: carried by one line, worth {change}.")
    else:
        told = translate("Tag", "{mood} {score}: carried by {n} lines, the strongest worth "
                                "{change}.")
    change = score_text(max((span.change for span in spans), default=0.0))
    count = len({span.line for span in spans})
    return told.format(mood=mood, score=score, n=count, change=change)


def votes_text(reason: Reason, excerpts: int) -> str:
    """Which excerpts voted for the mood."""
    if excerpts <= 1:
        return ""
    if not reason.excerpts:
        return translate("Tag", "No excerpt alone shows it.")
    if len(reason.excerpts) == excerpts == 2:
        return translate("Tag", "Both excerpts show it.")
    if len(reason.excerpts) == excerpts:
        return translate("Tag", "All {n} excerpts show it.").format(n=excerpts)
    *most, last = (str(number + 1) for number in sorted(reason.excerpts))
    numbers = translate("Tag", "{some} and {last}").format(some=", ".join(most), last=last)
    if len(reason.excerpts) == 1:
        return translate("Tag", "Excerpt {numbers} of {n} shows it.").format(
            numbers=last, n=excerpts)
    return translate("Tag", "Excerpts {numbers} of {n} show it.").format(
        numbers=numbers, n=excerpts)


def caution_text() -> str:
    """What to know of a mood that is only experimental."""
    return translate("Tag", "This mood is experimental: where it was measured, it could as well "
                            "have been chance.")


def _echoes(number: int, lines: tuple[LyricLine, ...], read: set[int]) -> list[int]:
    """Lines that repeat this one and were therefore not read again."""
    words = lines[number].words
    return [at for at, line in enumerate(lines)
            if at not in read and line.words and line.words.casefold() == words.casefold()]


def _span(piece: LineReason, place: int, line: LyricLine) -> Span:
    """A piece counts within the words the tagger read; the line shows them within more text."""
    offset = line.text.find(line.words) if line.words else -1
    whole = piece.start == 0 and piece.end >= len(line.words)
    if offset < 0 or whole:
        return Span(place, 0, len(line.text), piece.change)
    return Span(place, offset + piece.start, offset + piece.end, piece.change)
