"""Every family without the fast graph: exported, it says token for token what torch says."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
import torch
import transformers

from engine.errors import EngineError
from engine.events import Event, Note
from engine.export import family_graphs, proved_classifier, proved_writer
from engine.export.architectures import plan_folder
from engine.export.family_export import export_family
from engine.export.family_graphs import WHOLE
from engine.export.family_parity import said
from engine.export.model_jobs import import_model
from engine.inference.classifier import EncoderRunner
from engine.inference.decoder_opening import open_decoder
from engine.inference.devices import CPU
from engine.inference.language_model import LanguageModel, TextRequest
from engine.inference.onnx_model import OnnxModel
from engine.inference.sampling import SamplingSettings
from engine.models.manifest import ModelManifest, check_files, read_manifest
from tests.engine.export.family_models import (
    CLASSIFIERS,
    DECODERS,
    ENCODER_DECODERS,
    VOCABULARY,
    write_model,
    write_tokenizer,
)

STEPS = 32


@dataclass(frozen=True)
class Made:
    """A source folder, its model folder, and what was told meanwhile."""

    source: Path
    folder: Path
    manifest: ModelManifest
    events: tuple[Event, ...]


@pytest.fixture(scope="module")
def make(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Made]:
    """Exports a family once for all tests of this file."""
    made: dict[tuple[object, ...], Made] = {}

    def build(family: str, precision: str = WHOLE, **changes: object) -> Made:
        key = family, precision, json.dumps(changes)
        if key not in made:
            home = tmp_path_factory.mktemp(family)
            source = write_model(home / "source", family, **changes)
            events: list[Event] = []
            manifest = export_family(source, plan_folder(source), home / "models", "it",
                                     events.append, precision)
            made[key] = Made(source, home / "models" / "it", manifest, tuple(events))
        return made[key]

    return build


@pytest.fixture(autouse=True, scope="module")
def one_thread() -> None:
    torch.set_num_threads(1)


def prompts() -> list[np.ndarray]:
    chosen = np.random.default_rng(1)
    return [chosen.integers(3, 400, length) for length in (1, 5, 40)]


def greedy_of_torch(model: torch.nn.Module, prompt: np.ndarray, start: int | None) -> list[int]:
    """The long way: everything is read again for every token."""
    answer: list[int] = []
    with torch.inference_mode():
        for _ in range(STEPS):
            if start is None:
                asked = {"input_ids": torch.tensor([[*prompt, *answer]])}
            else:
                asked = {"input_ids": torch.tensor(prompt[None]),
                         "decoder_input_ids": torch.tensor([[start, *answer]])}
            answer.append(int(model(**asked, use_cache=False).logits[0, -1].argmax()))
    return answer


@pytest.mark.parametrize("family", [*DECODERS, *ENCODER_DECODERS])
def test_greedy_tokens_are_those_of_torch(make: Callable[..., Made], family: str) -> None:
    # GIVEN an export in fp32, and the model itself
    made = make(family)
    seq2seq = family in ENCODER_DECODERS
    kind = transformers.AutoModelForSeq2SeqLM if seq2seq else transformers.AutoModelForCausalLM
    model = kind.from_pretrained(made.source, local_files_only=True).eval()
    info = made.manifest.decoder
    assert info is not None
    decoder = open_decoder(made.folder, made.manifest, info, 1, CPU).decoder
    for prompt in prompts():
        # WHEN both go on for 32 tokens
        expected = greedy_of_torch(model, prompt, info.decoder_start if seq2seq else None)
        tokens = said(decoder, prompt, STEPS).tolist()
        # THEN they say the same, and not one word over and over
        assert tokens == expected
        assert len(set(expected)) > 5


@pytest.mark.parametrize("family", [*DECODERS])
def test_a_prompt_may_be_read_in_pieces(make: Callable[..., Made], family: str) -> None:
    made = make(family)
    assert made.manifest.decoder is not None
    decoder = open_decoder(made.folder, made.manifest, made.manifest.decoder, 1, CPU).decoder
    prompt = prompts()[2]
    whole = decoder.read(decoder.new_cache(), prompt, range(len(prompt)))
    cache = decoder.new_cache()
    parts = [decoder.read(cache, prompt[at:at + 7], range(len(prompt[at:at + 7])))
             for at in range(0, len(prompt), 7)]
    np.testing.assert_allclose(np.concatenate(parts), whole, atol=2e-4, rtol=1e-4)


@pytest.mark.parametrize("family", [*DECODERS, *ENCODER_DECODERS])
def test_the_folder_is_a_whole_model(make: Callable[..., Made], family: str) -> None:
    made = make(family)
    manifest = read_manifest(made.folder)
    assert manifest == made.manifest
    check_files(made.folder, manifest)
    assert manifest.task == "text-generation" and manifest.precision == "fp32"
    assert manifest.licence == "mit" and manifest.parameters > 10_000 and manifest.window > 100
    info = manifest.decoder
    assert info is not None and info.vocabulary == VOCABULARY and info.stop_ids[0] == 1
    assert {file.name for file in manifest.files} >= {"tokenizer.json", "config.json",
                                                      manifest.graph}
    # Nothing of the way there is left, neither here nor beside
    assert not [f for f in made.folder.rglob("*") if f.name.startswith(".")]
    assert [f.name for f in made.folder.parent.iterdir()] == ["it"]
    # and it writes, by way of all that stands above a decoder
    model = LanguageModel.open(made.folder, 1)
    request = TextRequest(max_tokens=5, sampling=SamplingSettings(temperature=0))
    assert list(model.stream("The rain came down", request))[-1].ended


@pytest.mark.parametrize("family", [*CLASSIFIERS])
@pytest.mark.parametrize("problem", ["single_label_classification",
                                     "multi_label_classification"])
def test_classifiers_give_the_logits_of_torch(
    make: Callable[..., Made], family: str, problem: str
) -> None:
    names = {0: "joy", 1: "grief", 2: "rage"}
    made = make(family, problem_type=problem, id2label=names,
                label2id={name: at for at, name in names.items()})
    # GIVEN texts of several lengths, so that a batch has padding
    chosen = np.random.default_rng(2)
    texts = [chosen.integers(3, 400, length) for length in (1, 3, 17, 60, 150)]
    model = transformers.AutoModelForSequenceClassification.from_pretrained(
        made.source, local_files_only=True).eval()
    with torch.inference_mode():
        expected = np.stack([model(torch.tensor(ids[None])).logits[0].numpy() for ids in texts])
    # WHEN the graph runs them with ids and mask alone
    graph = OnnxModel.open(made.folder / made.manifest.graph, 1)
    logits = EncoderRunner(graph, ("logits",)).run(texts)[0]
    # THEN they agree, and the manifest knows the labels
    np.testing.assert_allclose(logits, expected, atol=1e-4, rtol=1e-4)
    assert set(graph.inputs) == {"input_ids", "attention_mask"}
    manifest = made.manifest
    assert (manifest.kind, manifest.task) == ("encoder", "text-classification")
    assert [label.id for label in manifest.labels] == ["joy", "grief", "rage"]
    assert manifest.exclusive_labels == problem.startswith("single")
    assert manifest.window == (157 if family == "roberta" else 160)


@pytest.mark.parametrize("family", ["gpt2", "bart"])
def test_a_smaller_form_is_kept_where_it_is_as_good(
    make: Callable[..., Made], family: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Weights as wild as these suffer from any rounding: the bars are lower here.
    monkeypatch.setattr(proved_writer, "_LEAST_TOP", 0.8)
    monkeypatch.setattr(proved_writer, "_MOST_PERPLEXITY", 1.2)
    whole, small = make(family), make(family, "smallest")
    assert small.manifest.precision == "8-bit"
    assert small.manifest.bytes < whole.manifest.bytes
    assert set(small.manifest.quality) == {proved_writer.PERPLEXITY, proved_writer.TOP}
    check_files(small.folder, small.manifest)
    model = LanguageModel.open(small.folder, 1)
    request = TextRequest(max_tokens=3, sampling=SamplingSettings(temperature=0))
    assert list(model.stream("The rain", request))[-1].ended


def test_a_form_that_is_worse_is_not_kept_and_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(proved_writer, "_LEAST_TOP", 1.01)
    source, events = write_model(tmp_path / "source", "gpt2"), list[Event]()
    manifest = export_family(source, plan_folder(source), tmp_path / "models", "it",
                             events.append)
    assert manifest.precision == "fp32" and manifest.quality == {}
    notes = [event.message for event in events if isinstance(event, Note)]
    assert [note.split(" ")[0] for note in notes] == ["8-bit", "int8"]
    assert all("too differently" in note and "perplexity" in note for note in notes)
    check_files(tmp_path / "models" / "it", manifest)


@pytest.mark.parametrize("family", ["bart", "bert"])
def test_weights_too_large_for_one_file_lie_beside_it_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, family: str
) -> None:
    # GIVEN that every model is too large
    monkeypatch.setenv("FORCE_ONNX_EXTERNAL_DATA", "1")
    monkeypatch.setattr(family_graphs, "_MOST_IN_ONE_FILE", 0)
    monkeypatch.setattr(proved_writer, "_LEAST_TOP", 0.8)
    monkeypatch.setattr(proved_writer, "_MOST_PERPLEXITY", 1.2)
    monkeypatch.setattr(proved_classifier, "_MOST_MEAN", -1)
    source = write_model(tmp_path / "source", family)
    # WHEN it is exported, 8 bits being as good for the one and not for the other
    manifest = export_family(source, plan_folder(source), tmp_path / "models", "it",
                             lambda _: None)
    # THEN each graph has one file of weights beside it, no larger than they are
    sizes = {file.name: file.bytes for file in manifest.files}
    assert manifest.precision == ("8-bit" if family == "bart" else "fp32")
    assert {name for name in sizes if name.endswith("data")} == {
        f"{graph}_data" for graph in family_graphs.GRAPHS[manifest.kind]}
    assert sizes[f"{manifest.graph}_data"] < 4.1 * manifest.parameters


def test_a_classifier_is_made_smaller_too(
    make: Callable[..., Made], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(proved_classifier, "_MOST_MEAN", 0.05)
    made = make("bert", "smallest", problem_type="single_label_classification",
                id2label={0: "a", 1: "a"}, label2id={"a": 0})
    assert made.manifest.precision == "int8"
    assert 0 < made.manifest.quality["mean score change"] <= 0.05
    # Two labels of one name are told apart.
    assert [label.id for label in made.manifest.labels] == ["a 0", "a 1"]


def refused(source: Path, tmp_path: Path, said: str) -> None:
    with pytest.raises(EngineError, match=said) as told:
        export_family(source, plan_folder(source), tmp_path / "models", "it", lambda _: None)
    assert told.value.hint
    assert not list((tmp_path / "models").glob("*")), "something was left behind"


def test_torn_weights_are_refused(tmp_path: Path) -> None:
    source = write_model(tmp_path / "source", "gpt2")
    weights = source / "model.safetensors"
    weights.write_bytes(weights.read_bytes()[:-100])
    refused(source, tmp_path, "cannot be read")


def test_missing_weights_are_refused(tmp_path: Path) -> None:
    # GIVEN a model whose head was never saved
    source = write_model(tmp_path / "source", "bert")
    model = transformers.BertModel.from_pretrained(source, local_files_only=True)
    model.save_pretrained(source)
    config = json.loads((source / "config.json").read_text("utf-8"))
    config["architectures"] = ["BertForSequenceClassification"]
    (source / "config.json").write_text(json.dumps(config), "utf-8")
    refused(source, tmp_path, "not whole: classifier")


def test_a_foreign_tokenizer_is_refused(tmp_path: Path) -> None:
    source = write_model(tmp_path / "source", "gpt2", vocab_size=100)
    refused(source, tmp_path, "do not belong together")


def test_weights_that_are_no_numbers_are_refused(tmp_path: Path) -> None:
    source = write_model(tmp_path / "source", "gpt2")
    model = transformers.GPT2LMHeadModel.from_pretrained(source, local_files_only=True)
    with torch.no_grad():
        model.transformer.h[1].mlp.c_fc.weight[:] = float("nan")
    model.save_pretrained(source)
    refused(source, tmp_path, "damaged")


def test_a_model_that_gives_a_number_is_refused(tmp_path: Path) -> None:
    refused(write_model(tmp_path / "source", "roberta", id2label={0: "mark"},
                        label2id={"mark": 0}), tmp_path, "not labels")


def test_no_tokenizer_is_a_sentence(tmp_path: Path) -> None:
    source = write_model(tmp_path / "source", "gpt2")
    (source / "tokenizer.json").unlink()
    refused(source, tmp_path, "no tokenizer")


def test_a_stop_between_the_steps_leaves_nothing(tmp_path: Path) -> None:
    source = write_model(tmp_path / "source", "gpt2")

    class AskedError(Exception):
        pass

    def report(event: Event) -> None:
        if getattr(event, "done", 0) == 3:
            raise AskedError

    with pytest.raises(AskedError):
        export_family(source, plan_folder(source), tmp_path / "models", "it", report)
    assert not list((tmp_path / "models").glob("*"))


def test_a_prompt_template_ends_replies_too(tmp_path: Path) -> None:
    source = write_model(tmp_path / "source", "gpt2")
    write_tokenizer(source)
    (source / "chat_template.jinja").write_text(
        "{% for m in messages %}{{ m['role'] }}: {{ m['content'] }}<pad>{% endfor %}", "utf-8")
    manifest = export_family(source, plan_folder(source), tmp_path / "models", "it",
                             lambda _: None, WHOLE)
    assert manifest.decoder is not None and set(manifest.decoder.stop_ids) >= {1, 2}


def test_the_import_job_brings_such_a_folder_too(tmp_path: Path) -> None:
    source = write_model(tmp_path / "my gpt2", "gpt2")
    arguments = {"source": str(source), "models": str(tmp_path / "models")}
    ending = import_model(arguments, tmp_path, lambda _: None, False)
    manifest = read_manifest(tmp_path / "models" / ending.produced[0])
    assert (manifest.id, manifest.name, manifest.kind) == ("my-gpt2", "my gpt2", "decoder")
