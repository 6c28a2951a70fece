"""Models are cards, read in the background; a broken one stays, says why and hides no other."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLabel, QPushButton
from pytestqt.qtbot import QtBot

from engine.errors import EngineError
from engine.models.manifest import ModelManifest, write_manifest
from engine.models.registry import ModelRegistry, RegistryEntry
from gui.background import WorkQueue
from gui.icons import IconSource
from gui.models.page import ModelsPage
from gui.models.presenter import ModelsPresenter
from gui.theme import ThemeSource


@pytest.fixture
def queue(qapp: object) -> Iterator[WorkQueue]:
    made = WorkQueue()
    yield made
    made.close()


@pytest.fixture
def models(tmp_path: Path, queue: WorkQueue) -> ModelsPresenter:
    """Two taggers, one other model, and a broken folder; the second tagger is chosen."""
    shipped, own = tmp_path / "shipped", tmp_path / "own"
    for place, name, task in ((shipped, "alpha", "mood-tagging"), (own, "beta", "mood-tagging"),
                              (own, "gamma", "chat")):
        folder = place / name
        folder.mkdir(parents=True)
        (folder / "model.onnx").write_bytes(b"0" * 1_500_000)
        write_manifest(folder, ModelManifest(
            id=name, name=name.title(), kind="encoder", task=task, about=f"About {name}.",
            precision="int8", licence="Apache-2.0", languages=("en",),
            quality={"gems9 macro AUC": 0.741, "int8 mean change": 0.01}))
    (own / "delta").mkdir()
    (own / "delta" / "model.json").write_text("{", "utf-8")
    return ModelsPresenter(queue, ModelRegistry(shipped, own).entries, lambda: "beta")


def page_of(models: ModelsPresenter, qtbot: QtBot, qapp: QApplication) -> ModelsPage:
    page = ModelsPage(models, IconSource(ThemeSource(qapp.styleHints())))
    qtbot.addWidget(page)
    return page


def words(page: ModelsPage) -> str:
    return "\n".join(label.text() for label in page.findChildren(QLabel) if not label.isHidden())


def test_the_model_in_use_comes_first_and_alone_is_marked(
        models: ModelsPresenter, qtbot: QtBot) -> None:
    assert models.loading
    with qtbot.waitSignal(models.changed):
        models.load()
    cards = {card.id: card for card in models.cards}
    assert models.cards[0].id == "beta"
    assert [card.id for card in models.cards if card.in_use] == ["beta"]
    assert [card.id for card in models.cards if card.choosable] == ["alpha"]
    assert cards["alpha"].shipped and not cards["beta"].shipped
    assert cards["alpha"].bytes == 1_500_000
    assert cards["delta"].problem and cards["delta"].hint


def test_cards_say_size_speed_quality_and_licence(
        models: ModelsPresenter, qtbot: QtBot, qapp: QApplication) -> None:
    page = page_of(models, qtbot, qapp)
    assert "Looking for models" in words(page)
    with qtbot.waitSignal(models.changed):
        models.load()
    models.note_speed("beta", 231.4)
    said = words(page)
    for fact in ("1.5 MB, int8", "231 excerpts a second", "gems9 macro AUC 0.74", "English",
                 "Apache-2.0", "In use", "model.json of delta cannot be read"):
        assert fact in said
    assert "int8 mean change" not in said


def test_another_tagger_is_chosen_with_one_press(
        models: ModelsPresenter, qtbot: QtBot, qapp: QApplication) -> None:
    page = page_of(models, qtbot, qapp)
    with qtbot.waitSignal(models.changed):
        models.load()
    use = next(b for b in page.findChildren(QPushButton) if b.accessibleName() == "Use Alpha")
    with qtbot.waitSignal(models.tagger_chosen) as chosen:
        qtbot.mouseClick(use, Qt.MouseButton.LeftButton)
    assert chosen.args == ["alpha"]


def test_no_model_says_what_to_do(queue: WorkQueue, qtbot: QtBot, qapp: QApplication) -> None:
    models = ModelsPresenter(queue, lambda: (), lambda: "")
    page = page_of(models, qtbot, qapp)
    with qtbot.waitSignal(models.changed):
        models.load()
    assert "No model is installed." in words(page)


def test_a_folder_that_cannot_be_listed_is_told(queue: WorkQueue, qtbot: QtBot) -> None:
    trouble = EngineError("The folder of models cannot be read.", "Check its permissions.")

    def read() -> Sequence[RegistryEntry]:
        raise trouble

    models = ModelsPresenter(queue, read, lambda: "")
    with qtbot.waitSignal(models.problem_raised) as told:
        models.load()
    assert told.args == [trouble]
    assert not models.loading
