"""`dialogue` on the command line: personas talk, with a model that needs none."""

import json
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import msgspec
import pytest

from engine.chat.cards.writing import write_card
from engine.chat.conversation import Conversation, MessageState
from engine.chat.conversation_store import ConversationStore
from engine.chat.persona import Persona
from engine.chat.persona_store import PersonaStore
from engine.chat.scene import Scene, SpokenLine
from engine.cli.command import Context
from engine.cli.main import run as run_line
from engine.errors import EngineError
from engine.inference.text_model import TextPiece, TextRequest
from engine.library.database import Database
from engine.paths import AppPaths
from engine.settings import Settings
from tests.fakes import FakeTextModel

ANN = Persona("Ann", greetings=("Ahoy, {{user}}.",), facts=("Ann sails.",))
BEN = Persona("Ben\x1b[2J", "Ben")


class Talker(FakeTextModel):
    """Says another number each time."""

    def __init__(self, **options: Any) -> None:
        super().__init__(lambda _: f"Number {len(self.requests)}\x07 it is.", **options)
        self.requests: list[TextRequest] = []

    def stream(self, prompt: str, request: TextRequest) -> Iterator[TextPiece]:
        self.requests.append(request)
        yield from super().stream(prompt, request)


class Line:
    """The program on the command line, in this test's home."""

    def __init__(self, paths: AppPaths, capsys: pytest.CaptureFixture[str]) -> None:
        self.paths, self._capsys = paths, capsys
        self.model = Talker()
        self.out = self.err = ""

    def __call__(self, *arguments: object) -> int:
        code = run_line(["dialogue", *map(str, arguments)],
                        Context(self.paths, open_model=self.open))
        self.out, self.err = self._capsys.readouterr()
        return code

    def open(self, paths: AppPaths, model_id: str, settings: Settings) -> FakeTextModel:
        return self.model

    def stored(self) -> list[Conversation]:
        with closing(Database.open(self.paths.library_file)) as database:
            store = ConversationStore(database)
            return [store.conversation(row.id) for row in store.rows()]

    def personas(self) -> list[str]:
        with closing(Database.open(self.paths.library_file)) as database:
            return [row.name for row in PersonaStore(database).rows() if not row.shipped]


@pytest.fixture
def line(isolated_home: AppPaths, capsys: pytest.CaptureFixture[str]) -> Line:
    return Line(isolated_home, capsys)


@pytest.fixture
def cards(tmp_path: Path) -> list[object]:
    """Options that name two cards."""
    write_card(ANN, b"", tmp_path / "ann.json", "json", now=1)
    write_card(BEN, b"", tmp_path / "ben.png", "png", now=1)
    return ["--persona", tmp_path / "ann.json", "--persona", tmp_path / "ben.png"]


def test_two_cards_talk(line: Line, cards: list[object]) -> None:
    assert line(*cards, "--turns", 3) == 0
    # THEN each turn is a line, and no card gives orders to the terminal
    assert line.out.splitlines() == [
        "Ann: Ahoy, Ben.", "Ben: Number 1 it is.", "Ann: Number 2 it is.", "Ben: Number 3 it is."]
    conversation, = line.stored()
    assert [m.author for m in conversation.path] == ["Ann", "Ben", "Ann", "Ben"]
    assert line.model.requests[0].max_tokens == 120


def test_cards_join_the_library_once(line: Line, cards: list[object]) -> None:
    line(*cards, "--turns", 1)
    line(*cards, "--turns", 1)
    assert len(line.personas()) == 2 and len(line.stored()) == 2


def test_nothing_is_stored_where_that_is_wished(line: Line, cards: list[object]) -> None:
    assert line(*cards, "--turns", 1, "--no-store") == 0
    assert not line.paths.library_file.exists()
    # BUT names of the library are found
    line(*cards, "--turns", 1)
    assert line("--persona", "Ann", "--persona", "Teo", "--turns", 1, "--no-store") == 0
    assert len(line.stored()) == 1


