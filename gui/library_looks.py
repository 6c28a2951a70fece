"""The looks of the Library page: the first time, busy, full, nothing found, failed, narrow, scaled.

Songs are those the Tag page tagged; for the full look the library of the throwaway home is filled
with copies of them.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace

from engine.errors import EngineError
from engine.library.database import Database
from engine.tagging.browsing.song_query import MoodWish, SongQuery, SongSort
from engine.tagging.lyric import LineKind, LyricLine
from engine.tagging.lyric_store import LyricStore
from engine.tagging.results import ExcerptMoods
from engine.tagging.song import SongState
from gui.app import Program
from gui.shots import NARROW, SCALED, Settle, Shot

FULL = 10_000
_TAKEN_OVER = 40
_ARTISTS = ("The Lanterns", "Mara Wren", "Odo", "Copper Weather", "Ines & Tomas", "")


def first_library_looks(program: Program, settle: Settle) -> Iterator[Shot]:
    """Before there is any song."""
    program.window.show_page("library")
    settle(lambda: program.library.presenter.found is not None)
    yield Shot("library-first")
    yield Shot("library-first-narrow", NARROW)
    program.window.show_page("tag")


def library_looks(program: Program, settle: Settle) -> Iterator[Shot]:
    """With tagged songs; none without."""
    presenter = program.library.presenter
    program.window.show_page("library")
    _ask(program, settle, SongQuery(sort=SongSort.TITLE))
    if presenter.found is None or not len(presenter.found.keys):
        return
    browser = program.library.page.browser
    assert browser is not None
    yield from _busy_look(program, settle)
    yield Shot("library")
    _open_richest(program, settle)
    yield Shot("library-song")
    yield from _leaf_looks(program, settle)
    browser.show_drawer(False)
    yield from _search_looks(program, settle)
    yield from _full_looks(program, settle)
    yield from _failed_look(program, settle)


def _busy_look(program: Program, settle: Settle) -> Iterator[Shot]:
    """Songs are being tagged again."""
    presenter, run = program.library.presenter, program.tag.run
    presenter.select(presenter.table.keys.tolist())
    presenter.tag_again(presenter.selection)
    settle(lambda: run.progress.done > 0)
    yield Shot("library-busy")
    settle(lambda: not run.progress.running)
    presenter.select(())
    _ask(program, settle, SongQuery(sort=SongSort.ADDED))
    _ask(program, settle, SongQuery(sort=SongSort.TITLE))


def _leaf_looks(program: Program, settle: Settle) -> Iterator[Shot]:
    """What is like the open song, and where it lies."""
    browser = program.library.page.browser
    assert browser is not None
    for leaf in reversed(browser.drawer.buttons):
        browser.drawer.show_leaf(leaf)
        settle(lambda: not program.desk.busy)
        if leaf != "song":
            yield Shot(f"library-{leaf}")


def _search_looks(program: Program, settle: Settle) -> Iterator[Shot]:
    browser = program.library.page.browser
    assert browser is not None
    _ask(program, settle, SongQuery(text="rain", sort=SongSort.RELEVANCE))
    yield Shot("library-search")
    mood = next(iter(browser.facets.moods.rows), "sadness")
    _ask(program, settle, SongQuery(text="rain", wishes=(MoodWish(mood, 0.4), MoodWish(
        "anger", without=True)), missing=False))
    yield Shot("library-filtered")
    browser.filters.chips[0].click()
    popup = browser.filters.popup
    if popup is not None:
        yield Shot("library-wish", (popup.width(), popup.height()), widget=popup)
        popup.close()
    _ask(program, settle, SongQuery(text="zebra", wishes=(MoodWish("anger"),)))
    yield Shot("library-nothing")


def _full_looks(program: Program, settle: Settle) -> Iterator[Shot]:
    browser = program.library.page.browser
    presenter = program.library.presenter
    assert browser is not None
    _ask(program, settle, SongQuery(sort=SongSort.ADDED))
    _fill(program)
    presenter.wake()
    settle(lambda: len(presenter.table.keys) > FULL // 2 and not program.desk.busy)
    keys = presenter.table.keys.tolist()
    browser.list.choose(keys[3:8], keys[5])
    presenter.select(keys[3:8], keys[5])
    yield Shot("library-full")
    yield Shot("library-full-narrow", NARROW)
    yield Shot("library-full-scaled", SCALED, scale=2)
    _open_richest(program, settle)
    yield Shot("library-song-narrow", NARROW)
    yield Shot("library-song-scaled", SCALED, scale=2)
    browser.show_drawer(False)
    presenter.select(())
    browser.show_shape(next(shape for shape in browser.filters.shapes if shape == "map"))
    settle(lambda: len(browser.map_panel().view.songs) > FULL // 2)
    yield Shot("library-map")
    yield Shot("library-map-narrow", NARROW)
    browser.show_shape(next(iter(browser.filters.shapes)))
    # What is pictured after this would otherwise be done to ten thousand songs.
    with _store(program) as store:
        store.forget(_place(number) for number in range(FULL))
    presenter.wake()
    settle(lambda: len(presenter.table.keys) < FULL // 2 and not program.desk.busy)


def _failed_look(program: Program, settle: Settle) -> Iterator[Shot]:
    """As it would be where the library cannot be read."""
    presenter = program.library.presenter
    found = presenter.found
    presenter.found, presenter.trouble = None, EngineError(
        "The disk failed while the library was used.",
        "Check the disk, then start Undertone again.")
    presenter.found_changed.emit()
    yield Shot("library-failed")
    presenter.found, presenter.trouble = found, None
    presenter.found_changed.emit()


def _ask(program: Program, settle: Settle, query: SongQuery) -> None:
    """Looks for something, and waits until it is shown."""
    presenter = program.library.presenter
    settle(lambda: presenter.found is not None)
    told: list[bool] = []
    connection = presenter.found_changed.connect(lambda: told.append(True))
    if query == presenter.query:
        told.append(True)
    presenter.ask_for(query)
    settle(lambda: bool(told) and not program.desk.busy)
    presenter.found_changed.disconnect(connection)


def _open_richest(program: Program, settle: Settle) -> None:
    """Opens the song with the most moods of those in sight."""
    presenter, browser = program.library.presenter, program.library.page.browser
    assert browser is not None
    known = [song for key in presenter.table.keys[:12].tolist()
             if (song := presenter.table.song(key)) is not None]
    richest = max(known, key=lambda song: len(song.tags))
    browser.list.choose((richest.key,), richest.key)
    browser.show_drawer(True)
    presenter.select((richest.key,), richest.key)
    settle(lambda: presenter.desk.row is not None
           and presenter.desk.row.song_id == richest.song_id and not program.desk.busy)


def _fill(program: Program) -> None:
    """Copies of the songs that are there, each with a line of its own."""
    tagger, settings = program.shelf.tagger(), program.settings.current
    keys = [key for key in program.library.presenter.table.keys.tolist() if key > 0]
    with _store(program) as store:
        songs = [song for key in keys[:_TAKEN_OVER]
                 if (song := store.song(key, settings)) is not None
                 and song.row.state is SongState.TAGGED]
        for number in range(FULL if songs else 0):
            first, song = songs[number // len(songs) % len(songs)], songs[number % len(songs)]
            assert song.moods is not None
            title = f"{first.row.title.split()[0]} {song.row.title.split()[-1]} {number}"
            lyric = replace(song.lyric, title=title, artist=_ARTISTS[number % len(_ARTISTS)],
                            lines=(*song.lyric.lines, LyricLine(
                                str(number), str(number), LineKind.WORDS)))
            place = store.record_song(_place(number), None, lyric, song.row.language)
            vector = store.vector(song.row.song_id or 0, settings.tagger)
            if vector is not None:
                store.record_scores(place, tagger, _strewn(song.moods.excerpts, number), vector)


def _strewn(excerpts: Sequence[ExcerptMoods], number: int) -> list[ExcerptMoods]:
    """A little beside where they are, so that copies do not lie one on the other on the map."""
    across, up = (number * 37 % 101 - 50) / 140, (number * 61 % 103 - 51) / 140
    return [replace(excerpt, valence=max(-1.0, min(1.0, excerpt.valence + across)),
                    arousal=max(-1.0, min(1.0, excerpt.arousal + up))) for excerpt in excerpts]


def _place(number: int) -> str:
    return f"paste:{number:05}"


@contextmanager
def _store(program: Program) -> Iterator[LyricStore]:
    database = Database.open(program.paths.library_file, program.paths.backups)
    try:
        with database.transaction():
            yield LyricStore(database)
    finally:
        database.close()
