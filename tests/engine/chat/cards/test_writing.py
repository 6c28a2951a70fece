"""Cards written and read again: by us, and by the plainest readers of other programs."""

import base64
import io
import json
import string
import zipfile
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine.chat.cards.assets import CardAsset
from engine.chat.cards.plain_picture import plain_picture
from engine.chat.cards.png_chunks import read_chunks
from engine.chat.cards.reading import read_card
from engine.chat.cards.writing import CardForm, write_card
from engine.chat.lorebook import Lorebook, LoreEntry
from engine.chat.persona import CardNotes, Persona
from engine.errors import EngineError
from tests.tiny_cards import charx, chunk, text_chunk, tiny_png, v1, v2, v3

FORMS: tuple[CardForm, ...] = ("png", "json", "charx")
NOW = 1_800_000_000
JPEG = b"\xff\xd8\xff\xe0 a picture"
MIRA = Persona(
    name="Mira", nickname="Mi", description="Keeps the light.", traits="dry", gender="f", age="34",
    tags=("sea",), facts=("She swims.", "Her lamp is oil."), scenario="A storm.",
    example_dialogue="<START>\n{{user}}: Hi", greetings=("Late.", "Early."), colour="#a0b0c0",
    group_greetings=("All in.",), system_prompt="Stay.", closing_words="Briefly.",
    notes=CardNotes(creator="ann", source=("u",), translated_notes={"de": "x"}, created_at=5,
                    changed_at=NOW),
    lorebook=Lorebook(entries=(LoreEntry(keys=("a",), content="b", order=1.5, priority=2),)),
    extensions={"fav": True}, unknown={"own": {"deep": [1, 2.5, None, "ü"]}})


def write(persona: Persona, file: Path, form: CardForm, picture: bytes = b"",
          assets: tuple[CardAsset, ...] = ()) -> Path:
    write_card(persona, picture, file, form, assets, NOW)
    assert [each.name for each in file.parent.iterdir()] == [file.name], "nothing is left beside it"
    return file


def as_others_read(file: Path, word: str) -> dict[str, Any]:
    """By finding the keyword in the bytes: no more than the plainest reader does."""
    data = file.read_bytes()
    at = data.index(b"tEXt" + word.encode() + b"\0")
    length = int.from_bytes(data[at - 4:at])
    return json.loads(base64.b64decode(data[at + 4 + len(word) + 1:at + 4 + length]))


def without_assets(persona: Persona) -> Persona:
    unknown = {name: value for name, value in persona.unknown.items() if name != "assets"}
    return msgspec.structs.replace(persona, unknown=unknown)


@pytest.mark.parametrize("form", FORMS)
def test_written_and_read_again_it_is_the_same(tmp_path: Path, form: CardForm) -> None:
    found = read_card(write(MIRA, tmp_path / "card", form))
    assert without_assets(found.persona) == MIRA and not found.said


LETTERS = st.characters(exclude_categories=("Cs",), exclude_characters="\0\r")
TEXT = st.text(LETTERS, max_size=20)
FULL = TEXT.filter(lambda text: text.strip())
LINE = st.text(string.ascii_letters + "äß海😀<>{}\"'&", min_size=1, max_size=12)
JSON = st.recursive(st.none() | st.booleans() | st.integers(-2**53, 2**53) | TEXT
                    | st.floats(allow_nan=False, allow_infinity=False),
                    lambda inner: st.lists(inner, max_size=3)
                    | st.dictionaries(TEXT, inner, max_size=3), max_leaves=6)
OTHERS = st.dictionaries(LINE.map(lambda name: "x_" + name), JSON, max_size=3)
ENTRIES = st.builds(
    LoreEntry, keys=st.lists(LINE, max_size=3).map(tuple), content=TEXT, selective=st.booleans(),
    secondary_keys=st.lists(LINE, max_size=2).map(tuple), constant=st.booleans(),
    enabled=st.booleans(), order=st.integers(-1000, 1000), regex=st.booleans(),
    priority=st.none() | st.integers(0, 9), position=st.sampled_from(["before_char", "after_char"]),
    case_sensitive=st.none() | st.booleans(), id=st.none() | st.integers(0, 99) | LINE, name=LINE,
    comment=TEXT, extensions=OTHERS, unknown=OTHERS)
