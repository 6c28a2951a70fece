"""`chat` on the command line, with a model that needs none."""

import io
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from engine.chat.cards.writing import write_card
from engine.chat.conversation import Conversation, MessageState, Role
from engine.chat.conversation_store import ConversationStore
from engine.chat.persona import Persona
from engine.cli.command import Context
from engine.cli.main import run as run_line
from engine.errors import EngineError
from engine.inference.process_figures import resident_bytes, seconds_since_start
from engine.inference.text_model import TextPiece, TextRequest
from engine.library.database import Database
from engine.paths import AppPaths
from engine.settings import Settings, save_settings
from tests.fakes import FakeTextModel


class Writer(FakeTextModel):
    """Keeps what it was asked for."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.requests: list[TextRequest] = []

    def stream(self, prompt: str, request: TextRequest) -> Iterator[TextPiece]:
        self.requests.append(request)
        yield from super().stream(prompt, request)


class Line:
    """The program on the command line, in this test's home."""

    def __init__(self, paths: AppPaths, capsys: pytest.CaptureFixture[str],
                 monkeypatch: pytest.MonkeyPatch) -> None:
        self.paths = paths
        self.model = Writer("Hello, you.")
        self.opened: list[str] = []
        self._capsys, self._monkeypatch = capsys, monkeypatch
        self.out = self.err = ""

    def __call__(self, *arguments: str, stdin: str = "") -> int:
        self._monkeypatch.setattr("sys.stdin", io.StringIO(stdin))
        code = run_line(["chat", *arguments], Context(self.paths, open_model=self.open))
        self.out, self.err = self._capsys.readouterr()
        return code

    def open(self, paths: AppPaths, model_id: str, settings: Settings) -> FakeTextModel:
        self.opened.append(model_id)
        return self.model

    def objects(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.out.splitlines()]

    def stored(self) -> list[Conversation]:
        if not self.paths.library_file.exists():
            return []
        database = Database.open(self.paths.library_file)
        try:
            store = ConversationStore(database)
            return [store.conversation(row.id) for row in store.rows()]
        finally:
            database.close()


@pytest.fixture
def line(isolated_home: AppPaths, capsys: pytest.CaptureFixture[str],
         monkeypatch: pytest.MonkeyPatch) -> Line:
    return Line(isolated_home, capsys, monkeypatch)


def test_a_text_has_one_reply(line: Line) -> None:
    assert line("Hi there") == 0
    assert (line.out, line.err) == ("Hello, you.\n", "")
    conversation, = line.stored()
    assert [(m.role, m.text) for m in conversation.path] == [
        (Role.USER, "Hi there"), (Role.ASSISTANT, "Hello, you.")]
    assert conversation.title == "Hi there"


def test_nothing_is_stored_where_that_is_wished(line: Line) -> None:
    assert line("--no-store", "--json", "Hi") == 0
    assert line.stored() == [] and "conversation" not in line.objects()[0]


def test_a_talk_is_a_message_a_line(line: Line) -> None:
    line.model = Writer(lambda prompt: f"Answer {prompt.count('<|im_start|>user')}.")
    assert line(stdin="One\n\n  Two  \n") == 0
    assert line.out == "Answer 1.\nAnswer 2.\n"
    conversation, = line.stored()
    assert [m.text for m in conversation.path] == ["One", "Answer 1.", "Two", "Answer 2."]
    assert line.opened == [""]


def test_a_dash_reads_all_of_stdin_as_one_text(line: Line) -> None:
    assert line("-", stdin="One\nTwo\n") == 0
    assert "user\nOne\nTwo<|im_end|>" in line.model.prompts[0]


def test_scripts_get_an_object_a_reply(line: Line) -> None:
    assert line("--json", "--seed", "7", stdin="One\nTwo\n") == 0
    first, second = line.objects()
    assert first["text"] == "Hello, you." and first["state"] == "whole"
    assert (first["model"], first["seed"], first["tokens"]) == ("fake-writer", 7, 11)
    assert first["prompt_tokens"] == line.model.count(line.model.prompts[0])
    assert first["conversation"] == second["conversation"]
    assert set(first) == {"text", "state", "model", "seed", "conversation", "prompt_tokens",
                          "tokens", "first_seconds", "seconds", "tokens_per_second"}


