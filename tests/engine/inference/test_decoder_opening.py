"""A folder's decoder is opened as its manifest says, and what is amiss with it is a sentence."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import pytest

from engine.errors import EngineError
from engine.export.decoder_graph import build_exactness_graph
from engine.export.half_precision import save_half
from engine.inference import decoder_opening
from engine.inference.decoder import Decoder
from engine.inference.decoder_opening import open_decoder
from engine.inference.devices import CPU, Device, half_graph
from engine.inference.integer_products import FILE, multiplies_exactly
from engine.models.manifest import (
    TEXT_GENERATION,
    DecoderInfo,
    ModelManifest,
    read_manifest,
)
from tests.tiny_decoder import write_tiny_chat_model
from tests.tiny_exports import VOCABULARY, save_encoder_decoder, save_past_present
from tests.tiny_forms import off, opened, reach_of, some_ids, weights_of
from tests.tiny_hub import TinyShape

SHAPE = TinyShape(window=200)
IDS = some_ids(200)
PROMPT, STEPS = "prompt.onnx", "cache_steps.npy"


@dataclass(frozen=True)
class Folder:
    """A model's folder and what its manifest says."""

    place: Path
    info: DecoderInfo
    window: int = SHAPE.window

    def open(self, **changes: Any) -> Decoder[Any]:
        info = msgspec.structs.replace(self.info, **changes)
        manifest = ModelManifest(id="tiny", name="Tiny", kind="decoder", task=TEXT_GENERATION,
                                 window=self.window, decoder=info)
        return open_decoder(self.place, manifest, info, 1, CPU).decoder

    def say(self, ids: np.ndarray = IDS[:150], **changes: Any) -> np.ndarray:
        decoder = self.open(**changes)
        return decoder.read(decoder.new_cache(), ids).copy()


def written(place: Path, cache: str) -> Folder:
    """All that a fast form has."""
    weights = weights_of(place / "hub", SHAPE)
    reach = reach_of(place, weights, [IDS])
    scales = reach.cache_scales() if cache == "int8" else None
    opened(place, weights, scales, prompts=reach)
    (place / FILE).write_bytes(build_exactness_graph().SerializeToString())
    if scales:
        np.save(place / STEPS, np.stack([scales.keys, scales.values]))
    return Folder(place, DecoderInfo(
        layout="shared-cache", layers=2, kv_heads=2, head_size=16, vocabulary=300, stop_ids=(2,),
        cache=cache, cache_steps=STEPS if scales else "", prompt_graph=PROMPT))


@pytest.fixture(params=["int8", "float32"])
def folder(request: pytest.FixtureRequest, tmp_path: Path,
           monkeypatch: pytest.MonkeyPatch) -> Folder:
    # a processor that can, so that these tests say the same on every one
    monkeypatch.setattr(decoder_opening, "multiplies_exactly", lambda graph: graph.is_file())
    return written(tmp_path, request.param)


def test_prompts_are_read_by_their_graph_where_there_is_one(folder: Folder) -> None:
    fast, plain = folder.say(), folder.say(prompt_graph="")
    assert not np.array_equal(fast, plain) and off(fast, plain) < 0.05
    # AND only they: the graph is not missed before one comes
    (folder.place / PROMPT).unlink()
    assert np.array_equal(folder.say(IDS[:20]), folder.say(IDS[:20], prompt_graph=""))
    with pytest.raises(EngineError, match=r"prompt\.onnx"):
        folder.say()


def test_a_processor_that_miscounts_reads_prompts_the_other_way(
        folder: Folder, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(decoder_opening, "multiplies_exactly", lambda graph: False)
    assert np.array_equal(folder.say(), folder.say(prompt_graph=""))


def test_what_cannot_be_asked_counts_as_a_miscount(folder: Folder,
                                                   monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(decoder_opening, "multiplies_exactly", multiplies_exactly)
    multiplies_exactly.cache_clear()
    (folder.place / FILE).unlink()
    assert np.array_equal(folder.say(), folder.say(prompt_graph=""))
    multiplies_exactly.cache_clear()


def cut_steps(place: Path) -> None:
    (place / STEPS).write_bytes((place / STEPS).read_bytes()[:-4])


def steps_of_another(place: Path) -> None:
    np.save(place / STEPS, np.ones((2, 2, 1, 16), np.float32))


@pytest.mark.parametrize("harm", [lambda place: (place / STEPS).unlink(), cut_steps,
                                  steps_of_another], ids=["missing", "cut", "another"])
def test_steps_that_are_amiss_are_told_at_once(harm: Callable[[Path], None],
                                               tmp_path: Path) -> None:
    made = written(tmp_path, "int8")
    harm(tmp_path)
    with pytest.raises(EngineError, match=r"cache_steps\.npy"):
        made.open()
    # AND a model that has no graph for prompts does not need them
    assert made.say(prompt_graph="").shape == (1, 300)


def test_an_8_bit_cache_without_steps_is_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(EngineError, match="cannot be read"):
        written(tmp_path, "int8").open(cache_steps="")


@pytest.mark.parametrize("changes, sentence", [
    ({"layout": "spiral"}, '"spiral"'), ({"vocabulary": 301}, "301 tokens, its graph has 300")])
def test_a_manifest_that_does_not_fit_is_a_sentence(changes: dict[str, Any], sentence: str,
                                                    folder: Folder) -> None:
    with pytest.raises(EngineError, match=sentence) as caught:
        folder.open(**changes)
    assert caught.value.hint


@pytest.mark.parametrize("name", ["model.onnx", "weights.bin"])
def test_a_file_that_is_missing_is_a_sentence(name: str, folder: Folder) -> None:
    (folder.place / name).unlink()
    with pytest.raises(EngineError, match="cannot be opened"):
        folder.open()


def test_other_layouts_are_opened_as_theirs(tmp_path: Path) -> None:
    info = DecoderInfo(layout="past-present", layers=1, kv_heads=1, head_size=8,
                       vocabulary=VOCABULARY, stop_ids=(), prompt_graph="prompt.onnx")
    save_past_present(tmp_path / "model.onnx")
    past = Folder(tmp_path, info, window=60)
    assert past.say(IDS[:50] % VOCABULARY).shape == (1, VOCABULARY)
    both = save_encoder_decoder(tmp_path / "both")
    (both / "decoder_model_merged.onnx").rename(both / "model.onnx")
    two = Folder(both, msgspec.structs.replace(info, layout="encoder-decoder", decoder_start=0))
    assert two.say(IDS[:9] % VOCABULARY).shape == (1, VOCABULARY)


def test_a_card_that_is_gone_leaves_the_usual_graph_to_the_processor(tmp_path: Path) -> None:
    # GIVEN a model that was tried on a card, so that its halved graph stands beside the usual one
    folder = write_tiny_chat_model(tmp_path / "tiny")
    save_half(folder / "model.onnx", half_graph(folder / "model.onnx"))
    manifest = read_manifest(folder)
    assert manifest.decoder is not None
    card = Device("cuda", "CUDAExecutionProvider", "A card")
    # WHEN it is opened where no card is
    found = open_decoder(folder, manifest, manifest.decoder, 1, card)
    # THEN the processor runs the graph that was made for it, and it is said why
    assert found.device == "CPU" and "The processor is used instead" in found.note
    cache = found.decoder.new_cache()
    found.decoder.read(cache, np.array([5, 6, 7]))
    usual = open_decoder(folder, manifest, manifest.decoder, 1, CPU).decoder.new_cache()
    assert cache.bytes == usual.bytes, "a halved cache would take half"
