"""`rewrite` on the command line, with a model and a tagger that need none."""

import io
import json
from typing import Any

import pytest

from engine.cli.command import Context
from engine.cli.main import run as run_line
from engine.paths import AppPaths
from engine.settings import Settings
from tests.fakes import FakeTagger, FakeTextModel

LINE = "We walk home on the river road"
SAD = "We walk home on the river road with tears"


class Line:
    """The program on the command line, in this test's home."""

    def __init__(self, paths: AppPaths, capsys: pytest.CaptureFixture[str],
                 monkeypatch: pytest.MonkeyPatch) -> None:
        self.model = FakeTextModel(SAD)
        self.paths = paths
        self.opened: list[str] = []
        self._capsys, self._monkeypatch = capsys, monkeypatch
        self.out = self.err = ""

    def __call__(self, *arguments: str, stdin: str = "") -> int:
        self._monkeypatch.setattr("sys.stdin", io.StringIO(stdin))
        code = run_line(["rewrite", *arguments], Context(
            self.paths, open_tagger=self._tagger, open_model=self._model))
        self.out, self.err = self._capsys.readouterr()
        return code

    def _tagger(self, paths: AppPaths, tagger_id: str, settings: Settings) -> FakeTagger:
        self.opened.append(tagger_id)
        return FakeTagger()

    def _model(self, paths: AppPaths, model_id: str, settings: Settings) -> FakeTextModel:
        self.opened.append(model_id)
        return self.model

    def objects(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.out.splitlines()]


@pytest.fixture
def line(isolated_home: AppPaths, capsys: pytest.CaptureFixture[str],
         monkeypatch: pytest.MonkeyPatch) -> Line:
    return Line(isolated_home, capsys, monkeypatch)


def test_the_rewritten_text_alone_goes_to_stdout(line: Line) -> None:
    assert line("--towards", "sad", "--model", "m", "--tagger", "t", LINE) == 0
    assert line.out == SAD + "\n" and "No sentence encoder" in line.err
    assert line.opened == ["t", "m"]


def test_a_text_can_come_in_on_stdin(line: Line) -> None:
    assert line("--towards", "sadness", stdin=f"{LINE}\n\n***\n") == 0
    assert line.out == f"{SAD}\n\n***\n"


def test_candidates_are_shown_where_they_are_asked_for(line: Line) -> None:
    assert line("--towards", "sadness", "--all", LINE) == 0
    before, candidate, blank, after = line.out.splitlines()
    assert before == LINE and blank == "" and after == SAD
    assert candidate.startswith("  * +") and candidate.endswith(f"88%  {SAD}")


def test_scripts_get_an_object_a_line_and_one_for_the_whole(line: Line) -> None:
    assert line("--towards", "sadness", "--candidates", "2", "--json", f"{LINE}\n{LINE}") == 0
    first, second, whole = line.objects()
    assert first["line"] == 0 and second["line"] == 1 and first["after"] == SAD
    assert first["candidates"] == [{"text": SAD, "shift": first["candidates"][0]["shift"],
                                    "kept": 0.875, "better": True}]
    assert whole["mood"] == "sadness" and whole["after"] == f"{SAD}\n{SAD}" and whole["shift"] > 0


def test_a_text_that_could_not_be_moved_stays_and_says_so(line: Line) -> None:
    line.model = FakeTextModel("We dance home on the river road")
    assert line("--towards", "sadness", LINE) == 0
    assert line.out == LINE + "\n" and "stays as it is" in line.err


def test_nothing_reaches_the_terminal_that_could_order_it_about(line: Line) -> None:
    line.model = FakeTextModel("\x1b[31m" + SAD)
    assert line("--towards", "sadness", "--all", LINE) == 0
    assert "\x1b" not in line.out and "[31m" + SAD in line.out


@pytest.mark.parametrize(("arguments", "why"), [
    (("--towards", "sadness", " "), "nothing to rewrite"),
    (("--towards", "sadness"), "nothing to rewrite"),
    (("--towards", "blue cheese", LINE), "“blue cheese” is no mood"),
    (("--towards", "sadness", "--candidates", "0", LINE), "from 1 to 32"),
    (("--towards", "sadness", "--candidates", "x", LINE), "from 1 to 32"),
    ((LINE,), "--towards"),
])
def test_what_cannot_be_done_gets_a_sentence(line: Line, arguments: tuple[str, ...],
                                             why: str) -> None:
    assert line(*arguments) == 2
    assert why in line.err and line.out == ""
