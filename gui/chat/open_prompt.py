"""How the open talk is written for the model: which format, and the formats' files.

Knows no widgets. Files are read and written on the desk queue, what the talk uses is changed on
the chat queue.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from PySide6.QtCore import QObject, Signal

from engine.errors import EngineError
from gui.chat.prompt_view import prompt_view
from gui.chat.services import ChatServices
from gui.chat.wording import translate

if TYPE_CHECKING:
    from engine.chat.prompts.format import PromptFormat
    from engine.chat.prompts.format_shelf import FormatShelf
    from gui.chat.presenter import ChatPresenter

OWN_TEMPLATE = "chat_template"
"""The file of the format that is meant where a talk names none."""


@dataclass(frozen=True, slots=True)
class FormatOffer:
    """A format that can be chosen. `about` is one line, `problem` why it cannot be used. `own`:
    the person's own file holds; `shipped`: the program brings one of that name."""

    name: str
    about: str = ""
    own: bool = False
    shipped: bool = True
    problem: str = ""


@dataclass(frozen=True, slots=True)
class FormatFile:
    """A format's file as it is written."""

    offer: FormatOffer
    text: str


class OpenPrompt(QObject):
    """`offers` are the formats, the model's own template first. `opened` carries the FormatFile
    that was asked for, `saved` a name, `previewed` a PromptView or the EngineError that came
    instead. `dropped` is the name of the file that `restore` brings back, "" for none."""

    changed = Signal()
    opened = Signal(object)
    saved = Signal(str)
    failed = Signal(object)
    previewed = Signal(object)

    def __init__(self, presenter: "ChatPresenter", parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._presenter = presenter
        self._bin: list[tuple[str, str, bool]] = []
        self._previewing = 0
        self.offers: tuple[FormatOffer, ...] = ()

    @property
    def name(self) -> str:
        """The file the open talk is written by."""
        return self._presenter.open.setup.prompt_format or OWN_TEMPLATE

    @property
    def dropped(self) -> str:
        return self._bin[-1][0] if self._bin else ""

    def offer(self, name: str) -> FormatOffer | None:
        """What is known of a format, None of one that is not there."""
        return next((offer for offer in self.offers if offer.name == name), None)

    def load(self) -> None:
        """Reads which formats there are."""
        self._presenter.reading.ask(
            lambda services: tuple(_offers(shelf_of(services))), self._take)

    def choose(self, name: str) -> None:
        """Has the open talk written by this format from the next reply on."""
        one, wanted = self._presenter.open.id, "" if name == OWN_TEMPLATE else name
        if one and wanted != self._presenter.open.setup.prompt_format:
            self._presenter.writing.ask(
                lambda services: services.company.casts.set_prompt_format(one, wanted),
                lambda _: self._presenter.cast.read())

    def open(self, name: str) -> None:
        """Asks for a format's file."""
        def read(services: ChatServices) -> FormatFile:
            shelf = shelf_of(services)
            return FormatFile(_offer(shelf, name), shelf.text(name))

        self._presenter.reading.ask(read, self.opened.emit)

    def save(self, name: str, text: str) -> None:
        """Keeps a file as the person's own; the open talk is written by it."""
        def keep(services: ChatServices) -> str:
            shelf_of(services).keep(name, text)
            return name

        self._presenter.reading.ask(keep, self._take_saved, self.failed.emit)

    def drop(self, name: str) -> None:
        """Takes the person's own file away: ours holds again, or none."""
        def away(services: ChatServices) -> tuple[str, str]:
            shelf = shelf_of(services)
            kept = (name, shelf.text(name))
            shelf.drop_own(name)
            return kept

        self._presenter.reading.ask(away, self._take_dropped)

    def restore(self) -> None:
        """Brings back the file that was dropped last, as it was."""
        if self._bin:
            name, text, used = self._bin.pop()
            self._presenter.reading.ask(
                lambda services: shelf_of(services).restore_own(name, text),
                lambda _: self._take_restored(name if used else ""))

    def preview(self, form: "PromptFormat") -> None:
        """Asks how the open talk would be written in a format that is not stored."""
        self._previewing += 1
        asked, conversation = self._previewing, self._presenter.open.stored
        draft, author = self._presenter.draft, self._presenter.speaking.author

        def told(found: object) -> None:
            if asked == self._previewing:
                self.previewed.emit(found)

        self._presenter.writing.ask(
            lambda services: prompt_view(services, conversation, draft, form, author), told, told)

    def _take(self, offers: object) -> None:
        self.offers = cast("tuple[FormatOffer, ...]", offers)
        self.changed.emit()

    def _take_saved(self, name: object) -> None:
        self.choose(str(name))
        self._refresh()
        self.saved.emit(str(name))

    def _take_dropped(self, kept: object) -> None:
        name, text = cast("tuple[str, str]", kept)
        offer = self.offer(name)
        gone = offer is not None and not offer.shipped and self.name == name
        self._bin.append((name, text, gone))
        if gone:
            self.choose(OWN_TEMPLATE)
        self._refresh()

    def _take_restored(self, used: str) -> None:
        if used:
            self.choose(used)
        self._refresh()

    def _refresh(self) -> None:
        """Reads the formats anew, and has the prompt written anew."""
        self.load()
        self._presenter.measure()


def title_of(name: str) -> str:
    """What a format is called on the screen."""
    return {OWN_TEMPLATE: translate("Prompt", "The model's own template"),
            "role_play": translate("Prompt", "Plain role-play"),
            "soda": translate("Prompt", "SODA style"),
            "movie": translate("Prompt", "Movie style")}.get(name, name)


def sentence_of(problem: object) -> str:
    """A problem with what can be done about it; anything unknown is a bug and says its name."""
    if isinstance(problem, EngineError):
        return f"{problem.message} {problem.hint}".strip()
    return str(problem)


def shelf_of(services: ChatServices) -> "FormatShelf":
    """The formats of this machine."""
    from engine.chat.prompts.format_shelf import FormatShelf

    paths = services.company.paths
    return FormatShelf(paths.own_dialogue_formats, paths.dialogue_formats)


def _offers(shelf: "FormatShelf") -> list[FormatOffer]:
    names = [name for name in shelf.names() if name != OWN_TEMPLATE]
    return [_offer(shelf, name) for name in (OWN_TEMPLATE, *names)]


def _offer(shelf: "FormatShelf", name: str) -> FormatOffer:
    about = problem = ""
    try:
        about = shelf.read(name).about
    except EngineError as broken:
        problem = sentence_of(broken)
    return FormatOffer(name, about, shelf.is_own(name), shelf.is_shipped(name), problem)
