"""The card for adding a model: what the program can get, and what the person has.

Shows what is on its way with its progress, and why something did not come.
"""

from dataclasses import replace
from itertools import pairwise
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QFileDialog,
    QFrame,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from engine.errors import EngineError
from gui.figures import megabytes_text
from gui.icons import Glyph, IconSource, Sign
from gui.job_bar import JobLine
from gui.job_lines import running_job
from gui.models.adding import Adding, Arrival, Offered
from gui.models.hub_field import HubField
from gui.models.model_files import FILE_SUFFIXES
from gui.theme import CARD_PADDING, GAP, SPACE


class AddPanel(QFrame):
    """`first`: there is no chat model yet, so the panel offers one. `sent_away`: not now."""

    sent_away = Signal()

    def __init__(self, adding: Adding, icons: IconSource, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "card")
        self._adding = adding
        self._icons = icons
        self._first = False
        self._installed: frozenset[str] = frozenset()
        self._folder = Path.home()
        self._named = ""
        self._lines: dict[str, JobLine] = {}
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(CARD_PADDING, CARD_PADDING, CARD_PADDING, CARD_PADDING)
        self._column.setSpacing(0)
        self._inner = QWidget()
        self._column.addWidget(self._inner)
        adding.changed.connect(self._rebuild)
        adding.progressed.connect(self._show_progress)
        self._rebuild()

    def show_state(self, first: bool, installed: frozenset[str]) -> None:
        """Whether this is the first chat model's offer, and which models are here already."""
        if (first, installed) != (self._first, self._installed):
            self._first, self._installed = first, installed
            self._rebuild()

    def choose_file(self) -> None:
        """Lets the person choose model files."""
        dialog = self._dialog(self.tr("Add a model file"), QFileDialog.FileMode.ExistingFiles)
        kinds = " ".join(f"*{suffix}" for suffix in FILE_SUFFIXES)
        dialog.setNameFilters([self.tr("Models") + f" ({kinds})", self.tr("All files") + " (*)"])
        dialog.open()

    def choose_folder(self) -> None:
        """Lets the person choose the folder of a model."""
        self._dialog(self.tr("Add a model folder"), QFileDialog.FileMode.Directory).open()

    def _dialog(self, title: str, mode: QFileDialog.FileMode) -> QFileDialog:
        dialog = QFileDialog(self, title, str(self._folder))
        dialog.setFileMode(mode)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.filesSelected.connect(self._take)
        return dialog

    def _take(self, names: list[str]) -> None:
        paths = [Path(name) for name in names if name]
        if paths:
            self._folder = paths[0].parent
            self._adding.bring(paths)

    def _rebuild(self) -> None:
        """Only when something comes or goes: progress is shown in the lines that stand."""
        focus = self.focusWidget()
        focused = focus is not None and focus.hasFocus()
        name = focus.accessibleName() if focus is not None else ""
        self._lines.clear()
        text = self.tr("Not now") if self._first else self.tr("Close")
        self._away = _button(text, text, "plain")
        self._away.clicked.connect(self.sent_away)
        if self._adding.arrivals:  # then there is nothing to send away
            self._away.hide()
        old, self._inner = self._inner, QWidget()
        self._fill(QVBoxLayout(self._inner))
        self._column.replaceWidget(old, self._inner)
        self._inner.show()  # now, not with the next event: else the focus finds nothing
        old.hide()
        old.deleteLater()
        buttons = [button for button in self._inner.findChildren(QPushButton)
                   if button is not self._away]
        for one, next_one in pairwise([*buttons, self._away]):
            QWidget.setTabOrder(one, next_one)
        if focused:
            self._focus(name)

    def _fill(self, column: QVBoxLayout) -> None:
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(GAP)
        column.addLayout(self._head())
        for offered in self._adding.catalogue:
            column.addLayout(self._offer(offered))
        for arrival in self._adding.arrivals:
            if not any(arrival.wanted == offered.id for offered in self._adding.catalogue):
                column.addLayout(self._arrival(arrival, _words(arrival.name, "heading")))
        column.addLayout(self._own())
        column.addLayout(self._hub())

    def _head(self) -> QVBoxLayout:
        words = QVBoxLayout()
        words.setSpacing(2)
        heading = self.tr("No chat model yet") if self._first else self.tr("Add a model")
        about = self.tr(
            "Tagging works without one. With a chat model, Undertone writes as well as reads: "
            "ask it, let it write, try any labels on any text.") if self._first else self.tr(
            "It is built for this computer once; then it works without a network.")
        row = QHBoxLayout()
        row.addWidget(_words(heading, "heading"), 1)
        row.addWidget(self._away)
        words.addLayout(row)
        words.addWidget(_words(about, "quiet"))
        return words

    def _offer(self, offered: Offered) -> QVBoxLayout | QHBoxLayout:
        arrival = next((a for a in self._adding.arrivals if a.wanted == offered.id), None)
        about = QVBoxLayout()
        about.setSpacing(2)
        about.addWidget(_words(offered.name, "heading"))
        about.addWidget(_words(self._told(offered), "meta"))
        if arrival is not None:
            return self._arrival(arrival, about)
        row = QHBoxLayout()
        row.setSpacing(GAP)
        row.addLayout(about, 1)
        row.addWidget(self._get(offered), 0, Qt.AlignmentFlag.AlignTop)
        return row

    def _told(self, offered: Offered) -> str:
        fetched = offered.fetched(self._installed)
        how = self.tr("{about} {size}, once, from {source}. {licence}.") if fetched else self.tr(
            "{about} It came with Undertone. {licence}.")
        return how.format(about=offered.about, size=megabytes_text(fetched),
                          source=offered.source, licence=offered.licence)

    def _asks(self, offered: Offered) -> str:
        fetched = offered.fetched(self._installed)
        if not fetched:
            return self.tr("Add it")
        asked = self.tr("Get both, {size}") if offered.base else self.tr("Get it, {size}")
        return asked.format(size=megabytes_text(fetched))

    def _get(self, offered: Offered) -> QWidget:
        if offered.id in self._installed:
            return _words(self.tr("Installed"), "meta")
        get = _button(self._asks(offered), self.tr("Get {name}").format(name=offered.name),
                      "primary" if self._first and not offered.base else "")
        get.clicked.connect(lambda: self._adding.get(offered.id))
        return get

    def _arrival(self, arrival: Arrival, about: QVBoxLayout | QLabel) -> QVBoxLayout:
        """What is on its way: its progress, or why it did not come and what can be done."""
        column = QVBoxLayout()
        column.setSpacing(SPACE)
        if isinstance(about, QLabel):
            column.addWidget(about)
        else:
            column.addLayout(about)
        if arrival.running and arrival.job is not None:
            line = JobLine(self._inner)
            line.stopped.connect(lambda: self._adding.cancel(arrival.key))
            self._lines[arrival.key] = line
            column.addWidget(line)
            self._show_progress(arrival)
        else:
            column.addLayout(self._trouble(arrival))
        return column

    def _trouble(self, arrival: Arrival) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(SPACE)
        words = QVBoxLayout()
        words.setSpacing(2)
        words.addWidget(_words(arrival.message, "" if arrival.stopped else "danger"))
        words.addWidget(_words(arrival.hint, "quiet"))
        if not arrival.stopped:
            row.addWidget(Sign(self._icons.icon(Glyph.WARNING, "danger")), 0,
                          Qt.AlignmentFlag.AlignTop)
        row.addLayout(words, 1)
        again = _button(self.tr("Go on") if arrival.stopped else self.tr("Try again"),
                        self.tr("Go on with {name}").format(name=arrival.name))
        again.clicked.connect(lambda: self._adding.go_on(arrival.key))
        leave = _button(self.tr("Dismiss"),
                        self.tr("Dismiss {name}").format(name=arrival.name), "plain")
        leave.clicked.connect(lambda: self._adding.dismiss(arrival.key))
        for button in (again, leave):
            row.addWidget(button, 0, Qt.AlignmentFlag.AlignTop)
        return row

    def _own(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(SPACE)
        words = QVBoxLayout()
        words.setSpacing(2)
        words.addWidget(_words(self.tr("A model you have"), "heading"))
        words.addWidget(_words(self.tr(
            "A .gguf or .undertone file, or a folder with config.json and .safetensors. You can "
            "drop it anywhere on this page."), "meta"))
        row.addLayout(words, 1)
        for text, act in ((self.tr("Choose a file…"), self.choose_file),
                          (self.tr("Choose a folder…"), self.choose_folder)):
            button = _button(text, text)
            button.clicked.connect(act)
            row.addWidget(button, 0, Qt.AlignmentFlag.AlignTop)
        return row

    def _hub(self) -> QVBoxLayout:
        """A model of a hub, by its name; what is typed outlives that the panel is made anew."""
        column, words = QVBoxLayout(), QVBoxLayout()
        column.setSpacing(SPACE)
        words.setSpacing(2)
        column.addLayout(words)
        words.addWidget(_words(self.tr("A model on Hugging Face"), "heading"))
        words.addWidget(_words(self.tr(
            "Fetched when you press the button, and at no other time. Llama, Mistral and Qwen "
            "models fit best; small ones answer quickest."), "meta"))
        field = HubField(self._named)
        field.typed.connect(self._remember)
        field.wanted.connect(lambda named: self._get_from_hub(field, named))
        column.addWidget(field)
        return column

    def _remember(self, named: str) -> None:
        self._named = named

    def _get_from_hub(self, field: HubField, named: str) -> None:
        self._named = ""  # first: the panel may be made anew by what comes of it
        try:
            self._adding.get_from_hub(named)
        except EngineError as problem:
            self._named = named
            field.show_trouble(problem)
        else:
            field.field.clear()

    def _show_progress(self, arrival: Arrival) -> None:
        line = self._lines.get(arrival.key)
        if line is not None and arrival.job is not None:
            job = arrival.job
            line.show_job(replace(running_job(job), title=job.message or job.title))

    def _focus(self, name: str) -> None:
        """The button or field of that name, or the first button there is: never somewhere else in
        the window."""
        for field in self._inner.findChildren(QLineEdit):
            if field.accessibleName() == name:
                field.setFocus(Qt.FocusReason.OtherFocusReason)
                return
        found = [button for button in self._inner.findChildren(QPushButton)
                 if not button.isHidden()]
        named = [button for button in found if button.accessibleName() == name]
        for button in (named or found)[:1]:
            button.setFocus(Qt.FocusReason.OtherFocusReason)


def _button(text: str, name: str, role: str = "") -> QPushButton:
    button = QPushButton(text)
    button.setAccessibleName(name)
    if role:
        button.setProperty("role", role)
    return button


def _words(words: str, role: str) -> QLabel:
    label = QLabel(words)
    label.setProperty("role", role)
    label.setWordWrap(role != "heading")
    label.setTextFormat(Qt.TextFormat.PlainText)
    if not words:  # never shown before it has a parent: it would be a window of its own
        label.hide()
    return label
