"""Models are cards, read in the background; a broken one stays, says why and hides no other."""

from collections.abc import Sequence

import msgspec
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from engine.errors import EngineError
from engine.models.manifest import LabelInfo, read_manifest, write_manifest
from engine.models.registry import RegistryEntry
from gui.background import WorkQueue
from gui.models.page import ModelsPage
from gui.models.presenter import Chosen, ModelsPresenter, Workshop
from tests.fake_model_job import install
from tests.gui.models.conftest import Shop, Until, button, has_button, make_page, words


def press(qtbot: QtBot, page: ModelsPage, name: str) -> None:
    qtbot.mouseClick(button(page, name), Qt.MouseButton.LeftButton)


def presenter_reading(read: object, shop: Shop, queue: WorkQueue,
                      checks: tuple[tuple[str, int, int], ...] = ()) -> ModelsPresenter:
    workshop = Workshop(shop.models.adding, shop.models.trials, shop.models.upkeep,
                        shop.models.leaving)
    return ModelsPresenter(queue, read, Chosen, workshop,  # type: ignore[arg-type] # a fake
                           read_checks=lambda manifest: checks)


def test_the_model_in_use_comes_first_and_alone_is_marked(shop: Shop, qtbot: QtBot) -> None:
    models = shop.models
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
        shop: Shop, qtbot: QtBot, qapp: QApplication) -> None:
    page = make_page(shop.models, qtbot, qapp)
    assert "Looking for models" in words(page)
    with qtbot.waitSignal(shop.models.changed):
        shop.models.load()
    shop.models.note_speed("beta", 231.4)
    said = words(page)
    for fact in ("1.5\u00a0MB, int8", "231 excerpts a second", "gems9 macro AUC 0.74", "English",
                 "Apache-2.0", "In use", "model.json of delta cannot be read",
                 "Mood taggers", "Others", "Cannot be used"):
        assert fact in said
    assert "int8 mean change" not in said and "Chat and writing" not in said


def test_another_tagger_is_chosen_with_one_press(
        models: ModelsPresenter, page: ModelsPage, qtbot: QtBot) -> None:
    with qtbot.waitSignal(models.tagger_chosen) as chosen:
        press(qtbot, page, "Use Alpha")
    assert chosen.args == ["alpha"]


def test_chat_models_and_taggers_are_chosen_apart(
        shop: Shop, models: ModelsPresenter, page: ModelsPage, qtbot: QtBot, until: Until) -> None:
    # GIVEN two chat models, none of them chosen
    install(shop.own, "smol")
    install(shop.own, "tiny")
    with qtbot.waitSignal(models.models_changed):
        models.load()
    # THEN the first one chats, beside the tagger
    assert [card.id for card in models.cards if card.in_use] == ["beta", "smol"]
    assert (models.chat_model, models.chat_models()) == (
        "smol", (("smol", "smol"), ("tiny", "tiny")))
    assert models.chat_folder == str(shop.own / "smol")
    # WHEN the other one is chosen
    with qtbot.waitSignal(models.chat_model_chosen) as chosen:
        press(qtbot, page, "Use tiny")
    shop.chosen = Chosen(tagger="beta", chat_model=chosen.args[0])
    with qtbot.waitSignal(models.models_changed):
        models.refresh()
    assert models.chat_model == "tiny"
    # AND nothing more is told while nothing changes
    with qtbot.assertNotEmitted(models.models_changed):
        models.refresh()


def test_a_model_that_is_added_takes_the_place_of_none(
        shop: Shop, models: ModelsPresenter, qtbot: QtBot, until: Until) -> None:
    # GIVEN a chat model that is in use although nobody chose it
    install(shop.own, "tiny")
    with qtbot.waitSignal(models.models_changed):
        models.load()
    # WHEN one comes that is before it by name, THEN the one in use is the chosen one from now on
    install(shop.own, "big")
    with qtbot.waitSignal(models.chat_model_chosen) as chosen:
        models.adding.added.emit(("big",))
    assert chosen.args == ["tiny"]
    with qtbot.waitSignal(models.arrived):
        until(lambda: not models.untried)


def test_a_model_added_while_folders_are_read_is_still_waited_for(
        shop: Shop, queue: WorkQueue, qtbot: QtBot) -> None:
    # GIVEN a reading that has begun, and has passed the place where a model comes just now
    before = list(shop.registry.entries())
    reads = iter((before,))
    models = presenter_reading(lambda: next(reads, None) or shop.registry.entries(), shop, queue)
    models.load()
    install(shop.own, "tiny")
    # WHEN the model is added, THEN it is tried and told although that reading lacks it
    with qtbot.waitSignal(models.arrived, timeout=20_000) as arrived:
        models.adding.added.emit(("tiny",))
    assert arrived.args[0].id == "tiny"


def test_a_tagger_says_which_of_its_moods_are_experimental(
        shop: Shop, models: ModelsPresenter, page: ModelsPage, qtbot: QtBot) -> None:
    # GIVEN a tagger of three moods, one of them told no better than by chance
    folder = shop.own / "beta"
    labels = (LabelInfo("sadness"), LabelInfo("joy"), LabelInfo("joyful_activation",
                                                                experimental=True))
    write_manifest(folder, msgspec.structs.replace(read_manifest(folder), labels=labels))
    with qtbot.waitSignal(models.changed):
        models.load()
    assert "3; 1 of them experimental: joyful activation" in words(page)
    # AND one that was never asked says nothing of moods
    assert words(page).count("experimental") == 1


