"""One chat model at a time, opened anew only when the settings mean another one."""

import gc
import os
import weakref
from dataclasses import replace
from pathlib import Path

import msgspec
import pytest

from engine.errors import EngineError
from engine.models.manifest import AdapterInfo, read_manifest, write_manifest
from engine.models.registry import ModelRegistry, RegistryEntry
from engine.settings import Settings
from gui.chat_shelf import MOST_KIN, ChatShelf
from tests.fakes import FakeTextModel
from tests.gui.test_chat_in_window import install


class Bench:
    """A shelf on two installed models; `opened` says which were opened, `held` which still are."""

    def __init__(self, models: Path) -> None:
        self.settings = Settings()
        self.opened: list[str] = []
        self.alive: list[weakref.ref[FakeTextModel]] = []
        self.before_open = lambda: None
        for model_id in ("one", "two"):
            install(models, model_id, model_id.capitalize())
        self.shelf = ChatShelf(ModelRegistry(models / "none", models), lambda: self.settings,
                               self._open)

    @property
    def held(self) -> list[str]:
        gc.collect()
        return [model.id for ref in self.alive if (model := ref())]

    def _open(self, entry: RegistryEntry, settings: Settings) -> FakeTextModel:
        self.held_while_opening = self.held
        self.opened.append(entry.id)
        self.before_open()
        model = FakeTextModel(id=entry.id)
        self.alive.append(weakref.ref(model))
        return model


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    return Bench(tmp_path)


def test_no_model_is_a_sentence(tmp_path: Path) -> None:
    shelf = ChatShelf(ModelRegistry(tmp_path, tmp_path / "none"), Settings)
    with pytest.raises(EngineError, match="No model is installed"):
        shelf.model()


def test_the_same_model_until_the_settings_mean_another(bench: Bench) -> None:
    first = bench.shelf.model()
    assert bench.shelf.model() is first and first.id == "one"
    bench.settings = replace(bench.settings, appearance="dark")
    assert bench.shelf.model() is first
    for change in ({"chat_model": "two"}, {"threads": 1}, {"device": "cuda"}):
        before = bench.shelf.model()
        bench.settings = replace(bench.settings, **change)
        assert bench.shelf.model() is not before
    assert bench.opened == ["one", "two", "two", "two"]


def test_two_models_are_never_held_at_once(bench: Bench) -> None:
    bench.shelf.model()
    bench.settings = replace(bench.settings, chat_model="two")
    bench.shelf.model()
    assert bench.held_while_opening == [] and bench.held == ["two"]
    bench.shelf.close()
    assert bench.held == []


def test_of_a_change_while_one_is_opened_only_the_newest_counts(bench: Bench) -> None:
    # GIVEN that the person picks another model while the first is read from disk
    def change_of_mind() -> None:
        bench.settings = replace(bench.settings, chat_model="two")
        bench.before_open = lambda: None

    bench.before_open = change_of_mind
    # WHEN the model is asked for, THEN it is the one picked last, and the first is let go
    assert bench.shelf.model().id == "two"
    assert bench.opened == ["one", "two"] and bench.held == ["two"]


def test_a_model_asked_for_by_name_wins(bench: Bench) -> None:
    assert bench.shelf.model("two").id == "two"


def test_after_a_failure_it_is_tried_again(bench: Bench) -> None:
    def fail() -> None:
        bench.before_open = lambda: None
        raise EngineError("The disk failed.")

    bench.before_open = fail
    with pytest.raises(EngineError, match="disk"):
        bench.shelf.model()
    assert bench.shelf.model().id == "one"


def test_warming_up_opens_and_reads_what_every_prompt_begins_with(bench: Bench) -> None:
    seen = list(bench.shelf.warm_up("You are brief."))
    model = seen[0]
    assert isinstance(model, FakeTextModel) and model is bench.shelf.model()
    assert "You are brief." in model.prompts[0] and model.tokens <= 1
    list(bench.shelf.warm_up(""))
    assert "system" not in model.prompts[-1]


def make_kin(models: Path, *names: str) -> None:
    """Adapters of the model "one"."""
    for name in names:
        install(models, name, name)
        told = read_manifest(models / name)
        joined = AdapterInfo(base="one", weights="0" * 64)
        write_manifest(models / name, msgspec.structs.replace(told, adapter=joined))


def test_a_model_and_its_adapters_are_open_together(bench: Bench, tmp_path: Path) -> None:
    # GIVEN two characters with adapters of one base, in a talk of that base
    make_kin(tmp_path, "ann", "ben")
    # WHEN they take turns THEN nothing is opened twice
    for _ in range(3):
        for name in ("ann", "ben", "one"):
            assert bench.shelf.model(name).id == name
    assert bench.opened == ["ann", "ben", "one"] and len(bench.held) == 3
    # AND what shares nothing with them has the memory for itself
    bench.shelf.model("two")
    assert bench.held_while_opening == [] and bench.held == ["two"]


def test_of_many_adapters_those_go_that_were_silent_longest(bench: Bench, tmp_path: Path) -> None:
    names = [f"way{number}" for number in range(MOST_KIN + 1)]
    make_kin(tmp_path, *names)
    for name in names[:-1]:
        bench.shelf.model(name)
    bench.shelf.model(names[0])
    bench.shelf.model(names[-1])
    assert sorted(bench.held) == sorted({*names} - {names[1]})


def test_another_version_in_its_place_is_opened(bench: Bench, tmp_path: Path) -> None:
    first = bench.shelf.model()
    # WHEN another version of the model is brought into its place
    place = tmp_path / "one"
    place.rename(tmp_path / ".one")
    install(tmp_path, "one", "One")
    os.utime(place / "model.json", ns=(1, 1))
    assert bench.shelf.model() is not first
    del first
    assert bench.held == ["one"]
