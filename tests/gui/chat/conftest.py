"""The Chat page's presenter on a library of its own, with a model that needs no weights."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from threading import Event

import pytest
from PySide6.QtCore import QSettings
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from engine.chat.chatbot import Chatbot
from engine.chat.conversation_store import ConversationStore
from engine.chat.direction.director import Director
from engine.chat.direction.study import Study
from engine.chat.prompts.format_shelf import FormatShelf
from engine.chat.quick_actions import load_quick_actions
from engine.chat.tool_use import ToolStep
from engine.errors import EngineError
from engine.inference.text_model import TextModel
from engine.library.database import Database
from engine.models.manifest import DecoderInfo, ModelManifest
from engine.models.registry import RegistryEntry
from engine.paths import AppPaths
from engine.settings import Settings
from gui.background import WorkQueue
from gui.chat.chat_models import ChatModels
from gui.chat.company import open_company
from gui.chat.faces import small_face
from gui.chat.page import ChatPage
from gui.chat.presenter import ChatPresenter
from gui.chat.services import ChatServices
from gui.icons import IconSource
from gui.theme import ThemeSource
from tests.fakes import FakeTextModel

ANSWER = "It is a part that comes back."


class Brake:
    """Holds the fake model before a token until it is let go: a reply in the middle."""

    def __init__(self) -> None:
        self.after = -1
        self.reached = Event()
        self.go = Event()
        self._tokens = 0

    def hold_after(self, tokens: int) -> None:
        self.after, self._tokens = tokens, 0
        self.reached.clear()
        self.go.clear()

    def let_go(self) -> None:
        self.after = -1
        self.go.set()

    def __call__(self) -> None:
        self._tokens += 1
        if 0 <= self.after < self._tokens:
            self.reached.set()
            assert self.go.wait(20)


class Searcher:
    """Finds a song for whatever is asked, where tools are allowed."""

    def steps(self, conversation_id: int, asked: str, persona_id: int | None,
              model: TextModel) -> Iterator[ToolStep]:
        step = ToolStep("search_library", asked)
        yield step
        yield replace(step, outcome="1 song was found.", found=("There is “Rain Song”.",))


def entry(model_id: str = "fake-writer", name: str = "Fake writer") -> RegistryEntry:
    """An installed chat model, as the registry lists it."""
    manifest = ModelManifest(
        id=model_id, name=name, kind="decoder", task="text-generation",
        decoder=DecoderInfo(layout="shared-cache", layers=1, kv_heads=1, head_size=8,
                            vocabulary=258, stop_ids=(257,)))
    return RegistryEntry(Path(model_id), manifest)


@dataclass
class Bench:
    """A presenter with all it stands on. `problems` are those it told the person about.

    `trouble` is raised where a model is to be had, while it is set.
    """

    presenter: ChatPresenter
    chat: WorkQueue
    desk: WorkQueue
    model: FakeTextModel
    brake: Brake
    entries: list[RegistryEntry]
    trouble: list[EngineError]
    memory: QSettings
    open_chat: Callable[[], object]
    make: Callable[[], ChatPresenter]
    qtbot: QtBot
    problems: list[object] = field(default_factory=list)

    def settle(self) -> None:
        """Waits until both queues have nothing left to do."""
        self.qtbot.waitUntil(lambda: not (self.chat.busy or self.desk.busy), timeout=20_000)
        self.qtbot.wait(1)
        self.qtbot.waitUntil(lambda: not (self.chat.busy or self.desk.busy), timeout=20_000)

    def begin(self) -> None:
        self.presenter.load()
        self.settle()

    def say(self, text: str) -> None:
        assert self.presenter.send(text)
        self.settle()

    def half_said(self, text: str, tokens: int = 5) -> None:
        """Sends, and holds the reply after so many tokens."""
        self.brake.hold_after(tokens)
        assert self.presenter.send(text)
        self.qtbot.waitUntil(self.brake.reached.is_set)
        self.qtbot.waitUntil(lambda: len(self.presenter.run.progress.text) == tokens)

    @property
    def said(self) -> list[str]:
        return [message.text for message in self.presenter.open.shown]

    @property
    def notes(self) -> list[str]:
        return [message.note for message in self.presenter.open.shown]

    @property
    def titles(self) -> list[str]:
        table = self.presenter.conversations.table
        rows = [table.row_at(at) for at in range(table.rowCount())]
        return [row.title for row in rows if row]


@pytest.fixture
def bench(qapp: QApplication, qtbot: QtBot, tmp_path: Path,
          isolated_home: AppPaths) -> Iterator[Bench]:
    paths = isolated_home
    formats = FormatShelf(paths.own_dialogue_formats, paths.dialogue_formats)
    study = Study(formats, lambda: None)
    brake, trouble = Brake(), []
    model = FakeTextModel(ANSWER, before_token=brake, fails="(break)")
    chat, desk = WorkQueue(), WorkQueue()
    entries = [entry()]
    memory = QSettings(str(tmp_path / "window.ini"), QSettings.Format.IniFormat)

    def take_model(model_id: str = "") -> FakeTextModel:
        if trouble:
            raise trouble[0]
        return model

    @contextmanager
    def open_chat() -> Iterator[ChatServices]:
        database = Database.open(tmp_path / "library.sqlite3")
        try:
            store = ConversationStore(database)
            director = Director(database, study)
            yield ChatServices(store, Chatbot(store, take_model, director=director,
                                              tools=Searcher()), take_model,
                               open_company(database, paths, director))
        finally:
            database.close()

    def warm_up() -> Iterator[FakeTextModel]:
        yield take_model()

    def make() -> ChatPresenter:
        models = ChatModels(chat, desk, lambda: entries, warm_up)
        presenters.append(ChatPresenter(open_chat, chat, desk, models, Settings(), memory,
                                        make_face=small_face))
        return presenters[-1]

    presenters: list[ChatPresenter] = []
    presenter = make()
    made = Bench(presenter, chat, desk, model, brake, entries, trouble, memory, open_chat, make,
                 qtbot)
    presenter.problem_raised.connect(made.problems.append)
    yield made
    brake.let_go()
    for one in presenters:
        one.close()
    chat.close()
    desk.close()


@pytest.fixture
def theme_source(qapp: QApplication) -> ThemeSource:
    return ThemeSource(QGuiApplication.styleHints(), "light")


@pytest.fixture
def icons(theme_source: ThemeSource) -> IconSource:
    return IconSource(theme_source)


@pytest.fixture
def page(bench: Bench, theme_source: ThemeSource, icons: IconSource, isolated_home: AppPaths,
         qtbot: QtBot) -> Iterator[ChatPage]:
    """The page in a window of its own, shown."""
    actions = load_quick_actions(isolated_home.resources / "prompts" / "quick_actions.toml")
    made = ChatPage(bench.presenter, theme_source, icons, actions, bench.memory)
    made.resize(1100, 760)
    with qtbot.waitExposed(made):
        made.show()
    made.activateWindow()
    qtbot.waitUntil(made.isActiveWindow)
    bench.qtbot.waitUntil(lambda: bench.presenter.loaded)
    bench.settle()
    yield made
    made.close()
    made.deleteLater()
