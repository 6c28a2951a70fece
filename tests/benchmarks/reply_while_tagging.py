"""The speed of a reply while 1,000 songs are being tagged, beside the same reply alone.

    python -m tests.benchmarks.reply_while_tagging --model FOLDER

The window's own parts without its pages: two work queues with their own niceness, the tagging
service over a folder of milled songs, a chat model, and the chat's right of way. Alone and beside
take turns. A reply in between is measured from its request to its end: what tagging still had to
finish before it stepped aside counts.
"""

import argparse
import os
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from functools import partial
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QCoreApplication, QEventLoop

from engine.inference.benchmark import Figure, median
from engine.inference.devices import CPU
from engine.inference.language_model import LanguageModel, TextRequest
from engine.inference.sampling import SamplingSettings
from engine.library.database import Database
from engine.models.template_manners import Message
from engine.paths import find_paths
from engine.settings import Settings
from engine.tagging.language import LanguageDetector
from engine.tagging.lyric_store import LyricStore
from engine.tagging.opening import open_tagger
from engine.tagging.requests import Answered, TagRequest
from engine.tagging.service import TaggingService
from engine.tagging.tagger import Tagger
from gui.app import SWITCH_SECONDS
from gui.background import Task, WorkQueue
from gui.chat.room import NICENESS
from tests.benchmarks.figures import needed, run_script
from tests.benchmarks.word_mill import fill_folder

SONGS, REPLY, REACH = 1000, 128, 0.8
BETWEEN = 12  # songs tagged before the next reply is asked for
ASKED = "Tell me a long story about a lighthouse, a storm and a letter."


@dataclass
class Replies:
    """The chat's side: one reply at a time, on the chat's queue."""

    model: LanguageModel
    chat: WorkQueue
    tagging: WorkQueue

    def speed(self) -> float:
        """Tokens a second of one reply, its prompt read anew."""
        prompt = self.model.render([Message("user", f"{time.time()} {ASKED}")])
        request = TextRequest(max_tokens=REPLY, sampling=SamplingSettings(temperature=0))
        count = 0

        def work() -> Iterator[object]:
            nonlocal count
            for piece in self.model.stream(prompt, request):
                count += piece.token is not None
                yield piece

        began = time.perf_counter()
        self.tagging.give_way(True)
        wait_for(self.chat.submit(work))
        self.tagging.give_way(False)
        return count / (time.perf_counter() - began)


def measure(options: argparse.Namespace) -> Iterator[Figure]:
    needed(options, "model")
    app = QCoreApplication.instance() or QCoreApplication([])
    sys.setswitchinterval(SWITCH_SECONDS)
    tagging, chat = WorkQueue(), WorkQueue(niceness=NICENESS)
    replies = Replies(LanguageModel.open(options.model, options.threads, CPU), chat, tagging)
    try:
        with tempfile.TemporaryDirectory() as place:
            yield from _measured(replies, Path(place), options.rounds)
    finally:
        tagging.close()
        chat.close()
    assert app is not None


def _measured(replies: Replies, place: Path, rounds: int) -> Iterator[Figure]:
    fill_folder(place / "music", SONGS)
    tagger, detector = open_tagger(find_paths(), "", Settings()), LanguageDetector()
    alone: list[float] = []
    beside: list[float] = []
    replies.speed()  # warm
    for number in range(rounds):
        alone.append(replies.speed())
        songs: list[object] = []
        task = replies.tagging.submit(
            partial(tagged, place, str(number), tagger, detector))
        task.yielded.connect(lambda event, found=songs: isinstance(event, Answered)
                             and found.append(event))
        wait_until(lambda found=songs: len(found) >= BETWEEN)
        beside.append(replies.speed())
        assert len(songs) < SONGS, "the songs were all tagged before the reply ended"
        task.cancel()
        wait_for(task)
    share = median([one / other for one, other in zip(beside, alone, strict=True)])
    yield Figure("tagging", f"a reply while {SONGS} songs are being tagged, against alone",
                 f"{share:.0%} of the speed ({median(beside):.0f} of {median(alone):.0f} tokens a "
                 f"second, prompt included)", f"at least {REACH:.0%}", share >= REACH,
                 {"share": share, "alone": median(alone), "beside": median(beside)})


def tagged(place: Path, name: str, tagger: Tagger, detector: LanguageDetector
           ) -> Iterator[object]:
    """Tags the songs into a fresh library, so that none is known from the round before."""
    database = Database.open(place / name / "library.sqlite3", place / name / "backups")
    with closing(database):
        service = TaggingService(LyricStore(database), detector, lambda: tagger, Settings)
        yield from service.run(TagRequest(paths=(place / "music",)))


def wait_for(task: Task) -> None:
    """Serves signals until the task has ended."""
    loop = QEventLoop()
    failures: list[BaseException] = []
    task.failed.connect(failures.append)
    for signal in (task.returned, task.failed, task.cancelled):
        signal.connect(loop.quit)
    loop.exec()
    if failures:
        raise failures[0]


def wait_until(holds: Callable[[], bool]) -> None:
    """Serves signals until it holds."""
    while not holds():
        QCoreApplication.processEvents(QEventLoop.ProcessEventsFlag.WaitForMoreEvents, 50)


if __name__ == "__main__":
    sys.exit(run_script(__doc__ or "", measure))
