"""A recipe that cannot run is refused before anything begins, by what names the value."""

from pathlib import Path

import pytest

from engine.errors import EngineError
from engine.training.recipe import read_learning_recipe

HEAD = 'name = "R"\nmodel_id = "r"\nmethod = "classifier"\n'


@pytest.mark.parametrize("lines, word", [
    ("[loop]\nepochs = inf", "epochs"), ("[loop]\nepochs = nan", "epochs"),
    ("[loop]\nepochs = 1e9", "epochs"), ("[loop]\nrate = inf", "rate"),
    ("[loop]\nrate = nan", "rate"), ("[loop]\nclip = -1.0", "clip"),
    ("[loop]\nweight_decay = nan", "weight_decay"), ("[loop]\naveraging = 1.0", "averaging"),
    ("[loop]\npatience = -1", "patience"), ("[loop]\nvalidate_every = -1", "validate_every"),
    ("[loop]\nseed = -1", "seed"), ("[loop]\nseed = 99999999999999", "seed"),
    ("[loop]\ncheckpointing = 'perhaps'", "checkpointing"), ("[loop]\nkeeps = 'all'", "keeps"),
    ("[loop]\nlast_share = 4.0", "last_share"),
    ("[lora]\nrank = 100000", "rank"), ("[lora]\nalpha = nan", "alpha"),
    ("[lora]\non = ['nothing']", "LoRA"), ("[lora]\non = []", "LoRA"),
    ("[lora]\ndropout = 1.0", "dropout"), ("[data]\nmost_tokens = 0", "most_tokens"),
    ("[data]\nmost_rows = -1", "most_rows"), ("[data]\nsplit_by = 'moon'", "split_by"),
])
def test_senseless_values_are_named(tmp_path: Path, lines: str, word: str) -> None:
    file = tmp_path / "r.toml"
    file.write_text(HEAD + lines + "\n", "utf-8")
    with pytest.raises(EngineError, match=word):
        read_learning_recipe(file)


@pytest.mark.parametrize("name", ["..", "a/b", "ends.", "x" * 300, ""])
def test_an_id_that_is_no_name_of_a_folder_is_refused(tmp_path: Path, name: str) -> None:
    file = tmp_path / "r.toml"
    file.write_text(f'name = "R"\nmodel_id = "{name}"\nmethod = "words"\n', "utf-8")
    with pytest.raises(EngineError, match="model_id"):
        read_learning_recipe(file)
