"""llama.cpp as a side of the benchmark: `python -m tests.benchmarks.peers.llama_peer GGUF`.

`--bits Q8_0` runs the same weights quantised anew by llama.cpp itself; that file is made once, in
the folder `--work`. Reads and decodes through the C interface, so that no Python stands between.
With flash attention or without, whichever is faster here; with weights repacked for the processor,
where that does not crash (it does where a virtual machine shows AMX and does not give it).
"""

import argparse
import ctypes
import subprocess
import sys
import time
from pathlib import Path

import llama_cpp as lib
import numpy as np

from engine.inference.benchmark import Loaded, Speed, fixed_prompt, serve_standard_streams

WINDOW = 2048
KINDS = {"Q8_0": "LLAMA_FTYPE_MOSTLY_Q8_0", "Q4_0": "LLAMA_FTYPE_MOSTLY_Q4_0"}
FLASH = {"with": 1, "without": 0}  # LLAMA_FLASH_ATTN_TYPE


class LlamaSide:
    """The weights of one GGUF file, in its own or other bits, with memory for WINDOW tokens."""

    def __init__(self, gguf: Path, bits: str, work: Path | None, threads: int) -> None:
        self._gguf, self._bits, self._work, self._threads = gguf, bits, work, threads
        self._file = gguf
        self._context = None

    def load(self) -> Loaded:
        self._file = quantised(self._gguf, self._bits, self._work) if self._bits else self._gguf
        return self.open(survives(self._file))

    def open(self, repacked: bool) -> Loaded:
        """Opens the file, with weights repacked for this processor or not."""
        lib.llama_log_set(_SILENT, ctypes.c_void_p(0))
        lib.llama_backend_init()
        asked = lib.llama_model_default_params()
        asked.use_extra_bufts = repacked
        began = time.perf_counter()
        self._model = lib.llama_model_load_from_file(str(self._file).encode(), asked)
        if not self._model:
            raise RuntimeError(f"llama.cpp cannot open {self._file.name}")
        self._vocabulary = lib.llama_vocab_n_tokens(lib.llama_model_get_vocab(self._model))
        self._batch = lib.llama_batch_init(WINDOW, 0, 1)
        self._open("without")
        seconds = time.perf_counter() - began
        flash = max(FLASH, key=self._rate)
        self._open(flash)
        return Loaded(
            f"llama-cpp-python {lib.__version__}, {self._file.name}, {flash} flash attention, "
            f"weights {'' if repacked else 'not '}repacked", seconds)

    def measure(self, prompt: np.ndarray, tokens: int) -> Speed:
        lib.llama_memory_clear(lib.llama_get_memory(self._context), True)
        began = time.perf_counter()
        ids = [self._read(prompt, 0)]
        read = time.perf_counter()
        for place in range(len(prompt), len(prompt) + tokens):
            ids.append(self._read(ids[-1:], place))
        return Speed(len(prompt), read - began, time.perf_counter() - read, tuple(ids))

    def _rate(self, flash: str) -> float:
        self._open(flash)
        prompt = fixed_prompt(512, self._vocabulary)
        self.measure(prompt[:64], 4)
        speed = self.measure(prompt, 24)
        return speed.decode * speed.prefill

    def _open(self, flash: str) -> None:
        if self._context is not None:
            lib.llama_free(self._context)
        asked = lib.llama_context_default_params()
        asked.n_ctx = asked.n_batch = WINDOW
        asked.n_threads = asked.n_threads_batch = self._threads
        asked.flash_attn_type = FLASH[flash]
        self._context = lib.llama_init_from_model(self._model, asked)

    def logits(self, ids: np.ndarray) -> np.ndarray:
        """(T, V) after each of the ids, read anew."""
        lib.llama_memory_clear(lib.llama_get_memory(self._context), True)
        self._decode(ids, 0, every=True)
        return np.stack([self._row(place).copy() for place in range(len(ids))])

    def _read(self, ids: np.ndarray | list[int], first: int) -> int:
        """Reads ids from the place `first` on and gives the likeliest next one."""
        self._decode(ids, first, every=False)
        return int(self._row(-1).argmax())

    def _decode(self, ids: np.ndarray | list[int], first: int, every: bool) -> None:
        batch, count = self._batch, len(ids)
        batch.n_tokens = count
        for at, token in enumerate(ids):
            batch.token[at], batch.pos[at] = int(token), first + at
            batch.n_seq_id[at], batch.seq_id[at][0] = 1, 0
            batch.logits[at] = every or at == count - 1
        if lib.llama_decode(self._context, batch):
            raise RuntimeError("llama.cpp cannot go on")

    def _row(self, place: int) -> np.ndarray:
        logits = lib.llama_get_logits_ith(self._context, place)
        return np.ctypeslib.as_array(logits, (self._vocabulary,))


def survives(file: Path) -> bool:
    """Whether a few tokens can be read with repacked weights, tried in a process of its own."""
    command = [sys.executable, "-m", "tests.benchmarks.peers.llama_peer", str(file), "--probe"]
    return subprocess.run(command, capture_output=True, check=False).returncode == 0


def quantised(source: Path, bits: str, work: Path | None) -> Path:
    """The file of the same weights in other bits, made by llama.cpp's own quantiser."""
    made = (work or source.parent) / f"{source.stem}.{bits}.gguf"
    if not made.is_file():
        made.parent.mkdir(parents=True, exist_ok=True)
        fresh = made.with_suffix(".new")
        asked = lib.llama_model_quantize_default_params()
        asked.ftype, asked.allow_requantize = getattr(lib, KINDS[bits]), True
        if lib.llama_model_quantize(str(source).encode(), str(fresh).encode(),
                                    ctypes.byref(asked)):
            raise RuntimeError(f"llama.cpp cannot quantise to {bits}")
        fresh.replace(made)
    return made


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("gguf", type=Path)
    parser.add_argument("--bits", choices=sorted(KINDS), default="")
    parser.add_argument("--work", type=Path)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--probe", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    side = LlamaSide(options.gguf, options.bits, options.work, options.threads)
    if options.probe:
        side.open(repacked=True)
        return
    serve_standard_streams(side)


@lib.llama_log_callback
def _SILENT(level: int, text: bytes, data: ctypes.c_void_p) -> None:
    """llama.cpp tells pages of things nobody asked for."""


if __name__ == "__main__":
    main()