def test_scripts_get_an_object_a_turn(line: Line, cards: list[object]) -> None:
    assert line(*cards, "--turns", 2, "--json", "--seed", 4) == 0
    told = [json.loads(row) for row in line.out.splitlines()]
    assert [turn["speaker"] for turn in told] == ["Ann", "Ben", "Ann"]
    assert all(turn["state"] == "whole" for turn in told) and "seed" in told[1]
    assert told[1]["text"] == "Number 1\x07 it is."


def test_the_same_seed_has_the_same_order(line: Line, cards: list[object]) -> None:
    orders: list[list[str]] = []
    for _ in range(2):
        line(*cards, "--persona", "Teo", "--turns", 6, "--seed", 3, "--no-store")
        orders.append([row.partition(":")[0] for row in line.out.splitlines()])
    assert orders[0] == orders[1] and len(orders[0]) == 7


def test_a_scene_brings_its_cast_and_opens(line: Line, tmp_path: Path) -> None:
    scene = Scene("Tea", "They wait.", cast=("Teo Marangoni", "Nadia Holm"),
                  opening=(SpokenLine("", "Rain."), SpokenLine("Teo", "Well, {{char}}?")))
    file = tmp_path / "tea.json"
    file.write_bytes(msgspec.json.encode(scene))
    assert line("--scene", file, "--turns", 1, "--format", "movie") == 0
    assert line.out == "Rain.\nTeo: Well, Teo?\nNadia: Number 1 it is.\n"
    assert "###C###" in line.model.prompts[0] and "They wait." in line.model.prompts[0]


def test_a_shipped_scene_is_found_by_its_title(line: Line) -> None:
    assert line("--scene", "snowed in at quarter to five", "--turns", 1, "--no-store") == 0
    assert len(line.out.splitlines()) == 4


def test_a_persona_can_be_written_by_hand(line: Line, tmp_path: Path) -> None:
    own = tmp_path / "own.toml"
    own.write_text('name = "Zoe"\nfacts = ["Zoe whistles."]')
    assert line("--persona", own, "--persona", "Teo", "--turns", 2) == 0
    assert "Zoe: " in line.out


@pytest.mark.parametrize("arguments, told", [
    ([], "two who talk"), (["--persona", "Teo"], "two who talk"),
    (["--persona", "Teo", "--persona", "Nobody"], "no persona “Nobody”"),
    (["--persona", "Teo", "--persona", "Teo"], "Two of the cast"),
    (["--scene", "Nowhere"], "no scene “Nowhere”"),
    (["--persona", "Teo", "--persona", "Nadia", "--format", "gone"], "no prompt format"),
    (["--persona", "Teo", "--persona", "Nadia", "--turns", "0"], "must be from 1"),
])
def test_what_makes_no_sense_is_a_known_error(line: Line, arguments: list[str],
                                              told: str) -> None:
    assert line(*arguments) == 2
    assert told in line.err and not line.model.prompts


def test_a_broken_file_is_a_sentence(line: Line, tmp_path: Path) -> None:
    broken = tmp_path / "broken.toml"
    broken.write_text("name = ")
    assert line("--persona", broken, "--persona", "Teo") == 2 and "holds no persona" in line.err
    assert line("--scene", broken) == 2 and "holds no scene" in line.err


def test_without_a_model_nothing_is_kept(line: Line, cards: list[object]) -> None:
    def none(*_: object) -> FakeTextModel:
        raise EngineError("No chat model is installed.", "Add one under Models.")

    line.open = none  # type: ignore[method-assign]
    assert line(*cards) == 2 and not line.paths.library_file.exists()


def test_ctrl_c_keeps_what_was_said(line: Line, cards: list[object]) -> None:
    def interrupt() -> None:
        if line.model.tokens == 30:
            line.model.tokens += 1
            raise KeyboardInterrupt

    line.model = Talker(before_token=interrupt)
    assert line(*cards, "--turns", 5) == 3
    assert line.out.startswith("Ann: Ahoy, Ben.\nBen: Number 1 it is.\nAnn: Num")
    assert "kept" in line.err
    assert line.stored()[0].path[-1].state is MessageState.STOPPED
