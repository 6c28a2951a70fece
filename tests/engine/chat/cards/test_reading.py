"""Card files: found by what they are, read as far as they are whole, refused with a sentence."""

import base64
import json
import os
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest

from engine.chat.cards.reading import MOST_PICTURE_FILE, CardRead, read_card, read_lorebook
from engine.chat.persona import Persona
from engine.errors import EngineError
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

JPEG = b"\xff\xd8\xff\xe0 a picture"
WEBP = b"RIFF\x10\0\0\0WEBP a picture"


@pytest.fixture
def given(tmp_path: Path) -> Callable[..., Path]:
    def write(data: bytes | Any, name: str = "Mira.bin") -> Path:
        file = tmp_path / name
        file.write_bytes(data if isinstance(data, bytes) else json.dumps(data).encode())
        return file

    return write


@pytest.fixture
def read(given: Callable[..., Path]) -> Callable[..., CardRead]:
    def take(data: Any, told: tuple[str, ...] = (), name: str = "Mira.bin") -> CardRead:
        found = read_card(given(data, name))
        assert len(found.said) == len(told), found.said
        for sentence, part in zip(found.said, told, strict=True):
            assert part in sentence and sentence.endswith(".")
        # Whatever is read can be stored.
        assert msgspec.json.decode(msgspec.json.encode(found.persona), type=Persona).name
        return found

    return take


@pytest.fixture
def refused(given: Callable[..., Path]) -> Callable[..., str]:
    def take(data: Any, read: Callable[[Path], Any] = read_card) -> str:
        with pytest.raises(EngineError) as caught:
            read(given(data))
        assert caught.value.message.endswith(".") and caught.value.hint.endswith(".")
        return caught.value.message

    return take


def test_json_of_every_version(read: Any) -> None:
    for card in (v1(), v2(), v3()):
        found = read(card)
        assert found.persona.name == "Mira" and found.picture == b""


def test_a_picture_with_a_card(read: Any) -> None:
    found = read(tiny_png(text_chunk("chara", v2())))
    assert found.persona.name == "Mira" and found.picture == tiny_png()


def test_the_newer_of_two_cards_counts(read: Any) -> None:
    for chunks in ([("chara", v2()), ("ccv3", v3())], [("ccv3", v3()), ("chara", v2())]):
        assert read(tiny_png(*[text_chunk(*each) for each in chunks])).persona.nickname == "Mi"


def test_what_a_strict_v3_left_out_comes_from_beside_it(read: Any) -> None:
    strict = v3()
    del strict["data"]["first_mes"]
    found = read(tiny_png(text_chunk("chara", v2()), text_chunk("ccv3", strict)))
    assert found.persona.greetings[0] == "You are late, {{user}}."


@pytest.mark.parametrize("text", [
    chunk(b"tEXt", b"Chara\0" + packed(v2())),
    chunk(b"zTXt", b"chara\0\0" + zlib.compress(packed(v2()))),
    chunk(b"iTXt", b"chara\0\0\0\0\0" + packed(v2())),
    chunk(b"tEXt", b"chara\0" + json.dumps(v2()).encode()),
    chunk(b"tEXt", b"chara\0" + base64.b64encode(packed(v2()))),
    chunk(b"tEXt", b"chara\0" + base64.encodebytes(packed(v2()))),
    chunk(b"tEXt", b"chara\0" + packed(v2()).rstrip(b"=") + b"\0"),
    chunk(b"tEXt", b"chara\0" + base64.urlsafe_b64encode(
        json.dumps(v2(own="ÿ?>~ÿ?>~"), ensure_ascii=False).encode())),
    chunk(b"tEXt", b"chara\0" + base64.b64encode(json.dumps(v2()).encode("utf-16"))),
    chunk(b"tEXt", b"chara\0" + packed(json.dumps(v2()))),
    chunk(b"tEXt", b"chara_card_v3\0" + packed(v3())),
], ids=["Chara", "zTXt", "iTXt", "bare", "twice", "lines", "no padding", "url", "utf-16", "quoted",
        "other word"])
def test_texts_as_programs_really_write_them(read: Any, text: bytes) -> None:
    assert read(tiny_png(text)).persona.name == "Mira"
    assert read(tiny_png(late=(text,))).persona.name == "Mira"


