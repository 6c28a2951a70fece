"""Looks after watched folders while the program runs: scans them, says what happened to their
files, has new songs tagged where the person chose so.

Knows no widgets. Scans run on the queue for long work, one after the other. The system tells of
changes in as many folders as it is kind to ask it about; a slow clock finds all others.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QElapsedTimer, QFileSystemWatcher, QObject, QTimer, Signal

from engine.tagging.folders.news import FileNews, FolderNewsBook, NewsCounts, NewsKind
from engine.tagging.folders.scan import FolderScan, Looking, Scanned
from engine.tagging.folders.watch_list import WatchedFolder, WatchList
from gui.background import Task
from gui.library.services import LibraryAsking, LibraryServices

MANY = 2_000  # files; more are asked for by their folders
MOST_WATCHED = 200  # some systems allow a program few hundred of these
AGAIN_MS = 15 * 60_000
SETTLE_MS = 2_500
_REST_SHARE = 10  # after a scan, rests this many times as long as it took


class FolderWork(QObject):
    """`folders` are watched, `counts` what there is to tell of files, `files` how many the scan
    that runs has met. `changed` says that any of them is another.

    `tag_wanted` carries paths of new songs that are to be tagged, `files_changed` is sent where
    the Library has to be shown anew, `failed` carries what went wrong.
    """

    changed = Signal()
    moved = Signal()
    scanned = Signal(object)
    tag_wanted = Signal(object)
    files_changed = Signal()
    failed = Signal(object)

    def __init__(self, asking: LibraryAsking, working: LibraryAsking,
                 parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._asking = asking
        self._working = working
        self._task: Task | None = None
        self._wanted: set[str] = set()
        self._wants_all = False
        self._closed = False
        self._sent: set[str] = set()
        self._hushed: set[str] = set()
        self.loaded = False
        self.folders: tuple[WatchedFolder, ...] = ()
        self.counts = NewsCounts()
        self.files = 0
        self._took = QElapsedTimer()
        self._watcher = QFileSystemWatcher(self)
        self._watcher.directoryChanged.connect(self._note_folder)
        self._settling = QTimer(self, singleShot=True, interval=SETTLE_MS)
        self._settling.timeout.connect(self._scan_wanted)
        self._clock = QTimer(self, interval=AGAIN_MS)
        self._clock.timeout.connect(self.scan)

    @property
    def scanning(self) -> bool:
        """Whether folders are being looked through."""
        return self._task is not None

    def start(self) -> None:
        """Reads what is watched and looks through it, now and from time to time."""
        if not self._closed:
            self._clock.start()
            self.load(self.scan)

    def load(self, then: Callable[[], object] | None = None) -> None:
        """Reads folders and news anew."""
        def take(read: tuple[tuple[WatchedFolder, ...], NewsCounts]) -> None:
            self.loaded = True
            self.folders, counts = read
            self._hushed.intersection_update(counts.away)
            self.counts = replace(counts, away=tuple(
                path for path in counts.away if path not in self._hushed))
            self.changed.emit()
            if then is not None:
                then()

        self._asking.ask(_read, take, self.failed.emit)

    def scan(self) -> None:
        """Looks through every folder that is not paused."""
        self._wants_all = True
        self._scan_wanted()

    def stop(self) -> None:
        """Ends the scan that runs; nothing of it is kept."""
        self._wanted.clear()
        self._wants_all = False
        self._settling.stop()
        if self._task is not None:
            self._task.cancel()

    def add(self, folder: Path, tags_new: bool) -> None:
        """Watches another folder and looks through it. A sentence comes back through `failed`."""
        self._change(lambda folders: folders.add(folder, tags_new), self.scan)

    def remove(self, paths: Iterable[str]) -> None:
        """Watches these no more; their songs stay."""
        wanted = tuple(paths)
        self._change(lambda folders: folders.remove(wanted))

    def pause(self, path: str, paused: bool) -> None:
        """Leaves a folder alone, or takes it up again."""
        self._change(lambda folders: folders.pause(path, paused),
                     None if paused else self.scan)

    def tag_new(self, path: str, tags_new: bool) -> None:
        """Whether new songs of a folder are tagged without asking."""
        self._change(lambda folders: folders.tag_new(path, tags_new),
                     self._tag_unasked if tags_new else None)

    def read_news(self, then: Callable[[list[FileNews]], object],
                  kinds: Sequence[NewsKind] = tuple(NewsKind)) -> None:
        """Hands every file there is news of to `then`."""
        self._asking.ask(lambda services: FolderNewsBook(services.database).files(kinds), then,
                         self.failed.emit)

    def tag(self, *kinds: NewsKind) -> None:
        """Has the new or changed files tagged. A great many are asked for by their folders,
        unless the person dismissed some of what is new there."""
        def question(services: LibraryServices) -> tuple[list[FileNews], bool]:
            book = FolderNewsBook(services.database)
            return book.files(kinds), book.has_dismissed_new()

        def take(read: tuple[list[FileNews], bool]) -> None:
            files, choosy = read
            if len(files) > MANY and not choosy:
                self.tag_wanted.emit([Path(folder.path) for folder in self.folders if any(
                    folder.holds(file.place) for file in files)])
            else:
                self.tag_files(files)

        self._asking.ask(question, take, self.failed.emit)

    def tag_files(self, files: Iterable[FileNews]) -> None:
        """Has these files read and tagged."""
        paths = [Path(file.place) for file in files]
        if paths:
            self.tag_wanted.emit(paths)

    def dismiss(self, files: Iterable[FileNews]) -> None:
        """Tells no more of these."""
        told = tuple(files)
        self._asking.ask(lambda services: FolderNewsBook(services.database).dismiss(told),
                         lambda _: self.load(), self.failed.emit)

    def dismiss_all(self) -> None:
        """Tells no more of anything there is news of now. A folder that is not there is told of
        again when it has come back and gone once more, or at the next start."""
        self._hushed.update(self.counts.away)
        self.read_news(self.dismiss)

    def close(self) -> None:
        """Ends all of it. Call before the queue is closed."""
        self._closed = True
        self._clock.stop()
        self.stop()

    def _change(self, act: Callable[[WatchList], object],
                then: Callable[[], object] | None = None) -> None:
        self._asking.ask(lambda services: act(WatchList(services.database)),
                         lambda _: self.load(then), self.failed.emit)

    def _note_folder(self, path: str) -> None:
        """Something happened in a folder: waits until it has settled, and for our own rest."""
        self._wanted.add(path)
        if not (self._closed or self._settling.isActive()):
            self._settling.start()

    def _scan_wanted(self) -> None:
        if self._closed or self.scanning or not (self._wants_all or self._wanted):
            return
        if not any(not folder.paused for folder in self.folders):
            return
        parts = () if self._wants_all else tuple(Path(path) for path in sorted(self._wanted))
        self._wanted.clear()
        self._wants_all = False
        self.files = 0
        self._took.start()

        def steps(services: LibraryServices) -> Iterator[object]:
            yield from FolderScan(services.database).run(parts)

        self._task = self._working.follow(steps)
        self._task.yielded.connect(self._take_step)
        self._task.returned.connect(self._end)
        self._task.cancelled.connect(self._end)
        self._task.failed.connect(self._fail)
        self.changed.emit()

    def _take_step(self, step: object) -> None:
        if isinstance(step, Looking):
            self.files = step.files
            self.moved.emit()
        elif isinstance(step, Scanned):
            self._take_scan(step)

    def _take_scan(self, found: Scanned) -> None:
        self._watch(found.folders)
        self._wanted.update({str(Path(place).parent) for place in found.unripe})
        self.scanned.emit(found)
        if found.moved or found.changed or found.missing or found.back:
            self.files_changed.emit()
        self.load(self._tag_unasked)

    def _tag_unasked(self) -> None:
        """New songs of the folders whose new songs are tagged without asking."""
        eager = [folder for folder in self.folders if folder.tags_new and not folder.paused]

        def take(files: list[FileNews]) -> None:
            # Once each: a run the person cancelled is not begun again behind their back.
            fresh = [file for file in files if file.place not in self._sent
                     and any(folder.holds(file.place) for folder in eager)]
            self._sent.update(file.place for file in fresh)
            self.tag_files(fresh)

        if eager and self.counts.new:
            self.read_news(take, (NewsKind.NEW,))

    def _watch(self, folders: Sequence[Path]) -> None:
        """Asks the system to tell of changes: of the folders nearest to the top, as many as it is
        kind to ask for."""
        known = set(self._watcher.directories())
        roots = {folder.path for folder in self.folders if not folder.paused}
        gone = [path for path in known if not any(
            path == root or WatchedFolder(root).holds(path) for root in roots)]
        if gone:
            self._watcher.removePaths(gone)
        room = MOST_WATCHED - len(known) + len(gone)
        fresh = [str(folder) for folder in sorted(folders, key=lambda each: len(each.parts))
                 if str(folder) not in known][:max(0, room)]
        if fresh:
            self._watcher.addPaths(fresh)

    def _end(self) -> None:
        self._task = None
        self.changed.emit()
        if (self._wanted or self._wants_all) and not self._closed:
            self._settling.start(max(SETTLE_MS, _REST_SHARE * self._took.elapsed()))

    def _fail(self, problem: object) -> None:
        self._end()
        self.failed.emit(problem)


def _read(services: LibraryServices) -> tuple[tuple[WatchedFolder, ...], NewsCounts]:
    return (tuple(WatchList(services.database).folders()),
            FolderNewsBook(services.database).counts())
