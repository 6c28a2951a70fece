"""Quick actions a model is not up to are greyed with the reason, for the model that is chosen."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from engine.evaluation.capability import Capabilities, CaseResult
from engine.models.manifest import TEXT_GENERATION, ModelManifest, write_manifest
from engine.models.registry import ModelRegistry
from engine.paths import AppPaths
from gui.background import WorkQueue
from gui.chat.chat_models import ChatModels
from gui.chat.limits import ActionLimits
from tests.fakes import FakeTextModel


def manifest(name: str) -> ModelManifest:
    return ModelManifest(id=name, name=name.title(), kind="decoder", task=TEXT_GENERATION)


class Room:
    """Models on two queues, and what was told of each action, newest last."""

    def __init__(self, paths: AppPaths, folder: Path, qtbot: QtBot) -> None:
        self.chat, self.desk = WorkQueue(), WorkQueue()
        self.capabilities = Capabilities(paths)
        self.told: list[tuple[str, str]] = []
        for name in ("alpha", "beta"):
            (folder / name).mkdir(parents=True)
            write_manifest(folder / name, manifest(name))
        entries = ModelRegistry(folder, folder / "none").entries
        self.models = ChatModels(self.chat, self.desk, entries, lambda: iter([FakeTextModel()]))
        self.limits = ActionLimits(self.models, self.desk, entries, self.capabilities,
                                   lambda action, reason: self.told.append((action, reason)))
        self._qtbot = qtbot

    def settle(self) -> None:
        self._qtbot.waitUntil(lambda: not (self.chat.busy or self.desk.busy), timeout=10_000)

    def fail_at(self, name: str, feature: str) -> None:
        def quiet(number: int, total: int, result: CaseResult) -> None:
            """Says nothing."""

        self.capabilities.check(manifest(name), FakeTextModel("No."), feature, quiet)

    @property
    def reasons(self) -> dict[str, str]:
        return dict(self.told)


@pytest.fixture
def room(qapp: QApplication, qtbot: QtBot, isolated_home: AppPaths,
         tmp_path: Path) -> Iterator[Room]:
    made = Room(isolated_home, tmp_path / "models", qtbot)
    yield made
    made.chat.close()
    made.desk.close()


def test_what_the_model_failed_at_is_told_with_its_reason(room: Room) -> None:
    room.fail_at("alpha", "translate")
    room.models.load()
    room.settle()
    assert "only 0 of 50" in room.reasons["translate"]
    assert room.reasons["summarise"] == room.reasons["rewrite"] == ""


def test_another_model_is_judged_by_its_own_results(room: Room) -> None:
    room.fail_at("alpha", "translate")
    room.models.load()
    room.settle()
    room.models.use("beta")
    room.settle()
    assert room.reasons["translate"] == ""
    room.models.use("alpha")
    room.settle()
    assert room.reasons["translate"] != ""


def test_the_same_model_is_not_asked_about_again(room: Room) -> None:
    room.models.load()
    room.settle()
    told = len(room.told)
    room.models.changed.emit()
    room.settle()
    assert len(room.told) == told
    # unless its check was run in the meantime
    room.fail_at("alpha", "rewrite")
    room.limits.look_again()
    room.settle()
    assert room.reasons["rewrite"] != ""


def test_without_a_model_nothing_is_told(room: Room) -> None:
    room.models.changed.emit()
    room.settle()
    assert not room.told
