"""The job "try-device": what it tells, what it writes down, and what stands there meanwhile."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import onnx
import pytest

from engine.errors import Cancelled, EngineError
from engine.events import Event, Metric, Note, Progress
from engine.export import device_job
from engine.export.device_job import run_device_job
from engine.export.trial_graph import save_trial_graph
from engine.inference import devices, onnx_model
from engine.inference.devices import CPU, Device
from engine.inference.driver_stamp import driver_stamp
from engine.inference.language_model import TextModel
from engine.models.manifest import ModelManifest, write_manifest
from engine.models.trials import Outcome, Trial, TrialBook, device_trial
from tests.fakes import FakeTextModel

# A device that really runs graphs, wherever the tests run: the processor by another name.
CARD = Device("card", CPU.provider, "A card")
MISSING = Device("cuda", "CUDAExecutionProvider", "An absent card")


@pytest.fixture
def book(tmp_path: Path) -> TrialBook:
    return TrialBook(tmp_path / "trials")


@pytest.fixture(autouse=True)
def offered(monkeypatch: pytest.MonkeyPatch) -> None:
    known = {device.name: device for device in (CARD, MISSING)}
    monkeypatch.setattr(device_job, "find_device", known.__getitem__)
    monkeypatch.setattr(onnx_model, "_providers", lambda device: [CPU.provider])


@pytest.fixture
def model(tmp_path: Path) -> Path:
    folder = tmp_path / "model"
    folder.mkdir()
    save_trial_graph(folder / "model.onnx", half=False)
    write_manifest(folder, ModelManifest(id="m", name="M", kind="decoder",
                                         task="text-generation"))
    return folder


def run(book: TrialBook, device: Device, tmp_path: Path, folder: Path | str = "",
        open_model: Callable[[Path, int, Device], TextModel] | None = None,
        report: Callable[[Event], None] | None = None) -> list[Event]:
    told: list[Event] = []
    output = tmp_path / "output"
    output.mkdir(exist_ok=True)
    arguments: dict[str, object] = {"device": device.name, "folder": str(folder),
                                    "trials": str(tmp_path / "trials"), "threads": 1}
    told.append(run_device_job(arguments, output, report or told.append,
                               open_model or (lambda *_: FakeTextModel("Sand."))))
    return told


def found(book: TrialBook, device: Device = CARD) -> Trial:
    trial = book.find(device_trial(device.name), driver_stamp(device))
    assert trial is not None
    return trial


def test_without_a_chat_model_the_small_graph_decides(book: TrialBook, tmp_path: Path) -> None:
    told = run(book, CARD, tmp_path)
    assert told[-1].sentence() == "A card works."
    assert any("ran a small graph in" in event.message for event in told
               if isinstance(event, Note))
    assert (found(book).outcome, found(book).device) == (Outcome.WORKS, "card")


def test_the_chat_model_is_tried_and_its_speed_kept(book: TrialBook, tmp_path: Path,
                                                    model: Path) -> None:
    told = run(book, CARD, tmp_path, model)
    metrics = {event.name: event.value for event in told if isinstance(event, Metric)}
    assert set(metrics) == {"load_seconds", "tokens_per_second", "nodes_on_device",
                            "nodes_fallen_back"}
    assert metrics["nodes_on_device"] and not metrics["nodes_fallen_back"]
    assert [e.done for e in told if isinstance(e, Progress)] == [1, 2, 3]
    assert found(book).tokens_per_second == metrics["tokens_per_second"]
    assert "The words are the same." in found(book).message


def test_a_card_that_wants_halves_gets_its_graph_once(
        book: TrialBook, tmp_path: Path, model: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # GIVEN a device with 16-bit kernels
    monkeypatch.setattr(devices, "_HALF", frozenset({CPU.provider}))
    run(book, CARD, tmp_path, model)
    made = model / "model.fp16.onnx"
    kinds = {tensor.data_type for tensor in onnx.load(str(made)).graph.initializer}
    assert kinds == {onnx.TensorProto.FLOAT16}
    # WHEN tried again THEN the copy is left as it is, unless the model is newer
    before = made.stat().st_mtime_ns
    run(book, CARD, tmp_path, model)
    assert made.stat().st_mtime_ns == before
    made.write_bytes(b"of an older version of the model")
    os.utime(made, ns=(0, 0))
    run(book, CARD, tmp_path, model)
    assert made.stat().st_size > 1000


def test_a_device_that_does_not_start_fails_with_its_reason(book: TrialBook,
                                                           tmp_path: Path) -> None:
    with pytest.raises(EngineError, match="The installed runtime cannot use An absent card"):
        run(book, MISSING, tmp_path)
    assert found(book, MISSING).outcome is Outcome.FAILS
    assert found(book, MISSING).message.startswith("The installed runtime cannot use")


def test_while_it_is_tried_a_crash_would_be_remembered(book: TrialBook, tmp_path: Path,
                                                       model: Path) -> None:
    seen: list[bool] = []

    def opened(*_: object) -> FakeTextModel:
        seen.append(found(book).crashed)  # as the next start would read it, were this the end
        return FakeTextModel("Sand.")

    run(book, CARD, tmp_path, model, opened)
    assert seen == [True, True]
    assert not found(book).crashed


@pytest.fixture(params=[Cancelled, ZeroDivisionError], ids=["stopped", "a mistake of ours"])
def ending(request: pytest.FixtureRequest) -> Iterator[type[Exception]]:
    yield request.param


def test_what_is_no_fault_of_the_device_is_not_held_against_it(
        book: TrialBook, tmp_path: Path, ending: type[Exception]) -> None:
    def report(event: Event) -> None:
        raise ending

    with pytest.raises(ending):
        run(book, CARD, tmp_path, report=report)
    assert book.find(device_trial("card")) is None


def test_many_nodes_are_not_all_listed() -> None:
    names = tuple(f"Cast {number}" for number in range(40))
    said = device_job._of_nodes(names)
    assert said.startswith("40 nodes run on the processor: Cast 0,") and "and 28 more." in said
