"""The one place that starts a program: our own, for a job, in a process that outlives the window.

Knows how to start, find, terminate and kill; what the job tells stands in its folder.
"""

import os
import signal
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from engine.errors import EngineError
from engine.events import Failed
from engine.jobs.job_folder import JobFolder, JobState
from engine.jobs.spec import JobSpec
from engine.paths import program_folder


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
