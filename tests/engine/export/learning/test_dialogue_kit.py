"""Talks and choices really become a model that talks, through the job, on little and tiny."""

import json
from pathlib import Path

import msgspec
import pytest

from engine.errors import EngineError
from engine.events import Metric, Sample
from engine.export.decoder_folder import build_folder
from engine.export.decoder_import import folder_source
from engine.export.learning.dialogue_kit import life_options
from engine.inference.language_model import LanguageModel
from engine.inference.sampling import GREEDY
from engine.inference.text_model import TextRequest
from engine.models.template_manners import Message
from engine.paths import AppPaths
from engine.training.recipe import (
    DataOptions,
    Keep,
    LoopOptions,
    LoraOptions,
    Method,
    Recipe,
    Tuning,
)
from tests.flows.learning_bench import LearningBench, with_loop
from tests.tiny_hub import TinyShape, save_folder

LOOP = LoopOptions(epochs=2, rate=2e-2, batch_tokens=1500, precision="fp32", patience=0,
                   validate_every=4)
LORA = LoraOptions(rank=4, alpha=8.0)
DATA = DataOptions(held_out=0.25, most_tokens=1024)
DIALOGUE = Recipe(name="Tiny talker", model_id="tiny-talker", method=Method.DIALOGUE, base="tiny",
                  tuning=Tuning.LORA, lora=LORA, loop=LOOP, data=DATA)
PREFERENCE = Recipe(name="Tiny taste", model_id="tiny-taste", method=Method.PREFERENCE,
                    base="tiny", tuning=Tuning.LORA, lora=LORA, loop=LOOP, data=DATA)
ANSWER = "the rain on the kitchen radio"


@pytest.fixture
def bench(isolated_home: AppPaths, tmp_path: Path) -> LearningBench:
    source = save_folder(tmp_path / "hub" / "tiny", TinyShape(window=1024))
    build_folder(folder_source(source, 8), isolated_home.models, lambda event: None)
    return LearningBench(isolated_home, tmp_path / "data")


def messages(count: int) -> list[str]:
    return [json.dumps({"messages": [
        {"role": "user", "content": f"Say the song number {n}."},
        {"role": "assistant", "content": ANSWER}]}) for n in range(count)]


def choices(count: int) -> list[str]:
    return [json.dumps({"prompt": f"Say the song number {n}.", "chosen": ANSWER,
                        "rejected": "tears and laughter, one and two"}) for n in range(count)]


def replied(bench: LearningBench, model_id: str) -> str:
    model = LanguageModel.open(bench.paths.models / model_id, threads=1)
    prompt = model.render([Message("user", "Say the song number 3.")])
    return "".join(piece.text for piece in model.stream(prompt, TextRequest(16, GREEDY)))


SHORT = with_loop(DIALOGUE, epochs=8, batch_tokens=256, validate_every=20)


def test_messages_become_a_model_that_answers_as_they_do(bench: LearningBench) -> None:
    source = bench.file("talk.jsonl", messages(24))
    # WHEN talks are learned
    folder = bench.learn(bench.job(SHORT, source))
    # THEN the installed model says what they say, and stops where they do
    assert replied(bench, "tiny-talker") == ANSWER
    # AND the report tells by how much it foretells better, how sure that is, and what it says now
    report = bench.report(folder)
    (figure,) = report.figures
    assert figure.name == "perplexity" and figure.before is not None
    assert figure.after < 0.5 * figure.before and figure.sure and report.better
    assert report.spoken[0].asked.startswith("Say the song")
    assert report.spoken[0].after == ANSWER != report.spoken[0].before
    assert bench.installed("tiny-talker").made_from[0].startswith("tiny")
    # AND it was heard on the way
    events = bench.events(folder)
    assert any(isinstance(event, Sample) for event in events)
    assert any(isinstance(event, Metric) and event.name == "perplexity" for event in events)


def test_a_broad_set_is_followed_by_a_small_exact_one(bench: LearningBench) -> None:
    other = [line.replace(ANSWER, "tears and laughter") for line in messages(16)]
    broad, exact = bench.file("broad.jsonl", other), bench.file("exact.jsonl", messages(24))
    # WHEN two stages are learned one after the other
    folder = bench.learn(bench.job(SHORT, broad, exact))
    # THEN the model says what the second says, and each stage was learned
    assert replied(bench, "tiny-talker") == ANSWER
    notes = [event.sentence() for event in bench.events(folder)]
    assert "Stage 1 of 2" in notes and "Stage 2 of 2" in notes


def test_an_adapter_says_the_same_beside_its_base(bench: LearningBench) -> None:
    source = bench.file("talk.jsonl", messages(24))
    bench.learn(bench.job(msgspec.structs.replace(SHORT, keep=Keep.ADAPTER), source))
    manifest = bench.installed("tiny-talker")
    assert manifest.adapter is not None and manifest.adapter.base == "tiny"
    assert replied(bench, "tiny-talker") == ANSWER


def test_invented_lives_are_learned_and_asked_about(bench: LearningBench) -> None:
    talks = [json.dumps({"id": f"t{n}", "persona": {"Ann": ["I keep bees."], "Ben": []}, "turns": [
        {"speaker": "Ben", "text": f"{thing} went by."}, {"speaker": "Ann", "text": f"{thing}!"},
        {"speaker": "Ben", "text": f"Do you like {thing}?"},
        {"speaker": "Ann", "text": f"{thing} and {thing}."}]}) for n, thing in enumerate(
            ("foxes", "rain", "radio", "summer sun", "dogs", "laughter", "quick songs", "tears"))]
    options = {"lives": {"talks": 4, "questions": 2}}
    recipe = msgspec.structs.replace(with_loop(DIALOGUE, epochs=1), options=options)
    folder = bench.learn(bench.job(recipe, bench.file("talks.jsonl", talks)))
    assert [figure.name for figure in bench.report(folder).figures] == [
        "perplexity", "answered rightly", "made up"]


def test_choices_become_a_model_that_says_what_was_kept(bench: LearningBench) -> None:
    source = bench.file("choices.jsonl", choices(24))
    folder = bench.learn(bench.job(PREFERENCE, source))
    report = bench.report(folder)
    assert report.figures[0].name == "kept reply preferred"
    assert report.figures[0].after == 1.0
    judged = [event for event in bench.events(folder)
              if isinstance(event, Metric) and event.name == "kept reply preferred"]
    assert judged[0].value == pytest.approx(0.5) and judged[-1].value == 1.0


def test_wrong_options_of_lives_are_refused_in_words() -> None:
    recipe = msgspec.structs.replace(DIALOGUE, options={"lives": {"unknown": 3.0}})
    with pytest.raises(EngineError, match="lives"):
        life_options(recipe)
