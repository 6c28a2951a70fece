"""The command `devices`: what models can run on here, how each did when it was tried, and trials.

A trial is a job in a process of its own, because a broken driver ends the process it is tried in.
"""

import argparse
from dataclasses import asdict, dataclass

import msgspec

from engine.cli.command import Commands, Context
from engine.cli.jobs import start_job
from engine.inference.device_choice import choose_device
from engine.inference.devices import CPU, Device, find_device, offered_devices
from engine.inference.driver_stamp import driver_stamp
from engine.jobs.job_folder import JobFolder
from engine.jobs.spec import JobSpec
from engine.models.manifest import TEXT_GENERATION
from engine.models.registry import ModelRegistry
from engine.models.trials import Outcome, Trial, TrialBook, device_trial
from engine.paths import AppPaths
from engine.settings import load_settings

UNTRIED = "untried"


@dataclass(frozen=True, slots=True)
class DeviceLine:
    """What is said of one device. `state` is "ready" for the processor, else as it was tried."""

    device: str
    title: str
    provider: str
    chosen: bool
    state: str
    message: str
    tokens_per_second: float | None
    fallen_back: tuple[str, ...]


def register(commands: Commands) -> None:
    """Adds `devices`."""
    parser = commands.add_parser("devices", help="what models can run on here")
    parser.add_argument("--json", action="store_true", help="one JSON object a line")
    parser.add_argument("--try", dest="name", metavar="NAME",
                        help="try one in a process of its own, with the chat model")
    parser.add_argument("--model", default="", help="the chat model to try it with")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace, context: Context) -> int:
    """Lists the devices, or tries one and stays with it until it is done."""
    if options.name:
        return _try(options.name, options.model, context.paths, options.json)
    settings = load_settings(context.paths.settings_file)
    book = TrialBook(context.paths.trials)
    choice = choose_device(settings.device, book)
    for device in offered_devices():
        line = _line(device, device == choice.device, book)
        print(msgspec.json.encode(asdict(line)).decode() if options.json else _as_text(line))
    if choice.note and not options.json:
        print(choice.note)
    return 0


def _try(name: str, model: str, paths: AppPaths, as_json: bool) -> int:
    device = find_device(name)
    registry = ModelRegistry(paths.shipped_models, paths.models)
    wanted = model or load_settings(paths.settings_file).chat_model
    installed = {entry.id: entry for entry in registry.usable(TEXT_GENERATION)}
    # Without any chat model the small graph still tells whether the driver works.
    if model:
        entry = registry.find(model, TEXT_GENERATION)
    else:
        entry = installed.get(wanted) or next(iter(installed.values()), None)
    spec = JobSpec.ask("try-device", {
        "device": device.name, "trials": str(paths.trials.resolve()),
        "folder": str(entry.folder.resolve()) if entry else ""}, f"Trying {device.title}",
        polite=False)
    return start_job(JobFolder.create(paths.jobs, spec), stay=True, as_json=as_json)


def _line(device: Device, chosen: bool, book: TrialBook) -> DeviceLine:
    trial = book.find(device_trial(device.name), driver_stamp(device))
    return DeviceLine(device.name, device.title, device.provider, chosen, _state(device, trial),
                      trial.message if trial else "", trial.tokens_per_second if trial else None,
                      trial.fallen_back if trial else ())


def _state(device: Device, trial: Trial | None) -> str:
    if device == CPU:
        return "ready"
    if trial is None:
        return UNTRIED
    return str(Outcome.CRASHED if trial.crashed else trial.outcome)


def _as_text(line: DeviceLine) -> str:
    mark = "*" if line.chosen else " "
    said = f"\n               {line.message}" if line.message else ""
    return f"{mark} {line.device:12} {line.title}: {line.state}{said}"
