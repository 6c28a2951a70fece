"""Good cards made bad: whether any of them stops the reader.

    python -m tests.benchmarks.hostile_cards [--count 500] [--seed 1]

Makes good cards of every version and carrier, changes each at random (bytes, cuts, doubled parts,
huge lengths, bombs, depth, types), and reads what comes of it. Every one must be read or refused
with a sentence, within two seconds of the processor (a busy machine is no fault of a card). Prints
how many were which, the slowest, and every failure.
"""

import argparse
import base64
import copy
import faulthandler
import io
import json
import random
import struct
import sys
import tempfile
import time
import zipfile
import zlib
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec

from engine.chat.cards.reading import read_card, read_lorebook
from engine.chat.cards.writing import write_card
from engine.errors import EngineError
from tests.benchmarks.mutations import cut, flipped, taken_out
from tests.tiny_cards import (
    book,
    charx,
    chunk,
    packed,
    text_chunk,
    tiny_png,
    v1,
    v2,
    v3,
    world_info,
)

MOST_SECONDS = 2.0
HANG_SECONDS = 60
Mutation = Callable[[random.Random, bytes], bytes]


@dataclass(frozen=True)
class Outcome:
    """What became of one file: `kind` is read, refused or failed."""

    name: str
    kind: str
    seconds: float
    why: str = ""


def good_cards() -> dict[str, bytes]:
    """Cards that are all right, by name."""
    icon = [{"type": "icon", "uri": "embeded://assets/a.png", "name": "main", "ext": "png"},
            {"type": "emotion", "uri": "__asset:1", "name": "joy", "ext": "png"}]
    found: dict[str, Any] = {
        "v1.json": v1(), "v2.json": v2({"name": "Mira"}), "v3.json": v3(), "book.json": book(),
        "world.json": world_info(), "book3.json": {"spec": "lorebook_v3", "data": book()}}
    cards = {name: json.dumps(card).encode() for name, card in found.items()}
    asset = chunk(b"tEXt", b"chara-ext-asset_:1\0" + base64.b64encode(tiny_png()))
    cards["v2.png"] = tiny_png(text_chunk("chara", v2()))
    cards["both.png"] = tiny_png(text_chunk("chara", v2()), late=(text_chunk("ccv3", v3()),))
    cards["asset.png"] = tiny_png(text_chunk("ccv3", v3(assets=icon)), asset)
    cards["packed.png"] = tiny_png(chunk(b"zTXt", b"chara\0\0" + zlib.compress(packed(v2()))),
                                   chunk(b"iTXt", b"ccv3\0\0\0\0\0" + packed(v3())))
    cards["v3.charx"] = charx(v3(assets=icon), {"assets/a.png": tiny_png()})
    cards["behind.charx"] = tiny_png() + cards["v3.charx"]
    return cards


def doubled(dice: random.Random, data: bytes) -> bytes:
    start = dice.randrange(len(data))
    part = data[start:start + dice.choice((1, 16, 500, 10_000))]
    place = dice.randrange(len(data))
    return data[:place] + part * dice.choice((1, 2, 50)) + data[place:]


def huge_number(dice: random.Random, data: bytes) -> bytes:
    """Four bytes somewhere, often where a length stands, say something huge."""
    places = [at - 4 for word in (b"tEXt", b"zTXt", b"IDAT", b"IHDR")
              if (at := data.find(word)) > 4]
    places += [at + step for mark in (b"PK\1\2", b"PK\3\4", b"PK\5\6") for step in (8, 12, 20, 24)
               if (at := data.find(mark)) >= 0]
    place = dice.choice(places or [dice.randrange(len(data))])
    size = dice.choice((0xFFFFFFFF, 0x7FFFFFFF, 0x80000000, len(data), 0, 1 << 26))
    return data[:place] + struct.pack(dice.choice((">I", "<I")), size) + data[place + 4:]


def torn_base64(dice: random.Random, data: bytes) -> bytes:
    at = data.find(b"eyJ")
    if at < 0:
        return flipped(dice, data)
    place = dice.randrange(at, min(at + 800, len(data)))
    return data[:place] + dice.choice((b"=", b"\0", b"!", b"\n\n", b"AAAA=", b"")) + data[
        place + dice.choice((0, 1, 2)):]


def odd_json(dice: random.Random, data: bytes) -> bytes:
    """A card whose JSON is well formed and means nothing: in a carrier of its own."""
    card = dice.choice((v1, v2, v3))()
    for _ in range(dice.choice((1, 3, 12))):
        _put_odd(dice, card)
    return _carried(dice, json.dumps(card, allow_nan=True).encode())


def _put_odd(dice: random.Random, card: dict[str, Any]) -> None:
    node: Any = card
    while True:
        places = list(node) if isinstance(node, dict) else list(range(len(node)))
        if not places:
            return
        place = dice.choice(places)
        if isinstance(node[place], dict | list) and node[place] and dice.random() < 0.7:
            node = node[place]
            continue
        node[place] = copy.deepcopy(dice.choice(ODD))
        return


ODD: tuple[Any, ...] = (
    None, True, False, 0, -1, 1e308, float("nan"), float("-inf"), 10**30, "", "\0", "\ud800",
    "x" * 50_000, [], {}, [[]], {"": ""}, [None] * 100, {"a": {"b": [1, "x", None]}}, "../../x",
    "{{char}}" * 1000, ["\udfff"], 10**400, "data:image/png;base64,AAAA", {"\ud800": 1},
)


