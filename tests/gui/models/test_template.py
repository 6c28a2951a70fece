"""A chat model's template, with an example as the model sees it."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from gui.models.page import ModelsPage
from gui.models.presenter import ModelsPresenter
from gui.models.template_dialog import TemplateDialog
from tests.fake_model_job import install
from tests.gui.models.conftest import PATIENCE_MS, Shop, Until, button, has_button

TEMPLATE = """{% for message in messages %}{{ '<b>' + message.role + '>' + message.content }}
{% endfor %}{% if add_generation_prompt %}{{ '<b>assistant>' }}{% endif %}"""


def opened(shop: Shop, models: ModelsPresenter, page: ModelsPage, qtbot: QtBot,
           until: Until) -> TemplateDialog:
    with qtbot.waitSignal(models.changed, timeout=PATIENCE_MS):
        models.load()
    until(lambda: has_button(page, "See the template of chatty"))
    with qtbot.waitSignal(models.templates.read, timeout=PATIENCE_MS):
        qtbot.mouseClick(button(page, "See the template of chatty"), Qt.MouseButton.LeftButton)
    return page.findChild(TemplateDialog)


def test_the_example_shows_what_the_template_adds(
        shop: Shop, models: ModelsPresenter, page: ModelsPage, qtbot: QtBot, until: Until) -> None:
    install(shop.own, "chatty")
    (shop.own / "chatty" / "chat_template.jinja").write_text(TEMPLATE, "utf-8")
    dialog = opened(shop, models, page, qtbot, until)
    told = dialog.example.toPlainText()
    # What looks like markup is text.
    assert told.startswith("<b>system>You are Mira") and told.endswith("<b>assistant>")
    assert dialog.source.toPlainText() == TEMPLATE.rstrip("\n")
    weights = set()
    cursor = dialog.example.textCursor()
    for place in (3, told.index("You are") + 2):
        cursor.setPosition(place)
        weights.add(cursor.charFormat().fontWeight())
    assert weights == {int(QFont.Weight.Bold), int(QFont.Weight.Normal)}
    dialog.reject()
    # AND a tagger has none
    assert not has_button(page, "See the template of Beta")


def test_a_model_without_a_template_says_so(
        shop: Shop, models: ModelsPresenter, page: ModelsPage, qtbot: QtBot, until: Until) -> None:
    install(shop.own, "chatty")
    dialog = opened(shop, models, page, qtbot, until)
    assert "User: Is the lamp lit?" in dialog.example.toPlainText()
    assert any("brings no template" in label.text() for label in dialog.findChildren(QLabel))
    dialog.reject()


def test_a_template_that_is_broken_is_a_sentence(
        shop: Shop, models: ModelsPresenter, page: ModelsPage, qtbot: QtBot, until: Until) -> None:
    install(shop.own, "chatty")
    (shop.own / "chatty" / "chat_template.jinja").write_text("{% for %}", "utf-8")
    with qtbot.waitSignal(models.changed, timeout=PATIENCE_MS):
        models.load()
    until(lambda: has_button(page, "See the template of chatty"))
    with qtbot.waitSignal(models.problem_raised, timeout=PATIENCE_MS) as raised:
        qtbot.mouseClick(button(page, "See the template of chatty"), Qt.MouseButton.LeftButton)
    assert "template" in str(raised.args[0])