def test_options_reach_the_model(line: Line) -> None:
    assert line("--model", "big", "--system", "Be brief.", "--seed", "3", "--max-tokens", "5",
                "--temperature", "0.25", "--top-k", "9", "--top-p", "0.5", "--min-p", "0.1",
                "Hi") == 0
    request = line.model.requests[0]
    sampling = request.sampling
    assert (request.max_tokens, sampling.seed, sampling.temperature) == (5, 3, 0.25)
    assert (sampling.top_k, sampling.top_p, sampling.min_p) == (9, 0.5, 0.1)
    assert line.opened == ["big"] and "system\nBe brief.<|im_end|>" in line.model.prompts[0]
    assert line.out == "Hello\n" and "--max-tokens" in line.err
    conversation, = line.stored()
    assert (conversation.model, conversation.system_prompt) == ("big", "Be brief.")
    assert conversation.path[1].state is MessageState.LENGTH


def test_what_is_not_said_is_the_settings(line: Line) -> None:
    save_settings(line.paths.settings_file, Settings(
        chat_temperature=0.1, chat_max_tokens=20, system_prompt="You are a lamp."))
    assert line("Hi") == 0
    request = line.model.requests[0]
    assert (request.max_tokens, request.sampling.temperature) == (20, 0.1)
    assert "system\nYou are a lamp." in line.model.prompts[0]
    assert line("--system", "", "Hi") == 0
    assert "system" not in line.model.prompts[1]


@pytest.mark.parametrize("arguments", [
    ("--seed", "x", "Hi"), ("--seed", "-1", "Hi"), ("--max-tokens", "0", "Hi"),
    ("--temperature", "nan", "Hi"), ("--temperature", "-1", "Hi"), ("--top-p", "2", "Hi"),
    ("--min-p", "inf", "Hi"), ("--top-k", "1.5", "Hi"), ("Hi", "there"), ("",), ("  ",), ("-",),
])
def test_what_makes_no_sense_is_a_known_error(line: Line, arguments: tuple[str, ...]) -> None:
    assert line(*arguments) == 2
    assert line.err and not line.out and not line.model.prompts


@pytest.mark.parametrize("arguments, stdin", [(["Hi"], ""), ([], "Hi\nAnd?\n")])
def test_no_model_is_a_known_error_and_leaves_no_conversation(
        line: Line, arguments: list[str], stdin: str) -> None:
    def none(*_: object) -> FakeTextModel:
        raise EngineError("No chat model is installed.", "Add one under Models.")

    line.open = none  # type: ignore[method-assign]
    assert line(*arguments, stdin=stdin) == 2
    assert line.err == "No chat model is installed.\nAdd one under Models.\n"
    assert line.stored() == []


def test_without_any_model_installed_that_is_said(isolated_home: AppPaths,
                                                  capsys: pytest.CaptureFixture[str]) -> None:
    assert run_line(["chat", "--no-store", "Hi"], Context(isolated_home)) == 2
    assert "No chat model is installed." in capsys.readouterr().err


def test_one_failure_does_not_end_a_talk(line: Line) -> None:
    line.model = Writer("Fine.", fails="(break)")
    assert line(stdin="One\nTwo (break)\n") == 0
    assert line.out.strip() == "Fine." and "The model broke off." in line.err
    path = line.stored()[0].path
    assert [m.state for m in path] == [*[MessageState.WHOLE] * 3, MessageState.FAILED]


def test_a_message_too_long_is_a_known_error(line: Line) -> None:
    line.model = Writer(window=300)
    assert line("x" * 400) == 2
    assert "too long for the model" in line.err


def test_what_is_left_out_is_said(line: Line) -> None:
    line.model = Writer("Fine.", window=300)
    assert line("--max-tokens", "50", stdin=("x" * 50 + "\n") * 6) == 0
    assert "messages were left out" in line.err
    assert len(line.out.splitlines()) == 6


class TestStopping:
    @staticmethod
    def stop_after(line: Line, tokens: int) -> None:
        def interrupt() -> None:
            if line.model.tokens == tokens:
                line.model.tokens += 1
                raise KeyboardInterrupt

        line.model = Writer("Hello, you.", before_token=interrupt)

    def test_ctrl_c_keeps_what_was_said(self, line: Line) -> None:
        self.stop_after(line, 5)
        assert line("Hi") == 3
        assert line.out == "Hello\n" and "kept" in line.err
        assert line.stored()[0].path[1].text == "Hello"
        assert line.stored()[0].path[1].state is MessageState.STOPPED

    def test_scripts_are_told_too(self, line: Line) -> None:
        self.stop_after(line, 5)
        assert line("--json", "Hi") == 3
        told, = line.objects()
        assert (told["text"], told["state"]) == ("Hello", "stopped")

    def test_a_talk_goes_on_after_a_stopped_reply(self, line: Line) -> None:
        self.stop_after(line, 5)
        assert line(stdin="One\nTwo\n") == 0
        assert line.out == "Hello\nHello, you.\n"

    def test_ctrl_c_at_a_question_ends_the_talk(self, line: Line,
                                                monkeypatch: pytest.MonkeyPatch) -> None:
        class Interrupted(io.StringIO):
            def readline(self, *_: object) -> str:
                raise KeyboardInterrupt

        monkeypatch.setattr("sys.stdin", Interrupted())
        assert run_line(["chat"], Context(line.paths, open_model=line.open)) == 3

    def test_a_reader_that_goes_away_is_no_mistake(self, line: Line,
                                                   monkeypatch: pytest.MonkeyPatch) -> None:
        class Gone(io.StringIO):
            def write(self, text: str) -> int:
                raise BrokenPipeError

            def fileno(self) -> int:
                return os.open(os.devnull, os.O_WRONLY)

        monkeypatch.setattr("sys.stdout", Gone())
        assert run_line(["chat", "Hi"], Context(line.paths, open_model=line.open)) == 0
        assert line.stored()[0].path[1].state is MessageState.STOPPED


