"""An id says which way of tagging and which model; both are found or told to be missing."""

from pathlib import Path

import pytest

from engine.errors import EngineError
from engine.inference.opening import find_text_model
from engine.inference.text_model import TextModel
from engine.models.manifest import TEXT_GENERATION, ModelManifest, write_manifest
from engine.models.registry import RegistryEntry
from engine.models.versions import ModelVersions
from engine.paths import AppPaths
from engine.settings import Settings
from engine.tagging import generative_tagger
from engine.tagging.encoder_tagger import EncoderTagger
from engine.tagging.opening import open_tagger
from engine.tagging.tagger import Tagger
from tests.fakes import FakeTextModel


def install(paths: AppPaths, name: str, task: str = TEXT_GENERATION) -> None:
    folder = paths.models / name
    folder.mkdir(parents=True)
    write_manifest(folder, ModelManifest(id=name, name=name.title(), kind="decoder", task=task,
                                         languages=("en",), version="7"))


@pytest.fixture
def opened() -> list[Path]:
    """The folders of the models that were opened."""
    return []


@pytest.fixture
def tagger_for(isolated_home: AppPaths, opened: list[Path]):
    def open_model(entry: RegistryEntry, settings: Settings) -> TextModel:
        opened.append(entry.folder)
        return FakeTextModel(id=entry.id)

    def tagger_for(tagger_id: str, settings: Settings | None = None) -> Tagger:
        return open_tagger(isolated_home, tagger_id, settings or Settings(), open_model)

    return tagger_for


def test_without_a_word_it_is_the_shipped_one(tagger_for) -> None:
    assert isinstance(tagger_for(""), EncoderTagger)


@pytest.mark.parametrize("way", ["generative", "generative-free", "zero-shot"])
def test_any_chat_model_serves_each_way(isolated_home: AppPaths, tagger_for, way: str) -> None:
    install(isolated_home, "smol")
    tagger = tagger_for(f"{way}:smol")
    assert tagger.id.startswith(f"{way}:smol@7/")
    assert tagger.languages == {"en"}
    # and the whole id, as it is stored, finds it again
    assert tagger_for(tagger.id).id == tagger.id
    assert tagger_for("", Settings(tagger=tagger.id)).id == tagger.id


def test_without_a_name_it_is_the_chat_model_in_use(isolated_home: AppPaths, tagger_for,
                                                    opened: list[Path]) -> None:
    for name in ("alpha", "beta"):
        install(isolated_home, name)
    tagger_for("zero-shot:", Settings(chat_model="beta"))
    tagger_for("zero-shot:", Settings(chat_model="gone"))
    assert [folder.name for folder in opened] == ["beta", "alpha"]


def test_a_model_trained_for_it_needs_no_way(isolated_home: AppPaths, tagger_for) -> None:
    install(isolated_home, "moody", generative_tagger.TASK)
    assert tagger_for("moody").id.startswith("generative:moody@7/")


def test_a_version_that_waits_is_opened_by_its_name(isolated_home: AppPaths, tagger_for,
                                                    opened: list[Path], tmp_path: Path) -> None:
    for number, task in enumerate((generative_tagger.TASK, TEXT_GENERATION)):
        name = f"moody{number}"
        install(isolated_home, name, task)
        fresh = tmp_path / name
        fresh.mkdir()
        (fresh / "graph").write_text("other")
        write_manifest(fresh, ModelManifest(id=name, name=name, kind="decoder", task=task,
                                            version="8"))
        ModelVersions(isolated_home.models, isolated_home.shipped_models).place(fresh)
    assert tagger_for("moody0@8").id.startswith("generative:moody0@8/")
    assert tagger_for("moody0@7").id.startswith("generative:moody0@7/")
    assert tagger_for("generative:moody0").id.startswith("generative:moody0@7/")
    assert find_text_model(isolated_home, "moody1@8", Settings()).folder.name == "8"
    assert find_text_model(isolated_home, "moody1@gone", Settings()).folder.name == "moody1"


def test_a_longer_excerpt_is_another_tagger(isolated_home: AppPaths, tagger_for) -> None:
    install(isolated_home, "smol")
    for way in ("generative", "zero-shot"):
        assert tagger_for(f"{way}:smol").id != tagger_for(
            f"{way}:smol", Settings(excerpt_tokens=64)).id


@pytest.mark.parametrize("tagger_id, sentence", [
    ("generative:gone", "no model “gone”|no model \"gone\""),
    ("telepathic:smol", "“telepathic” is no way of tagging"),
    ("gone", "no model \"gone\""),
    ("smol", "no model \"smol\""),
])
def test_what_cannot_be_opened_is_said(isolated_home: AppPaths, tagger_for, tagger_id: str,
                                       sentence: str) -> None:
    install(isolated_home, "smol")
    with pytest.raises(EngineError, match=sentence) as caught:
        tagger_for(tagger_id)
    assert caught.value.hint


def test_without_any_chat_model_there_is_one_thing_to_do(isolated_home: AppPaths) -> None:
    with pytest.raises(EngineError, match="No chat model is installed") as caught:
        find_text_model(isolated_home, "", Settings())
    assert caught.value.hint.startswith("Add one under Models")