def test_a_broken_card_beside_a_good_one(read: Any) -> None:
    torn = chunk(b"tEXt", b"ccv3\0" + packed(v3())[:400])
    found = read(tiny_png(text_chunk("chara", v2()), torn), ("another copy",))
    assert found.persona.name == "Mira"
    assert read(tiny_png(torn, text_chunk("ccv3", v3())), ("another copy",)).persona.nickname


def test_the_first_of_two_good_ones_counts(read: Any) -> None:
    both = tiny_png(text_chunk("chara", v2()), text_chunk("chara", v2(name="Old")))
    assert read(both).persona.name == "Mira"


def test_a_changed_letter_is_noticed_by_the_checksum(read: Any) -> None:
    wrong = chunk(b"tEXt", b"chara\0" + packed(v2()), check=1)
    assert read(tiny_png(wrong), ("may be damaged",)).picture == tiny_png()


@pytest.mark.parametrize("cut", [1, 20, 33])
def test_a_torn_picture_still_gives_the_card(read: Any, cut: int) -> None:
    found = read(tiny_png(text_chunk("chara", v2()))[:-cut], ("was left out",))
    assert found.persona.name == "Mira" and found.picture == b""


def test_a_giant_picture_is_left_out(read: Any) -> None:
    data = tiny_png(text_chunk("chara", v2()), width=31_999, height=31_999)
    assert read(data, ("far too large",)).picture == b""


@pytest.mark.parametrize("data, told", [
    (tiny_png(), "holds no character"),
    (tiny_png(chunk(b"tEXt", b"Title\0x")), "holds no character"),
    (JPEG, "holds no character"), (WEBP, "holds no character"),
    (tiny_png(chunk(b"tEXt", b"chara\0???!")), "no base64"),
    (tiny_png(chunk(b"tEXt", b"chara\0")), "holds no character"),
    (tiny_png(chunk(b"tEXt", b"chara\0" + packed(v2())[:333])), "broken"),
    (tiny_png(chunk(b"tEXt", b"chara\0rcc||aes||x")), "encrypted"),
    (tiny_png(text_chunk("chara", {"a": 1})), "no character"),
    (tiny_png(text_chunk("chara", [1, 2])), "no character"),
    (tiny_png(text_chunk("chara", v2()))[:700], "cut off"), (tiny_png()[:8], "cut off"),
    (b"", "empty"), (b"\0" * 16, "empty"), (b"hello", "no character"), (b"\x7fELF", "no character"),
    (b"{ invalid", "broken"), (b"[]", "no character"), (b'"x"', "broken"), ({}, "no character"),
    (book(), "lorebook"), (world_info(), "lorebook"),
    (b'{"user_name":"You","character_name":"Mira"}\n{"mes":"Hi"}', "no character"),
    (charx({"a": 1}), "no character"), (charx([]), "no character"),
])
def test_what_is_no_card_is_refused_with_a_sentence(refused: Any, data: Any, told: str) -> None:
    assert told in refused(data)


def test_what_is_no_file(tmp_path: Path) -> None:
    for file in (tmp_path, tmp_path / "gone.png"):
        with pytest.raises(EngineError):
            read_card(file)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no pipes here")
def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "card.png")
    with pytest.raises(EngineError, match="not a file"):
        read_card(tmp_path / "card.png")


def test_a_file_of_a_size_no_card_has(tmp_path: Path) -> None:
    for start in (tiny_png(), b"{"):
        file = tmp_path / "big"
        with file.open("wb") as opened:
            opened.write(start)
            opened.truncate(MOST_PICTURE_FILE + 1)
        with pytest.raises(EngineError):
            read_card(file)


