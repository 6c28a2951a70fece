"""The looks of Models and Settings: first offer, fetching, failed, installed, crashed, removed.

What takes a network or a graphics card is told as a job or a trial would tell it, in the throwaway
home the pictures are taken in; the window then shows it as it shows the real thing.
"""

import time
from collections.abc import Iterator

from PySide6.QtWidgets import QWidget

from engine.evaluation.job import KIND
from engine.events import Event, Failed, Progress, Started
from engine.inference.devices import CPU
from engine.inference.driver_stamp import driver_stamp
from engine.jobs.job_folder import JobFolder
from engine.jobs.spec import JobSpec
from engine.models.catalogue import SMOLLM2
from engine.models.manifest import TEXT_GENERATION, ModelManifest, write_manifest
from engine.models.trials import Outcome, Trial, device_trial, files_stamp, model_trial
from gui.app import Program
from gui.shots import NARROW, SCALED, Settle, Shot


def model_looks(program: Program, settle: Settle) -> Iterator[Shot]:
    """The Models page, from the first offer to a full shelf."""
    yield Shot("models")
    yield Shot("models-first-narrow", NARROW)
    yield Shot("models-first-scaled", SCALED, scale=2)
    yield from _fetching(program, settle)
    _install(program, settle)
    yield Shot("models-full")
    broken = program.paths.models / "broken-tagger"
    broken.mkdir(parents=True, exist_ok=True)
    (broken / "model.json").write_text("{", "utf-8")
    _load(program, settle)
    program.models_page.show_adding()
    yield Shot("models-broken")
    yield Shot("models-narrow", NARROW)
    program.models_page.show_adding(False)
    program.models.remove("talkative")
    settle(lambda: program.models.upkeep.last is not None)
    yield Shot("models-removed")
    program.models.upkeep.forget()
    yield Shot("models-end", end=True)
    yield from quality_looks(program, settle)


def quality_looks(program: Program, settle: Settle) -> Iterator[Shot]:
    """The page that compares taggers: what shipped, a measurement at work, one that failed."""
    quality = program.compare.quality
    program.models_page.show_quality()
    settle(lambda: not quality.loading)
    yield Shot("quality")
    yield Shot("quality-end", end=True)
    yield Shot("quality-narrow", NARROW)
    yield Shot("quality-scaled", SCALED, scale=2)
    yield Shot("quality-scaled-end", SCALED, scale=2, end=True)
    job = JobFolder.create(program.paths.jobs, JobSpec.ask(
        KIND, {}, "Measuring 2 taggers on songs.jsonl"))
    with job.lock.taken():
        now = time.time()
        for event in (Started(995, "songs"), Progress(120, 995, "Scoring", at=now - 9),
                      Progress(412, 995, "Scoring", at=now)):
            job.append(event)
        program.jobs.find_again(program.desk)
        settle(lambda: any(view.done for view in quality.running))
        yield Shot("quality-busy")
        _end(program, settle, job, Failed(
            "songs.jsonl cannot be used at line 12: a label is a word, a list or counts.",
            "Mend that line and measure again."))
    settle(lambda: quality.trouble is not None)
    yield Shot("quality-failed")
    quality.dismiss()
    yield from _measure_dialog(program)
    program.models_page.show_cards()


def _measure_dialog(program: Program) -> Iterator[Shot]:
    page = program.models_page.quality
    assert page is not None
    page.measure()
    dialog = page.findChildren(QWidget, "measure")[-1]
    size = dialog.width(), dialog.height()
    yield Shot("measure", size, widget=dialog)
    yield Shot("measure-scaled", size, scale=2, widget=dialog)
    dialog.close()


def settings_looks(program: Program, settle: Settle) -> Iterator[Shot]:
    """The Settings page, whole length, and what is said of devices."""
    yield Shot("settings")
    yield Shot("settings-narrow", NARROW)
    yield Shot("settings-scaled", SCALED, scale=2)
    program.trials.note(device_trial(CPU.name), Trial(
        outcome=Outcome.WORKS, device=CPU.name, stamp=driver_stamp(CPU), load_seconds=0.4,
        tokens_per_second=171.0, message="Opens the model in 0.4 s, 171 tokens a second."))
    program.devices.load()
    settle(lambda: any(row.trial for row in program.devices.rows))
    yield Shot("settings-devices", end=True)
    yield Shot("settings-devices-narrow", NARROW, end=True)
    yield Shot("settings-devices-scaled", SCALED, scale=2, end=True)
    program.settings.set_device("cuda")
    yield Shot("settings-device-gone", end=True)
    program.settings.set_device(CPU.name)


def _fetching(program: Program, settle: Settle) -> Iterator[Shot]:
    """A model on its way, and one that could not come."""
    job = JobFolder.create(program.paths.jobs, JobSpec.ask(
        "fetch-model", {"model": SMOLLM2.id}, f"Getting {SMOLLM2.name}"))
    with job.lock.taken():
        now = time.time()
        for event in (Started(93_000_000, "bytes"),
                      Progress(3_000_000, 93_000_000, "Fetching", "bytes", at=now - 9),
                      Progress(41_000_000, 93_000_000, "Fetching", "bytes", at=now)):
            job.append(event)
        program.jobs.find_again(program.desk)
        settle(lambda: any(a.job and a.job.done for a in program.models.adding.arrivals))
        yield Shot("models-fetching")
        yield Shot("models-fetching-narrow", NARROW)
        program.window.show_page("chat")
        yield Shot("chat-fetching")
        program.window.show_page("models")
        _end(program, settle, job, Failed(
            "The model could not be fetched: this computer has no connection to pypi.org.",
            "Connect it and try again; what has arrived is kept."))
        yield Shot("models-failed")
        program.models.adding.dismiss(job.id)


def _end(program: Program, settle: Settle, job: JobFolder, ending: Event) -> None:
    job.append(ending)
    settle(lambda: not program.jobs.running)


def _install(program: Program, settle: Settle) -> None:
    """Two chat models: one that works here, one that took its process down."""
    for model_id, name, size, trial in (
            (SMOLLM2.id, SMOLLM2.name, 135, Trial(
                outcome=Outcome.WORKS, device="cpu", load_seconds=0.4, tokens_per_second=171.0)),
            ("talkative", "Talkative 360M", 360, Trial(
                outcome=Outcome.CRASHED, message="It crashed when it was tried, so it is not used.",
                hint="The window is safe. Try it again, or remove it."))):
        folder = program.paths.models / model_id
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "model.onnx").write_bytes(bytes(size * 1000))
        manifest = write_manifest(folder, ModelManifest(
            id=model_id, name=name, kind="decoder", task=TEXT_GENERATION, window=8192,
            about="Answers, summarises and rewrites in English.", precision="4- and 8-bit",
            parameters=size * 1_000_000, licence="Apache-2.0", languages=("en",),
            made_from=(f"{name}.Q4_1.gguf",)))
        program.trials.note(model_trial(model_id), Trial(
            outcome=trial.outcome, message=trial.message, hint=trial.hint, device=trial.device,
            load_seconds=trial.load_seconds, tokens_per_second=trial.tokens_per_second,
            stamp=files_stamp(manifest)))
    _load(program, settle)


def _load(program: Program, settle: Settle) -> None:
    before = len(program.models.cards)
    program.models.load()
    settle(lambda: len(program.models.cards) > before)
