"""What the page itself can do with chosen songs; other parts of the room add theirs beside them."""

from pathlib import Path

from PySide6.QtCore import QCoreApplication, QUrl
from PySide6.QtGui import QDesktopServices

from engine.errors import EngineError
from engine.tagging.browsing.shelf_places import places_of
from gui.library.actions import LibraryAction
from gui.library.presenter import LibraryPresenter
from gui.library.selection import Selection
from gui.library.services import LibraryServices
from gui.library.wording import removed_text
from gui.mood_words import is_pasted

translate = QCoreApplication.translate


def add_song_actions(presenter: LibraryPresenter) -> None:
    """Ranks: 10 look, 20 tag, 30 correct and write, 40 lists, 80 files, 90 remove."""
    for action in (
        LibraryAction("open_on_tag", translate("Library", "Open on the Tag page"),
                      presenter.show_on_tag_page, rank=11, keys="Ctrl+Return",
                      fits=lambda chosen: chosen.current != 0),
        LibraryAction("like_this", translate("Library", "Order by likeness to this song"),
                      lambda chosen: presenter.like(chosen.one), rank=12,
                      fits=lambda chosen: chosen.one != 0),
        LibraryAction("tag_again", translate("Library", "Tag again"), presenter.tag_again,
                      rank=20, keys="F5", on_bar=True,
                      tip=translate("Library", "Reads the files anew and asks the tagger again "
                                               "(F5). What you said yourself stays.")),
        LibraryAction("show_in_folder", translate("Library", "Show in folder"),
                      lambda chosen: show_in_folder(presenter, chosen), rank=80,
                      fits=lambda chosen: len(chosen) == 1),
        LibraryAction("remove", translate("Library", "Remove from the Library"),
                      lambda chosen: remove(presenter, chosen), rank=90, keys="Del",
                      tip=translate("Library", "Takes the songs off the list (Delete). Their "
                                               "files are not touched."))):
        presenter.actions.add(action)


def remove(presenter: LibraryPresenter, selection: Selection) -> None:
    """Takes songs off the list, as a step that can be taken back."""
    keys = selection.keys

    def act(services: LibraryServices) -> None:
        services.store.forget(places_of(services.database, keys))

    presenter.steps.do(act, removed_text(len(keys)))


def show_in_folder(presenter: LibraryPresenter, selection: Selection) -> None:
    """Opens the folder of a song in the system's own way."""
    presenter.places(selection.keys, lambda places: [
        show_folder_of(presenter, place) for place in places[:1]])


def show_folder_of(presenter: LibraryPresenter, place: str) -> None:
    """Opens the folder a place lies in, or says why it cannot."""
    folder = Path(place).parent
    if is_pasted(place) or not folder.is_dir():
        presenter.problem_raised.emit(EngineError(
            translate("Library", "There is no folder to show for this song."),
            translate("Library", "Its words were pasted, or its folder is gone.")))
        return
    QDesktopServices.openUrl(QUrl.fromLocalFile(str(folder)))
