"""The command `chat`: one reply to a text, or a talk on stdin, streamed to stdout.

With --json one object a reply. Ctrl+C stops a reply; what was said is kept.
"""

import argparse
import sys
from collections.abc import Callable, Generator, Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from typing import Any, cast

import msgspec

from engine.chat.chatbot import Chatbot
from engine.chat.conversation import MessageState, ReplySettings
from engine.chat.conversation_store import ConversationStore
from engine.chat.prompt_budget import PromptBudget
from engine.chat.replies import ReplyEnded, ReplyEvent, ReplyFigures, ReplyStarted, ReplyText
from engine.cli.command import Commands, Context
from engine.errors import EngineError
from engine.inference.process_figures import resident_bytes, seconds_since_start
from engine.inference.sampling import SamplingSettings
from engine.inference.text_model import TextModel
from engine.library.database import Database
from engine.settings import Settings, load_settings

DONE, CANCELLED = 0, 3
STDIN = "-"
_MEGABYTE = 1e6


def register(commands: Commands) -> None:
    """Adds `chat`."""
    parser = commands.add_parser("chat", help="talk with a model on this machine")
    parser.add_argument("text", nargs="?", metavar="TEXT",
                        help="what to say; “-” reads it from stdin; nothing: a talk on stdin, "
                             "a message a line")
    parser.add_argument("--model", default="", metavar="ID", help="see “models list”")
    parser.add_argument("--system", metavar="TEXT", help="what the model is told about itself")
    parser.add_argument("--seed", type=_number(int, 0, 2**31 - 1), metavar="N",
                        help="the same seed gives the same replies")
    parser.add_argument("--max-tokens", type=_number(int, 1, 100_000), metavar="N",
                        help="the longest reply")
    parser.add_argument("--temperature", type=_number(float, 0, 5), metavar="T",
                        help="0 always takes the likeliest word")
    parser.add_argument("--top-k", type=_number(int, 0, 1_000_000), metavar="N",
                        help="choose among so many words; 0: all")
    parser.add_argument("--top-p", type=_number(float, 0, 1), metavar="P",
                        help="choose among the likeliest that make up this share; 1: all")
    parser.add_argument("--min-p", type=_number(float, 0, 1), metavar="P",
                        help="leave out words less likely than this share of the likeliest")
    parser.add_argument("--store", action=argparse.BooleanOptionalAction, default=True,
                        help="keep the conversation in the library")
    parser.add_argument("--json", action="store_true", help="one JSON object a reply")
    parser.add_argument("--timings", action="store_true", help="how quick it was, on stderr")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace, context: Context) -> int:
    """Talks until there is nothing more to say. EngineError where no reply can be made."""
    texts = _texts(options.text)
    settings = load_settings(context.paths.settings_file)
    models = _OneModel(lambda wanted: context.open_model(context.paths, wanted, settings))
    database = (Database.open(context.paths.library_file, context.paths.backups)
                if options.store else Database.in_memory())
    with closing(database):
        talk = _Talk(ConversationStore(database), models, options, settings)
        # Ctrl+C ends a talk at its next question, but a reply only stops.
        stopped = [talk.answer(text) for text in texts]
    return CANCELLED if stopped[-1:] == [True] and options.text is not None else DONE


@dataclass(slots=True)
class _OneModel:
    """Opens the model with the first reply and keeps it open."""

    open: Callable[[str], TextModel]
    opened: TextModel | None = None

    def __call__(self, model_id: str) -> TextModel:
        if self.opened is None:
            self.opened = self.open(model_id)
        return self.opened


