"""A model folder opened whole: text in, text out."""

import shutil
from collections.abc import Iterator
from dataclasses import replace
from itertools import zip_longest
from pathlib import Path

import msgspec
import numpy as np
import pytest

from engine.errors import EngineError
from engine.inference.language_model import LanguageModel
from engine.inference.sampling import GREEDY, Sampler, SamplingSettings
from engine.inference.text_model import TextPiece, TextRequest
from engine.models.manifest import ModelManifest, read_manifest, write_manifest
from engine.models.template_manners import Message
from tests.contracts import TextModelContract
from tests.tiny_decoder import write_tiny_chat_model

TALK = [Message("user", "Hello! How are you today?")]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Only to be read."""
    return write_tiny_chat_model(tmp_path_factory.mktemp("models") / "tiny-writer")


@pytest.fixture(scope="module")
def tiny(folder: Path) -> LanguageModel:
    return LanguageModel.open(folder, threads=1)


class TestLanguageModel(TextModelContract):
    @pytest.fixture
    def model(self, tiny: LanguageModel) -> LanguageModel:
        return tiny

    def test_logprobs_of_a_text_are_those_it_was_said_with(self, model: LanguageModel) -> None:
        request = TextRequest(max_tokens=6, sampling=GREEDY, logprobs=True)
        pieces = [p for p in model.stream("the rain", request) if p.token is not None]
        text = model.tokenizer.decode([piece.token for piece in pieces if piece.token])
        (found,) = model.logprobs("the rain", [text])
        if model.tokenize(text).tolist() == [piece.token for piece in pieces]:
            assert found == pytest.approx([piece.logprob for piece in pieces], abs=1e-3)
        # AND the first token's is right in any case
        assert pieces[0].logprob == pytest.approx(
            best_first(model, "the rain"), abs=1e-3)

    def test_what_is_held_of_a_sequence_is_what_its_end_is_scored_with(
            self, model: LanguageModel) -> None:
        start, end = model.tokenize("the rain came"), model.tokenize(" down on the harbour")
        (scored,) = model.logprobs("the rain came", [" down on the harbour"])
        whole = np.concatenate([start, end])
        found = model.held(whole, range(len(start), len(whole)))
        assert found == pytest.approx(scored, abs=1e-3)


def best_first(model: LanguageModel, prompt: str) -> float:
    """The greatest log-probability of any next token, by scoring every one-token text."""
    texts = [model.tokenizer.decode([token]) for token in range(300)]
    single = [text for text in texts if len(model.tokenize(text)) == 1]
    return max(float(each[0]) for each in model.logprobs(prompt, single))


def said(pieces: Iterator[TextPiece]) -> str:
    return "".join(piece.text for piece in pieces)


def test_a_seed_gives_the_same_text_and_another_another(tiny: LanguageModel) -> None:
    def with_seed(seed: int, speculate: bool = False) -> str:
        sampling = SamplingSettings(temperature=1.0, seed=seed)
        request = TextRequest(max_tokens=20, sampling=sampling, speculate=speculate)
        return said(tiny.stream("The rain", request))

    assert with_seed(1) == with_seed(1) == with_seed(1, speculate=True)
    assert len({with_seed(seed) for seed in range(5)}) > 1


def test_a_rendered_prompt_ends_where_the_reply_begins(tiny: LanguageModel) -> None:
    prompt = tiny.render(TALK)
    assert prompt.endswith("<|im_start|>assistant\n")
    assert tiny.reply_stops == (), "its end marker is a token, not a text"


def test_a_model_without_template_ends_before_the_next_speaker(tmp_path: Path,
                                                               folder: Path) -> None:
    plain = changed(tmp_path, folder)
    (plain / "chat_template.jinja").unlink()
    model = LanguageModel.open(plain)
    assert model.render(TALK).endswith("Assistant:")
    assert any("User:" in stop for stop in model.reply_stops)


def test_a_second_turn_reads_only_what_is_new(tiny: LanguageModel) -> None:
    first = tiny.render(TALK)
    reply = said(tiny.stream(first, TextRequest(max_tokens=5, sampling=GREEDY, prefix="a")))
    # WHEN the talk goes on
    second = first + tiny.quote(reply) + "<|im_end|>\n<|im_start|>user\nWhy?<|im_end|>\n"
    pieces = list(tiny.stream(second, TextRequest(max_tokens=1, sampling=GREEDY, prefix="a")))
    # THEN reading begins behind what was read and said
    assert pieces[0].prompt_done >= tiny.count(first)
    # AND it says what it says with everything read anew
    fresh = list(tiny.stream(second, TextRequest(max_tokens=1, sampling=GREEDY, prefix="b")))
    assert [p.token for p in pieces][-2] == [p.token for p in fresh][-2]


def whole(model: LanguageModel, prompt: str, prefix: str, seed: int) -> str:
    sampling = SamplingSettings(temperature=1.0, seed=seed)
    return said(model.stream(prompt, TextRequest(20, sampling, prefix=prefix)))


@pytest.mark.parametrize("cache", ["float32", "int8"])
def test_a_seed_gives_the_same_text_whatever_was_asked_between(tmp_path: Path,
                                                               cache: str) -> None:
    model = LanguageModel.open(write_tiny_chat_model(tmp_path / "m", cache=cache), threads=1)
    first = whole(model, "The rain came down", "a", 7)
    for other in ("The rain came down on you", "We dance", "The rain"):
        whole(model, other, "a", 8)
        whole(model, other, "b", 9)
        assert whole(model, "The rain came down", "a", 7) == first


@pytest.mark.parametrize("names", [("a", "b"), ("", ""), ("a", "a")])
def test_streams_that_take_turns_say_what_each_says_alone(folder: Path,
                                                          names: tuple[str, str]) -> None:
    """As when something urgent comes between two pieces of a reply, on the same thread."""
    prompts = ("You are a helpful assistant. Hello!", "You are a helpful assistant. Good bye!")
    alone = [whole(LanguageModel.open(folder, threads=1), prompt, "", 3) for prompt in prompts]
    model = LanguageModel.open(folder, threads=1)
    request = TextRequest(20, SamplingSettings(temperature=1.0, seed=3))
    streams = [model.stream(prompt, replace(request, prefix=name))
               for prompt, name in zip(prompts, names, strict=True)]
    told = ["", ""]
    for pieces in zip_longest(*streams):
        for number, piece in enumerate(pieces):
            told[number] += piece.text if piece else ""
        model.logprobs(prompts[0], [" sad", " glad"], names[0])
    assert told == alone


def test_a_model_that_failed_once_answers_as_before(tiny: LanguageModel,
                                                    monkeypatch: pytest.MonkeyPatch) -> None:
    before = whole(tiny, "We dance with the dust", "c", 1)
    with monkeypatch.context() as broken:
        broken.setattr(Sampler, "choose", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            whole(tiny, "We dance with the dust and", "c", 1)
    assert whole(tiny, "We dance with the dust", "c", 1) == before


def test_a_reply_may_be_longer_than_the_window(tiny: LanguageModel) -> None:
    sampling = SamplingSettings(temperature=1.5, top_p=1.0, min_p=0.0, seed=4)
    request = TextRequest(max_tokens=200, sampling=sampling, keep=4)
    pieces = list(tiny.stream("The rain", request))
    count = sum(piece.token is not None for piece in pieces)
    assert count == 200 or pieces[-1].ended == "stop"


def test_an_empty_prompt_is_continued_too(tiny: LanguageModel) -> None:
    assert tiny.count("") == 1
    assert said(tiny.stream("", TextRequest(max_tokens=4, sampling=GREEDY)))
    assert len(tiny.logprobs("", [" sad"])) == 1


def test_start_tokens_stand_before_every_prompt_once(tmp_path: Path, folder: Path) -> None:
    # GIVEN a model whose prompts begin with token 0, which its text is "<|endoftext|>"
    manifest = read_manifest(folder)
    assert manifest.decoder
    model = LanguageModel.open(changed(tmp_path, folder, decoder=msgspec.structs.replace(
        manifest.decoder, start_ids=(0,))))
    plain = LanguageModel.open(folder)
    assert model.count("The rain") == plain.count("The rain") + 1
    assert model.count("<|endoftext|>The rain") == model.count("The rain")


def test_continuations_longer_than_the_window_are_a_sentence(tiny: LanguageModel) -> None:
    with pytest.raises(EngineError, match="at most"):
        tiny.logprobs("The rain", [" sad" * 200])


def changed(tmp_path: Path, folder: Path, **fields: object) -> Path:
    """A copy of the model's folder with other words in its manifest."""
    copy = tmp_path / "copy"
    shutil.copytree(folder, copy)
    write_manifest(copy, msgspec.structs.replace(read_manifest(folder), **fields))
    return copy