def test_a_person_sees_where_to_write(line: Line, monkeypatch: pytest.MonkeyPatch,
                                      capsys: pytest.CaptureFixture[str]) -> None:
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    monkeypatch.setattr("sys.stdin", Terminal("Hi\n"))
    assert run_line(["chat", "--no-store"], Context(line.paths, open_model=line.open)) == 0
    told = capsys.readouterr()
    assert told.err == "> > " and told.out == "Hello, you.\n"


def test_timings_are_told_beside(line: Line) -> None:
    assert line("--timings", "Hi") == 0
    assert line.out == "Hello, you.\n"
    assert "first token after 0." in line.err and "tokens a second" in line.err
    assert f"{line.model.count(line.model.prompts[0])} tokens read, 11 written" in line.err


def test_a_process_knows_its_own_figures() -> None:
    held = resident_bytes()
    assert held is None or 10e6 < held < 10e9
    begun = seconds_since_start()
    assert begun is None or 0 < begun < 86_400


def test_a_command_does_not_wait_for_what_others_need() -> None:
    # WHEN the program has read a line that asks for a talk
    program = ("import sys; from engine.cli.main import build_parser;"
               "build_parser('chat').parse_args(['chat', 'Hi']);"
               "print([name for name in ('onnxruntime', 'engine.tagging', 'engine.training',"
               " 'charset_normalizer', 'mutagen', 'llguidance') if name in sys.modules])")
    told = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True,
                          cwd=Path(__file__).parents[3], check=True)
    # THEN what reads songs and what runs models is not loaded
    assert told.stdout.strip() == "[]"


class TestPersona:
    def test_a_card_replies(self, line: Line, tmp_path: Path) -> None:
        write_card(Persona("Ann", description="Ann sails.", greetings=("Ahoy, {{user}}.",)),
                   b"", tmp_path / "ann.png", "png", now=1)
        line.model = Writer("Ann: To sea\x1b[2J!\nSam: No.")
        assert line("--persona", str(tmp_path / "ann.png"), "--name", "Sam", "Hi") == 0
        assert (line.out, line.err) == ("To sea[2J!\n", "")
        conversation, = line.stored()
        assert [(m.author, m.text) for m in conversation.path] == [
            ("Ann", "Ahoy, Sam."), ("", "Hi"), ("Ann", "To sea\x1b[2J!")]
        assert "Ann sails." in line.model.prompts[0]

    def test_a_talk_begins_with_what_it_opens_with(self, line: Line) -> None:
        line.model = Writer("Bread first.")
        assert line("--persona", "teo", stdin="Hello\n") == 0
        greeting, reply = line.out.splitlines()
        assert greeting.startswith("*The shutter goes up") and reply == "Bread first."

    def test_scripts_learn_who_spoke(self, line: Line) -> None:
        assert line("--persona", "Teo", "--json", "--format", "soda", "Hi") == 0
        told, = line.objects()
        assert (told["speaker"], told["text"]) == ("Teo", "Hello, you.")
        assert "###P###" in line.model.prompts[0]

    def test_of_several_the_one_named_answers(self, line: Line) -> None:
        assert line("--persona", "Teo", "--persona", "Nadia", "Nadia, look at this.") == 0
        assert line.out == "Nadia: Hello, you.\n"

    def test_what_is_made_anew_is_told_once(self, line: Line) -> None:
        answers = iter(["Aye.", "Aye.", "Never."])
        line.model = Writer(lambda _: next(answers))
        assert line("--persona", "Teo", stdin="One\nTwo\n") == 0
        assert line.out.splitlines()[1:] == ["Aye.", "Never."]

    def test_nobody_by_that_name_keeps_nothing(self, line: Line) -> None:
        assert line("--persona", "Nobody", "Hi") == 2
        assert "no persona “Nobody”" in line.err and line.stored() == []
