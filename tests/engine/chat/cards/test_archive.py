"""CHARX: what is in the zip, and what a zip can be made to pretend."""

import io
import struct
import time
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from engine.chat.cards.archive import CardArchive, is_archive
from engine.errors import EngineError
from tests.quickest import quickest
from tests.tiny_cards import charx, v3


def archive(data: bytes) -> CardArchive:
    return CardArchive(io.BytesIO(data))


def zipped(write: Callable[[zipfile.ZipFile], object],
           way: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", way) as made:
        write(made)
    return out.getvalue()


def refused(data: bytes) -> str:
    with pytest.raises(EngineError) as caught:
        archive(data).card()
    assert caught.value.hint
    return caught.value.message


def test_the_card_and_its_files() -> None:
    with archive(charx(v3(), {"assets/a.png": b"picture"})) as opened:
        assert b"Mira" in opened.card()
        assert opened.held("assets/a.png", 100) == b"picture"
        assert opened.held("assets/A.png", 100) == b"" == opened.held("assets/a.png", 3)


def test_a_folder_packed_as_a_whole() -> None:
    opened = archive(charx(v3(), {"a.png": b"picture"}, folder="Mira/"))
    assert b"Mira" in opened.card() and opened.held("a.png", 100) == b"picture"


def test_the_card_at_the_top_is_the_card() -> None:
    data = zipped(lambda made: [made.writestr("x/card.json", "deep"),
                                made.writestr("Card.JSON", "other"),
                                made.writestr("card.json", "top")])
    assert archive(data).card() == b"top"


def test_paths_as_windows_writes_them() -> None:
    data = zipped(lambda made: [made.writestr("card.json", "{}"),
                                made.writestr("assets\\a.png", b"picture"),
                                made.writestr("./assets/b.png", b"other")])
    opened = archive(data)
    assert opened.card() == b"{}"
    assert opened.held("assets/a.png", 100) == b"picture"
    assert opened.held("assets/b.png", 100) == b"other"


@pytest.mark.parametrize("before", [b"", b"MZ" + b"\0" * 900, b"\xff\xd8\xff" + b"jpeg" * 50])
def test_a_zip_behind_something_else(before: bytes, tmp_path: Path) -> None:
    file = tmp_path / "x"
    file.write_bytes(before + charx(v3()))
    assert is_archive(file)
    with file.open("rb") as opened, CardArchive(opened) as found:
        assert found.start == len(before) and b"Mira" in found.card()


def test_other_archives_are_refused() -> None:
    assert "no card" in refused(zipped(lambda made: made.writestr("word/document.xml", "x")))
    assert "no card" in refused(zipped(lambda made: made.mkdir("card.json")))
    assert "damaged" in refused(b"PK\x03\x04 and nothing")
    assert "damaged" in refused(charx(v3())[:-30])


def test_a_locked_one_is_refused() -> None:
    data = bytearray(charx(v3()))
    at = data.rfind(b"PK\x01\x02")
    data[at + 8] |= 1
    assert "password" in refused(bytes(data))


@pytest.mark.parametrize("way", [zipfile.ZIP_LZMA, zipfile.ZIP_BZIP2])
def test_ways_of_packing_that_may_ask_for_any_memory_are_refused(way: int) -> None:
    assert "way" in refused(zipped(lambda made: made.writestr("card.json", "{}"), way))


def test_a_bomb_is_refused_unopened() -> None:
    data = zipped(lambda made: made.writestr("card.json", b" " * (20 << 20)))
    assert "too large" in refused(data)
    assert quickest(lambda: refused(data), 0.5) < 0.5


def test_a_bomb_that_lies_about_its_size_gives_no_more_than_it_said() -> None:
    data = bytearray(zipped(lambda made: made.writestr("card.json", b" " * (20 << 20))))
    for mark, place in ((b"PK\x01\x02", 24), (b"PK\x03\x04", 22)):
        at = data.find(mark)
        data[at + place:at + place + 4] = struct.pack("<I", 50)
    assert "damaged" in refused(bytes(data))


def test_one_file_named_a_thousand_times_costs_no_more_than_a_few() -> None:
    data = zipped(lambda made: [made.writestr("card.json", "{}"),
                                made.writestr("a.png", b"\0" * (20 << 20))])
    opened = archive(data)
    opened.card()
    began = time.process_time()
    taken = [len(opened.held("a.png", 24 << 20)) for _ in range(1000)]
    assert sum(taken) <= 128 << 20 and taken[-1] == 0
    assert time.process_time() - began < 4


def test_more_files_than_any_card_has() -> None:
    def write(made: zipfile.ZipFile) -> None:
        for number in range(20_001):
            made.writestr(zipfile.ZipInfo(f"{number}"), b"")

    assert "far too many files" in refused(zipped(write, zipfile.ZIP_STORED))


@pytest.mark.parametrize("wide", [False, True])
def test_a_directory_of_a_size_nobody_reads(wide: bool) -> None:
    data = bytearray(charx(v3()))
    end = data.rfind(b"PK\x05\x06")
    if wide:
        record = struct.pack("<4sQHHIIQQQQ", b"PK\x06\x06", 44, 45, 45, 0, 0, 1, 1, 1 << 40, 0)
        locator = struct.pack("<4sIQI", b"PK\x06\x07", 0, end, 1)
        data[end:end] = record + locator
    else:
        data[end + 12:end + 16] = struct.pack("<I", 1 << 30)
    assert "too many files" in refused(bytes(data))


@pytest.mark.parametrize("path", ["../card.json", "/etc/passwd", "C:\\x", "a/../../b", "",
                                  "card.json/", "\0", "x" * 5000])
def test_paths_lead_nowhere_but_into_the_archive(path: str) -> None:
    """They are looked up, never opened: nothing is unpacked to disk."""
    opened = archive(charx(v3(), {"a.png": b"x"}))
    opened.card()
    assert opened.held(path, 1 << 20) == b""


def test_what_is_no_archive(tmp_path: Path) -> None:
    file = tmp_path / "x.json"
    file.write_text("{}")
    assert not is_archive(file) and not is_archive(tmp_path / "gone")
