"""The leaf of the prompt: how the talk is written for the model, what fills its window, and the
exact prompt as it would be sent now.
"""

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from gui.chat.open_prompt import FormatFile, OpenPrompt, sentence_of, title_of
from gui.chat.presenter import ChatPresenter
from gui.chat.prompt_text import PromptText
from gui.chat.prompt_view import PromptView
from gui.chat.token_bar import TokenBar, shares_of
from gui.chat.wording import dropped_text, meter_text, translate
from gui.controls import Choice
from gui.figures import count_text
from gui.icons import Glyph, IconSource
from gui.text_line import text_line
from gui.theme import GAP, SPACE, ThemeSource

if TYPE_CHECKING:
    from gui.chat.prompt_editor import PromptEditor
    from gui.chat.prompt_window import PromptWindow

_TEXT_HEIGHT = 280
_MOST_LEFT_OUT = 6


class PromptPanel(QWidget):
    """Reads nothing while it is hidden. `editor` is the window of a format while it is open,
    `full` the one with the prompt at full size."""

    def __init__(self, presenter: ChatPresenter, theme_source: ThemeSource, icons: IconSource,
                 parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._presenter = presenter
        self._theme_source = theme_source
        self.prompt = OpenPrompt(presenter, self)
        self.editor: PromptEditor | None = None
        self.full: PromptWindow | None = None
        self.format = Choice([], self._choose)
        self._about, self._gone = text_line("meta"), text_line("meta")
        self.edit = QPushButton(self.tr("Edit this format…"))
        self.edit.clicked.connect(lambda: self.prompt.open(self._at))
        self.undo = QPushButton(self.tr("Undo"))
        self.undo.setProperty("role", "link")
        self.undo.clicked.connect(self.prompt.restore)
        self.filled, self.dropped = text_line("heading"), text_line("meta-ink")
        self.bar = TokenBar(theme_source)
        self.why = text_line("quiet")
        self.text = PromptText()
        self.text.setFixedHeight(_TEXT_HEIGHT)
        self.text.setAccessibleName(self.tr("The exact prompt"))
        self.copy = QPushButton(icons.icon(Glyph.COPY), self.tr("Copy"))
        self.copy.clicked.connect(
            lambda: QGuiApplication.clipboard().setText(self.text.toPlainText()))
        self.larger = QPushButton(self.tr("Larger…"))
        self.larger.clicked.connect(self._show_larger)
        self._lay_out()
        self.prompt.changed.connect(self.refresh)
        self.prompt.opened.connect(self._open_editor)
        presenter.state_changed.connect(self.refresh)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.prompt.load()
        self._presenter.measure()
        self.refresh()

    def refresh(self) -> None:
        """Shows what holds now."""
        if self.isVisible() or self.full is not None:
            self._show_format()
            self._show_prompt()

    @property
    def _at(self) -> str:
        return self.prompt.name

    def _choose(self, name: str) -> None:
        self.prompt.choose(name)

    def _show_format(self) -> None:
        offers, name = self.prompt.offers, self._at
        cast = bool(self._presenter.cast.setup.cast)
        options = [(offer.name, _titled(offer.name, offer.own and offer.shipped))
                   for offer in offers]
        if all(offer.name != name for offer in offers):
            options.append((name, title_of(name)))
        self.format.offer(options)
        self.format.show_value(name)
        self.format.setEnabled(cast)
        known = self.prompt.offer(name)
        self._about.setText(self._about_words(cast, known.about if known else "",
                                              known.problem if known else ""))
        self.edit.setVisible(cast and known is not None)
        gone = self.prompt.dropped
        for widget in (self._gone, self.undo):
            widget.setVisible(bool(gone))
        self._gone.setText(self.tr("Your own copy of “{name}” is gone.").format(
            name=title_of(gone)) if gone else "")

    def _about_words(self, cast: bool, about: str, problem: str) -> str:
        if not cast:
            return self.tr("Formats are for talks with characters. Here the model speaks as "
                           "itself, by its own template.")
        return problem or about

    def _show_prompt(self) -> None:
        meter = self._presenter.meter
        view = meter.view
        if view is not None and meter.budget is not None:
            view = PromptView(meter.budget, view.shown, view.parts)
        if not (self._presenter.open.shown or self._presenter.draft.strip()):
            view = None  # what a template makes of nothing is never asked
        self.why.setText("" if view else self._why_none())
        self.why.setVisible(view is None)
        for widget in (self.filled, self.bar, self.text, self.copy, self.larger, self._exact):
            widget.setVisible(view is not None)
        left_out = _left_out(view) if view else ""
        self.dropped.setVisible(bool(left_out))
        if view is not None:
            self.filled.setText(meter_text(view.budget))
            self.dropped.setText(left_out)
            self.bar.show_shares(shares_of(view))
            self.text.show_text(view.shown)
            if self.full is not None:
                self.full.text.show_text(view.shown)

    def _why_none(self) -> str:
        meter, models = self._presenter.meter, self._presenter.models
        if meter.problem is not None:
            return sentence_of(meter.problem)
        if models.problem is not None:
            return models.problem.message
        if not self._presenter.open.shown and models.ready is not None:
            return self.tr("Nothing was said yet. As you write, the prompt is shown here.")
        if models.opening:
            return self.tr("The prompt is shown as soon as the model is open.")
        if models.known and not models.choices:
            return self.tr("The prompt is written for a model, and none is installed yet. Get one "
                           "on the Models page.")
        return self.tr("Writing the prompt…")

    def _show_larger(self) -> None:
        from gui.chat.prompt_window import PromptWindow

        if self.full is None:
            self.full = PromptWindow(self.text.toPlainText(), self.window())
            self.full.finished.connect(self._forget_window)
            self.full.show()

    def _open_editor(self, file: FormatFile) -> None:
        from gui.chat.prompt_editor import PromptEditor

        if self.editor is None:
            self.editor = PromptEditor(self.prompt, file, self._theme_source, self.window())
            self.editor.finished.connect(self._forget_editor)
            self.editor.setWindowModality(Qt.WindowModality.WindowModal)
            self.editor.open()

    def _forget_editor(self) -> None:
        self.editor = None

    def _forget_window(self) -> None:
        self.full = None

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACE)
        label = QLabel(self.tr("Written as"))
        label.setBuddy(self.format)
        self.format.setAccessibleName(label.text())
        for widget in (label, self.format, self._about):
            column.addWidget(widget)
        column.addWidget(self.edit, 0, Qt.AlignmentFlag.AlignLeft)
        column.addLayout(_row(self._gone, self.undo))
        column.addSpacing(GAP - SPACE)
        for widget in (self.why, self.filled, self.bar, self.dropped):
            column.addWidget(widget)
        column.addSpacing(GAP - SPACE)
        self._exact = text_line("heading", self.tr("The exact prompt"))
        column.addWidget(self._exact)
        column.addWidget(self.text)
        column.addLayout(_row(self.copy, self.larger))
        column.addStretch(1)


def _left_out(view: PromptView) -> str:
    """What found no room: turns, and parts by their names."""
    titles = list(dict.fromkeys(part.title for part in view.parts
                                if not part.kept and part.kind != "turns"))
    tokens = sum(part.tokens for part in view.parts if not part.kept and part.kind != "turns")
    words = dropped_text(view.budget)
    if titles:
        more = len(titles) - _MOST_LEFT_OUT
        named = ", ".join(titles[:_MOST_LEFT_OUT]) + (
            translate("Prompt", " and {n} more").format(n=more) if more > 0 else "")
        words += "\n" + translate(
            "Prompt", "Left out, {tokens} tokens in all: {names}.").format(
                tokens=count_text(tokens), names=named)
    return words.strip()


def _titled(name: str, own: bool) -> str:
    return translate("Prompt", "{title} (your copy)").format(title=title_of(name)) if own \
        else title_of(name)


def _row(*widgets: QWidget) -> QHBoxLayout:
    row = QHBoxLayout()
    row.setSpacing(SPACE)
    for widget in widgets:
        row.addWidget(widget)
    row.addStretch(1)
    return row
