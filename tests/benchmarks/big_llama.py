"""A 1.1B Llama shape with random weights: load, memory, decode beside llama.cpp at the same bits.

    python -m tests.benchmarks.big_llama --gguf SMOLLM2.gguf --work FOLDER

22 layers, 2,048 wide, 32 heads over 4 KV heads, 5,632 inside, 32,000 tokens, as in TinyLlama; every
matrix random Q4_1 blocks. The tokenizer is the beginning of that of `--gguf`. Built once into
`--work` by the program itself; llama.cpp runs the very same file.
"""

import argparse
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import gguf
import numpy as np

from engine.cli.bench_speed import EQUALS, PEERS, Peer, SpeedPlan, own_command, peer_command
from engine.errors import EngineError
from engine.inference.benchmark import Figure, Speed, fixed_prompt, median, ratio
from engine.jobs.process import LineProcess
from tests.benchmarks.figures import needed, run_script
from tests.benchmarks.gguf_to_answer import add_model

LAYERS, WIDTH, HEADS, KV_HEADS, INSIDE, VOCABULARY = 22, 2048, 32, 4, 5632, 32_000
WINDOW, CONTEXT, TOKENS, REACH = 2048, 128, 32, 1.1
MATRICES = {
    "attn_q": (WIDTH, WIDTH), "attn_k": (WIDTH * KV_HEADS // HEADS, WIDTH),
    "attn_v": (WIDTH * KV_HEADS // HEADS, WIDTH), "attn_output": (WIDTH, WIDTH),
    "ffn_gate": (INSIDE, WIDTH), "ffn_up": (INSIDE, WIDTH), "ffn_down": (WIDTH, INSIDE)}
NAME = "random-llama-1.1b.Q4_1"


def measure(options: argparse.Namespace) -> Iterator[Figure]:
    needed(options, "gguf")
    work: Path = options.work.resolve()
    file = work / f"{NAME}.gguf"
    if not file.is_file():
        work.mkdir(parents=True, exist_ok=True)
        write_gguf(file, options.gguf)
    began = time.perf_counter()
    folder, fresh = built(file, work / f"{NAME}.home")
    if fresh:
        yield Figure("big", "1.1B, GGUF on disk to a built model",
                     f"{time.perf_counter() - began:.0f} s")
    plan = SpeedPlan(folder, file, work, VOCABULARY, (CONTEXT,), options.rounds, TOKENS,
                     options.threads)
    yield from _side_by_side(plan)


def _side_by_side(plan: SpeedPlan) -> Iterator[Figure]:
    equal: Peer = next(peer for peer in PEERS if peer.name == EQUALS[0])
    commands = {"ours": own_command(plan.model, plan.threads, ""),
                equal.name: peer_command(equal, plan)}
    sides: dict[str, LineProcess] = {}
    try:
        for name, command in commands.items():
            try:
                sides[name] = LineProcess(name, command)
                sides[name].answer()
                loaded = sides[name].ask({"do": "load"})
            except EngineError as failed:
                print(f"{name} is left out: {failed.message}\n{failed.hint}", file=sys.stderr)
                sides.pop(name).close()
                continue
            yield Figure("big", f"1.1B, load, {name}", f"{loaded['seconds']:.1f} s")
        yield from _rounds(plan, sides)
    finally:
        for side in sides.values():
            side.close()


def _rounds(plan: SpeedPlan, sides: dict[str, LineProcess]) -> Iterator[Figure]:
    prompt = fixed_prompt(CONTEXT, VOCABULARY).tolist()
    rates: dict[str, list[float]] = {name: [] for name in sides}
    for _ in range(plan.rounds):
        for name, side in sides.items():
            told = side.ask({"do": "measure", "prompt": prompt, "tokens": plan.tokens})
            speed = Speed(told["context"], told["prefill_seconds"], told["decode_seconds"],
                          tuple(told["ids"]))
            rates[name].append(speed.decode)
    for name, side in sides.items():
        yield Figure("big", f"1.1B, most memory, {name}",
                     f"{side.ask({'do': 'memory'})['peak_mb']:.0f} MB")
        yield Figure("big", f"1.1B, decode at {CONTEXT}, {name}",
                     f"{median(rates[name]):.1f} tokens a second")
    if len(rates) == 2:
        found = ratio(*rates.values())
        yield Figure("big", f"1.1B, decode at {CONTEXT}, ours : llama.cpp Q4_1",
                     f"{found:.2f} : 1", f"at least {REACH:g} : 1", found >= REACH,
                     {"ratio": found})


def built(file: Path, home: Path) -> tuple[Path, bool]:
    """The folder the program makes of the file, and whether it was made just now."""
    found = sorted(home.glob("models/*/model.json"))
    if not found:
        home.mkdir(parents=True, exist_ok=True)
        add_model(file, home)
    return sorted(home.glob("models/*/model.json"))[0].parent, not found


def write_gguf(file: Path, tokens_of: Path) -> None:
    """Writes the random model, whole or not at all."""
    fresh = file.with_suffix(".new")
    writer = gguf.GGUFWriter(str(fresh), "llama")
    writer.add_name("Random Llama 1.1B")
    writer.add_context_length(WINDOW)
    writer.add_embedding_length(WIDTH)
    writer.add_block_count(LAYERS)
    writer.add_feed_forward_length(INSIDE)
    writer.add_head_count(HEADS)
    writer.add_head_count_kv(KV_HEADS)
    writer.add_layer_norm_rms_eps(1e-5)
    writer.add_rope_freq_base(10_000.0)
    writer.add_rope_dimension_count(WIDTH // HEADS)
    writer.add_vocab_size(VOCABULARY)
    writer.add_file_type(gguf.LlamaFileType.MOSTLY_Q4_1)
    _add_tokenizer(writer, gguf.GGUFReader(str(tokens_of)))
    some = np.random.default_rng(11)
    _add_blocks(writer, "token_embd.weight", (VOCABULARY, WIDTH), some)
    for layer in range(LAYERS):
        for name in ("attn_norm", "ffn_norm"):
            writer.add_tensor(f"blk.{layer}.{name}.weight", np.ones(WIDTH, np.float32))
        for name, shape in MATRICES.items():
            _add_blocks(writer, f"blk.{layer}.{name}.weight", shape, some)
    writer.add_tensor("output_norm.weight", np.ones(WIDTH, np.float32))
    _add_blocks(writer, "output.weight", (VOCABULARY, WIDTH), some)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    fresh.replace(file)


def _add_blocks(writer: gguf.GGUFWriter, name: str, shape: tuple[int, int],
                some: np.random.Generator) -> None:
    """Random Q4_1 blocks: a scale, a minimum that centres them, 32 codes of 4 bits."""
    rows, columns = shape
    blocks = np.empty((rows, columns // 32, 20), np.uint8)
    scale = (some.uniform(0.8, 1.2, blocks.shape[:2]) * 0.22 / columns**0.5).astype(np.float16)
    blocks[..., 0:2] = scale[..., None].view(np.uint8)
    blocks[..., 2:4] = (scale * np.float16(-7.5))[..., None].view(np.uint8)
    blocks[..., 4:] = some.integers(0, 256, (*blocks.shape[:2], 16), np.uint8)
    writer.add_tensor(name, blocks.reshape(rows, -1),
                      raw_dtype=gguf.GGMLQuantizationType.Q4_1)


def _add_tokenizer(writer: gguf.GGUFWriter, source: gguf.GGUFReader) -> None:
    """The first tokens of another's vocabulary, with the merges that lead to them."""
    told = {name: source.fields[f"tokenizer.ggml.{name}"].contents()
            for name in ("model", "pre", "tokens", "token_type", "merges", "bos_token_id",
                         "eos_token_id")}
    tokens = told["tokens"][:VOCABULARY]
    known = set(tokens)
    merges = [merge for merge in told["merges"] if merge.replace(" ", "") in known]
    writer.add_tokenizer_model(told["model"])
    writer.add_tokenizer_pre(told["pre"])
    writer.add_token_list(tokens)
    writer.add_token_types(told["token_type"][:VOCABULARY])
    writer.add_token_merges(merges)
    writer.add_bos_token_id(told["bos_token_id"])
    writer.add_eos_token_id(told["eos_token_id"])


if __name__ == "__main__":
    sys.exit(run_script(__doc__ or "", measure))
