"""The looks of the window in which a mood of one's own is made, from songs of the library."""

from collections.abc import Iterator
from contextlib import closing

from PySide6.QtWidgets import QWidget

from engine.library.database import Database
from gui.app import Program
from gui.shots import SCALED, Settle, Shot

_SIZE = (760, 640)
_FEWEST, _ENOUGH = 3, 9


def new_mood_looks(program: Program, settle: Settle) -> Iterator[Shot]:
    """Empty, with too few songs, and with what would come of it. Keeps nothing."""
    room, making = program.new_moods, program.new_moods.making
    room.open(program.window)
    dialog = program.window.findChildren(QWidget, "new_mood")[-1]
    settle(lambda: bool(making.neighbours))
    yield Shot("new-mood-first", _SIZE, widget=dialog)
    with closing(Database.open(program.paths.library_file)) as database:
        songs = [number for number, in database.all(
            "SELECT DISTINCT song_id FROM tagging ORDER BY song_id")]
    making.set_name("Late night")
    making.say(songs[:_FEWEST], True)
    settle(lambda: not making.busy)
    dialog.show_tab("said")  # type: ignore[attr-defined] # a NewMoodDialog
    yield Shot("new-mood-few", _SIZE, widget=dialog)
    if len(songs) > _ENOUGH:
        making.say(songs[_FEWEST:_ENOUGH], True)
        settle(lambda: not making.busy)
        dialog.show_tab("sure")  # type: ignore[attr-defined]
        yield Shot("new-mood", _SIZE, widget=dialog)
        yield Shot("new-mood-scaled", SCALED, scale=2, widget=dialog)
    dialog.close()
