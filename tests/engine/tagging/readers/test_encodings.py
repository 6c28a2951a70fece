"""Bytes become the right text, however short, whatever wrote them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.errors import EngineError
from engine.tagging.readers.encoding import decode, latin1_repaired

LEGACY = [
    ("cp1252", ["café", "naïve", "été", "déjà vu", "ça va", "Motörhead", "it’s", "“Hello”",
                "I don’t know…", "garçon", "über alles Land", "Señor, ¿qué pasa?", "¡Olé!",
                "mañana", "smörgåsbord", "på en ø", "l’été où tu étais", "Straße"]),
    ("gb18030", ["你好", "我爱你", "风", "今天 天气 很好", "爱情 love 爱情", "Hello 世界",
                 "雨下了一整夜\n我还在等你"]),
    ("cp932", ["こんにちは", "東京", "さくら", "雨の音", "ありがとう", "LOVE ラブ", "夏", "ソラ",
               "予感", "窓の外は雨\n君はいない"]),
    ("big5", ["愛情", "你好嗎", "窗外下著雨"]),
    ("euc_jp", ["こんにちは世界", "桜の花が咲く"]),
    ("cp949", ["사랑해", "안녕하세요", "비가 와요"]),
    ("cp1251", ["Привет", "Ночь", "Дым над рекой", "Ты и я"]),
    ("cp1250", ["Żółta łódź", "Příliš žluťoučký kůň"]),
    ("cp1253", ["θάλασσα μου"]),
]


@pytest.mark.parametrize("codec, text", [
    pytest.param(codec, text, id=f"{codec}-{number}")
    for codec, texts in LEGACY for number, text in enumerate(texts)])
def test_short_texts_of_old_encodings_are_recognised(codec: str, text: str) -> None:
    assert decode(text.encode(codec)) == text


@pytest.mark.parametrize("codec", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be",
                                   "utf-32"])
@pytest.mark.parametrize("text", ["Rain on the roof\nand no one home", "été\nau soleil",
                                  "你好，世界\n再见", "ラララ\n歌う", "дождь\nидёт", "x"])
def test_unicode_is_read_with_and_without_a_mark(codec: str, text: str) -> None:
    assert decode(text.encode(codec)) == text


def test_a_few_broken_places_leave_the_rest_of_a_utf8_text_alone() -> None:
    # GIVEN a UTF-8 text of which a download lost single bytes
    data = "Über den Dächern, süße Träume, größer als wir\n".encode() * 3
    broken = data[:20] + b"\xff" + data[20:-2]

    # WHEN it is decoded / THEN the words around the breaks are whole
    text = decode(broken)
    assert "süße Träume" in text
    assert text.count("\ufffd") <= 2


def test_the_old_japanese_mail_encoding_is_read() -> None:
    assert decode("雨の音".encode("iso2022_jp")) == "雨の音"


@pytest.mark.parametrize("data", [
    bytes(range(256)) * 20, b"\x7fELF\x02\x01\x01" + bytes(500) + b"\x03\x00\x3e\x00" * 40,
    b"\x89PNG\r\n\x1a\n" + bytes(range(255, 0, -1)) * 8], ids=["every byte", "program", "picture"])
def test_what_is_no_text_is_refused(data: bytes) -> None:
    with pytest.raises(EngineError, match="not text"):
        decode(data)


def test_a_tag_that_says_latin1_may_hold_anything() -> None:
    assert latin1_repaired("你好，世界".encode("gb18030").decode("latin-1")) == "你好，世界"
    assert latin1_repaired("süß".encode().decode("latin-1")) == "süß"
    assert latin1_repaired("café") == "café"
    assert latin1_repaired("雨") == "雨"


@given(st.binary(max_size=400))
def test_any_bytes_become_text_or_a_sentence(data: bytes) -> None:
    try:
        assert "\x00" not in decode(data)
    except EngineError as refusal:
        assert refusal.message.endswith(".")


@given(st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=200))
def test_any_utf8_text_comes_back(text: str) -> None:
    assert decode(text.encode()) == text.removeprefix("\ufeff")
