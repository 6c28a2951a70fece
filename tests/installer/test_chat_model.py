"""The chat model is offered once, got by the program itself, and never in anybody's way."""

import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from engine.models.catalogue import OFFERED
from installer import chat_model, dev
from installer.chat_model import ChatModelStep, run_through
from installer.console import Console
from installer.environment import Environment


class Asked(Console):
    """A console at which somebody answers."""

    def __init__(self, answer: bool, interactive: bool = True) -> None:
        super().__init__(interactive=interactive)
        self.questions: list[str] = []
        self._reply = answer

    def agrees(self, question: str) -> bool:
        self.questions.append(question)
        return self._reply


@pytest.fixture
def environment(tmp_path: Path) -> Environment:
    made = Environment(tmp_path, tmp_path)
    made.folder.mkdir()
    return made


@pytest.fixture
def ran(monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """The commands that were run; each ends as the name of the last file says."""
    commands: list[list[str]] = []
    monkeypatch.setattr(chat_model, "run_through", lambda command: commands.append(command) or 0)
    return commands


def ends_with(code: int) -> Callable[[list[str]], int]:
    return lambda command: code


def test_after_a_yes_the_program_gets_it(environment: Environment, ran: list[list[str]]) -> None:
    console = Asked(True)
    step = ChatModelStep(environment, console)
    step.offer(assume_yes=False)
    asked = [str(environment.python), str(environment.root / "main.py"), "models", "add"]
    assert ran == [[*asked, "smollm2"], *([*asked, taught] for taught in chat_model.TAUGHT),
                   [*asked, "all-MiniLM-L6-v2"]]
    assert step.is_settled() and step.answer() == "there"
    # AND it is never offered again
    step.offer(assume_yes=True)
    assert len(ran) == 4 and len(console.questions) == 1


def test_a_refusal_is_remembered(environment: Environment, ran: list[list[str]],
                                 capsys: pytest.CaptureFixture[str]) -> None:
    ChatModelStep(environment, Asked(False)).offer(assume_yes=False)
    again = Asked(True)
    ChatModelStep(environment, again).offer(assume_yes=False)
    assert not ran and not again.questions
    assert "installer/dev.py model" in capsys.readouterr().out


def test_where_nobody_is_nothing_is_asked_or_remembered(environment: Environment,
                                                        ran: list[list[str]]) -> None:
    console = Asked(True, interactive=False)
    step = ChatModelStep(environment, console)
    step.offer(assume_yes=False)
    assert not console.questions and not ran and not step.is_settled()
    # AND --yes is an answer
    step.offer(assume_yes=True)
    assert step.answer() == "there"


@pytest.mark.parametrize("code, sentence", [(3, "Skipped."), (2, "could not be had now")])
def test_what_went_wrong_does_not_stop_the_start(
        environment: Environment, monkeypatch: pytest.MonkeyPatch, code: int, sentence: str,
        capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(chat_model, "run_through", ends_with(code))
    step = ChatModelStep(environment, Asked(True))
    step.offer(assume_yes=False)
    assert sentence in capsys.readouterr().out and step.answer() == "refused"
    # AND asked for by name it is tried again
    monkeypatch.setattr(chat_model, "run_through", ends_with(0))
    assert step.get() == 0 and step.answer() == "there"


def test_without_the_smaller_one_the_chat_model_is_there_all_the_same(
        environment: Environment, monkeypatch: pytest.MonkeyPatch,
        capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(chat_model, "run_through",
                        lambda command: 2 if command[-1] == chat_model.MEMORY else 0)
    step = ChatModelStep(environment, Asked(True))
    step.offer(assume_yes=False)
    assert step.answer() == "there"
    said = capsys.readouterr().out
    assert "by their words alone" in said and "installer/dev.py model" in said
    # AND asked for by name one is told that something is missing
    assert step.get() == 2


def test_the_program_knows_what_it_is_asked_for() -> None:
    assert {chat_model.MODEL, *chat_model.TAUGHT, chat_model.MEMORY} == {
        model.id for model in OFFERED}


@pytest.mark.parametrize("held", ["", "{", "[]", '{"answer": 3}'])
def test_a_broken_memory_is_none(environment: Environment, held: str) -> None:
    (environment.folder / "undertone-chat-model.json").write_text(held)
    assert not ChatModelStep(environment, Asked(True)).is_settled()


@pytest.mark.skipif(os.name == "nt", reason="signals are those of POSIX")
def test_ctrl_c_reaches_the_program_and_not_the_set_up() -> None:
    # GIVEN a program that answers for Ctrl+C itself, and a Ctrl+C for both
    program = ("import os, signal, time\n"
               "signal.signal(signal.SIGINT, lambda *_: os._exit(3))\n"
               "os.kill(os.getppid(), signal.SIGINT)\n"
               "os.kill(os.getpid(), signal.SIGINT)\n"
               "time.sleep(30)\n")
    before = signal.getsignal(signal.SIGINT)
    assert run_through([sys.executable, "-c", program]) == 3
    assert signal.getsignal(signal.SIGINT) is before


def test_a_command_is_answered_without_an_offer(monkeypatch: pytest.MonkeyPatch,
                                                tmp_path: Path) -> None:
    offered: list[bool] = []
    monkeypatch.setattr(dev, "prepare", lambda *given: None)
    monkeypatch.setattr(dev, "hand_over", lambda environment, arguments: 0)
    monkeypatch.setattr(ChatModelStep, "offer", lambda self, yes: offered.append(yes))
    environment = Environment(tmp_path, tmp_path)
    for words in (["run", "tag", "song.txt"], ["run", "--no-model"], ["run"], ["run", "--yes"]):
        assert dev.run(environment, dev.understand(words)) == 0
    assert offered == [False, True]
