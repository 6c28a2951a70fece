"""What the person said of moods: the chips of a song.

Pure values; stored by the lyric store, drawn by the chips.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from engine.tagging.labels import Verdict
from engine.tagging.results import SongMoods


@dataclass(frozen=True, slots=True)
class Chip:
    """One mood of the song: from the tagger (with `votes`, the excerpts that carry it) or added.

    `score` is None where the tagger does not know the mood. `experimental`: shown because it was
    asked for, though its measured quality could as well be chance. `in_lines`: shown only because
    the person said it of some lines.
    """

    mood: str
    score: float | None
    verdict: Verdict | None = None
    votes: int = 0
    experimental: bool = False
    in_lines: bool = False


def chips_of(moods: SongMoods | None, labels: Mapping[str, Verdict],
             in_lines: Iterable[str] = ()) -> tuple[Chip, ...]:
    """The song's tags in their order, then what the person added, then what they said of lines."""
    shown = {tag.tag: tag for tag in moods.tags} if moods else {}
    chips = [Chip(mood, tag.score, labels.get(mood), _votes(moods, mood), tag.experimental)
             for mood, tag in shown.items()]
    known = dict(zip(moods.moods, moods.scores, strict=False)) if moods else {}
    for mood, verdict in labels.items():
        # A rejected mood that is no longer shown would be a chip against nothing.
        if mood not in shown and verdict is not Verdict.REJECTED:
            score = known.get(mood)
            chips.append(Chip(mood, None if score is None else float(score), verdict))
    for mood in dict.fromkeys(in_lines):
        if all(chip.mood != mood for chip in chips):
            score = known.get(mood)
            chips.append(Chip(mood, None if score is None else float(score), labels.get(mood),
                              in_lines=True))
    return tuple(chips)


def _votes(moods: SongMoods | None, mood: str) -> int:
    excerpts = moods.excerpts if moods else ()
    return sum(any(tag.tag == mood for tag in excerpt.tags) for excerpt in excerpts)
