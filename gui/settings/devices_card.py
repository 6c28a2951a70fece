"""The card that says where models run: devices by name, a trial of each, processor threads."""

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from engine.settings import Settings
from gui.controls import Choice, Number
from gui.form import FormCard
from gui.settings.devices import PROCESSOR, DeviceRow, DevicesPresenter
from gui.settings.presenter import SettingsPresenter
from gui.text_line import selectable_line as _line
from gui.theme import SPACE

MOST_THREADS = 64
MOST_NODES = 6


class DevicesCard(FormCard):
    """Shows the chosen device, how its trial went, and what runs on the processor instead."""

    def __init__(self, settings: SettingsPresenter, devices: DevicesPresenter,
                 parent: QWidget | None = None) -> None:
        super().__init__(*_heading(), parent)
        self._settings, self._devices = settings, devices
        self._choice = Choice([(PROCESSOR, self.tr("Processor"))], self._choose)
        self._try = QPushButton(self.tr("Try it"))
        self._try.clicked.connect(lambda: devices.try_out(self._shown))
        self._state, self._nodes = _line("meta-ink"), _line("meta")
        self._threads = Number(0, MOST_THREADS, 1, "", settings.set_threads, self.tr("Automatic"))
        self._shown = settings.current.device
        self.add_row(self.tr("Run models on"), self._first_row())
        self.add_wide(self._outcome())
        self.add_row(self.tr("Processor threads"), self._threads, self.tr(
            "How many cores models may use. Fewer keeps the computer quieter."))
        settings.changed.connect(self._take_settings)
        devices.changed.connect(self._show)
        self._take_settings(settings.current)

    def _first_row(self) -> QWidget:
        holder = QWidget()
        row = QHBoxLayout(holder)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(SPACE)
        row.addWidget(self._choice)
        row.addWidget(self._try)
        row.addStretch(1)
        holder.setFocusProxy(self._choice)
        return holder

    def _outcome(self) -> QWidget:
        holder = QWidget()
        column = QVBoxLayout(holder)
        column.setContentsMargins(0, SPACE // 2, 0, 0)
        column.setSpacing(2)
        column.addWidget(self._state)
        column.addWidget(self._nodes)
        return holder

    def _choose(self, name: str) -> None:
        self._shown = name
        self._devices.choose(name)
        self._show()

    def _take_settings(self, settings: Settings) -> None:
        self._threads.show_value(settings.threads)
        self._shown = settings.device
        self._show()

    def _show(self) -> None:
        row = self._devices.row(self._shown)
        missing = row is None and not self._devices.loading
        offered = [(each.name, each.title) for each in self._devices.rows]
        if missing:
            offered.append((self._shown, self.tr("{name} (not here)").format(name=self._shown)))
        if offered:
            self._choice.offer(offered)
        self._choice.show_value(self._shown)
        self._try.setEnabled(row is not None and not row.trying)
        self._try.setText(self._try_words(row))
        words, bad = (self.tr(
            "The device chosen before is not offered any more; the processor is used."), True) \
            if missing else self._words(row)
        self._say(self._state, words, "danger" if bad else "meta-ink")
        self._say(self._nodes, self._fallen_back(row), "meta")

    def _try_words(self, row: DeviceRow | None) -> str:
        if row is not None and row.trying:
            return self.tr("Trying…")
        return self.tr("Try again") if row is not None and row.trial else self.tr("Try it")

    def _words(self, row: DeviceRow | None) -> tuple[str, bool]:
        """What is known of the device, and whether that is bad news."""
        if row is None or row.trying:
            return (self.tr("It loads a model and answers with it; this takes a few seconds.")
                    if row else ""), False
        used = row.name == self._settings.current.device
        trial = row.trial
        if trial is None:
            return ("" if row.name == PROCESSOR else self.tr("Not tried with its present driver "
                                                             "yet.")), False
        if trial.outcome != "works":
            told = f"{trial.message} {trial.hint}".strip()
            instead = self.tr(" The processor is used instead.") if row.name != PROCESSOR else ""
            return f"{told}{instead}", True
        return (trial.message or self.tr("It works.")) + (
            "" if used else self.tr(" It is not in use.")), False

    def _fallen_back(self, row: DeviceRow | None) -> str:
        nodes = row.trial.fallen_back if row is not None and row.trial else ()
        if not nodes:
            return ""
        named = ", ".join(nodes[:MOST_NODES])
        more = self.tr(" and {n} more").format(n=len(nodes) - MOST_NODES) \
            if len(nodes) > MOST_NODES else ""
        return self.tr("On the processor all the same: {names}{more}.").format(
            names=named, more=more)

    @staticmethod
    def _say(label: QLabel, words: str, role: str) -> None:
        label.setText(words)
        label.setVisible(bool(words))
        if label.property("role") != role:
            label.setProperty("role", role)
            label.style().polish(label)


def _heading() -> tuple[str, str]:
    translate = QCoreApplication.translate
    return translate("DevicesCard", "Devices"), translate(
        "DevicesCard", "Where models run. A graphics card is tried in a process of its own before "
        "it is used, so that a broken driver cannot take the window down.")
