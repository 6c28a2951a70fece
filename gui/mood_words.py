"""Songs and moods in words: names, scores, times. Shared by all rooms that show them."""

import re
from pathlib import PurePath

from PySide6.QtCore import QCoreApplication

from engine.tagging.results import Tag
from engine.tagging.song import SongRow
from engine.tagging.vocabulary import Vocabulary

translate = QCoreApplication.translate


def mood_name(vocabulary: Vocabulary, mood: str) -> str:
    """The mood as the person reads it; a mood that left the vocabulary keeps its id."""
    known = vocabulary.get(mood)
    return known.name if known else mood.replace("_", " ").capitalize()


def tag_text(tag: Tag, vocabulary: Vocabulary) -> str:
    """A tag with its score, and what there is to know of its mood."""
    told = f"{mood_name(vocabulary, tag.tag)} {score_text(tag.score)}"
    return translate("Tag", "{tag} (experimental)").format(tag=told) if tag.experimental else told


def mood_place(vocabulary: Vocabulary, mood: str) -> tuple[float, float]:
    """Valence and arousal of a mood, the middle for one that left the vocabulary."""
    known = vocabulary.get(mood)
    return (known.valence, known.arousal) if known else (0.0, 0.0)


def row_title(row: SongRow) -> str:
    """The song's title, else the name of its file, on one line."""
    if row.title:
        return one_line(row.title)
    if is_pasted(row.place):
        return translate("Tag", "Pasted lyric")
    return one_line(PurePath(row.place).stem or row.place)


def is_pasted(place: str) -> bool:
    return place.startswith("paste:")


def one_line(text: str) -> str:
    """Text without line breaks and other control characters, as file names may hold them."""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())


def breakable(text: str, most: int = 30) -> str:
    """Text whose overlong words, as names of files are, may be broken to fit a narrow column."""
    return re.sub(rf"\S{{{most + 1},}}", lambda word: "\u200b".join(
        word[0][at:at + 10] for at in range(0, len(word[0]), 10)), text)


def score_text(score: float) -> str:
    return f"{score:.2f}"


def signed_text(value: float) -> str:
    """A signed figure with a true minus, as wide as its positive sibling."""
    return f"{value:+.2f}".replace("-", "\u2212")


def clock_text(milliseconds: int) -> str:
    """Minutes and seconds: 3:07."""
    minutes, seconds = divmod(max(0, milliseconds) // 1000, 60)
    return f"{minutes}:{seconds:02d}"