@pytest.mark.parametrize("fields, sentence", [
    ({"task": "mood-tagging"}, "does not write"),
    ({"decoder": None}, "does not write"),
    ({"graph": "missing.onnx"}, "cannot be opened"),
])
def test_a_folder_that_is_no_writer_is_a_sentence(tmp_path: Path, folder: Path,
                                                  fields: dict[str, object],
                                                  sentence: str) -> None:
    with pytest.raises(EngineError, match=sentence):
        LanguageModel.open(changed(tmp_path, folder, **fields))


@pytest.mark.parametrize("field, value, sentence", [
    ("vocabulary", 399, "399"),
    ("layout", "circular", "circular"),
    ("layout", "past-present", "rows"),
    ("layout", "encoder-decoder", "encoder_model"),
])
def test_a_manifest_that_is_wrong_about_its_graph_is_a_sentence(
        tmp_path: Path, folder: Path, field: str, value: object, sentence: str) -> None:
    info = msgspec.structs.replace(manifest_of(folder).decoder, **{field: value})
    with pytest.raises(EngineError, match=sentence):
        LanguageModel.open(changed(tmp_path, folder, decoder=info))


def test_a_tokenizer_of_another_model_is_a_sentence(tmp_path: Path, folder: Path) -> None:
    copy = changed(tmp_path, folder)
    text = (copy / "tokenizer.json").read_text("utf-8")
    more = text.replace('"added_tokens":[', '"added_tokens":[{"id": 9000, "content": "<x>", '
                        '"single_word": false, "lstrip": false, "rstrip": false, '
                        '"normalized": false, "special": true},', 1)
    assert more != text
    (copy / "tokenizer.json").write_text(more, "utf-8")
    with pytest.raises(EngineError, match="do not belong together"):
        LanguageModel.open(copy)


@pytest.mark.parametrize("file", ["model.onnx", "tokenizer.json", "model.json"])
def test_a_file_cut_short_is_a_sentence(tmp_path: Path, folder: Path, file: str) -> None:
    copy = changed(tmp_path, folder)
    whole = (copy / file).read_bytes()
    (copy / file).write_bytes(whole[:len(whole) // 2])
    with pytest.raises(EngineError):
        LanguageModel.open(copy)


def test_a_path_may_hold_any_letters(tmp_path: Path, folder: Path) -> None:
    strange = tmp_path / "Bördel 歌 词"
    shutil.copytree(folder, strange)
    assert said(LanguageModel.open(strange).stream("The", TextRequest(4, GREEDY)))


def manifest_of(folder: Path) -> ModelManifest:
    return read_manifest(folder)


def test_its_memory_can_be_given_back(folder: Path) -> None:
    model = LanguageModel.open(folder)
    list(model.stream("The rain came down", TextRequest(2, GREEDY, prefix="a")))
    model.forget("a")
    pieces = list(model.stream("The rain came down", TextRequest(2, GREEDY, prefix="a")))
    assert pieces[0].prompt_done == 0
    assert np.all([piece.prompt_total > 0 for piece in pieces])
