"""Whether models take the memory that was told before they were opened.

    python -m tests.benchmarks.memory_fit FOLDER... [--tokens 32 512 2000]

Each folder holds an installed model; the one an adapter joins lies beside it. Every figure is of a
process of its own: what it holds after a prompt of so many tokens and a few of the answer, beyond
what it held before. Exit code 1 where one lies outside its range.
"""

import argparse
import subprocess
import sys
from pathlib import Path

from engine.models.fit import memory_need
from engine.models.manifest import read_manifest

_INSIDE = """
import sys
from pathlib import Path
from engine.inference.language_model import LanguageModel, TextRequest
from engine.inference.process_figures import resident_bytes
from engine.inference.sampling import SamplingSettings
before = resident_bytes()
model = LanguageModel.open(Path(sys.argv[1]))
request = TextRequest(max_tokens=16, sampling=SamplingSettings(temperature=0))
text = model.tokenizer.encode("the rain came down on the harbour wall " * 2000).ids
words = model.tokenizer.decode(text[:int(sys.argv[2])])
list(model.stream(words, request))
print(resident_bytes() - before)
"""


def main() -> int:
    """Prints a line for each model and length."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("folders", type=Path, nargs="+")
    parser.add_argument("--tokens", type=int, nargs="+", default=[32, 512, 2000])
    options = parser.parse_args()
    wrong = 0
    for folder in options.folders:
        manifest = read_manifest(folder)
        joins = manifest.adapter
        base = read_manifest(folder.parent / joins.base) if joins is not None else None
        for tokens in options.tokens:
            need = memory_need(manifest, base, max(tokens, 256))
            held = int(subprocess.run([sys.executable, "-c", _INSIDE, str(folder), str(tokens)],
                                      check=True, capture_output=True, text=True).stdout)
            inside = need.low <= held <= need.high
            wrong += not inside
            print(f"{manifest.id:18s} {tokens:5d} tokens: {held / 1e6:6.0f} MB, told "
                  f"{need.low / 1e6:.0f} to {need.high / 1e6:.0f}{'' if inside else '  OUTSIDE'}")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
