"""ID3v2 tags as they come: every version, with what programs did to them, and the damaged ones."""

import io
from pathlib import Path

import pytest
from mutagen.id3 import ID3

from engine.errors import EngineError
from engine.tagging.writing import id3_tag
from engine.tagging.writing.formats import mood_splices, tag_holder
from engine.tagging.writing.id3_tag import Id3Tag, synchronised, tag_length, unsynchronised
from engine.tagging.writing.splice import copy_spliced
from engine.tagging.writing.values import FileMoods
from tests.engine.tagging.tiny_audio import write_tiny

SOUND = (b"\xff\xfb\x90\x00" + bytes(413)) * 4
MOODS = FileMoods(("Hope", "Calm"), "tagger@1", "Hope=0.93; Calm=0.50")


def size(count: int) -> bytes:
    return bytes(count >> shift & 0x7F for shift in (21, 14, 7, 0))


def tag(version: int, *frames: bytes, flags: int = 0, padding: int = 0,
        before: bytes = b"") -> bytes:
    body = before + b"".join(frames) + bytes(padding)
    return b"ID3" + bytes([version, 0, flags]) + size(len(body)) + body


def frame(name: bytes, body: bytes, version: int = 4, flags: bytes = b"\0\0") -> bytes:
    if version == 2:
        return name + len(body).to_bytes(3) + body
    return name + (size(len(body)) if version == 4 else len(body).to_bytes(4)) + flags + body


def text(name: bytes, value: str, version: int = 4) -> bytes:
    return frame(name, b"\0" + value.encode("latin-1"), version)


def written(data: bytes, moods: FileMoods, name: str = "song.mp3") -> bytes:
    source, target = io.BytesIO(data), io.BytesIO()
    copy_spliced(source, target, mood_splices(tag_holder(source, Path(name)), moods))
    return target.getvalue()


def read(data: bytes, name: str = "song.mp3") -> FileMoods:
    return tag_holder(io.BytesIO(data), Path(name)).read()


def test_2_4_keeps_several_values_and_2_3_joins_them() -> None:
    for version, values in ((4, ["Hope", "Calm"]), (3, ["Hope; Calm"])):
        file = written(tag(version, text(b"TIT2", "Rain", version)) + SOUND, MOODS)
        assert file[3] == version
        tags = ID3(io.BytesIO(file), translate=False)
        assert tags["TMOO"].text == values
        assert tags["TIT2"].text == ["Rain"]
        # 2.3 knows no TMOO of its own: what most programs read there stands there too
        assert ("TXXX:MOOD" in tags) == (version == 3)


def test_a_field_that_was_there_is_kept_up_under_its_own_name() -> None:
    file = written(tag(4, frame(b"TXXX", b"\0mood\0Blue")) + SOUND, MOODS)
    tags = ID3(io.BytesIO(file))
    assert tags["TMOO"].text == tags["TXXX:MOOD"].text == ["Hope", "Calm"]


def test_2_2_stays_2_2() -> None:
    file = written(tag(2, text(b"TT2", "Rain", 2), padding=9) + SOUND, MOODS)
    assert file[3] == 2
    assert b"TT2\0\0\x05\0Rain" in file
    assert ID3(io.BytesIO(file))["TXXX:MOOD"].text == ["Hope; Calm"]


def test_padding_takes_the_moods_and_gives_them_back() -> None:
    old = tag(4, text(b"TIT2", "Rain"), padding=500) + SOUND
    file = written(old, MOODS)
    assert len(file) == len(old)
    assert file.endswith(SOUND)
    assert written(file, FileMoods()) == old


def test_new_frames_stand_where_the_old_ones_stood() -> None:
    picture = frame(b"APIC", b"\0image/png\0\3\0" + b"\xff\xe0" * 5000)
    old = tag(4, text(b"TMOO", "Blue"), picture) + SOUND
    source = io.BytesIO(old)
    splices = mood_splices(tag_holder(source, Path("song.mp3")), MOODS)
    # The picture is in no splice: what is kept for undo stays small
    assert sum(len(splice.data) + splice.end - splice.start for splice in splices) < 3000
    assert written(old, MOODS).count(picture) == 1


def test_an_unsynchronised_tag_stays_so() -> None:
    inside = text(b"TIT2", "Rain", 3) + frame(b"PRIV", b"me\0\xff\xe0\xff\x00\xff", 3)
    body = unsynchronised(inside)
    assert body != inside and synchronised(body) == inside
    old = b"ID3\3\0\x80" + size(len(body)) + body + SOUND
    file = written(old, FileMoods(("Größe", "歌")))
    assert file[5] == 0x80
    tags = ID3(io.BytesIO(file), translate=False)
    assert tags["PRIV:me:\xff\xe0\xff\x00\xff".encode("latin-1").decode("latin-1")].data == (
        b"\xff\xe0\xff\x00\xff")
    assert tags["TMOO"].text == ["Größe; 歌"]
    assert b"\xff\xfe" not in file[:tag_length(file[:10])]


def test_plain_sizes_in_2_4_are_read_and_kept() -> None:
    long = b"\0" + b"x" * 200
    wrong = b"TIT2" + len(long).to_bytes(4) + b"\0\0" + long
    file = written(tag(4, wrong, text(b"TALB", "Sea")) + SOUND, FileMoods(("Hope" * 50,)))
    tags = ID3(io.BytesIO(file))
    assert tags["TIT2"].text == ["x" * 200]
    assert tags["TALB"].text == ["Sea"]
    assert tags["TMOO"].text == ["Hope" * 50]


