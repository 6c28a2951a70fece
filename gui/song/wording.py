"""What is said of a song, in words: names, states, times, scores."""

from html import escape

from PySide6.QtCore import QCoreApplication

from engine.tagging.lyric import LineKind, Lyric
from engine.tagging.song import SongRow, SongState
from engine.tagging.vocabulary import Vocabulary
from gui.mood_words import is_pasted, one_line, row_title, tag_text

translate = QCoreApplication.translate
_TITLE_MOST = 40
_STEP = 0.2  # nearer to the middle than this, neither direction is named


def title_of_words(lyric: Lyric) -> str:
    """The first sung line, cut between words: a name for words that came without one."""
    first = next((one_line(line.words) for line in lyric.lines
                  if line.kind is LineKind.WORDS and one_line(line.words)), "")
    if len(first) <= _TITLE_MOST:
        return first
    cut = first[:_TITLE_MOST]
    whole = cut.rpartition(" ")[0] or cut[:-1]
    return whole.rstrip(" ,;:.-") + "\u2026"


def state_word(state: SongState) -> str:
    return {
        SongState.WAITING: translate("Tag", "Waiting"),
        SongState.TAGGING: translate("Tag", "Being tagged"),
        SongState.TAGGED: translate("Tag", "Tagged"),
        SongState.NO_WORDS: translate("Tag", "No words"),
        SongState.UNKNOWN_LANGUAGE: translate("Tag", "Other language"),
        SongState.FAILED: translate("Tag", "Not read"),
    }[state]


def row_note(row: SongRow) -> str:
    """What stands in a row in place of moods: its state, and the sentence that explains it."""
    if row.state is SongState.TAGGED:
        return "" if row.tags else translate("Tag", "No mood stood out")
    return one_line(row.message) or state_word(row.state)


def row_spoken(row: SongRow, vocabulary: Vocabulary) -> str:
    """A row as a screen reader says it."""
    parts = [row_title(row), one_line(row.artist), state_word(row.state)]
    if row.state is SongState.TAGGED:
        parts += [tag_text(tag, vocabulary) for tag in row.tags[:3]]
    else:
        parts += [one_line(row.message), one_line(row.hint)]
    if row.missing:
        parts.append(missing_note())
    return ", ".join(part for part in parts if part)


def row_tip(row: SongRow) -> str:
    """All that a narrow row cannot show. Tips read markup, so what comes from files is escaped."""
    parts = [row.message, row.hint, missing_note() if row.missing else "",
             "" if is_pasted(row.place) else row.place]
    return "<qt>" + "<br>".join(escape(one_line(part)) for part in parts if part) + "</qt>"


def missing_note() -> str:
    return translate("Tag", "The file is no longer where it was found.")


def affect_words(valence: float, arousal: float) -> str:
    """A place on the valence/arousal plane in two words: "Dark, stirred"."""
    light = _direction(valence, translate("Tag", "dark"), translate("Tag", "bright"))
    stir = _direction(arousal, translate("Tag", "still"), translate("Tag", "stirred"))
    if not light and not stir:
        return translate("Tag", "Neither dark nor bright")
    return ", ".join(filter(None, (light, stir))).capitalize()


def _direction(value: float, low: str, high: str) -> str:
    if abs(value) < _STEP:
        return ""
    return high if value > 0 else low
