"""A tagged song as the command line tells it: a JSON object, lines for a person, a CSV row.

Pure: turns rows and songs into text. What the words of the JSON mean is fixed for scripts.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from engine.tagging.lyric import Lyric
from engine.tagging.playlists.song_documents import (
    excerpt_object,
    harmless,
    rounded,
    tag_object,
)
from engine.tagging.reasons import LineReason, Reason
from engine.tagging.results import SongMoods, Tag
from engine.tagging.song import SongRow, SongState

STATUS = {SongState.TAGGED: "tagged", SongState.NO_WORDS: "no_lyrics"}
LINES_SAID = 3
COLUMNS, COLUMN = 3, 26  # of --all-scores in a terminal


@dataclass(frozen=True, slots=True)
class Answer:
    """What is said of one song. `key` is ("path", ...) or ("id", ...), as it was asked for."""

    key: tuple[str, object]
    row: SongRow
    tagger: str
    lyric: Lyric | None = None
    moods: SongMoods | None = None
    reasons: tuple[Reason, ...] = field(default=())

    @property
    def status(self) -> str:
        return STATUS.get(self.row.state, "failed")


def as_json(answer: Answer, all_scores: bool) -> dict[str, Any]:
    """The object of one line of --json. `scores` only with `all_scores`."""
    row, moods = answer.row, answer.moods
    tagged = row.state is SongState.TAGGED
    told: dict[str, Any] = {answer.key[0]: answer.key[1], "artist": row.artist,
                            "title": row.title, "language": row.language,
                            "status": answer.status}
    if not tagged:
        told |= {"error": row.message} | ({"hint": row.hint} if row.hint else {})
    told |= {"tagger": answer.tagger, "tags": [tag_object(tag) for tag in row.tags]}
    if all_scores and moods is not None:
        told["scores"] = _scores(moods)
    shown = moods if moods is not None and (tagged or all_scores) else None
    told |= {"valence": rounded(shown.valence) if shown else None,
             "arousal": rounded(shown.arousal) if shown else None,
             "excerpts": [excerpt_object(excerpt) for excerpt in shown.excerpts] if shown else []}
    if answer.reasons:
        told["reasons"] = [_reason(reason, answer.lyric) for reason in answer.reasons]
    return told


def as_text(answer: Answer, all_scores: bool) -> str:
    """A few lines for a person: the song, its tags or what is in the way, its reasons.

    With `all_scores` also every mood with its score, highest first.
    """
    row = answer.row
    name = row.title or str(answer.key[1])
    lines = [f"{name}, {row.artist}" if row.artist else name]
    if row.state is SongState.TAGGED:
        lines.append("    " + ("   ".join(map(tag_text, row.tags)) or "No mood stands out."))
    else:
        lines.append("    " + " ".join(filter(None, (row.message, row.hint))))
    if all_scores and answer.moods is not None:
        lines += _every_mood(answer.moods)
    for reason in answer.reasons:
        lines.append(f"    {reason.mood}, because of:")
        lines += [f"        {line.change:+.2f}  {_text(line, answer.lyric)}"
                  for line in _carriers(reason)[:LINES_SAID]]
    return "\n".join(lines)


def _every_mood(moods: SongMoods) -> list[str]:
    ranked = sorted(_scores(moods).items(), key=lambda scored: -scored[1])
    cells = [f"{mood} {score:.2f}".ljust(COLUMN) for mood, score in ranked]
    return ["        " + "".join(cells[first:first + COLUMNS]).rstrip()
            for first in range(0, len(cells), COLUMNS)]


def csv_header(key: str, moods: Sequence[str]) -> list[str]:
    """The first row of --csv; `moods` are those whose scores are asked for."""
    return [key, "artist", "title", "language", "status", "error", "tags",
            "valence", "arousal", *moods]


def csv_row(answer: Answer, moods: Sequence[str]) -> list[str]:
    """One song's row. No cell can be taken for a formula by a spreadsheet."""
    row = answer.row
    tagged = row.state is SongState.TAGGED
    scores: Mapping[str, float] = _scores(answer.moods) if answer.moods and moods else {}
    name = "" if answer.key[1] is None else str(answer.key[1])
    error = "" if tagged else " ".join(filter(None, (row.message, row.hint)))
    texts = (name, row.artist, row.title, row.language, answer.status, error,
             "; ".join(tag.tag for tag in row.tags))
    return [*(harmless(text) for text in texts),
            f"{row.valence:.4f}" if tagged else "", f"{row.arousal:.4f}" if tagged else "",
            *(f"{scores[mood]:.4f}" if mood in scores else "" for mood in moods)]


def tag_text(tag: Tag) -> str:
    """A mood with its score, as lists on the terminal have it."""
    return f"{tag.tag} {tag.score:.2f}" + (" (experimental)" if tag.experimental else "")


def _scores(moods: SongMoods) -> dict[str, float]:
    return {mood: rounded(float(score))
            for mood, score in zip(moods.moods, moods.scores, strict=True)}


def _reason(reason: Reason, lyric: Lyric | None) -> dict[str, object]:
    return {"tag": reason.mood, "score": rounded(reason.score),
            "lines": [{"line": line.line, "text": _text(line, lyric),
                       "change": rounded(line.change)} for line in _carriers(reason)],
            "excerpts": list(reason.excerpts)}


def _carriers(reason: Reason) -> list[LineReason]:
    """The lines without which the score falls, those it leans on most first."""
    carriers = [line for line in reason.lines if line.change > 0]
    return sorted(carriers, key=lambda line: -line.change)


def _text(line: LineReason, lyric: Lyric | None) -> str:
    return lyric.lines[line.line].words[line.start:line.end] if lyric else ""
