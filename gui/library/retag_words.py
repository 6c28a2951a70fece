"""What is said of songs that are compared by another tagger."""

from PySide6.QtCore import QCoreApplication

from engine.tagging.retagging.differences import Comparison, Difference, MoodChange, Tags
from engine.tagging.retagging.retagger import RetagProgress
from engine.tagging.vocabulary import Vocabulary
from gui.figures import count_text
from gui.library.wording import tagger_word
from gui.mood_words import mood_name, one_line, score_text

translate = QCoreApplication.translate
MINUS = "\u2212"


def songs_text(count: int) -> str:
    """So many songs."""
    return (translate("Retag", "1 song") if count == 1
            else translate("Retag", "{n} songs").format(n=count_text(count)))


def summary_text(comparison: Comparison) -> str:
    """How much would change."""
    changing, total = len(comparison.changing), len(comparison.songs)
    name = tagger_word(comparison.tagger)
    if not total:
        return translate("Retag", "There is nothing left to choose about.")
    if not changing:
        return translate("Retag", "{tagger} says the same of all {songs}.").format(
            tagger=name, songs=songs_text(total))
    return translate("Retag", "{tagger} would change {n} of {songs}.").format(
        tagger=name, n=count_text(changing), songs=songs_text(total))


def mood_change_text(change: MoodChange, vocabulary: Vocabulary) -> str:
    """One mood in a list to choose from: how many songs would gain it, how many lose it."""
    parts = [mood_name(vocabulary, change.mood)]
    if change.gained:
        parts.append(f"+{count_text(change.gained)}")
    if change.lost:
        parts.append(f"{MINUS}{count_text(change.lost)}")
    return "  ".join(parts)


def song_text(song: Difference) -> str:
    """Title and artist on one line."""
    title = one_line(song.title) or translate("Retag", "Untitled")
    return " – ".join(filter(None, [title, one_line(song.artist)]))


def difference_text(song: Difference, vocabulary: Vocabulary) -> str:
    """A song in words, as a screen reader says it and a tooltip shows it."""
    lines = [song_text(song)]
    if song.gained:
        lines.append(translate("Retag", "Gains: {moods}").format(
            moods=_moods(song.after, song.gained, vocabulary)))
    if song.lost:
        lines.append(translate("Retag", "Loses: {moods}").format(
            moods=_moods(song.before, song.lost, vocabulary)))
    both = [tag for tag in song.after if tag.tag not in song.gained]
    before = {tag.tag: tag.score for tag in song.before}
    if both:
        lines.append(translate("Retag", "Stays: {moods}").format(moods=", ".join(
            f"{mood_name(vocabulary, tag.tag)} {score_text(before[tag.tag])}"
            f" → {score_text(tag.score)}" for tag in both)))
    if song.corrected:
        lines.append(translate("Retag", "What you said of it yourself stays."))
    return "\n".join(lines)


def ended_text(progress: RetagProgress, name: str, stopped: bool) -> str:
    """What a run came to."""
    told = (translate("Retag", "Stopped after {songs} were compared with {tagger}.") if stopped
            else translate("Retag", "{songs} were compared with {tagger}."))
    compared = progress.done - progress.refused - progress.silent
    words = told.format(songs=songs_text(compared), tagger=name)
    if progress.refused:
        words += " " + translate("Retag", "{n} could not be read by it.").format(
            n=count_text(progress.refused))
    if progress.silent:
        words += " " + translate("Retag", "{n} are in a language it does not know, and stay as"
                                          " they are.").format(n=count_text(progress.silent))
    return words


def _moods(tags: Tags, wanted: tuple[str, ...], vocabulary: Vocabulary) -> str:
    return ", ".join(f"{mood_name(vocabulary, tag.tag)} {score_text(tag.score)}"
                     for tag in tags if tag.tag in wanted)
