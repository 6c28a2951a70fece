"""The person's settings: what holds now, changed at once and saved at once.

Knows no widgets. A file that cannot be written is told, and the change still holds for this run.
"""

from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from engine.errors import EngineError
from engine.settings import (
    CollationSettings,
    Settings,
    WritingSettings,
    load_settings,
    save_settings,
)


class SettingsPresenter(QObject):
    """`changed` carries the new Settings, and only when they differ from the old."""

    changed = Signal(object)
    problem_raised = Signal(object)

    def __init__(self, file: Path, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._file = file
        self.current = load_settings(file)

    def use(self, settings: Settings) -> None:
        """Takes and saves settings."""
        if settings == self.current:
            return
        self.current = settings
        self._save()
        self.changed.emit(settings)

    def set_appearance(self, appearance: str) -> None:
        self.use(replace(self.current, appearance=appearance))

    def set_reduce_motion(self, reduce: bool) -> None:
        self.use(replace(self.current, reduce_motion=reduce))

    def set_tagger(self, tagger: str) -> None:
        self.use(replace(self.current, tagger=tagger))

    def set_excerpt_tokens(self, tokens: int) -> None:
        self.use(replace(self.current, excerpt_tokens=tokens))

    def set_threads(self, threads: int) -> None:
        self.use(replace(self.current, threads=threads))

    def set_device(self, device: str) -> None:
        self.use(replace(self.current, device=device))

    def set_chat_model(self, model: str) -> None:
        self.use(replace(self.current, chat_model=model))

    def set_chat_temperature(self, temperature: float) -> None:
        self.use(replace(self.current, chat_temperature=round(temperature, 2)))

    def set_chat_max_tokens(self, tokens: int) -> None:
        self.use(replace(self.current, chat_max_tokens=tokens))

    def set_system_prompt(self, prompt: str) -> None:
        self.use(replace(self.current, system_prompt=prompt))

    def set_strictness(self, strictness: float) -> None:
        self._collate(replace(self.current.collation, strictness=round(strictness, 2)))

    def set_most_tags(self, most: int) -> None:
        self._collate(replace(self.current.collation, most_tags=most))

    def set_peak_share(self, share: float) -> None:
        self._collate(replace(self.current.collation, peak_share=round(share, 2)))

    def set_count_repeats(self, count: bool) -> None:
        self._collate(replace(self.current.collation, count_repeats=count))

    def set_experimental(self, show: bool) -> None:
        self._collate(replace(self.current.collation, experimental=show))

    def set_most_daily_backups(self, most: int) -> None:
        self.use(replace(self.current, most_daily_backups=most))

    def set_writing(self, writing: WritingSettings) -> None:
        self.use(replace(self.current, writing=writing))

    def restore(self) -> None:
        """Back to the defaults, but for the models that were chosen and the words that were
        written: those are not taken away with one press."""
        self.use(self._defaults())

    @property
    def untouched(self) -> bool:
        """Whether `restore` would change nothing."""
        return self.current == self._defaults()

    def _defaults(self) -> Settings:
        now = self.current
        return Settings(tagger=now.tagger, chat_model=now.chat_model,
                        system_prompt=now.system_prompt)

    def _collate(self, collation: CollationSettings) -> None:
        self.use(replace(self.current, collation=collation))

    def _save(self) -> None:
        try:
            save_settings(self._file, self.current)
        except OSError as trouble:
            self.problem_raised.emit(EngineError(
                self.tr("The settings could not be saved: {why}.").format(
                    why=trouble.strerror or trouble),
                self.tr("They hold until the window closes. Check that {folder} can be"
                        " written to.").format(folder=self._file.parent)))
