"""Builds the Chat room: its queue, its model, its presenter and its page. Connects none to another
room; the program does that."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

from PySide6.QtCore import QSettings

from engine.chat.quick_actions import FILE_NAME, QuickAction, load_quick_actions
from engine.errors import EngineError
from engine.evaluation.capability import Capabilities
from engine.inference.in_use import InUse
from engine.library.database import Database
from engine.models.registry import RegistryEntry
from engine.paths import AppPaths
from engine.settings import Settings
from gui.background import WorkQueue
from gui.chat.chat_models import ChatModels
from gui.chat.company import open_company
from gui.chat.faces import small_face
from gui.chat.limits import ActionLimits
from gui.chat.page import ChatPage
from gui.chat.presenter import ChatPresenter
from gui.chat.rewrites import Rewrites
from gui.chat.services import ChatServices
from gui.chat.song_scenes import SongScenes
from gui.chat_shelf import ChatShelf
from gui.icons import IconSource
from gui.mood_source import MoodSource
from gui.rewriting import RewriteTools, Rewriting
from gui.theme import ThemeSource

if TYPE_CHECKING:
    from engine.chat.direction.study import Study
    from engine.chat.tool_use import ToolUse

# Nearer to the screen than tagging: of the two a person waits for the reply.
NICENESS = 5


class ChatRoom:
    """`problem` says why the quick actions could not be read, if so. Close it before the desk."""

    def __init__(self, paths: AppPaths, read_entries: Callable[[], Sequence[RegistryEntry]],
                 settings: Callable[[], Settings], shelf: ChatShelf, desk: WorkQueue,
                 memory: QSettings, theme_source: ThemeSource, icons: IconSource,
                 note: Callable[[], str] = str, moods: MoodSource | None = None) -> None:
        self._paths = paths
        self._moods = moods
        self._shelf = shelf
        self._study: Study | None = None
        self.problem: EngineError | None = None
        self.queue = WorkQueue(niceness=NICENESS, mark=InUse(paths.in_use_mark))
        self.models = ChatModels(self.queue, desk, read_entries,
                                 lambda: shelf.warm_up(settings().system_prompt), note)
        self.models.chosen_id = settings().chat_model
        self.presenter = ChatPresenter(self._open_chat, self.queue, desk, self.models, settings(),
                                       memory, make_face=small_face, moods=moods)
        self.page = ChatPage(self.presenter, theme_source, icons, self._quick_actions(), memory)
        self.rewrites = self._make_rewrites(read_entries)
        self.song_scenes = self._make_song_scenes()
        self.limits = ActionLimits(self.models, desk, read_entries, Capabilities(paths),
                                   self.page.input.limit)

    def close(self) -> None:
        """Stops the reply, which keeps what was said, and lets the model go."""
        self.presenter.close()
        self.queue.close()
        self._shelf.close()

    def _make_rewrites(self, entries: Callable[[], Sequence[RegistryEntry]]) -> Rewrites | None:
        """Who says words in another mood, where somebody hears moods."""
        if self._moods is None:
            return None
        rewriting = Rewriting(RewriteTools(self.queue, self._shelf.model,
                                           lambda: self._at_hand().encoder, entries, self._moods))
        rewrites = Rewrites(rewriting, self.presenter, self.page)
        self.page.transcript.act_wanted.connect(rewrites.act)
        rewrites.models_wanted.connect(self.page.models_wanted)
        return rewrites

    def _make_song_scenes(self) -> SongScenes | None:
        """Who makes scenes out of songs, where somebody hears moods."""
        if self._moods is None:
            return None
        return SongScenes(self.presenter, self.page.casting, self._moods,
                          lambda: self._at_hand().encoder)

    @contextmanager
    def _open_chat(self) -> Iterator[ChatServices]:
        """The conversations and who answers, for one piece of work on the calling thread."""
        # The way to a model imports ONNX Runtime: not before the window is there.
        from engine.chat.chatbot import Chatbot
        from engine.chat.conversation_store import ConversationStore
        from engine.chat.direction.director import Director

        database = Database.open(self._paths.library_file, self._paths.backups)
        try:
            store = ConversationStore(database)
            director = Director(database, self._at_hand())
            chatbot = Chatbot(store, self._shelf.model, director=director,
                              tools=self._tools(database), voice=self._shelf.voice)
            yield ChatServices(store, chatbot, self._shelf.model,
                               open_company(database, self._paths, director))
        finally:
            database.close()

    def _tools(self, database: Database) -> "ToolUse | None":
        """What may be used before a reply, where the person allows it."""
        from engine.interplay.tools.chat_tools import ChatTools, ToolShed

        if self._moods is None:
            return None
        return ChatTools(database, ToolShed(self._paths, self._at_hand(), self._moods.tagger,
                                            self._moods.settings))

    def _at_hand(self) -> "Study":
        """What replies of characters share. Its encoder is used on the chat queue alone."""
        from engine.chat.direction.study import open_study

        if self._study is None:
            self._study = open_study(self._paths)
        return self._study

    def _quick_actions(self) -> tuple[QuickAction, ...]:
        try:
            return load_quick_actions(self._paths.resources / "prompts" / FILE_NAME)
        except EngineError as problem:
            self.problem = problem
            return ()
