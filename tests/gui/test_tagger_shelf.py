"""One tagger for all threads, opened anew only when the settings mean another one."""

import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import msgspec
import pytest

from engine.errors import EngineError
from engine.models.manifest import read_manifest, write_manifest
from engine.models.registry import ModelRegistry
from engine.models.versions import ModelVersions
from engine.paths import AppPaths
from engine.settings import Settings
from engine.tagging.language import LanguageDetector
from gui.tagger_shelf import MOOD_TAGGING, SpeedSeen, TaggerShelf
from tests.fakes import FakeTagger


def shelf_of(paths: AppPaths, settings: Callable[[], Settings]) -> TaggerShelf:
    registry = ModelRegistry(paths.shipped_models, paths.models)
    if not registry.usable(MOOD_TAGGING):
        pytest.skip("this checkout has no shipped tagger yet")
    return TaggerShelf(registry, settings)


def test_no_model_is_a_sentence(tmp_path: Path) -> None:
    shelf = TaggerShelf(ModelRegistry(tmp_path, tmp_path / "none"), Settings)
    with pytest.raises(EngineError, match="No model is installed"):
        shelf.tagger()


def test_the_same_tagger_until_the_settings_mean_another(isolated_home: AppPaths) -> None:
    now = [Settings(threads=1)]
    shelf = shelf_of(isolated_home, lambda: now[0])
    first = shelf.tagger()
    assert shelf.tagger() is first
    now[0] = replace(now[0], appearance="dark")
    assert shelf.tagger() is first
    now[0] = replace(now[0], excerpt_tokens=64)
    assert shelf.tagger() is not first


def test_a_tagger_that_asks_a_chat_model_is_opened_by_its_own_way(
        isolated_home: AppPaths) -> None:
    asked: list[str] = []

    def open_asking(tagger_id: str, settings: Settings) -> FakeTagger:
        asked.append(tagger_id)
        return FakeTagger("zero-shot:smol@1/128-abc")

    registry = ModelRegistry(isolated_home.shipped_models, isolated_home.models)
    shelf = TaggerShelf(registry, lambda: Settings(tagger="zero-shot:smol"), open_asking)
    assert shelf.tagger().id == "zero-shot:smol@1/128-abc" and shelf.tagger() is shelf.tagger()
    assert asked == ["zero-shot:smol"]
    *_, seen = shelf.warm_up(LanguageDetector())
    assert isinstance(seen, SpeedSeen) and seen.model == "zero-shot:smol"


def test_warming_up_shows_the_speed_of_the_model(isolated_home: AppPaths) -> None:
    shelf = shelf_of(isolated_home, lambda: Settings(threads=1))
    *_, seen = shelf.warm_up(LanguageDetector())
    assert isinstance(seen, SpeedSeen)
    assert seen.excerpts_per_second > 0
    assert seen.model in [e.id for e in ModelRegistry(
        isolated_home.shipped_models, isolated_home.models).usable(MOOD_TAGGING)]


def test_another_version_in_its_place_is_opened(isolated_home: AppPaths, tmp_path: Path) -> None:
    """A trained version of the shipped tagger is brought into place while the program runs."""
    shelf = shelf_of(isolated_home, Settings)
    first = shelf.tagger()
    shipped = next(isolated_home.shipped_models.iterdir())
    fresh = Path(shutil.copytree(shipped, tmp_path / "fresh"))
    (fresh / "note").write_text("another")
    write_manifest(fresh, msgspec.structs.replace(read_manifest(fresh), version="next"))
    versions = ModelVersions(isolated_home.models, isolated_home.shipped_models)
    waiting = versions.place(fresh)
    assert shelf.tagger() is first
    versions.bring(waiting.model_id, "next")
    assert shelf.tagger().id == f"{waiting.model_id}@next"
    versions.bring(waiting.model_id, read_manifest(shipped).version)
    assert shelf.tagger().id == first.id


def test_moods_that_change_while_a_model_is_opened_wait_for_nothing(tmp_path: Path) -> None:
    # GIVEN moods of one's own that change while the tagger is being opened
    opened: list[str] = []

    def open_asking(tagger: str, _: Settings) -> FakeTagger:
        if not opened:
            shelf.renew()
        opened.append(tagger)
        return FakeTagger()

    shelf = TaggerShelf(ModelRegistry(tmp_path, tmp_path / "none"),
                        lambda: Settings(tagger="generative:x"), open_asking)
    # THEN nobody waits, and what was opened before that is not used again
    shelf.tagger()
    assert shelf.tagger() is shelf.tagger() and len(opened) == 2
