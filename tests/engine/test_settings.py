"""Settings survive being saved; each broken field falls back alone."""

import json
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

import pytest

from engine.settings import (
    CollationSettings,
    Settings,
    WritingSettings,
    load_settings,
    save_settings,
)

CHANGED = Settings(
    appearance="dark", reduce_motion=True, tagger="mine", excerpt_tokens=64, threads=3,
    device="cuda", chat_model="smol", chat_temperature=0.0, chat_max_tokens=96,
    system_prompt="Answer in rhyme.\nBriefly: «naïve» 歌.",
    collation=CollationSettings(0.5, 3, 1.0, False, True),
    writing=WritingSettings("keep", False, False, True), most_daily_backups=3,
    most_versions=3)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "home" / "settings.json"


def loaded(file: Path, **stored: Any) -> Settings:
    file.parent.mkdir(exist_ok=True)
    file.write_text(json.dumps(stored), "utf-8")
    return load_settings(file)


def test_every_field_survives_being_saved(file: Path) -> None:
    save_settings(file, CHANGED)
    assert load_settings(file) == CHANGED
    # AND the value above really changed every field there is
    for changed, usual in ((CHANGED, Settings()), (CHANGED.collation, CollationSettings()),
                           (CHANGED.writing, WritingSettings())):
        assert all(getattr(changed, f.name) != getattr(usual, f.name) for f in fields(usual))


def test_nothing_stored_gives_the_defaults(file: Path) -> None:
    assert load_settings(file) == Settings()
    for broken in ("", "{", "[1, 2]", "null", "\ud83d".encode("utf-8", "surrogatepass")):
        file.parent.mkdir(exist_ok=True)
        file.write_bytes(broken if isinstance(broken, bytes) else broken.encode())
        assert load_settings(file) == Settings()


@pytest.mark.parametrize("name, broken", [
    ("appearance", "pink"), ("appearance", None), ("reduce_motion", "yes"), ("tagger", 7),
    ("excerpt_tokens", 31), ("excerpt_tokens", 96.5), ("threads", -1), ("threads", 65),
    ("device", 0), ("device", None), ("chat_model", ["smol"]),
    ("chat_temperature", -0.1), ("chat_temperature", 2.5), ("chat_temperature", float("nan")),
    ("chat_temperature", "warm"), ("chat_max_tokens", 15), ("chat_max_tokens", 10**9),
    ("system_prompt", {"text": "x"}), ("collation", 3), ("writing", "all"),
])
def test_a_broken_field_falls_back_and_leaves_the_others(
        file: Path, name: str, broken: object) -> None:
    whole = {"appearance": "dark", "threads": 2, "chat_model": "smol", "chat_max_tokens": 64}
    kept = {key: value for key, value in whole.items() if key != name}
    assert loaded(file, **(whole | {name: broken})) == replace(Settings(), **kept)


@pytest.mark.parametrize("name, edge", [
    ("chat_temperature", 0), ("chat_temperature", 2), ("chat_max_tokens", 16),
    ("chat_max_tokens", 8192), ("threads", 0), ("threads", 64),
])
def test_the_edges_of_a_range_belong_to_it(file: Path, name: str, edge: float) -> None:
    assert getattr(loaded(file, **{name: edge}), name) == edge


def test_collation_is_repaired_field_by_field(file: Path) -> None:
    stored = {"strictness": 9, "most_tags": 4, "peak_share": "all"}
    assert loaded(file, collation=stored).collation == CollationSettings(most_tags=4)


def test_what_is_written_is_repaired_field_by_field(file: Path) -> None:
    stored = {"foreign": "burn", "tagger": False, "scores": 1}
    assert loaded(file, writing=stored).writing == WritingSettings(tagger=False)


def test_fields_of_another_version_are_passed_over(file: Path) -> None:
    assert loaded(file, version=99, moon_phase="full", threads=1) == Settings(threads=1)
