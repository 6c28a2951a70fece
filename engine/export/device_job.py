"""The work of a job "try-device": a small graph, the graph a card wants, the chat model, a record.

Runs in a child process. The record is written by this process itself: that it is being tried when
it starts, how it went when it ends, so that a process taken down is remembered as just that.
"""

from collections.abc import Callable
from pathlib import Path

import msgspec
import numpy as np

from engine.errors import EngineError
from engine.events import Finished, Metric, Note, Progress, Report, Started
from engine.export.half_precision import save_half
from engine.export.trial_graph import WIDTH, save_trial_graph
from engine.inference.device_trial import GraphTrial, WriterTrial, try_graph, try_writer
from engine.inference.devices import CPU, Device, find_device, graph_for, half_graph
from engine.inference.driver_stamp import driver_stamp
from engine.inference.language_model import TextModel
from engine.inference.onnx_model import OnnxModel
from engine.models.manifest import read_manifest
from engine.models.trials import Outcome, Trial, TrialBook, device_trial

NODES_SHOWN = 12
STEPS = 3

OpenModel = Callable[[Path, int, Device], TextModel]


class DeviceArguments(msgspec.Struct, frozen=True):
    """`folder` is the chat model's, "" to try without one; `trials` where trials are kept."""

    device: str
    trials: str
    folder: str = ""
    threads: int = 0


def open_language_model(folder: Path, threads: int, device: Device) -> TextModel:
    """The model of a folder, as the program opens it."""
    from engine.inference.language_model import LanguageModel

    return LanguageModel.open(folder, threads, device)


def run_device_job(arguments: dict[str, object], output: Path, report: Report,
                   open_model: OpenModel = open_language_model) -> Finished:
    """Tries one device. EngineError where it does not work; the record says so too."""
    asked = msgspec.convert(arguments, DeviceArguments)
    device = find_device(asked.device)
    book, name = TrialBook(Path(asked.trials)), device_trial(device.name)
    stamp = driver_stamp(device)
    book.note(name, Trial(outcome=Outcome.OPENING, device=device.name, stamp=stamp,
                          message="The process ended while the device was being tried.",
                          hint="Update its driver, then try it again."))
    try:
        trial = _tried(device, asked, output, report, open_model)
    except EngineError as failed:
        book.note(name, Trial(outcome=Outcome.FAILS, device=device.name, stamp=stamp,
                              message=failed.message, hint=failed.hint))
        raise
    except BaseException:  # stopped, or a mistake of ours: neither tells of the device
        book.forget(name)
        raise
    book.note(name, msgspec.structs.replace(trial, device=device.name, stamp=stamp))
    return Finished(trial.message)


def _tried(device: Device, asked: DeviceArguments, output: Path, report: Report,
           open_model: OpenModel) -> Trial:
    report(Started(STEPS, "steps"))
    some = np.random.default_rng(0).normal(size=(1, WIDTH))
    inputs = {"x": some.astype(np.float16 if device.wants_half else np.float32)}
    graph = try_graph(save_trial_graph(output / "trial.onnx", device.wants_half), inputs, device)
    report(Note(_of_graph(device, graph)))
    report(Progress(1, STEPS, "The small graph ran."))
    if not asked.folder:
        return Trial(outcome=Outcome.WORKS, message=f"{device.title} works.",
                     fallen_back=graph.fallen_back)
    folder = Path(asked.folder)
    fallen_back = _prepared(device, folder, asked.threads, report)
    report(Progress(2, STEPS, "The model is ready for the device."))
    writer = try_writer(lambda on: open_model(folder, asked.threads, on), device)
    report(Metric(step=0, name="load_seconds", value=writer.device.load_seconds))
    report(Metric(step=0, name="tokens_per_second", value=writer.device.tokens_per_second))
    report(Progress(3, STEPS, "The model wrote."))
    return Trial(outcome=Outcome.WORKS, message=_of_writer(device, writer),
                 load_seconds=writer.device.load_seconds, fallen_back=fallen_back,
                 tokens_per_second=writer.device.tokens_per_second)


def _prepared(device: Device, folder: Path, threads: int, report: Report) -> tuple[str, ...]:
    """Gives the model the graph this device wants, and finds which of its nodes fall back."""
    name = read_manifest(folder).graph
    graph = folder / name
    if device.wants_half and _older(half_graph(graph), graph):
        save_half(graph, half_graph(graph))
        report(Note("The model was given the 16-bit graph this device wants."))
    model = OnnxModel.open(graph_for(folder, name, device), threads, device)
    if model.note:
        raise EngineError(model.note, "Choose another chat model or device.")
    report(Metric(step=0, name="nodes_on_device", value=model.on_device))
    report(Metric(step=0, name="nodes_fallen_back", value=len(model.fallen_back)))
    if model.fallen_back:
        report(Note(_of_nodes(model.fallen_back)))
    return model.fallen_back


def _older(made: Path, source: Path) -> bool:
    return not made.is_file() or made.stat().st_mtime_ns <= source.stat().st_mtime_ns


def _of_graph(device: Device, trial: GraphTrial) -> str:
    fell = (f" {len(trial.fallen_back)} of its parts fell back to the processor."
            if trial.fallen_back else "")
    return (f"{device.title} ran a small graph in {trial.milliseconds:.1f} ms, the processor in "
            f"{trial.processor_milliseconds:.1f} ms.{fell}")


def _of_nodes(nodes: tuple[str, ...]) -> str:
    more = f" and {len(nodes) - NODES_SHOWN} more" if len(nodes) > NODES_SHOWN else ""
    return f"{len(nodes)} nodes run on the processor: {', '.join(nodes[:NODES_SHOWN])}{more}."


def _of_writer(device: Device, trial: WriterTrial) -> str:
    if device == CPU:  # there is nothing to hold it against
        return f"{device.title} works: {trial.device.tokens_per_second:.0f} tokens a second."
    same = (f"{trial.same_tokens} of {len(trial.processor.tokens)} first tokens are the same"
            if trial.same_tokens < len(trial.processor.tokens) else "The words are the same")
    return (f"{device.title} works: {trial.device.tokens_per_second:.0f} tokens a second, "
            f"the processor {trial.processor.tokens_per_second:.0f}. {same}.")
