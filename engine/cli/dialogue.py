"""The command `dialogue`: personas talk with each other, a turn a line on stdout.

With --json one object a turn. Ctrl+C stops; what was said is kept.
"""

import argparse
from collections.abc import Generator
from contextlib import closing
from typing import cast

from engine.chat.chatbot import Chatbot
from engine.chat.conversation_store import ConversationStore
from engine.chat.direction.director import Director
from engine.chat.direction.manner import CHARACTER_SAMPLING, TURN_TOKENS
from engine.chat.direction.study import open_study
from engine.chat.replies import ReplyEvent
from engine.cli.casting import Casting
from engine.cli.chat import OpenModels
from engine.cli.command import Commands, Context
from engine.cli.reply_options import (
    add_cast_options,
    add_reply_options,
    count_of,
    reply_settings,
    voice_of,
)
from engine.cli.reply_teller import ReplyTeller
from engine.errors import EngineError
from engine.inference.in_use import InUse
from engine.library.database import Database
from engine.settings import load_settings

DONE, CANCELLED = 0, 3


def register(commands: Commands) -> None:
    """Adds `dialogue`."""
    parser = commands.add_parser("dialogue", help="let personas talk with each other")
    add_cast_options(parser)
    parser.add_argument("--turns", type=count_of(1, 10_000), default=10, metavar="N",
                        help="how many they take together (10)")
    add_reply_options(parser)
    parser.set_defaults(run=run)


def run(options: argparse.Namespace, context: Context) -> int:
    """Talks for so many turns. EngineError where there are not two to talk, or no model."""
    settings = load_settings(context.paths.settings_file)
    models = OpenModels(lambda wanted: context.open_model(context.paths, wanted, settings))
    models(options.model)  # where none can speak, nothing is kept
    database = (Database.open(context.paths.library_file, context.paths.backups)
                if options.store else Database.in_memory())
    with closing(database):
        setup = Casting(database, context.paths, beside=not options.store).setup(
            options.persona, options.scene, options.format)
        if len(setup.cast) < 2:
            raise EngineError("A dialogue needs two who talk.",
                              "Name them with --persona, once for each.")
        director = Director(database, open_study(context.paths))
        begun = director.begin(
            setup, reply_settings(options, settings, CHARACTER_SAMPLING, TURN_TOKENS),
            options.model)
        store = ConversationStore(database)
        teller = ReplyTeller(options, begun.id, named=True)
        for message in begun.path:
            teller.tell_line(message)
        with InUse(context.paths.in_use_mark).held():
            chatbot = Chatbot(store, models, director=director,
                              voice=voice_of(context.paths, settings))
            return _played(chatbot, store, begun.id, options.turns, teller)


def _played(chatbot: Chatbot, store: ConversationStore, conversation: int, turns: int,
            teller: ReplyTeller) -> int:
    try:
        with closing(cast("Generator[ReplyEvent]", chatbot.play(conversation, turns))) as told:
            for event in told:
                teller.tell(event)
    except KeyboardInterrupt:
        teller.tell_stopped(store.conversation(conversation).leaf)
        return CANCELLED
    return DONE
