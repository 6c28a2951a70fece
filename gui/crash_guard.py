"""Keeps what took a process down from being opened in the window.

A model or a device is opened here under a mark that stays if the window dies of it: the next start
then leaves it alone and says so. Opens models, one at a time; ask from a work queue only.
"""

from collections.abc import Callable, Set
from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QMutex, QMutexLocker

from engine.errors import EngineError
from engine.models.manifest import TEXT_GENERATION
from engine.models.registry import ModelRegistry, RegistryEntry
from engine.models.trials import TrialBook, files_stamp, model_trial
from engine.settings import Settings

if TYPE_CHECKING:
    from engine.inference.devices import Device
    from engine.inference.language_model import TextModel

OpenOn = Callable[[RegistryEntry, int, "Device"], "TextModel"]


class CrashGuard:
    """`note` says why the device of the settings was not used the last time, "" if it was."""

    def __init__(self, registry: ModelRegistry, book: TrialBook,
                 read_settings: Callable[[], Settings], open_on: OpenOn | None = None) -> None:
        self._registry, self._book = registry, book
        self._read_settings = read_settings
        self._open_on = open_on or _open_on
        # Two marks of one model would each take the other for what stood there before.
        self._lock = QMutex()
        self.note = ""
        self.untried: Callable[[], Set[str]] = frozenset

    def entries(self) -> tuple[RegistryEntry, ...]:
        """The models that may be opened: not those that crashed, and those that were just added
        (`untried`) not before they have been tried."""
        waiting = self.untried()
        return tuple(entry for entry in self._registry.entries()
                     if entry.id not in waiting and not self._crashed(entry))

    def settings(self) -> Settings:
        """The person's settings, with a chat model that may be opened: the chosen one, else the
        first. Where every one crashed the choice stays, and opening it says why not."""
        now = self._read_settings()
        whole = [entry.id for entry in self.entries()
                 if entry.manifest and entry.manifest.task == TEXT_GENERATION]
        if now.chat_model in whole or not whole:
            return now
        return replace(now, chat_model=whole[0])

    def open_model(self, entry: RegistryEntry, settings: Settings) -> "TextModel":
        """Opens a chat model on the device of the settings, or on the processor where that
        device is in doubt. EngineError for one that crashed before."""
        # ONNX Runtime takes a tenth of a second to import: not before the window is there.
        from engine.inference.device_choice import choose_device, guarded

        with QMutexLocker(self._lock):
            if entry.manifest is None or self._crashed(entry):
                raise EngineError(f"{entry.id} crashed before, so it is not opened.",
                                  "Try it again under Models, or choose another one.")
            choice = choose_device(settings.device, self._book)
            self.note = choice.note
            mark = self._book.opening(model_trial(entry.id), files_stamp(entry.manifest))
            with mark, guarded(choice.device, self._book):
                return self._open_on(entry, settings.threads, choice.device)

    def _crashed(self, entry: RegistryEntry) -> bool:
        return entry.manifest is not None and self._book.crashed(
            model_trial(entry.id), files_stamp(entry.manifest))


def _open_on(entry: RegistryEntry, threads: int, device: "Device") -> "TextModel":
    from engine.inference.language_model import LanguageModel

    return LanguageModel.open(entry.folder, threads, device)