@pytest.mark.parametrize("version, extra", [
    (3, (6).to_bytes(4) + bytes(6)), (3, (10).to_bytes(4) + b"\x80\0" + bytes(8)),
    (4, size(6) + b"\1\0")], ids=["2.3", "2.3 with checksum", "2.4"])
def test_an_extended_header_goes_its_frames_stay(version: int, extra: bytes) -> None:
    old = tag(version, text(b"TIT2", "Rain", version), flags=0x40, before=extra) + SOUND
    file = written(old, MOODS)
    assert file[5] & 0x40 == 0
    assert ID3(io.BytesIO(file), translate=False)["TIT2"].text == ["Rain"]
    assert file.endswith(SOUND)


def test_a_footer_goes_the_sound_stays() -> None:
    head = tag(4, text(b"TIT2", "Rain"), flags=0x10)
    old = head + b"3DI" + head[3:10] + SOUND
    file = written(old, MOODS)
    assert file.endswith(SOUND)
    assert file[5] == 0
    assert b"3DI" not in file[:tag_length(file[:10])]
    assert read(file) == MOODS


def test_moods_of_others_are_found_however_they_are_stored() -> None:
    group = frame(b"TMOO", b"\x07\3Blue\0Slow", flags=b"\0\x40")
    utf16 = frame(b"TXXX", b"\1\xff\xfeM\0o\0o\0d\0\0\0\xfe\xff\0L\0o\0w")
    assert read(tag(4, group) + SOUND).moods == ("Blue", "Slow")
    assert read(tag(4, group, utf16) + SOUND).moods[:2] == ("Blue", "Slow")
    # A packed frame cannot be looked into: it stays, whatever it holds
    packed = frame(b"TMOO", b"\0\0\0\x08xxxx", flags=b"\0\x09")
    assert read(tag(4, packed) + SOUND) == FileMoods()
    assert packed in written(tag(4, packed) + SOUND, MOODS)


def test_version_1_alone_is_told_in_the_new_tag_too() -> None:
    old = SOUND + (b"TAG" + b"Rain".ljust(30, b"\0") + b"Ana".ljust(30) + b"Sea".ljust(30, b"\0")
                   + b"1999" + b"note".ljust(28, b"\0") + b"\0\x07\x11")
    file = written(old, MOODS)
    assert file.endswith(old)
    tags = ID3(io.BytesIO(file))
    assert [tags[name].text[0] for name in ("TIT2", "TPE1", "TALB", "TRCK")] == [
        "Rain", "Ana", "Sea", "7"]
    assert tags["TCON"].genres == ["Rock"]
    assert str(tags["TDRC"].text[0]) == "1999"
    # AND nothing is told where nothing is to be written
    assert written(old, FileMoods()) == old


def test_version_1_alone_is_told_in_a_new_ape_tag_too(tmp_path: Path) -> None:
    from mutagen.apev2 import APEv2

    path = write_tiny(tmp_path / "song.wv")
    old = path.read_bytes() + (b"TAG" + b"Rain".ljust(30, b"\0") + b"Ana".ljust(30)
                               + b"Sea".ljust(30, b"\0") + b"1999" + bytes(30) + b"\x11")
    file = written(old, MOODS, "song.wv")
    assert file.startswith(path.read_bytes())
    assert file.endswith(old[-128:])
    tags = APEv2(io.BytesIO(file))
    assert [str(tags[name]) for name in ("Title", "Artist", "Album", "Genre")] == [
        "Rain", "Ana", "Sea", "Rock"]
    assert written(old, FileMoods(), "song.wv") == old


def test_an_ape_tag_alone_takes_the_moods_and_two_tags_agree() -> None:
    from mutagen.apev2 import APEv2

    def ape(fields: dict[str, str], front: bytes) -> bytes:
        file = io.BytesIO(front + SOUND)
        tags = APEv2()
        tags.update(fields)
        tags.save(file)
        return file.getvalue()

    alone = written(ape({"Title": "Rain"}, b""), MOODS)
    assert alone.startswith(SOUND)
    assert list(APEv2(io.BytesIO(alone))["Mood"]) == ["Hope", "Calm"]
    both = written(ape({"Mood": "Blue"}, tag(4, text(b"TIT2", "Rain"))), MOODS)
    assert list(APEv2(io.BytesIO(both))["Mood"]) == ["Hope", "Calm"]
    assert ID3(io.BytesIO(both))["TMOO"].text == ["Hope", "Calm"]
    silent = written(ape({"Title": "Rain"}, tag(4, text(b"TIT2", "Rain"))), MOODS)
    assert "Mood" not in APEv2(io.BytesIO(silent))


@pytest.mark.parametrize("data", [
    tag(4, b"TIT2" + size(900) + b"\0\0short"),  # a frame longer than its tag
    tag(4, text(b"TIT2", "Rain"), b"\0\0\0junk"),  # padding that is none
    tag(3, b"tit2\0\0\0\x05\0\0\0Rain"),  # no name of a frame
    tag(5, text(b"TIT2", "Rain")),  # a version of the future
    tag(2, flags=0x40),  # packed as nobody knows
    tag(3, flags=0x40, before=b"\0\0\xff\xff"),  # an extended header without end
    tag(4, text(b"TIT2", "Rain"))[:-3],  # cut off
], ids=["long frame", "junk", "name", "version", "packed", "extended", "cut"])
def test_a_tag_that_does_not_hold_together_is_left_alone(data: bytes) -> None:
    with pytest.raises(EngineError) as refused:
        written(data, MOODS)
    assert refused.value.hint


def test_a_tag_can_be_too_large(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(id3_tag, "_MOST", 4000)
    with pytest.raises(EngineError, match="as large as"):
        Id3Tag(tag(4)).with_moods(FileMoods(("x" * 3000,)))