def test_a_chat_model_says_what_it_lost_and_how_much_it_reads(
        shop: Shop, models: ModelsPresenter, page: ModelsPage, qtbot: QtBot) -> None:
    install(shop.own, "smol", quality={"perplexity_lost": 0.0123, "some_score": 0.5,
                                       "held": -3.4})
    with qtbot.waitSignal(models.models_changed):
        models.load()
    assert "perplexity +1.2 % against what it was made from, some score 0.50" in words(page)
    assert "held" not in words(page)
    assert "2 048 tokens" in words(page)


def test_how_a_chat_model_did_in_the_checks_is_said(
        shop: Shop, queue: WorkQueue, qtbot: QtBot, qapp: QApplication) -> None:
    install(shop.own, "smol")
    models = presenter_reading(shop.registry.entries, shop, queue,
                               (("summarise", 41, 50), ("translate", 12, 50)))
    page = make_page(models, qtbot, qapp)
    with qtbot.waitSignal(models.changed):
        models.load()
    assert words(page).count("summarise 41 of 50, translate 12 of 50") == 1


def test_no_model_says_what_to_do(
        shop: Shop, queue: WorkQueue, qtbot: QtBot, qapp: QApplication) -> None:
    models = presenter_reading(lambda: (), shop, queue)
    page = make_page(models, qtbot, qapp)
    with qtbot.waitSignal(models.changed):
        models.load()
    assert "No tagger is installed." in words(page)


def test_a_folder_that_cannot_be_listed_is_told(
        shop: Shop, queue: WorkQueue, qtbot: QtBot) -> None:
    trouble = EngineError("The folder of models cannot be read.", "Check its permissions.")

    def read() -> Sequence[RegistryEntry]:
        raise trouble

    models = presenter_reading(read, shop, queue)
    with qtbot.waitSignal(models.problem_raised) as told:
        models.load()
    assert told.args == [trouble]
    assert not models.loading
    assert not models.offers_chat_model or models.cards == ()


def test_checking_finds_files_whole_or_says_which_is_not(
        shop: Shop, models: ModelsPresenter, page: ModelsPage, qtbot: QtBot,
        until: Until) -> None:
    press(qtbot, page, "Check the files of Beta")
    assert "Checking the files…" in words(page)
    until(lambda: "All files are as they were installed." in words(page))
    # WHEN a byte of it changes
    file = shop.own / "beta" / "model.onnx"
    file.write_bytes(b"1" + file.read_bytes()[1:])
    press(qtbot, page, "Check the files of Beta")
    until(lambda: "model.onnx of Beta is not the file that was installed" in words(page))
    assert not models.upkeep.checking("beta")


def test_a_shipped_model_cannot_be_removed(page: ModelsPage, models: ModelsPresenter) -> None:
    assert has_button(page, "Remove Beta") and not has_button(page, "Remove Alpha")
    models.remove("alpha")
    models.remove("no such model")
    assert "alpha" in [card.id for card in models.cards]


def test_a_removed_model_comes_back_and_is_chosen_again(
        shop: Shop, models: ModelsPresenter, page: ModelsPage, qtbot: QtBot,
        until: Until) -> None:
    told: list[str] = []
    models.tagger_chosen.connect(told.append)
    # WHEN the tagger in use is removed
    press(qtbot, page, "Remove Beta")
    until(lambda: "Beta was removed." in words(page))
    until(lambda: "beta" not in [card.id for card in models.cards])
    # THEN another one serves
    assert told == [""]
    shop.chosen = Chosen()
    assert [card.id for card in models.cards if card.in_use] == ["alpha"]
    # WHEN that is taken back
    press(qtbot, page, "Undo")
    until(lambda: "beta" in [card.id for card in models.cards])
    # THEN it is as before
    assert told == ["", "beta"]
    assert not has_button(page, "Undo")


def test_a_broken_model_can_be_removed_for_good(
        shop: Shop, models: ModelsPresenter, page: ModelsPage, qtbot: QtBot,
        until: Until) -> None:
    press(qtbot, page, "Remove delta")
    until(lambda: "delta was removed." in words(page))
    trash = shop.own / ".removed"
    assert list(trash.iterdir())
    press(qtbot, page, "Free its room now")
    until(lambda: not list(trash.iterdir()))
    assert "Cannot be used" not in words(page)


def test_only_what_was_removed_long_ago_is_tidied_away(
        shop: Shop, models: ModelsPresenter, queue: WorkQueue, until: Until) -> None:
    old = shop.own / ".removed" / "1000-old"
    old.mkdir(parents=True)
    models.remove("beta")
    until(lambda: models.upkeep.last is not None)
    models.upkeep.tidy(shop.own)
    until(lambda: not queue.busy)
    assert not old.exists()
    assert models.upkeep.last is not None and models.upkeep.last.removed.place.is_dir()


def test_what_cannot_be_put_back_is_said(
        shop: Shop, models: ModelsPresenter, qtbot: QtBot, until: Until) -> None:
    models.remove("beta")
    until(lambda: models.upkeep.last is not None)
    install(shop.own, "beta")
    with qtbot.waitSignal(models.problem_raised) as told:
        models.upkeep.undo()
    assert "There is a model in beta again." in told.args[0].message
    models.upkeep.undo()
    models.upkeep.delete_for_good()


def test_a_card_that_changes_keeps_the_focus_on_its_button(
        models: ModelsPresenter, page: ModelsPage, qtbot: QtBot, until: Until) -> None:
    with qtbot.waitExposed(page):
        page.show()
    page.activateWindow()
    button(page, "Check the files of Alpha").setFocus()
    models.note_speed("alpha", 5.0)
    until(lambda: (focus := QApplication.focusWidget()) is not None
          and focus.accessibleName() == "Check the files of Alpha")
    page.hide()