BOOKS = st.builds(Lorebook, entries=st.lists(ENTRIES, max_size=3).map(tuple), name=LINE,
                  description=TEXT, scan_depth=st.none() | st.integers(0, 50),
                  token_budget=st.none() | st.integers(0, 5000), recursive=st.booleans(),
                  extensions=OTHERS, unknown=OTHERS)
NOTES = st.builds(CardNotes, creator=LINE, notes=TEXT, version=LINE,
                  source=st.lists(FULL, max_size=2).map(tuple),
                  translated_notes=st.dictionaries(LINE, FULL, max_size=2),
                  created_at=st.integers(1, 2**32), changed_at=st.just(NOW))
PERSONAS = st.builds(
    Persona, name=LINE, nickname=LINE, description=TEXT, traits=TEXT, gender=LINE, age=LINE,
    tags=st.lists(LINE, max_size=3).map(tuple), facts=st.lists(FULL, max_size=3).map(tuple),
    scenario=TEXT, example_dialogue=TEXT, greetings=st.lists(FULL, max_size=3).map(tuple),
    group_greetings=st.lists(FULL, max_size=2).map(tuple), system_prompt=TEXT, closing_words=TEXT,
    colour=st.sampled_from(["", "#00ff7f"]), lorebook=st.none() | BOOKS, notes=NOTES,
    extensions=OTHERS, unknown=OTHERS)


