"""Chunks of PNG: texts found wherever programs put them, lengths never believed."""

import struct
import zlib

import pytest

from engine.chat.cards.plain_picture import HEIGHT, WIDTH, plain_picture
from engine.chat.cards.png_chunks import (
    SIGNATURE,
    card_texts,
    is_whole,
    picture_alone,
    read_chunks,
    size_of,
    with_texts,
)
from tests.quickest import quickest
from tests.tiny_cards import chunk, text_chunk, tiny_png

CARD = {"name": "x"}


def texts(*chunks: bytes) -> list[tuple[str, bytes]]:
    return [(text.keyword, text.data) for text in card_texts(read_chunks(tiny_png(*chunks)))]


def kinds(data: bytes) -> list[bytes]:
    return [each.kind for each in read_chunks(data)]


def test_chunks_come_in_their_order() -> None:
    whole = tiny_png(chunk(b"tEXt", b"a\0b"), late=(chunk(b"tIME", bytes(7)),))
    assert kinds(whole) == [b"IHDR", b"tEXt", b"IDAT", b"tIME", b"IEND"]
    assert all(each.sound for each in read_chunks(whole))
    assert SIGNATURE + b"".join(each.written for each in read_chunks(whole)) == whole


@pytest.mark.parametrize("at", range(8, 58))
def test_a_torn_picture_gives_what_is_whole(at: int) -> None:
    assert kinds(tiny_png()[:at]) == [b"IHDR"] * (at >= 33)


@pytest.mark.parametrize("length", [2**32 - 1, 2**31, 2**31 - 1, 14])
def test_a_length_beyond_the_end_is_not_believed(length: int) -> None:
    data = bytearray(tiny_png())
    data[8:12] = struct.pack(">I", length)
    assert kinds(bytes(data)) in ([], [b"IHDR"])


def test_nothing_behind_the_end_is_looked_at() -> None:
    assert kinds(tiny_png() + text_chunk("chara", CARD))[-1] == b"IEND"


def test_card_texts_in_all_three_forms() -> None:
    pressed = zlib.compress(b"words")
    assert texts(chunk(b"tEXt", b"chara\0words"), chunk(b"zTXt", b"ccv3\0\0" + pressed),
                 chunk(b"iTXt", b"Chara\0\0\0en\0Figur\0words"),
                 chunk(b"iTXt", b"chara\0\1\0\0\0" + pressed),
                 chunk(b"tEXt", b"parameters\0a lake"), chunk(b"tEXt", b"chara"),
                 ) == [("chara", b"words"), ("ccv3", b"words"), ("Chara", b"words"),
                       ("chara", b"words")]


@pytest.mark.parametrize("broken", [
    chunk(b"zTXt", b"chara\0\0junk"), chunk(b"zTXt", b"chara\0"), chunk(b"iTXt", b"chara\0"),
    chunk(b"iTXt", b"chara\0\1\0\0\0junk"), chunk(b"iTXt", b"chara\0\0\0no end"),
], ids=range(5))
def test_broken_texts_are_passed_over(broken: bytes) -> None:
    assert [text for _, text in texts(broken) if text] == []


def test_a_text_that_grows_without_end_is_passed_over() -> None:
    bomb = chunk(b"zTXt", b"chara\0\0" + zlib.compress(b"\0" * (40 << 20), 9))
    assert texts(*[bomb] * 50) == []
    assert quickest(lambda: texts(*[bomb] * 50), 2) < 2


def test_more_chunks_than_any_picture_has_are_not_looked_at() -> None:
    few = list(read_chunks(SIGNATURE + chunk(b"IDAT") * 60_000))
    assert len(few) == 50_000


def test_the_picture_alone_has_no_card_in_it() -> None:
    plain = tiny_png(chunk(b"tEXt", b"Title\0kept"))
    carried = tiny_png(text_chunk("chara", CARD), chunk(b"tEXt", b"Title\0kept"),
                       text_chunk("chara-ext-asset_:1", CARD), late=(text_chunk("ccv3", CARD),))
    assert picture_alone(carried + b"PK behind") == plain


@pytest.mark.parametrize("data", [
    b"", SIGNATURE, b"JFIF", tiny_png()[:-12], tiny_png(width=0), tiny_png(width=60_000),
    tiny_png(width=30_000, height=30_000), tiny_png(chunk(b"gAMA", b"1234", check=5)),
    SIGNATURE + chunk(b"IDAT") + chunk(b"IEND"), SIGNATURE + chunk(b"IHDR") + chunk(b"IEND"),
    SIGNATURE + chunk(b"IHDR", b"short") + chunk(b"IDAT") + chunk(b"IEND"),
], ids=range(11))
def test_a_damaged_or_giant_picture_is_none(data: bytes) -> None:
    assert picture_alone(data) == b""


def test_a_wrong_checksum_of_the_card_does_not_hurt_the_picture() -> None:
    whole = tiny_png(chunk(b"tEXt", b"chara\0e30=", check=1))
    assert not card_texts(read_chunks(whole))[0].sound
    assert picture_alone(whole) == tiny_png()


def test_texts_are_put_first_and_replace_older_ones() -> None:
    old = tiny_png(text_chunk("chara", CARD), chunk(b"tEXt", b"Title\0kept"),
                   late=(text_chunk("ccv3", CARD),))
    fresh = with_texts(old, [("chara", b"one"), ("ccv3", b"two")])
    assert kinds(fresh) == [b"IHDR", b"tEXt", b"tEXt", b"tEXt", b"IDAT", b"IEND"]
    assert [text.data for text in card_texts(read_chunks(fresh))] == [b"one", b"two"]
    assert picture_alone(fresh) == picture_alone(old)


@pytest.mark.parametrize("colour, top", [
    ("#ff8000", b"\xff\x80\x00"), ("", b"\x6b\x72\x80"), ("#12", b"\x6b\x72\x80"),
    ("red", b"\x6b\x72\x80"),
])
def test_a_plain_picture_is_whole_and_of_its_colour(colour: str, top: bytes) -> None:
    chunks = list(read_chunks(plain_picture(colour)))
    assert is_whole(chunks) and size_of(chunks[0]) == (WIDTH, HEIGHT)
    rows = zlib.decompress(chunks[1].data)
    assert len(rows) == HEIGHT * (WIDTH * 3 + 1)
    assert rows[:4] == b"\0" + top
    assert rows[:: WIDTH * 3 + 1] == bytes(HEIGHT)


def test_a_plain_picture_is_one_that_qt_shows() -> None:
    from PySide6.QtGui import QImage

    image = QImage.fromData(plain_picture("#336699"))
    assert (image.width(), image.height()) == (WIDTH, HEIGHT)
    assert image.pixelColor(0, 0).name() == "#336699"
