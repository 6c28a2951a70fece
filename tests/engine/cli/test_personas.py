"""`personas` on the command line: listed, brought in, given away."""

import json
from pathlib import Path
from typing import Any

import pytest

from engine.chat.cards.reading import read_card
from engine.chat.cards.writing import write_card
from engine.chat.persona import Persona
from engine.cli.command import Context
from engine.cli.main import run
from engine.paths import AppPaths

ANN = Persona("Ann Lee", "Ann", "Sails\x1b[2J\nfar.", greetings=("Ahoy.",), tags=("sea",))


class Line:
    """The command, and what it printed."""

    def __init__(self, paths: AppPaths, capsys: pytest.CaptureFixture[str]) -> None:
        self._paths, self._capsys = paths, capsys
        self.out = self.err = ""

    def __call__(self, *arguments: object) -> int:
        code = run(["personas", *map(str, arguments)], Context(self._paths))
        self.out, self.err = self._capsys.readouterr()
        return code

    def rows(self) -> list[dict[str, Any]]:
        return [json.loads(row) for row in self.out.splitlines()]


@pytest.fixture
def line(isolated_home: AppPaths, capsys: pytest.CaptureFixture[str]) -> Line:
    return Line(isolated_home, capsys)


@pytest.fixture
def card(tmp_path: Path) -> Path:
    write_card(ANN, b"", tmp_path / "ann.png", "png", now=1)
    return tmp_path / "ann.png"


def test_those_that_come_with_the_program_are_there(line: Line) -> None:
    assert line("list") == 0
    assert len(line.out.splitlines()) == 6 and "Teo Marangoni" in line.out


def test_a_card_is_brought_in_once(line: Line, card: Path) -> None:
    assert line("import", card) == 0 and line.out == "Ann Lee is in the library.\n"
    assert line("import", card) == 0 and line.out == "Ann Lee was there already.\n"
    line("list", "--json")
    rows = line.rows()
    ann = next(row for row in rows if row["name"] == "Ann Lee")
    assert (ann["tags"], ann["shipped"], ann["talks"]) == (["sea"], False, 0) and len(rows) == 7
    # AND what a card says about itself gives the terminal no orders
    line("list")
    assert "Ann Lee  Sails[2J far.\n" in line.out


def test_a_broken_card_keeps_no_other_out(line: Line, card: Path, tmp_path: Path) -> None:
    broken = tmp_path / "broken.json"
    broken.write_text("{")
    assert line("import", broken, tmp_path / "none.png", card) == 2
    assert line.out == "Ann Lee is in the library.\n"
    assert "broken.json: " in line.err and "none.png: " in line.err


@pytest.mark.parametrize("ending", [".png", ".json", ".CHARX"])
def test_a_persona_goes_out_as_it_came(line: Line, card: Path, tmp_path: Path,
                                       ending: str) -> None:
    line("import", card)
    given = tmp_path / f"given{ending}"
    assert line("export", "ann lee", given) == 0
    read = read_card(given).persona
    assert (read.name, read.called, read.greetings) == ("Ann Lee", "Ann", ("Ahoy.",))
    # AND nothing is written over unasked
    assert line("export", "Ann", given) == 2 and "--force" in line.err
    assert line("export", "Ann", given, "--force") == 0


def test_what_makes_no_sense_is_a_known_error(line: Line, tmp_path: Path) -> None:
    assert line("export", "Nobody", tmp_path / "x.png") == 2 and "Teo Marangoni" in line.err
    assert line("export", "Teo", tmp_path / "x.txt") == 2 and "x.txt" in line.err
    assert line("import") == 2 and line() == 2
    assert list(tmp_path.glob("x.*")) == []
