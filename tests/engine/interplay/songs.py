"""Tagged songs made by hand: what stands in them decides their moods."""

from engine.settings import CollationSettings
from engine.tagging.collation import collate, excerpt_moods
from engine.tagging.lyric import Lyric
from engine.tagging.song import Song, SongRow, SongState
from tests.fakes import FakeTagger, lyric


def song(*lines: str, title: str = "Harbour", artist: str = "", excerpt: int = 2) -> Song:
    """These lines as a song the fake tagger has read, so many lines an excerpt."""
    return tagged(lyric(*lines, title=title, artist=artist), FakeTagger(lines=excerpt))


def tagged(read: Lyric, tagger: FakeTagger) -> Song:
    """A lyric with what the tagger says of it."""
    cut = tagger.cut(read)
    moods = collate(tagger.id, tagger.moods, tagger.thresholds,
                    excerpt_moods(cut, tagger.score(cut)) if cut else (), CollationSettings())
    row = SongRow("/music/one.txt", 1, SongState.TAGGED, read.title, read.artist, "en", moods.tags)
    return Song(row, read, (row.place,), moods)
