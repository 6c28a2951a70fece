"""Character cards and lorebooks of other programs, from their files.

Knows the carriers: PNG and APNG, JSON, CHARX. What is in a file is data, whatever it says; what is
wrong with it is one sentence for the person. Writes nothing.
"""

import stat
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec

from engine.chat.cards.archive import CardArchive, is_archive
from engine.chat.cards.assets import (
    CardAsset,
    b64,
    main_picture,
    path_of_word,
    picture_in,
    picture_kind,
    read_assets,
)
from engine.chat.cards.card_json import AGAIN, MOST_JSON, parse_json
from engine.chat.cards.fields import Object, object_of
from engine.chat.cards.lore_reading import book_from, is_lorebook
from engine.chat.cards.persona_reading import card_within, persona_from, with_left_out
from engine.chat.cards.png_chunks import (
    ASSET_WORD,
    SIGNATURE,
    PngText,
    card_texts,
    picture_alone,
    read_chunks,
)
from engine.chat.lorebook import Lorebook
from engine.chat.persona import Persona
from engine.errors import EngineError

MOST_PICTURE_FILE = 64 << 20
MOST_ARCHIVE_FILE = 1 << 30
# Of each kind, so many card texts of a picture are looked at: some programs never remove old ones.
_MOST_TRIED = 2
_WORDS = (("ccv3", "chara_card_v3"), ("chara",))

@dataclass(frozen=True, slots=True)
class CardRead:
    """A card. `picture` is PNG, JPEG or WebP, b"" if there is none that can be shown; `assets` are
    the files it names, held or not; `said` are sentences for the person, none if all is well."""

    persona: Persona
    picture: bytes = b""
    assets: tuple[CardAsset, ...] = ()
    said: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Opened:
    """What a file held: its JSON, and what came with it."""

    found: Any
    picture: bytes = b""
    assets: tuple[CardAsset, ...] = ()


def read_card(file: Path) -> CardRead:
    """The character in a file, by what the file is, whatever its ending. EngineError where there
    is none or it is broken."""
    said: list[str] = []
    opened = _opened(file, said)
    card = card_within(opened.found)
    if card is None:
        if is_lorebook(opened.found):
            raise EngineError("This is a lorebook, not a character.",
                              "Open the character it belongs to and add it there.")
        raise _no_card()
    persona = persona_from(card, file.stem, said)
    return CardRead(persona, opened.picture, opened.assets, tuple(dict.fromkeys(said)))


def read_lorebook(file: Path) -> Lorebook:
    """The lorebook in a file of its own or in a card. EngineError where there is none."""
    opened = _opened(file, [])
    card = card_within(opened.found)
    found = opened.found
    if card is not None and not is_lorebook(found):
        found = (object_of(card.get("data")) or card).get("character_book")
        if not isinstance(found, dict):
            raise EngineError("This character has no lorebook.",
                              "To talk with it, import the file as a character.")
    elif not is_lorebook(found):
        raise EngineError("There is no lorebook in this file.",
                          "A lorebook is a JSON file with entries, or part of a character card.")
    book = book_from(object_of(found), [])
    return book if book.name else msgspec.structs.replace(book, name=file.stem)


def _opened(file: Path, said: list[str]) -> _Opened:
    try:
        about = file.stat()
        if not stat.S_ISREG(about.st_mode):
            raise EngineError("This is not a file.", "Choose the card itself.")
        with file.open("rb") as opened:
            start = opened.read(16)
            if start.startswith(SIGNATURE):
                return _from_png(start + _rest(file, about.st_size, MOST_PICTURE_FILE), file, said)
        if about.st_size <= MOST_ARCHIVE_FILE and is_archive(file):
            return _from_archive(file, said)
        return _from_json(start, file, about.st_size, said)
    except OSError as why:
        raise EngineError(f"This card cannot be read: {why.strerror or why}.",
                          "Look whether the file is still there and may be opened.") from why


def _no_card() -> EngineError:
    return EngineError(
        "There is no character in this file.",
        "A character card is a PNG, a JSON file or a CHARX made by a program for characters.")


def _rest(file: Path, size: int, most: int) -> bytes:
    """A file behind its first 16 bytes. Read to a limit: its size may change meanwhile."""
    if size > most:
        raise EngineError("This file is far too large for a card.", AGAIN)
    with file.open("rb") as opened:
        opened.seek(16)
        return opened.read(most)


