"""The looks of the window in which rows grow, and of grown rows among the data.

Proposals are written into the throwaway library as a model would have made them.
"""

from collections.abc import Iterator
from contextlib import closing

from PySide6.QtWidgets import QWidget

from engine.library.database import Database
from engine.training.growth.grown import GrownText, RowState
from engine.training.growth.growth_store import GrowthStore
from gui.app import Program
from gui.shots import SCALED, Settle, Shot

_SIZE = (680, 560)
_MODEL = "smollm2"
_GROWN = (
    ("The radio plays low and nobody asks it to stop", "calm", RowState.PROPOSED),
    ("I keep your coat on its hook, in case of weather", "sadness", RowState.PROPOSED),
    ("Every window on our street is open and singing", "joy", RowState.PROPOSED),
    ("The boats are tied, the bells are still", "calm", RowState.APPROVED),
    ("Road, road, road goes on", "calm", RowState.REFUSED),
)


def growth_looks(program: Program, settle: Settle) -> Iterator[Shot]:
    """A file of rows must be among the data."""
    room = program.fine_tuning
    assert room.choosing is not None
    growing = room.built.data.file_rows[0].show_growth()
    dialog = program.window.findChildren(QWidget, "grow")[-1]
    settle(lambda: growing.growth is not None)
    yield Shot("training-grow-empty", _SIZE, widget=dialog)
    assert growing.growth is not None
    number = growing.growth.id
    with closing(Database.open(program.paths.library_file)) as database:
        store = GrowthStore(database)
        for text, label, state in _GROWN:
            row = store.propose(number, GrownText(text, (label,)), _MODEL, 0.3, "")
            store.judge([row.id], state)
    growing.look(number)
    settle(lambda: len(growing.rows) == len(_GROWN))
    yield Shot("training-grow", _SIZE, widget=dialog)
    yield Shot("training-grow-scaled", SCALED, scale=2, widget=dialog)
    dialog.close()
    settle(lambda: number in room.built.data.grown.switches
           and not room.choosing.check.running)  # type: ignore[union-attr]
    yield Shot("training-grown-rows")
    with closing(Database.open(program.paths.library_file)) as database:
        GrowthStore(database).delete(number)
    room.choosing.set_grown(number, False)
    room.choosing.load()
    settle(lambda: not room.built.data.grown.switches)
