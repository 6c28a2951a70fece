"""The command `chat`: one reply to a text, or a talk on stdin, streamed to stdout.

With --persona a character replies. With --json one object a reply. Ctrl+C stops a reply; what was
said is kept.
"""

import argparse
import sys
from collections.abc import Callable, Generator, Iterator
from contextlib import closing
from typing import TYPE_CHECKING, cast

from engine.chat.chatbot import Chatbot
from engine.chat.conversation import Conversation
from engine.chat.conversation_store import ConversationStore
from engine.chat.direction.director import Director
from engine.chat.direction.manner import CHARACTER_SAMPLING
from engine.chat.direction.study import open_study
from engine.chat.replies import ReplyEvent
from engine.cli.command import Commands, Context
from engine.cli.plain_text import say
from engine.cli.reply_options import (
    add_cast_options,
    add_reply_options,
    reply_settings,
    voice_of,
)
from engine.cli.reply_teller import ReplyTeller
from engine.errors import EngineError
from engine.inference.in_use import InUse
from engine.inference.text_model import TextModel
from engine.library.database import Database
from engine.settings import Settings, load_settings

if TYPE_CHECKING:
    from engine.chat.talk import TalkSetup

DONE, CANCELLED = 0, 3
STDIN = "-"


def register(commands: Commands) -> None:
    """Adds `chat`."""
    parser = commands.add_parser("chat", help="talk with a model on this machine")
    parser.add_argument("text", nargs="?", metavar="TEXT",
                        help="what to say; “-” reads it from stdin; nothing: a talk on stdin, "
                             "a message a line")
    parser.add_argument("--system", metavar="TEXT", help="what the model is told about itself")
    parser.add_argument("--name", default="", metavar="NAME", help="what you are called")
    add_cast_options(parser)
    add_reply_options(parser)
    parser.set_defaults(run=run)


def run(options: argparse.Namespace, context: Context) -> int:
    """Talks until there is nothing more to say. EngineError where no reply can be made."""
    texts = _texts(options.text)
    settings = load_settings(context.paths.settings_file)
    models = OpenModels(lambda wanted: context.open_model(context.paths, wanted, settings))
    database = (Database.open(context.paths.library_file, context.paths.backups)
                if options.store else Database.in_memory())
    with closing(database):
        talk = _Talk(database, context, models, options, settings)
        # Ctrl+C ends a talk at its next question, but a reply only stops.
        stopped = [talk.answer(text) for text in texts]
    return CANCELLED if stopped[-1:] == [True] and options.text is not None else DONE


class OpenModels:
    """Opens each model with the first reply it makes and keeps it open: the characters of a talk
    may speak with models of their own."""

    def __init__(self, open_model: Callable[[str], TextModel]) -> None:
        self._open = open_model
        self._opened: dict[str, TextModel] = {}

    def __call__(self, model_id: str) -> TextModel:
        if model_id not in self._opened:
            self._opened[model_id] = self._open(model_id)
        return self._opened[model_id]


class _Talk:
    """A conversation from the command line's point of view."""

    def __init__(self, database: Database, context: Context, models: OpenModels,
                 options: argparse.Namespace, settings: Settings) -> None:
        self._database = database
        self._context = context
        self._store = ConversationStore(database)
        self._models = models
        self._director = Director(database, open_study(context.paths))
        self._chatbot = Chatbot(self._store, models, director=self._director,
                                voice=voice_of(context.paths, settings))
        self._options = options
        self._settings = settings
        self._id = 0
        self._teller = ReplyTeller(options, 0)
        if _has_cast(options) and options.text is None:
            self._begin()

    def answer(self, text: str) -> bool:
        """Has one text answered; True if the reply was stopped. One that fails within a talk is
        told, and the talk goes on."""
        if not self._id:
            self._begin()
        try:
            # Closed at once whatever happens, so that what was said is stored while it can be.
            told = cast("Generator[ReplyEvent]", self._chatbot.send(self._id, text))
            with InUse(self._context.paths.in_use_mark).held(), closing(told):
                for event in told:
                    self._teller.tell(event)
            return False
        except KeyboardInterrupt:
            self._teller.tell_stopped(self._store.conversation(self._id).leaf)
            return True
        except EngineError as known:
            if self._options.text is not None:
                raise
            say(" ".join(filter(None, (known.message, known.hint))))
            return False

    def _begin(self) -> None:
        # Where no model can answer, nothing is kept: the words are still in the terminal.
        self._models(self._options.model)
        begun = self._with_cast() if _has_cast(self._options) else self._plainly()
        self._id = begun.id
        self._teller = ReplyTeller(self._options, begun.id, len(self._setup_of(begun).cast) > 1)
        if self._options.text is None and not self._options.json:
            for message in begun.path:
                self._teller.tell_line(message)

    def _plainly(self) -> Conversation:
        system = self._options.system
        return self._store.create(
            system_prompt=self._settings.system_prompt if system is None else system,
            settings=reply_settings(self._options, self._settings), model=self._options.model)

    def _with_cast(self) -> Conversation:
        # What reads cards is not loaded for a plain word.
        from engine.cli.casting import Casting

        options = self._options
        casting = Casting(self._database, self._context.paths, beside=not options.store)
        setup = casting.setup(options.persona, options.scene, options.format, options.name)
        replies = reply_settings(options, self._settings, CHARACTER_SAMPLING)
        return self._director.begin(setup, replies, options.model)

    def _setup_of(self, begun: Conversation) -> "TalkSetup":
        return self._director.setup(begun.id)


def _has_cast(options: argparse.Namespace) -> bool:
    return bool(options.persona or options.scene)


def _texts(given: str | None) -> Iterator[str]:
    if given not in (None, STDIN):
        if not given.strip():
            raise EngineError("There is nothing to say.", "Write something between the quotes.")
        return iter([given])
    if given == STDIN:
        return _once_from_stdin()
    return _lines()


def _once_from_stdin() -> Iterator[str]:
    text = sys.stdin.read().strip()
    if not text:
        raise EngineError("There was nothing to read on stdin.", "Send the text into it.")
    yield text


def _lines() -> Iterator[str]:
    """A message a line, as the person writes them."""
    by_hand = sys.stdin.isatty()
    while True:
        if by_hand:
            print("> ", end="", file=sys.stderr, flush=True)
        line = sys.stdin.readline()
        if not line:
            return
        if line.strip():
            yield line.strip()
