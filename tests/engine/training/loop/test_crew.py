"""Several processes learn what one would: the same recipe under torchrun, on this machine."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from engine.paths import AppPaths, program_folder
from engine.training.runs.report import read_report
from tests.flows.learning_bench import LearningBench
from tests.tiny_encoder import save_tagger

RECIPE = """
name = "{name}"
model_id = "{name}"
method = "classifier"
base = "tiny"
[loop]
epochs = 2
rate = 1e-3
batch_tokens = 256
precision = "fp32"
patience = 0
[options]
dropout = 0.0
"""


def train(paths: AppPaths, songs: Path, place: Path, name: str, *start: str) -> float:
    """The best loss of a training from the terminal."""
    recipe = place / f"{name}.toml"
    recipe.write_text(RECIPE.format(name=name), "utf-8")
    command = [sys.executable, *start, str(program_folder() / "main.py"), "train", str(recipe),
               "--data", str(songs), "--while-used", "go-on", "--on-battery", "--threads", "1"]
    done = subprocess.run(command, env={**os.environ, "UNDERTONE_HOME": str(paths.home),
                                        "OMP_NUM_THREADS": "1"},
                          capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    report = read_report(paths.models / name)
    assert report.steps
    job = max((paths.home / "jobs").iterdir())
    lines = (job / "events.jsonl").read_text("utf-8").splitlines()
    losses = [told["value"] for told in map(json.loads, lines)
              if told["event"] == "metric" and told["split"] == "valid" and told["name"] == "loss"]
    return losses[-1]


@pytest.mark.skipif(sys.platform != "linux", reason="gloo is tried where it is sure to be")
def test_two_processes_end_where_one_does(isolated_home: AppPaths, tmp_path: Path) -> None:
    save_tagger(isolated_home.models / "tiny")
    songs = LearningBench(isolated_home, tmp_path / "data").songs(24).path
    alone = train(isolated_home, songs, tmp_path, "alone")
    crew = train(isolated_home, songs, tmp_path, "crew", "-m", "torch.distributed.run",
                 "--nproc-per-node", "2", "--standalone")
    assert crew == pytest.approx(alone, abs=1e-4)
