"""What the Library says of its songs, filters and orders, in words."""

from datetime import datetime
from html import escape
from pathlib import PurePath

from PySide6.QtCore import QCoreApplication

from engine.tagging.browsing.song_query import MoodWish, ShelfSong, ShelfState, SongSort
from engine.tagging.language import language_name
from engine.tagging.song import SongRow, SongState
from engine.tagging.vocabulary import Vocabulary
from gui.figures import count_text
from gui.library.columns import Column
from gui.mood_words import is_pasted, mood_name, one_line, score_text, tag_text

translate = QCoreApplication.translate


def song_title(song: ShelfSong) -> str:
    """The title, else the name of the file, on one line."""
    if song.title:
        return one_line(song.title)
    if is_pasted(song.place):
        return translate("Library", "Pasted lyric")
    return one_line(PurePath(song.place).stem or song.place) or translate("Library", "Untitled")


def state_text(state: ShelfState) -> str:
    """Where a song stands."""
    return {
        ShelfState.TAGGED: translate("Library", "Tagged"),
        ShelfState.WAITING: translate("Library", "Not tagged yet"),
        ShelfState.NO_WORDS: translate("Library", "No words"),
        ShelfState.UNKNOWN_LANGUAGE: translate("Library", "Other language"),
        ShelfState.FAILED: translate("Library", "Not read"),
    }[state]


def standing(song: ShelfSong) -> str:
    """The state of a row with what is odd about its file; a correction where nothing is."""
    if song.missing:
        return translate("Library", "File missing")
    if song.changed:
        return translate("Library", "File changed")
    if song.corrected and song.state is ShelfState.TAGGED:
        return translate("Library", "Corrected")
    return state_text(song.state)


def language_word(code: str) -> str:
    return language_name(code) if code else translate("Library", "No language known")


def tagger_word(tagger: str) -> str:
    """A tagger's id as people tell versions apart: its name and the beginning of its version."""
    name, _, version = tagger.partition("@")
    return f"{name} {version[:8]}".strip()


def added_text(stamp: str) -> str:
    """The day a song came, as people write it."""
    try:
        day = datetime.fromisoformat(stamp).astimezone()
    except ValueError:
        return ""
    return f"{day.day} {day:%b} {day.year}"


def note_of(song: ShelfSong) -> str:
    """What stands in place of moods."""
    if song.state is ShelfState.TAGGED:
        return "" if song.tags else translate("Library", "No mood stood out")
    return one_line(song.message) or state_text(song.state)


def song_cell(song: ShelfSong, column: Column, vocabulary: Vocabulary) -> str:
    """What a cell says."""
    match column:
        case Column.TITLE:
            return song_title(song)
        case Column.ARTIST:
            return one_line(song.artist)
        case Column.MOODS:
            return note_of(song) or ", ".join(tag_text(tag, vocabulary) for tag in song.tags)
        case Column.LANGUAGE:
            return language_word(song.language) if song.language else ""
        case Column.STATE:
            return standing(song)
        case Column.ADDED:
            return added_text(song.added)


def song_spoken(song: ShelfSong, vocabulary: Vocabulary) -> str:
    """A row as a screen reader says it."""
    parts = [song_title(song), one_line(song.artist), standing(song), note_of(song),
             *(tag_text(tag, vocabulary) for tag in song.tags[:3])]
    return ", ".join(part for part in parts if part)


def song_tip(song: ShelfSong) -> str:
    """All that a row cannot show. Tips read markup, so what comes from files is escaped."""
    missing = translate("Library", "The file is no longer where it was found.")
    parts = [song_title(song), song.artist, song.message, song.hint,
             missing if song.missing else "", "" if is_pasted(song.place) else song.place]
    return "<qt>" + "<br>".join(escape(one_line(part)) for part in parts if part) + "</qt>"


def wish_text(wish: MoodWish, vocabulary: Vocabulary) -> str:
    """A mood that is sought, with its least score: "Joy from 0.70"."""
    name = mood_name(vocabulary, wish.mood)
    if wish.without:
        return translate("Library", "without {mood}").format(mood=name)
    if wish.least is None:
        return name
    return translate("Library", "{mood} from {score}").format(
        mood=name, score=score_text(wish.least))


def sort_word(sort: SongSort) -> str:
    """An order as the choice offers it."""
    return {
        SongSort.TITLE: translate("Library", "Title"),
        SongSort.ARTIST: translate("Library", "Artist"),
        SongSort.ADDED: translate("Library", "Date added"),
        SongSort.MOOD: translate("Library", "Strength of the mood"),
        SongSort.CERTAINTY: translate("Library", "Least certain"),
        SongSort.VALENCE: translate("Library", "Dark to bright"),
        SongSort.AROUSAL: translate("Library", "Still to stirred"),
        SongSort.RELEVANCE: translate("Library", "Best match"),
        SongSort.NEARNESS: translate("Library", "Most alike"),
        SongSort.LISTED: translate("Library", "As in the playlist"),
    }[sort]


def counted_text(shown: int, total: int) -> str:
    """How many songs there are, and how many of them are shown."""
    if shown != total:
        return translate("Library", "{n} of {total} songs").format(
            n=count_text(shown), total=count_text(total))
    if total == 1:
        return translate("Library", "1 song")
    return translate("Library", "{n} songs").format(n=count_text(total))


def chosen_text(count: int) -> str:
    return translate("Library", "{n} chosen").format(n=count_text(count))


def removed_text(count: int) -> str:
    if count == 1:
        return translate("Library", "Removed 1 song. Its file was not touched.")
    return translate("Library", "Removed {n} songs. Their files were not touched.").format(
        n=count_text(count))


def song_row(song: ShelfSong) -> SongRow:
    """A song of the Library as the parts that show one song know it. One without a file has a
    place no file can have."""
    return SongRow(song.place or f"song:{song.song_id}", song.song_id,
                   SongState(song.state.value), song.title, song.artist, song.language, song.tags,
                   song.valence, song.arousal, song.message, song.hint, song.missing)
