"""Songs of another library: their words, places, scores, and what the person said of them.

A song is the same by the hash of its lyric. What stands here stays: of two words on one mood the
later holds, a file of ours keeps the song it has.
"""

from pathlib import Path

from engine.library.database import Database
from engine.library.merging.numbers import changed

_SONG = ("lyric_hash, title, artist, album, language, has_words, words, lyric, source, added_at")
_SAME_LYRIC = """
    (n.fresh OR (SELECT lyric FROM main.song WHERE id = n.own)
        = (SELECT lyric FROM other.song WHERE id = n.other))
"""


def add_songs(database: Database) -> int:
    """How many songs were not here before."""
    database.execute(
        "INSERT INTO temp.song_number SELECT o.id, s.id, 0 FROM other.song o"
        " JOIN main.song s ON s.lyric_hash = o.lyric_hash")
    fresh = changed(database, (
        f"INSERT INTO main.song ({_SONG}) SELECT {_SONG} FROM other.song"
        " WHERE id NOT IN (SELECT other FROM temp.song_number) ORDER BY id"))
    database.execute(
        "INSERT OR IGNORE INTO temp.song_number SELECT o.id, s.id, 1 FROM other.song o"
        " JOIN main.song s ON s.lyric_hash = o.lyric_hash")
    _add_places(database)
    return fresh


def add_scores(database: Database) -> None:
    """What taggers said, where the lyric is cut alike and nothing of that tagger stands here."""
    tagger = "name, moods, thresholds, languages, used_at, experimental"
    database.execute(f"INSERT OR IGNORE INTO main.tagger ({tagger}) SELECT {tagger}"
                     " FROM other.tagger")
    database.execute(
        "INSERT INTO temp.tagger_number SELECT o.id, t.id, 0 FROM other.tagger o"
        " JOIN main.tagger t ON t.name = o.name AND t.moods = o.moods")
    # A new tagging ends what the person chose for a song; here nobody chose anew.
    database.execute("CREATE TEMP TABLE chosen_tagger AS SELECT * FROM main.song_tagger")
    newest = (database.first("SELECT coalesce(max(id), 0) FROM main.tagging") or (0,))[0]
    database.execute(
        "INSERT OR IGNORE INTO main.tagging (song_id, tagger_id, run_at, vector)"
        " SELECT n.own, t.own, o.run_at, o.vector FROM other.tagging o"
        " JOIN temp.song_number n ON n.other = o.song_id"
        f" JOIN temp.tagger_number t ON t.other = o.tagger_id WHERE {_SAME_LYRIC}")
    part = "number, first_line, last_line, start_ms, end_ms, weight, valence, arousal, echoes"
    database.execute(
        f"INSERT INTO main.excerpt (tagging_id, {part}, scores)"
        f" SELECT g.id, {', '.join(f'e.{each}' for each in part.split(', '))}, e.scores"
        " FROM other.excerpt e JOIN other.tagging o ON o.id = e.tagging_id"
        " JOIN temp.song_number n ON n.other = o.song_id"
        " JOIN temp.tagger_number t ON t.other = o.tagger_id"
        " JOIN main.tagging g ON g.song_id = n.own AND g.tagger_id = t.own"
        f" WHERE g.id > {int(newest)}")
    database.execute("INSERT OR REPLACE INTO main.song_tagger SELECT * FROM temp.chosen_tagger")
    database.execute("DROP TABLE temp.chosen_tagger")
    database.execute(
        "INSERT OR IGNORE INTO main.song_tagger (song_id, tagger_id, at)"
        " SELECT n.own, t.own, o.at FROM other.song_tagger o"
        " JOIN temp.song_number n ON n.other = o.song_id"
        " JOIN temp.tagger_number t ON t.other = o.tagger_id")


def add_words_of_the_person(database: Database) -> int:
    """Labels, and the stretches of lines they hold for; how many labels are new or later."""
    labels = changed(database, (
        "INSERT INTO main.label (song_id, mood, verdict, at)"
        " SELECT n.own, o.mood, o.verdict, o.at FROM other.label o"
        " JOIN temp.song_number n ON n.other = o.song_id WHERE true"
        " ON CONFLICT (song_id, mood) DO UPDATE SET verdict = excluded.verdict, at = excluded.at"
        " WHERE excluded.at > at"))
    database.execute(
        "INSERT INTO main.mood_span (song_id, mood, first_line, last_line, verdict, at)"
        " SELECT n.own, o.mood, o.first_line, o.last_line, o.verdict, o.at"
        " FROM other.mood_span o JOIN temp.song_number n ON n.other = o.song_id"
        f" WHERE {_SAME_LYRIC} AND NOT EXISTS (SELECT 1 FROM main.mood_span s"
        " WHERE s.song_id = n.own AND s.mood = o.mood)")
    return labels


def mark_missing(database: Database, after: int = 0) -> None:
    """Marks the files, of places after the number `after`, that are not on this computer."""
    gone: list[tuple[int]] = []
    for number, path in database.all(
            "SELECT id, path FROM place WHERE id > ? AND is_file AND NOT missing", (after,)):
        if _is_gone(path):
            gone.append((number,))
    database.execute_many("UPDATE place SET missing = 1 WHERE id = ?", gone)


def _add_places(database: Database) -> None:
    newest = (database.first("SELECT coalesce(max(id), 0) FROM main.place") or (0,))[0]
    rest = "path, title, artist, is_file, size, mtime_ns, missing, found_at"
    database.execute(
        f"INSERT OR IGNORE INTO main.place (song_id, {rest})"
        f" SELECT n.own, {', '.join(f'o.{each}' for each in rest.split(', '))}"
        " FROM other.place o JOIN temp.song_number n ON n.other = o.song_id ORDER BY o.id")
    mark_missing(database, int(newest))


def _is_gone(path: str) -> bool:
    """Only where it is certain: a folder we may not enter proves nothing."""
    try:
        Path(path).stat()
    except (FileNotFoundError, NotADirectoryError):
        return True
    except (OSError, ValueError):
        return False
    return False
