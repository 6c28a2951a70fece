"""Cards of other programs, read, written and read again:

    python -m tests.benchmarks.card_vectors FOLDER

Reads every card and lorebook below the folder. Files whose name says "invalid" must be refused with
a sentence, the others read. What is read is written in every form and read again: the persona must
be the same, and every key of the card that has no field of ours, and its extensions, equal as
JSON values. Prints a line a file, and what was lost.
"""

import argparse
import base64
import json
import sys
import tempfile
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, get_args

import msgspec

from engine.chat.cards.persona_reading import OUTER
from engine.chat.cards.png_chunks import card_texts, read_chunks
from engine.chat.cards.reading import CardRead, read_card, read_lorebook
from engine.chat.cards.writing import CardForm, write_card
from engine.chat.persona import Persona
from engine.errors import EngineError

ENDINGS = (".png", ".apng", ".json", ".charx")
# What a card says that may change on its way: when it was written, and where its files are.
MAY_CHANGE = ("modification_date", "creation_date", "assets", "group_only_greetings")


def main() -> int:
    """0 if every file did what it should."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("folder", type=Path)
    folder = parser.parse_args().folder
    files = sorted(file for file in folder.rglob("*") if file.suffix.lower() in ENDINGS)
    bad = 0
    with tempfile.TemporaryDirectory() as place:
        for file in files:
            told, wrong = judged(file, Path(place))
            bad += bool(wrong)
            print(f"{'WRONG' if wrong else 'right'}  {file.relative_to(folder)}: {told}")
            for each in wrong:
                print(f"       {each}")
    print(f"{len(files) - bad} of {len(files)} files right")
    return 1 if bad or not files else 0


def judged(file: Path, place: Path) -> tuple[str, list[str]]:
    """What was found, and what is wrong with it."""
    meant_bad = "invalid" in file.name.lower()
    try:
        found = read_card(file)
    except EngineError as refusal:
        try:
            book = read_lorebook(file)
        except EngineError:
            return refusal.message, [] if meant_bad else ["it was refused"]
        return f"a lorebook of {len(book.entries)} entries", ["it was read"] * meant_bad
    persona = found.persona
    lore = f", {len(persona.lorebook.entries)} entries of lore" if persona.lorebook else ""
    told = f"{persona.name}, {len(persona.greetings)} greetings{lore}" + "".join(
        f"; {sentence}" for sentence in found.said)
    wrong = [each for form in get_args(CardForm) for each in losses(file, found, form, place)]
    return told, [*wrong, *(["it was read"] * meant_bad)]


def losses(file: Path, found: CardRead, form: CardForm, place: Path) -> Iterator[str]:
    """What is no longer there, or other than it was, after writing in a form."""
    again = place / f"again.{form}"
    write_card(found.persona, found.picture, again, form, found.assets)
    if settled(read_card(again).persona) != settled(found.persona):
        yield f"{form}: the persona read again is another"
    before, after = card_json(file), card_json(again)
    yield from (f"{form}: {each}" for each in differences(inner(before), inner(after), ""))
    yield from (f"{form}: around the data, {name}" for name, value in before.items()
                if "data" in before and name not in ("spec", "spec_version", "data")
                and after.get(name) != value)


def settled(persona: Persona) -> Persona:
    """Without what may change."""
    unknown = {name: value for name, value in persona.unknown.items() if name != "assets"}
    notes = msgspec.structs.replace(persona.notes, created_at=0, changed_at=0)
    return msgspec.structs.replace(persona, notes=notes, unknown=unknown)


def differences(before: Any, after: Any, where: str) -> Iterator[str]:
    """Where values that were there are not, or are others. Empty ones may be left out, and a place
    of lore that only some programs know may be called by its usual name."""
    if isinstance(before, Mapping) and isinstance(after, Mapping):
        for name, value in before.items():
            if name in MAY_CHANGE or (name not in after and value in (None, "", [], {})):
                continue
            yield from differences(value, after.get(name), f"{where}.{name}")
    elif isinstance(before, list) and isinstance(after, list) and len(before) == len(after):
        for number, (old, new) in enumerate(zip(before, after, strict=True)):
            yield from differences(old, new, f"{where}[{number}]")
    elif before != after and not (where.endswith(".position") and str(after) in str(before)):
        yield f"{where[1:]} was {str(before)[:60]!r} and is {str(after)[:60]!r}"


def inner(card: Mapping[str, Any]) -> Mapping[str, Any]:
    data = card.get("data", card)
    return {name: value for name, value in data.items() if name != OUTER}


def card_json(file: Path) -> dict[str, Any]:
    """The card in a file, by the plainest way to it."""
    data = file.read_bytes()
    if data.startswith(b"\x89PNG"):
        texts = {text.keyword: text.data for text in card_texts(read_chunks(data))}
        return json.loads(base64.b64decode(texts.get("ccv3") or texts["chara"]))
    if zipfile.is_zipfile(file):
        return json.loads(zipfile.ZipFile(file).read("card.json"))
    return json.loads(data)


if __name__ == "__main__":
    sys.exit(main())