def _from_json(start: bytes, file: Path, size: int, said: list[str]) -> _Opened:
    if picture_kind(start):
        raise EngineError(
            "This picture holds no character.",
            "Characters travel in PNG pictures. A site or a messenger may have changed this one:"
            " get the original file.")
    if not (start.strip(b"\0") or size > len(start)):
        raise EngineError("This file is empty.", AGAIN)
    if size > MOST_JSON:
        raise _no_card()
    data = start + _rest(file, size, MOST_JSON)
    if not _begins_json(data):
        raise _no_card()
    found = _json_in(data, said)
    assets = _assets(found, {}, said)
    return _Opened(found, main_picture(assets), assets)


def _assets(found: Any, held: dict[str, bytes], said: list[str]) -> tuple[CardAsset, ...]:
    def encoded(path: str, most: int) -> bytes:
        packed = held.get(path, b"")
        return (b64(packed) or b"") if len(packed) <= most * 4 // 3 + 4 else b""

    return read_assets(card_within(found) or {}, encoded, said)


def _from_png(data: bytes, file: Path, said: list[str]) -> _Opened:
    chunks = list(read_chunks(data))
    texts = card_texts(chunks)
    cards = [_card_texts(texts, words) for words in _WORDS]
    if not any(cards):
        if is_archive(file):
            return _from_archive(file, said)
        if not chunks or chunks[-1].kind != b"IEND":
            raise EngineError("This picture is cut off, and with it the character in it.", AGAIN)
        raise EngineError(
            "This picture holds no character.",
            "Sites and messengers strip characters out of pictures: get the original file.")
    found = _best_card(cards, said)
    picture = picture_alone(data)
    if not picture:
        said.append("The picture of this card is damaged or far too large; it was left out.")
    held = {path_of_word(text.keyword): text.data for text in texts
            if text.keyword.startswith(ASSET_WORD)}
    return _Opened(found, picture, _assets(found, held, said))


def _card_texts(texts: Sequence[PngText], words: Sequence[str]) -> list[PngText]:
    return [text for text in texts if text.keyword.casefold() in words]


def _best_card(cards: Sequence[Sequence[PngText]], said: list[str]) -> Any:
    """The V3 card of a picture with what it left to the V2 card beside it; where one is broken, the
    other. EngineError as the first says where none can be read."""
    failed: list[EngineError] = []
    found = [_first_sound(each, failed, said) for each in cards]
    good = [card for card in found if card is not None]
    if not good:
        raise failed[0] if failed else _no_card()
    if failed:
        said.append("A part of this card is broken; another copy in the picture was read.")
    return with_left_out(good[0], good[1]) if len(good) > 1 else good[0]


def _first_sound(texts: Sequence[PngText], failed: list[EngineError],
                 said: list[str]) -> Object | None:
    for text in texts[:_MOST_TRIED]:
        try:
            heard: list[str] = []
            card = card_within(_json_in(text.data, heard))
            if card is None:
                raise _no_card()
        except EngineError as broken:
            failed.append(broken)
            continue
        if not text.sound:
            heard.append("The picture was changed after the card was put in; something in the card"
                         " may be damaged.")
        said.extend(heard)
        return card
    return None


def _json_in(text: bytes, said: list[str]) -> Any:
    """The JSON of a card text: in base64, as it should be, or as it is, or twice in base64."""
    if text.startswith(b"rcc||"):
        raise EngineError("This card is encrypted by the program that made it.",
                          "Export it there once more, unencrypted.")
    for _ in range(2):
        if _begins_json(text):
            break
        unpacked = b64(text) if _hides_json(text) else None
        if not unpacked:
            raise EngineError("The data in this picture are broken: they are no base64.", AGAIN)
        text = unpacked
    found = parse_json(text, said)
    return parse_json(found.encode(), said) if isinstance(found, str) else found


def _hides_json(text: bytes) -> bool:
    """Whether JSON begins within base64, or within base64 in that: by the first signs, so that
    nothing large is unpacked in vain."""
    once = b64(text[:8192].strip()[:4096]) or b""
    return _begins_json(once) or _begins_json(b64(once[:2048]) or b"")


def _begins_json(data: bytes) -> bool:
    """Whether it may be JSON, in any encoding: by its first sign."""
    return data[:4096].lstrip(b"\xef\xbb\xbf\xff\xfe\0 \t\r\n")[:1] in (b"{", b"[", b'"')


def _from_archive(file: Path, said: list[str]) -> _Opened:
    with file.open("rb") as opened, CardArchive(opened) as archive:
        found = parse_json(archive.card(), said)
        assets = read_assets(card_within(found) or {}, archive.held, said)
        before = min(archive.start, MOST_PICTURE_FILE)
    picture = main_picture(assets)
    if not picture and before:
        with file.open("rb") as opened:
            picture = picture_in(opened.read(before))
    return _Opened(found, picture, assets)
