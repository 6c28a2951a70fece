"""What every reader of files makes of damaged and hostile ones.

    python -m tests.benchmarks.mutated_inputs [--count 1000] [--seed 1] [--only NAME]

Prints for each reader how many files were read, how many were refused with a sentence, and the
slowest; then faults: other exceptions, more than two seconds, files touched outside the folder it
was given. Exit code 1 where there is one. A crash of the process is a fault by itself.
"""

import argparse
import faulthandler
import random
import sys
import tempfile
import time
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from engine.errors import EngineError
from tests.mutations import Reader, mutated, readers

SLOW_SECONDS = 2.0
_STUCK_SECONDS = 60
_WRITES = ("w", "a", "x", "+")


class Watch:
    """Notes every file that is opened for writing, made, moved or deleted outside `allowed`."""

    def __init__(self) -> None:
        self.allowed = Path()
        self.touched: list[str] = []
        self._on = False
        sys.addaudithook(self._hear)  # cannot be taken away again, so it is told when to listen

    @contextmanager
    def listening(self, allowed: Path) -> Iterator[None]:
        """Listens within the block."""
        self.allowed, self._on = allowed.resolve(), True
        try:
            yield
        finally:
            self._on = False

    def _hear(self, event: str, arguments: tuple[object, ...]) -> None:
        if not self._on or event not in ("open", "os.remove", "os.rename", "os.mkdir", "os.rmdir",
                                         "shutil.rmtree", "os.symlink", "os.link"):
            return
        if event == "open" and not any(mark in str(arguments[1] or "") for mark in _WRITES):
            return
        place = arguments[0]
        if isinstance(place, str | Path | bytes):
            named = _beside(arguments) / Path(place.decode() if isinstance(place, bytes) else place)
            if named != Path("/dev/null") and not named.resolve().is_relative_to(self.allowed):
                self.touched.append(f"{event} {named}")


def _beside(arguments: tuple[object, ...]) -> Path:
    """The folder that a name is told from, where that is one held open."""
    held = arguments[-1]
    if isinstance(held, int) and held > 0 and Path(f"/proc/self/fd/{held}").is_dir():
        return Path(f"/proc/self/fd/{held}").resolve()
    return Path()


class Tally:
    """What became of the files of one reader."""

    def __init__(self) -> None:
        self.read = self.refused = 0
        self.slowest = 0.0
        self.faults: list[str] = []


def try_reader(reader: Reader, count: int, seed: int, watch: Watch) -> Tally:
    """Reads `count` changed files, all in folders that are thrown away."""
    chance, tally = random.Random(seed), Tally()
    with tempfile.TemporaryDirectory() as folder:
        file = reader.make(Path(folder))
        whole = file.read_bytes()
        reader.read(file)  # what is whole must be read, or nothing is tried at all
        for number in range(count):
            file.write_bytes(mutated(whole, chance))
            faulthandler.dump_traceback_later(_STUCK_SECONDS, exit=True)
            began = time.perf_counter()
            try:
                with watch.listening(Path(folder)):
                    reader.read(file)
                tally.read += 1
            except EngineError as refused:
                tally.refused += 1
                if not refused.message.strip():
                    tally.faults.append(f"{number}: refused without a word")
            except Exception:
                tally.faults.append(f"{number}: {traceback.format_exc(limit=-3)}")
            spent = time.perf_counter() - began
            faulthandler.cancel_dump_traceback_later()
            tally.slowest = max(tally.slowest, spent)
            if spent > SLOW_SECONDS:
                tally.faults.append(f"{number}: took {spent:.1f} s")
    tally.faults += [f"outside: {touched}" for touched in dict.fromkeys(watch.touched)]
    watch.touched.clear()
    return tally


def main() -> int:
    """Tries every reader; 1 where there is a fault."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("--count", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", default="")
    options = parser.parse_args()
    watch, faults = Watch(), 0
    for name, reader in readers().items():
        if options.only not in name:
            continue
        tally = try_reader(reader, options.count, options.seed, watch)
        faults += len(tally.faults)
        print(f"{name:18s} {tally.read:5d} read {tally.refused:5d} refused, slowest "
              f"{1000 * tally.slowest:6.0f} ms, {len(tally.faults)} faults", flush=True)
        for fault in tally.faults[:3]:
            print(f"    {fault}", flush=True)
    print(f"{faults} faults")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
