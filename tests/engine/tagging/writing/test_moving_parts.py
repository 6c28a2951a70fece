"""Files in which a longer tag moves what other parts of the file point at."""

import io
import struct
from pathlib import Path
from uuid import UUID

import pytest
from mutagen.ogg import OggPage

from engine.errors import EngineError
from engine.tagging.writing.formats import mood_splices, tag_holder
from engine.tagging.writing.mp4_atoms import atom
from engine.tagging.writing.splice import Splice, copy_spliced, ordered, splice_of
from engine.tagging.writing.values import FileMoods
from tests.engine.tagging.tiny_audio import write_tiny

LONG = FileMoods(("M" * 3000,))


def written(data: bytes, moods: FileMoods, name: str) -> bytes:
    source, target = io.BytesIO(data), io.BytesIO()
    copy_spliced(source, target, mood_splices(tag_holder(source, Path(name)), moods))
    return target.getvalue()


def mp4(*, wide: bool = False, room: int | None = None, user: bytes = b"", last: bool = False,
        pieces: bool = False) -> bytes:
    """An MP4 whose tables point at two stretches of its sound, which read "first" and "second"."""
    def whole(base: int) -> bytes:
        places = (base, base + 5)
        table = (atom(b"co64", struct.pack(">IIQQ", 0, 2, *places)) if wide
                 else atom(b"stco", struct.pack(">IIII", 0, 2, *places)))
        track = atom(b"trak", atom(b"mdia", atom(b"minf", atom(b"stbl", table))))
        return atom(b"ftyp", b"M4A \0\0\0\0M4A mp42") + atom(
            b"moov", atom(b"mvhd", bytes(100)) + track + user)

    free = b"" if room is None else atom(b"free", bytes(room))
    sound = atom(b"mdat", b"firstsecond")
    base = len(whole(0)) + len(free) + 8
    tail = b""
    if pieces:
        at = base + len(b"firstsecond")
        tail = atom(b"moof", atom(b"traf", atom(b"tfhd", struct.pack(">IIQ", 1, 1, at))))
        tail += atom(b"mfra", atom(b"tfra", struct.pack(">IIIIIIBBB", 0, 1, 0, 1, 0, at, 1, 1, 1)))
    if last:
        head = atom(b"ftyp", b"M4A \0\0\0\0M4A mp42")
        return head + sound + whole(len(head) + 8)[len(head):]
    return whole(base) + free + sound + tail


def places(data: bytes) -> list[bytes]:
    """What the tables point at."""
    wide = b"co64" in data
    at = data.index(b"co64" if wide else b"stco") + 12
    first, second = struct.unpack(">QQ" if wide else ">II", data[at:at + (16 if wide else 8)])
    return [data[first:first + 5], data[second:second + 6]]


def test_tables_follow_the_sound_wherever_the_room_is() -> None:
    for given in (mp4(), mp4(wide=True), mp4(room=20), mp4(room=9000), mp4(last=True),
                  mp4(user=atom(b"udta", bytes(4))), mp4(user=atom(b"udta", b"")),
                  mp4(user=atom(b"udta", atom(b"name", b"x")))):
        assert places(given) == [b"first", b"second"]
        file = written(given, LONG, "song.m4a")
        assert places(file) == [b"first", b"second"]
        assert tag_holder(io.BytesIO(file), Path("song.m4a")).read() == LONG
        again = written(file, FileMoods(("Hope",)), "song.m4a")
        assert places(again) == [b"first", b"second"]
        none = written(again, FileMoods(), "song.m4a")
        assert tag_holder(io.BytesIO(none), Path("song.m4a")).read() == FileMoods()


def test_room_behind_the_header_keeps_the_sound_in_place() -> None:
    given = mp4(room=9000)
    file = written(given, FileMoods(("Hope",)), "song.m4a")
    assert len(file) == len(given)
    assert file.index(b"firstsecond") == given.index(b"firstsecond")


def test_a_recording_in_pieces_finds_its_pieces() -> None:
    given = mp4(pieces=True)
    file = written(given, LONG, "song.m4a")
    piece = file.index(b"moof") - 4
    at = file.index(b"tfhd") + 12
    assert struct.unpack(">Q", file[at:at + 8]) == (piece,)
    at = file.index(b"tfra") + 24
    assert struct.unpack(">I", file[at:at + 4]) == (piece,)


def test_items_of_the_same_name_by_others_are_not_ours(tmp_path: Path) -> None:
    from mutagen.mp4 import MP4, MP4FreeForm

    path = write_tiny(tmp_path / "song.m4a")
    audio = MP4(path)
    audio.add_tags()
    audio["----:org.example:MOOD"] = [MP4FreeForm(b"theirs")]
    audio.save()
    path.write_bytes(written(path.read_bytes(), FileMoods(("Hope",)), "song.m4a"))
    assert bytes(MP4(path)["----:org.example:MOOD"][0]) == b"theirs"
    assert bytes(MP4(path)["----:com.apple.iTunes:MOOD"][0]) == b"Hope"


