"""Reads a SentencePiece .model file: its pieces with scores and types, and how it treats text.

A small reader of the protobuf wire format, so that neither sentencepiece nor protobuf is needed.
Knows the file's fields; what they ask of a tokenizer is for others.
"""

import enum
import struct
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from engine.errors import EngineError

Field = int | bytes


class PieceType(enum.IntEnum):
    """What a piece is for, by its number in the file."""

    NORMAL = 1
    UNKNOWN = 2
    CONTROL = 3
    USER_DEFINED = 4
    UNUSED = 5
    BYTE = 6


class Algorithm(enum.IntEnum):
    """How text is cut into pieces, by its number in the file."""

    UNIGRAM = 1
    BPE = 2
    WORD = 3
    CHAR = 4


@dataclass(frozen=True, slots=True)
class Piece:
    """One piece; its place in the file is its id."""

    text: str
    score: float
    type: PieceType


@dataclass(frozen=True, slots=True)
class SentencePieceModel:
    """A whole .model file. `charsmap` is the compiled character map, empty for none."""

    pieces: tuple[Piece, ...]
    algorithm: Algorithm
    charsmap: bytes = b""
    add_dummy_prefix: bool = True
    remove_extra_whitespaces: bool = True
    escape_whitespaces: bool = True
    whitespace_as_suffix: bool = False
    byte_fallback: bool = False


def read_sentencepiece(file: Path) -> SentencePieceModel:
    """The model in `file`. EngineError where it is cut off or something else."""
    try:
        return parse_sentencepiece(file.read_bytes())
    except (OSError, ValueError, struct.error) as broken:
        raise EngineError(
            f"{file.name} of {file.parent.name} is no whole SentencePiece model: {broken}",
            "Get the model's folder again from where it came.",
        ) from broken


def parse_sentencepiece(content: bytes) -> SentencePieceModel:
    """The model in the bytes of a file. ValueError or struct.error where they are broken."""
    pieces: list[Piece] = []
    specs: dict[int, dict[int, Field]] = {2: {}, 3: {}}
    for number, value in _fields(content):
        if number == 1:
            pieces.append(_piece(_message(value)))
        elif number in specs:
            specs[number].update(_message(value))
    if not pieces:
        raise ValueError("it holds no pieces")
    trainer, normalizer = specs[2], specs[3]
    return SentencePieceModel(
        pieces=tuple(pieces),
        algorithm=Algorithm(_whole(trainer, 3, 1)),
        charsmap=_bytes(normalizer, 2),
        add_dummy_prefix=bool(_whole(normalizer, 3, 1)),
        remove_extra_whitespaces=bool(_whole(normalizer, 4, 1)),
        escape_whitespaces=bool(_whole(normalizer, 5, 1)),
        whitespace_as_suffix=bool(_whole(trainer, 24, 0)),
        byte_fallback=bool(_whole(trainer, 35, 0)),
    )


def _piece(fields: Mapping[int, Field]) -> Piece:
    score = float(struct.unpack("<f", _bytes(fields, 2) or bytes(4))[0])
    return Piece(_bytes(fields, 1).decode("utf-8"), score, PieceType(_whole(fields, 3, 1)))


def _message(value: Field) -> dict[int, Field]:
    """The fields of a message inside; of a repeated one the last, which nothing here asks for."""
    if not isinstance(value, bytes):
        raise ValueError("a message was expected")
    return dict(_fields(value))


def _whole(fields: Mapping[int, Field], number: int, default: int) -> int:
    value = fields.get(number, default)
    if not isinstance(value, int):
        raise ValueError("a number was expected")
    return value


def _bytes(fields: Mapping[int, Field], number: int) -> bytes:
    value = fields.get(number, b"")
    if not isinstance(value, bytes):
        raise ValueError("bytes were expected")
    return value


def _fields(content: bytes) -> Iterator[tuple[int, Field]]:
    """(field number, value): whole numbers as int, everything else as its bytes."""
    place = 0
    while place < len(content):
        key, place = _varint(content, place)
        wire = key & 7
        if wire == 0:
            value, place = _varint(content, place)
            yield key >> 3, value
            continue
        if wire == 2:
            length, place = _varint(content, place)
        elif wire in (1, 5):
            length = 8 if wire == 1 else 4
        else:
            raise ValueError("a field is of a kind nobody writes")
        if place + length > len(content):
            raise ValueError("it is cut off")
        yield key >> 3, content[place : place + length]
        place += length


def _varint(content: bytes, place: int) -> tuple[int, int]:
    """A number in groups of seven bits, and the place after it."""
    value = shift = 0
    while place < len(content) and shift < 70:
        byte = content[place]
        value |= (byte & 0x7F) << shift
        place, shift = place + 1, shift + 7
        if byte < 0x80:
            return value, place
    raise ValueError("it is cut off")
