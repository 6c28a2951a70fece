"""Where everything lives on this machine.

One frozen value, built once in main() and passed on; nothing else asks the system for folders.
UNDERTONE_HOME moves all of the person's data to one folder (tests, portable use).
"""

import os
import sys
from dataclasses import dataclass
from pathlib import Path

import platformdirs


@dataclass(frozen=True, slots=True)
class AppPaths:
    """The person's data folder and the program's own read-only resources."""

    home: Path
    resources: Path

    @property
    def library_file(self) -> Path:
        return self.home / "library.sqlite3"

    @property
    def backups(self) -> Path:
        return self.home / "backups"

    @property
    def cache(self) -> Path:
        """What can be made again at any time."""
        return self.home / "cache"

    @property
    def writing_lock(self) -> Path:
        """Held by whoever writes moods into files."""
        return self.home / "writing.lock"

    @property
    def in_use_mark(self) -> Path:
        """Held while the person's chat or tagging works; trainings look at it."""
        return self.home / "in_use.lock"

    @property
    def settings_file(self) -> Path:
        return self.home / "settings.json"

    @property
    def models(self) -> Path:
        return self.home / "models"

    @property
    def shipped_models(self) -> Path:
        return self.resources / "models"

    @property
    def hub_token(self) -> Path:
        """May hold the person's secret for a hub; only they may be able to read it."""
        return self.home / "hub-token"

    @property
    def trials(self) -> Path:
        return self.home / "trials"

    @property
    def jobs(self) -> Path:
        return self.home / "jobs"

    @property
    def logs(self) -> Path:
        return self.home / "logs"

    @property
    def samples(self) -> Path:
        return self.resources / "samples"

    @property
    def shipped_personas(self) -> Path:
        """The personas that come with the program."""
        return self.resources / "personas"

    @property
    def shipped_scenes(self) -> Path:
        """The scenes that come with the program."""
        return self.resources / "scenes"

    @property
    def moods_file(self) -> Path:
        return self.resources / "moods.toml"

    @property
    def shipped_measurement(self) -> Path:
        """How good the taggers are, as it was measured for this version of the program."""
        return self.resources / "measured" / "taggers.json"

    @property
    def prompts(self) -> Path:
        """How models are asked which label fits, as it came with the program."""
        return self.resources / "prompts" / "classify"

    @property
    def own_prompts(self) -> Path:
        """The person's own prompts; one of the same name is used instead of ours."""
        return self.home / "prompts"

    @property
    def dialogue_formats(self) -> Path:
        """How talks are written for a model, as it came with the program."""
        return self.resources / "prompts" / "dialogue"

    @property
    def own_life_phrases(self) -> Path:
        """How characters tell what they know of themselves, and what they do not."""
        return self.resources / "prompts" / "own_life.toml"

    @property
    def own_dialogue_formats(self) -> Path:
        """The person's own formats; one of the same name is used instead of ours."""
        return self.own_prompts / "dialogue"


def find_paths() -> AppPaths:
    """The paths of this run: UNDERTONE_HOME if set, else the system's folder for program data."""
    chosen = os.environ.get("UNDERTONE_HOME")
    home = Path(chosen) if chosen else Path(platformdirs.user_data_dir("Undertone", False))
    return AppPaths(home=home, resources=program_resources())


def program_resources() -> Path:
    """The read-only files of the program that runs now. Jobs ask for it instead of carrying it:
    a job that stopped may be resumed by a program that was updated, or lies elsewhere."""
    return program_folder() / "resources"


def program_folder() -> Path:
    """The folder that holds resources/: the checkout, or the unpacked frozen program."""
    frozen = getattr(sys, "_MEIPASS", None)
    return Path(frozen) if frozen else Path(__file__).resolve().parent.parent
