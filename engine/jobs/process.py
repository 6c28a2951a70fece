"""The one place that starts a program: our own, for a job, in a process that outlives the window.

Knows how to start, find, terminate and kill; what the job tells stands in its folder. Also starts
programs that answer line by line, for measuring beside each other.
"""

import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import msgspec

from engine.errors import EngineError
from engine.events import Failed
from engine.jobs.job_folder import JobFolder, JobState
from engine.jobs.spec import JobSpec
from engine.paths import program_folder

LAST_WORDS = 2000


class JobProcess:
    """The process that runs a folder, whether we started it or an earlier window did."""

    def __init__(self, folder: JobFolder, child: "subprocess.Popen[bytes] | None" = None) -> None:
        self.folder = folder
        self._child = child

    @classmethod
    def start(cls, folder: JobFolder, command: Sequence[str] = ()) -> "JobProcess":
        """Starts or resumes the job of `folder`; returns at once.

        `command` is what `--job DIR` is added to, by default our own program. EngineError if the
        job is running, has finished, or the program cannot be started.
        """
        state = folder.state()
        if state is JobState.RUNNING:
            raise EngineError("This job is already running.", "Follow it, or stop it first.")
        if state is JobState.FINISHED:
            raise EngineError("This job has finished.", "Start a new one to go further.")
        if folder.lock.held():
            raise EngineError("The process of this job is still ending.",
                              "Try again in a moment. If it stays, stop the job.")
        spec = folder.spec()
        folder.forget_stop()
        folder.forget_pause()
        full = [*(command or program_command()), "--job", str(folder.path.resolve())]
        try:
            return cls(folder, _start_detached(full, folder.log_file, spec))
        except OSError as error:
            raise EngineError("The job's process could not be started.",
                              f"The system says: {error.strerror}.") from error

    def living(self) -> bool:
        """True while the process is there, also after it has told its end."""
        if self._child is not None:
            return self.poll() is None
        return self.folder.lock.held()

    def poll(self) -> int | None:
        """The exit code; None while the process lives or if an earlier window started it.

        A process that died before its first word leaves a Failed in its place, so that nobody
        waits for it.
        """
        code = self._child.poll() if self._child is not None else None
        if code is not None and self.folder.state() is JobState.WAITING:
            self.folder.append(Failed("The job could not begin.",
                                      "Start it again; if it fails again, look at its log.",
                                      self.folder.log_tail() or f"exit code {code}"))
        return code

    def wait(self, seconds: float) -> int | None:
        """The exit code of a process we started; None if it still lives after `seconds`."""
        if self._child is None:
            return None
        try:
            self._child.wait(seconds)
        except subprocess.TimeoutExpired:
            return None
        return self.poll()

    def let_go(self) -> None:
        """The process goes its own way; `JobProcess(folder)` finds it again."""
        if self._child is not None and self._child.poll() is None:
            # Popen warns of a child nobody waits for; here that is the intention.
            self._child.returncode = 0
        self._child = None

    def terminate(self) -> None:
        """Tells the process and its children to end. Windows cannot tell: there it is a kill."""
        self._send(signal.SIGTERM)

    def kill(self) -> None:
        """Ends the process and its children, whatever they do."""
        self._send(signal.SIGTERM if sys.platform == "win32" else signal.SIGKILL)

    def _send(self, number: signal.Signals) -> None:
        pid = self._child.pid if self._child is not None else self.folder.lock.holder()
        if pid is None or not self.living():
            return
        try:
            # We start each job as leader of its own group; one started by hand may not be.
            if sys.platform != "win32" and os.getpgid(pid) == pid:
                os.killpg(pid, number)
            else:
                os.kill(pid, number)
        except (ProcessLookupError, PermissionError):
            return


class LineProcess:
    """A program that answers each line of JSON with one; it ends with this value, at the latest
    when its questions end. What it prints otherwise is kept for the failure it may explain."""

    def __init__(self, name: str, command: Sequence[str]) -> None:
        """EngineError if it cannot be started."""
        self.name = name
        self._said = tempfile.TemporaryFile()  # noqa: SIM115 - closed with the process
        try:
            self._child = subprocess.Popen(
                command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self._said,
                cwd=program_folder(), env={**os.environ, "PYTHONUTF8": "1"})
        except OSError as error:
            self._said.close()
            raise EngineError(f"{name} could not be started.",
                              f"The system says: {error.strerror}.") from error

    def answer(self) -> dict[str, Any]:
        """The next line. EngineError if the process ended, or if it tells of an error."""
        line = self._child.stdout.readline() if self._child.stdout else b""
        try:
            told = msgspec.json.decode(line, type=dict[str, Any])
        except msgspec.DecodeError as error:
            raise EngineError(f"{self.name} ended without an answer.", self.last_words()) from error
        if "error" in told:
            raise EngineError(f"{self.name} failed: {told['error']}", self.last_words())
        return told

    def ask(self, question: Mapping[str, object]) -> dict[str, Any]:
        """Its answer to one question; waits for it."""
        try:
            if self._child.stdin:
                self._child.stdin.write(msgspec.json.encode(question) + b"\n")
                self._child.stdin.flush()
        except BrokenPipeError as error:
            raise EngineError(f"{self.name} has ended.", self.last_words()) from error
        return self.answer()

    def last_words(self) -> str:
        """The end of what it printed beside its answers."""
        self._said.seek(0, os.SEEK_END)
        self._said.seek(max(0, self._said.tell() - LAST_WORDS))
        return self._said.read().decode("utf-8", "replace").strip()

    def close(self) -> None:
        """Ends it, whatever it does."""
        with self._child:  # closes its streams, then waits
            self._child.kill()
        self._said.close()


def program_command() -> tuple[str, ...]:
    """How this program is started: the frozen program itself, or Python with main.py."""
    if getattr(sys, "frozen", False):
        return (sys.executable,)
    return (sys.executable, str(program_folder() / "main.py"))


def _start_detached(command: Sequence[str], log_file: Path,
                    spec: JobSpec) -> "subprocess.Popen[bytes]":
    # The frozen program must not take its parent's unpacked files for its own.
    environment = {**os.environ, "PYTHONUTF8": "1", "PYINSTALLER_RESET_ENVIRONMENT": "1"}
    flags = 0
    if sys.platform == "win32":
        flags = subprocess.CREATE_NEW_PROCESS_GROUP | subprocess.DETACHED_PROCESS
        if spec.polite:
            flags |= subprocess.BELOW_NORMAL_PRIORITY_CLASS
    with log_file.open("ab") as log:
        return subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log,
                                stderr=subprocess.STDOUT, env=environment,
                                start_new_session=sys.platform != "win32", creationflags=flags)
