"""The job that tries a model: opens it, lets it say a few words, says how fast it was.

In a process of its own, because what breaks there breaks nothing else.
"""

import time
from dataclasses import dataclass
from pathlib import Path

import msgspec

from engine.errors import EngineError
from engine.events import Finished, Metric, Note, Report, Sample
from engine.inference.devices import find_device
from engine.inference.language_model import LanguageModel, TextModel, TextRequest
from engine.inference.onnx_model import OnnxModel
from engine.inference.process_figures import resident_bytes
from engine.inference.sampling import SamplingSettings
from engine.models.manifest import TEXT_GENERATION, check_files, read_manifest
from engine.models.template_manners import USER, Message

TOKENS = 24
_QUESTION = "Say in one sentence what the sea looks like in the evening."


@dataclass(frozen=True, slots=True)
class TrialJob:
    """`folder` holds the model; `check` compares every file with its hash first."""

    folder: str
    model: str = ""
    models: str = ""
    device: str = "cpu"
    threads: int = 0
    stamp: str = ""
    check: bool = False


def try_model(
    arguments: dict[str, object], output: Path, report: Report, resume: bool
) -> Finished:
    """Opens the model of a folder and, if it writes, lets it write. EngineError where it cannot.

    Reports load_seconds, memory_bytes (beyond what this process held before) and, of a model that
    writes, tokens_per_second.
    """
    try:
        job = msgspec.convert(arguments, TrialJob)
    except msgspec.ValidationError as wrong:
        raise EngineError(f"This job cannot be read: {wrong}.", "Try the model again.") from wrong
    folder = Path(job.folder)
    manifest = read_manifest(folder)
    if job.check:
        check_files(folder, manifest)
        report(Note(f"Its {len(manifest.files)} files are those that were installed."))
    began, before = time.perf_counter(), resident_bytes()
    if manifest.task != TEXT_GENERATION:
        opened = OnnxModel.open(folder / manifest.graph, job.threads, find_device(job.device))
        seconds = _loaded(began, report)
        _tell_memory(before, report)
        return Finished(f"{manifest.name} opens in {seconds:.1f} s on {opened.device}.",
                        opened.fallen_back)
    model = LanguageModel.open(folder, job.threads, find_device(job.device))
    seconds = _loaded(began, report)
    speed = _speech(model, report)
    _tell_memory(before, report)
    return Finished(f"{manifest.name} opens in {seconds:.1f} s and writes {speed:.0f} tokens a "
                    f"second on {model.device}.")


def _loaded(began: float, report: Report) -> float:
    seconds = time.perf_counter() - began
    report(Metric(0, "load_seconds", seconds))
    return seconds


def _tell_memory(before: int | None, report: Report) -> None:
    now = resident_bytes()
    if before is not None and now is not None:
        report(Metric(0, "memory_bytes", float(max(0, now - before))))


def _speech(model: TextModel, report: Report) -> float:
    """Tokens a second after the first. EngineError where the model says nothing."""
    request = TextRequest(max_tokens=TOKENS, sampling=SamplingSettings(temperature=0))
    text, times = "", list[float]()
    for piece in model.stream(model.render([Message(USER, _QUESTION)]), request):
        text += piece.text
        if piece.token is not None:
            times.append(time.perf_counter())
    if not times:
        raise EngineError(f"{model.name} opens, but says nothing.",
                          "Its chat template or its stop tokens may not fit it.")
    report(Sample(0, text))
    speed = (len(times) - 1) / max(times[-1] - times[0], 1e-9)
    report(Metric(0, "tokens_per_second", speed))
    return speed
