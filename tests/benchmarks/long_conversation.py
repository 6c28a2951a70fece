"""A conversation of 2,000 messages: how long it takes to open, to look at its tree, to search.

    python -m tests.benchmarks.long_conversation [--messages 2000] [--rounds 9] [--processor]

Writes a library file of that conversation, with alternatives and settings as real ones have, and
of 200 others with 100 messages each; opens it anew each time, as the window does. Searches for a
word of every message, for one of a few, and for beginnings of two words. Prints the slowest of
the rounds; 1 where any took 150 ms.
"""

import argparse
import random
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from engine.chat.chat_files.importing import ChatImport
from engine.chat.chat_files.read_chat import ChatBuilder, ReadChat
from engine.chat.conversation import Role
from engine.chat.conversation_store import ConversationStore
from engine.chat.tree import tree_of
from engine.inference.benchmark import Figure
from engine.library.database import Database
from tests.benchmarks.figures import as_text

REACH_MS = 150
OTHERS, OTHER_MESSAGES = 200, 100
_WORDS = [
    "lantern", "harbour", "kettle", "window", "ladder", "river", "orange", "ticket", "winter",
    "garden", "button", "letter", "whistle", "engine", "pocket", "mirror", "thunder", "bridge",
    "copper", "sailor"]


def talk(dice: random.Random, messages: int, title: str) -> ReadChat:
    """A conversation of as many messages, a tenth of them alternatives; all hold "and"."""
    builder = ChatBuilder()
    while len(builder.messages) < messages:
        role = Role.USER if len(builder.messages) % 2 else Role.ASSISTANT
        texts = [_said(dice) for _ in range(1 + (dice.random() < 0.1))]
        builder.say_one_of(role, texts, 0, "" if role is Role.USER else "Marlow")
    return builder.built(title)


def fill(file: Path, messages: int) -> int:
    """Writes the library; the id of the long conversation."""
    dice = random.Random(1)
    database = Database.open(file)
    keep = ChatImport(database).keep
    with database.transaction():
        for number in range(OTHERS):
            keep(talk(dice, OTHER_MESSAGES, f"Talk {number}"))
        long = keep(talk(dice, messages, "The long one")).id
    database.close()
    return long


def measure(file: Path, long: int, rounds: int,
            clock: Callable[[], float]) -> Iterator[Figure]:
    """One figure for each thing a person does."""
    def opened(use: Callable[[ConversationStore], object]) -> float:
        began = clock()
        database = Database.open(file)
        use(ConversationStore(database))
        took = 1000 * (clock() - began)
        database.close()
        return took

    ways: dict[str, Callable[[ConversationStore], object]] = {
        "open": lambda store: len(store.conversation(long).path),
        "open and look at the tree": lambda store: tree_of(store.conversation(long)),
        "list": lambda store: store.rows(),
        "search a word of every message": lambda store: store.search("and"),
        "search a word of a few": lambda store: store.search("thunderclap"),
        "search beginnings": lambda store: store.search("lan sail"),
        "search a letter": lambda store: store.search("l")}
    for name, use in ways.items():
        slowest = max(opened(use) for _ in range(rounds))
        yield Figure("chat", name, f"{slowest:.0f} ms", f"(under {REACH_MS} ms)",
                     slowest < REACH_MS, {"ms": slowest})


def main() -> int:
    """Prints the figures; 1 where one was not reached."""
    options = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    options.add_argument("--messages", type=int, default=2000)
    options.add_argument("--rounds", type=int, default=9)
    options.add_argument("--processor", action="store_true",
                         help="count the time of the processor, on a machine that is busy")
    given = options.parse_args()
    missed = False
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "library.sqlite3"
        long = fill(file, given.messages)
        clock = time.process_time if given.processor else time.perf_counter
        for figure in measure(file, long, given.rounds, clock):
            missed = missed or not figure.met
            print(as_text(figure), flush=True)
    return 1 if missed else 0


def _said(dice: random.Random) -> str:
    words = dice.choices(_WORDS, k=dice.randrange(5, 120))
    if dice.random() < 0.002:
        words.append("thunderclap")
    return f"{' '.join(words)} and {dice.choice(_WORDS)}."


if __name__ == "__main__":
    sys.exit(main())
