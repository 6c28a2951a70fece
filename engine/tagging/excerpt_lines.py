"""Which excerpts a line of a lyric belongs to, once they are cut. Pure values."""

from collections.abc import Sequence

from engine.tagging.lyric import LineKind, Lyric
from engine.tagging.results import ExcerptMoods


def excerpts_of_lines(lyric: Lyric, excerpts: Sequence[ExcerptMoods]) -> dict[int, tuple[int, ...]]:
    """Line of words -> the numbers of the excerpts that hold it, in order of the lines.

    An echo belongs to the excerpt of what it repeats; a line too long for one excerpt to several.
    """
    found: dict[int, list[int]] = {}
    echoed: dict[int, list[int]] = {}
    for number, excerpt in enumerate(excerpts):
        for line in range(excerpt.first_line, excerpt.last_line + 1):
            found.setdefault(line, []).append(number)
        for line in excerpt.echoes:
            echoed.setdefault(line, []).append(number)
    # An echo inside another excerpt's span was left out of that excerpt when it was cut.
    found.update(echoed)
    return {line: tuple(numbers) for line, numbers in sorted(found.items())
            if line < len(lyric.lines) and lyric.lines[line].kind is LineKind.WORDS}
