"""`classify` on the command line, with a model that needs none."""

import io
import json
from pathlib import Path
from typing import Any

import pytest

from engine.cli.command import Context
from engine.cli.main import run as run_line
from engine.errors import EngineError
from engine.paths import AppPaths
from engine.settings import Settings
from tests.fakes import FakeTextModel


def chance(prompt: str, label: str) -> float:
    """Likes "positive" where the text shines, "Python" where it says def."""
    text = prompt.rpartition("Text:")[2]
    liked = {"positive": "shine" in text, "Python": "def" in text}.get(label.strip(), False)
    return (-1.0 + 3 * liked) * len(label.encode())


class Line:
    """The program on the command line, in this test's home."""

    def __init__(self, paths: AppPaths, capsys: pytest.CaptureFixture[str],
                 monkeypatch: pytest.MonkeyPatch) -> None:
        self.model = FakeTextModel("Because so.", chance)
        self.asked: list[str] = []
        self.paths = paths
        self._capsys, self._monkeypatch = capsys, monkeypatch
        self.out = self.err = ""

    def __call__(self, *arguments: str | Path, stdin: str = "") -> int:
        self._monkeypatch.setattr("sys.stdin", io.StringIO(stdin))
        code = run_line(["classify", *map(str, arguments)],
                        Context(self.paths, open_model=self.open))
        self.out, self.err = self._capsys.readouterr()
        return code

    def open(self, paths: AppPaths, model_id: str, settings: Settings) -> FakeTextModel:
        self.asked.append(model_id)
        return self.model

    def objects(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.out.splitlines()]


@pytest.fixture
def line(isolated_home: AppPaths, capsys: pytest.CaptureFixture[str],
         monkeypatch: pytest.MonkeyPatch) -> Line:
    return Line(isolated_home, capsys, monkeypatch)


def test_people_see_a_bar_a_label_and_the_word_list_beside_it(line: Line) -> None:
    assert line("--labels", "positive, negative", "May it shine, lovely") == 0
    text, first, second, words = line.out.splitlines()
    assert text == "May it shine, lovely"
    assert first.startswith("    positive  ████") and second.startswith("    negative  █")
    assert words.startswith("    The word list says: positive (+0.")


def test_scripts_get_an_object_a_text(line: Line) -> None:
    assert line("--labels", "C++, Python", "--json", "-",
                stdin="def f():\n\n   int main() {\n") == 0
    first, second = line.objects()
    assert first["text"] == "def f():" and first["label"] == "Python"
    assert sum(first["scores"].values()) == pytest.approx(1, abs=1e-5)
    assert list(first["scores"]) == ["C++", "Python"]
    assert first["calibration"] == "content-free" and "lexicon" not in first
    assert second["text"] == "int main() {"


def test_the_word_list_stands_in_the_object_for_polarity(line: Line) -> None:
    line("--labels", "good,bad", "--json", "I hate this")
    [told] = line.objects()
    assert told["lexicon"]["label"] == "bad" and told["lexicon"]["compound"] < 0
    line("--labels", "good,bad", "--json", "a table")
    assert line.objects()[0]["lexicon"] == {"label": None, "compound": 0.0}
    line("--labels", "good,bad", "a table")
    assert "knows none of these words" in line.out


def test_the_labels_choose_the_prompt_unless_one_is_named(line: Line) -> None:
    line("--labels", "positive,negative", "x")
    assert "Sentiment:" in line.model.prompts[-1]
    line("--labels", "a,b", "x")
    assert "Options: a, b" in line.model.prompts[-1]
    line("--labels", "a,b", "--prompt", "reason-first", "x")
    assert "Because so." in line.model.prompts[-1]
    assert "Because so." in line.out