def pages_of(data: bytes) -> list[OggPage]:
    file, found = io.BytesIO(data), []
    while True:
        try:
            found.append(OggPage(file))
        except EOFError:
            return found


def ogg(*, other: bool = False, extra: int = 0) -> bytes:
    """A Vorbis stream with `extra` pages of sound, by `other` beside a stream of another kind."""
    stream = pages_of(write_bytes(".ogg"))
    stream[-1].last = False
    for number in range(extra):
        page = OggPage()
        page.serial, page.sequence, page.position = 1, len(stream), number * 100
        page.packets = [bytes([number]) * 300]
        stream.append(page)
    stream[-1].last = True
    if other:
        beside = []
        for number in range(4):
            page = OggPage()
            page.serial, page.sequence, page.packets = 7, number, [b"fishead\0" + bytes(40)]
            page.first, page.last = number == 0, number == 3
            beside.append(page)
        stream = [beside[0], *(page for pair in zip(stream, [*beside[1:], *[None] * 99],
                                                    strict=False) for page in pair if page)]
    return b"".join(page.write() for page in stream)


def write_bytes(suffix: str) -> bytes:
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        return write_tiny(Path(folder) / f"song{suffix}").read_bytes()


def test_ogg_pages_are_counted_anew_and_hold_what_they_held() -> None:
    for given in (ogg(extra=12), ogg(extra=12, other=True)):
        before = pages_of(given)
        for moods in (FileMoods(("M" * 150_000,)), FileMoods(("Hope",))):
            file = written(given, moods, "song.ogg")
            after = pages_of(file)  # mutagen checks every checksum
            for serial in {page.serial for page in before}:
                numbers = [page.sequence for page in after if page.serial == serial]
                assert numbers == list(range(len(numbers)))
                ends = [page.position for page in before if page.serial == serial][-5:]
                assert [page.position for page in after if page.serial == serial][-5:] == ends
            assert [page.packets for page in after][-12:] == [page.packets for page in before][-12:]
            assert tag_holder(io.BytesIO(file), Path("song.ogg")).read() == moods
        # AND from many pages back to few
        assert written(written(given, LONG, "a.ogg"), FileMoods(), "a.ogg") == written(
            given, FileMoods(), "a.ogg")


def test_a_wave_list_is_told_in_the_new_tag_too() -> None:
    wave = write_bytes(".wav")
    texts = b"INFOINAM\5\0\0\0Rain\0\0IART\3\0\0\0Ana\0"
    listed = wave + b"LIST" + struct.pack("<I", len(texts)) + texts
    listed = listed[:4] + struct.pack("<I", len(listed) - 8) + listed[8:]
    file = written(listed, FileMoods(("Hope",)), "song.wav")
    assert file[8:len(listed)] == listed[8:]
    from mutagen.wave import WAVE

    tags = WAVE(io.BytesIO(file)).tags
    assert tags is not None
    assert (tags["TIT2"].text, tags["TPE1"].text, tags["TMOO"].text) == (
        ["Rain"], ["Ana"], ["Hope"])


def test_a_wma_header_stays_true_and_a_sealed_one_is_left_alone(tmp_path: Path) -> None:
    from mutagen.asf import ASF

    # GIVEN moods that mutagen spreads over two lists of the header
    path = write_tiny(tmp_path / "song.wma")
    audio = ASF(path)
    audio["Title"], audio["WM/Mood"] = ["Rain"], ["Blue", "Slow", "Low"]
    audio.save()
    assert tag_holder(io.BytesIO(path.read_bytes()), path).read().moods == ("Blue", "Slow", "Low")
    # WHEN ours take their place
    path.write_bytes(written(path.read_bytes(), FileMoods(("Hope",)), "song.wma"))
    # THEN none of theirs is left in either
    assert [str(value) for value in ASF(path)["WM/Mood"]] == ["Hope"]
    assert str(ASF(path)["Title"][0]) == "Rain"
    # AND a header that is signed is not touched
    data = path.read_bytes()
    seal = UUID("2211b3fc-bd23-11d2-b4b7-00a0c955fc6e").bytes_le + struct.pack("<Q", 30) + bytes(6)
    size, count = struct.unpack("<QI", data[16:28])
    sealed = (data[:16] + struct.pack("<QI", size + 30, count + 1) + data[28:size] + seal
              + data[size:])
    with pytest.raises(EngineError, match="seal"):
        tag_holder(io.BytesIO(sealed), path)


def test_splices_are_as_short_as_can_be() -> None:
    assert splice_of(10, b"abcdef", b"abXdef") == [Splice(12, 13, b"X")]
    assert splice_of(0, b"aaa", b"aaaa") == [Splice(3, 3, b"a")]
    assert splice_of(0, b"same", b"same") == []
    assert ordered([Splice(5, 6, b""), Splice(1, 2, b"")])[0].start == 1
