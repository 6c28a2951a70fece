"""An encoder really taught to guess hidden words, and labels learned upon what came of it."""

from pathlib import Path

import numpy as np
import onnx
import pytest

from engine.errors import EngineError
from engine.export.calibration import measure_ranges
from engine.export.encoder_from_graph import read_encoder
from engine.export.encoder_graph import build_encoder_graph
from engine.export.learning.given import Given
from engine.export.learning.kits import open_kit
from engine.export.learning.words_kit import WordsKit
from engine.inference.tokenizer import Tokenizer
from engine.models.manifest import SENTENCE_VECTORS, ModelManifest, read_manifest, write_manifest
from engine.paths import AppPaths
from engine.training.learning_job import LearningJob
from engine.training.loop.step_loop import StepLoop
from engine.training.recipe import LoopOptions, Method, Recipe
from engine.training.rows.row import PlainRow, RowPlace
from engine.training.rows.sources import OwnMoods
from tests.tiny_encoder import (
    SHAPE,
    sample_ids,
    save_sentence_encoder,
    tiny_tokenizer,
    tiny_weights,
)

LOOP = LoopOptions(epochs=8, rate=3e-3, head_rate=3e-2, batch_tokens=512, precision="fp32",
                   patience=0)


def save_base(folder: Path) -> Path:
    """The hand-made encoder with a mask among its tokens."""
    folder.mkdir()
    tokenizer = tiny_tokenizer()
    tokenizer.add_special_tokens(["[MASK]"])
    weights = {n: a for n, a in tiny_weights().items() if n.startswith("encoder.")}
    words = "encoder.embeddings.word_embeddings.weight"
    weights[words] = np.concatenate([weights[words], weights[words][:1]])
    ranges = measure_ranges(weights, SHAPE, sample_ids(), folder / "probe.onnx")
    onnx.save(build_encoder_graph(weights, SHAPE, ranges), folder / "model.onnx")
    (folder / "tokenizer.json").write_text(tokenizer.to_str(), "utf-8")
    write_manifest(folder, ModelManifest(id="base", name="Base", kind="encoder",
                                         task=SENTENCE_VECTORS, window=64))
    return folder


def rows(count: int, first: int = 0) -> tuple[PlainRow, ...]:
    """Texts in which every word tells the next."""
    line = "paper bread candle leave bell always shoulder your slowly whistle under"
    words = line.split()
    return tuple(PlainRow(" ".join(words[(n + k) % len(words)] for k in range(12)),
                          RowPlace("texts.txt", n + 1)) for n in range(first, first + count))


def given(paths: AppPaths, place: Path, base: Path, **options: object) -> Given:
    recipe = Recipe(name="Words", model_id="words", method=Method.WORDS, loop=LOOP,
                    options=options)
    job = LearningJob(recipe=recipe, stages=((OwnMoods(),),), home=paths.home,
                      models=paths.models)
    return Given(job, recipe, rows(44), rows(11, 44), place / "work", lambda _: None, base)


def test_hidden_words_are_learned_and_the_encoder_becomes_a_base(
        isolated_home: AppPaths, tmp_path: Path) -> None:
    what = given(isolated_home, tmp_path, save_base(tmp_path / "base"))
    kit = open_kit(what.recipe)
    assert isinstance(kit, WordsKit)
    learner = kit.learner(what)
    what.output.mkdir()
    outcome = StepLoop(learner, LOOP, what.output, what.report).run()

    place = tmp_path / "model"
    place.mkdir()
    kit.build(what, learner, place, what.report)
    judged = kit.judge(what, place, what.report)

    assert outcome.best["words guessed"] > outcome.first["words guessed"]
    assert outcome.best["loss"] < 0.95 * outcome.first["loss"]
    assert read_manifest(place).task == SENTENCE_VECTORS
    assert len(read_encoder(place).weights) == len(read_encoder(tmp_path / "base").weights)
    assert judged.figures[0].name == "hidden words guessed"
    assert judged.better is None


def test_each_epoch_hides_other_words_and_a_resume_the_same(
        isolated_home: AppPaths, tmp_path: Path) -> None:
    what = given(isolated_home, tmp_path, save_base(tmp_path / "base"))
    one, other = WordsKit().learner(what), WordsKit().learner(what)
    assert one.plan(3) == other.plan(3)
    assert one.plan(3) != one.plan(4)
    first = one.loss(one.plan(3)[0]).loss.item()
    assert first == pytest.approx(other.loss(other.plan(3)[0]).loss.item(), abs=1e-6)


def test_an_encoder_without_a_mask_cannot_guess(isolated_home: AppPaths, tmp_path: Path) -> None:
    base = save_sentence_encoder(tmp_path / "base")
    assert Tokenizer.open(base / "tokenizer.json").special_id("[MASK]") is None
    with pytest.raises(EngineError, match="cannot guess words"):
        WordsKit().learner(given(isolated_home, tmp_path, base))