def test_a_persons_own_prompt_is_used(line: Line) -> None:
    line.paths.own_prompts.mkdir(parents=True)
    (line.paths.own_prompts / "mine.toml").write_text('item = "<{text}>"\nanswer = "="')
    assert line("--labels", "a,b", "--prompt", "mine", "x") == 0
    assert line.model.prompts[-1] == "<x>\n="


def test_a_prompt_for_other_labels_is_refused(line: Line) -> None:
    assert line("--labels", "C++,Python", "--prompt", "polarity", "x") == 2
    assert "made for other labels: positive, negative." in line.err


def test_texts_of_ones_own_calibrate(line: Line, tmp_path: Path) -> None:
    file = tmp_path / "texts.txt"
    file.write_text("\ufeffshine\nmud\n\n" + "rain\n" * 300, "utf-8")
    assert line("--labels", "positive,negative", "--calibrate", file, "--json", "mud") == 0
    assert line.objects()[0]["calibration"] == "batch"
    assert "The first 200 of 302 texts" in line.err


@pytest.mark.parametrize("content, sentence", [
    (None, "cannot be read"), (b"\xff\xfe", "not text in UTF-8"), (b"\n \n", "holds no texts")])
def test_a_file_that_cannot_calibrate_is_said_before_a_model_is_opened(
        line: Line, tmp_path: Path, content: bytes | None, sentence: str) -> None:
    file = tmp_path / "texts.txt"
    if content is not None:
        file.write_bytes(content)
    assert line("--labels", "a,b", "--calibrate", file, "x") == 2
    assert sentence in line.err and not line.asked


def test_the_model_asked_for_is_opened_once(line: Line) -> None:
    line("--labels", "a,b", "--model", "smol", "-", stdin="x\ny\nz\n")
    assert line.asked == ["smol"] and len(line.out.splitlines()) == 9


@pytest.mark.parametrize("arguments, sentence", [
    (("--labels", "a,b"), "no text to classify"), (("--labels", "a,b", "  "), "no text"),
    (("--labels", "a", "x"), "two labels"), (("--labels", "a,b", "--prompt", "no", "x"), "no prom"),
    (("x",), "--labels"),
])
def test_what_cannot_be_done_is_a_known_error(line: Line, arguments: tuple[str, ...],
                                              sentence: str) -> None:
    assert line(*arguments) == 2
    assert sentence in line.err and not line.out


def test_a_text_that_was_cut_is_said(line: Line) -> None:
    line.model.window = 600
    assert line("--labels", "a,b", "long " * 500) == 0
    assert "its end was not read" in line.out
    # AND a page is not shown again, only enough to know it by
    assert line.out.startswith("long long") and line.out.count("long ") < 50
    line("--labels", "a,b", "--json", "long " * 500)
    assert line.objects()[0]["cut"] is True


def test_without_a_model_there_is_a_sentence(
        isolated_home: AppPaths, capsys: pytest.CaptureFixture[str]) -> None:
    assert run_line(["classify", "--labels", "a,b", "x"], Context(isolated_home)) == 2
    assert "No chat model is installed." in capsys.readouterr().err


def test_what_is_no_text_is_said(line: Line, monkeypatch: pytest.MonkeyPatch) -> None:
    class Broken(io.StringIO):
        def __iter__(self):
            raise UnicodeDecodeError("utf-8", b"\xff", 0, 1, "no")

    line.asked.clear()
    monkeypatch.setattr("io.StringIO", lambda text: Broken(text))
    assert line("--labels", "a,b") == 2
    assert "not text in UTF-8" in line.err


def test_a_model_that_cannot_be_opened_is_told(
        isolated_home: AppPaths, capsys: pytest.CaptureFixture[str]) -> None:
    def broken(paths: AppPaths, model_id: str, settings: Settings) -> FakeTextModel:
        raise EngineError("It is broken.", "Add it again.")

    code = run_line(["classify", "--labels", "a,b", "x"], Context(isolated_home, open_model=broken))
    assert code == 2 and "It is broken." in capsys.readouterr().err
