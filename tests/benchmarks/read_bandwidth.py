"""How much of the memory's speed decoding reaches: `python -m tests.benchmarks.read_bandwidth`.

The memory's speed is that of two threads reading arrays far larger than any cache (dot products,
the fastest of some runs). A token reads every weight of the matrix products once, and the keys and
values of all tokens before it.
"""

import argparse
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import onnx

from engine.inference.benchmark import Figure, fixed_prompt, median
from engine.inference.devices import CPU
from engine.inference.own_side import OwnSide
from engine.models.manifest import DecoderInfo, read_manifest
from tests.benchmarks.figures import needed, run_script

CONTEXTS = (128, 512, 1024)
ARRAY_BYTES = 256 << 20
PASSES, RUNS, TOKENS = 4, 7, 64
# Nodes that read a few rows of what they are given, not all of it.
SPARSE = {"Gather", "GatherBlockQuantized", "GroupQueryAttention"}
ELEMENT = {"float32": 4, "float16": 2, "int8": 1}


def measure(options: argparse.Namespace) -> Iterator[Figure]:
    needed(options, "model")
    manifest = read_manifest(options.model)
    assert manifest.decoder is not None
    speed = read_speed(options.threads)
    weights = weight_bytes(options.model / manifest.graph)
    yield Figure("bandwidth", f"memory read by {options.threads} threads",
                 f"{speed / 1e9:.1f} GB/s; a token reads {weights / 1e6:.1f} MB of weights",
                 values={"bytes_per_second": speed, "weight_bytes": weights})
    side = OwnSide(options.model, options.threads, CPU)
    side.load()
    side.measure(fixed_prompt(64, manifest.decoder.vocabulary), 4)
    for context in CONTEXTS:
        prompt = fixed_prompt(context, manifest.decoder.vocabulary)
        rate = median([side.measure(prompt, TOKENS).decode for _ in range(options.rounds)])
        read = weights + cache_bytes(manifest.decoder, context + TOKENS // 2)
        share = rate * read / speed
        yield Figure("bandwidth", f"share of memory bandwidth in decode at {context}",
                     f"{share:.0%} ({rate:.0f} tokens a second of {read / 1e6:.1f} MB)",
                     values={"share": share, "decode": rate, "bytes_per_token": read})


def read_speed(threads: int) -> float:
    """Bytes a second, all threads together; the best of some runs."""
    arrays = [np.ones(ARRAY_BYTES // 4, np.float32) for _ in range(threads)]
    seconds = []
    for _ in range(RUNS):
        gate = threading.Barrier(threads + 1)
        workers = [threading.Thread(target=_read, args=(array, gate)) for array in arrays]
        for worker in workers:
            worker.start()
        gate.wait()
        began = time.perf_counter()
        for worker in workers:
            worker.join()
        seconds.append(time.perf_counter() - began)
    return threads * PASSES * ARRAY_BYTES / min(seconds)


def _read(array: np.ndarray, gate: threading.Barrier) -> None:
    # Within one core's share: numpy's own threads would get in each other's way.
    parts = np.split(array, 64)
    gate.wait()
    for _ in range(PASSES):
        for part in parts:
            part.max()


def weight_bytes(graph: Path) -> int:
    """The bytes of all constants that one token reads as a whole."""
    model = onnx.load(str(graph), load_external_data=False).graph
    whole = {name for node in model.node if node.op_type not in SPARSE for name in node.input}
    return sum(_bytes(tensor) for tensor in model.initializer if tensor.name in whole)


def _bytes(tensor: onnx.TensorProto) -> int:
    kind = onnx.helper.tensor_dtype_to_np_dtype(tensor.data_type)
    return int(np.prod(tensor.dims, dtype=np.int64)) * kind.itemsize


def cache_bytes(info: DecoderInfo, tokens: int) -> int:
    """Keys and values of so many tokens in all layers."""
    return 2 * info.layers * info.kv_heads * info.head_size * tokens * ELEMENT[info.cache]


if __name__ == "__main__":
    sys.exit(run_script(__doc__ or "", measure))
