"""Songs with moods really become a tagger that answers, through the job, on little and tiny."""

from pathlib import Path

import msgspec
import pytest

from engine.export.decoder_folder import build_folder
from engine.export.decoder_import import folder_source
from engine.models.manifest import GENERATIVE_MOOD_TAGGING
from engine.paths import AppPaths
from engine.settings import Settings
from engine.tagging.generative_tagger import GenerativeTagger
from engine.tagging.opening import open_tagger
from engine.tagging.reading import lyric_from_text
from engine.training.recipe import (
    DataOptions,
    Keep,
    LoopOptions,
    LoraOptions,
    Method,
    Recipe,
    Tuning,
)
from tests.flows.learning_bench import LearningBench
from tests.tiny_hub import TinyShape, save_folder

RECIPE = Recipe(
    name="Tiny answers", model_id="tiny-answers", method=Method.GENERATIVE_TAGGER, base="tiny",
    tuning=Tuning.LORA, lora=LoraOptions(rank=4, alpha=8.0, on=("query", "value", "down")),
    loop=LoopOptions(epochs=10, rate=2e-2, batch_tokens=4000, precision="fp32", patience=0,
                     validate_every=10),
    data=DataOptions(held_out=0.25, most_tokens=320), options={"excerpts": 1})


@pytest.fixture
def bench(isolated_home: AppPaths, tmp_path: Path) -> LearningBench:
    source = save_folder(tmp_path / "hub" / "tiny", TinyShape(window=512))
    build_folder(folder_source(source, 8), isolated_home.models, lambda event: None)
    return LearningBench(isolated_home, tmp_path / "data")


@pytest.mark.parametrize("keep", [Keep.MERGED, Keep.ADAPTER])
def test_songs_become_a_tagger_that_answers(bench: LearningBench, keep: Keep) -> None:
    # WHEN it learns from songs
    recipe = msgspec.structs.replace(RECIPE, keep=keep)
    folder = bench.learn(bench.job(recipe, bench.songs(32)))
    # THEN the installed model tags, with a threshold for every mood it learned, in its window
    manifest = bench.installed("tiny-answers")
    assert manifest.task == GENERATIVE_MOOD_TAGGING and manifest.window == 320
    assert manifest.labels and all(0 < label.threshold < 1 for label in manifest.labels)
    assert (manifest.adapter is not None) == (keep is Keep.ADAPTER)
    tagger = open_tagger(bench.paths, "tiny-answers", Settings())
    assert isinstance(tagger, GenerativeTagger)
    scores = tagger.score(tagger.cut(lyric_from_text("Rain on the kitchen radio\nall day")))
    assert scores.moods.sum() == pytest.approx(1.0, abs=1e-4)
    # AND the report tells how good it is and what it says, nothing invented, nothing twice
    report = bench.report(folder)
    assert "macro-F1" in [figure.name for figure in report.figures]
    assert report.spoken and all(line.after for line in report.spoken)
    assert any(note.startswith("0 invented and 0 doubled") for note in report.notes)