def test_charx_with_its_picture_and_files(read: Any) -> None:
    card = v3(assets=[
        {"type": "icon", "uri": "embeded://assets/side.png", "name": "side", "ext": "png"},
        {"type": "icon", "uri": "embeded://assets/main.png", "name": "main", "ext": "PNG"},
        {"type": "emotion", "uri": "embedded://assets/joy.webp", "name": "joy", "ext": ".webp"},
        {"type": "background", "uri": "https://example.com/b.png", "name": "b", "ext": "png"},
        {"type": "x_own", "uri": "embeded://gone", "name": "g", "ext": "unknown"}, "broken", None])
    found = read(charx(card, {"assets/side.png": tiny_png(chunk(b"tEXt", b"a\0b")),
                              "assets/main.png": tiny_png(text_chunk("chara", v2(name="Other"))),
                              "assets/joy.webp": WEBP}),
                 ("3 of the files", "not fetched"))
    assert found.picture == tiny_png(), "the main icon, without the card that is in it"
    assert [(each.kind, each.ext, bool(each.data)) for each in found.assets] == [
        ("icon", "png", True), ("icon", "png", True), ("emotion", "webp", True),
        ("background", "png", False), ("x_own", "unknown", False)]
    assert found.persona.unknown["assets"] == card["data"]["assets"]


@pytest.mark.parametrize("before", [JPEG, tiny_png()])
def test_charx_behind_a_picture(read: Any, before: bytes) -> None:
    """Some programs make cards that are a picture and an archive at once."""
    assert read(before + charx(v3())).picture == before


def test_a_picture_that_is_none_is_no_picture(read: Any) -> None:
    card = v3(assets=[{"type": "icon", "uri": "embeded://a.png", "name": "main", "ext": "png"}])
    assert read(charx(card, {"a.png": b"<svg onload=alert(1)>"})).picture == b""


def test_files_in_a_picture_and_in_addresses(read: Any) -> None:
    written = "data:image/jpeg;base64," + base64.b64encode(JPEG).decode()
    card = v3(assets=[{"type": "icon", "uri": written, "name": "main", "ext": "jpg"},
                      {"type": "emotion", "uri": "__asset:7", "name": "joy", "ext": "webp"},
                      {"type": "emotion", "uri": "__asset:7", "name": "twice", "ext": "webp"},
                      {"type": "other", "uri": "data:image/png;base64,!!!", "name": "", "ext": ""}])
    files = chunk(b"tEXt", b"chara-ext-asset_:7\0" + base64.b64encode(WEBP))
    found = read(tiny_png(text_chunk("ccv3", card), files), ("1 of the files",))
    assert [each.data for each in found.assets] == [JPEG, WEBP, WEBP, b""]
    assert found.picture == tiny_png()
    assert read(v3(assets=card["data"]["assets"][:1])).picture == JPEG


def test_addresses_lead_to_no_file_of_the_person(read: Any, tmp_path: Path) -> None:
    (tmp_path / "secret.png").write_bytes(tiny_png())
    uris = ["embeded://../secret.png", f"embeded://{tmp_path}/secret.png", "file:///etc/passwd",
            "embeded:///etc/passwd", "__asset:../secret.png"]
    assets = [{"type": "icon", "uri": uri, "name": "main", "ext": "png"} for uri in uris]
    for data in (charx(v3(assets=assets)), tiny_png(text_chunk("ccv3", v3(assets=assets))),
                 v3(assets=assets)):
        found = read(data, ("5 of the files",))
        assert not any(each.data for each in found.assets)


def test_a_blank_name_is_that_of_the_file(read: Any) -> None:
    found = read(tiny_png(text_chunk("chara", v2(name=""))), ("called Old Mira",), "Old Mira.png")
    assert found.persona.name == "Old Mira"


def test_several_things_are_said_once_each(read: Any) -> None:
    card = {**v3(), "spec_version": "3.5"}
    said = read(tiny_png(text_chunk("ccv3", card)), ("(3.5)",)).said
    assert len(set(said)) == len(said)


def test_lorebooks_of_their_own_and_of_cards(given: Any) -> None:
    for data in (book(), {"spec": "lorebook_v3", "data": book()}, v2(), v3(), charx(v3()),
                 tiny_png(text_chunk("ccv3", v3()))):
        assert read_lorebook(given(data)).name == "The coast"
    assert read_lorebook(given(world_info(), "Coast.json")).name == "Coast"


@pytest.mark.parametrize("data, told", [
    (v1(), "has no lorebook"), (v2(character_book=None), "has no lorebook"),
    ({"a": 1}, "no lorebook in this file"), (b"{ invalid", "broken"), (b"", "empty"),
    (tiny_png(), "holds no character"),
])
def test_what_is_no_lorebook(refused: Any, data: Any, told: str) -> None:
    assert told in refused(data, read_lorebook)
