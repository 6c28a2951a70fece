"""The looks of playlists, of the map with songs drawn around, of courses and of exports.

They stand on the songs of the samples, tagged for real; what is made here is undone again.
"""

from collections.abc import Iterator

from PySide6.QtWidgets import QWidget

from engine.tagging.song import SongState
from gui.app import Program
from gui.shots import Settle, Shot

_ARC, _EXPORT, _NAME = (720, 640), (560, 460), (468, 260)
_LISTS = (("Rainy days", 3), ("On the way home", 5), ("For Wilma", 2))


def list_looks(program: Program, settle: Settle) -> Iterator[Shot]:
    """With a tagger and tagged songs; none without."""
    songs = [row.song_id for row in program.tag.table.in_state(SongState.TAGGED)
             if row.song_id is not None]
    if not songs:
        return
    listing, presenter = program.library.listing, program.library.presenter
    program.window.show_page("library")
    settle(lambda: presenter.found is not None and not program.desk.busy)
    for name, count in _LISTS:
        listing.playlists.make(name, songs[:count])
        settle(lambda name=name: any(each.name == name for each in listing.playlists.all))
    listing.playlists.make_rule("All that is calm", presenter.query)
    settle(lambda: len(listing.playlists.all) > len(_LISTS))
    listing.playlists.open(listing.playlists.all[1].id)
    settle(lambda: bool(listing.playlists.songs) and not program.desk.busy)
    yield Shot("playlist-open")
    listing.playlists.close()
    settle(lambda: not program.desk.busy)
    yield from _arc_looks(program, settle)
    yield from _window_looks(program, songs, settle)
    for _ in range(len(_LISTS) + 1):
        presenter.steps.undo()
        settle(lambda: not program.desk.busy)


def _arc_looks(program: Program, settle: Settle) -> Iterator[Shot]:
    listing = program.library.listing
    listing.show_courses()
    window = listing.courses
    assert window is not None
    settle(lambda: bool(window.songs) or not window.busy)
    yield Shot("course-moods", _ARC, widget=window)
    yield Shot("course-moods-scaled", _ARC, scale=2, widget=window)
    window.by_line.click()
    settle(lambda: not window.busy)
    yield Shot("course-line", _ARC, widget=window)
    window.close()
    settle(lambda: listing.courses is None)


def _window_looks(program: Program, songs: list[int], settle: Settle) -> Iterator[Shot]:
    listing = program.library.listing
    listing.make_of_found()
    assert listing.naming is not None
    yield Shot("playlist-name", _NAME, widget=listing.naming)
    listing.naming.reject()
    settle(lambda: listing.naming is None)
    listing.export(songs, "Rainy days")
    window: QWidget | None = listing.exporting
    assert window is not None
    yield Shot("export", _EXPORT, widget=window)
    yield Shot("export-scaled", _EXPORT, scale=2, widget=window)
    window.close()
    settle(lambda: listing.exporting is None)
