"""What a decoder learned becomes a whole folder, or nothing where a graph says something else."""

from pathlib import Path

import pytest
import torch

from engine.errors import EngineError
from engine.export.decoder_folder import build_folder
from engine.export.decoder_import import folder_source
from engine.export.learned_decoder import trainable
from engine.export.learning.given import Given
from engine.export.learning.writer_folder import build_writer
from engine.export.weights_from_graph import read_installed
from engine.inference.language_model import LanguageModel
from engine.models.manifest import TEXT_GENERATION
from engine.paths import AppPaths
from engine.training.learning_job import LearningJob
from engine.training.recipe import Keep, LoraOptions, Method, Recipe, Tuning
from engine.training.tasks.causal.decoder import CausalModel
from tests.tiny_hub import TinyShape, save_folder

LORA = LoraOptions(rank=4, on=("query", "down"))


class Bench:
    """An installed base, and a decoder of it that has learned something."""

    def __init__(self, paths: AppPaths, place: Path, keep: Keep) -> None:
        source = save_folder(place / "hub" / "tiny", TinyShape())
        build_folder(folder_source(source, 8), paths.models, lambda event: None)
        self.base = paths.models / "tiny"
        recipe = Recipe(name="Tiny", model_id="learned", method=Method.DIALOGUE, base="tiny",
                        tuning=Tuning.LORA, lora=LORA, keep=keep)
        job = LearningJob(recipe=recipe, stages=(), home=paths.home, models=paths.models)
        self.output, self.place = place / "output", place / "learned"
        self.output.mkdir()
        self.place.mkdir()
        self.given = Given(job, recipe, (), (), self.output, lambda event: None, self.base)
        self.model = CausalModel(trainable(read_installed(self.base)), Tuning.LORA, LORA)
        for _, change in self.model.adapters():
            torch.nn.init.normal_(change.up, std=0.05,
                                  generator=torch.Generator().manual_seed(3))


@pytest.mark.parametrize("keep", [Keep.MERGED, Keep.ADAPTER])
def test_the_folder_says_what_was_learned(isolated_home: AppPaths, tmp_path: Path,
                                          keep: Keep) -> None:
    bench = Bench(isolated_home, tmp_path, keep)
    manifest = build_writer(bench.given, bench.model, bench.place, lambda event: None,
                            data=("talks.jsonl",))
    assert (manifest.id, manifest.task) == ("learned", TEXT_GENERATION)
    assert manifest.data == ("talks.jsonl",)
    assert manifest.made_from[0].startswith("tiny ")
    assert (manifest.adapter is not None) == (keep is Keep.ADAPTER)
    # AND what it holds of a text is not what the base holds
    ids = LanguageModel.open(bench.base).tokenizer.encode("rain on the kitchen radio").ids
    places = range(1, len(ids))
    learned = LanguageModel.open(bench.place, base=bench.base).held(ids, places)
    before = LanguageModel.open(bench.base).held(ids, places)
    whole = torch.from_numpy(ids)
    with torch.no_grad():
        known = bench.model(whole[None], torch.arange(len(ids) - 1), whole[1:]).numpy()
    assert abs(learned - known).mean() < 0.3 * abs(before - known).mean()
    # AND nothing is left beside it
    assert not any(bench.output.iterdir())


def test_a_graph_that_says_something_else_is_refused(
        isolated_home: AppPaths, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    bench = Bench(isolated_home, tmp_path, Keep.MERGED)
    for name in ("MOST_OFF", "MOST_SHARE"):
        monkeypatch.setattr(f"engine.export.learning.writer_folder.{name}", 1e-9)
    with pytest.raises(EngineError, match="nats a token"):
        build_writer(bench.given, bench.model, bench.place, lambda event: None)
