"""A device is believed only if it answers like the processor; what it did is told in numbers."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from engine.errors import EngineError
from engine.inference import device_trial
from engine.inference.device_trial import try_graph, try_writer
from engine.inference.devices import CPU, Device, graph_for
from engine.inference.language_model import TextModel
from tests.fakes import FakeTextModel

CARD = Device("cuda", "CUDAExecutionProvider", "A card")
INPUTS = {"x": np.array([1, 2, 4], np.float32)}


class FakeGraph:
    """An open graph: doubles on the processor, `on_card` on the card."""

    outputs = ("y",)
    note = ""
    on_device = 3
    fallen_back = ("Cast stay",)

    def __init__(self, answer: Callable[[np.ndarray], np.ndarray]) -> None:
        self._answer = answer

    def run(self, outputs: object, inputs: dict[str, np.ndarray]) -> list[np.ndarray]:
        return [self._answer(inputs["x"])]


def on_card(monkeypatch: pytest.MonkeyPatch, answer: Callable[[np.ndarray], np.ndarray],
            note: str = "") -> None:
    def opened(graph: Path, threads: int = 0, device: Device = CPU) -> FakeGraph:
        made = FakeGraph(answer if device == CARD else lambda x: 2 * x)
        made.note = note if device == CARD else ""
        return made

    monkeypatch.setattr(device_trial.OnnxModel, "open", opened)


def test_a_card_that_nearly_agrees_is_believed(monkeypatch: pytest.MonkeyPatch) -> None:
    on_card(monkeypatch, lambda x: (2 * x + 0.01).astype(np.float16))
    trial = try_graph(Path("g.onnx"), INPUTS, CARD)
    assert 0 < trial.off < 0.02
    assert (trial.on_device, trial.fallen_back) == (3, ("Cast stay",))
    assert trial.milliseconds > 0 < trial.processor_milliseconds


@pytest.mark.parametrize("answer", [lambda x: 2 * x + 1, lambda x: x * np.nan, np.zeros_like],
                         ids=["other numbers", "no numbers", "zeros"])
def test_a_card_that_computes_nonsense_is_not(monkeypatch: pytest.MonkeyPatch,
                                              answer: Callable[[np.ndarray], np.ndarray]) -> None:
    on_card(monkeypatch, answer)
    with pytest.raises(EngineError, match="its answers are wrong"):
        try_graph(Path("g.onnx"), INPUTS, CARD)


def test_falling_back_is_no_success(monkeypatch: pytest.MonkeyPatch) -> None:
    on_card(monkeypatch, lambda x: 2 * x, "A card could not be started.")
    with pytest.raises(EngineError, match="A card could not be started"):
        try_graph(Path("g.onnx"), INPUTS, CARD)


def writers(card: FakeTextModel) -> Callable[[Device], TextModel]:
    """A model that is the usual one on the processor and `card` on the card."""
    usual = FakeTextModel("Sand and shells.", lambda prompt, text: -1.0)
    return lambda device: card if device == CARD else usual


def test_the_same_words_are_told_with_their_speed() -> None:
    trial = try_writer(writers(FakeTextModel("Sand and shells.", lambda p, t: -1.2)), CARD)
    assert trial.device.text == trial.processor.text == "Sand and shells."
    assert trial.same_tokens == len("Sand and shells.")
    assert trial.device.tokens_per_second > 0 <= trial.device.load_seconds


def test_words_that_part_at_a_near_tie_are_counted() -> None:
    trial = try_writer(writers(FakeTextModel("Sand or stones.", lambda p, t: -1.0)), CARD)
    assert trial.same_tokens == len("Sand ")


@pytest.mark.parametrize("chance", [-40.0, float("nan")])
def test_a_card_that_finds_good_words_absurd_is_refused(chance: float) -> None:
    with pytest.raises(EngineError, match="its answers are wrong"):
        try_writer(writers(FakeTextModel("§§§§", lambda p, t: chance)), CARD)


def test_both_are_asked_the_chance_of_the_same_words() -> None:
    asked: list[str] = []

    def chance(prompt: str, text: str) -> float:
        asked.append(text)
        return -1.0

    try_writer(writers(FakeTextModel("Other words", chance)), CARD)
    assert asked == ["Sand and shells."]


def test_a_model_that_says_nothing_tells_nothing() -> None:
    with pytest.raises(EngineError, match="says nothing"):
        try_writer(lambda device: FakeTextModel(""), CARD)


def test_the_halved_graph_is_opened_where_it_is_wanted_and_there(tmp_path: Path) -> None:
    whole, half = tmp_path / "model.onnx", tmp_path / "model.fp16.onnx"
    assert graph_for(tmp_path, "model.onnx", CARD) == whole, "there is no other yet"
    half.touch()
    assert graph_for(tmp_path, "model.onnx", CARD) == half
    assert graph_for(tmp_path, "model.onnx", CPU) == whole
