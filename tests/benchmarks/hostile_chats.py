"""Good chats made bad: whether any of them stops the reader or the library.

    python -m tests.benchmarks.hostile_chats [--count 500] [--seed 1]

Writes good chats in every form, changes each at random (bytes, cuts, doubled and lost parts, depth,
long numbers, values of other types, circles), and reads what comes of it. What is read is taken
into a library, opened, written in every form and read again. Every file must be read or refused
with a sentence, within two seconds of the processor. Prints how many were which, the slowest, and
every failure.
"""

import argparse
import faulthandler
import json
import random
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from engine.chat.branches import branch
from engine.chat.cast_store import CastStore
from engine.chat.chat_files.importing import ChatImport
from engine.chat.chat_files.reading import read_chats
from engine.chat.chat_files.writing import ChatForm, write_conversation
from engine.chat.conversation_store import ConversationStore
from engine.chat.tree import tree_of
from engine.errors import EngineError
from engine.library.database import Database
from tests.benchmarks.mutations import cut, flipped, taken_out
from tests.engine.chat.chat_files.some_chats import SETUP, TREE

MOST_SECONDS = 2.0
HANG_SECONDS = 60
_STRANGE: tuple[Any, ...] = (
    None, True, -1, 0, 2**70, 1e300, float("nan"), "", "\ud83d", "x" * 5000, [], {}, [[]],
    {"id": 1}, "assistant", "2024-01-01", "\x00", "Ann:", 10**400)
Mutation = Callable[[random.Random, bytes], bytes]


@dataclass(frozen=True)
class Outcome:
    """What became of one file: `kind` is read, refused or failed."""

    name: str
    kind: str
    seconds: float
    why: str = ""


def good_chats(folder: Path) -> dict[str, bytes]:
    """Chats that are all right, by file name."""
    found: dict[str, bytes] = {}
    for form in ChatForm:
        file = folder / f"{form}{form.ending}"
        write_conversation(TREE, file, form, SETUP)
        found[file.name] = file.read_bytes()
    lines = {"a": "ours.json", "b": "messages.jsonl", "c": "sharegpt.jsonl"}
    rows = [json.dumps(json.loads(found[name])) for name in lines.values()]
    found["several.jsonl"] = "\n".join(rows * 3).encode()
    found["several.json"] = f"[{','.join(rows)}]".encode()
    return found


def doubled(dice: random.Random, data: bytes) -> bytes:
    start, place = dice.randrange(len(data)), dice.randrange(len(data))
    part = data[start:start + dice.choice((1, 16, 500, 10_000))]
    return data[:place] + part * dice.choice((1, 2, 50, 500)) + data[place:]


def deep(dice: random.Random, data: bytes) -> bytes:
    mark = dice.choice((b"[", b'{"x":', b"{", b'"', b"\\"))
    place = dice.randrange(len(data))
    return data[:place] + mark * dice.choice((50, 900, 5000, 200_000)) + data[place:]


def long_number(dice: random.Random, data: bytes) -> bytes:
    places = [place for place, byte in enumerate(data) if chr(byte).isdigit()]
    place = dice.choice(places or [0])
    return data[:place] + b"9" * dice.choice((20, 400, 6000)) + data[place:]


def wide(dice: random.Random, data: bytes) -> bytes:
    return data.decode("utf-8", "replace").encode(dice.choice(("utf-16", "utf-32", "cp037")),
                                                  "replace")


def other_values(dice: random.Random, data: bytes) -> bytes:
    """JSON that is right, with values no program would write."""
    lines = data.decode("utf-8", "replace").splitlines()
    changed: list[str] = []
    for line in [data.decode("utf-8", "replace")] if data[:2] == b"{\n" else lines:
        try:
            value = json.loads(line)
        except ValueError:
            changed.append(line)
            continue
        for _ in range(dice.choice((1, 2, 5))):
            _spoil(dice, value)
        changed.append(json.dumps(value))
    return "\n".join(changed).encode()


def _spoil(dice: random.Random, value: Any) -> None:
    """Puts something strange somewhere, often the value of another place."""
    places = [*_places(value)]
    if places:
        holder, key = dice.choice(places)
        other, from_there = dice.choice(places)
        strange = dice.choice((*_STRANGE, other[from_there], other[from_there]))
        holder[key] = json.loads(json.dumps(strange))


def _places(value: Any) -> Iterator[tuple[Any, Any]]:
    if isinstance(value, dict | list):
        for key in [*value] if isinstance(value, dict) else range(len(value)):
            yield value, key
            yield from _places(value[key])


MUTATIONS: tuple[Mutation, ...] = (
    flipped, cut, doubled, taken_out, deep, long_number, wide, other_values, other_values,
    other_values)


def outcomes(count: int, seed: int, folder: Path) -> Iterator[Outcome]:
    """What becomes of `count` files, each a good chat changed at random."""
    dice = random.Random(seed)
    good = good_chats(folder)
    for number in range(count):
        name = dice.choice([*good])
        data, change = good[name], dice.choice(MUTATIONS)
        for _ in range(dice.choice((1, 1, 2))):
            data = change(dice, data) if data else b"x"
        place = folder / f"{number}-{name}"
        place.write_bytes(data)
        yield outcome(place, f"{number} {change.__name__} {name}")
        place.unlink()


def outcome(file: Path, name: str) -> Outcome:
    """What becomes of one file, and of what was read from it."""
    began = time.process_time()
    faulthandler.dump_traceback_later(HANG_SECONDS, exit=True)
    try:
        _used(file)
        kind, why = "read", ""
    except EngineError as told:
        kind, why = "refused", told.message
        if not told.message.endswith(".") or not told.hint:
            kind = "failed"
    except Exception as bug:
        kind, why = "failed", f"{type(bug).__name__}: {bug}"[:300]
    finally:
        faulthandler.cancel_dump_traceback_later()
    seconds = time.process_time() - began
    if seconds > MOST_SECONDS:
        kind, why = "failed", f"took {seconds:.1f} s. {why}"
    return Outcome(name, kind, seconds, why)


def _used(file: Path) -> None:
    """Reads a file and does with it all a person could."""
    database = Database.in_memory()
    try:
        store, casts = ConversationStore(database), CastStore(database)
        for read in read_chats(file).chats[:20]:
            kept = ChatImport(database).keep(read)
            setup = casts.setup(kept.id)
            tree_of(kept)
            if kept.path:
                branch(database, store, kept.path[-1].id)
            for form in ChatForm:
                again = file.with_name(f"again{form.ending}")
                write_conversation(kept, again, form, setup)
                if form is ChatForm.OURS and len(read_chats(again).chats) != 1:
                    raise AssertionError("what was written could not be read")
        store.search("rain")
    finally:
        database.close()


def main() -> int:
    """Prints what became of the files; 1 where any failed."""
    options = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    options.add_argument("--count", type=int, default=500)
    options.add_argument("--seed", type=int, default=1)
    given = options.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        found = [*outcomes(given.count, given.seed, Path(folder))]
    for one in found:
        if one.kind == "failed":
            print(f"{one.name}: {one.why}")
    kinds = Counter(one.kind for one in found)
    slowest = max(found, key=lambda one: one.seconds)
    print(f"{len(found)} changed chats: {kinds['read']} read, {kinds['refused']} refused with a"
          f" sentence, {kinds['failed']} failed; the slowest took {slowest.seconds:.2f} s"
          f" ({slowest.name})")
    return 1 if kinds["failed"] else 0


if __name__ == "__main__":
    sys.exit(main())
