"""Models trained here: used where they are chosen, never because they come first."""

import msgspec
from pytestqt.qtbot import QtBot

from engine.models.manifest import GENERATIVE_MOOD_TAGGING, read_manifest, write_manifest
from gui.models.presenter import Chosen
from tests.gui.models.conftest import Shop


def trained(shop: Shop, name: str, task: str) -> None:
    folder = shop.own / name
    folder.mkdir()
    (folder / "model.onnx").write_bytes(b"0")
    write_manifest(folder, msgspec.structs.replace(
        read_manifest(shop.own / "gamma"), id=name, name=name.title(), task=task,
        learned="classifier"))


def test_a_trained_tagger_waits_to_be_chosen(shop: Shop, qtbot: QtBot) -> None:
    trained(shop, "aaa", "mood-tagging")
    shop.chosen = Chosen()
    with qtbot.waitSignal(shop.models.changed):
        shop.models.load()
    in_use = [card.id for card in shop.models.cards if card.in_use]
    assert in_use == ["beta"]
    assert "aaa" in [card.id for card in shop.models.cards if card.choosable]


def test_a_tagger_that_writes_is_chosen_with_its_way(shop: Shop, qtbot: QtBot) -> None:
    trained(shop, "writer", GENERATIVE_MOOD_TAGGING)
    with qtbot.waitSignal(shop.models.changed):
        shop.models.load()
    with qtbot.waitSignal(shop.models.tagger_chosen) as chosen:
        shop.models.choose("writer")
    assert chosen.args == ["generative:writer"]
    shop.chosen = Chosen(tagger="generative:writer")
    assert [card.id for card in shop.models.cards if card.in_use] == ["writer"]