@settings(max_examples=25, deadline=None,
          suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(persona=PERSONAS, form=st.sampled_from(FORMS))
def test_any_persona_survives(tmp_path: Path, persona: Persona, form: CardForm) -> None:
    found = read_card(write(persona, tmp_path / "card", form)).persona
    assert without_assets(found) == persona


@pytest.mark.parametrize("card", [v1(own=1), v2({"chat": "x"}, own={"a": [None]}), v3(own=1.5)])
@pytest.mark.parametrize("form", FORMS)
def test_what_is_not_ours_comes_out_as_it_went_in(
        tmp_path: Path, card: dict[str, Any], form: CardForm) -> None:
    before = tmp_path / "before.json"
    before.write_text(json.dumps(card))
    read = read_card(before)
    before.unlink()
    file = write(read.persona, tmp_path / "card", form)
    given = card.get("data", card)
    for written in cards_in(file, form):
        assert written["data"]["own"] == given["own"]
        assert written["data"]["extensions"] == given.get("extensions", {})
        assert written.get("chat") == card.get("chat")
        if "character_book" in given:
            entries = written["data"]["character_book"]["entries"]
            for new, old in zip(entries, given["character_book"]["entries"], strict=True):
                assert {**new, **old} == new, "every key of an entry, as it was"
    if "creation_date" in given:
        assert cards_in(file, form)[-1]["data"]["creation_date"] == given["creation_date"]


def cards_in(file: Path, form: CardForm) -> list[dict[str, Any]]:
    if form == "png":
        return [as_others_read(file, "chara"), as_others_read(file, "ccv3")]
    if form == "json":
        return [json.loads(file.read_text("utf-8"))]
    return [json.loads(zipfile.ZipFile(io.BytesIO(file.read_bytes())).read("card.json"))]


def test_the_picture_carries_v2_and_v3(tmp_path: Path) -> None:
    file = write(MIRA, tmp_path / "a.png", "png", tiny_png(text_chunk("chara", v2(name="Old"))))
    old, new = cards_in(file, "png")
    assert (old["spec"], old["spec_version"]) == ("chara_card_v2", "2.0")
    assert (new["spec"], new["spec_version"]) == ("chara_card_v3", "3.0")
    assert not {"nickname", "assets", "group_only_greetings", "creation_date"} & set(old["data"])
    # THEN the first text of the picture is V2: the oldest programs look at no other
    words = [each.data.partition(b"\0")[0] for each in read_chunks(file.read_bytes())
             if each.kind == b"tEXt"]
    assert words == [b"chara", b"ccv3"]
    assert read_card(file).picture == tiny_png()


V1_KEYS = {"name", "description", "personality", "scenario", "first_mes", "mes_example"}
V2_KEYS = V1_KEYS | {"creator_notes", "system_prompt", "post_history_instructions", "tags",
                     "alternate_greetings", "creator", "character_version", "extensions"}
V3_KEYS = V2_KEYS | {"group_only_greetings", "creation_date", "modification_date"}


def test_all_that_the_specifications_demand_is_there_of_the_barest_persona(tmp_path: Path) -> None:
    old, new = cards_in(write(Persona("Ann"), tmp_path / "a", "png"), "png")
    assert set(old["data"]) >= V2_KEYS and set(new["data"]) >= V3_KEYS
    for data in (old["data"], new["data"]):
        assert all(isinstance(data[name], str) for name in V1_KEYS | {
            "creator_notes", "system_prompt", "post_history_instructions", "creator",
            "character_version"})
        assert data["extensions"] == {} and "character_book" not in data
    assert new["data"]["group_only_greetings"] == []
    assert new["data"]["creation_date"] == new["data"]["modification_date"] == NOW
    assert new["data"]["assets"] == [
        {"type": "icon", "uri": "ccdefault:", "name": "main", "ext": "png"}]


def test_our_own_fields_stand_under_our_name(tmp_path: Path) -> None:
    card = cards_in(write(MIRA, tmp_path / "a", "json"), "json")[0]
    assert card["data"]["extensions"] == {"fav": True, "undertone": {
        "gender": "f", "age": "34", "colour": "#a0b0c0",
        "facts": ["She swims.", "Her lamp is oil."]}}
    assert card["data"]["personality"] == "dry"


def test_what_stood_outside_stands_there_again_and_is_of_today(tmp_path: Path) -> None:
    outer = {"name": "Mira", "tags": ["sea"], "talkativeness": "0.5", "fav": True}
    before = tmp_path / "before"
    before.write_text(json.dumps(v2(outer)))
    persona = msgspec.structs.replace(read_card(before).persona, name="Mirabel", tags=("hill",))
    before.unlink()
    card = cards_in(write(persona, tmp_path / "a", "json"), "json")[0]
    assert (card["name"], card["tags"], card["talkativeness"], card["fav"]) == (
        "Mirabel", ["hill"], "0.5", True)
    assert card["data"]["name"] == "Mirabel" and "undertone:card" not in card["data"]


def test_one_that_has_no_picture_gets_a_plain_one(tmp_path: Path) -> None:
    for picture in (b"", JPEG, tiny_png()[:-3]):
        found = read_card(write(MIRA, tmp_path / "a", "png", picture))
        assert found.picture == plain_picture("#a0b0c0")


@pytest.mark.parametrize("picture, ext", [(tiny_png(), "png"), (JPEG, "jpeg")])
def test_charx_holds_the_picture(tmp_path: Path, picture: bytes, ext: str) -> None:
    file = write(MIRA, tmp_path / "a.charx", "charx", picture)
    names = zipfile.ZipFile(file).namelist()
    assert names == ["card.json", f"assets/icon/images/main.{ext}"]
    assert cards_in(file, "charx")[0]["data"]["assets"] == [
        {"type": "icon", "uri": f"embeded://{names[1]}", "name": "main", "ext": ext}]
    assert read_card(file).picture == picture


def from_charx(tmp_path: Path) -> tuple[Persona, bytes, tuple[CardAsset, ...]]:
    card = v3(assets=[
        {"type": "icon", "uri": "embeded://assets/main.png", "name": "main", "ext": "png"},
        {"type": "emotion", "uri": "embeded://assets/joy.mp3", "name": "joy", "ext": "mp3",
         "own": 1},
        {"type": "background", "uri": "https://example.com/b", "name": "b", "ext": "png"}])
    file = tmp_path / "before"
    file.write_bytes(charx(card, {"assets/main.png": tiny_png(), "assets/joy.mp3": b"sound"}))
    found = read_card(file)
    file.unlink()
    return found.persona, found.picture, found.assets


@pytest.mark.parametrize("form", FORMS)
def test_files_travel_with_the_card(tmp_path: Path, form: CardForm) -> None:
    persona, picture, assets = from_charx(tmp_path)
    found = read_card(write(persona, tmp_path / "a", form, picture, assets))
    kept = {(each.kind, each.name): each.data for each in found.assets}
    assert kept["emotion", "joy"] == b"sound" and kept["background", "b"] == b""
    assert found.picture == picture
    mains = [each for each in found.persona.unknown["assets"] if each["name"] == "main"]
    assert len(mains) == 1, "exactly one main icon"
    assert found.persona.unknown["assets"][1].get("own") == 1
    assert not [each for each in found.said if "missing" in each]


def test_without_its_files_a_card_still_names_them(tmp_path: Path) -> None:
    persona, _, _ = from_charx(tmp_path)
    card = cards_in(write(persona, tmp_path / "a", "json"), "json")[0]
    assert card["data"]["assets"] == persona.unknown["assets"]
    # THEN in a picture the picture itself is the icon
    new = cards_in(write(persona, tmp_path / "a", "png", tiny_png()), "png")[1]
    assert new["data"]["assets"][0]["uri"] == "ccdefault:"


@pytest.mark.parametrize("path", [
    "../up.png", "//abs.png", "a/../../b.png", "C:\\x.png", "card.json", "CARD.json", "no_ending",
    "nul\0.png", "x" * 400 + ".png", "a?.png", "a\n.png", "..", ".", "./", "a/.",
])
def test_paths_that_would_lead_out_are_not_written(tmp_path: Path, path: str) -> None:
    asset = CardAsset("emotion", "joy", "png", f"embeded://{path}", b"data")
    persona = Persona("Ann", unknown={"assets": [
        {"type": "emotion", "uri": asset.uri, "name": "joy", "ext": "png"}]})
    file = write(persona, tmp_path / "a.charx", "charx", assets=(asset,))
    assert zipfile.ZipFile(file).namelist() == ["card.json", "assets/emotion/images/1.png"]
    assert read_card(file).assets[0].data == b"data"


def test_two_files_of_one_path_are_both_kept(tmp_path: Path) -> None:
    assets = tuple(CardAsset("../x", str(n), "../y", f"embeded://../{n}", b"%d" % n)
                   for n in range(2))
    file = write(Persona("Ann"), tmp_path / "a.charx", "charx", assets=assets)
    assert zipfile.ZipFile(file).namelist() == ["card.json", "assets/other/other/1.bin",
                                                "assets/other/other/2.bin"]


@pytest.mark.parametrize("assets", ["x", {"a": 1}, [None, 3, "x"], None])
@pytest.mark.parametrize("form", FORMS)
def test_broken_lists_of_files_break_nothing(tmp_path: Path, form: CardForm, assets: Any) -> None:
    persona = Persona("Ann", unknown={"assets": assets})
    assert read_card(write(persona, tmp_path / "a", form, tiny_png())).persona.name == "Ann"


def test_the_same_card_is_the_same_file(tmp_path: Path) -> None:
    for form in FORMS:
        files = [write(MIRA, tmp_path / form / str(n) / "a", form).read_bytes()
                 for n in range(2) if (tmp_path / form / str(n)).mkdir(parents=True) is None]
        assert files[0] == files[1]


def test_half_letters_of_an_editor_do_not_stop_it(tmp_path: Path) -> None:
    for form in FORMS:
        file = write(Persona("Ann", description="a\ud83db"), tmp_path / "a", form)
        assert read_card(file).persona.description == "a?b"


def test_an_older_file_stays_where_nothing_can_be_written(tmp_path: Path) -> None:
    with pytest.raises(EngineError, match=r"card\.png could not be written"):
        write_card(MIRA, b"", tmp_path / "no" / "card.png", "png")
    (tmp_path / "card").mkdir()
    with pytest.raises(EngineError):
        write_card(MIRA, b"", tmp_path / "card", "json")
    assert [each.name for each in tmp_path.iterdir()] == ["card"]


def test_without_a_time_it_is_the_clocks(tmp_path: Path) -> None:
    write_card(MIRA, b"", tmp_path / "a", "json")
    assert cards_in(tmp_path / "a", "json")[0]["data"]["modification_date"] > 1_700_000_000


def test_an_animated_picture_stays_one(tmp_path: Path) -> None:
    moving = tiny_png(chunk(b"acTL", bytes([0, 0, 0, 1, 0, 0, 0, 0])), chunk(b"fcTL", bytes(26)))
    file = write(MIRA, tmp_path / "a.png", "png", moving)
    assert read_card(file).picture == moving
