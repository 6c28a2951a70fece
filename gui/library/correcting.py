"""Joins correcting song after song to the Library page: what begins it, and what follows it."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, QObject

from gui.library.actions import LibraryAction, Place
from gui.library.page import LibraryPage
from gui.library.presenter import LibraryPresenter
from gui.library.selection import Selection
from gui.theme import ThemeSource

if TYPE_CHECKING:
    from gui.library.correcting_page import CorrectingPage
    from gui.library.correcting_queue import CorrectingQueue

translate = QCoreApplication.translate


class Correcting(QObject):
    """Offers it on the page; what it needs is made when it is asked for. `over` is what lies over
    the page while it lasts."""

    def __init__(self, presenter: LibraryPresenter, theme_source: ThemeSource,
                 page: LibraryPage) -> None:
        super().__init__(page)
        self._presenter = presenter
        self._theme_source = theme_source
        self._page = page
        self.over: CorrectingPage | None = None
        presenter.actions.add(LibraryAction(
            "correct", translate("Library", "Correct"), self.begin, Place.PRIMARY, rank=30,
            fits=lambda _: bool(presenter.found and len(presenter.found.keys)),
            tip=translate("Library", "Goes through the songs found that you have no word on yet, "
                                     "the least certain first")))
        presenter.actions.add(LibraryAction(
            "correct_chosen", translate("Library", "Correct one by one"), self.begin_with,
            rank=30, on_bar=True, fits=lambda chosen: bool(chosen.songs),
            tip=translate("Library", "Goes through the chosen songs, mostly by single keys")))

    def begin(self, _: Selection) -> None:
        """Goes through what is found, the least certain first."""
        self._show().look(self._presenter.query)

    def begin_with(self, selection: Selection) -> None:
        """Goes through the chosen songs in their order."""
        self._show().take(selection.songs)

    def _show(self) -> "CorrectingQueue":
        # Most people who open the Library never come here.
        from gui.library.correcting_page import CorrectingPage
        from gui.library.correcting_queue import CorrectingQueue

        presenter = self._presenter
        queue = CorrectingQueue(presenter.asking, presenter.desk, self)
        over = self.over = CorrectingPage(queue, presenter.desk, presenter.vocabulary,
                                          self._theme_source)
        queue.failed.connect(presenter.problem_raised)
        over.left.connect(lambda: self._leave(queue, over))
        # The table is not seen: it need not follow every word, which would keep songs waiting.
        presenter.sleep()
        self._page.lay_over(over)
        return queue

    def _leave(self, queue: "CorrectingQueue", over: "CorrectingPage") -> None:
        queue.close()
        self.over = None
        self._page.lay_back()
        over.deleteLater()
        queue.deleteLater()
        presenter = self._presenter
        presenter.wake()
        if presenter.desk.row and presenter.desk.row.song_id:
            presenter.open(presenter.desk.row.song_id)