class _Talk:
    """A conversation from the command line's point of view."""

    def __init__(self, store: ConversationStore, models: Callable[[str], TextModel],
                 options: argparse.Namespace, settings: Settings) -> None:
        self._store = store
        self._models = models
        self._chatbot = Chatbot(store, models)
        self._options = options
        self._settings = settings
        self._id = 0

    def answer(self, text: str) -> bool:
        """Has one text answered; True if the reply was stopped. One that fails within a talk is
        told, and the talk goes on."""
        if not self._id:
            self._id = self._begun()
        try:
            # Closed at once whatever happens, so that what was said is stored while it can be.
            with closing(cast("Generator[ReplyEvent]", self._chatbot.send(self._id, text))) as told:
                for event in told:
                    self._tell(event)
            return False
        except KeyboardInterrupt:
            self._tell_stopped()
            return True
        except EngineError as known:
            if self._options.text is not None:
                raise
            _say(" ".join(filter(None, (known.message, known.hint))))
            return False

    def _begun(self) -> int:
        # Where no model can answer, nothing is kept: the words are still in the terminal.
        self._models(self._options.model)
        system = self._options.system
        return self._store.create(
            system_prompt=self._settings.system_prompt if system is None else system,
            settings=_reply_settings(self._options, self._settings),
            model=self._options.model).id

    def _tell(self, event: ReplyEvent) -> None:
        match event:
            case ReplyStarted():
                _warn_of_what_is_left_out(event.budget)
            case ReplyText() if not self._options.json:
                print(event.text, end="", flush=True)
            case ReplyEnded():
                self._tell_end(event)
            case _:
                pass

    def _tell_end(self, ended: ReplyEnded) -> None:
        message, figures = ended.message, ended.figures
        if self._options.json:
            _print_object(self._object(message.text, message.state, figures))
        else:
            print(flush=True)
        if message.problem:
            _say(message.problem)
        if message.state is MessageState.LENGTH:
            _say("The reply reached its longest; --max-tokens allows more.")
        if self._options.timings:
            _say(_timings(figures))

    def _tell_stopped(self) -> None:
        leaf = self._store.conversation(self._id).leaf
        if self._options.json and leaf is not None and leaf.state is MessageState.STOPPED:
            _print_object(self._object(leaf.text, leaf.state, None))
        elif not self._options.json:
            print(flush=True)
        _say("Stopped. What was said is kept." if self._options.store else "Stopped.")

    def _object(self, text: str, state: MessageState,
                figures: ReplyFigures | None) -> dict[str, Any]:
        leaf = self._store.conversation(self._id).leaf
        told: dict[str, Any] = {"text": text, "state": state.value,
                                "model": leaf.model if leaf else ""}
        if leaf is not None and leaf.settings is not None:
            told["seed"] = leaf.settings.sampling.seed
        if self._options.store:
            told["conversation"] = self._id
        if figures is not None:
            told |= {"prompt_tokens": figures.prompt_tokens, "tokens": figures.tokens,
                     "first_seconds": round(figures.first_seconds, 4),
                     "seconds": round(figures.seconds, 4),
                     "tokens_per_second": round(figures.tokens_per_second, 2)}
        return told


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


def _reply_settings(options: argparse.Namespace, settings: Settings) -> ReplySettings:
    """What the options say, else what the settings say."""
    asked = {"temperature": options.temperature, "top_k": options.top_k, "top_p": options.top_p,
             "min_p": options.min_p, "seed": options.seed}
    sampling = replace(SamplingSettings(temperature=settings.chat_temperature),
                       **{name: value for name, value in asked.items() if value is not None})
    return ReplySettings(options.max_tokens or settings.chat_max_tokens, sampling)


def _warn_of_what_is_left_out(budget: PromptBudget) -> None:
    if budget.dropped:
        _say(f"The talk is longer than the model can read: its first {budget.dropped} messages "
             f"were left out ({budget.prompt:,} of about {budget.whole:,} tokens are read).")


def _timings(figures: ReplyFigures) -> str:
    told = [f"first token after {figures.first_seconds:.2f} s"]
    begun, held = seconds_since_start(), resident_bytes()
    if begun is not None:
        told.append(f"{begun - figures.seconds + figures.first_seconds:.2f} s after the start")
    told.append(f"{figures.tokens_per_second:.1f} tokens a second")
    told.append(f"{figures.prompt_tokens} tokens read, {figures.tokens} written")
    if held is not None:
        told.append(f"{held / _MEGABYTE:.0f} MB resident")
    return ", ".join(told)


def _print_object(told: dict[str, Any]) -> None:
    print(msgspec.json.encode(told).decode(), flush=True)


def _say(sentence: str) -> None:
    print(sentence, file=sys.stderr, flush=True)


def _number(kind: type[int] | type[float], least: float, most: float) -> Callable[[str], float]:
    def read(text: str) -> float:
        try:
            number = kind(text)
        except ValueError:
            raise argparse.ArgumentTypeError(f"“{text}” is no number") from None
        if not least <= number <= most:
            raise argparse.ArgumentTypeError(f"must be from {least:g} to {most:g}")
        return number
    return read
