"""The program on the command line with a library of songs behind it, and the fake tagger."""

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from engine.cli.command import Context
from engine.cli.main import run
from engine.paths import AppPaths
from tests.engine.tagging.tiny_audio import write_tiny
from tests.fakes import FakeTagger

RAIN = "The rain came down on the harbour wall\nand I cry goodbye to you all\n"
SUN = "The sun is a bright brass band\nso dance with the dust in your hand\n"
SEA = "The quiet sea in the evening is slow\nsleep in the quiet and let the day go\n"


@dataclass
class ShelfLine:
    """Runs command lines in this test's home; `songs` is the folder of the recordings."""

    context: Context
    capsys: pytest.CaptureFixture[str]
    songs: Path
    out: str = ""
    err: str = ""
    names: list[str] = field(default_factory=list)

    def __call__(self, *arguments: str | Path) -> int:
        code = run([str(argument) for argument in arguments], self.context)
        self.out, self.err = self.capsys.readouterr()
        return code

    def objects(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.out.splitlines()]

    def record(self, name: str, words: str) -> Path:
        """A recording of a few hundred bytes, its lyric beside it."""
        self.songs.mkdir(exist_ok=True)
        file = write_tiny(self.songs / name)
        file.with_suffix(".txt").write_text(words, "utf-8")
        return file

    def tag(self, *more: str) -> None:
        assert self("tag", self.songs, *more) == 0, self.err

    def titles(self, *arguments: str) -> list[str]:
        """What `library search` finds, in its order."""
        assert self("library", "search", "--json", *arguments) == 0, self.err
        return [Path(told["path"]).stem for told in self.objects()]


@pytest.fixture
def shelf(isolated_home: AppPaths, tmp_path: Path,
          capsys: pytest.CaptureFixture[str]) -> ShelfLine:
    """Three tagged songs: one sad, one happy, one calm."""
    tagger = FakeTagger()
    line = ShelfLine(Context(isolated_home, open_tagger=lambda paths, wanted, settings: tagger),
                     capsys, tmp_path / "music")
    line.record("Rain.mp3", RAIN)
    line.record("Sun.flac", SUN)
    line.record("Sea.m4a", SEA)
    line.tag()
    return line
