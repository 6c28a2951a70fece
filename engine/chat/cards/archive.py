"""CHARX: a card and its files in a zip. Nothing is unpacked to disk, nothing is believed of sizes.

A zip may stand behind something else (a JPEG, a program): then that is what it is opened with.
Knows paths and bytes, no card.
"""

import struct
import zipfile
import zlib
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Self

from engine.chat.cards.card_json import AGAIN, MOST_JSON
from engine.errors import EngineError
from engine.library.zip_directory import directory_size

CARD_FILE = "card.json"
MOST_FILES = 20_000
_MOST_DIRECTORY = 4 << 20
_MOST_UNPACKED = 128 << 20
_PLAIN_WAYS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_BROKEN = (OSError, ValueError, KeyError, EOFError, RuntimeError, NotImplementedError,
           OverflowError, IndexError, struct.error, zlib.error, zipfile.BadZipFile)


class CardArchive:
    """An open CHARX. EngineError where it is none, broken, locked or far too large."""

    def __init__(self, opened: BinaryIO) -> None:
        try:
            if directory_size(opened) > _MOST_DIRECTORY:
                raise EngineError("This card holds far too many files.", AGAIN)
            self._zip = zipfile.ZipFile(opened)
        except _BROKEN as broken:
            raise EngineError("This card is damaged: it cannot be unpacked.", AGAIN) from broken
        # Some programs on Windows write their own separator.
        self._files = {each.filename.replace("\\", "/").removeprefix("./"): each
                       for each in self._zip.infolist() if not each.is_dir()}
        if len(self._files) > MOST_FILES:
            raise EngineError("This card holds far too many files.", AGAIN)
        self._folder = ""
        self._room = _MOST_UNPACKED

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, why: BaseException | None,
                 trace: TracebackType | None) -> None:
        self._zip.close()

    @property
    def start(self) -> int:
        """Where the zip begins in its file: something else may stand before it."""
        return min((each.header_offset for each in self._files.values()), default=0)

    def card(self) -> bytes:
        """The card's JSON. It stands at the top; where somebody packed a whole folder, in that."""
        places = [name for name in self._files if name.lower().split("/")[-1] == CARD_FILE]
        place = min(places, key=lambda name: (name.count("/"), name != CARD_FILE), default=None)
        if place is None:
            raise EngineError("There is no card in this archive.",
                              "If it holds cards as pictures, unpack it and take those.")
        self._folder = place[:-len(CARD_FILE)]
        return self._read(place, MOST_JSON)

    def held(self, path: str, most: int) -> bytes:
        """The bytes of a file beside the card; b"" where there is none, or none that can be read
        and has at most so many."""
        try:
            return self._read(self._folder + path, most)
        except EngineError:
            return b""

    def _read(self, name: str, most: int) -> bytes:
        file = self._files.get(name)
        if file is not None and file.flag_bits & 1:
            raise EngineError("This card is locked with a password.",
                              "Ask its maker for one that is not.")
        if file is None or file.compress_type not in _PLAIN_WAYS:
            raise EngineError("This card is packed in a way that is not read here.", AGAIN)
        # No more than this size comes out, however much is packed. A file that turns out broken
        # has cost its time too, and one may be named a thousand times.
        self._room -= file.file_size
        if file.file_size > most or self._room < 0:
            raise EngineError("The data in this file are far too large.", AGAIN)
        try:
            with self._zip.open(file) as packed:
                return packed.read(most)
        except _BROKEN as broken:
            raise EngineError("This card is damaged: it cannot be unpacked.", AGAIN) from broken


def is_archive(file: Path) -> bool:
    """Whether a zip stands in the file, at its beginning or behind something else."""
    try:
        return zipfile.is_zipfile(file)
    except _BROKEN:
        return False
