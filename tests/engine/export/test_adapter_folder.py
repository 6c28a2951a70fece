"""An adapter joins an installed decoder at run time and says what the merged weights would say."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any, cast

import msgspec
import numpy as np
import pytest

from engine.errors import EngineError
from engine.export.activation_reach import Reach, smoothed
from engine.export.adapter_folder import Changes
from engine.export.adapter_graph import scales_of_prompts
from engine.export.decoder_graph import build_decoder_graph, build_prompt_graph
from engine.export.decoder_weights import DecoderWeights, DenseMatrix, LayerWeights
from engine.export.weight_file import save_graphs
from engine.inference.language_model import LanguageModel
from engine.inference.sampling import GREEDY
from engine.inference.text_model import TextRequest
from engine.models.manifest import read_manifest, write_manifest
from tests.engine.export.adapter_bench import (
    ATTENTION,
    EVERY,
    AdapterBench,
    changes_of,
    tiny_bench,
)
from tests.tiny_hub import plain_logits

Make = Callable[[str, int], AdapterBench]
IDS = [5, 77, 3, 140, 299, 8, 21, 40, 41, 42, 60, 61]
LONG = [*IDS, *range(100, 160), *range(60, 100)]  # half of it is read by the graph for prompts


def merged(weights: DecoderWeights, changes: Changes) -> DecoderWeights:
    def layer(number: int, held: LayerWeights) -> LayerWeights:
        parts = {name.rsplit(".", 1)[1]: change for name, change in changes.items()
                 if name.startswith(f"layers.{number}.")}
        return replace(held, **{name: DenseMatrix(
            getattr(held, name).dense() + change.up @ change.down)
            for name, change in parts.items()})

    return replace(weights, layers=[layer(*each) for each in enumerate(weights.layers)])


@pytest.fixture
def make(tmp_path: Path) -> Make:
    def build(family: str, bits: int) -> AdapterBench:
        return tiny_bench(tmp_path, family, bits)

    return build


@pytest.mark.parametrize(("family", "bits", "on"), [
    ("llama", 8, ATTENTION), ("llama", 4, EVERY), ("qwen2", 8, ("query", "value")),
    ("qwen3", 8, EVERY)])
def test_it_says_what_the_merged_weights_say(
        family: str, bits: int, on: tuple[str, ...], make: Make) -> None:
    # GIVEN a base and changes that turn its answers over
    bench = make(family, bits)
    changes = changes_of(bench.weights, on)
    adapted = bench.add("changed", changes)
    expected = plain_logits(merged(bench.weights, changes), LONG)[len(LONG) // 2:]
    before = plain_logits(bench.weights, LONG)[len(LONG) // 2:]
    manifest = read_manifest(adapted)
    assert manifest.adapter is not None
    assert manifest.adapter.prompt_graph
    # WHEN a prompt is read and answered THEN it is as merged, whichever graph read the prompt
    found = bench.said(adapted, LONG)
    assert np.abs(before - expected).mean() > 0.3 * expected.std()
    assert np.abs(found - expected).mean() < (0.045 if bits == 8 else 0.07) * expected.std()
    # AND the base is as it was
    assert np.abs(bench.said(bench.base, LONG) - before).mean() < 0.06 * before.std()


def test_what_the_graph_for_prompts_divides_by_is_read_out_of_it(
        make: Make, tmp_path: Path) -> None:
    # GIVEN a graph for prompts whose values were divided by factors far apart
    bench = make("llama", 8)
    chance = np.random.default_rng(5)
    weights = bench.weights
    widths = {"attention": weights.config.hidden, "ffn": weights.config.hidden,
              "down": weights.config.ffn}
    nothing = np.ones((1, 1, 1), np.float32)
    reach = Reach({f"{number}.{place}": np.exp(chance.normal(0, 3, width)).astype(np.float32)
                   for number in range(weights.config.layers) for place, width in widths.items()},
                  nothing, nothing)
    smooth = smoothed(weights, reach)
    save_graphs({"main.onnx": build_decoder_graph(weights)}, tmp_path, "main.bin")
    save_graphs({"prompt.onnx": build_prompt_graph(smooth)}, tmp_path, "prompt.bin")
    # WHEN they are read back THEN those before each product are found; of the last layer the graph
    # for prompts has no more than what fills the cache
    found = scales_of_prompts(tmp_path / "main.onnx", tmp_path / "prompt.onnx", weights)
    assert "layers.0.down" in found and "layers.1.down" not in found
    for number, (plain, layer) in enumerate(zip(weights.layers, smooth.layers, strict=True)):
        expected = {"attention": plain.attention_norm / layer.attention_norm,
                    "ffn": plain.ffn_norm / layer.ffn_norm,
                    "down": layer.down.dense()[0] / plain.down.dense()[0]}
        for place, factors in expected.items():
            assert np.ptp(np.log(factors)) > 2
            assert number or found[f"layers.{number}.{place}"] == pytest.approx(factors, rel=0.03)


def test_several_adapters_share_what_is_open(make: Make) -> None:
    bench = make("llama", 8)
    one, two = (bench.add(name, changes_of(bench.weights, ATTENTION, seed))
                for name, seed in (("one", 1), ("two", 2)))
    first, second = LanguageModel.open(one, 1), LanguageModel.open(two, 1)
    sessions = [cast("Any", model._decoder)._model for model in (first, second)]
    assert sessions[0] is sessions[1]
    # AND each keeps its own way of talking, turn by turn
    request = TextRequest(8, GREEDY)

    def say(model: LanguageModel) -> str:
        return "".join(piece.text for piece in model.stream("rain on the kitchen", request))

    told = [say(model) for model in (first, second, first, second)]
    assert told[0] == told[2] and told[1] == told[3] and told[0] != told[1]


def test_it_names_its_base_and_holds_no_weights_of_it(make: Make) -> None:
    bench = make("llama", 8)
    folder = bench.add("changed", changes_of(bench.weights, ("query", "value")))
    manifest = read_manifest(folder)
    assert manifest.adapter is not None and manifest.kind == "adapter"
    assert (manifest.adapter.base, manifest.adapter.rank) == ("tiny", 4)
    assert manifest.adapter.on == ("query", "value")
    assert "weights.bin" not in [file.name for file in manifest.files]
    assert manifest.bytes < read_manifest(bench.base).bytes


def test_another_base_is_refused(make: Make) -> None:
    bench = make("llama", 8)
    folder = bench.add("changed", changes_of(bench.weights, ATTENTION))
    manifest = read_manifest(folder)
    assert manifest.adapter is not None
    for wrong, words in (({"weights": "0" * 64}, "another version"),
                         ({"base": "gone"}, "not installed")):
        other = msgspec.structs.replace(manifest.adapter, **wrong)
        write_manifest(folder, msgspec.structs.replace(manifest, adapter=other))
        with pytest.raises(EngineError, match=words):
            LanguageModel.open(folder, 1)


def test_matrices_that_do_not_fit_are_refused(make: Make) -> None:
    from safetensors.numpy import load_file, save_file

    bench = make("llama", 8)
    folder = bench.add("changed", changes_of(bench.weights, ATTENTION))
    held = load_file(folder / "adapter.safetensors")
    held.pop("layers.1.output.lora_up")
    save_file(held, folder / "adapter.safetensors")
    with pytest.raises(EngineError, match="fits its base"):
        LanguageModel.open(folder, 1)
    (folder / "adapter.safetensors").write_bytes(b"no")
    with pytest.raises(EngineError, match="cannot be read"):
        LanguageModel.open(folder, 1)
