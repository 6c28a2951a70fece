"""What helps somebody else understand a problem, as one text: versions, machine, models, the log.

Holds no words of songs or chats and no names of files but those of models: what messages say is
left out, and the person's home is "~". It is made where the person asks for it and goes where they
paste it.
"""

import os
import platform
import re
import sys
from collections.abc import Callable, Iterator
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from engine.errors import EngineError
from engine.inference.free_memory import free_memory
from engine.inference.machine import look_at_machine
from engine.jobs.job_folder import list_jobs
from engine.models.registry import ModelRegistry
from engine.models.trials import TrialBook, model_trial
from engine.paths import AppPaths
from engine.program_log import newest_lines
from engine.settings import load_settings

_PACKAGES = ("PySide6_Essentials", "onnxruntime", "tokenizers", "numpy", "torch", "transformers")
_JOBS = 10
_SETTINGS = ("tagger", "chat_model", "device", "threads", "appearance")


def problem_report(paths: AppPaths, program: str, home: Path | None = None) -> str:
    """The text. `program` is the version of Undertone, `home` the person's folder."""
    parts = (lambda: _about(paths, program), lambda: _models(paths), lambda: _jobs(paths),
             lambda: _log(paths))
    whole = "\n\n".join("\n".join(_read(part)) for part in parts)
    return without_home(whole, home or Path.home()) + "\n"


def _read(part: Callable[[], Iterator[str]]) -> Iterator[str]:
    """What can be read of a part: a report is most wanted where something is broken."""
    try:
        yield from part()
    except (OSError, EngineError) as trouble:
        yield f"  could not be read: {type(trouble).__name__}"


def without_home(text: str, home: Path) -> str:
    """The text with the person's own folder told as "~", however it is written."""
    for place in {home, home.resolve()}:
        for spelled in {str(place), place.as_posix(), str(place).replace("\\", "\\\\")}:
            if len(spelled) > len("/"):
                text = re.sub(re.escape(spelled) + r"(?![\w.-])", "~", text, flags=re.IGNORECASE)
    return text


def _about(paths: AppPaths, program: str) -> Iterator[str]:
    frozen = "installed" if getattr(sys, "frozen", False) else "from source"
    yield f"Undertone {program}, {frozen}; Python {platform.python_version()}"
    yield f"{platform.platform()}"
    yield f"{look_at_machine().sentence()}; {free_memory() / 1e9:.1f} GB free"
    yield ", ".join(f"{name} {found}" for name in _PACKAGES if (found := _version(name)))
    chosen = "where UNDERTONE_HOME says" if os.environ.get("UNDERTONE_HOME") else "as usual"
    yield f"Data lie {chosen}"
    settings = load_settings(paths.settings_file)
    yield "Settings: " + ", ".join(f"{name} {getattr(settings, name)!r}" for name in _SETTINGS)


def _models(paths: AppPaths) -> Iterator[str]:
    yield "Models"
    trials = TrialBook(paths.trials)
    for entry in ModelRegistry(paths.shipped_models, paths.models).entries():
        if entry.manifest is None:
            yield f"  {entry.folder.name}: cannot be read"
            continue
        trial = trials.find(model_trial(entry.id))
        told = f"tried: {trial.outcome}" if trial else "not tried"
        yield f"  {entry.id} {entry.manifest.version}, {entry.manifest.precision}; {told}"


def _jobs(paths: AppPaths) -> Iterator[str]:
    """Kinds and how they ended."""
    yield "Last jobs"
    for job in list_jobs(paths.jobs)[:_JOBS]:
        yield from (f"  {job.id}: {state}" for state in _read(lambda job=job: iter([job.state()])))


def _log(paths: AppPaths) -> Iterator[str]:
    yield "Log"
    yield from (f"  {line}" for line in newest_lines(paths.logs))


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return ""
