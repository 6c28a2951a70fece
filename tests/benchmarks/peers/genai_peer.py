"""onnxruntime-genai as a side of the benchmark, on the int4 graph its own builder makes.

    python -m tests.benchmarks.peers.genai_peer GGUF --work FOLDER

The graph is made once, in the folder `--work`, from the weights of the GGUF brought back to fp32
(as facts say: 4 bits, blocks of 32, int8 activations). Needs transformers for that.
"""

import argparse
import json
import time
from pathlib import Path

import numpy as np
import onnxruntime_genai as genai

from engine.inference.benchmark import Loaded, Speed, serve_standard_streams

WINDOW = 2048


class GenaiSide:
    """The weights of one GGUF file in the folder its builder makes of them."""

    def __init__(self, gguf: Path, work: Path, threads: int) -> None:
        self._gguf, self._work, self._threads = gguf, work, threads

    def load(self) -> Loaded:
        folder = built(self._gguf, self._work)
        _set_threads(folder, self._threads)
        began = time.perf_counter()
        self._model = genai.Model(str(folder))
        return Loaded(f"onnxruntime-genai {genai.__version__}, int4 graph of its builder",
                      time.perf_counter() - began)

    def measure(self, prompt: np.ndarray, tokens: int) -> Speed:
        asked = genai.GeneratorParams(self._model)
        asked.set_search_options(max_length=WINDOW, do_sample=False)
        generator = genai.Generator(self._model, asked)
        began = time.perf_counter()
        generator.append_tokens(prompt.astype(np.int32))
        generator.generate_next_token()
        read = time.perf_counter()
        ids = [int(generator.get_next_tokens()[0])]
        for _ in range(tokens):
            generator.generate_next_token()
            ids.append(int(generator.get_next_tokens()[0]))
        return Speed(len(prompt), read - began, time.perf_counter() - read, tuple(ids))


def built(gguf: Path, work: Path) -> Path:
    """The folder its builder makes of the weights."""
    made = work / f"{gguf.stem}.genai-int4"
    if not (made / "genai_config.json").is_file():
        import onnxruntime_genai.models.builder as builder

        source = work / f"{gguf.stem}.fp32"
        dequantised(gguf, source)
        builder.create_model(model_name="", input_path=str(source), output_dir=str(made),
                             precision="int4", execution_provider="cpu",
                             cache_dir=str(work / "cache"), int4_accuracy_level=4,
                             int4_block_size=32)
    return made


def dequantised(gguf: Path, into: Path) -> None:
    """Saves the weights as fp32 safetensors with config and tokenizer."""
    from transformers import AutoModelForCausalLM, AutoTokenizer

    model = AutoModelForCausalLM.from_pretrained(gguf.parent, gguf_file=gguf.name)
    model.save_pretrained(into)
    AutoTokenizer.from_pretrained(gguf.parent, gguf_file=gguf.name).save_pretrained(into)
    (into / "tokenizer.model").unlink(missing_ok=True)  # a copy of the whole GGUF


def _set_threads(folder: Path, threads: int) -> None:
    """Its threads stand in the folder's configuration."""
    file = folder / "genai_config.json"
    config = json.loads(file.read_text("utf-8"))
    options = config["model"]["decoder"].setdefault("session_options", {})
    options["intra_op_num_threads"] = threads
    config["search"]["max_length"] = WINDOW
    file.write_text(json.dumps(config, indent=1), "utf-8")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("gguf", type=Path)
    parser.add_argument("--work", type=Path, required=True)
    parser.add_argument("--threads", type=int, default=2)
    options = parser.parse_args()
    serve_standard_streams(GenaiSide(options.gguf, options.work, options.threads))


if __name__ == "__main__":
    main()