def deep_json(dice: random.Random, data: bytes) -> bytes:
    depth = dice.choice((90, 101, 900, 1100, 100_000, 2_000_000))
    opened, closed = dice.choice(((b"[", b"]"), (b'{"a":', b"}")))
    deep = opened * depth + b"1" + closed * depth * dice.randrange(2)
    return _carried(dice, b'{"spec":"chara_card_v2","data":{"name":"a","x":' + deep + b"}}")


def wide_json(dice: random.Random, data: bytes) -> bytes:
    many = dice.choice((b"[],", b"0,", b'"",', b"{},")) * dice.choice((10_000, 90_000, 3_000_000))
    return _carried(dice, b'{"name":"a","first_mes":"","scenario":"","x":[' + many + b"0]}")


def bomb(dice: random.Random, data: bytes) -> bytes:
    size = dice.choice((15, 40, 120)) << 20
    sign = dice.choice((b"\0", b" ", b"A", b"[", b'"'))
    if dice.random() < 0.5:
        text = chunk(b"zTXt", b"chara\0\0" + zlib.compress(sign * size, 1))
        return tiny_png(*[text] * dice.choice((1, 30)))
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("card.json", sign * size if dice.random() < 0.5 else json.dumps(v3(
            assets=[{"type": "icon", "uri": "embeded://b", "name": "main", "ext": "png"}] * 900)))
        archive.writestr("b", sign * size)
    return out.getvalue()


def _carried(dice: random.Random, card: bytes) -> bytes:
    way = dice.randrange(4)
    if way == 0:
        return card
    if way == 1:
        return tiny_png(chunk(b"tEXt", dice.choice((b"chara\0", b"ccv3\0"))
                              + base64.b64encode(card)))
    if way == 2:
        return tiny_png(chunk(b"zTXt", b"chara\0\0" + zlib.compress(base64.b64encode(card), 1)))
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("card.json", card)
    return out.getvalue()


MUTATIONS: tuple[Mutation, ...] = (flipped, cut, doubled, taken_out, huge_number, torn_base64,
                                   odd_json, deep_json, wide_json, bomb)
# The dear ones are drawn less often: there is little to vary about them.
WEIGHTS = (20, 12, 10, 8, 14, 12, 24, 4, 3, 3)


def outcomes(count: int, seed: int, folder: Path) -> Iterator[Outcome]:
    """What becomes of `count` cards made bad, always the same ones for a seed."""
    dice = random.Random(seed)
    cards = good_cards()
    for number in range(count):
        name = dice.choice(list(cards))
        change = dice.choices(MUTATIONS, WEIGHTS)[0]
        data = change(dice, cards[name])
        for _ in range(dice.choice((0, 0, 0, 1, 3))):
            data = flipped(dice, data) if data else data
        file = folder / f"{number}{Path(name).suffix}"
        file.write_bytes(data)
        yield outcome(f"{number} {change.__name__} of {name}", file)
        file.unlink()


def outcome(name: str, file: Path) -> Outcome:
    """Reads a file in both ways, and stores and writes what was read."""
    began = time.process_time()
    kind, why = "refused", ""
    for read in (_character, read_lorebook):
        try:
            read(file)
            kind = "read"
        except EngineError as refusal:
            if not (refusal.message.endswith(".") and refusal.hint and len(refusal.message) < 200):
                kind, why = "failed", f"no sentence: {refusal.message!r}"
        except Exception as failure:
            return Outcome(name, "failed", time.process_time() - began, repr(failure))
    return Outcome(name, kind, time.process_time() - began, why)


def _character(file: Path) -> None:
    found = read_card(file)
    stored = msgspec.json.encode(found.persona)
    assert msgspec.json.decode(stored, type=type(found.persona)).name
    again = file.with_suffix(".again")
    try:
        write_card(found.persona, found.picture, again, "png")
        assert read_card(again).persona.name == found.persona.name
    finally:
        again.unlink(missing_ok=True)


def main() -> int:
    """Prints the outcomes; 0 if nothing failed and nothing took too long."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--count", type=int, default=500)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    found: list[Outcome] = []
    with tempfile.TemporaryDirectory() as place:
        faulthandler.dump_traceback_later(HANG_SECONDS + options.count, exit=True)
        for each in outcomes(options.count, options.seed, Path(place)):
            found.append(each)
            if each.kind == "failed" or each.seconds > MOST_SECONDS:
                print(f"FAILED {each.name}: {each.seconds:.2f} s {each.why}")
        faulthandler.cancel_dump_traceback_later()
    counted = Counter(each.kind for each in found)
    slowest = max(found, key=lambda each: each.seconds)
    print(f"{len(found)} cards: {counted['read']} read, {counted['refused']} refused with a"
          f" sentence, {counted['failed']} failed")
    print(f"slowest: {slowest.seconds:.2f} s ({slowest.name}), limit {MOST_SECONDS:g} s")
    return 1 if counted["failed"] or slowest.seconds > MOST_SECONDS else 0


if __name__ == "__main__":
    sys.exit(main())
