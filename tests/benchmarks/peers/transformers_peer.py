"""transformers on torch in fp32 as a side of the benchmark, through its own `generate`.

    python -m tests.benchmarks.peers.transformers_peer GGUF

The weights are those of the GGUF, brought back to fp32 by transformers itself.
"""

import argparse
import os
import time
from pathlib import Path

import numpy as np

from engine.inference.benchmark import Loaded, Speed, serve_standard_streams


class TransformersSide:
    """One GGUF file on `threads` threads."""

    def __init__(self, file: Path, threads: int) -> None:
        self._file, self._threads = file, threads

    def load(self) -> Loaded:
        os.environ["HF_HUB_OFFLINE"] = "1"
        import torch
        import transformers

        torch.set_num_threads(self._threads)
        self._torch = torch
        began = time.perf_counter()
        self._model = transformers.AutoModelForCausalLM.from_pretrained(
            self._file.parent, gguf_file=self._file.name, dtype=torch.float32).eval()
        return Loaded(f"transformers {transformers.__version__}, torch {torch.__version__}, fp32",
                      time.perf_counter() - began)

    def measure(self, prompt: np.ndarray, tokens: int) -> Speed:
        ids = self._torch.from_numpy(prompt)[None]
        clock = _Clock()
        began = time.perf_counter()
        self._model.generate(
            ids, attention_mask=self._torch.ones_like(ids), max_new_tokens=tokens + 1,
            min_new_tokens=tokens + 1, do_sample=False, streamer=clock, pad_token_id=0)
        return Speed(len(prompt), clock.times[1] - began, clock.times[-1] - clock.times[1],
                     tuple(clock.ids))


class _Clock:
    """A streamer: `generate` hands it the prompt first, then each token as it is chosen."""

    def __init__(self) -> None:
        self.times: list[float] = []
        self.ids: list[int] = []

    def put(self, value: object) -> None:
        if self.times:
            self.ids.append(int(value[0]))
        self.times.append(time.perf_counter())

    def end(self) -> None:
        """Nothing is held back here."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("gguf", type=Path)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--work", type=Path, help="it makes nothing to keep")
    options = parser.parse_args()
    serve_standard_streams(TransformersSide(options.gguf, options.threads))


if __name__ == "__main__":
    main()
