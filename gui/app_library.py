"""The part of gui.app that builds the Library and connects it to the other rooms.

Its hundred modules are not imported before the window is there: they would double the time until
something is seen. They are read on a queue then, so that the window does not stand still.
"""

from collections.abc import Iterator
from importlib import import_module
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, QObject, QTimer

from engine.settings import Settings
from gui.late_page import LatePage

if TYPE_CHECKING:
    from gui.app import Program
    from gui.library.retag_line import RetagLine
    from gui.library.room import LibraryRoom
    from gui.library.writing_line import WritingLine

translate = QCoreApplication.translate


class LateLibrary(QObject):
    """`room()` is the Library, built where it is not there yet; `built` is it if it is."""

    def __init__(self, program: "Program") -> None:
        super().__init__()
        self._program = program
        self.built: LibraryRoom | None = None
        self._closed = False
        self.lines: tuple[RetagLine | WritingLine, ...] = ()
        self.page = LatePage(self.room)

    @property
    def busy(self) -> bool:
        """Whether something is being done there that takes long."""
        return self.built is not None and self.built.queue.busy

    def begin(self) -> None:
        """Gets the Library ready while the person looks around elsewhere."""
        task = self._program.desk.submit(_read_modules)
        task.returned.connect(self.start)

    def start(self) -> None:
        """Does what an earlier window left and watches folders."""
        if self._closed:
            return
        room = self.room()
        room.writing.settle()
        room.folders.work.start()
        room.retagging.start()
        room.page.prepare_soon()

    def use_settings(self, settings: Settings) -> None:
        """Takes changed settings; a Library that is built later reads them then."""
        if self.built is not None:
            self.built.presenter.use_settings(settings)

    def close(self) -> None:
        """Stops what runs there and waits for it."""
        self._closed = True
        if self.built is not None:
            self.built.close()

    def rest(self) -> None:
        """Stops the timers that late answers of closing queues have set going."""
        if self.built is not None:
            for owner in (self.built.presenter, self.built.page):
                for timer in owner.findChildren(QTimer):
                    timer.stop()

    def room(self) -> "LibraryRoom":
        """The Library, connected."""
        if self.built is None:
            self.built = self._build()
            self.page.fill(self.built.page)
            self._connect(self.built)
        return self.built

    def _build(self) -> "LibraryRoom":
        from gui.library.room import LibraryRoom

        program = self._program
        return LibraryRoom(
            program.paths, lambda: program.settings.current, program.tag.vocabulary,
            program.detector, program.shelf.tagger, program.desk, program.tagging, program.memory,
            program.theme_source, program.icons, program.taggers)

    def _connect(self, room: "LibraryRoom") -> None:
        from gui.library.retag_line import RetagLine
        from gui.library.writing_line import WritingLine

        program, presenter = self._program, room.presenter
        bar, notifier = program.window.job_bar, program.notifier
        presenter.problem_raised.connect(notifier.show_problem)
        presenter.song_wanted.connect(program.show_song)
        presenter.tag_wanted.connect(program.tag.tag)
        presenter.again_wanted.connect(program.tag.tag_rows_again)
        presenter.samples_wanted.connect(program.tag.try_samples)
        presenter.files_wanted.connect(program.open_files)
        presenter.folder_wanted.connect(program.open_folder)
        room.page.models_wanted.connect(lambda: program.window.show_page("models"))
        room.writing.choices_made.connect(program.settings.set_writing)
        self.lines = (WritingLine(room.writing, bar, notifier, program.window),
                      RetagLine(room.retagging, bar, notifier, program.window))
        program.tag.run.ended.connect(room.folders.work.load)
        program.connect_songs(room.page)
        self._connect_news(room)

    def _connect_news(self, room: "LibraryRoom") -> None:
        """What one room changes in the library the other shows, too."""
        from gui.library.actions import LibraryAction

        tag = self._program.tag
        for changed in (room.presenter.steps.taken, room.presenter.desk.labelled):
            changed.connect(tag.mark_stale)
        # What is taken back there may be a step with playlists, or the acceptance of a tagger.
        tag.desk.turned.connect(room.presenter.steps.taken)
        moods = self._program.new_moods
        moods.changed.connect(room.presenter.note_change)
        room.presenter.actions.add(LibraryAction(
            "new_mood", translate("Library", "New mood from these songs…"),
            lambda chosen: moods.open(self._program.window, chosen.songs), rank=34,
            fits=lambda chosen: bool(chosen.songs)))
        for changed in (tag.run.rows_changed, tag.run.ended, tag.desk.labelled):
            changed.connect(room.presenter.note_change)


def _read_modules() -> Iterator[object]:
    for name in ("room", "retag_line", "writing_line", "browser"):
        import_module(f"gui.library.{name}")
        yield name
